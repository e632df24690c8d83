"""Facts heard: from Kafka into the own log, each once, in order, whatever the record holds."""

import asyncio
import base64
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import orjson
import structlog
from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from faststream import AckPolicy
from faststream.kafka import KafkaRouter
from faststream.kafka.annotations import KafkaMessage
from faststream.kafka.message import KafkaAckableMessage
from faststream.message import StreamMessage

from ketnap.common import log
from ketnap.common.append import (
    Append,
    Attempt,
    Claimed,
    Failed,
    Mismatch,
    NewEvent,
    Repeated,
    Sealed,
    Stale,
    Stored,
)
from ketnap.common.database import Database, Driver, driver
from ketnap.common.frozen import frozen
from ketnap.common.metrics import Metrics
from ketnap.common.personal import Vault
from ketnap.contracts.envelope import Envelope, NotAFact

logger = structlog.get_logger()

MAX_RECORDS = 500
EMPTY_POLL_MS = 10  # after an empty poll the subscriber sleeps so long and is deaf meanwhile
PATIENCE = 30.0  # seconds after which a gap is an alarm
RESTORED = "source.restored.v1"
CONTENT = "value"  # the one field of a restricted fact: all of it


@frozen
class Topic:
    """A topic that a service hears. Of a restricted one (compacted, personal) numbers only grow, and a null erases."""

    name: str
    restricted: bool = False


@frozen
class Heard:
    """One record as it came, its envelope read."""

    envelope: Envelope
    offset: int
    value: bytes | None
    key: bytes | None

    @property
    def number(self) -> int:
        return self.envelope.factno


@frozen
class Stray:
    """A record that is no fact."""

    offset: int
    headers: Sequence[tuple[str, bytes | None]]
    value: bytes | None
    cause: str


def read(record: Any) -> Heard | Stray:  # Any: aiokafka ships no types
    """What a record is; never raises."""
    try:
        envelope = Envelope.parse(record.headers)
    except NotAFact as error:
        return Stray(offset=record.offset, headers=record.headers, value=record.value, cause=str(error))
    return Heard(envelope=envelope, offset=record.offset, value=record.value, key=record.key)


class Landing:
    """Lands one topic: a number already there is a duplicate, a number skipped is a gap, an older epoch is void."""

    def __init__(
        self,
        topic: Topic,
        *,
        db: Database,
        append: Append,
        vault: Vault,
        metrics: Metrics,
        now: Callable[[], datetime],
    ) -> None:
        self.topic = topic
        self._db = db
        self._append = append
        self._vault = vault
        self._metrics = metrics
        self._now = now
        self._gap_since: float | None = None
        self.landed_at = 0.0
        metrics.fact_gap.labels(topic.name).set(0)
        metrics.landed.labels(topic.name).inc(0)
        metrics.land_lag_seconds.labels(topic.name).set(0)

    async def take(self, records: Sequence[Any]) -> None:  # Any: as above
        """Land a batch. When it raises, nothing may be acknowledged: the same records must come again."""
        read_records = [read(record) for record in records]
        strays = [stray for stray in read_records if isinstance(stray, Stray)]
        heard = [fact for fact in read_records if isinstance(fact, Heard)]
        if strays:
            await self._park(strays)
        if heard:
            await self._hear(heard)
            newest = max(heard, key=lambda fact: fact.number)
            self.landed_at = time.monotonic()
            lag = (self._now() - newest.envelope.time).total_seconds()
            self._metrics.land_lag_seconds.labels(self.topic.name).set(max(0.0, lag))

    async def _hear(self, heard: Sequence[Heard]) -> None:
        async with driver(self._db) as db:
            last = await log.last(db, self.topic.name)
            seen = last.version if last else 0
            epoch = int(last.meta["epoch"]) if last else 0
            new: list[Heard] = []
            for fact in heard:
                if fact.envelope.epoch < epoch:
                    continue  # of a past that a restore has voided
                if fact.number <= seen:
                    await self._compare(db, fact)
                    continue
                if self.topic.restricted or fact.number == seen + 1:
                    new.append(fact)
                    seen, epoch = fact.number, fact.envelope.epoch
            missing = not self.topic.restricted and any(fact.number > seen for fact in heard)
            stands = last.version if last else 0
            events = [await self._event(db, fact) for fact in new]
        if new:
            await self._store(heard, new, events, stands)
        await self._report_gap(missing=missing, seen=seen, heard=heard)

    async def _store(
        self, heard: Sequence[Heard], new: Sequence[Heard], events: Sequence[NewEvent], stands: int
    ) -> None:
        match await self._append(Attempt(stream=self.topic.name, expected=stands, events=events)):
            case Stored():
                self._metrics.landed.labels(self.topic.name).inc(len(new))
            case Stale():  # another process was faster
                await self._hear(heard)
            case Failed() if len(new) > 1:
                for n, (fact, event) in enumerate(zip(new, events, strict=True)):
                    await self._store([fact], [fact], [event], new[n - 1].number if n else stands)
            case Failed(error=error):
                await self._append(
                    Attempt(
                        stream=self.topic.name, expected=stands, events=[_as_bytes(new[0], events[0], error)]
                    )
                )
            case (Repeated() | Claimed() | Mismatch()) as never:
                raise AssertionError(f"facts have neither commands nor claims: {never}")

    async def _event(self, db: Driver, fact: Heard) -> NewEvent:
        json, error = _json(fact.value)
        sealed: Sequence[Sealed] = ()
        if self.topic.restricted:
            json, sealed = await self._restricted(db, fact, json)
        envelope = fact.envelope
        meta = {
            "source": envelope.source,
            "subject": envelope.subject,
            "fact_id": str(envelope.id),
            "time": envelope.time.astimezone(UTC).isoformat(),
            "epoch": envelope.epoch,
            "position": envelope.position,
            "part": envelope.part,
            "offset": fact.offset,
            **({"correlation_id": envelope.correlationid} if envelope.correlationid else {}),
            **({"traceparent": envelope.traceparent} if envelope.traceparent else {}),
            **({"unreadable": error} if error else {}),
        }
        return NewEvent(
            id=uuid4(),
            type=envelope.type,
            schema_version=1,
            json=json,
            meta_json=orjson.dumps(meta).decode(),
            version=fact.number,
            sealed=sealed,
        )

    async def _restricted(self, db: Driver, fact: Heard, json: str) -> tuple[str, Sequence[Sealed]]:
        """The log keeps only whom it is about; all content stands beside it. A null says that it was erased."""
        try:
            person = UUID(fact.envelope.subject)
        except ValueError:
            return json if fact.envelope.type == RESTORED else "{}", ()
        contentless = orjson.dumps({"person": str(person), "erased": fact.value is None}).decode()
        if fact.value is None:
            return contentless, ()
        return contentless, await self._vault.seal(
            db, person, self.topic.name, fact.number, {CONTENT: json.encode()}
        )

    async def _compare(self, db: Driver, fact: Heard) -> None:
        """A number already landed must be the same fact; two facts under one number are an alarm."""
        there = await db.fetchval(
            "SELECT meta->>'fact_id' FROM core.log WHERE stream = $1 AND version = $2",
            self.topic.name,
            fact.number,
        )
        if there is not None and there != str(fact.envelope.id):
            await self._alarm(
                db, "conflict", f"fact {fact.number} came as {fact.envelope.id}, landed was {there}"
            )

    async def _report_gap(self, *, missing: bool, seen: int, heard: Sequence[Heard]) -> None:
        if not missing:
            if self._gap_since is not None:
                self._gap_since = None
                self._metrics.fact_gap.labels(self.topic.name).set(0)
                async with driver(self._db) as db:
                    await db.execute(
                        "DELETE FROM core.alarms WHERE kind = 'gap' AND about = $1", self.topic.name
                    )
            return
        if self._gap_since is None:
            self._gap_since = time.monotonic()
            logger.warning("gap_seen", topic=self.topic.name, missing_from=seen + 1, heard=heard[-1].number)
        await self.watch_gap(seen)

    async def watch_gap(self, seen: int | None = None) -> None:
        """Raise the alarm when a gap has persisted; called with every batch and once a second."""
        if self._gap_since is None or time.monotonic() - self._gap_since < PATIENCE:
            return
        self._metrics.fact_gap.labels(self.topic.name).set(1)
        async with driver(self._db) as db:
            stands = seen if seen is not None else await log.version(db, self.topic.name)
            await self._alarm(
                db, "gap", f"fact {stands + 1} is missing: ask the source to refill from {stands + 1}"
            )

    async def _alarm(self, db: Driver, kind: str, cause: str) -> None:
        logger.error("alarm", kind=kind, topic=self.topic.name, cause=cause)
        await db.execute(
            "INSERT INTO core.alarms (kind, about, cause) VALUES ($1, $2, $3)"
            " ON CONFLICT (kind, about) DO UPDATE SET cause = excluded.cause",
            kind,
            self.topic.name,
            cause,
        )

    async def _park(self, strays: Sequence[Stray]) -> None:
        async with driver(self._db) as db:
            for stray in strays:
                await db.execute(
                    "INSERT INTO core.strays (topic, kafka_offset, headers, value, cause) VALUES ($1, $2, $3, $4, $5)"
                    " ON CONFLICT DO NOTHING",
                    self.topic.name,
                    stray.offset,
                    orjson.dumps(
                        [[name, base64.b64encode(value or b"").decode()] for name, value in stray.headers]
                    ).decode(),
                    stray.value,
                    stray.cause,
                )
            await self._alarm(
                db, "stray", f"record at offset {strays[-1].offset} is no fact: {strays[-1].cause}"
            )


def _json(value: bytes | None) -> tuple[str, str | None]:
    """The value as JSON text; what is none is kept as base64 with the reason."""
    if value is None:
        return "null", None
    try:
        text = value.decode()
        orjson.loads(value)
    except (UnicodeDecodeError, orjson.JSONDecodeError) as error:
        return _kept(value), str(error)
    return text, None


def _kept(value: bytes) -> str:
    return orjson.dumps({"base64": base64.b64encode(value).decode()}).decode()


def _as_bytes(fact: Heard, event: NewEvent, error: str) -> NewEvent:
    """The same fact with its value as base64: what `jsonb` refuses still lands."""
    meta = {**orjson.loads(event.meta_json), "unreadable": error}
    return NewEvent(
        id=event.id,
        type=event.type.replace("\0", ""),
        schema_version=1,
        json=_kept(fact.value or b""),
        meta_json=orjson.dumps(meta).decode().replace("\\u0000", ""),
        version=event.version,
        sealed=event.sealed,
    )


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
                except (asyncpg.PostgresError, OSError) as error:
                    logger.warning("seek_failed", topic=partition.topic, error=str(error))
                    await asyncio.sleep(1)

    async def _seek(self, partition: TopicPartition) -> None:
        async with driver(self._db) as db:
            last = await log.last(db, self._landing.topic.name)
        consumer: AIOKafkaConsumer = self._consumer()
        wanted = int(last.meta["offset"]) + 1 if last else 0
        begin = (await consumer.beginning_offsets([partition]))[partition]
        end = (await consumer.end_offsets([partition]))[partition]
        consumer.seek(partition, begin if wanted > end else max(wanted, begin))


def subscribe(router: KafkaRouter, landing: Landing, *, service: str, db: Database) -> None:
    """A batch subscriber that lands its topic; every exception is nacked, and the same records come again."""

    async def as_it_is(records: Any) -> StreamMessage[Any]:  # Any: what aiokafka delivered
        """Cannot raise: FastStream's own parser drops a whole batch for one header that is not UTF-8."""
        return KafkaAckableMessage(body=b"", raw_message=records, consumer=subscriber.consumer)

    async def undecoded(message: StreamMessage[Any]) -> Any:  # Any: as above
        return message.body

    subscriber: Any = router.subscriber(  # Any: a subscriber of one of four classes
        landing.topic.name,
        group_id=f"{service}.hears.{landing.topic.name}",  # a group of its own: topics do not rebalance one another
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
        except BaseException:
            await asyncio.sleep(0.2)
            await message.nack()  # without this the next ack would commit past what was lost here
            raise
        await message.ack()
