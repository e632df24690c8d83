"""A service put together: what it stands on, what it hears and tells, and how it runs as api, as worker, or as both."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from importlib.metadata import version

import asyncpg
import structlog
from fastapi import APIRouter, FastAPI
from faststream.kafka import KafkaBroker, KafkaRouter

from ketnap.common import log, logs, projector, rebuild
from ketnap.common.access import TOO_OLD, Access, Row, Told
from ketnap.common.api import create_app
from ketnap.common.append import Coalescer
from ketnap.common.clock import Clock
from ketnap.common.codec import Codec
from ketnap.common.cursors import cursors
from ketnap.common.database import Database, driver
from ketnap.common.decider import Decider
from ketnap.common.execute import Aggregate, Loader
from ketnap.common.health import Finding, Health
from ketnap.common.hearing import subscribe
from ketnap.common.http import Gate
from ketnap.common.identity import Issuers
from ketnap.common.landing import Landing, Topic
from ketnap.common.leader import lead
from ketnap.common.metrics import Metrics
from ketnap.common.personal import Vault, read_key
from ketnap.common.policies import Policies, Policy
from ketnap.common.reading import Reader
from ketnap.common.readmodel import AnyModel, ReadModel
from ketnap.common.relay import Relay, Telling
from ketnap.common.settings import Settings
from ketnap.common.signals import signals
from ketnap.common.worker import Bell, Step, forever
from ketnap.contracts.registry import Role

logger = structlog.get_logger()

AHEAD = 60.0  # seconds that the log may be ahead of the clock
STOPPED = 30.0  # seconds without a move of a cursor that lags


class Core:
    """What every service stands on: its database, its log, its keys, its clock."""

    def __init__(self, service: str, settings: Settings) -> None:
        self.service = service
        self.settings = settings
        self.province = settings.province
        self.bell = Bell()
        self.clock = Clock(settings.clock_file, moved=self.bell.ring)
        self.metrics = Metrics(service)
        self.appended = asyncio.Event()
        self.db = Database(settings.database, pool=settings.pool, name=f"ketnap {service}")
        self.vault = Vault(read_key(settings.master_key_file))
        self.load = Loader(self.db)
        self.append = Coalescer(self.db, self.clock, self.metrics, self._stored)
        self._pepper = read_key(settings.pepper_file)

    def _stored(self, position: int) -> None:
        self.metrics.log_position.set(position)
        self.appended.set()
        self.bell.ring()

    def aggregate[C, S, E](
        self, category: str, decider: Decider[C, S, E], codec: Codec[E]
    ) -> Aggregate[C, S, E]:
        return Aggregate(
            category=category,
            decider=decider,
            codec=codec,
            db=self.db,
            load=self.load,
            append=self.append,
            vault=self.vault,
            pepper=self._pepper,
            metrics=self.metrics,
        )

    def topic(self, name: str) -> str:
        """A topic of this deployment: `registry.v1` is `<province>.registry.v1`."""
        return f"{self.province}.{name}"


class Service:
    """One service of one deployment, made by its `app.py`."""

    def __init__(
        self,
        core: Core,
        *,
        hears: Sequence[Topic],
        tells: Sequence[Telling],
        models: Sequence[AnyModel],
        access_model: ReadModel[Row, Told],
        may: Mapping[str, frozenset[Role]],
        routers: Callable[[Gate, Reader], Sequence[APIRouter]],
        policies: Sequence[Policy] = (),
        jobs: Mapping[str, Callable[[], Awaitable[bool]]] | None = None,
        source_of_rights: bool = False,
    ) -> None:
        self.core = core
        self.hears = list(hears)
        self.models: list[AnyModel] = [access_model, *models]
        self.access = Access(core.db, access_model)
        self.gate = Gate(
            issuers=Issuers(core.settings.issuers),
            access=self.access,
            clock=core.clock,
            may=may,
            source_of_rights=source_of_rights,
        )
        self.reader = Reader(core.db, core.bell, core.province, [topic.name for topic in hears])
        self.routers = list(routers(self.gate, self.reader))
        self.policies = Policies(core.db, policies)
        self.jobs = dict(jobs or {})
        self.relays = [
            Relay(
                telling,
                province=core.province,
                service=core.service,
                db=core.db,
                kafka=core.settings.kafka_url,
                metrics=core.metrics,
            )
            for telling in tells
        ]
        self.landings = [
            Landing(
                topic,
                db=core.db,
                append=core.append,
                vault=core.vault,
                metrics=core.metrics,
                now=core.clock.now,
            )
            for topic in hears
        ]
        self.health = Health(
            {
                "database": self._database,
                "clock": self._clock,
                "rights": self._rights,
                "delivery": self._delivery,
                "projections": self._projections,
            }
        )

    # -- Running

    def create_app(self, *, worker: bool = True, api: bool = True) -> FastAPI:
        """The ASGI application: probes always, the API and the worker as asked."""

        @asynccontextmanager
        async def lifespan(_app: FastAPI) -> AsyncGenerator[None]:
            await self._database_answers()
            await projector.prepare(self.core.db, self.models)
            async with self.running(worker=worker):
                yield

        return create_app(
            title=f"Ketnap {self.core.service}",
            routers=self.routers if api else [],
            health=self.health,
            metrics=self.core.metrics,
            lifespan=lifespan,
        )

    @asynccontextmanager
    async def running(self, *, worker: bool = True) -> AsyncGenerator[None]:
        """Land, project, react and tell until the block is left; without `worker` only listen for wake-ups."""
        core = self.core
        tasks = [
            asyncio.create_task(self.health.tick(), name="tick"),
            asyncio.create_task(signals(core.db.dsn, core.bell, core.appended), name="signals"),
            asyncio.create_task(self._follow(), name="follow"),
        ]
        broker: KafkaBroker | None = None
        if worker:
            steps: dict[str, Step] = {
                **{f"project {model.name}": partial(self._project, model) for model in self.models},
                "policies": self.policies.step,
            }
            tasks += [
                asyncio.create_task(forever(name, step, core.bell), name=name) for name, step in steps.items()
            ]
            tasks += [
                asyncio.create_task(forever(name, job, core.bell), name=name)
                for name, job in self.jobs.items()
            ]
            tasks.append(
                asyncio.create_task(
                    lead(core.db.dsn, core.db, self.relays, core.bell, core.metrics), name="relay"
                )
            )
            broker = self._broker()
            tasks.append(asyncio.create_task(self._listen(broker), name="listen"))
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await _bounded("tasks", asyncio.gather(*tasks, return_exceptions=True))
            if broker is not None:
                await _bounded("broker", broker.stop())
            await _bounded("append", core.append.close())
            await _bounded("database", core.db.close())

    def _broker(self) -> KafkaBroker:
        broker = KafkaBroker(
            self.core.settings.kafka_url,
            allow_auto_create_topics=False,
            logger=None,
            client_id=f"ketnap-{self.core.service}",
        )
        router = KafkaRouter()
        for landing in self.landings:
            subscribe(router, landing, service=f"{self.core.province}.{self.core.service}", db=self.core.db)
        broker.include_router(router)
        return broker

    async def _listen(self, broker: KafkaBroker) -> None:
        """Start hearing, again and again while Kafka is away; then look after gaps."""
        while self.landings:
            try:
                await broker.start()
                break
            except Exception as error:  # noqa: BLE001 - aiokafka raises many kinds when nobody answers
                logger.warning("kafka_unreachable", error=f"{type(error).__name__}: {error}")
                await _bounded("broker", broker.stop())
                await asyncio.sleep(1)
        while True:
            await asyncio.sleep(1)
            for landing in self.landings:
                with contextlib.suppress(asyncpg.PostgresError, OSError):
                    await landing.watch_gap()

    async def _project(self, model: AnyModel) -> bool:
        """Fold every instance of one model one batch further; a newer definition takes over when it has caught up."""
        async with driver(self.core.db) as db:
            there = await cursors(db, model)
        busy = False
        for cursor in there:
            busy = await projector.advance(self.core.db, self.core.vault, model, cursor.instance) or busy
        if any(cursor.live and cursor.definition < model.definition for cursor in there):
            await rebuild.take_over(self.core.db, model)
        if model is self.models[0]:
            self.access.changed = True
        return busy

    async def _follow(self) -> None:
        """Keep the metrics and the rights in memory up to date."""
        while True:
            self.access.changed = True
            with contextlib.suppress(Exception):
                await self._measure()
            await asyncio.sleep(1)

    async def _measure(self) -> None:
        metrics = self.core.metrics
        async with driver(self.core.db) as db:
            head, at = await log.head(db)
            metrics.log_position.set(head)
            rows = await db.fetch(
                "SELECT c.projection, c.position, l.recorded_at, (SELECT count(*) FROM core.parked p"
                " WHERE p.projection = c.projection AND p.instance = c.instance) AS parked"
                " FROM core.cursors c LEFT JOIN core.log l ON l.position = c.position + 1 WHERE c.live"
            )
        for row in rows:
            name = row["projection"]
            metrics.projection_lag_events.labels(name).set(head - row["position"])
            lag = (
                (at - row["recorded_at"]).total_seconds()
                if row["recorded_at"] and row["position"] < head
                else 0.0
            )
            metrics.projection_lag_seconds.labels(name).set(max(0.0, lag))
            metrics.parked_subjects.labels(name).set(row["parked"])
        access = await self.access.refresh()
        metrics.grants_age_seconds.set(min(access.age(self.core.clock.now()), 1e9))

    # -- What readiness asks

    async def _database_answers(self) -> None:
        async with driver(self.core.db) as db:
            await db.fetchval("SELECT position FROM core.head")

    async def _database(self) -> Finding:
        async with driver(self.core.db) as db:
            position = await db.fetchval("SELECT position FROM core.head")
        return Finding(ok=True, says=f"log at position {position}")

    async def _clock(self) -> Finding:
        async with driver(self.core.db) as db:
            position, at = await log.head(db)
        if not position:
            return Finding(ok=True, says="log is empty")
        ahead = (at - self.core.clock.now()).total_seconds()
        return Finding(ok=ahead < AHEAD, says=f"log is {max(ahead, 0):.0f} s ahead of the clock")

    async def _rights(self) -> Finding:
        access = await self.access.refresh()
        age = access.age(self.core.clock.now())
        known = f"{age:.0f} s ago" if age < float("inf") else "never"
        return Finding(ok=age < TOO_OLD, says=f"registry's last heartbeat known here: {known}")

    async def _delivery(self) -> Finding:
        async with driver(self.core.db) as db:
            rows = await db.fetch(
                "SELECT kind, about, cause FROM core.alarms WHERE kind IN ('log_behind_topic', 'gap')"
            )
        return Finding(
            ok=not rows, says="; ".join(f"{r['kind']} {r['about']}: {r['cause']}" for r in rows) or "no alarm"
        )

    async def _projections(self) -> Finding:
        async with driver(self.core.db) as db:
            rows = await db.fetch(
                "SELECT c.projection, c.position, h.position AS head,"
                " extract(epoch FROM clock_timestamp() - c.moved_at)::float AS still"
                " FROM core.cursors c, core.head h WHERE c.live"
            )
        stopped = [r for r in rows if r["position"] < r["head"] and r["still"] > STOPPED]
        says = "; ".join(
            f"{r['projection']} {r['head'] - r['position']} behind" for r in rows if r["position"] < r["head"]
        )
        return Finding(ok=not stopped, says=says or "all caught up")


async def _bounded(what: str, step: Awaitable[object], seconds: float = 5.0) -> None:
    """One step of a shutdown, never for ever: nothing is lost by leaving it."""
    try:
        async with asyncio.timeout(seconds):
            await step
    except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001 - aiokafka cancels itself when brokers are gone
        logger.warning("shutdown_step_left", step=what, error=f"{type(error).__name__}: {error}")


def configure_logs(settings: Settings, service: str, role: str) -> None:
    logs.configure(
        service=service,
        role=role,
        version=version("ketnap"),
        province=settings.province,
        level=settings.log_level,
    )
