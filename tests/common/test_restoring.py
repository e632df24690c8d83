"""A database restored to an older moment: the relay refuses, and once it was adopted everybody agrees again."""

from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ketnap.common import log, projector
from ketnap.common.database import driver
from ketnap.common.landing import Landing, Topic
from ketnap.common.relay import LogBehindTopic
from ketnap.common.restoring import Adopted, adopt_restored
from ketnap.common.service import Core
from ketnap.common.topics import Record, tail
from ketnap.contracts.envelope import Envelope
from ketnap.contracts.fact import SourceRestored
from tests.common import places
from tests.common.topic import new_topic, raw, records, relay, send_again, tell, told
from tests.common.writing import fold, lose, same_as_rebuilt, took
from tests.kit import Database, fresh_database, settings


@pytest.fixture
async def topic(kafka: str) -> str:
    return await new_topic(kafka)


@pytest.fixture
async def consumer(postgres: str, tmp_path: Path) -> AsyncGenerator[Core]:
    async with fresh_database(postgres) as database:
        core = Core("hears", settings(database, "127.0.0.1:1", tmp_path))
        await projector.prepare(core.db, [places.filled])
        yield core
        await core.append.close()
        await core.db.close()


async def land(consumer: Core, kafka: str, topic: str, *, size: int = 7) -> None:
    """Everything that stands in the topic, and fold it."""
    lands = Landing(
        Topic(name=topic),
        db=consumer.db,
        append=consumer.append,
        vault=consumer.vault,
        metrics=consumer.metrics,
        now=consumer.clock.now,
    )
    found = await raw(kafka, topic)
    for n in range(0, len(found), size):
        await lands.take(found[n : n + size])
    await fold(consumer, places.filled)


async def filled(consumer: Core) -> set[str]:
    """Who has a place, as the consumer knows."""
    async with driver(consumer.db) as db:
        rows = await db.fetch("SELECT person FROM views.filled_v1 WHERE filled")
    return {row["person"] for row in rows}


async def holds(core: Core) -> set[str]:
    """Who has a place, as the log says."""
    async with driver(core.db) as db:
        entries = await log.after(db, 0, 10_000, ["place.taken"])
    return {entry.data["person"] for entry in entries}


async def agree(core: Core, consumer: Core, kafka: str, topic: str) -> None:
    """Told and landed, topic and consumer say what the log says, and a rebuild says it too."""
    await tell(core, kafka, topic)
    await land(consumer, kafka, topic)
    assert await filled(consumer) == await holds(core)
    assert await same_as_rebuilt(consumer, places.filled)


async def test_after_a_restore_nothing_is_told_until_it_was_adopted_and_then_all_agree(
    core: Core, consumer: Core, database: Database, kafka: str, topic: str
) -> None:
    await took(core, count=10)
    await agree(core, consumer, kafka, topic)
    lost = await holds(core)
    await lose(core, database, 13)
    await took(core, count=3)

    refuses = relay(core, kafka, topic)
    with pytest.raises(LogBehindTopic):
        await refuses.resume()
    kept = len(await holds(core)) - 3
    adopted = await adopt_restored(refuses)

    assert adopted == Adopted(valid_through=kept, void=10 - kept)
    await agree(core, consumer, kafka, topic)
    assert not lost <= await filled(consumer)
    assert [number for _, number in await told(kafka, topic)] == list(range(1, 10 + 1 + 3 + 1))


@pytest.mark.parametrize("more", [0, 1, 5, 9, 10, 20])
async def test_a_restore_is_seen_however_much_was_written_since(
    core: Core, consumer: Core, database: Database, kafka: str, topic: str, more: int
) -> None:
    await took(core, count=10)
    await agree(core, consumer, kafka, topic)
    await lose(core, database, 11)
    await took(core, count=more)

    with pytest.raises(LogBehindTopic):
        await relay(core, kafka, topic).resume()
    await adopt_restored(relay(core, kafka, topic))

    await agree(core, consumer, kafka, topic)


async def test_a_log_that_was_restored_to_its_beginning_voids_everything(
    core: Core, consumer: Core, database: Database, kafka: str, topic: str
) -> None:
    await took(core, count=4)
    await agree(core, consumer, kafka, topic)
    await lose(core, database, 0)
    with pytest.raises(LogBehindTopic):
        await relay(core, kafka, topic).resume()

    assert await adopt_restored(relay(core, kafka, topic)) == Adopted(valid_through=0, void=4)

    await agree(core, consumer, kafka, topic)
    assert await filled(consumer) == set()
    await took(core, count=2)
    await agree(core, consumer, kafka, topic)


async def test_nothing_is_said_when_log_and_topic_agree(
    core: Core, consumer: Core, kafka: str, topic: str
) -> None:
    await took(core, count=4)
    await tell(core, kafka, topic)
    await took(core)

    assert await adopt_restored(relay(core, kafka, topic)) is None
    assert len(await told(kafka, topic)) == 4


async def test_restores_in_a_row_each_leave_everybody_in_agreement(
    core: Core, consumer: Core, database: Database, kafka: str, topic: str
) -> None:
    await took(core, count=6)
    await agree(core, consumer, kafka, topic)
    for position in (9, 8, 14, 3, 10, 5):
        await took(core, count=4)
        await tell(core, kafka, topic)
        await lose(core, database, position)
        await took(core)
        with pytest.raises(LogBehindTopic):
            await relay(core, kafka, topic).resume()
        assert await adopt_restored(relay(core, kafka, topic)) is not None
        await agree(core, consumer, kafka, topic)


async def test_a_restore_right_after_one_that_was_adopted_is_seen_though_the_log_has_grown_past_it(
    core: Core, consumer: Core, database: Database, kafka: str, topic: str
) -> None:
    await took(core, count=10)
    await agree(core, consumer, kafka, topic)
    await lose(core, database, 15)
    await adopt_restored(relay(core, kafka, topic))
    newest = await tail(kafka, topic)
    assert newest.type == SourceRestored.TYPE
    await lose(core, database, 4)  # before what the topic's last record stands for
    await took(core, count=20)  # and far past it again

    with pytest.raises(LogBehindTopic):
        await relay(core, kafka, topic).resume()
    await adopt_restored(relay(core, kafka, topic))

    await agree(core, consumer, kafka, topic)


async def test_who_was_not_listening_meanwhile_learns_the_same_from_the_whole_topic(
    core: Core, consumer: Core, database: Database, kafka: str, topic: str
) -> None:
    await took(core, count=8)
    await tell(core, kafka, topic)
    for position in (11, 6):
        await lose(core, database, position)
        await took(core, count=3)
        await adopt_restored(relay(core, kafka, topic))
        await tell(core, kafka, topic)

    await agree(core, consumer, kafka, topic)


async def test_late_records_of_a_paused_relay_change_nothing(
    core: Core, consumer: Core, database: Database, kafka: str, topic: str
) -> None:
    await took(core, count=8)
    await tell(core, kafka, topic)
    before = await records(kafka, topic)
    await lose(core, database, 9)
    await adopt_restored(relay(core, kafka, topic))
    await send_again(kafka, topic, [*before[5:], _renumbered(before[-1], 10), _renumbered(before[-1], 11)])
    await took(core, count=3)

    await agree(core, consumer, kafka, topic)


async def test_a_late_record_that_takes_the_number_of_the_adoption_makes_it_say_so_again(
    core: Core, consumer: Core, database: Database, kafka: str, topic: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await took(core, count=8)
    await agree(core, consumer, kafka, topic)
    last = (await records(kafka, topic))[-1]
    await lose(core, database, 9)
    adopting = relay(core, kafka, topic)
    say = adopting.send

    async def after_the_ghost(*said: Any) -> int:
        monkeypatch.setattr(adopting, "send", say)
        await send_again(kafka, topic, [_renumbered(last, 9)])
        return await say(*said)

    monkeypatch.setattr(adopting, "send", after_the_ghost)
    adopted = await adopt_restored(adopting)

    assert adopted is not None
    assert adopted.valid_through + adopted.void == 9
    assert [epoch for epoch, _ in await told(kafka, topic)][-2:] == [2, 3]
    await agree(core, consumer, kafka, topic)


def _renumbered(record: Record, number: int) -> Record:
    return replace(record, headers=replace(Envelope.parse(record.headers), factno=number).headers())


async def test_a_consumer_restored_from_a_backup_learns_the_rest_again(
    core: Core, consumer: Core, kafka: str, topic: str, postgres: str, tmp_path: Path
) -> None:
    await took(core, count=6)
    await tell(core, kafka, topic)
    await land(consumer, kafka, topic)
    async with fresh_database(postgres) as older:
        another = Core("hears", settings(older, "127.0.0.1:1", tmp_path))
        await projector.prepare(another.db, [places.filled])
        await land(another, kafka, topic)

        assert await filled(another) == await filled(consumer) == await holds(core)
        await another.append.close()
        await another.db.close()
