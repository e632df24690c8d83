"""Facts landed from a topic into the log beside raw consumption of the same topic."""

import asyncio
import time
from uuid import uuid4

from aiokafka import AIOKafkaConsumer, TopicPartition

from benchmarks import trade
from benchmarks.stand import Stand, new_topic, standing_core
from benchmarks.table import Goal, Row, Scale, compared, in_turn
from ketnap.common import log
from ketnap.common.database import driver
from ketnap.common.hearing import MAX_RECORDS, hear
from ketnap.common.landing import Landing, Topic
from tests.kit import until


async def measure(stand: Stand, scale: Scale) -> list[Row]:
    topic = await new_topic(stand)
    async with standing_core(stand, "steps") as core:
        await trade.fill(core, scale.events)
        await trade.tell(core, stand.kafka, topic)

    async def ours() -> float:
        return await _land(stand, topic, scale.events)

    async def baseline() -> float:
        return await _consume(stand, topic, scale.events)

    rounds, memory = await in_turn(scale.rounds, ours, baseline)
    return [compared("landing", rounds, "facts/s", Goal(bound=0.1), memory)]


async def _land(stand: Stand, topic: str, facts: int) -> float:
    """Facts a second from the first batch to the last, as a service lands them that was away."""
    async with standing_core(stand, "counts") as core:
        landing = Landing(
            Topic(name=topic),
            db=core.db,
            append=core.append,
            vault=core.vault,
            metrics=core.metrics,
            now=core.clock.now,
        )

        async def landed() -> bool:
            async with driver(core.db) as db:
                return await log.version(db, topic) == facts

        hearing = asyncio.create_task(
            hear(landing, kafka=stand.kafka, group=f"b{uuid4().hex}", client="bench", db=core.db)
        )
        try:
            await until(landed, patience=120)
        finally:
            hearing.cancel()
            await asyncio.gather(hearing, return_exceptions=True)
        async with driver(core.db) as db:
            # The instant is that of a batch's beginning: what the last one took is not in it.
            rate: float = await db.fetchval(
                "SELECT (count(*) FILTER (WHERE recorded_at < newest)"
                " / extract(epoch FROM newest - min(recorded_at)))::float"
                " FROM core.log, (SELECT recorded_at AS newest FROM core.head) head GROUP BY newest"
            )
    return rate


async def _consume(stand: Stand, topic: str, facts: int) -> float:
    consumer = AIOKafkaConsumer(
        bootstrap_servers=stand.kafka, enable_auto_commit=False, auto_offset_reset="earliest"
    )
    await consumer.start()
    try:
        consumer.assign([TopicPartition(topic, 0)])
        seen, began = 0, time.perf_counter()
        while seen < facts:
            batches = await consumer.getmany(timeout_ms=1000, max_records=MAX_RECORDS)
            seen += sum(map(len, batches.values()))
        return seen / (time.perf_counter() - began)
    finally:
        await consumer.stop()
