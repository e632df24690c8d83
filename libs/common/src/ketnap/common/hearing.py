"""From Kafka to the landing: one batch subscriber a topic, which goes on behind the last fact of our own log."""

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from faststream import AckPolicy
from faststream.kafka import KafkaBroker
from faststream.kafka.annotations import KafkaMessage
from faststream.kafka.message import KafkaAckableMessage
from faststream.message import StreamMessage

from ketnap.common import log
from ketnap.common.database import Database, driver
from ketnap.common.landing import Landing
from ketnap.common.logs import named
from ketnap.common.topics import tail
from ketnap.common.worker import bounded, unbroken

logger = structlog.get_logger()

MAX_RECORDS = 500
EMPTY_POLL_MS = 10  # after an empty poll the subscriber sleeps so long and is deaf meanwhile
BREATHE = 0.2  # seconds after a failure
AGAIN = 1.0  # seconds before a topic is looked for again
MEASURE = 15.0  # seconds between two looks at what is not landed yet
NEWEST = 100  # records that are read for it
STOP = 4.0  # seconds for a consumer to end


class Seek(ConsumerRebalanceListener):  # type: ignore[misc] # aiokafka ships no types
    """On assignment: go on behind the last fact of our own log. Kafka's committed offset is only advice."""

    def __init__(self, landing: Landing, db: Database, consumer: Callable[[], Any]) -> None:
        self._landing = landing
        self._db = db
        self._consumer = consumer

    async def on_partitions_revoked(self, revoked: Sequence[TopicPartition]) -> None:
        pass

    async def on_partitions_assigned(self, assigned: Sequence[TopicPartition]) -> None:
        for partition in assigned:
            while True:  # without a position of its own the member would go on from Kafka's advice
                try:
                    await self._seek(partition)
                    break
                except Exception as error:  # noqa: BLE001 - whatever it is, an assignment without a position starves
                    logger.warning("seek_failed", topic=partition.topic, error=named(error))
                    await asyncio.sleep(1)

    async def _seek(self, partition: TopicPartition) -> None:
        async with driver(self._db) as db:
            last = await log.last(db, self._landing.topic.name)
        consumer: AIOKafkaConsumer = self._consumer()
        wanted = int(last.meta["offset"]) + 1 if last else 0
        begin = (await consumer.beginning_offsets([partition]))[partition]
        end = (await consumer.end_offsets([partition]))[partition]
        consumer.seek(partition, begin if wanted > end else max(wanted, begin))


async def hear(landing: Landing, *, kafka: str, group: str, client: str, db: Database) -> None:
    """For ever: hear one topic as soon as it and Kafka are there, and look after its gaps.

    A broker of its own: a topic that is missing or rebalances holds up no other.
    """
    while True:
        broker = KafkaBroker(
            kafka, allow_auto_create_topics=False, consumer_only=True, logger=None, client_id=client
        )
        landed: dict[TopicPartition, int] = {}
        subscriber = _subscribe(broker, landing, group, db, landed)
        try:
            landing.head = (await tail(kafka, landing.topic.name)).number
            await unbroken(broker.start())
            await _watch(landing, kafka, subscriber.consumer, landed)
        except LookupError as error:
            landing.head = 0
            logger.warning("nothing_to_hear", error=str(error))
        except Exception as error:  # noqa: BLE001 - aiokafka raises many kinds when nobody answers
            logger.warning("kafka_unreachable", topic=landing.topic.name, error=named(error))
        finally:
            await bounded(f"hear {landing.topic.name}", broker.stop(), STOP)
        await asyncio.sleep(AGAIN)


async def _watch(
    landing: Landing, kafka: str, consumer: AIOKafkaConsumer, landed: dict[TopicPartition, int]
) -> None:
    """A subscriber that has fallen silent does not know it: the topic itself is asked now and then.

    Kafka's tools are told once a second what was landed: a commit is a write to Kafka's disk, and with one for every
    batch the next batch would wait for it.
    """
    measured = time.monotonic()
    while True:
        await asyncio.sleep(1)
        try:
            await landing.watch_gap()
            if landed:
                told = dict(landed)
                landed.clear()
                await consumer.commit(told)
            if time.monotonic() - measured >= MEASURE:
                measured = time.monotonic()
                await landing.measure((await tail(kafka, landing.topic.name, NEWEST)).number)
        except Exception as error:  # noqa: BLE001 - what is seen now is seen in a second, too
            logger.warning("topic_not_watched", topic=landing.topic.name, error=named(error))


def _subscribe(
    broker: KafkaBroker, landing: Landing, group: str, db: Database, landed: dict[TopicPartition, int]
) -> Any:  # Any: a subscriber of one of four classes
    """A batch subscriber that lands its topic; every exception is nacked, and the same records come again.

    Which offset comes after what was landed, it leaves in `landed`.
    """

    async def as_it_is(records: Any) -> StreamMessage[Any]:  # Any: what aiokafka delivered
        """Cannot raise: FastStream's own parser drops a whole batch for one header that is not UTF-8."""
        return KafkaAckableMessage(body=b"", raw_message=records, consumer=subscriber.consumer)

    async def undecoded(message: StreamMessage[Any]) -> Any:  # Any: as above
        return message.body

    subscriber: Any = broker.subscriber(  # Any: as above
        landing.topic.name,
        group_id=group,
        batch=True,
        max_records=MAX_RECORDS,
        batch_timeout_ms=EMPTY_POLL_MS,
        auto_offset_reset="earliest",
        ack_policy=AckPolicy.MANUAL,
        session_timeout_ms=6000,
        heartbeat_interval_ms=2000,
        listener=Seek(landing, db, lambda: subscriber.consumer),
        parser=as_it_is,
        decoder=undecoded,
    )

    @subscriber  # type: ignore[untyped-decorator] # as above
    async def land(message: KafkaMessage) -> None:
        try:
            await landing.take(message.raw_message)
        except BaseException as error:
            logger.warning("landing_failed", topic=landing.topic.name, error=named(error))
            await asyncio.sleep(BREATHE)
            await message.nack()  # without this the next batch would go past what was lost here
            raise
        last = message.raw_message[-1]
        landed[TopicPartition(last.topic, last.partition)] = last.offset + 1

    return subscriber
