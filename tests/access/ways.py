"""Every way into every service, made from the route tables and the action tables.

A service joins by one entry of `JOINED`, a route by its sample.
"""

import base64
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from fastapi.routing import APIRoute

from ketnap.admission import actions as admission_actions
from ketnap.admission import app as admission
from ketnap.common.frozen import frozen
from ketnap.common.service import Service
from ketnap.common.settings import Settings
from ketnap.contracts.registry import Role
from ketnap.registry import actions as registry_actions
from ketnap.registry import app as registry
from ketnap.statistics import actions as statistics_actions
from ketnap.statistics import app as statistics
from ketnap.training import actions as training_actions
from ketnap.training import app as training
from tests.access.admission import ADMISSION
from tests.access.here import Samples
from tests.access.registry import REGISTRY
from tests.access.statistics import STATISTICS
from tests.access.training import TRAINING


@frozen
class Joined:
    create: Callable[[Settings], Service]
    migrations: Sequence[Path]
    may: Mapping[str, frozenset[Role]]
    samples: Samples


JOINED = {
    "registry": Joined(
        create=registry.create_service,
        migrations=registry.MIGRATIONS,
        may=registry_actions.MAY,
        samples=REGISTRY,
    ),
    "training": Joined(
        create=training.create_service,
        migrations=training.MIGRATIONS,
        may=training_actions.MAY,
        samples=TRAINING,
    ),
    "admission": Joined(
        create=admission.create_service,
        migrations=admission.MIGRATIONS,
        may=admission_actions.MAY,
        samples=ADMISSION,
    ),
    "statistics": Joined(
        create=statistics.create_service,
        migrations=statistics.MIGRATIONS,
        may=statistics_actions.MAY,
        samples=STATISTICS,
    ),
}


@frozen
class Way:
    """One method of one address of one service."""

    service: str
    method: str
    path: str
    action: str

    def __str__(self) -> str:
        return f"{self.service} {self.method} {self.path}"

    @property
    def may(self) -> frozenset[Role]:
        return JOINED[self.service].may[self.action]


def _ways() -> Iterator[Way]:
    """What the routers of the services hold: the application does not list the routes of routers it includes."""
    with TemporaryDirectory() as folder:
        key = Path(folder) / "key"
        key.write_text(base64.b64encode(bytes(32)).decode())
        settings = Settings(
            province="tinh-mau",
            database_url="postgresql+asyncpg://nobody@127.0.0.1:1/none",
            master_key_file=key,
            pepper_file=key,
        )
        for name, joined in JOINED.items():
            for router in joined.create(settings).routers:
                for route in router.routes:
                    assert isinstance(route, APIRoute), f"{name} has a route of another kind: {route}"
                    for method in sorted(route.methods or ()):
                        yield Way(service=name, method=method, path=route.path, action=route.name)


WAYS = list(_ways())
