"""Rows of one batch on their way from table to table."""

import operator
from collections.abc import Collection, Iterable, Sequence
from typing import Any, NamedTuple

import orjson
import structlog
from pydantic import ValidationError
from sqlalchemy.dialects.postgresql import JSONB

from ketnap.common.database import Driver, is_lost
from ketnap.common.log import Entry
from ketnap.common.logs import named
from ketnap.common.readmodel import AnyModel, Lined, upsert

logger = structlog.get_logger()


class Read(NamedTuple):
    """An entry, what it means, and whose it is; or why it cannot be read, and whom its envelope names."""

    entry: Entry
    subjects: Sequence[str]
    event: Any = None  # Any: what each model reads
    error: Exception | None = None


def read(model: AnyModel, entries: Iterable[Entry]) -> list[Read]:
    """What the entries mean to a model. Raises nothing: what cannot be read is for whoever folds it."""
    found: list[Read] = []
    for entry in entries:
        try:
            event = model.read(entry)
            found.append(Read(entry, list(model.subjects(event)), event))
        except Exception as error:  # noqa: BLE001 - kept for whoever folds it
            found.append(Read(entry, [envelope_subject(entry)], error=error))
    return found


class Folding:
    """Folds entries into the rows and lines of one instance; who cannot be folded is parked with the cause."""

    def __init__(self, model: AnyModel, instance: int) -> None:
        self.model = model
        self.instance = instance
        self.parked: dict[str, tuple[int, str]] = {}
        self._table = f"views.{model.at(instance).name}"
        self._lines_table = model.lines_at(instance).name if model.lines is not None else ""
        self._rows: dict[str, Any] = {}  # Any: rows of the model
        self._unloadable: dict[str, Exception] = {}
        self._stored: set[str] = set()
        self._touched: dict[str, None] = {}
        self._lines: dict[str, list[Any]] = {}  # Any: lines of the model
        self._cleared: set[str] = set()
        self._asleep: set[str] = set()

    async def load(self, connection: Driver, reads: Sequence[Read], *, asleep: bool) -> None:
        """The rows as they stand and, where anybody is parked, who of them is."""
        names = list({subject for read in reads for subject in read.subjects})
        if not names:
            return
        if asleep:
            parked = await connection.fetch(
                "SELECT subject FROM core.parked WHERE projection = $1 AND instance = $2 AND subject = ANY ($3::text[])",
                self.model.name, self.instance, names,
            )  # fmt: skip
            self._asleep = {row["subject"] for row in parked}
        found = await connection.fetch(
            f"SELECT * FROM {self._table} WHERE {self._is_one_of(self.model.subject_column)}", names
        )
        for record in found:
            subject = str(record[0])
            self._stored.add(subject)
            try:
                self._rows[subject] = self.model.load(record)
            except Exception as error:  # noqa: BLE001 - whatever stands there: whoever folds it is parked for it
                self._unloadable[subject] = error

    def begin_anew(self, subjects: Collection[str]) -> None:
        """Instead of `load`: these subjects lose what stands and begin empty."""
        self._rows = dict.fromkeys(subjects)
        self._touched = dict.fromkeys(subjects)
        self._stored = set(subjects)
        self._cleared = set(subjects) if self.model.lines is not None else set()

    def fold(self, reads: Iterable[Read], only: Collection[str] | None = None) -> None:
        """In order; a subject's entries behind the one that parked it wait."""
        for read in reads:
            for subject in read.subjects:
                if only is not None and subject not in only:
                    continue
                parked = self.parked.get(subject)
                if subject in self._asleep or (parked and parked[0] <= read.entry.position):
                    continue
                try:
                    if read.error is not None:
                        raise read.error
                    self._take(subject, read.event, read.entry)
                except Exception as error:  # noqa: BLE001 - parked with its cause, or raised again
                    self._park(subject, read.entry, error)

    async def write(self, connection: Driver) -> None:
        """Rows, lines, and who was parked."""
        await self._write(connection, list(self._touched), self._cleared, self._lines)
        await self._write_parked(connection)

    async def write_sparing(self, connection: Driver, entry: Entry) -> None:
        """As `write`, each subject on its own: what cannot be stored parks it and nobody else."""
        for subject in list(dict.fromkeys((*self._touched, *self._lines))):
            try:
                async with connection.transaction():
                    lines = {subject: self._lines.get(subject, [])}
                    await self._write(connection, [subject], self._cleared & {subject}, lines)
            except Exception as error:
                if is_lost(error):
                    raise
                self._park(subject, entry, error)
        await self._write_parked(connection)

    def _take(self, subject: str, event: Any, entry: Entry) -> None:  # Any: what the entry means
        if subject in self._unloadable:
            raise self._unloadable[subject]
        row = self._rows.get(subject)
        if row is None:
            row = self.model.begin(subject)
        folded = self.model.fold(row, event, entry)
        if isinstance(folded, Lined):
            if folded.clear:
                self._cleared.add(subject)
                self._lines[subject] = []
            self._lines.setdefault(subject, []).extend(folded.add)
            folded = folded.row
        if folded is not row:
            self._rows[subject] = folded
            self._touched[subject] = None

    def _park(self, subject: str, entry: Entry, error: Exception) -> None:
        if self.model.isolation == "all":
            raise error
        if subject not in self.parked:
            self.parked[subject] = (entry.position, cause_of(error, personal=self.model.personal))
            logger.error(
                "subject_parked", projection=self.model.name, position=entry.position, exc_info=error
            )

    async def _write(
        self,
        connection: Driver,
        touched: Sequence[str],
        cleared: Collection[str],
        lines: dict[str, list[Any]],  # Any: lines of the model
    ) -> None:
        gone = [s for s in touched if self._rows[s] is None and s in self._stored]
        if gone:
            await connection.execute(
                f"DELETE FROM {self._table} WHERE {self._is_one_of(self.model.subject_column)}", gone
            )
        changed = sorted(
            s for s in touched if self._rows[s] is not None
        )  # one order: folders do not deadlock
        if changed:
            columns = zip(*(self.model.dump(self._rows[s]) for s in changed), strict=True)
            await connection.execute(upsert(self.model, self.instance), *(list(column) for column in columns))
        if cleared:
            await connection.execute(
                f"DELETE FROM views.{self._lines_table} WHERE {self._is_one_of('subject', lines=True)}",
                sorted(cleared),
            )
            await refolded(connection, self.model, self.instance)
        added = [line for subject in lines for line in lines[subject]]
        if added and self.model.lines is not None:
            names = [column.name for column in self.model.lines.columns]
            get = operator.attrgetter(*names)
            json = [n for n, c in enumerate(self.model.lines.columns) if isinstance(c.type, JSONB)]
            await connection.copy_records_to_table(
                self._lines_table,
                schema_name="views",
                columns=names,
                records=[_jsoned(get(line), json) for line in added],
            )

    async def _write_parked(self, connection: Driver) -> None:
        new = [(s, since, cause) for s, (since, cause) in self.parked.items() if s not in self._asleep]
        if new:
            await connection.executemany(
                "INSERT INTO core.parked (projection, instance, subject, since, cause) VALUES ($1, $2, $3, $4, $5)"
                " ON CONFLICT (projection, instance, subject) DO UPDATE SET since = excluded.since, cause = excluded.cause",
                [(self.model.name, self.instance, *parked) for parked in new],
            )

    def _is_one_of(self, column: str, *, lines: bool = False) -> str:
        kind = self.model.type_of(column, lines=lines)
        return f'"{column}" = ANY ($1::text[]::{kind}[])'


async def refolded(connection: Driver, model: AnyModel, instance: int) -> None:
    """Tell readers that what they read of this instance by position must be read anew."""
    await connection.execute(
        "UPDATE core.cursors SET refolds = refolds + 1 WHERE projection = $1 AND instance = $2",
        model.name,
        instance,
    )


def envelope_subject(entry: Entry) -> str:
    """Whom an entry speaks of as far as one can tell without reading it: its header's subject, or its stream."""
    return str(entry.meta.get("subject") or entry.stream)


def cause_of(error: Exception, *, personal: bool = False) -> str:
    """For the operator to read: what went wrong, without the values, which may be somebody's."""
    if isinstance(error, ValidationError):
        found = error.errors(include_input=False, include_url=False, include_context=False)
        said = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['type']}" for e in found)
        return f"{type(error).__name__}: {said}"[:2000]
    if personal or getattr(error, "sqlstate", None):
        return named(error)
    return f"{type(error).__name__}: {error}"[:2000]


def _jsoned(values: tuple[Any, ...], json: Sequence[int]) -> tuple[Any, ...]:  # Any: columns of all types
    if not json:
        return values
    return tuple(orjson.dumps(v).decode() if n in json else v for n, v in enumerate(values))
