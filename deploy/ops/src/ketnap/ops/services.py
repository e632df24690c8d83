"""The services of a deployment as processes, and what each is told by its environment."""

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ketnap.common.settings import Settings
from ketnap.ops.deployment import SERVICES, Deployment, Ports
from ketnap.ops.process import Process
from ketnap.ops.ready import HOST, Http
from ketnap.portal.tokens import issuer_of

WITH_LOG = tuple(service for service in SERVICES if service != "portal")


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Where a deployment's parts find each other: host:port of the servers, URLs of the services."""

    postgres: str
    kafka: str
    services: Mapping[str, str]
    portal: str
    """As browsers find it."""
    public_keys: str
    """Of its tokens: an address, or a file."""
    agencies_kafka: str | None = None
    """As other agencies find it, where that is known."""


def on_this_machine(ports: Ports, number: int) -> Addresses:
    services = {service: f"http://{HOST}:{ports.of(number, service)}" for service in SERVICES}
    return Addresses(
        postgres=f"{HOST}:{ports.postgres}",
        kafka=f"{HOST}:{ports.kafka}",
        services=services,
        portal=services["portal"],
        public_keys=f"{services['portal']}/.well-known/jwks.json",
        agencies_kafka=f"{HOST}:{ports.kafka}",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A deployment with its addresses."""

    deployment: Deployment
    at: Addresses
    name: str
    """Of the province, for people."""
    support: str
    sample: bool

    @property
    def clock(self) -> Path:
        """A sandbox's clock; a deployment is a sandbox when its pack says so."""
        return self.deployment.folder / "clock"

    @property
    def issuer(self) -> str:
        """Of the tokens that officers with a built-in account come with."""
        return issuer_of(self.deployment.province)

    def role(self, service: str) -> str:
        return self.deployment.database(service)

    def password(self, service: str) -> Path:
        return self.deployment.keys / f"postgres-{service}.password"

    def database_url(self, service: str, *, owner: bool = False) -> str:
        """Without the password, which stands in a file."""
        role = f"{self.role(service)}_owner" if owner else self.role(service)
        return f"postgresql+asyncpg://{role}@{self.at.postgres}/{self.deployment.database(service)}"

    def environment(self, service: str) -> dict[str, str]:
        """KETNAP_* of one service; secrets are names of files."""
        keys = self.deployment.keys
        common = {
            "KETNAP_PROVINCE": self.deployment.province,
            "KETNAP_DATABASE_URL": self.database_url(service),
            "KETNAP_DATABASE_PASSWORD_FILE": str(self.password(service)),
        }
        if self.sample:
            common["KETNAP_CLOCK_FILE"] = str(self.clock)
        return common | (self._portal(keys) if service == "portal" else self._with_log(keys))

    def settings(self, service: str) -> Settings:
        """What a service with a log reads from its environment."""
        told = {
            name.removeprefix("KETNAP_").lower(): value for name, value in self.environment(service).items()
        }
        return Settings.model_validate(told | {"issuers": json.loads(told["issuers"])})

    def _with_log(self, keys: Path) -> dict[str, str]:
        return {
            "KETNAP_KAFKA_URL": self.at.kafka,
            "KETNAP_MASTER_KEY_FILE": str(keys / "master.key"),
            "KETNAP_PEPPER_FILE": str(keys / "pepper.key"),
            "KETNAP_ISSUERS": json.dumps({self.issuer: self.at.public_keys}),
        }

    def _portal(self, keys: Path) -> dict[str, str]:
        services = {service: self.at.services[service] for service in WITH_LOG}
        agencies = {"KETNAP_AGENCIES_KAFKA": self.at.agencies_kafka} if self.at.agencies_kafka else {}
        return agencies | {
            "KETNAP_PROVINCE_NAME": self.name,
            "KETNAP_SUPPORT": self.support,
            "KETNAP_PORTAL_URL": self.at.portal,
            "KETNAP_SIGNING_KEYS": str(keys),
            "KETNAP_SAMPLE": str(self.sample).lower(),
            "KETNAP_SERVICES": json.dumps(services),
        }


def processes(running: Running, ports: Ports) -> list[Process]:
    """The services as processes of this machine."""
    return [_process(running, ports, service) for service in SERVICES]


def _process(running: Running, ports: Ports, service: str) -> Process:
    province, number = running.deployment.province, running.deployment.number
    port = ports.of(number, service)
    return Process(
        name=f"{province}-{service}",
        title=f"{service} of {province}",
        argv=(
            sys.executable,
            *("-m", "ketnap.ops.serve", service),
            *("--port", str(port), "--metrics-port", str(ports.metrics_of(number, service))),
        ),
        port=port,
        ready=Http(url=f"{running.at.services[service]}/health/live"),
        env=running.environment(service),
        after=("postgres", "kafka"),
    )
