"""Facts told from the log beside the raw idempotent producer that is given the finished records."""

import asyncio
import time
from collections import deque
from collections.abc import Sequence
from typing import Any

from aiokafka import AIOKafkaProducer

from benchmarks import trade
from benchmarks.stand import Stand, new_topic, standing_core
from benchmarks.table import Goal, Row, Scale, compared, in_turn
from ketnap.common.relay import BATCH, IN_FLIGHT, LARGEST
from ketnap.common.topics import Record, facts


async def measure(stand: Stand, scale: Scale) -> list[Row]:
    async with standing_core(stand, "steps") as core:
        await trade.fill(core, scale.events)
        first = await new_topic(stand)
        await trade.tell(core, stand.kafka, first)
        finished = [record async for record in facts(stand.kafka, first)]
        assert len(finished) == scale.events

        async def ours() -> float:
            topic = await new_topic(stand)
            began = time.perf_counter()
            await trade.tell(core, stand.kafka, topic)
            return scale.events / (time.perf_counter() - began)

        async def baseline() -> float:
            topic = await new_topic(stand)
            began = time.perf_counter()
            await _produce(stand, topic, finished)
            return scale.events / (time.perf_counter() - began)

        rounds, memory = await in_turn(scale.rounds, ours, baseline)
    return [compared("relay", rounds, "facts/s", Goal(bound=0.3), memory)]


async def _produce(stand: Stand, topic: str, records: Sequence[Record]) -> None:
    """The same bytes with the same settings, as many in flight."""
    producer = AIOKafkaProducer(
        bootstrap_servers=stand.kafka,
        acks="all",
        enable_idempotence=True,
        linger_ms=0,
        max_batch_size=LARGEST,
        compression_type="zstd",
    )
    await producer.start()
    try:
        flights: deque[asyncio.Future[Any]] = deque()  # Any: record metadata
        for n in range(0, len(records), BATCH):
            sent = [
                await producer.send(topic, r.value, r.key, partition=0, headers=list(r.headers))
                for r in records[n : n + BATCH]
            ]
            flights.append(asyncio.gather(*sent))
            if len(flights) >= IN_FLIGHT:
                await flights.popleft()
        await asyncio.gather(*flights)
    finally:
        await producer.stop()
