"""A service put together: what it stands on, what it hears and tells, and how it runs as api, as worker, or as both."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import partial
from importlib.metadata import version
from pathlib import Path

import structlog
from fastapi import APIRouter, FastAPI

from ketnap.common import log, logs, projector, rebuild
from ketnap.common.access import TOO_OLD, Access, Row, Told
from ketnap.common.api import create_app
from ketnap.common.append import Coalescer
from ketnap.common.clock import Clock
from ketnap.common.codec import Codec
from ketnap.common.database import Database, driver
from ketnap.common.decider import Decider
from ketnap.common.execute import Aggregate, Loader
from ketnap.common.garbage import look_seldom
from ketnap.common.health import Finding, Health
from ketnap.common.hearing import hear
from ketnap.common.http import Gate, Guarded
from ketnap.common.identity import Issuers
from ketnap.common.landing import Landing, Topic
from ketnap.common.leader import lead
from ketnap.common.logs import named
from ketnap.common.metrics import Metrics
from ketnap.common.personal import Vault, read_key
from ketnap.common.policies import Policies, Policy
from ketnap.common.reading import Reader
from ketnap.common.readmodel import AnyModel, ReadModel
from ketnap.common.relay import Relay, Telling
from ketnap.common.revisions import CORE, missing
from ketnap.common.settings import Settings
from ketnap.common.signals import signals
from ketnap.common.worker import Bell, Step, bounded, forever
from ketnap.contracts.registry import Role

logger = structlog.get_logger()

AHEAD = 60.0  # seconds that the log may be ahead of the clock
STOPPED = 30.0  # seconds without a move of a cursor that lags
PRUNE = 3600.0  # seconds between two looks at old command ids
COMMANDS_KEPT = timedelta(days=90)


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
        migrations: Sequence[Path] = (),
    ) -> None:
        self.core = core
        self._migrations = [CORE, *migrations]
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
        _check_actions(self.routers, may)
        self.policies = Policies(core.db, policies)
        self.jobs = dict(jobs or {})
        self._worker = False
        self._dead: list[str] = []
        self._lacks: dict[frozenset[str], list[str]] = {}
        for model in self.models:
            core.metrics.begin_projection(model.name)
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
                "schema": self._schema,
                "clock": self._clock,
                "rights": self._rights,
                "heard": self._heard,
                "projections": self._projections,
                "tasks": self._tasks,
                "alarms": self._alarms,
            }
        )

    # -- Running

    def create_app(self, *, worker: bool = True, api: bool = True) -> FastAPI:
        """The ASGI application: probes always, the API and the worker as asked."""

        @asynccontextmanager
        async def lifespan(_app: FastAPI) -> AsyncGenerator[None]:
            await self._database()
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
        look_seldom()
        core = self.core
        work: dict[str, Coroutine[None, None, None]] = {
            "tick": self.health.tick(),
            "signals": signals(core.db.dsn, core.bell, core.appended),
            "follow": self._follow(),
            "connections": core.db.keep_small(),
        }
        if worker:
            work |= self._work()
        tasks = [asyncio.create_task(coroutine, name=name) for name, coroutine in work.items()]
        for task in tasks:
            task.add_done_callback(self._ended)
        self._worker = worker
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await bounded("tasks", asyncio.gather(*tasks, return_exceptions=True))
            await bounded("append", core.append.close())
            await bounded("database", core.db.close())

    def _work(self) -> dict[str, Coroutine[None, None, None]]:
        core = self.core
        steps: dict[str, Step] = {
            **{f"project {model.name}": partial(self._project, model) for model in self.models},
            "policies": self.policies.step,
            **self.jobs,
        }
        return {
            **{name: forever(name, step, core.bell) for name, step in steps.items()},
            "prune": forever("prune", self._prune, Bell(), poll=PRUNE),
            "relay": lead(core.db.dsn, core.db, self.relays, core.bell, core.metrics),
            **{
                f"hear {landing.topic.name}": hear(
                    landing,
                    kafka=core.settings.kafka_url,
                    group=f"{core.province}.{core.service}.hears.{landing.topic.name}",  # topics do not rebalance one another
                    client=f"ketnap-{core.service}",
                    db=core.db,
                )
                for landing in self.landings
            },
        }

    def _ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled():
            logger.error("task_ended", task=task.get_name(), exc_info=task.exception())
            self._dead.append(task.get_name())

    async def _project(self, model: AnyModel) -> bool:
        """Fold every instance of one model to the end; a newer definition takes over when it has caught up."""
        async with driver(self.core.db) as db:
            there = await db.fetch(
                "SELECT c.instance, c.definition, c.live, c.position < h.position AS behind,"
                " (SELECT l.position FROM core.log l WHERE l.position > c.position AND l.position <= h.position"
                " AND l.type = ANY ($2::text[]) ORDER BY l.position LIMIT 1) IS NOT NULL AS concerned"
                " FROM core.cursors c, core.head h WHERE c.projection = $1",
                model.name,
                model.concerned_by,
            )
        for row in there:
            if row["behind"] and not row["concerned"]:
                await projector.pass_by(self.core.db, model, row["instance"])
            elif row["behind"]:
                await projector.catch_up(self.core.db, self.core.vault, model, row["instance"])
        if any(row["live"] and row["definition"] < model.definition for row in there):
            await rebuild.take_over(self.core.db, model)
        if model is self.models[0]:
            self.access.changed = True
        return False

    async def _prune(self) -> bool:
        """Command ids are kept 90 days."""
        async with driver(self.core.db) as db:
            await db.execute("SELECT core.prune_commands($1)", self.core.clock.now() - COMMANDS_KEPT)
        return False

    async def _follow(self) -> None:
        """Keep the metrics and the rights in memory up to date."""
        while True:
            self.access.changed = True
            try:
                await self._measure()
            except Exception as error:  # noqa: BLE001 - what cannot be measured now is measured in a second
                logger.warning("not_measured", error=named(error))
            await asyncio.sleep(1)

    async def _measure(self) -> None:
        metrics = self.core.metrics
        now = self.core.clock.now()
        async with driver(self.core.db) as db:
            head, _ = await log.head(db)
            rows = await db.fetch(
                "SELECT c.projection, c.position, l.recorded_at, (SELECT count(*) FROM core.parked p"
                " WHERE p.projection = c.projection AND p.instance = c.instance) AS parked"
                " FROM core.cursors c LEFT JOIN core.log l ON l.position = c.position + 1 WHERE c.live"
            )
            untold = {
                relay.telling.topic: await log.at(db, relay.acknowledged + 1)
                for relay in self.relays
                if relay.acknowledged is not None
            }
            cases, alarms = await db.fetchrow(
                "SELECT (SELECT count(*) FROM core.cases WHERE closed_at IS NULL), (SELECT count(*) FROM core.alarms)"
            )
        metrics.log_position.set(head)
        metrics.open_cases.set(cases)
        metrics.alarms.set(alarms)
        for row in rows:
            name = row["projection"]
            metrics.projection_lag_events.labels(name).set(max(0, head - row["position"]))
            metrics.projection_lag_seconds.labels(name).set(_age(row["recorded_at"], now))
            metrics.parked_subjects.labels(name).set(row["parked"])
        for relay in self.relays:
            entry = untold.get(relay.telling.topic)
            metrics.relay_lag_events.labels(relay.telling.topic).set(
                head - entry.position + 1 if entry else 0
            )
            metrics.relay_lag_seconds.labels(relay.telling.topic).set(
                _age(entry.recorded_at if entry else None, now)
            )
        access = await self.access.refresh()
        metrics.grants_age_seconds.set(min(access.age(now), 1e9))

    # -- What readiness asks

    async def _database(self) -> Finding:
        async with driver(self.core.db) as db:
            position = await db.fetchval("SELECT position FROM core.head")
        return Finding(ok=True, says=f"log at position {position}")

    async def _schema(self) -> Finding:
        async with driver(self.core.db) as db:
            rows = await db.fetch("SELECT version_num FROM public.alembic_version")
        revisions = frozenset(row[0] for row in rows)
        if revisions not in self._lacks:
            self._lacks[revisions] = await asyncio.to_thread(missing, revisions, self._migrations)
        lacks = self._lacks[revisions]
        return Finding(
            ok=not lacks, says=f"lacks {', '.join(lacks)}" if lacks else "as this release needs it"
        )

    async def _clock(self) -> Finding:
        async with driver(self.core.db) as db:
            position, at = await log.head(db)
        if not position:
            return Finding(ok=True, says="log is empty")
        ahead = (at - self.core.clock.now()).total_seconds()
        return Finding(ok=ahead < AHEAD, says=f"log is {max(ahead, 0):.0f} s ahead of the clock")

    async def _rights(self) -> Finding:
        access = await self.access.refresh()
        if access.broken is not None:
            return Finding(ok=False, says=access.broken)
        age = access.age(self.core.clock.now())
        known = f"{age:.0f} s ago" if age < float("inf") else "never"
        return Finding(ok=age < TOO_OLD, says=f"registry's last heartbeat known here: {known}")

    async def _heard(self) -> Finding:
        """What was there at the start has been landed; an API by itself hears nothing."""
        waits = [
            landing.topic.name for landing in self.landings if self._worker and not await landing.has_begun()
        ]
        return Finding(ok=not waits, says=f"not landed yet: {', '.join(waits)}" if waits else "all landed")

    async def _alarms(self) -> Finding:
        """For people to see; a gap or a refusing relay does not stop what can be done here."""
        async with driver(self.core.db) as db:
            rows = await db.fetch("SELECT kind, about, cause FROM core.alarms ORDER BY since")
        says = "; ".join(f"{row['kind']} {row['about']}: {row['cause']}" for row in rows)
        return Finding(ok=True, says=says or "no alarm")

    async def _projections(self) -> Finding:
        now = self.core.clock.now()
        async with driver(self.core.db) as db:
            rows = await db.fetch(
                "SELECT c.projection, h.position - c.position AS behind, l.recorded_at,"
                " extract(epoch FROM clock_timestamp() - c.moved_at)::float AS still"
                " FROM core.head h, core.cursors c JOIN core.log l ON l.position = c.position + 1 WHERE c.live"
            )
        stopped = any(min(row["still"], _age(row["recorded_at"], now)) > STOPPED for row in rows)
        says = "; ".join(f"{row['projection']} {row['behind']} behind" for row in rows)
        return Finding(ok=not stopped, says=says or "all caught up")

    async def _tasks(self) -> Finding:
        return Finding(ok=not self._dead, says=f"ended: {', '.join(self._dead)}" if self._dead else "all run")


def _check_actions(routers: Sequence[APIRouter], may: Mapping[str, frozenset[Role]]) -> None:
    nobody = [
        route.name
        for router in routers
        for route in router.routes
        if isinstance(route, Guarded) and route.name not in may
    ]
    if nobody:
        raise ValueError(f"routes whose action nobody may: {', '.join(nobody)}")


def _age(recorded_at: datetime | None, now: datetime) -> float:
    return max(0.0, (now - recorded_at).total_seconds()) if recorded_at else 0.0


def configure_logs(settings: Settings, service: str, role: str) -> None:
    logs.configure(
        service=service,
        role=role,
        version=version("ketnap"),
        province=settings.province,
        level=settings.log_level,
    )
