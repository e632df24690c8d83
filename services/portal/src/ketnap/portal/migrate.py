"""Bring the portal's database to the schema of this release."""

from ketnap.common.migrate import upgrade
from ketnap.portal.database import MIGRATIONS


async def migrate(owner_url: str, app_role: str) -> None:
    """Run what is missing, as the owner of the database; the portal's role gets its rights and no more."""
    await upgrade(owner_url, app_role, [MIGRATIONS])
