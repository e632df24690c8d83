"""Print the facts of a province and see by their numbers that none is missing.

    pip install aiokafka ./libs/contracts
    python examples/consumer.py --kafka 127.0.0.1:17092 --province lao-cai

Where it stopped stands in a file, so that the next run goes on from there. It changes nothing on the other side: no
consumer group, no offset kept by Kafka.
"""

import argparse
import asyncio
import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from ketnap.contracts.consumer import HighWater, Verdict
from ketnap.contracts.envelope import Envelope, NotAFact
from ketnap.contracts.fact import SourceRestored
from ketnap.contracts.schemas import RESTRICTED, TOPICS, facts

OPEN = tuple(topic for topic in TOPICS if topic not in RESTRICTED)
KNOWN = facts()


class Stop(Exception):
    """One sentence: why it cannot go on, and what to do."""


@dataclass(slots=True)
class Place:
    """How far one topic was read: the last fact that was taken, and in which record it stands."""

    epoch: int = 1
    number: int = 0
    offset: int = 0
    id: str = ""


class Reader:
    """One topic, read in order. `missing` is the number it waits for, 0 when it waits for none."""

    def __init__(self, topic: str, place: Place, *, dense: bool) -> None:
        self.topic = topic
        self.place = place
        self.water = HighWater(epoch=place.epoch, number=place.number, dense=dense)
        self.missing = 0

    def read(self, record: Any) -> str | None:  # Any: aiokafka has no types
        """The line to print, if the record says something new.

        Raises:
            Stop: another fact stands where the last one stood.
        """
        try:
            envelope = Envelope.parse(record.headers)
        except NotAFact as reason:
            return f"{self.topic}, record {record.offset}: not a fact ({reason})"
        if record.offset == self.place.offset and self.place.id not in {"", str(envelope.id)}:
            raise Stop(
                f"{self.topic} was made anew since the last run: delete the position file and begin again."
            )
        match self.water.judge(envelope):
            case Verdict.NEW:
                line = (
                    f"{envelope.factno:>7}  {envelope.time:%Y-%m-%d %H:%M:%S}  {told(envelope, record.value)}"
                )
                self.water.take(envelope)
                self.place = Place(envelope.epoch, envelope.factno, record.offset, str(envelope.id))
                self.missing = 0
                return line
            case Verdict.GAP if not self.missing:
                self.missing = self.water.number + 1
                return f"{self.topic}: fact {self.missing} is missing, fact {envelope.factno} came"
            case _:  # a duplicate, a voided fact, or another one behind the gap: a refill brings it again
                return None


def told(envelope: Envelope, value: bytes | None) -> str:
    """One fact in one line."""
    if value is None:
        return f"{envelope.type}  {envelope.subject}: erased"
    fact = KNOWN.get(envelope.type)
    if fact is None:
        return f"{envelope.type}  {value.decode(errors='replace')}"
    read = fact.read(value)
    if isinstance(read, SourceRestored):
        return f"{envelope.type}  undo every fact above {read.valid_through} of epochs before {read.epoch}"
    return f"{envelope.type}  {read.model_dump_json(exclude_none=True)}"


async def consume(kafka: str, names: list[str], position: Path, *, follow: bool) -> int:
    """0 when every number is there, 1 when one is missing."""
    places = kept(position)
    readers = {
        TopicPartition(name, 0): Reader(
            name, Place(**places.get(name, {})), dense=name.partition(".")[2] not in RESTRICTED
        )
        for name in names
    }
    consumer = AIOKafkaConsumer(
        bootstrap_servers=kafka, enable_auto_commit=False, isolation_level="read_committed"
    )
    try:
        await consumer.start()
        await go_to_places(consumer, readers)
        ends = await consumer.end_offsets(list(readers))
        while follow or not await behind(consumer, ends):
            for partition, records in (await consumer.getmany(timeout_ms=500)).items():
                for record in records:
                    if line := readers[partition].read(record):
                        print(line, flush=True)
            keep(position, places | {reader.topic: asdict(reader.place) for reader in readers.values()})
    finally:
        await consumer.stop()
    for reader in readers.values():
        print(summary(reader))
    return 1 if any(reader.missing for reader in readers.values()) else 0


async def go_to_places(consumer: AIOKafkaConsumer, readers: dict[TopicPartition, Reader]) -> None:
    """Raises Stop when a topic is not there, or shorter than it was."""
    there = await consumer.topics()
    if absent := [reader.topic for reader in readers.values() if reader.topic not in there]:
        raise Stop(f"There is no topic {absent[0]} that you may read: is the province's code right?")
    consumer.assign(list(readers))
    begins = await consumer.beginning_offsets(list(readers))
    ends = await consumer.end_offsets(list(readers))
    for partition, reader in readers.items():
        if reader.place.id and reader.place.offset >= ends[partition]:
            raise Stop(
                f"{reader.topic} was made anew since the last run: delete the position file and begin again."
            )
        consumer.seek(partition, max(begins[partition], reader.place.offset))


async def behind(consumer: AIOKafkaConsumer, ends: dict[TopicPartition, int]) -> bool:
    """Is everything read that was there at the beginning."""
    return all([await consumer.position(partition) >= end for partition, end in ends.items()])


def kept(position: Path) -> dict[str, Any]:  # Any: JSON
    """By topic; nothing before the first run."""
    places: dict[str, Any] = json.loads(position.read_text()) if position.exists() else {}  # Any: JSON
    return places


def keep(position: Path, places: dict[str, Any]) -> None:  # Any: JSON
    """All or nothing: a run that is killed here leaves the old file or the new one."""
    written = position.with_suffix(".new")
    written.write_text(json.dumps(places, indent=1))
    written.replace(position)


def summary(reader: Reader) -> str:
    if reader.missing:
        return (
            f"{reader.topic}: fact {reader.missing} is missing. Ask the operators of the source to tell it again "
            f"from {reader.missing} on, then run this again."
        )
    if not reader.water.number:
        return f"{reader.topic}: no fact yet"
    if not reader.water.dense:
        return f"{reader.topic}: read up to fact {reader.water.number}"
    return f"{reader.topic}: facts 1 to {reader.water.number} are all here, epoch {reader.water.epoch}"


def main() -> int:
    parser = argparse.ArgumentParser(description="Print the facts of a province and see that none is missing")
    parser.add_argument("--kafka", default="127.0.0.1:17092", help="host:port (default %(default)s)")
    parser.add_argument("--province", default="lao-cai", help="code of the deployment (default %(default)s)")
    parser.add_argument(
        "--topic",
        action="append",
        choices=sorted(TOPICS),
        help="again for several; every open one by default",
    )
    parser.add_argument("--position", type=Path, help="file to go on from (default <province>.position.json)")
    parser.add_argument("--follow", action="store_true", help="wait for new facts until interrupted")
    asked = parser.parse_args()
    names = [f"{asked.province}.{topic}" for topic in asked.topic or OPEN]
    position = asked.position or Path(f"{asked.province}.position.json")
    try:
        return asyncio.run(consume(asked.kafka, names, position, follow=asked.follow))
    except Stop as why:
        print(why, file=sys.stderr)
    except KafkaError as error:
        print(f"No answer from Kafka at {asked.kafka}: {error}", file=sys.stderr)
    except KeyboardInterrupt:
        return 0
    return 2


if __name__ == "__main__":
    raise SystemExit(main())
