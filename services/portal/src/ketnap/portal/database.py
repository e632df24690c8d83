"""The portal's own small database: accounts, sessions, tries to sign in. It has no log."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from ketnap.common.migrate import HERE

MIGRATIONS = Path(__file__).parent / "migrations"


async def migrate(owner_url: str, app_role: str) -> None:
    """Run what is missing, as the owner of the database; the portal's role gets its rights and no more."""
    engine = create_async_engine(owner_url)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_upgrade, app_role)
    finally:
        await engine.dispose()


async def is_current(connection: AsyncConnection) -> bool:
    return await connection.run_sync(_current)


def _upgrade(connection: Connection, app_role: str) -> None:
    config = _config()
    config.attributes["connection"] = connection
    config.attributes["app"] = app_role
    command.upgrade(config, "heads")


def _current(connection: Connection) -> bool:
    known = ScriptDirectory.from_config(_config()).get_heads()
    return set(MigrationContext.configure(connection).get_current_heads()) == set(known)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", str(MIGRATIONS))
    return config
