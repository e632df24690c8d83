"""Reading a topic back: the last fact it holds, and all of them."""

import contextlib
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from ketnap.common.frozen import frozen
from ketnap.common.log import RESTORED, Entry
from ketnap.common.worker import unbroken
from ketnap.contracts.envelope import Envelope, NotAFact
from ketnap.contracts.fact import SourceRestored, fact_id

TAIL = 20_000  # records: six zombies' accumulators at two facts an event


@frozen
class Told:
    """A fact as it stands in a topic: its number, and of which event of the log it speaks."""

    number: int
    epoch: int
    position: int
    part: int
    type: str
    id: UUID | None
    time: datetime | None

    @property
    def place(self) -> tuple[int, int]:
        """In the order of the log: position, and part of what was told of it."""
        return self.position, self.part

    def speaks_of(self, entry: Entry | None) -> bool:
        """Is this the event that the fact was made of. A fact that a source went back stands for the last that held."""
        if self.position == 0:
            return True
        part = self.epoch if self.type == RESTORED else self.part
        return (
            entry is not None
            and entry.position == self.position
            and entry.recorded_at == self.time
            and fact_id(entry.id, self.type, part) == self.id
        )


NOTHING = Told(number=0, epoch=1, position=0, part=-1, type="", id=None, time=None)


@frozen
class Record:
    """A fact of a topic with the record it stands in."""

    told: Told
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Any  # Any: as aiokafka gives and takes them


async def tail(kafka: str, topic: str, window: int = TAIL) -> Told:
    """The fact with the highest (epoch, number) among a topic's last records.

    Never simply the last: a paused predecessor's late records can stand behind it. When nothing numbered stands in the
    window it is widened up to the whole topic.

    Raises:
        LookupError: the topic is missing or has several partitions.
    """
    async with _reading(kafka, topic) as (consumer, partition, begin, end):
        while True:
            start = max(begin, end - window)
            best = NOTHING
            async for record in _from(consumer, partition, start, end):
                if (record.told.epoch, record.told.number) > (best.epoch, best.number):
                    best = record.told
            if best.number or start == begin:
                return best
            window *= 8


async def facts(kafka: str, topic: str, start: int = 0) -> AsyncGenerator[Record]:
    """Every fact from an offset on, in the order of the records, without those of an epoch below the newest seen."""
    epoch = 0
    async with _reading(kafka, topic) as (consumer, partition, begin, end):
        async for record in _from(consumer, partition, max(begin, start), end):
            if record.told.epoch >= epoch:
                epoch = record.told.epoch
                yield record


async def standing(kafka: str, topic: str) -> list[Told]:
    """Every fact that no restore made void, once, in order of the numbers."""
    found: dict[int, Told] = {}
    async for record in facts(kafka, topic):
        if record.told.type == RESTORED and record.value:
            valid = SourceRestored.read(record.value).valid_through
            found = {number: told for number, told in found.items() if number <= valid}
        found[record.told.number] = record.told
    return [found[number] for number in sorted(found)]


@asynccontextmanager
async def _reading(
    kafka: str, topic: str
) -> AsyncGenerator[tuple[AIOKafkaConsumer, TopicPartition, int, int]]:
    partitions = await _partitions(kafka, topic)
    if partitions != {0}:
        raise LookupError(f"topic {topic} must exist with one partition, it has {sorted(partitions)}")
    consumer = AIOKafkaConsumer(
        bootstrap_servers=kafka,
        enable_auto_commit=False,
        fetch_max_wait_ms=20,
        auto_offset_reset="none",
        isolation_level="read_committed",
    )
    try:
        await unbroken(consumer.start())
        partition = TopicPartition(topic, 0)
        consumer.assign([partition])
        begin = (await consumer.beginning_offsets([partition]))[partition]
        end = (await consumer.end_offsets([partition]))[partition]
        yield consumer, partition, begin, end
    finally:
        await consumer.stop()


async def _from(
    consumer: AIOKafkaConsumer, partition: TopicPartition, start: int, end: int
) -> AsyncGenerator[Record]:
    consumer.seek(partition, start)
    while start < end and await consumer.position(partition) < end:
        for batch in (await consumer.getmany(partition, timeout_ms=1000)).values():
            for record in batch:
                with contextlib.suppress(NotAFact):
                    told = told_in(Envelope.parse(record.headers))
                    if record.offset < end:
                        yield Record(
                            told=told,
                            offset=record.offset,
                            key=record.key,
                            value=record.value,
                            headers=record.headers,
                        )


def told_in(envelope: Envelope) -> Told:
    return Told(
        number=envelope.factno,
        epoch=envelope.epoch,
        position=envelope.position,
        part=envelope.part,
        type=envelope.type,
        id=envelope.id,
        time=envelope.time,
    )


async def _partitions(kafka: str, topic: str) -> set[int]:
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    try:
        await unbroken(admin.start())
        [found] = await admin.describe_topics([topic])
    finally:
        await admin.close()
    return {partition["partition"] for partition in found["partitions"]}
