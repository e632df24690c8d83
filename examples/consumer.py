"""Read every fact of a topic and prove that nothing is missing.

    pip install aiokafka ./libs/contracts
    python examples/consumer.py [--kafka 127.0.0.1:9092] [--topic lao-cai.admission.v1] [--follow]

It needs no account of ours and changes nothing: a consumer without a group reads from the first fact to the newest.
"""

import argparse
import asyncio
from collections import Counter

from aiokafka import AIOKafkaConsumer, TopicPartition

from ketnap.contracts.consumer import HighWater, Verdict
from ketnap.contracts.envelope import Envelope, NotAFact
from ketnap.contracts.schemas import RESTRICTED, facts


async def consume(kafka: str, topic: str, *, follow: bool) -> int:
    """Print each fact; 0 when all numbers are there, 1 when one is missing."""
    known = facts()
    water = HighWater(dense=topic.partition(".")[2] not in RESTRICTED)
    seen: Counter[str] = Counter()
    consumer = AIOKafkaConsumer(
        bootstrap_servers=kafka, auto_offset_reset="earliest", enable_auto_commit=False
    )
    await consumer.start()
    try:
        partition = TopicPartition(topic, 0)
        consumer.assign([partition])
        await consumer.seek_to_beginning(partition)
        end = (await consumer.end_offsets([partition]))[partition]
        while follow or await consumer.position(partition) < end:
            for records in (await consumer.getmany(timeout_ms=500)).values():
                for record in records:
                    try:
                        envelope = Envelope.parse(record.headers)
                    except NotAFact as reason:
                        print(f"offset {record.offset}: not a fact ({reason})")
                        continue
                    verdict = water.judge(envelope)
                    seen[verdict] += 1
                    if verdict is Verdict.GAP:
                        print(
                            f"fact {water.number + 1} is missing, {envelope.factno} came: ask the source to refill"
                        )
                        return 1
                    if verdict is not Verdict.NEW:
                        continue
                    water.take(envelope)
                    fact = known.get(envelope.type)
                    value = record.value
                    meaning = fact.read(value) if fact and value else "(unknown type, or erased)"
                    print(
                        f"{envelope.factno:>7}  {envelope.time:%Y-%m-%d %H:%M:%S}  {envelope.type:<40} {meaning}"
                    )
    finally:
        await consumer.stop()
    print(
        f"facts 1 to {water.number} are all here, epoch {water.epoch}; {seen[Verdict.DUPLICATE]} duplicates skipped"
    )
    return 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description="Read every fact of a topic and prove that nothing is missing"
    )
    parser.add_argument("--kafka", default="127.0.0.1:9092")
    parser.add_argument("--topic", default="lao-cai.admission.v1")
    parser.add_argument("--follow", action="store_true", help="go on waiting for new facts")
    asked = parser.parse_args()
    raise SystemExit(asyncio.run(consume(asked.kafka, asked.topic, follow=asked.follow)))
