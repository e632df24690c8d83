"""The projector: entries in order become rows, with the cursor, in one transaction."""

import operator
from collections.abc import Sequence
from typing import Any

import orjson
import structlog
from sqlalchemy.dialects.postgresql import JSONB

from ketnap.common import log
from ketnap.common.database import Database, Driver, driver
from ketnap.common.frozen import frozen
from ketnap.common.log import Entry
from ketnap.common.personal import Vault
from ketnap.common.readmodel import AnyModel, Lined, create, upsert

logger = structlog.get_logger()

BATCH = 500
MANY_PARKED = 100  # so many parked subjects are not accidents any more: the projection stops


@frozen
class Cursor:
    instance: int
    definition: int
    position: int
    live: bool


async def cursors(db: Driver, model: AnyModel) -> list[Cursor]:  # Any: models of all rows
    rows = await db.fetch(
        "SELECT instance, definition, position, live FROM core.cursors WHERE projection = $1 ORDER BY instance",
        model.name,
    )
    return [Cursor(**row) for row in rows]


async def prepare(db: Database, models: Sequence[AnyModel]) -> None:
    """Give every model a live instance, made empty when it has none. Two processes may do this at once."""
    async with driver(db) as connection, connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock(hashtext('ketnap.projector'))")
        for model in models:
            if not await cursors(connection, model):
                await create(connection, model, instance=1, live=True)


async def advance(
    db: Database,
    vault: Vault,
    model: AnyModel,
    instance: int,
    *,
    limit: int = BATCH,
) -> bool:
    """Fold the next batch into one instance; True when there may be more.

    Raises:
        Exception: with isolation `all` whatever the fold raised, and nothing of the batch was written.
    """
    async with driver(db) as connection:
        cursor = next((c for c in await cursors(connection, model) if c.instance == instance), None)
        if cursor is None or cursor.definition != model.definition:
            return False
        head, _ = await log.head(connection)
        if head <= cursor.position:
            return False
        entries = await log.after(connection, cursor.position, limit, sorted(model.types), head)
        until = entries[-1].position if len(entries) == limit else head
        if model.personal:
            await vault.open(connection, entries)
        async with connection.transaction():
            await connection.execute(
                "SET LOCAL synchronous_commit = off"
            )  # what a crash undoes is folded again
            folding = await _fold(connection, model, instance, entries)
            await folding.write(connection)
            moved = await connection.execute(
                "UPDATE core.cursors SET position = $4, moved_at = clock_timestamp()"
                " WHERE projection = $1 AND instance = $2 AND position = $3",
                model.name, instance, cursor.position, until,
            )  # fmt: skip
            if moved != "UPDATE 1":
                raise Fenced(model.name)
    if folding.parked and await _parked(db, model, instance) > MANY_PARKED:
        raise TooManyParked(model.name)
    return until < head


class Fenced(Exception):
    """Another process folded this batch; ours was rolled back."""


class TooManyParked(Exception):
    """More subjects are parked than accidents explain; the projection stops until somebody has looked."""


async def _fold(
    connection: Driver,
    model: AnyModel,
    instance: int,
    entries: Sequence[Entry],
) -> "Folding":
    read: list[tuple[Entry, Any, list[str]]] = []  # Any: what each entry means
    causes: dict[str, tuple[int, str]] = {}
    for entry in entries:
        try:
            event = model.read(entry)
            subjects = list(model.subjects(event))
        except Exception as error:
            if model.isolation == "all":
                raise
            causes.setdefault(
                str(entry.meta.get("subject") or entry.stream), (entry.position, cause_of(error))
            )
            continue
        read.append((entry, event, subjects))
    wanted = {subject for _, _, subjects in read for subject in subjects}
    folding = Folding(model, instance)
    folding.parked = causes
    await folding.load(connection, wanted)
    for entry, event, subjects in read:
        for subject in subjects:
            if (
                subject in folding.asleep
                or folding.parked.get(subject, (entry.position + 1,))[0] <= entry.position
            ):
                continue
            try:
                folding.take(subject, event, entry)
            except Exception as error:
                if model.isolation == "all":
                    raise
                folding.parked[subject] = (entry.position, cause_of(error))
                logger.exception("subject_parked", projection=model.name, position=entry.position)
    return folding


class Folding:
    """Rows of one batch on their way from table to table."""

    def __init__(self, model: AnyModel, instance: int) -> None:
        self.model = model
        self.table = f"views.{model.at(instance).name}"
        self.lines_table = model.lines_at(instance).name if model.lines is not None else ""
        self.instance = instance
        self.rows: dict[str, Any] = {}  # Any: rows of the model
        self.stored: set[str] = set()
        self.touched: dict[str, None] = {}
        self.lines: dict[str, list[Any]] = {}  # Any: lines of the model
        self.cleared: set[str] = set()
        self.parked: dict[str, tuple[int, str]] = {}
        self.asleep: set[str] = set()

    async def load(self, connection: Driver, subjects: set[str]) -> None:
        if not subjects:
            return
        names = list(subjects)
        asleep = await connection.fetch(
            "SELECT subject FROM core.parked WHERE projection = $1 AND instance = $2 AND subject = ANY ($3::text[])",
            self.model.name, self.instance, names,
        )  # fmt: skip
        self.asleep = {row["subject"] for row in asleep}
        found = await connection.fetch(
            f"SELECT * FROM {self.table} WHERE {self.model.subject_column}::text = ANY ($1::text[])",
            names,
        )
        for record in found:
            subject = str(record[0])
            self.rows[subject] = self.model.load(record)
            self.stored.add(subject)

    def take(self, subject: str, event: Any, entry: Entry) -> None:  # Any: what the entry means
        row = self.rows.get(subject)
        if row is None:
            row = self.model.begin(subject)
        folded = self.model.fold(row, event, entry)
        if isinstance(folded, Lined):
            if folded.clear:
                self.cleared.add(subject)
                self.lines[subject] = []
            self.lines.setdefault(subject, []).extend(folded.add)
            folded = folded.row
        if folded is not row:
            self.rows[subject] = folded
            self.touched[subject] = None

    async def write(self, connection: Driver) -> None:
        key = self.model.subject_column
        gone = [s for s in self.touched if self.rows[s] is None and s in self.stored]
        if gone:
            await connection.execute(f"DELETE FROM {self.table} WHERE {key}::text = ANY ($1::text[])", gone)
        changed = sorted(
            s for s in self.touched if self.rows[s] is not None
        )  # in one order: no two folders deadlock
        if changed:
            columns = zip(*(self.model.dump(self.rows[s]) for s in changed), strict=True)
            await connection.execute(upsert(self.model, self.instance), *(list(column) for column in columns))
        if self.cleared:
            await connection.execute(
                f"DELETE FROM views.{self.lines_table} WHERE subject::text = ANY ($1::text[])",
                sorted(self.cleared),
            )
        lines = [line for added in self.lines.values() for line in added]
        if lines and self.model.lines is not None:
            names = [column.name for column in self.model.lines.columns]
            get = operator.attrgetter(*names)
            json = [n for n, c in enumerate(self.model.lines.columns) if isinstance(c.type, JSONB)]
            await connection.copy_records_to_table(
                self.lines_table,
                schema_name="views",
                columns=names,
                records=[_jsoned(get(line), json) for line in lines],
            )
        for subject, (since, cause) in self.parked.items():
            if subject not in self.asleep:
                await connection.execute(
                    "INSERT INTO core.parked (projection, instance, subject, since, cause) VALUES ($1, $2, $3, $4, $5)"
                    " ON CONFLICT DO NOTHING",
                    self.model.name, self.instance, subject, since, cause,
                )  # fmt: skip


def cause_of(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:2000]


def _jsoned(values: tuple[Any, ...], json: Sequence[int]) -> tuple[Any, ...]:  # Any: columns of all types
    if not json:
        return values
    return tuple(orjson.dumps(v).decode() if n in json else v for n, v in enumerate(values))


async def _parked(db: Database, model: AnyModel, instance: int) -> int:
    async with driver(db) as connection:
        count: int = await connection.fetchval(
            "SELECT count(*) FROM core.parked WHERE projection = $1 AND instance = $2", model.name, instance
        )
    return count
