"""What each service's database needs."""

from ketnap.common import migrate as with_log
from ketnap.ops import catalogue
from ketnap.ops.deployment import PORTAL
from ketnap.portal import migrate as portal


async def migrate(service: str, owner_url: str, app_role: str) -> None:
    """Bring one service's database to the schema of this release; see `ketnap.common.migrate`."""
    if service == PORTAL:
        await portal.migrate(owner_url, app_role)
    else:
        await with_log.migrate(owner_url, app_role, catalogue.module(service).MIGRATIONS)
