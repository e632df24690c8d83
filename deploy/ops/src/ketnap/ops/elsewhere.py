"""A deployment whose parts run elsewhere, in containers or on servers: KETNAP_* says where they are."""

import os
from pathlib import Path

from pydantic import ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from ketnap.ops.deployment import Deployment
from ketnap.ops.services import Addresses
from ketnap.ops.unable import not_told

TOLD = "KETNAP_DEPLOYMENT"


class Told(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="KETNAP_", extra="ignore")

    deployment: Path
    """A folder that all parts of the deployment see: keys, what was loaded so far and, of a sample, the clock."""
    postgres: str
    """host:port."""
    superuser: Path | None = None
    """The password of PostgreSQL's superuser: needed to prepare a deployment, and by nobody later."""
    kafka_url: str
    agencies_kafka: str | None = None
    """As other agencies find it."""
    services: dict[str, str]
    """URL of each service, the portal's included (JSON)."""
    portal_url: str
    """As browsers find it."""


def is_told() -> bool:
    return bool(os.environ.get(TOLD))


def told() -> Told:
    """Raises Unable when something was not told."""
    try:
        return Told()
    except ValidationError as error:
        raise not_told(error) from None


def deployment(province: str) -> tuple[Deployment, Addresses]:
    """Raises Unable when something was not told."""
    here = told()
    at = Addresses(
        postgres=here.postgres,
        kafka=here.kafka_url,
        agencies_kafka=here.agencies_kafka,
        services=here.services,
        portal=here.portal_url,
        public_keys=public_keys(here.deployment).as_uri(),
    )
    return Deployment(province=province, number=0, folder=here.deployment), at


def public_keys(folder: Path) -> Path:
    """Of the portal, which opens last: until then nobody could ask it."""
    return folder / "public-keys.json"
