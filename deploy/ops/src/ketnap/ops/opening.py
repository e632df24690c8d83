"""Which deployment an operator's command means, and its services opened for work by hand."""

import asyncio
import logging
import os
import sys
from collections.abc import AsyncGenerator, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import structlog
from aiokafka.errors import KafkaError
from pydantic import ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from ketnap.common import policies
from ketnap.common.database import driver, is_lost
from ketnap.common.decider import Rejected
from ketnap.common.garbage import look_seldom
from ketnap.common.logs import named
from ketnap.common.service import Service
from ketnap.common.settings import Settings, with_password
from ketnap.ops import catalogue, elsewhere, place, settings
from ketnap.ops.deployment import Deployment, Ports, enrolled
from ketnap.ops.services import WITH_LOG, Addresses, Running, on_this_machine
from ketnap.ops.unable import Code, Unable, not_told

TOLD = "KETNAP_PROVINCE"
"""Set where a service runs by itself: then the environment says all about that service, and nothing of others."""


class Stores(BaseSettings):
    """Where one service of one deployment has its data, and who may change its schema."""

    model_config = SettingsConfigDict(env_prefix="KETNAP_", env_ignore_empty=True, extra="ignore")

    province: str
    kafka_url: str = "127.0.0.1:9092"
    database_url: str = ""
    database_password_file: Path | None = None
    database_owner_url: str = ""
    """As `database_url`, for the role that owns the database: migrations need it, services never."""
    database_owner_password_file: Path | None = None

    @property
    def database(self) -> str:
        return _told(self.database_url, self.database_password_file, "DATABASE_URL")

    @property
    def owner(self) -> str:
        return _told(self.database_owner_url, self.database_owner_password_file, "DATABASE_OWNER_URL")


def run[T](work: Coroutine[Any, Any, T]) -> T:  # Any: nothing is sent into it
    """The work of one command; what the operator can do something about ends in one sentence."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger("ERROR"),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    look_seldom()
    try:
        return asyncio.run(work)
    except Rejected as no:
        raise Unable(no.sentence("en"), Code.CONFLICT) from None
    except KafkaError as error:
        raise Unable(f"Apache Kafka does not answer ({named(error)}): start it, then try again.") from None
    except (FileNotFoundError, PermissionError):
        raise  # a key or a password; the command line has a sentence for it
    except Exception as error:
        if type(error) is LookupError:  # its kinds are mistakes of ours
            raise Unable(f"{error}.", Code.NOT_FOUND) from None
        if is_lost(error):
            raise Unable(
                f"The database does not answer ({named(error)}): start it, then try again."
            ) from None
        raise


def is_one_service() -> bool:
    """Does the environment speak of one service alone."""
    return bool(os.environ.get(TOLD)) and not elsewhere.is_told()


def whole(province: str) -> Running:
    """A whole deployment: the one that KETNAP_DEPLOYMENT tells of, or one of this home."""
    if not elsewhere.is_told():
        return _of_this_home(province)
    if not province:
        raise Unable("Say the code of the deployment with --province.", Code.USAGE)
    deployment, at = elsewhere.deployment(province)
    return _running(deployment, at)


def stores(province: str, service: str = "") -> Stores:
    """Of a deployment, and of the service if one is named."""
    if is_one_service():
        return _of_environment(province)
    running = whole(province)
    found: dict[str, object] = {
        "province": running.deployment.province,
        "kafka_url": running.at.kafka,
    }
    if service:
        found |= {
            "database_url": running.database_url(service),
            "database_password_file": running.password(service),
            "database_owner_url": running.database_url(service, owner=True),
            "database_owner_password_file": running.password(f"{service}-owner"),
        }
    return Stores.model_validate(found)


def settings_of(service: str, province: str) -> Settings:
    """What the service itself is told."""
    if service not in WITH_LOG:
        raise Unable(f"{service} has no log; there are: {', '.join(WITH_LOG)}.", Code.NOT_FOUND)
    try:
        if is_one_service():
            _of_environment(province)
            return Settings()
        return whole(province).settings(service)
    except ValidationError as error:
        raise not_told(error) from None


@asynccontextmanager
async def made(service: str, province: str) -> AsyncGenerator[Service]:
    """A service of this deployment, connected when it is asked something; it neither serves nor works by itself."""
    try:
        one = catalogue.create(service, settings_of(service, province))
    except ValueError as error:  # a key that is none
        raise Unable(f"{error}.") from None
    try:
        yield one
    finally:
        await one.core.append.close()
        await one.core.db.close()


@asynccontextmanager
async def opened(service: str, province: str) -> AsyncGenerator[Service]:
    """As `made`, after a look at whether the database is this service's at all.

    Raises:
        Unable: it is another's.
    """
    async with made(service, province) as one:
        async with driver(one.core.db) as db:
            rows = await db.fetch("SELECT DISTINCT projection FROM core.cursors")
        there = {row["projection"] for row in rows} - {policies.NAME}
        known = {model.name for model in one.models}
        if there - known and known - there:
            raise Unable(
                f"This database is not {service}'s of this release: it holds {', '.join(sorted(there - known))}. "
                "Name the service whose environment this is, or let it start once after an upgrade.",
                Code.CONFLICT,
            )
        yield one


def _of_environment(province: str) -> Stores:
    try:
        found = Stores()
    except ValidationError as error:
        raise not_told(error) from None
    if province not in {"", found.province}:
        raise Unable(f"The environment is that of {found.province}, not of {province}.", Code.CONFLICT)
    return found


def _of_this_home(province: str) -> Running:
    """Without a name the only one there is."""
    chosen = settings.load()
    there = enrolled(place.find(chosen))
    names = ", ".join(deployment.province for deployment in there) or "none yet: say `ketnap up`"
    found = [deployment for deployment in there if province in {"", deployment.province}]
    if not found:
        raise Unable(
            f"There is no {province or 'province'} in this home; there are: {names}.", Code.NOT_FOUND
        )
    if len(found) > 1:
        raise Unable(f"Say which with --province; there are: {names}.", Code.USAGE)
    return _running(found[0], on_this_machine(Ports(base=chosen.base_port), found[0].number))


def _running(deployment: Deployment, at: Addresses) -> Running:
    """Without what only people read; its clock is looked at if there is one."""
    return Running(deployment=deployment, at=at, name="", support="", sample=True)


def _told(url: str, password: Path | None, name: str) -> str:
    if not url:
        raise Unable(f"KETNAP_{name} is missing.", Code.USAGE)
    return with_password(url, password)
