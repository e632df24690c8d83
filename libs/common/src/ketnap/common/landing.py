"""Facts heard: into the own log, each once, in order, whatever the record holds."""

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
import structlog

from ketnap.common import log
from ketnap.common.alarms import end_alarm, raise_alarm
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
from ketnap.common.personal import Plain, Vault
from ketnap.common.records import Heard, Stray, as_base64, as_json, read, sift
from ketnap.contracts.fact import SourceRestored

logger = structlog.get_logger()

PATIENCE = 30.0  # seconds after which a gap is an alarm
RESTORED = SourceRestored.TYPE
CONTENT = "value"
"""The one erasable field of a restricted fact: all of it, as JSON."""


@frozen
class Topic:
    """A topic that a service hears. Of a restricted one (compacted, personal) numbers only grow, and a null erases."""

    name: str
    restricted: bool = False


class Unlandable(Exception):
    """A record could not be landed even as bytes."""


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
        self.head: int | None = None
        """Number of the last fact that was there when hearing began; None before that."""
        self._db = db
        self._append = append
        self._vault = vault
        self._metrics = metrics
        self._now = now
        self._gap_since: float | None = None
        self._gap_alarm = True  # an earlier process may have left one
        metrics.fact_gap.labels(topic.name).set(0)
        metrics.landed.labels(topic.name).inc(0)
        metrics.land_lag_events.labels(topic.name).set(0)
        metrics.land_lag_seconds.labels(topic.name).set(0)

    async def has_begun(self) -> bool:
        """Has everything been landed that was there when hearing began, as far as it can be."""
        if self.head is None:
            return False
        async with driver(self._db) as db:
            return self._gap_since is not None or await log.version(db, self.topic.name) >= self.head

    async def measure(self, told: int) -> None:
        """How far behind the topic's newest fact, which is number `told`, our own log is."""
        async with driver(self._db) as db:
            landed = await log.version(db, self.topic.name)
        self._metrics.land_lag_events.labels(self.topic.name).set(max(0, told - landed))

    async def take(self, records: Sequence[Any]) -> None:  # Any: aiokafka ships no types
        """Land a batch. When it raises, nothing may be acknowledged: the same records must come again."""
        found = [read(record) for record in records]
        strays = [stray for stray in found if isinstance(stray, Stray)]
        heard = [fact for fact in found if isinstance(fact, Heard)]
        if strays:
            await self._park(strays)
        if heard:
            await self._hear(heard)
            newest = max(heard, key=lambda fact: fact.number)
            lag = (self._now() - newest.envelope.time).total_seconds()
            self._metrics.land_lag_seconds.labels(self.topic.name).set(max(0.0, lag))

    async def _hear(self, heard: Sequence[Heard]) -> None:
        async with driver(self._db) as db:
            last = await log.last(db, self.topic.name)
            stands = last.version if last else 0
            sifted = sift(
                heard,
                seen=stands,
                epoch=int(last.meta["epoch"]) if last else 0,
                dense=not self.topic.restricted,
            )
            if sifted.doubled:
                await self._compare(db, sifted.doubled, sifted.new)
            events = await self._events(db, sifted.new)
        if sifted.new:
            await self._store(heard, sifted.new, events, stands)
        await self._report_gap(sifted.missing)

    async def _store(
        self, heard: Sequence[Heard], new: Sequence[Heard], events: Sequence[NewEvent], stands: int
    ) -> None:
        match await self._append(Attempt(stream=self.topic.name, expected=stands, events=events)):
            case Stored():
                self._metrics.landed.labels(self.topic.name).inc(len(new))
                for fact in new:
                    if fact.envelope.type == RESTORED:
                        await self._source_restored(fact)
            case Stale():  # another process was faster
                await self._hear(heard)
            case Failed() if len(new) > 1:
                middle = len(new) // 2
                await self._store(heard, new[:middle], events[:middle], stands)
                await self._store(heard, new[middle:], events[middle:], new[middle - 1].number)
            case Failed(error=error):
                kept = as_base64(new[0].value)
                if events[0].json == kept:
                    raise Unlandable(f"{self.topic.name} at offset {new[0].offset}: {error}")
                await self._store(heard, new, [unreadable(events[0], kept, error)], stands)
            case (Repeated() | Claimed() | Mismatch()) as never:
                raise AssertionError(f"facts have neither commands nor claims: {never}")

    async def _events(self, db: Driver, new: Sequence[Heard]) -> list[NewEvent]:
        events = [entry_of(self.topic, fact) for fact in new]
        if not self.topic.restricted:
            return events
        sealed = await self._sealed(db, new)
        return [replace(event, sealed=sealed.get(event.version, ())) for event in events]

    async def _sealed(self, db: Driver, new: Sequence[Heard]) -> dict[int, list[Sealed]]:
        """The content that stands beside the log. What a null erases goes first, or is not kept at all."""
        plains = [plain for fact in new if (plain := plain_of(fact)) is not None]
        erased = {plain.person: plain.version for plain in plains if not plain.fields}
        if erased:
            await db.execute("SELECT core.erase($1, $2::uuid[])", self.topic.name, list(erased))
        kept = [plain for plain in plains if plain.fields and plain.version > erased.get(plain.person, 0)]
        return await self._vault.seal(db, self.topic.name, kept)

    async def _compare(self, db: Driver, doubled: Sequence[Heard], new: Sequence[Heard]) -> None:
        """A number already landed must be the same fact; two facts under one number are an alarm."""
        rows = await db.fetch(
            "SELECT version, meta->>'fact_id' FROM core.log WHERE stream = $1 AND version = ANY ($2::bigint[])",
            self.topic.name,
            [fact.number for fact in doubled],
        )
        there = dict(rows) | {f.number: str(f.envelope.id) for f in new}
        for fact in doubled:
            known = there.get(fact.number, str(fact.envelope.id))
            if known != str(fact.envelope.id):
                cause = f"fact {fact.number} came as {fact.envelope.id}, landed was {known}"
                await self._alarm(db, "conflict", cause)

    async def _source_restored(self, fact: Heard) -> None:
        valid = SourceRestored.read(fact.value or b"").valid_through
        async with driver(self._db) as db:
            void = await db.fetchval(
                "SELECT count(*) FROM core.log WHERE stream = $1 AND version > $2 AND version < $3",
                self.topic.name,
                valid,
                fact.number,
            )
            cause = (
                f"the source went back to an older moment: facts {valid + 1} to {fact.number - 1} never happened,"
                f" {void} of them were landed here; look at what was decided on them"
            )
            await self._alarm(db, "source_restored", cause)

    async def _report_gap(self, missing: int | None) -> None:
        if missing is None:
            if self._gap_alarm or self._gap_since is not None:
                self._metrics.fact_gap.labels(self.topic.name).set(0)
                async with driver(self._db) as db:
                    await end_alarm(db, "gap", self.topic.name)
            self._gap_alarm, self._gap_since = False, None
        elif self._gap_since is None:
            self._gap_since = time.monotonic()
            logger.warning("gap_seen", topic=self.topic.name, missing=missing)

    async def watch_gap(self) -> None:
        """Raise the alarm when a gap has persisted; called once a second."""
        if self._gap_since is None or time.monotonic() - self._gap_since < PATIENCE:
            return
        self._metrics.fact_gap.labels(self.topic.name).set(1)
        async with driver(self._db) as db:
            missing = await log.version(db, self.topic.name) + 1
            cause = f"fact {missing} is missing: ask the source to refill from {missing}"
            await self._alarm(db, "gap", cause)

    async def _alarm(self, db: Driver, kind: str, cause: str) -> None:
        logger.error("alarm", kind=kind, topic=self.topic.name, cause=cause)
        await raise_alarm(db, kind, self.topic.name, cause)

    async def _park(self, strays: Sequence[Stray]) -> None:
        """Of a restricted topic without what they hold: it may be somebody's, and could not be erased."""
        async with driver(self._db) as db:
            await db.executemany(
                "INSERT INTO core.strays (topic, kafka_offset, headers, value, cause) VALUES ($1, $2, $3, $4, $5)"
                " ON CONFLICT DO NOTHING",
                [(self.topic.name, stray.offset, *self._kept_of(stray), stray.cause) for stray in strays],
            )
            last = strays[-1]
            await self._alarm(db, "stray", f"the record at offset {last.offset} is no fact: {last.cause}")

    def _kept_of(self, stray: Stray) -> tuple[bytes, bytes | None]:
        return (b"", None) if self.topic.restricted else (stray.kept_headers(), stray.value)


def entry_of(topic: Topic, fact: Heard) -> NewEvent:
    """As it enters the log, always the same; of a restricted topic without its content."""
    return _contentless(fact) if topic.restricted else _event(fact, *as_json(fact.value))


def plain_of(fact: Heard) -> Plain | None:
    """The content of a restricted fact, or no field where it erases; None where it is nobody's."""
    person = _person(fact)
    if person is None:
        return None
    fields = {} if fact.value is None else {CONTENT: as_json(fact.value)[0].encode()}
    return Plain(person=person, version=fact.number, fields=fields)


def unreadable(event: NewEvent, json: str, error: str) -> NewEvent:
    """What the database does not take as it is."""
    meta = {**orjson.loads(event.meta_json), "unreadable": error}
    return replace(event, json=json, meta_json=orjson.dumps(meta).decode())


def _event(fact: Heard, json: str, unreadable: str | None = None) -> NewEvent:
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
        "correlation_id": envelope.correlationid,
        "traceparent": envelope.traceparent,
        "unreadable": unreadable,
    }
    return NewEvent(
        id=envelope.id,  # a policy's command for it is the same, however often it is landed
        type=_storable(envelope.type),
        schema_version=1,
        json=json,
        meta_json=orjson.dumps(
            {
                name: _storable(value) if isinstance(value, str) else value
                for name, value in meta.items()
                if value not in (None, "")
            }
        ).decode(),
        version=fact.number,
    )


def _contentless(fact: Heard) -> NewEvent:
    """What the log keeps of a restricted fact: only whom it is about, and whether it erases."""
    if fact.envelope.type == RESTORED:
        return _event(fact, *as_json(fact.value))
    person = _person(fact)
    if person is None:
        nobody = replace(fact, envelope=replace(fact.envelope, subject=""))
        return _event(nobody, "{}", "the subject is no person, so the content was not kept")
    return _event(fact, orjson.dumps({"person": str(person), "erased": fact.value is None}).decode())


def _person(fact: Heard) -> UUID | None:
    try:
        return UUID(fact.envelope.subject)
    except ValueError:
        return None


def _storable(text: str) -> str:
    return text.replace("\0", "")
