"""Facts told: from the log to Kafka, in order, numbered; the topic itself says where to go on."""

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

import structlog
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient

from ketnap.common import log
from ketnap.common.database import Database, Driver, driver
from ketnap.common.frozen import frozen
from ketnap.common.ids import uuid7
from ketnap.common.log import Entry
from ketnap.common.metrics import Metrics
from ketnap.contracts.envelope import Envelope, NotAFact
from ketnap.contracts.fact import Fact, SourceRestored, fact_id, schema_uri, source_uri

logger = structlog.get_logger()

TAIL = 20_000  # records: six zombies' accumulators at two facts an event
BATCH = 500  # entries
IN_FLIGHT = 3  # batches
TIMEOUT = 10.0  # seconds for an acknowledgement


@frozen
class Erased:
    """Told on a compacted topic instead of a fact: a null under this key."""

    type: str
    key: str
    about: str


type Publish = Callable[[Sequence[Entry]], Awaitable[list[list[Fact | Erased]]]]
"""For each entry what leaves the house; of one stored (type, schema version) always the same."""


@frozen
class Telling:
    """A topic that a service tells, of which entries, and in which words."""

    topic: str
    types: frozenset[str]
    publish: Publish


@frozen
class Told:
    """The fact with the highest (epoch, number) in a topic."""

    number: int
    epoch: int
    position: int
    part: int
    type: str
    id: str
    time: datetime | None


NOTHING = Told(number=0, epoch=1, position=0, part=-1, type="", id="", time=None)


class LogBehindTopic(Exception):
    """The topic knows facts that this log does not: the database was restored to an older moment."""


class ServerChanged(Exception):
    """Another PostgreSQL, or another life of it, holds the log since the relay last ran."""


class Relay:
    """Tells one topic, from one process at a time."""

    def __init__(
        self, telling: Telling, *, province: str, service: str, db: Database, kafka: str, metrics: Metrics
    ) -> None:
        self.telling = telling
        self.source = source_uri(province, service)
        self.db = db
        self._kafka = kafka
        self._metrics = metrics
        self.told: Told | None = None
        self._looked_at = 0
        metrics.relay_lag_seconds.labels(telling.topic).set(0)
        metrics.relay_lag_events.labels(telling.topic).set(0)

    def caught_up(self, head: int) -> bool:
        """Has everything up to this position of the log been told."""
        return self.told is not None and self._looked_at >= head

    @asynccontextmanager
    async def producer(self) -> AsyncGenerator[AIOKafkaProducer]:
        """An idempotent producer: it leaves no hole. After any failure it is thrown away, not flushed."""
        producer = AIOKafkaProducer(
            bootstrap_servers=self._kafka,
            acks="all",
            enable_idempotence=True,
            linger_ms=0,
            max_batch_size=131_072,
            request_timeout_ms=int(TIMEOUT * 1000),
            compression_type="zstd",
        )
        await producer.start()
        try:
            yield producer
        finally:
            with contextlib.suppress(Exception, asyncio.CancelledError):
                async with asyncio.timeout(3):
                    await producer.stop()

    async def resume(self) -> None:
        """Find the last fact told and make sure that it stands for what the log holds.

        Raises:
            LogBehindTopic: it does not; nothing may be told until somebody said `adopt-restored`.
        """
        told = await tail(self._kafka, self.telling.topic)
        async with driver(self.db) as db:
            await self._agree(db, told)
        self.told = told
        self._looked_at = told.position if told.part < 0 else told.position - 1
        logger.info("relay_resumed", topic=self.telling.topic, number=told.number, position=told.position)

    async def _agree(self, db: Driver, told: Told) -> None:
        if told.number == 0 or told.type == SourceRestored.TYPE:
            head, _ = await log.head(db)
            if told.position > head:
                raise LogBehindTopic(
                    f"{self.telling.topic}: fact {told.number} stands for {told.position}, head is {head}"
                )
            return
        entry = await log.at(db, told.position)
        if entry is None:
            head, _ = await log.head(db)
            raise LogBehindTopic(
                f"{self.telling.topic}: fact {told.number} stands for {told.position}, head is {head}"
            )
        if str(fact_id(entry.id, told.type, told.part)) != told.id or entry.recorded_at != told.time:
            raise LogBehindTopic(
                f"{self.telling.topic}: fact {told.number} stands for another event at {told.position}"
            )

    async def tell(self, producer: AIOKafkaProducer) -> bool:
        """Tell what the log has behind the last told fact, until its end; True when something was told.

        Raises:
            Exception: an acknowledgement failed; the producer is spent, resume with a new one.
        """
        if self.told is None:
            await self.resume()
        flights: deque[tuple[Told, list[asyncio.Future[Any]]]] = deque()  # Any: record metadata
        last = self.told or NOTHING
        any_told = False
        try:
            while True:
                entries, until = await self._next()
                if not entries and until == self._looked_at:
                    break
                sent, last = await self._send(producer, entries, last)
                self._looked_at = until
                flights.append((last, sent))
                if len(flights) >= IN_FLIGHT:
                    await self._land(flights.popleft())
                any_told = any_told or bool(sent)
            while flights:
                await self._land(flights.popleft())
        except BaseException:
            self.told = None
            raise
        self._metrics.relay_lag_seconds.labels(self.telling.topic).set(0)
        self._metrics.relay_lag_events.labels(self.telling.topic).set(0)
        return any_told

    async def _next(self) -> tuple[list[Entry], int]:
        async with driver(self.db) as db:
            head, recorded_at = await log.head(db)
            entries = await log.after(db, self._looked_at, BATCH, sorted(self.telling.types), head)
        if entries:
            lag = (recorded_at - entries[0].recorded_at).total_seconds()
            self._metrics.relay_lag_seconds.labels(self.telling.topic).set(max(0.0, lag))
            self._metrics.relay_lag_events.labels(self.telling.topic).set(head - self._looked_at)
        return entries, entries[-1].position if len(entries) == BATCH else head

    async def _send(
        self, producer: AIOKafkaProducer, entries: Sequence[Entry], last: Told
    ) -> tuple[list[asyncio.Future[Any]], Told]:  # Any: as above
        sent: list[asyncio.Future[Any]] = []  # Any: as above
        for entry, facts in zip(entries, await self.telling.publish(entries), strict=True):
            for part, fact in enumerate(facts):
                if (entry.position, part) <= (last.position, last.part):
                    continue
                envelope, key, value = self._record(entry, fact, part, last.number + 1, last.epoch)
                sent.append(
                    await producer.send(
                        self.telling.topic, value, key, partition=0, headers=envelope.headers()
                    )
                )
                last = Told(
                    number=envelope.factno,
                    epoch=envelope.epoch,
                    position=entry.position,
                    part=part,
                    type=envelope.type,
                    id=str(envelope.id),
                    time=entry.recorded_at,
                )
        return sent, last

    async def _land(self, flight: tuple[Told, list[asyncio.Future[Any]]]) -> None:  # Any: as above
        last, sent = flight
        async with asyncio.timeout(TIMEOUT * 2):
            await asyncio.gather(*sent)
        self.told = last

    def _record(
        self, entry: Entry, fact: Fact | Erased, part: int, number: int, epoch: int
    ) -> tuple[Envelope, bytes, bytes | None]:
        kind, about, key = (
            (fact.type, fact.about, fact.key)
            if isinstance(fact, Erased)
            else (fact.TYPE, fact.about, fact.subject_key())
        )
        meta = entry.meta
        envelope = Envelope(
            id=fact_id(entry.id, kind, part),
            type=kind,
            source=self.source,
            subject=about,
            time=entry.recorded_at,
            factno=number,
            epoch=epoch,
            position=entry.position,
            part=part,
            correlationid=meta.get("correlation_id", ""),
            traceparent=meta.get("traceparent", ""),
            dataschema=schema_uri(kind),
        )
        value = None if isinstance(fact, Erased) else fact.model_dump_json(exclude_none=True).encode()
        return envelope, key.encode(), value

    async def refill(self, first: int) -> int:
        """Send facts again under their numbers, from `first` through the newest told; how many.

        What came after a hole has passed the consumers by, so sending only the hole would not heal it. A number that
        still stands in the topic is copied, one that does not is told anew from the log.
        """
        there: dict[int, tuple[Envelope, Any]] = {}  # Any: aiokafka's records
        async for record, envelope in _facts(self._kafka, self.telling.topic):
            there[envelope.factno] = (envelope, record)
        newest = max(there, default=0)
        before = max((number for number in there if number < first), default=0)
        last = _told(there[before][0]) if before else NOTHING
        sent = 0
        async with self.producer() as producer:
            while last.number < newest:
                if last.number + 1 in there:
                    envelope, record = there[last.number + 1]
                    key, value, headers = record.key, record.value, record.headers
                    last = _told(envelope)
                else:
                    entry, fact, part = await self._fact_behind(last)
                    envelope, key, value = self._record(entry, fact, part, last.number + 1, last.epoch)
                    headers = envelope.headers()
                    last = _told(envelope)
                await producer.send_and_wait(
                    self.telling.topic, value, key, partition=0, headers=list(headers)
                )
                sent += 1
        return sent

    async def _fact_behind(self, last: Told) -> tuple[Entry, Fact | Erased, int]:
        position = last.position - 1 if last.part >= 0 else last.position
        async with driver(self.db) as db:
            while entries := await log.after(db, position, BATCH, sorted(self.telling.types)):
                for entry, facts in zip(entries, await self.telling.publish(entries), strict=True):
                    for part, fact in enumerate(facts):
                        if (entry.position, part) > (last.position, last.part):
                            return entry, fact, part
                position = entries[-1].position
        raise LogBehindTopic(f"{self.telling.topic}: the log has nothing behind fact {last.number}")


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
                with contextlib.suppress(NotAFact):
                    told = _told(Envelope.parse(record.headers))
                    if (told.epoch, told.number) > (best.epoch, best.number):
                        best = told
            if best.number or start == begin:
                return best
            window *= 8


@asynccontextmanager
async def _reading(
    kafka: str, topic: str
) -> AsyncGenerator[tuple[AIOKafkaConsumer, TopicPartition, int, int]]:
    consumer = AIOKafkaConsumer(
        bootstrap_servers=kafka, enable_auto_commit=False, fetch_max_wait_ms=20, auto_offset_reset="none"
    )
    partitions = await _partitions(kafka, topic)
    if partitions != {0}:
        raise LookupError(f"topic {topic} must exist with one partition, it has {sorted(partitions)}")
    await consumer.start()
    try:
        partition = TopicPartition(topic, 0)
        consumer.assign([partition])
        begin = (await consumer.beginning_offsets([partition]))[partition]
        end = (await consumer.end_offsets([partition]))[partition]
        yield consumer, partition, begin, end
    finally:
        await consumer.stop()


async def _from(
    consumer: AIOKafkaConsumer, partition: TopicPartition, start: int, end: int
) -> AsyncGenerator[Any]:  # Any: aiokafka's records
    consumer.seek(partition, start)
    while start < end and await consumer.position(partition) < end:
        for batch in (await consumer.getmany(partition, timeout_ms=1000)).values():
            for record in batch:
                if record.offset < end:
                    yield record


async def _facts(kafka: str, topic: str) -> AsyncGenerator[tuple[Any, Envelope]]:  # Any: aiokafka's records
    """Every fact of a topic in the order of the records, those of an epoch below the newest seen left out."""
    epoch = 0
    async with _reading(kafka, topic) as (consumer, partition, begin, end):
        async for record in _from(consumer, partition, begin, end):
            with contextlib.suppress(NotAFact):
                envelope = Envelope.parse(record.headers)
                if envelope.epoch >= epoch:
                    epoch = envelope.epoch
                    yield record, envelope


def _told(envelope: Envelope) -> Told:
    return Told(
        number=envelope.factno,
        epoch=envelope.epoch,
        position=envelope.position,
        part=envelope.part,
        type=envelope.type,
        id=str(envelope.id),
        time=envelope.time,
    )


async def _partitions(kafka: str, topic: str) -> set[int]:
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    try:
        [found] = await admin.describe_topics([topic])
    finally:
        await admin.close()
    return {partition["partition"] for partition in found["partitions"]}


# -- After a restore


async def adopt_restored(relay: Relay, kafka: str) -> tuple[int, int] | None:
    """Tell the topic that the log was restored: (facts that still hold, facts that never happened), None when it agrees.

    The last fact both agree on is found by binary search: agreement is monotone. One record is appended, numbered on,
    in the next epoch, standing for that fact's position: so the ordinary rule resumes rightly, and nothing needs a row
    that a restore could lose.
    """
    topic = relay.telling.topic
    told = await _valid(kafka, topic)
    if not told:
        return None
    newest = told[-1]
    low, high = 0, len(told)
    async with driver(relay.db) as db:
        while low < high:
            middle = (low + high) // 2
            if await _holds(db, told[middle]):
                low = middle + 1
            else:
                high = middle
    if low == len(told):
        return None
    common = told[low - 1] if low else NOTHING
    epoch = newest.epoch + 1
    fact = SourceRestored(source=topic, epoch=epoch, valid_through=common.number)
    envelope = Envelope(
        id=uuid7(),
        type=fact.TYPE,
        source=relay.source,
        subject=topic,
        time=common.time or datetime.fromisoformat("1970-01-01T00:00:00+00:00"),
        factno=newest.number + 1,
        epoch=epoch,
        position=common.position,
        part=max(common.part, 0),
        dataschema=schema_uri(fact.TYPE),
    )
    async with relay.producer() as producer:
        await producer.send_and_wait(
            topic,
            fact.model_dump_json().encode(),
            f"{fact.TYPE}/{epoch}".encode(),
            partition=0,
            headers=envelope.headers(),
        )
    return common.number, newest.number - common.number


async def _holds(db: Driver, told: Told) -> bool:
    if told.type == SourceRestored.TYPE:
        head, _ = await log.head(db)
        return told.position <= head
    entry = await log.at(db, told.position)
    return (
        entry is not None
        and str(fact_id(entry.id, told.type, told.part)) == told.id
        and entry.recorded_at == told.time
    )


async def _valid(kafka: str, topic: str) -> list[Told]:
    """Every fact of a topic that was not voided by a restore, once, in order of the numbers."""
    found: dict[int, Told] = {}
    async for record, envelope in _facts(kafka, topic):
        if envelope.type == SourceRestored.TYPE and record.value:
            valid = SourceRestored.read(record.value).valid_through
            found = {number: told for number, told in found.items() if number <= valid}
        found[envelope.factno] = _told(envelope)
    return [found[number] for number in sorted(found)]
