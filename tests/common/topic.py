"""A topic of a test: what stands in it, and how others put things there."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import uuid4

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete
from aiokafka.structs import TopicPartition

from ketnap.common.relay import Publish, Relay, Telling
from ketnap.common.service import Core
from ketnap.common.topics import Record, facts
from tests.common import places
from tests.kit import make_topics


async def new_topic(kafka: str, partitions: int = 1) -> str:
    name = f"t{uuid4().hex[:12]}.places.v1"
    await make_topics(kafka, [name], partitions=partitions)
    return name


def relay(
    core: Core, kafka: str, topic: str, *, restricted: bool = False, publish: Publish = places.publish
) -> Relay:
    telling = Telling(topic=topic, types=frozenset(places.NAMES), publish=publish, restricted=restricted)
    return Relay(
        telling, province="tinh-mau", service="places", db=core.db, kafka=kafka, metrics=core.metrics
    )


async def tell(core: Core, kafka: str, topic: str) -> Relay:
    """A relay of its own tells what is to be told, and stops."""
    one = relay(core, kafka, topic)
    async with one.producer() as producer:
        await one.tell(producer)
    return one


async def records(kafka: str, topic: str) -> list[Record]:
    """Facts in the order of the topic, without those of an older epoch behind a newer one."""
    return [record async for record in facts(kafka, topic)]


async def told(kafka: str, topic: str) -> list[tuple[int, int]]:
    """(epoch, number) in the order of the topic."""
    return [(record.told.epoch, record.told.number) for record in await records(kafka, topic)]


async def raw(kafka: str, topic: str) -> list[Any]:  # Any: aiokafka's records
    """Everything that stands in the topic, as a consumer gets it."""
    partition = TopicPartition(topic, 0)
    consumer = AIOKafkaConsumer(bootstrap_servers=kafka, enable_auto_commit=False, fetch_max_wait_ms=20)
    await consumer.start()
    try:
        consumer.assign([partition])
        end = (await consumer.end_offsets([partition]))[partition]
        consumer.seek(partition, (await consumer.beginning_offsets([partition]))[partition])
        found: list[Any] = []  # Any: as above
        while await consumer.position(partition) < end:
            for batch in (await consumer.getmany(partition, timeout_ms=1000)).values():
                found += batch
    finally:
        await consumer.stop()
    return found


@asynccontextmanager
async def foreign_producer(kafka: str) -> AsyncGenerator[AIOKafkaProducer]:
    producer = AIOKafkaProducer(bootstrap_servers=kafka, acks="all")
    await producer.start()
    try:
        yield producer
    finally:
        await producer.stop()


async def send_again(kafka: str, topic: str, again: Sequence[Record]) -> None:
    """As a paused relay would when it wakes up."""
    async with foreign_producer(kafka) as producer:
        for record in again:
            await producer.send_and_wait(
                topic, record.value, record.key, partition=0, headers=list(record.headers)
            )


async def delete_before(kafka: str, topic: str, offset: int) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    try:
        await admin.delete_records({TopicPartition(topic, 0): RecordsToDelete(before_offset=offset)})
    finally:
        await admin.close()
