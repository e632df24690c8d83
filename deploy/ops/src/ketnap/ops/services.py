"""The services of a deployment as processes, and what each is told by its environment."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path

from ketnap.common.settings import Settings
from ketnap.ops.deployment import SERVICES, Deployment, Ports
from ketnap.ops.process import Process
from ketnap.ops.ready import HOST, Http

WITH_LOG = tuple(service for service in SERVICES if service != "portal")


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """A deployment with its addresses on this machine."""

    deployment: Deployment
    ports: Ports
    name: str
    """Of the province, for people."""
    support: str
    sample: bool

    @property
    def clock(self) -> Path:
        """The sandbox's clock; a deployment on this machine is a sandbox when its pack says so."""
        return self.deployment.folder / "clock"

    def port(self, service: str) -> int:
        return self.ports.of(self.deployment.number, service)

    def url(self, service: str) -> str:
        return f"http://{HOST}:{self.port(service)}"

    def role(self, service: str) -> str:
        return self.deployment.database(service)

    def password(self, service: str) -> Path:
        return self.deployment.keys / f"postgres-{service}.password"

    def database_url(self, service: str, *, owner: bool = False) -> str:
        """Without the password, which stands in a file."""
        role = f"{self.role(service)}_owner" if owner else self.role(service)
        return f"postgresql+asyncpg://{role}@{HOST}:{self.ports.postgres}/{self.deployment.database(service)}"

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
        issuer = self.url("portal")
        return {
            "KETNAP_KAFKA_URL": f"{HOST}:{self.ports.kafka}",
            "KETNAP_MASTER_KEY_FILE": str(keys / "master.key"),
            "KETNAP_PEPPER_FILE": str(keys / "pepper.key"),
            "KETNAP_ISSUERS": json.dumps({issuer: f"{issuer}/.well-known/jwks.json"}),
        }

    def _portal(self, keys: Path) -> dict[str, str]:
        services = {service: self.url(service) for service in WITH_LOG}
        return {
            "KETNAP_PROVINCE_NAME": self.name,
            "KETNAP_SUPPORT": self.support,
            "KETNAP_PORTAL_URL": self.url("portal"),
            "KETNAP_SIGNING_KEYS": str(keys),
            "KETNAP_SAMPLE": str(self.sample).lower(),
            "KETNAP_SERVICES": json.dumps(services),
        }

    def processes(self) -> list[Process]:
        return [self._process(service) for service in SERVICES]

    def _process(self, service: str) -> Process:
        port = self.port(service)
        metrics = self.ports.metrics_of(self.deployment.number, service)
        return Process(
            name=f"{self.deployment.province}-{service}",
            title=f"{service} of {self.deployment.province}",
            argv=(
                sys.executable,
                *("-m", "ketnap.ops.cli", "serve", service),
                *("--port", str(port), "--metrics-port", str(metrics)),
            ),
            port=port,
            ready=Http(url=f"{self.url(service)}/health/live"),
            env=self.environment(service),
            after=("postgres", "kafka"),
        )
