"""Bring the portal's database to the schema of this release: Alembic, plain SQL, forward only."""

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from ketnap.common.migrate import HERE
from ketnap.portal.database import MIGRATIONS


async def migrate(owner_url: str, app_role: str) -> None:
    """Run what is missing, as the owner of the database; the portal's role gets its rights and no more."""
    engine = create_async_engine(owner_url)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(_upgrade, app_role)
    finally:
        await engine.dispose()


def _upgrade(connection: Connection, app_role: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", str(MIGRATIONS))
    config.attributes["connection"] = connection
    config.attributes["app"] = app_role
    command.upgrade(config, "heads")
