"""Bring a service's database to the schema of this release: Alembic, plain SQL, forward only."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from alembic import command, op
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from ketnap.common.revisions import CORE, missing

HERE = Path(__file__).parent / "migrations"


async def migrate(owner_url: str, app_role: str, locations: Sequence[Path] = ()) -> None:
    """Run what is missing, as the owner of the database; the service's role gets its rights and no more.

    Args:
        owner_url: postgresql+asyncpg://... of the owner.
        app_role: the role that the service connects as; it exists already.
        locations: folders with the service's own migrations.
    """
    await upgrade(owner_url, app_role, (CORE, *locations))


async def upgrade(owner_url: str, app_role: str, locations: Sequence[Path]) -> None:
    """As `migrate`, of a database without a log: by the migrations of these folders alone."""
    engine = create_async_engine(owner_url)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_upgrade, app_role, locations)
    finally:
        await engine.dispose()


async def is_current(owner_url: str, locations: Sequence[Path] = ()) -> bool:
    """Has everything been run that this release knows."""
    engine = create_async_engine(owner_url)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(_current, locations)
    finally:
        await engine.dispose()


def _upgrade(connection: Connection, app_role: str, locations: Sequence[Path]) -> None:
    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", "\n".join(str(path) for path in locations))
    config.attributes["connection"] = connection
    config.attributes["app"] = app_role
    command.upgrade(config, "heads")


def _current(connection: Connection, locations: Sequence[Path]) -> bool:
    revisions = MigrationContext.configure(connection).get_current_heads()
    return bool(revisions) and not missing(revisions, (CORE, *locations))


def run(sql: str) -> None:
    """Several statements at once, in the migration's own transaction; for use inside `upgrade()`."""
    connection: Any = op.get_bind().connection  # Any: SQLAlchemy's adapter of asyncpg
    connection.run_async(lambda driver: driver.execute(sql))
