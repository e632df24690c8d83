"""The operator's hand on read models: rebuild beside, compare, switch, drop; fold a parked subject again."""

import asyncio
from collections.abc import Mapping, Sequence

from ketnap.common import log
from ketnap.common.cursors import Cursor, cursors
from ketnap.common.database import Database, Driver, driver
from ketnap.common.personal import Vault
from ketnap.common.projector import BATCH, advance, catch_up, history_of, refold, subjects_of
from ketnap.common.readmodel import AnyModel, create, drop_tables

BREATHE = 0.05  # seconds, while another process folds the same instance
PATIENCE = 100  # looks at instances that the projector moves meanwhile
READERS = 1200  # looks at readers that have not ended yet: as long as a statement may take


async def rebuild(db: Database, vault: Vault, model: AnyModel, *, limit: int = BATCH) -> int:
    """Fold the whole log into a new instance beside the others until it has caught up; its number."""
    async with driver(db) as connection, connection.transaction():
        instance = max((cursor.instance for cursor in await cursors(connection, model)), default=0) + 1
        await create(connection, model, instance=instance, live=False)
        until, _ = await log.head(connection)
    while True:
        await catch_up(db, vault, model, instance, limit=limit)
        if await _position(db, model, instance) >= until:
            return instance
        await asyncio.sleep(BREATHE)


async def switch(db: Database, model: AnyModel, instance: int) -> None:
    """Readers follow this instance from their next snapshot on; the others are folded on: there is a way back.

    Waits until it has folded what the live one has, so that nobody reads of an earlier moment than a moment before.

    Raises:
        LookupError: there is no such instance.
        TimeoutError: nobody folds it up to the live one.
    """
    for _ in range(PATIENCE):
        async with driver(db) as connection, connection.transaction():
            rows = await connection.fetch(
                "SELECT instance, position, live FROM core.cursors"
                " WHERE projection = $1 AND (live OR instance = $2) ORDER BY instance FOR UPDATE",
                model.name, instance,
            )  # fmt: skip
            wanted = next((row for row in rows if row["instance"] == instance), None)
            if wanted is None:
                raise LookupError(f"{model.name} has no instance {instance}")
            if all(wanted["position"] >= row["position"] for row in rows):
                await connection.execute(
                    "UPDATE core.cursors SET live = false WHERE projection = $1 AND live", model.name
                )
                await connection.execute(
                    "UPDATE core.cursors SET live = true WHERE projection = $1 AND instance = $2",
                    model.name, instance,
                )  # fmt: skip
                return
        await asyncio.sleep(BREATHE)
    raise TimeoutError(f"instance {instance} of {model.name} stays behind the live one")


async def drop(db: Database, model: AnyModel, instance: int) -> None:
    """Give up an instance that is not live, once nobody reads it any more.

    Raises:
        LookupError: there is none, or readers follow it.
        TimeoutError: somebody reads without end.
    """
    async with driver(db) as connection:
        async with connection.transaction():
            done = await connection.fetchval(
                "DELETE FROM core.cursors WHERE projection = $1 AND instance = $2 AND NOT live"
                " RETURNING pg_current_xact_id()::xid",
                model.name,
                instance,
            )
            if done is None:
                raise LookupError(f"{model.name} has no instance {instance} that could be dropped")
            await connection.execute(
                "DELETE FROM core.parked WHERE projection = $1 AND instance = $2", model.name, instance
            )
        await _until_nobody_reads_before(connection, done)
        await drop_tables(connection, model, instance)


async def _until_nobody_reads_before(connection: Driver, transaction: int) -> None:
    """A reader's snapshot may still name the instance, although its table is not locked yet."""
    for _ in range(READERS):
        if not await connection.fetchval(
            "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND age(backend_xmin) >= age($1::xid))",
            transaction,
        ):
            return
        await asyncio.sleep(BREATHE)
    raise TimeoutError("somebody reads without end")


async def digests(db: Database, model: AnyModel) -> dict[int, tuple[int, str]]:
    """For each instance of this definition its position and the SHA-256 over its rows and lines, in one snapshot.

    Only digests at one position can be compared; see `compare`.
    """
    async with driver(db) as connection, connection.transaction(isolation="repeatable_read", readonly=True):
        return await _digests(connection, model)


async def compare(db: Database, vault: Vault, model: AnyModel) -> dict[int, tuple[int, str]]:
    """As `digests`, of instances that stand at one and the same position.

    Raises:
        TimeoutError: the projector moved them apart each time.
    """
    for _ in range(PATIENCE):
        for cursor in await _mine(db, model):
            await advance(db, vault, model, cursor.instance)
        async with (
            driver(db) as connection,
            connection.transaction(isolation="repeatable_read", readonly=True),
        ):
            there = _of_definition(model, await cursors(connection, model))
            if len({cursor.position for cursor in there}) == 1:
                return await _digests(connection, model)
        await asyncio.sleep(BREATHE)
    raise TimeoutError(f"the instances of {model.name} never stood at one position")


async def take_over(db: Database, model: AnyModel) -> None:
    """Switch to an instance of a newer definition as soon as its readers would not go back in time."""
    async with driver(db) as connection:
        there = await cursors(connection, model)
    live = next((cursor for cursor in there if cursor.live), None)
    mine = _of_definition(model, there)
    if live and mine and live.definition < model.definition and mine[-1].position >= live.position:
        await switch(db, model, mine[-1].instance)


async def redrive(
    db: Database, vault: Vault, model: AnyModel, subject: str, *, dry_run: bool = False
) -> Mapping[int, str | None]:
    """Fold one parked subject from the beginning, in every instance where it is parked.

    Whoever else its unreadable entries turn out to speak of is folded again too. For each instance the cause why it
    stays parked, or None when it went well; with `dry_run` nothing is kept.

    Raises:
        LookupError: it is not parked.
    """
    async with driver(db) as connection:
        parked = await connection.fetch(
            "SELECT instance, since FROM core.parked JOIN core.cursors USING (projection, instance)"
            " WHERE projection = $1 AND subject = $2 AND definition = $3 ORDER BY instance",
            model.name, subject, model.definition,
        )  # fmt: skip
        if not parked:
            raise LookupError(f"{subject} is not parked in {model.name}")
        subjects = await _meant_by(connection, vault, model, subject, min(row["since"] for row in parked))
        read_until, _ = await log.head(connection)
        history = await history_of(connection, vault, model, subjects, after=0, until=read_until)
        causes: dict[int, str | None] = {}
        for row in parked:
            transaction = connection.transaction()
            await transaction.start()
            position = await connection.fetchval(
                "SELECT position FROM core.cursors WHERE projection = $1 AND instance = $2 FOR UPDATE",
                model.name, row["instance"],
            )  # fmt: skip
            until = [entry for entry in history if entry.position <= position]
            until += await history_of(connection, vault, model, subjects, after=read_until, until=position)
            left = await refold(connection, model, row["instance"], subjects, until, until=position)
            causes[row["instance"]] = left[subject][1] if subject in left else None
            await (transaction.rollback() if dry_run else transaction.commit())
    return causes


async def _meant_by(connection: Driver, vault: Vault, model: AnyModel, subject: str, since: int) -> set[str]:
    """The subject, and everybody whom the entries speak of that parked it by the name in their envelope."""
    entries = await log.about(connection, subject, since, sorted(model.types))
    if model.personal:
        await vault.open(connection, entries)
    found = {subject}
    for entry in entries:
        found |= subjects_of(model, entry)
    return found


async def _position(db: Database, model: AnyModel, instance: int) -> int:
    found = [cursor.position for cursor in await _mine(db, model) if cursor.instance == instance]
    if not found:
        raise LookupError(f"instance {instance} of {model.name} was dropped")
    return found[0]


async def _mine(db: Database, model: AnyModel) -> list[Cursor]:
    async with driver(db) as connection:
        return _of_definition(model, await cursors(connection, model))


def _of_definition(model: AnyModel, there: Sequence[Cursor]) -> list[Cursor]:
    return [cursor for cursor in there if cursor.definition == model.definition]


async def _digests(connection: Driver, model: AnyModel) -> dict[int, tuple[int, str]]:
    found: dict[int, tuple[int, str]] = {}
    for cursor in _of_definition(model, await cursors(connection, model)):
        parts = [await _digest(connection, model.at(cursor.instance).name, f'"{model.subject_column}"')]
        if model.lines is not None:
            lines = model.lines_at(cursor.instance).name
            parts.append(await _digest(connection, lines, "position, ordinal, subject"))
        found[cursor.instance] = (cursor.position, "".join(parts))
    return found


async def _digest(connection: Driver, table: str, order: str) -> str:
    digest: str = await connection.fetchval(
        f"SELECT encode(sha256(coalesce(string_agg(sha256(convert_to(t::text, 'UTF8')), ''::bytea ORDER BY {order}), '')), 'hex')"
        f" FROM views.{table} t"
    )
    return digest
