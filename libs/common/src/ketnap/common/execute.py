"""The one command handler: load, answer what was answered before, decide, append."""

import asyncio
import hmac
from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID

import orjson

from ketnap.common import log
from ketnap.common.access import Permit
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
from ketnap.common.codec import Codec, Written
from ketnap.common.database import Database, driver
from ketnap.common.decider import Decider, Rejected, held_after
from ketnap.common.frozen import frozen
from ketnap.common.ids import uuid7
from ketnap.common.log import Entry
from ketnap.common.metrics import Metrics
from ketnap.common.personal import Plain, Vault

LARGEST = 200_000
"""Bytes of one event: whatever facts are made of it stay below half of what Kafka takes (1 MiB)."""


@frozen
class Intent:
    """Who wants it, under which key, against which version (None: whatever it is), and in which conversation."""

    command_id: UUID
    fingerprint: str
    expected: int | None
    actor: str
    correlation_id: UUID
    causation_id: UUID | None = None
    traceparent: str | None = None
    permit: Permit | None = None
    """Of the request it came with; None when the system itself wants it."""


class Conflict(Rejected):
    """Mục này vừa được người khác sửa: bạn đang xem bản {expected}, hiện là bản {version}. Hãy tải lại rồi quyết định.

    Somebody else changed this: you saw version {expected}, it is at version {version}. Reload, then decide.
    """

    status = 412


class AlreadyClaimed(Rejected):
    """Đã có một hồ sơ khác đang giữ mục này ({kind}). Hãy mở hồ sơ đó, đừng lập mới.

    Another record holds this already ({kind}). Open that one instead of making a new one.
    """


class ReusedKey(Rejected):
    """Khoá chống trùng này đã dùng cho một lệnh có nội dung khác. Hãy gửi lại với khoá mới.

    This idempotency key was used for a command with another body. Send it again with a new key.
    """

    status = 422


class Unstorable(Rejected):
    """Nội dung có ký tự hoặc cấu trúc không lưu được: {error}. Hãy sửa rồi gửi lại.

    The content cannot be stored: {error}. Correct it and send it again.
    """

    status = 422


class TooLarge(Rejected):
    """Nội dung quá lớn: {size} byte, cho phép tối đa {limit} byte. Hãy rút gọn hoặc đính kèm tệp.

    The content is too large: {size} bytes, at most {limit} are allowed. Shorten it or attach a file.
    """

    status = 413


class Unasked(Exception):
    """A command was about to be stored although nobody had asked its permit whether this may be done."""


class Loader:
    """Reads streams and first answers for concurrent callers in one statement.

    One snapshot: what is not answered yet is not in the entries either.
    """

    LIMIT = 32  # callers of a statement; of more, some decide while the server answers others

    def __init__(self, db: Database) -> None:
        self._db = db
        self._waiting: list[
            tuple[str, Intent, asyncio.Future[tuple[list[Entry], Repeated | Mismatch | None]]]
        ] = []
        self._flights: set[asyncio.Task[None]] = set()

    async def __call__(self, stream: str, intent: Intent) -> tuple[list[Entry], Repeated | Mismatch | None]:
        answer: asyncio.Future[tuple[list[Entry], Repeated | Mismatch | None]] = (
            asyncio.get_running_loop().create_future()
        )
        self._waiting.append((stream, intent, answer))
        if len(self._waiting) % self.LIMIT == 1:
            flight = asyncio.create_task(self._fly())
            self._flights.add(flight)
            flight.add_done_callback(self._flights.discard)
        return await answer

    async def _fly(self) -> None:
        await asyncio.sleep(0)  # whoever is ready to run now joins
        batch, self._waiting = self._waiting[: self.LIMIT], self._waiting[self.LIMIT :]
        try:
            async with driver(self._db) as db:
                rows = await db.fetch(
                    f"SELECT {log.COLUMNS} FROM core.log WHERE stream = ANY ($1::text[]) UNION ALL"
                    " SELECT position, id, NULL, version, fingerprint, NULL, NULL, NULL, NULL FROM core.commands"
                    " WHERE id = ANY ($2::uuid[]) ORDER BY stream, version",
                    list({stream for stream, _, _ in batch}),
                    [intent.command_id for _, intent, _ in batch],
                )
        except Exception as error:  # noqa: BLE001 - every caller is told, nothing was written
            for _, _, answer in batch:
                if not answer.done():
                    answer.set_exception(error)
            return
        entries: dict[str, list[Entry]] = {stream: [] for stream, _, _ in batch}
        done: dict[UUID, tuple[str, int, int]] = {}
        for row in rows:
            if row["stream"] is not None:
                entries[row["stream"]].append(Entry(*row))
            else:
                done[row["id"]] = row["type"], row["version"], row["position"]
        for stream, intent, answer in batch:
            first: Repeated | Mismatch | None = None
            if intent.command_id in done:
                fingerprint, version, position = done[intent.command_id]
                same = fingerprint == intent.fingerprint
                first = Repeated(version=version, position=position) if same else Mismatch()
            if not answer.done():
                answer.set_result((entries[stream], first))


class Aggregate[C, S, E]:
    """An aggregate in use; an instance is called what it holds: `dossiers`."""

    def __init__(
        self,
        *,
        category: str,
        decider: Decider[C, S, E],
        codec: Codec[E],
        db: Database,
        load: Loader,
        append: Append,
        vault: Vault,
        pepper: bytes,
        metrics: Metrics,
    ) -> None:
        self.category = category
        self.decider = decider
        self.codec = codec
        self._db = db
        self._load = load
        self._append = append
        self._vault = vault
        self._pepper = pepper
        self._metrics = metrics

    async def execute(
        self, id: UUID, command: C | Callable[[S], Awaitable[C]], intent: Intent, *, tries: int = 5
    ) -> Stored | Repeated:
        """Store everything that the command causes, or raise and store nothing.

        A command may be made from the state it meets: where only the state tells whose it is and what to look up.
        It is not made again once it was answered: it may itself have changed what it looks up, and who may see that.

        Raises:
            Rejected: a rule says no, or somebody was faster (`Conflict`), or another record holds it (`AlreadyClaimed`).
        """
        stream = self.stream(id)
        entries, first = await self._load(stream, intent)
        match first:
            case Repeated():
                if intent.permit is not None:
                    intent.permit.checked = True  # it was, by the same account for the same request
                return first
            case Mismatch():
                raise ReusedKey
            case None:
                pass
        state = await self._fold(entries)
        wanted = await command(state) if callable(command) else command
        if intent.expected not in (None, len(entries)):
            self._metrics.conflicts.inc()
            raise Conflict(expected=intent.expected, version=len(entries))
        events = self.decider.decide(wanted, state)
        if intent.permit is not None and not intent.permit.checked:
            raise Unasked(type(wanted).__name__)
        match await self._append(await self._attempt(stream, len(entries), events, intent)):
            case Stored() | Repeated() as answer:
                return answer
            case Stale(version=version):
                self._metrics.conflicts.inc()
                if intent.expected is None and tries > 1:
                    return await self.execute(id, command, intent, tries=tries - 1)
                raise Conflict(expected=intent.expected, version=version)
            case Claimed(kind=kind):
                raise AlreadyClaimed(kind=kind)
            case Mismatch():
                raise ReusedKey
            case Failed(error=error):
                raise Unstorable(error=error)

    async def state(self, id: UUID) -> tuple[S, int]:
        """As it stands in the log, with its version."""
        async with driver(self._db) as db:
            entries = await log.stream(db, self.stream(id))
        return await self._fold(entries), len(entries)

    def stream(self, id: UUID) -> str:
        return f"{self.category}-{id}"

    def claim_key(self, kind: str, value: str) -> bytes:
        """What stands for a claimed value: it can be compared, and tells nothing once the value is forgotten."""
        return hmac.digest(self._pepper, f"{kind}|{value}".encode(), "sha256")

    async def _fold(self, entries: Sequence[Entry]) -> S:
        personal = [entry for entry in entries if entry.type in self.codec.personal_types]
        if personal:
            async with driver(self._db) as db:
                await self._vault.open(db, personal)
        return self.decider.fold(self.codec.read(entry) for entry in entries)

    async def _attempt(self, stream: str, version: int, events: Sequence[E], intent: Intent) -> Attempt:
        holds, releases = held_after(self.decider.claims, events)
        written = list(enumerate(map(self.codec.write, events), version + 1))
        _small_enough([event for _, event in written])
        sealed = await self._sealed(stream, written)
        meta = {
            "actor": intent.actor,
            "command_id": intent.command_id,
            "correlation_id": intent.correlation_id,
            **({"causation_id": intent.causation_id} if intent.causation_id else {}),
            **({"traceparent": intent.traceparent} if intent.traceparent else {}),
        }
        meta_json = orjson.dumps(meta, default=str).decode()  # `str` for asyncpg's own class of UUIDs
        return Attempt(
            stream=stream,
            expected=version,
            events=[
                NewEvent(
                    id=uuid7(),
                    type=event.type,
                    schema_version=event.schema_version,
                    json=event.json.decode(),
                    meta_json=meta_json,
                    version=n,
                    sealed=sealed.get(n, ()),
                )
                for n, event in written
            ],
            command_id=intent.command_id,
            fingerprint=intent.fingerprint,
            holds=[(hold.kind, self.claim_key(hold.kind, hold.value)) for hold in holds],
            releases=[
                (release.kind, None if release.value is None else self.claim_key(release.kind, release.value))
                for release in releases
            ],
        )

    async def _sealed(self, stream: str, written: Sequence[tuple[int, Written]]) -> dict[int, list[Sealed]]:
        plains = [
            Plain(person=event.person, version=n, fields=event.content)
            for n, event in written
            if event.person is not None and event.content
        ]
        if not plains:
            return {}
        async with driver(self._db) as db:
            return await self._vault.seal(db, stream, plains)


def _small_enough(written: Sequence[Written]) -> None:
    for event in written:
        size = len(event.json) + sum(map(len, event.content.values()))
        if size > LARGEST:
            raise TooLarge(size=size, limit=LARGEST)
