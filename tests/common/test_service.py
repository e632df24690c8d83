"""Services put together on real servers: what is done in one is known in the other, and stopping is bounded."""

import asyncio
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import asyncpg
import httpx
import pytest

from ketnap.common import log, projector, service
from ketnap.common.append import Stored
from ketnap.common.database import driver
from ketnap.common.landing import Topic
from ketnap.common.service import Service
from ketnap.common.settings import Settings
from ketnap.contracts.envelope import Envelope
from ketnap.contracts.fact import fact_id
from tests.common import places
from tests.common.office import counts_service, places_service
from tests.common.places import PlaceFilled
from tests.common.topic import foreign_producer, raw
from tests.common.writing import DAY, intent, took
from tests.kit import Database, fresh_database, make_topics, settings, until

TOPICS = ("registry.v1", "quotas.v1", "places.v1")


class Deployment:
    """Services of one province, each with a database of its own."""

    def __init__(self, province: str, kafka: str, folder: Path, databases: dict[str, Database]) -> None:
        self.province = province
        self.kafka = kafka
        self.databases = databases
        self._folder = folder

    def settings(self, name: str, **more: object) -> Settings:
        return settings(
            self.databases[name], self.kafka, self._folder, province=self.province, pool=5, **more
        )

    @property
    def topic(self) -> str:
        return f"{self.province}.places.v1"


@pytest.fixture
async def deployment(postgres: str, kafka: str, tmp_path: Path) -> AsyncGenerator[Deployment]:
    province = f"t{uuid4().hex[:10]}"
    await make_topics(kafka, [f"{province}.{topic}" for topic in TOPICS])
    async with AsyncExitStack() as stack:
        databases = {
            name: await stack.enter_async_context(fresh_database(postgres)) for name in ("places", "counts")
        }
        yield Deployment(province, kafka, tmp_path, databases)


@asynccontextmanager
async def running(made: Service) -> AsyncGenerator[Service]:
    await projector.prepare(made.core.db, made.models)
    async with made.running():
        yield made


async def known(counts: Service) -> int:
    """How many have a place, as the other service knows."""
    async with driver(counts.core.db) as db:
        count: int = await db.fetchval("SELECT count(*) FROM views.filled_v1 WHERE filled")
    return count


def knows(counts: Service, count: int) -> Callable[[], "asyncio.Future[bool]"]:
    async def there() -> bool:
        return await known(counts) == count

    return lambda: asyncio.ensure_future(there())


async def test_what_is_done_in_one_service_is_known_in_the_other(deployment: Deployment) -> None:
    async with (
        running(places_service(deployment.settings("places"))) as places_,
        running(counts_service(deployment.settings("counts"))) as counts,
    ):
        for n in range(1, 4):
            await took(places_.core, count=5)
            await until(knows(counts, 5 * n))

        metrics = counts.core.metrics.registry
        topic = {"topic": deployment.topic}
        assert metrics.get_sample_value("ketnap_landed_facts_total", topic) == 15
        assert metrics.get_sample_value("ketnap_fact_gap", topic) == 0


async def test_two_instances_of_every_service_do_nothing_twice(deployment: Deployment) -> None:
    async with (
        running(places_service(deployment.settings("places"))) as one,
        running(places_service(deployment.settings("places"))) as two,
        running(counts_service(deployment.settings("counts"))) as counts,
        running(counts_service(deployment.settings("counts"))),
    ):
        await asyncio.gather(took(one.core, count=20), took(two.core, count=20))
        await until(knows(counts, 40))

        async with driver(counts.core.db) as db:
            assert await db.fetchval("SELECT max(facts) FROM views.filled_v1") == 1
            assert await db.fetchval("SELECT count(*) FROM core.alarms") == 0
    numbers = [
        Envelope.parse(record.headers).factno for record in await raw(deployment.kafka, deployment.topic)
    ]
    assert numbers == list(range(1, 41))


async def test_a_service_that_was_away_catches_up_and_is_ready_only_then(deployment: Deployment) -> None:
    async with running(places_service(deployment.settings("places"))) as places_:
        await took(places_.core, count=30)
        relay = places_.relays[0]
        await until(lambda: _told(relay.told is not None and relay.told.number == 30))

    late = counts_service(deployment.settings("counts"))
    assert not (await late.health.ready())["schema"].says.startswith("lacks")
    async with running(late) as counts:
        await until(lambda: _ready(counts, "heard"))
        assert await _landed(counts, deployment.topic) == 30
        await until(knows(counts, 30))


async def _told(condition: bool) -> bool:
    return condition


async def _ready(one: Service, check: str) -> bool:
    return (await one.health.ready())[check].ok


async def _landed(one: Service, topic: str) -> int:
    async with driver(one.core.db) as db:
        return await log.version(db, topic)


async def test_a_consumer_restored_to_an_older_moment_goes_back_to_where_its_log_ends(
    deployment: Deployment,
) -> None:
    async with running(places_service(deployment.settings("places"))) as places_:
        async with running(counts_service(deployment.settings("counts"))) as counts:
            await took(places_.core, count=10)
            await until(knows(counts, 10))
        owner = await asyncpg.connect(deployment.databases["counts"].owner_dsn)
        async with owner.transaction():
            await owner.execute("DELETE FROM core.log WHERE position > 4")
            await owner.execute("UPDATE core.head SET position = 4")
            await owner.execute("UPDATE core.cursors SET position = 0")
        await owner.close()
        async with driver((older := counts_service(deployment.settings("counts"))).core.db) as db:
            await db.execute("TRUNCATE views.filled_v1")
        await older.core.db.close()

        async with running(counts_service(deployment.settings("counts"))) as counts:
            await until(knows(counts, 10))


async def test_poison_on_a_topic_stops_nobody_and_is_visible(deployment: Deployment) -> None:
    def headers(number: int) -> list[tuple[str, bytes]]:
        envelope = Envelope(
            id=fact_id(uuid4(), PlaceFilled.TYPE, 0),
            type=PlaceFilled.TYPE,
            source="s",
            subject=str(uuid4()),
            time=datetime.now(UTC),
            factno=number,
            epoch=1,
            position=number,
            part=0,
        )
        return envelope.headers()

    good = PlaceFilled(person=uuid4(), quota="north", filled=True).model_dump_json().encode()
    async with foreign_producer(deployment.kafka) as producer:
        await producer.send_and_wait(deployment.topic, good, b"k", headers=headers(1))
        await producer.send_and_wait(deployment.topic, b'{"a": "\\u0000', b"k", headers=headers(2))
        await producer.send_and_wait(deployment.topic, None, b"k", headers=headers(3))
        await producer.send_and_wait(deployment.topic, b"x", b"k", headers=[("a", b"\xff"), ("b", None)])
        await producer.send_and_wait(
            deployment.topic, good, b"k", headers=[*headers(4), ("traceparent", b"\xff\xfe")]
        )
        await producer.send_and_wait(deployment.topic, good, b"k", headers=headers(9))
        await producer.send_and_wait(deployment.topic, good, b"k", headers=headers(5))

    async with running(counts_service(deployment.settings("counts"))) as counts:
        await until(lambda: _has_landed(counts, deployment.topic, 5))
        await until(lambda: _folded(counts))
        async with driver(counts.core.db) as db:
            strays = await db.fetch("SELECT kafka_offset, cause FROM core.strays")
            parked = await db.fetch("SELECT since, cause FROM core.parked ORDER BY since")
            alarms = await db.fetch("SELECT kind FROM core.alarms")
        assert [stray["kafka_offset"] for stray in strays] == [3]
        assert [row["cause"].split(":")[0] for row in parked] == ["ValidationError", "ValidationError"]
        assert [row["kind"] for row in alarms] == ["stray"]


async def _has_landed(one: Service, topic: str, number: int) -> bool:
    return await _landed(one, topic) == number


async def _folded(one: Service) -> bool:
    async with driver(one.core.db) as db:
        behind: int = await db.fetchval(
            "SELECT count(*) FROM core.cursors c, core.head h WHERE c.position < h.position AND c.projection = 'filled'"
        )
    return behind == 0


async def test_a_topic_that_nobody_made_yet_stops_no_other(deployment: Deployment) -> None:
    made = counts_service(deployment.settings("counts"))
    made.landings[0].topic = Topic(name=f"{deployment.province}.never.v1")
    async with running(places_service(deployment.settings("places"))) as places_, running(made) as counts:
        await took(places_.core)
        await until(knows(counts, 1))


# -- Stopping


async def test_stopping_is_bounded_while_kafka_is_away(deployment: Deployment) -> None:
    made = places_service(deployment.settings("places").model_copy(update={"kafka_url": "127.0.0.1:1"}))
    await projector.prepare(made.core.db, made.models)
    async with made.running():
        assert isinstance(await _append_one(made), Stored)
        began = time.monotonic()

    assert time.monotonic() - began < 15


async def _append_one(made: Service) -> object:
    asked = made.core.aggregate("place", places.decider, places.codec)
    ask = places.Ask(person=uuid4(), name="An", quota="north", on=DAY)
    return await asked.execute(uuid4(), ask, intent(0))


async def test_what_was_accepted_before_stopping_is_stored(deployment: Deployment) -> None:
    made = places_service(deployment.settings("places"))
    await projector.prepare(made.core.db, made.models)
    async with made.running():
        asked = [asyncio.create_task(_append_one(made)) for _ in range(50)]
        await asyncio.sleep(0)
        answers = await asyncio.gather(*asked)
    db = await asyncpg.connect(deployment.databases["places"].dsn)
    stored = await db.fetchval("SELECT count(*) FROM core.log")
    await db.close()

    assert len(answers) == stored == 50


async def test_a_task_that_ends_by_itself_makes_the_service_unready(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def ends(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(service, "lead", ends)
    async with running(places_service(deployment.settings("places"))) as made:
        await until(lambda: _unready(made, "tasks"))
        assert (await made.health.ready())["tasks"].says == "ended: relay"


async def _unready(one: Service, check: str) -> bool:
    return not await _ready(one, check)


# -- Readiness and metrics


async def test_probes_say_what_is_wrong_in_words(deployment: Deployment) -> None:
    made = places_service(deployment.settings("places"))
    app = made.create_app(worker=False)
    async with app.router.lifespan_context(app):
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://places.test") as client:
            live, ready, metrics = [
                await client.get(path) for path in ("/health/live", "/health/ready", "/metrics")
            ]

    assert (live.status_code, live.json()) == (200, {"live": True})
    assert ready.status_code == 503
    checks = ready.json()["checks"]
    assert checks["rights"] == {"ok": False, "says": "registry's last heartbeat known here: never"}
    assert {name for name, found in checks.items() if not found["ok"]} == {"rights"}
    for name in (
        "ketnap_log_position 0.0",
        "ketnap_conflicts_total 0.0",
        "ketnap_append_seconds_count 0.0",
        "ketnap_relay_leader 0.0",
        "ketnap_log_behind_topic 0.0",
        f'ketnap_landed_facts_total{{topic="{deployment.province}.quotas.v1"}} 0.0',
        f'ketnap_fact_gap{{topic="{deployment.province}.quotas.v1"}} 0.0',
        f'ketnap_relay_lag_seconds{{topic="{deployment.topic}"}} 0.0',
        'ketnap_projection_lag_seconds{projection="quotas"} 0.0',
        'ketnap_parked_subjects{projection="quotas"} 0.0',
    ):
        assert f"\n{name}\n" in metrics.text


async def test_a_log_that_is_ahead_of_the_clock_is_not_ready(deployment: Deployment, tmp_path: Path) -> None:
    file = tmp_path / "sandbox"
    made = places_service(deployment.settings("places", clock_file=file))
    await projector.prepare(made.core.db, made.models)
    made.core.clock.set(datetime.now(UTC) + timedelta(days=100))
    await took(made.core)
    assert (await made.health.ready())["clock"].ok

    made.core.clock.set(datetime.now(UTC))
    found = (await made.health.ready())["clock"]
    await made.core.append.close()
    await made.core.db.close()

    assert not found.ok
    assert found.says.startswith("log is 86")


async def test_a_page_that_stands_still_is_not_ready_and_its_lag_is_measured(
    deployment: Deployment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "STOPPED", 0.05)
    made = places_service(deployment.settings("places"))
    await projector.prepare(made.core.db, made.models)
    await took(made.core, count=2)
    await until(lambda: _unready(made, "projections"))

    await made._measure()
    found = await made.health.ready()
    value = made.core.metrics.registry.get_sample_value
    await made.core.append.close()
    await made.core.db.close()

    assert "quotas 4 behind" in found["projections"].says
    assert value("ketnap_projection_lag_events", {"projection": "quotas"}) == 4
    assert (value("ketnap_projection_lag_seconds", {"projection": "quotas"}) or 0) > 0


async def test_the_relays_lag_grows_while_kafka_is_away(deployment: Deployment) -> None:
    async with running(places_service(deployment.settings("places"))) as made:
        relay = made.relays[0]
        await took(made.core, count=3)
        await until(lambda: _told(relay.caught_up(6)))
        relay.kafka = "127.0.0.1:1"
        async with driver(made.core.db) as db:
            await db.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE application_name = 'ketnap relay' AND datname = current_database()"
            )
        await until(lambda: _told(relay.told is None))
        await took(made.core, count=3)
        await until(lambda: _lags(made, deployment.topic, 6))


async def _lags(made: Service, topic: str, events: int) -> bool:
    value = made.core.metrics.registry.get_sample_value
    return (
        value("ketnap_relay_lag_events", {"topic": topic}) == events
        and (value("ketnap_relay_lag_seconds", {"topic": topic}) or 0) > 0
    )


async def test_old_command_ids_go_after_ninety_days(deployment: Deployment, tmp_path: Path) -> None:
    file = tmp_path / "sandbox"
    made = places_service(deployment.settings("places", clock_file=file))
    await projector.prepare(made.core.db, made.models)
    await took(made.core, count=2)
    made.core.clock.set(datetime.now(UTC) + timedelta(days=89))
    await took(made.core)
    await made._prune()
    kept = await _commands(made)
    made.core.clock.set(datetime.now(UTC) + timedelta(days=91))
    await made._prune()
    left = await _commands(made)
    await made.core.append.close()
    await made.core.db.close()

    assert (kept, left) == (6, 2)


async def _commands(made: Service) -> int:
    async with driver(made.core.db) as db:
        count: int = await db.fetchval("SELECT count(*) FROM core.commands")
    return count


def test_settings_of_a_test_are_those_of_a_service(tmp_path: Path) -> None:
    database = Database(
        name="x", owner_url="postgresql+asyncpg://o@h/x", app_url="postgresql+asyncpg://a@h/x"
    )

    made = settings(database, "k:1", tmp_path)

    assert replace(database, name="y").dsn == "postgresql://a@h/x"
    assert made.database_url == database.app_url
