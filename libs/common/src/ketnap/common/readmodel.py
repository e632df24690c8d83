"""Read models: one page's table, how entries become its rows, and what a failure stops."""

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal, get_type_hints

from pydantic import TypeAdapter
from sqlalchemy import Column, MetaData, RowMapping, Table
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.schema import CreateTable

from ketnap.common.database import Driver
from ketnap.common.frozen import frozen
from ketnap.common.log import RESTORED, Entry


@frozen
class Lined[R]:
    """What a fold gives that also writes lines: the row, new lines, and whether the subject's old ones go."""

    row: R | None
    add: Sequence[object] = ()
    clear: bool = False


class ReadModel[R, E]:
    """One page's table, how entries become its rows, and what a failure stops.

    Args:
        table: its first column is the subject; the columns are the fields of `row`, none of them an SQL array.
        row: a frozen dataclass; `begin(subject)` makes an empty one.
        types: the entries it folds; `read` turns one into what it means, `subjects` says whose it is.
        fold: (row, event, entry) to the next row, or None to delete it, or `Lined`.
        lines: a second table of lines (subject, position, ordinal, ...), written by `Lined` and never changed.
        indexes: by table, the part behind `CREATE INDEX ON <table>`.
        definition: raised when the fold changes its meaning; a rebuild beside the live one follows.
        isolation: `subject`: one that cannot be folded is parked, others go on. `all`: the whole model stops.
        personal: the fold needs erasable content.
    """

    def __init__(
        self,
        *,
        table: Table,
        row: type[R],
        begin: Callable[[str], R],
        types: Iterable[str],
        read: Callable[[Entry], E],
        subjects: Callable[[E], Iterable[str]],
        fold: Callable[[R, E, Entry], R | Lined[R] | None],
        lines: Table | None = None,
        indexes: Mapping[str, Sequence[str]] | None = None,
        definition: int = 1,
        isolation: Literal["subject", "all"] = "subject",
        personal: bool = False,
    ) -> None:
        self.name = table.name
        self.table = table
        self.begin = begin
        self.types = frozenset(types)
        self.concerned_by = sorted({*self.types, RESTORED})
        """Types that its next batch is made of: a source that went back makes what was folded void."""
        self.read = read
        self.subjects = subjects
        self.fold = fold
        self.lines = lines
        self.indexes = dict(indexes or {})
        self.definition = definition
        self.isolation = isolation
        self.personal = personal
        self._columns = [column.name for column in table.columns]
        self.subject_column = self._columns[0]
        self._get = operator.attrgetter(*self._columns)
        hints = get_type_hints(row)
        self._json = {
            column.name: TypeAdapter(hints[column.name])
            for column in table.columns
            if isinstance(column.type, JSONB)
        }
        self._row = row

    def at(self, instance: int) -> Table:
        """The table of one instance."""
        return _instance(self.table, instance)

    def lines_at(self, instance: int) -> Table:
        if self.lines is None:
            raise ValueError(f"{self.name} has no lines")
        return _instance(self.lines, instance)

    def type_of(self, column: str, *, lines: bool = False) -> str:
        """SQL type of a column of the table, or of the lines."""
        table = self.lines if lines and self.lines is not None else self.table
        return _type(table.columns[column])

    def load(self, record: Mapping[str, Any] | RowMapping) -> R:  # Any: columns of all types
        """A row as it stands in the table."""
        values = {name: record[name] for name in self._columns}
        for name, adapter in self._json.items():
            if isinstance(values[name], str):
                values[name] = adapter.validate_json(values[name])
            elif values[name] is not None:
                values[name] = adapter.validate_python(values[name])
        return self._row(**values)

    def dump(self, row: R) -> tuple[Any, ...]:  # Any: columns of all types
        values = self._get(row)
        if not self._json:
            return values
        return tuple(
            self._json[name].dump_json(value).decode() if name in self._json and value is not None else value
            for name, value in zip(self._columns, values, strict=True)
        )


type AnyModel = ReadModel[Any, Any]  # Any: models of all rows


async def create(connection: Driver, model: AnyModel, *, instance: int, live: bool) -> None:
    await drop_tables(connection, model, instance)  # what was left of one that was given up halfway
    tables = [(model.table, model.at(instance))]
    if model.lines is not None:
        tables.append((model.lines, model.lines_at(instance)))
    for declared, table in tables:
        await connection.execute(str(CreateTable(table).compile(dialect=_DIALECT)))
        for index in model.indexes.get(declared.name, ()):
            await connection.execute(f"CREATE INDEX ON views.{table.name} {index}")
        if declared is model.lines:
            await connection.execute(f"ALTER TABLE views.{table.name} SET ({_INSERTED_ONLY})")
    await connection.execute(
        "INSERT INTO core.cursors (projection, instance, definition, position, live) VALUES ($1, $2, $3, 0, $4)",
        model.name, instance, model.definition, live,
    )  # fmt: skip


# Answers from an index alone need pages that vacuum has seen: by itself it comes when a fifth of the lines is new.
_INSERTED_ONLY = "autovacuum_vacuum_insert_threshold = 1000, autovacuum_vacuum_insert_scale_factor = 0.01"


async def drop_tables(connection: Driver, model: AnyModel, instance: int) -> None:
    await connection.execute(f"DROP TABLE IF EXISTS views.{model.at(instance).name}")
    if model.lines is not None:
        await connection.execute(f"DROP TABLE IF EXISTS views.{model.lines_at(instance).name}")


def upsert(model: AnyModel, instance: int) -> str:
    columns = list(model.table.columns)
    names = ", ".join(f'"{column.name}"' for column in columns)
    chosen, arrays = [], []
    for n, column in enumerate(columns, 1):
        kind = _type(column)
        json = isinstance(column.type, JSONB)
        arrays.append(f"${n}::{'text' if json else kind}[]")
        chosen.append(f"c{n}::jsonb" if json else f"c{n}")
    unnested = ", ".join(f"c{n}" for n in range(1, len(columns) + 1))
    updates = ", ".join(f'"{column.name}" = excluded."{column.name}"' for column in columns[1:])
    return (
        f"INSERT INTO views.{model.at(instance).name} ({names})"
        f" SELECT {', '.join(chosen)} FROM unnest({', '.join(arrays)}) AS u({unnested})"
        f' ON CONFLICT ("{columns[0].name}") DO {"UPDATE SET " + updates if updates else "NOTHING"}'
    )


def _type(column: Column[Any]) -> str:  # Any: columns of all types
    return str(column.type.compile(dialect=_DIALECT)).partition(" COLLATE ")[0]


_DIALECT = postgresql.asyncpg.dialect()  # type: ignore[no-untyped-call] # SQLAlchemy leaves it untyped
_TABLES: dict[tuple[Table, int], Table] = {}


def _instance(table: Table, instance: int) -> Table:
    made = _TABLES.get((table, instance))
    if made is None:
        made = table.to_metadata(MetaData(), schema="views", name=f"{table.name}_v{instance}")
        _TABLES[table, instance] = made
    return made
