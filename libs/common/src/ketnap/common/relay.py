"""Facts told: from the log to Kafka, in order, numbered; the topic itself says where to go on."""

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import structlog
from aiokafka import AIOKafkaProducer

from ketnap.common import log
from ketnap.common.database import Database, driver
from ketnap.common.frozen import frozen
from ketnap.common.log import RESTORED, Entry
from ketnap.common.metrics import Metrics
from ketnap.common.topics import NOTHING, Record, Told, facts, tail, told_in
from ketnap.common.worker import unbroken
from ketnap.contracts.envelope import Envelope
from ketnap.contracts.fact import Fact, fact_id, schema_uri, source_uri

logger = structlog.get_logger()

BATCH = 500  # entries
IN_FLIGHT = 3  # batches
LARGEST = 900_000  # bytes of a batch for Kafka, which takes 1 MiB: all facts of ours go in one and wait for its disk once
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
    """A topic that a service tells, of which entries, and in which words; restricted: compacted, with personal content."""

    topic: str
    types: frozenset[str]
    publish: Publish
    restricted: bool = False


class LogBehindTopic(Exception):
    """The topic knows facts that this log does not: the database was restored to an older moment."""


class ServerChanged(Exception):
    """Another PostgreSQL, or another life of it, holds the log since the relay last ran."""


class _Message(NamedTuple):
    told: Told
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes]]


@frozen
class _Flight:
    """A batch on its way: what is told when all of it has been acknowledged."""

    last: Told
    looked_at: int
    sent: Sequence[asyncio.Future[Any]]  # Any: record metadata


class Relay:
    """Tells one topic, from one process at a time."""

    def __init__(
        self, telling: Telling, *, province: str, service: str, db: Database, kafka: str, metrics: Metrics
    ) -> None:
        self.telling = telling
        self.source = source_uri(province, service)
        self.db = db
        self.kafka = kafka
        self.told: Told | None = None
        self.acknowledged: int | None = None
        """Position up to which all has been told, as far as this process knows."""
        self._looked_at = 0
        metrics.relay_lag_seconds.labels(telling.topic).set(0)
        metrics.relay_lag_events.labels(telling.topic).set(0)

    def caught_up(self, head: int) -> bool:
        """Has everything up to this position of the log been told."""
        return self.told is not None and self.acknowledged is not None and self.acknowledged >= head

    @asynccontextmanager
    async def producer(self) -> AsyncGenerator[AIOKafkaProducer]:
        """An idempotent producer: it leaves no hole. After any failure it is thrown away, not flushed.

        On a restricted topic it is transactional, so that it fences a paused predecessor: a late record of an older
        value would be what compaction keeps.
        """
        producer = AIOKafkaProducer(
            bootstrap_servers=self.kafka,
            acks="all",
            enable_idempotence=True,
            linger_ms=0,
            max_batch_size=LARGEST,
            request_timeout_ms=int(TIMEOUT * 1000),
            compression_type="zstd",
            transactional_id=f"relay-{self.telling.topic}" if self.telling.restricted else None,
        )
        try:
            await unbroken(producer.start())
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
        told = await tail(self.kafka, self.telling.topic)
        async with driver(self.db) as db:
            entry = await log.at(db, told.position)
            head, _ = await log.head(db)
        if not told.speaks_of(entry):
            there = (
                f"another event than {told.position}" if entry else f"{told.position}, the log ends at {head}"
            )
            raise LogBehindTopic(f"{self.telling.topic}: fact {told.number} stands for {there}")
        self.told = told
        self._looked_at = self.acknowledged = told.position if told.part < 0 else told.position - 1
        logger.info("relay_resumed", topic=self.telling.topic, number=told.number, position=told.position)

    async def tell(self, producer: AIOKafkaProducer) -> bool:
        """Tell what the log has behind the last told fact, until its end; True when something was told.

        Raises:
            Exception: an acknowledgement failed; the producer is spent, resume with a new one.
        """
        if self.told is None:
            await self.resume()
        flights: deque[_Flight] = deque()
        began = last = self.told or NOTHING
        try:
            while (read := await self._next()) is not None:
                entries, looked_at = read
                messages = await self._messages(entries, last)
                last = messages[-1].told if messages else last
                sent = await self._send(producer, messages)
                flights.append(_Flight(last=last, looked_at=looked_at, sent=sent))
                self._looked_at = looked_at
                most = IN_FLIGHT - 1 if len(entries) == BATCH and not self.telling.restricted else 0
                while len(flights) > most:
                    await self._acknowledged(flights.popleft())
            while flights:
                await self._acknowledged(flights.popleft())
        except BaseException:
            self.told = None
            raise
        return last.number > began.number

    async def _next(self) -> tuple[list[Entry], int] | None:
        """The next entries and the position up to which they are all; None at the end of the log."""
        async with driver(self.db) as db:
            head, _ = await log.head(db)
            if head == self._looked_at:
                return None
            entries = await log.after(db, self._looked_at, BATCH, sorted(self.telling.types), head)
        return entries, entries[-1].position if len(entries) == BATCH else head

    async def _messages(self, entries: Sequence[Entry], last: Told) -> list[_Message]:
        messages: list[_Message] = []
        for entry, told in zip(entries, await self.telling.publish(entries), strict=True):
            for part, fact in enumerate(told):
                if (entry.position, part) > last.place:
                    messages.append(self._message(entry, fact, part, last))
                    last = messages[-1].told
        return messages

    def _message(self, entry: Entry, fact: Fact | Erased, part: int, last: Told) -> _Message:
        kind = fact.type if isinstance(fact, Erased) else fact.TYPE
        meta = entry.meta
        envelope = Envelope(
            id=fact_id(entry.id, kind, part),
            type=kind,
            source=self.source,
            subject=fact.about,
            time=entry.recorded_at,
            factno=last.number + 1,
            epoch=last.epoch,
            position=entry.position,
            part=part,
            correlationid=meta.get("correlation_id", ""),
            traceparent=meta.get("traceparent", ""),
            dataschema=schema_uri(kind),
        )
        return _Message(
            told=told_in(envelope),
            key=(fact.key if isinstance(fact, Erased) else fact.subject_key()).encode(),
            value=None if isinstance(fact, Erased) else fact.model_dump_json(exclude_none=True).encode(),
            headers=envelope.headers(),
        )

    async def send(self, key: bytes, value: bytes, headers: Sequence[tuple[str, bytes]]) -> int:
        """One record outside the ordinary order, with a producer of its own; its offset."""
        async with self.producer() as producer:
            [sent] = await self._send(
                producer, [_Message(told=NOTHING, key=key, value=value, headers=headers)]
            )
            offset: int = (await sent).offset
        return offset

    async def _send(
        self, producer: AIOKafkaProducer, messages: Sequence[_Message | Record]
    ) -> list[asyncio.Future[Any]]:  # Any: as above
        if not messages:
            return []
        if not self.telling.restricted:
            return await self._in_batches(producer, messages)
        async with producer.transaction():
            return await self._in_batches(producer, messages)

    async def _in_batches(
        self, producer: AIOKafkaProducer, messages: Sequence[_Message | Record]
    ) -> list[asyncio.Future[Any]]:  # Any: as above
        """One acknowledgement for each of Kafka's batches, with its first offset: one a record costs a third more."""
        batches = [producer.create_batch()]
        for message in messages:
            if not _put(batches[-1], message):  # full
                batches.append(producer.create_batch())
                _put(batches[-1], message)
        sent: list[asyncio.Future[Any]] = []  # Any: as above
        for batch in batches:
            sent.append(await producer.send_batch(batch, self.telling.topic, partition=0))
            sent[-1].add_done_callback(_note)
        return sent

    async def _acknowledged(self, flight: _Flight) -> None:
        async with asyncio.timeout(TIMEOUT * 2):
            await asyncio.gather(*flight.sent)
        self.told = flight.last
        self.acknowledged = flight.looked_at

    # -- Sending again

    async def refill(self, first: int) -> int:
        """Send facts again under their numbers, from `first` through the newest told; how many.

        What came after a hole has passed the consumers by, so sending only the hole would not heal it. A number that
        still stands in the topic is copied, one that does not is told anew from the log.

        Raises:
            LookupError: the topic is compacted, where holes are right; or what is missing cannot be told again.
        """
        if self.telling.restricted:
            raise LookupError(f"{self.telling.topic} is compacted: numbers are missing there by right")
        there: dict[int, Record] = {}
        async for record in facts(self.kafka, self.telling.topic):
            there[record.told.number] = record
        last = max(
            (r.told for r in there.values() if r.told.number < first), key=lambda t: t.number, default=NOTHING
        )
        sent = 0
        async with self.producer() as producer:
            while last.number < max(there, default=0):
                wave = await self._wave(there, last)
                acknowledged = await asyncio.gather(*await self._send(producer, wave))
                last, sent = wave[-1].told, sent + len(wave)
                if last.number == max(there):  # what was told meanwhile has passed the consumers by as well
                    there |= await self._told_since(there, acknowledged[-1].offset)
        return sent

    async def _wave(self, there: dict[int, Record], last: Told) -> list[_Message | Record]:
        newest = max(there)
        wave: list[_Message | Record] = []
        while last.number < newest and len(wave) < BATCH:
            number = last.number + 1
            wave.append(there[number] if number in there else await self._told_anew(there, last))
            last = wave[-1].told
        return wave

    async def _told_anew(self, there: dict[int, Record], last: Told) -> _Message:
        behind = there[min(number for number in there if number > last.number)].told
        if behind.epoch != last.epoch or behind.type == RESTORED:
            raise LookupError(
                f"{self.telling.topic}: fact {last.number + 1} is missing beside a restore (epoch {behind.epoch})"
            )
        position = last.position - 1 if last.part >= 0 else last.position
        async with driver(self.db) as db:
            while entries := await log.after(db, position, BATCH, sorted(self.telling.types)):
                for message in await self._messages(entries, last):
                    return message
                position = entries[-1].position
        raise LogBehindTopic(f"{self.telling.topic}: the log has nothing behind fact {last.number}")

    async def _told_since(self, there: dict[int, Record], before: int) -> dict[int, Record]:
        """Facts that the relay told before the offset at which the last wave ended."""
        start = max(record.offset for record in there.values()) + 1
        return {
            record.told.number: record
            async for record in facts(self.kafka, self.telling.topic, start)
            if record.offset < before and record.told.number not in there
        }


def _put(batch: Any, message: _Message | Record) -> bool:  # Any: aiokafka ships no types
    put = batch.append(timestamp=None, key=message.key, value=message.value, headers=list(message.headers))
    return put is not None


def _note(sent: asyncio.Future[Any]) -> None:  # Any: as above
    """The first failure ends all that is in flight; those behind it need no mention of their own."""
    if not sent.cancelled():
        sent.exception()
