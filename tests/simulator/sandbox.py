"""A sandbox for tests: the four services in this process, begun with a pack, its clock in the test's hands."""

from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from uuid import uuid4

import httpx

from ketnap.admission import app as admission
from ketnap.common.clock import Clock
from ketnap.common.database import driver
from ketnap.common.frozen import frozen
from ketnap.common.service import Service
from ketnap.common.settings import Settings
from ketnap.contracts.schemas import TOPICS
from ketnap.packs.desk import Desk
from ketnap.packs.journal import Journal
from ketnap.packs.load import begin, set_clock
from ketnap.packs.officers import Officer
from ketnap.packs.pack import Pack
from ketnap.registry import app as registry
from ketnap.statistics import app as statistics
from ketnap.training import app as training
from tests.kit import fresh_database, make_topics, settings
from tests.province import ISSUER, TestIssuer

SERVICES: dict[str, tuple[Callable[[Settings], Service], Sequence[Path]]] = {
    "registry": (registry.create_service, registry.MIGRATIONS),
    "training": (training.create_service, training.MIGRATIONS),
    "admission": (admission.create_service, admission.MIGRATIONS),
    "statistics": (statistics.create_service, statistics.MIGRATIONS),
}


@frozen
class Sandbox:
    pack: Pack
    clock: Clock
    issuer: TestIssuer
    services: dict[str, Service]
    clients: dict[str, httpx.AsyncClient]
    registry: Settings

    def desk(self, journal: Journal | None = None, *, patience: float = 60.0) -> Desk:
        return Desk(
            self.clients,
            sign=self.sign,
            ids=self.pack.ids,
            journal=Journal() if journal is None else journal,
            patience=patience,
        )

    def sign(self, officer: Officer) -> str:
        return self.issuer.token(str(officer.account))

    async def decided(self) -> dict[str, int]:
        """Events of each service's own; heartbeats and what was heard of others apart."""
        counts = {}
        for name, service in self.services.items():
            async with driver(service.core.db) as db:
                counts[name] = await db.fetchval(
                    "SELECT count(*) FROM core.log WHERE type NOT LIKE '%heartbeat%' AND type NOT LIKE '%.v1'"
                )
        return counts


@asynccontextmanager
async def sandbox(
    postgres: str, kafka: str, folder: Path, pack: Pack, names: Sequence[str] = tuple(SERVICES)
) -> AsyncGenerator[Sandbox]:
    code = f"t{uuid4().hex[:10]}"
    clock_file = folder / "clock"
    clock = Clock(clock_file)
    set_clock(pack, clock)
    issuer = TestIssuer(folder)
    await make_topics(kafka, [f"{code}.{topic}" for topic in TOPICS])
    issuers = {ISSUER: f"file://{folder / 'jwks.json'}"}
    services: dict[str, Service] = {}
    clients: dict[str, httpx.AsyncClient] = {}
    async with AsyncExitStack() as stack:
        chosen: dict[str, Settings] = {}
        for name in names:
            database = await stack.enter_async_context(fresh_database(postgres, SERVICES[name][1]))
            chosen[name] = settings(
                database, kafka, folder, province=code, issuers=issuers, clock_file=clock_file
            )
        await begin(pack, chosen["registry"], ISSUER)
        for name in names:
            services[name] = SERVICES[name][0](chosen[name])
            app = services[name].create_app()
            await stack.enter_async_context(app.router.lifespan_context(app))
            transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
            client = httpx.AsyncClient(transport=transport, base_url=f"http://{name}.test", timeout=30)
            clients[name] = await stack.enter_async_context(client)
        yield Sandbox(
            pack=pack,
            clock=clock,
            issuer=issuer,
            services=services,
            clients=clients,
            registry=chosen["registry"],
        )
