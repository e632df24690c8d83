"""The one way to write: attempts in, one outcome for each, order and gaplessness from the head row's lock."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import asyncpg

from ketnap.common.clock import Clock
from ketnap.common.database import Database, Driver, driver, sqlstate
from ketnap.common.frozen import frozen
from ketnap.common.logs import named
from ketnap.common.metrics import Metrics

BAD_DATA = ("22", "23", "54")
"""SQLSTATE classes of an error that lies in one attempt: a NUL, a version that is there, a nesting too deep.

All others: outcome unknown.
"""


@frozen
class Sealed:
    """Erasable content of one field of an event, sealed with the key of the person it speaks of."""

    field: str
    subject: UUID
    ciphertext: bytes


@frozen
class NewEvent:
    id: UUID
    type: str
    schema_version: int
    json: str
    meta_json: str
    version: int
    sealed: Sequence[Sealed] = ()


@frozen
class Attempt:
    """What one command, or one batch of facts heard, wants to write to one stream.

    The stream must stand at `expected`; the events say their versions, which grow from there (dense for our own).
    """

    stream: str
    expected: int
    events: Sequence[NewEvent]
    command_id: UUID | None = None
    fingerprint: str | None = None
    holds: Sequence[tuple[str, bytes]] = ()  # (kind, HMAC of the value)
    releases: Sequence[tuple[str, bytes | None]] = ()  # of a kind that key, or all; before `holds` are taken


@frozen
class Stored:
    """In: version of the stream and position of the last event (no events is an answer too)."""

    version: int
    position: int


@frozen
class Repeated:
    """The command id was there with the same body: version and position of the first answer."""

    version: int
    position: int


@frozen
class Stale:
    """The stream is not at the expected version but at this one."""

    version: int


@frozen
class Claimed:
    """Another stream holds a claim of this kind."""

    kind: str


@frozen
class Mismatch:
    """The command id was there with another body."""


@frozen
class Failed:
    """The statement broke on this attempt alone."""

    error: str


type Outcome = Stored | Repeated | Stale | Claimed | Mismatch | Failed
type Append = Callable[[Attempt], Awaitable[Outcome]]

_CALL = (
    "SELECT * FROM core.append($1, $2::uuid[], $3::text[], $4::text[], $5::bigint[],"
    " $6::int[], $7::bigint[], $8::uuid[], $9::text[], $10::smallint[], $11::text[], $12::text[],"
    " $13::int[], $14::text[], $15::bytea[], $16::int[], $17::text[], $18::bytea[],"
    " $19::int[], $20::text[], $21::uuid[], $22::bytea[])"
)


async def append(db: Driver, attempts: Sequence[Attempt], shift: timedelta = timedelta(0)) -> list[Outcome]:
    """One outcome for each attempt, as if they had been made one after another in some order.

    Any process may call this.

    Raises:
        asyncpg.PostgresError: a lock time-out, a disk, a lost line: nobody's fault and outcome unknown, ask again
            with the same command ids.
    """
    outcomes: dict[int, Outcome] = {}
    waiting = list(range(len(attempts)))
    while waiting:
        found = await _spared(db, [attempts[n] for n in waiting], shift)
        outcomes |= {n: outcome for n, outcome in zip(waiting, found, strict=True) if outcome is not None}
        waiting = [n for n in waiting if n not in outcomes]
    return [outcomes[n] for n in range(len(attempts))]


async def _spared(db: Driver, attempts: Sequence[Attempt], shift: timedelta) -> Sequence[Outcome | None]:
    """One call; when bad data break it each half on its own, until the attempt that brought them stands alone."""
    try:
        return await _call(db, attempts, shift)
    except asyncpg.PostgresError as error:
        if sqlstate(error)[:2] not in BAD_DATA:
            raise
        if len(attempts) == 1:
            return [Failed(error=error.args[0])]
    middle = len(attempts) // 2
    first = await append(db, attempts[:middle], shift)
    return [*first, *await append(db, attempts[middle:], shift)]


async def _call(db: Driver, attempts: Sequence[Attempt], shift: timedelta) -> list[Outcome | None]:
    events = [(c, event) for c, attempt in enumerate(attempts, 1) for event in attempt.events]
    holds = [(c, *hold) for c, attempt in enumerate(attempts, 1) for hold in attempt.holds]
    releases = [(c, *release) for c, attempt in enumerate(attempts, 1) for release in attempt.releases]
    sealed = [(e, seal) for e, (_, event) in enumerate(events, 1) for seal in event.sealed]
    rows = await db.fetch(
        _CALL,
        shift,
        [attempt.command_id for attempt in attempts],
        [attempt.fingerprint for attempt in attempts],
        [attempt.stream for attempt in attempts],
        [attempt.expected for attempt in attempts],
        [c for c, _ in events],
        [event.version for _, event in events],
        [event.id for _, event in events],
        [event.type for _, event in events],
        [event.schema_version for _, event in events],
        [event.json for _, event in events],
        [event.meta_json for _, event in events],
        [c for c, _, _ in holds],
        [kind for _, kind, _ in holds],
        [key for _, _, key in holds],
        [c for c, _, _ in releases],
        [kind for _, kind, _ in releases],
        [key for _, _, key in releases],
        [e for e, _ in sealed],
        [seal.field for _, seal in sealed],
        [seal.subject for _, seal in sealed],
        [seal.ciphertext for _, seal in sealed],
    )
    return [_outcome(row) for row in rows]


def _outcome(row: Any) -> Outcome | None:  # Any: an asyncpg record
    match row["outcome"]:
        case "stored":
            return Stored(version=row["version"], position=row["position"])
        case "repeated":
            return Repeated(version=row["version"], position=row["position"])
        case "stale":
            return Stale(version=row["version"])
        case "claimed":
            return Claimed(kind=row["detail"])
        case "mismatch":
            return Mismatch()
        case _:
            return None  # deferred


class Busy(Exception):
    """Hệ thống đang quá tải, lệnh chưa được ghi. Hãy gửi lại sau ít giây. / Too many commands wait; none was lost."""


class OutcomeUnknown(Exception):
    """Chưa biết lệnh đã được ghi hay chưa. Hãy gửi lại đúng lệnh này. / Send the very same command again."""


class Coalescer:
    """Gathers the attempts of concurrent callers into few statements.

    Batch size follows load by itself: whoever comes while all flights are under way joins the next statement.
    """

    FLIGHTS = 2  # statements under way: one waits for the lock of the log while the other waits for the disk
    LIMIT = 500  # attempts in a statement
    BOUND = 2000  # callers that may wait

    def __init__(self, db: Database, clock: Clock, metrics: Metrics, stored: Callable[[int], None]) -> None:
        self._db = db
        self._clock = clock
        self._metrics = metrics
        self._stored = stored
        self._waiting: deque[tuple[Attempt, asyncio.Future[Outcome]]] = deque()
        self._flights: list[asyncio.Task[None]] = []

    async def __call__(self, attempt: Attempt) -> Outcome:
        """Append with whoever asks at the same time.

        Raises:
            Busy: the queue is full; nothing was written.
            OutcomeUnknown: the server was lost or did not answer in time; ask again with the same command id.
        """
        if len(self._waiting) >= self.BOUND:
            raise Busy
        answer: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._waiting.append((attempt, answer))
        self._flights = [flight for flight in self._flights if not flight.done()]
        if len(self._flights) < self.FLIGHTS:
            self._flights.append(asyncio.create_task(self._fly()))
        return await answer

    async def close(self) -> None:
        """Wait until what is under way has its answer."""
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(*self._flights)

    async def _fly(self) -> None:
        while self._waiting:
            batch = self._next()
            try:
                with self._metrics.append_seconds.time():
                    async with driver(self._db) as db:
                        outcomes = await append(db, [attempt for attempt, _ in batch], self._clock.shift())
            except Exception as error:  # noqa: BLE001 - whatever it was: every caller is told that the outcome is unknown
                for _, answer in batch:
                    if not answer.done():
                        answer.set_exception(OutcomeUnknown(named(error)))
                continue
            self._metrics.append_batch_size.observe(len(batch))
            for (_, answer), outcome in zip(batch, outcomes, strict=True):
                if not answer.done():
                    answer.set_result(outcome)
            newest = max((o.position for o in outcomes if isinstance(o, Stored)), default=0)
            if newest:
                self._stored(newest)

    def _next(self) -> list[tuple[Attempt, asyncio.Future[Outcome]]]:
        """Who has gone away meanwhile is left out."""
        batch: list[tuple[Attempt, asyncio.Future[Outcome]]] = []
        while self._waiting and len(batch) < self.LIMIT:
            attempt, answer = self._waiting.popleft()
            if not answer.done():
                batch.append((attempt, answer))
        return batch
