"""The services of this release by name: how each is made, and what its database needs."""

from importlib import import_module
from types import ModuleType

from ketnap.common import migrate as with_log
from ketnap.common.service import Service
from ketnap.common.settings import Settings
from ketnap.ops.deployment import SERVICES
from ketnap.ops.unable import Code, Unable
from ketnap.portal import database as portal

PORTAL = "portal"


def module(service: str) -> ModuleType:
    """Its `app.py`. Raises Unable for a name that is none of ours."""
    if service not in SERVICES:
        raise Unable(f"There is no service {service}; there are: {', '.join(SERVICES)}.", Code.NOT_FOUND)
    return import_module(f"ketnap.{service}.app")


def create(service: str, settings: Settings) -> Service:
    """One of the services with a log."""
    made: Service = module(service).create_service(settings)
    return made


async def migrate(service: str, owner_url: str, app_role: str) -> None:
    """Bring one service's database to the schema of this release; see `ketnap.common.migrate`."""
    if service == PORTAL:
        await portal.migrate(owner_url, app_role)
    else:
        await with_log.migrate(owner_url, app_role, module(service).MIGRATIONS)
