"""The services of this release by name, and how each is made."""

from importlib import import_module
from types import ModuleType

from ketnap.common.service import Service
from ketnap.common.settings import Settings
from ketnap.ops.deployment import SERVICES
from ketnap.ops.unable import Code, Unable


def module(service: str) -> ModuleType:
    """Its `app.py`. Raises Unable for a name that is none of ours."""
    if service not in SERVICES:
        raise Unable(f"There is no service {service}; there are: {', '.join(SERVICES)}.", Code.NOT_FOUND)
    return import_module(f"ketnap.{service}.app")


def create(service: str, settings: Settings) -> Service:
    """One of the services with a log."""
    made: Service = module(service).create_service(settings)
    return made
