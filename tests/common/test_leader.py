"""One relay at a time, gone over to another when it stops; refusals and lasting failures are visible."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from functools import partial

import asyncpg
import pytest

from ketnap.common import leader
from ketnap.common.database import driver
from ketnap.common.leader import IDLE, LOCK, lead, server_identity
from ketnap.common.log import Entry
from ketnap.common.relay import Erased, Relay
from ketnap.common.restoring import adopt_restored
from ketnap.common.service import Core
from ketnap.common.signals import signals
from ketnap.common.worker import Bell, forever, heard
from ketnap.contracts.fact import Fact
from tests.common import places
from tests.common.topic import new_topic, records, relay, told
from tests.common.writing import lose, took
from tests.kit import Database, make_topics, until


@pytest.fixture
async def topic(kafka: str) -> str:
    return await new_topic(kafka)


@asynccontextmanager
async def leading(core: Core, relays: Sequence[Relay]) -> AsyncGenerator[asyncio.Task[None]]:
    task = asyncio.create_task(lead(core.db.dsn, core.db, relays, core.bell, core.metrics))
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def alarms(core: Core) -> dict[str, str]:
    async with driver(core.db) as db:
        rows = await db.fetch("SELECT kind, cause FROM core.alarms")
    return {row["kind"]: row["cause"] for row in rows}


def metric(core: Core, name: str) -> float | None:
    return core.metrics.registry.get_sample_value(name)


async def test_the_leader_tells_what_is_appended_as_soon_as_the_bell_rings(
    core: Core, kafka: str, topic: str
) -> None:
    async with leading(core, [relay(core, kafka, topic)]):
        for n in range(1, 6):
            await took(core)
            await until(partial(_told_up_to, kafka, topic, n))
        assert metric(core, "ketnap_relay_leader") == 1
        assert metric(core, "ketnap_log_behind_topic") == 0

    assert metric(core, "ketnap_relay_leader") == 0
    assert await told(kafka, topic) == [(1, n) for n in range(1, 6)]


async def _told_up_to(kafka: str, topic: str, number: int) -> bool:
    return [n for _, n in await told(kafka, topic)] == list(range(1, number + 1))


async def test_of_two_leaders_one_waits_and_takes_over_when_the_other_ends(
    core: Core, kafka: str, topic: str
) -> None:
    one, other = relay(core, kafka, topic), relay(core, kafka, topic)
    async with leading(core, [one]):
        await until(lambda: _resumed(one))
        async with leading(core, [other]) as waits:
            await took(core, count=5)
            await until(lambda: _told_up_to(kafka, topic, 5))
            assert other.told is None
            assert not waits.done()

    async with leading(core, [other]):
        await until(lambda: _resumed(other))
        await took(core)
        await until(lambda: _told_up_to(kafka, topic, 6))


async def _resumed(one: Relay) -> bool:
    return one.told is not None


async def test_a_leader_that_says_nothing_loses_its_lock_and_another_leads(
    core: Core, kafka: str, topic: str, database: Database
) -> None:
    stopped = await asyncpg.connect(database.dsn, server_settings={"idle_session_timeout": IDLE})
    assert await stopped.fetchval("SELECT pg_try_advisory_lock($1)", LOCK)
    await took(core)

    async with leading(core, [relay(core, kafka, topic)]):
        assert await told(kafka, topic) == []
        await until(lambda: _told_up_to(kafka, topic, 1))

    assert stopped.is_closed()


async def test_a_lost_session_ends_the_term_and_the_next_one_goes_on(
    core: Core, kafka: str, topic: str, database: Database
) -> None:
    async with leading(core, [relay(core, kafka, topic)]):
        await took(core)
        await until(lambda: _told_up_to(kafka, topic, 1))
        watch = await asyncpg.connect(database.dsn)
        await watch.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = 'ketnap relay' AND datname = current_database()"
        )
        await watch.close()
        await took(core)
        await until(lambda: _told_up_to(kafka, topic, 2))


async def test_after_a_restore_it_refuses_visibly_until_somebody_adopts(
    core: Core, kafka: str, topic: str, database: Database
) -> None:
    one = relay(core, kafka, topic)
    async with leading(core, [one]):
        await took(core, count=3)
        await until(lambda: _told_up_to(kafka, topic, 3))
    await lose(core, database, 4)

    async with leading(core, [one]):
        await until(lambda: _has_alarm(core, "log_behind_topic"))
        assert metric(core, "ketnap_log_behind_topic") == 1
        await took(core)
        await adopt_restored(relay(core, kafka, topic))
        await until(lambda: _has_no_alarm(core))
        assert metric(core, "ketnap_log_behind_topic") == 0
        await until(lambda: _last_is(kafka, topic, (2, 5)))


async def _last_is(kafka: str, topic: str, last: tuple[int, int]) -> bool:
    return (await told(kafka, topic))[-1] == last


async def _has_alarm(core: Core, kind: str) -> bool:
    return kind in await alarms(core)


async def _has_no_alarm(core: Core) -> bool:
    return await alarms(core) == {}


async def test_another_server_is_told_nothing_from_until_somebody_says_that_it_is_right(
    core: Core, kafka: str, topic: str, database: Database
) -> None:
    async with leading(core, [relay(core, kafka, topic)]):
        await took(core)
        await until(lambda: _told_up_to(kafka, topic, 1))
    async with driver(core.db) as db:
        identity = await server_identity(db)
        assert await db.fetchval("SELECT server FROM core.head") == identity
        await db.execute("SELECT core.acknowledge_server('7000000000000000000/1')")
    await took(core)

    async with leading(core, [relay(core, kafka, topic)]):
        await until(lambda: _has_alarm(core, "log_behind_topic"))
        assert (
            "the log was written on server 7000000000000000000/1" in (await alarms(core))["log_behind_topic"]
        )
        assert len(await told(kafka, topic)) == 1
        async with driver(core.db) as db:
            await db.execute("SELECT core.acknowledge_server($1)", identity)
        await until(lambda: _told_up_to(kafka, topic, 2))
        await until(lambda: _has_no_alarm(core))


async def test_a_relay_that_fails_for_long_is_an_alarm_and_the_cause_quotes_nothing(
    core: Core, kafka: str, topic: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leader, "PATIENCE", 0.5)
    broken = True

    async def publish(entries: Sequence[Entry]) -> list[list[Fact | Erased]]:
        if broken:
            raise ValueError("Hoàng Văn Canary")
        return await places.publish(entries)

    await took(core)
    async with leading(core, [relay(core, kafka, topic, publish=publish)]):
        await until(lambda: _has_alarm(core, "relay_fails"))
        assert await alarms(core) == {"relay_fails": "nothing was told for a while: ValueError"}
        broken = False
        await until(lambda: _told_up_to(kafka, topic, 1))
        await until(lambda: _has_no_alarm(core))


async def test_one_topic_that_fails_does_not_hide_behind_another_that_goes_well(
    core: Core, kafka: str, topic: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leader, "PATIENCE", 0.5)

    async def never(_entries: Sequence[Entry]) -> list[list[Fact | Erased]]:
        raise ValueError

    await took(core)
    other = await new_topic(kafka)
    async with leading(core, [relay(core, kafka, topic), relay(core, kafka, other, publish=never)]):
        await until(lambda: _has_alarm(core, "relay_fails"))


async def test_a_missing_topic_is_waited_for(core: Core, kafka: str) -> None:
    name = f"{await new_topic(kafka)}.later"
    await took(core)
    async with leading(core, [relay(core, kafka, name)]):
        await asyncio.sleep(0)
        await make_topics(kafka, [name])
        await until(lambda: _told_up_to(kafka, name, 1))

    assert len(await records(kafka, name)) == 1


# -- Wake-ups


async def test_a_ring_while_somebody_works_is_not_lost() -> None:
    bell, seen, there = Bell(), 0, 0
    done = asyncio.Event()

    async def step() -> bool:
        nonlocal seen
        looked = there
        await asyncio.sleep(0)  # somebody rings between looking and waiting
        seen = looked
        if seen == 200:
            done.set()
        return False

    worker = asyncio.create_task(forever("test", step, bell, poll=60))
    for _ in range(200):
        there += 1
        bell.ring()
        await asyncio.sleep(0)
    async with asyncio.timeout(5):
        await done.wait()
    worker.cancel()
    await asyncio.gather(worker, return_exceptions=True)

    assert seen == 200


async def test_without_a_ring_the_poll_is_the_truth() -> None:
    bell = Bell()

    await heard(bell.listen(), 0.01)


async def test_another_process_hears_an_append(database: Database) -> None:
    class Counting(Bell):
        rung = 0

        def ring(self) -> None:
            self.rung += 1

    here, there = Counting(), Counting()
    appended = asyncio.Event()
    tasks = [
        asyncio.create_task(signals(database.dsn, bell, event))
        for bell, event in ((here, appended), (there, asyncio.Event()))
    ]
    for _ in range(5):
        before = there.rung
        appended.set()

        async def heard_it(before: int = before) -> bool:
            return there.rung > before and not appended.is_set()

        await until(heard_it)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)

    assert here.rung <= 2  # once connected, and once for the other's greeting: not for what was appended here


async def test_signals_come_back_after_the_server_cut_the_line(core: Core, database: Database) -> None:
    bell, appended = Bell(), asyncio.Event()
    rung = bell.listen()
    task = asyncio.create_task(signals(database.dsn, bell, appended))
    async with asyncio.timeout(5):
        await rung.wait()
    rung.clear()
    async with driver(core.db) as db:
        await db.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
            " AND query LIKE '%ketnap_log%' AND pid <> pg_backend_pid()"
        )
    appended.set()

    async with asyncio.timeout(10):
        await rung.wait()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
