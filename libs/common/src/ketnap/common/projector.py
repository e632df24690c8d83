"""The projector: entries in order become rows, with the cursor, in one transaction."""

import asyncio
from collections.abc import Sequence
from itertools import batched

from ketnap.common import log
from ketnap.common.cursors import cursors
from ketnap.common.database import Database, Driver, driver, is_lost
from ketnap.common.folding import Folding, Read, envelope_subject, read, refolded
from ketnap.common.frozen import frozen
from ketnap.common.log import RESTORED, Entry
from ketnap.common.personal import Vault
from ketnap.common.readmodel import AnyModel, create

BATCH = 2000
TURN = 100  # entries understood in one turn of the event loop
MANY_PARKED = 100  # so many parked subjects are not accidents any more: the projection stops


async def prepare(db: Database, models: Sequence[AnyModel]) -> None:
    """Give every model an instance of its definition: live when it is the first, else beside the one that is.

    Two processes may do this at once.
    """
    async with driver(db) as connection, connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock(hashtext('ketnap.projector'))")
        for model in models:
            there = await cursors(connection, model)
            if all(cursor.definition != model.definition for cursor in there):
                newest = max((cursor.instance for cursor in there), default=0)
                await create(connection, model, instance=newest + 1, live=not there)


@frozen
class Batch:
    """What a model folds next, and the position up to which that is all."""

    reads: Sequence[Read]
    until: int


async def catch_up(db: Database, vault: Vault, model: AnyModel, instance: int, *, limit: int = BATCH) -> None:
    """Fold one instance to the end of the log, or until another process folds it; raises as `advance`."""
    ahead = Ahead(db, vault, model)
    try:
        while await advance(db, vault, model, instance, limit=limit, ahead=ahead):
            pass
    finally:
        await ahead.close()


class Ahead:
    """Reads the next batch while this one is folded and written: what the log holds never changes."""

    def __init__(self, db: Database, vault: Vault, model: AnyModel) -> None:
        self._db = db
        self._vault = vault
        self._model = model
        self._behind = -1
        self._connected = False
        self._next: asyncio.Task[Batch] | None = None

    async def after(self, connection: Driver, position: int, head: int, limit: int) -> Batch:
        """The batch behind a position."""
        if self._next is not None and self._behind == position and self._connected:
            found = await self._next
        else:  # whoever holds a connection never waits for a second one
            found = await _read(connection, self._vault, self._model, position, head, limit)
        await self.close()
        self._behind = found.until
        if self._behind < head:
            self._next = asyncio.create_task(self._read(self._behind, head, limit))
        return found

    async def close(self) -> None:
        """Give up what nobody has asked for yet."""
        if self._next is not None:
            self._next.cancel()
            await asyncio.gather(self._next, return_exceptions=True)
            self._next = None
            self._connected = False

    async def _read(self, position: int, head: int, limit: int) -> Batch:
        async with driver(self._db) as connection:
            self._connected = True
            return await _read(connection, self._vault, self._model, position, head, limit)


async def _read(
    connection: Driver, vault: Vault, model: AnyModel, position: int, head: int, limit: int
) -> Batch:
    entries = await log.after(connection, position, limit, model.concerned_by, head)
    if model.personal:
        await vault.open(connection, entries)
    reads: list[Read] = []
    for some in batched(entries, TURN):
        reads += read(model, some)
        await asyncio.sleep(0)  # what PostgreSQL answers meanwhile does not wait for all of them
    return Batch(reads=reads, until=entries[-1].position if len(entries) == limit else head)


async def advance(
    db: Database,
    vault: Vault,
    model: AnyModel,
    instance: int,
    *,
    limit: int = BATCH,
    ahead: Ahead | None = None,
) -> bool:
    """Fold the next batch into one instance; True when there may be more. While another process folds it: False.

    Raises:
        TooManyParked: nothing was folded.
        Exception: with isolation `all` whatever the fold raised, and nothing of the batch was written.
    """
    async with driver(db) as connection:
        while True:
            try:
                async with connection.transaction():
                    return await _batch(connection, vault, model, instance, limit, ahead)
            except TooManyParked:
                raise
            except Exception as error:
                if model.isolation == "all" or limit == 1 or is_lost(error):
                    raise
            limit //= 2  # one entry brings a row that cannot be stored: come to it alone
            ahead = None


async def pass_by(db: Database, model: AnyModel, instance: int) -> None:
    """Move one instance to the end of the log in one step, if nothing stands before it that its model folds."""
    async with driver(db) as connection:
        await connection.execute(
            "WITH mine AS (SELECT position FROM core.cursors"
            " WHERE projection = $1 AND instance = $2 AND definition = $3 FOR UPDATE SKIP LOCKED)"
            " UPDATE core.cursors c SET position = head.position, moved_at = clock_timestamp()"
            " FROM mine, core.head WHERE c.projection = $1 AND c.instance = $2 AND mine.position < head.position"
            " AND (SELECT l.position FROM core.log l WHERE l.position > mine.position"
            " AND l.position <= head.position AND l.type = ANY ($4::text[]) ORDER BY l.position LIMIT 1) IS NULL"
            " RETURNING set_config('synchronous_commit', 'off', true)",  # as for a batch
            model.name,
            instance,
            model.definition,
            model.concerned_by,
        )


class Fenced(Exception):
    """Another process folded this batch; ours was rolled back."""


class TooManyParked(Exception):
    """More subjects are parked than accidents explain; the projection stops until somebody has looked."""


async def _batch(
    connection: Driver, vault: Vault, model: AnyModel, instance: int, limit: int, ahead: Ahead | None
) -> bool:
    # The lock keeps redrives, switches and other folders out of this batch. What a crash undoes is folded again.
    position = await connection.fetchval(
        "SELECT position, set_config('synchronous_commit', 'off', true) FROM core.cursors"
        " WHERE projection = $1 AND instance = $2 AND definition = $3 FOR UPDATE SKIP LOCKED",
        model.name,
        instance,
        model.definition,
    )
    if position is None:
        return False
    head: int
    head, parked = await connection.fetchrow(
        "SELECT position, (SELECT count(*) FROM core.parked WHERE projection = $1 AND instance = $2)"
        " FROM core.head",
        model.name,
        instance,
    )
    if head == position:
        return False
    if parked > MANY_PARKED:
        raise TooManyParked(f"{model.name} has {parked} parked subjects")
    if ahead is not None:
        batch = await ahead.after(connection, position, head, limit)
    else:
        batch = await _read(connection, vault, model, position, head, limit)
    reads, until = batch.reads, batch.until
    restored = next((n for n, one in enumerate(reads) if one.entry.type == RESTORED), None)
    if restored == 0:
        until = reads[0].entry.position
        await void(connection, vault, model, instance, reads[0].entry)
    else:
        if restored is not None:
            until = reads[restored].entry.position - 1
        sparing = limit == 1 and model.isolation == "subject"
        await _fold(connection, model, instance, reads[:restored], sparing=sparing, asleep=parked > 0)
    moved = await connection.execute(
        "UPDATE core.cursors SET position = $4, moved_at = clock_timestamp()"
        " WHERE projection = $1 AND instance = $2 AND position = $3",
        model.name, instance, position, until,
    )  # fmt: skip
    if moved != "UPDATE 1":
        raise Fenced(model.name)
    return until < head


async def _fold(
    connection: Driver,
    model: AnyModel,
    instance: int,
    reads: Sequence[Read],
    *,
    sparing: bool,
    asleep: bool,
) -> None:
    folding = Folding(model, instance)
    await folding.load(connection, reads, asleep=asleep)
    folding.fold(reads)
    if sparing and reads:
        await folding.write_sparing(connection, reads[0].entry)
    else:
        await folding.write(connection)


# -- Folding again


async def void(connection: Driver, vault: Vault, model: AnyModel, instance: int, restored: Entry) -> None:
    """A source went back: whoever was folded from what never happened is folded again without it."""
    gone = await log.voided_by(connection, restored, sorted(model.types))
    if model.personal:
        await vault.open(connection, gone)
    subjects = {subject for entry in gone for subject in subjects_of(model, entry)}
    if subjects:
        history = await history_of(connection, vault, model, subjects, after=0, until=restored.position)
        await refold(connection, model, instance, subjects, history, until=restored.position)


async def history_of(
    connection: Driver, vault: Vault, model: AnyModel, subjects: set[str], *, after: int, until: int
) -> list[Entry]:
    """Every entry that concerns one of these subjects, its content opened when the model needs it."""
    found: list[Entry] = []
    while entries := await log.after(connection, after, 2000, sorted(model.types), until):
        if model.personal:
            await vault.open(connection, entries)
        found += (entry for entry in entries if subjects & subjects_of(model, entry))
        after = entries[-1].position
    return found


async def refold(
    connection: Driver,
    model: AnyModel,
    instance: int,
    subjects: set[str],
    history: Sequence[Entry],
    *,
    until: int,
) -> dict[str, tuple[int, str]]:
    """Replace what stands of these subjects by what their history up to `until` says; who is parked, since when and why.

    To be called in a transaction that holds the cursor's row.
    """
    voids = await log.voids(connection, until)
    folding = Folding(model, instance)
    folding.begin_anew(subjects)
    folding.fold(read(model, (entry for entry in history if entry not in voids)), only=subjects)
    await connection.execute(
        "DELETE FROM core.parked WHERE projection = $1 AND instance = $2 AND subject = ANY ($3::text[])",
        model.name, instance, sorted(subjects),
    )  # fmt: skip
    await folding.write(connection)
    await refolded(connection, model, instance)
    return folding.parked


def subjects_of(model: AnyModel, entry: Entry) -> set[str]:
    try:
        return set(model.subjects(model.read(entry)))
    except Exception:  # noqa: BLE001 - an entry that cannot be read has parked whom its envelope names
        return {envelope_subject(entry)}
