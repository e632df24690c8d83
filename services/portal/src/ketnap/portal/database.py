"""The portal's own small database: accounts, sessions, tries to sign in. It has no log."""

from pathlib import Path

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from ketnap.common.revisions import heads

MIGRATIONS = Path(__file__).parent / "migrations"


async def is_current(connection: AsyncConnection) -> bool:
    """Has everything been run that this release knows, and nothing of a newer one."""
    if await connection.scalar(text("SELECT to_regclass('public.alembic_version')")) is None:
        return False
    found = await connection.scalars(text("SELECT version_num FROM public.alembic_version"))
    return set(found) == heads([MIGRATIONS])
