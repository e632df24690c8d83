"""Facts told: in order, numbered without a hole; the topic says where to go on, whatever a paused relay left there."""

import asyncio
import gc
import secrets
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from aiokafka.conn import AIOKafkaConnection
from aiokafka.errors import KafkaError
from aiokafka.protocol.metadata import MetadataRequest

from ketnap.common import log
from ketnap.common.database import driver
from ketnap.common.log import Entry
from ketnap.common.relay import Erased, LogBehindTopic
from ketnap.common.service import Core
from ketnap.common.topics import NOTHING, tail
from ketnap.contracts.envelope import Envelope
from ketnap.contracts.fact import Fact, fact_id
from tests.common import places
from tests.common.places import PlaceFilled
from tests.common.topic import delete_before, new_topic, records, relay, send_again, tell, told
from tests.common.writing import DAY, intent, took


@pytest.fixture
async def topic(kafka: str) -> str:
    return await new_topic(kafka)


async def gave_back(core: Core, count: int = 1) -> None:
    """Two facts of one event each time."""
    asked = core.aggregate("place", places.decider, places.codec)
    for place in await took(core, count=count):
        await asked.execute(place, places.GiveBack(on=DAY), intent(2))


# -- Telling


async def test_facts_are_numbered_from_one_in_the_order_of_the_log(
    core: Core, kafka: str, topic: str
) -> None:
    await gave_back(core, 3)

    await tell(core, kafka, topic)

    found = await records(kafka, topic)
    assert [record.told.number for record in found] == list(range(1, 10))
    places_of = [record.told.place for record in found]
    assert places_of == sorted(places_of)
    assert len(set(places_of)) == 9
    async with driver(core.db) as db:
        entries = {entry.position: entry for entry in await log.after(db, 0, 100)}
    for record in found:
        entry = entries[record.told.position]
        envelope = Envelope.parse(record.headers)
        assert envelope.id == fact_id(entry.id, PlaceFilled.TYPE, record.told.part)
        assert envelope.time == entry.recorded_at
        assert envelope.source == "urn:ketnap:tinh-mau:places"
        assert envelope.correlationid == entry.meta["correlation_id"]
        assert envelope.subject == str(PlaceFilled.read(record.value or b"").person)
        assert (record.key or b"").decode() == envelope.subject


async def test_nothing_is_told_twice_when_another_relay_goes_on(core: Core, kafka: str, topic: str) -> None:
    for _ in range(4):
        await gave_back(core, 2)
        await tell(core, kafka, topic)
        await tell(core, kafka, topic)

    assert await told(kafka, topic) == [(1, n) for n in range(1, 25)]


async def test_a_relay_goes_on_behind_the_part_that_was_told_last(core: Core, kafka: str, topic: str) -> None:
    await gave_back(core)  # facts 1; 2 and 3 of one event
    elsewhere = await new_topic(kafka)
    await tell(core, kafka, elsewhere)
    whole = await records(kafka, elsewhere)
    await send_again(kafka, topic, whole[:2])

    await tell(core, kafka, topic)

    assert [r.value for r in await records(kafka, topic)] == [r.value for r in whole]
    assert await told(kafka, topic) == [(1, 1), (1, 2), (1, 3)]


async def test_a_null_stands_for_what_was_erased(core: Core, kafka: str, topic: str) -> None:
    async def erases(entries: Sequence[Entry]) -> list[list[Fact | Erased]]:
        return [
            [Erased(type="places.place_filled.v1", key="key", about=str(UUID(int=entry.position)))]
            for entry in entries
        ]

    await took(core)
    one = relay(core, kafka, topic, publish=erases)
    async with one.producer() as producer:
        await one.tell(producer)

    [first, _] = await records(kafka, topic)
    assert (first.key, first.value) == (b"key", None)
    assert Envelope.parse(first.headers).subject == str(UUID(int=1))


async def test_events_that_nobody_is_told_of_are_behind_it_all_the_same(
    core: Core, kafka: str, topic: str
) -> None:
    await took(core, count=3)
    one = await tell(core, kafka, topic)

    async with driver(core.db) as db:
        head, _ = await log.head(db)
    assert one.caught_up(head)
    assert not one.caught_up(head + 1)


# -- Going on


async def test_it_goes_on_behind_the_highest_number_not_behind_the_last_record(
    core: Core, kafka: str, topic: str
) -> None:
    await took(core, count=20)
    await tell(core, kafka, topic)
    await send_again(kafka, topic, (await records(kafka, topic))[3:9])
    await took(core)

    one = await tell(core, kafka, topic)

    assert one.told is not None
    assert one.told.number == 21
    assert (await told(kafka, topic))[-2:] == [(1, 9), (1, 21)]


async def test_the_window_is_widened_until_a_fact_is_found(core: Core, kafka: str, topic: str) -> None:
    await took(core, count=5)
    await tell(core, kafka, topic)
    stray = (await records(kafka, topic))[0]
    await send_again(kafka, topic, [replace(stray, headers=[])] * 40)

    assert (await tail(kafka, topic, window=1)).number == 5


async def test_an_empty_topic_holds_nothing(kafka: str, topic: str) -> None:
    assert await tail(kafka, topic) == NOTHING


async def test_a_topic_that_is_missing_or_has_several_partitions_is_refused(kafka: str) -> None:
    with pytest.raises(LookupError, match="must exist with one partition"):
        await tail(kafka, "nobody.made.this.v1")
    with pytest.raises(LookupError, match=r"\[0, 1\]"):
        await tail(kafka, await new_topic(kafka, partitions=2))


async def test_whoever_is_stopped_while_looking_for_a_tail_leaves_no_connection_open(
    kafka: str, topic: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = asyncio.Event()
    send = AIOKafkaConnection.send

    # Any: as aiokafka gives and takes it
    def sent(self: AIOKafkaConnection, request: object, **how: Any) -> Any:
        if isinstance(request, MetadataRequest):
            asked.set()
        return send(self, request, **how)

    monkeypatch.setattr(AIOKafkaConnection, "send", sent)
    looking = asyncio.create_task(tail(kafka, topic))
    await asked.wait()
    looking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await looking

    opened = [found for found in gc.get_objects() if isinstance(found, AIOKafkaConnection)]
    assert not [connection for connection in opened if connection.connected()]


async def test_reading_the_tail_does_not_wait_for_more(kafka: str, topic: str, core: Core) -> None:
    await took(core, count=3)
    await tell(core, kafka, topic)
    began = time.monotonic()
    for _ in range(5):
        await tail(kafka, topic)

    assert time.monotonic() - began < 5  # with the client's own long polls it would be much more


async def test_a_topic_ahead_of_the_log_is_refused(core: Core, kafka: str, topic: str) -> None:
    await took(core, count=2)
    await tell(core, kafka, topic)
    [*_, last] = await records(kafka, topic)
    ahead = Envelope.parse(last.headers)
    await send_again(kafka, topic, [replace(last, headers=replace(ahead, factno=3, position=99).headers())])

    with pytest.raises(LogBehindTopic, match="fact 3 stands for 99, the log ends at 4"):
        await relay(core, kafka, topic).resume()


@pytest.mark.parametrize("other", ["id", "time", "part"])
async def test_another_event_at_the_position_of_the_last_fact_is_refused(
    core: Core, kafka: str, topic: str, other: str
) -> None:
    await took(core)
    elsewhere = await new_topic(kafka)
    await tell(core, kafka, elsewhere)
    [fact] = await records(kafka, elsewhere)
    envelope = Envelope.parse(fact.headers)
    changed = {
        "id": replace(envelope, id=UUID(int=3)),
        "time": replace(envelope, time=envelope.time.replace(microsecond=1)),
        "part": replace(envelope, part=1),
    }[other]
    await send_again(kafka, topic, [replace(fact, headers=changed.headers())])

    with pytest.raises(LogBehindTopic, match="stands for another event than 2"):
        await relay(core, kafka, topic).resume()


async def test_a_failed_acknowledgement_makes_it_ask_the_topic_again(
    core: Core, kafka: str, topic: str
) -> None:
    async def too_much(entries: Sequence[Entry]) -> list[list[Fact | Erased]]:
        quota = secrets.token_urlsafe(2_000_000)  # still more than Kafka takes when it is compressed
        return [[PlaceFilled(person=entry.id, quota=quota, filled=True)] for entry in entries]

    await took(core)
    fails = relay(core, kafka, topic, publish=too_much)
    async with fails.producer() as producer:
        with pytest.raises(KafkaError):
            await fails.tell(producer)

    assert fails.told is None
    assert await told(kafka, topic) == []


async def test_what_comes_while_an_acknowledgement_is_awaited_goes_in_one_batch(
    core: Core, kafka: str, topic: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []

    async def publish(entries: Sequence[Entry]) -> list[list[Fact | Erased]]:
        read.append(len(entries))
        if len(read) == 1:
            await took(core)
        return await places.publish(entries)

    one = relay(core, kafka, topic, publish=publish)
    acknowledged = one._acknowledged

    async def meanwhile(flight: Any) -> None:  # Any: the relay's own
        if len(read) == 1:
            await took(core)
        await acknowledged(flight)

    monkeypatch.setattr(one, "_acknowledged", meanwhile)
    await took(core)
    async with one.producer() as producer:
        await one.tell(producer)

    assert read == [2, 4]


# -- Two at once


async def test_a_late_relay_repeats_but_never_renumbers(core: Core, kafka: str, topic: str) -> None:
    await took(core, count=30)
    one, other = relay(core, kafka, topic), relay(core, kafka, topic)
    async with one.producer() as first, other.producer() as second:
        await one.resume()
        await other.resume()  # both believe that nothing was told
        await asyncio.gather(one.tell(first), other.tell(second))
        await took(core, count=5)
        await one.tell(first)

    by_number: dict[int, set[bytes | None]] = {}
    for record in await records(kafka, topic):
        by_number.setdefault(record.told.number, set()).add(record.value)
    assert sorted(by_number) == list(range(1, 36))
    assert all(len(values) == 1 for values in by_number.values())


async def test_on_a_restricted_topic_a_paused_relay_is_fenced_by_the_next_one(
    core: Core, kafka: str, topic: str
) -> None:
    await took(core, count=3)
    paused, successor = (relay(core, kafka, topic, restricted=True) for _ in range(2))
    async with paused.producer() as first:
        await paused.tell(first)
        await took(core)
        async with successor.producer() as second:
            await successor.tell(second)
            with pytest.raises(KafkaError):
                await paused.tell(first)
            await took(core)
            await successor.tell(second)

    assert await told(kafka, topic) == [(1, n) for n in range(1, 6)]


# -- Refilling


async def told_with_a_hole(core: Core, kafka: str, topic: str, hole: range, count: int) -> None:
    await took(core, count=count)
    elsewhere = await new_topic(kafka)
    await tell(core, kafka, elsewhere)
    await send_again(kafka, topic, [r for r in await records(kafka, elsewhere) if r.told.number not in hole])


async def test_a_hole_is_told_again_through_the_newest(core: Core, kafka: str, topic: str) -> None:
    await told_with_a_hole(core, kafka, topic, range(5, 9), 12)

    sent = await relay(core, kafka, topic).refill(5)

    assert sent == 8
    assert (await told(kafka, topic))[8:] == [(1, n) for n in range(5, 13)]
    values = {r.told.number: r.value for r in await records(kafka, topic)}
    elsewhere = await new_topic(kafka)
    await tell(core, kafka, elsewhere)
    assert values == {r.told.number: r.value for r in await records(kafka, elsewhere)}


async def test_records_deleted_at_the_beginning_are_told_again(core: Core, kafka: str, topic: str) -> None:
    await took(core, count=10)
    await tell(core, kafka, topic)
    await delete_before(kafka, topic, 4)

    assert await relay(core, kafka, topic).refill(1) == 10

    assert [number for _, number in await told(kafka, topic)] == [*range(5, 11), *range(1, 11)]


async def test_what_the_living_relay_tells_during_a_refill_comes_again_behind_it(
    core: Core, kafka: str, topic: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await told_with_a_hole(core, kafka, topic, range(3, 5), 40)
    monkeypatch.setattr("ketnap.common.relay.BATCH", 10)
    begun = asyncio.Event()

    async def living() -> None:
        lives = relay(core, kafka, topic)
        async with lives.producer() as producer:
            for _ in range(5):
                await took(core, count=4)
                await lives.tell(producer)
                begun.set()

    goes_on = asyncio.create_task(living())
    await begun.wait()
    await relay(core, kafka, topic).refill(3)
    await goes_on

    seen = 0
    for _, number in await told(kafka, topic):  # as a consumer lands them
        seen = number if number == seen + 1 else seen
    assert seen == 60


async def test_a_compacted_topic_is_not_refilled(core: Core, kafka: str, topic: str) -> None:
    with pytest.raises(LookupError, match="compacted"):
        await relay(core, kafka, topic, restricted=True).refill(1)


async def test_nothing_is_refilled_where_nothing_is_missing(core: Core, kafka: str, topic: str) -> None:
    assert await relay(core, kafka, topic).refill(1) == 0
    await took(core, count=2)
    await tell(core, kafka, topic)

    assert await relay(core, kafka, topic).refill(3) == 0
