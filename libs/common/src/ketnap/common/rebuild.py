"""The operator's hand on read models: rebuild beside, compare, switch, drop; fold a parked subject again."""

from collections.abc import Sequence

from ketnap.common import log
from ketnap.common.database import Database, Driver, driver
from ketnap.common.log import Entry
from ketnap.common.personal import Vault
from ketnap.common.projector import Folding, advance, cause_of, cursors
from ketnap.common.readmodel import AnyModel, create


async def rebuild(db: Database, vault: Vault, model: AnyModel, *, limit: int = 2000) -> int:
    """Fold the whole log into a new instance beside the others until it has caught up; its number."""
    async with driver(db) as connection, connection.transaction():
        instance = max((cursor.instance for cursor in await cursors(connection, model)), default=0) + 1
        await create(connection, model, instance=instance, live=False)
    while await advance(db, vault, model, instance, limit=limit):
        pass
    return instance


async def switch(db: Database, model: AnyModel, instance: int) -> None:
    """Readers follow this instance from their next snapshot on; the others are folded on: there is a way back."""
    async with driver(db) as connection, connection.transaction():
        await connection.execute(
            "UPDATE core.cursors SET live = false WHERE projection = $1 AND live", model.name
        )
        done = await connection.execute(
            "UPDATE core.cursors SET live = true WHERE projection = $1 AND instance = $2",
            model.name,
            instance,
        )
        if done != "UPDATE 1":
            raise LookupError(f"{model.name} has no instance {instance}")


async def drop(db: Database, model: AnyModel, instance: int) -> None:
    """Give up an instance that is not live."""
    async with driver(db) as connection, connection.transaction():
        done = await connection.execute(
            "DELETE FROM core.cursors WHERE projection = $1 AND instance = $2 AND NOT live",
            model.name,
            instance,
        )
        if done != "DELETE 1":
            raise LookupError(f"{model.name} has no instance {instance} that could be dropped")
        await connection.execute(
            "DELETE FROM core.parked WHERE projection = $1 AND instance = $2", model.name, instance
        )
        await connection.execute(f"DROP TABLE IF EXISTS views.{model.at(instance).name}")
        if model.lines is not None:
            await connection.execute(f"DROP TABLE IF EXISTS views.{model.lines_at(instance).name}")


async def digests(db: Database, model: AnyModel) -> dict[int, tuple[int, str]]:
    """For each instance its position and the SHA-256 over its rows and lines, all in one snapshot."""
    found: dict[int, tuple[int, str]] = {}
    async with driver(db) as connection, connection.transaction(isolation="repeatable_read", readonly=True):
        for cursor in await cursors(connection, model):
            parts = [await _digest(connection, model.at(cursor.instance).name, f'"{model.subject_column}"')]
            if model.lines is not None:
                parts.append(
                    await _digest(
                        connection, model.lines_at(cursor.instance).name, "position, ordinal, subject"
                    )
                )
            found[cursor.instance] = (cursor.position, "".join(parts))
    return found


async def redrive(db: Database, vault: Vault, model: AnyModel, subject: str) -> bool:
    """Fold one parked subject from the beginning, in every instance where it is parked; True when it went well."""
    async with driver(db) as connection:
        parked = await connection.fetch(
            "SELECT instance FROM core.parked WHERE projection = $1 AND subject = $2", model.name, subject
        )
        history, position = await _history(connection, vault, model, subject, after=0)
        well = True
        for row in parked:
            instance = row["instance"]
            async with connection.transaction():
                cursor = await connection.fetchval(
                    "SELECT position FROM core.cursors WHERE projection = $1 AND instance = $2 FOR UPDATE",
                    model.name,
                    instance,
                )
                more, _ = await _history(connection, vault, model, subject, after=position, until=cursor)
                well = await _refold(connection, model, instance, subject, [*history, *more], cursor) and well
    return well


async def _refold(
    connection: Driver,
    model: AnyModel,
    instance: int,
    subject: str,
    history: Sequence[Entry],
    cursor: int,
) -> bool:
    folding = Folding(model, instance)
    folding.stored.add(subject)
    folding.cleared = {subject} if model.lines is not None else set()
    folding.rows[subject] = None
    folding.touched[subject] = None
    for entry in history:
        if entry.position > cursor:
            break
        try:
            folding.take(subject, model.read(entry), entry)
        except Exception as error:  # noqa: BLE001 - whatever the fold raises is the cause to show
            await connection.execute(
                "UPDATE core.parked SET since = $4, cause = $5 WHERE projection = $1 AND instance = $2 AND subject = $3",
                model.name, instance, subject, entry.position, cause_of(error),
            )  # fmt: skip
            return False
    await folding.write(connection)
    await connection.execute(
        "DELETE FROM core.parked WHERE projection = $1 AND instance = $2 AND subject = $3",
        model.name,
        instance,
        subject,
    )
    return True


async def _history(
    connection: Driver,
    vault: Vault,
    model: AnyModel,
    subject: str,
    *,
    after: int,
    until: int | None = None,
) -> tuple[list[Entry], int]:
    found: list[Entry] = []
    while entries := await log.after(connection, after, 2000, sorted(model.types), until):
        if model.personal:
            await vault.open(connection, entries)
        for entry in entries:
            try:
                mine = subject in model.subjects(model.read(entry))
            except Exception:  # noqa: BLE001 - an entry that cannot be read speaks of the subject its header names
                mine = str(entry.meta.get("subject") or entry.stream) == subject
            if mine:
                found.append(entry)
        after = entries[-1].position
    return found, after


async def _digest(connection: Driver, table: str, order: str) -> str:
    digest: str = await connection.fetchval(
        f"SELECT encode(sha256(coalesce(string_agg(sha256(convert_to(t::text, 'UTF8')), ''::bytea ORDER BY {order}), '')), 'hex')"
        f" FROM views.{table} t"
    )
    return digest
