"""Readers: one snapshot of read models, and what it knows."""

from collections.abc import AsyncGenerator, Hashable, Iterable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Table, Uuid, any_, literal, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection

from ketnap.common.cursors import by_projection, follow
from ketnap.common.database import Database
from ketnap.common.frozen import frozen
from ketnap.common.readmodel import AnyModel


@frozen
class Page:
    """One snapshot of one or more live instances: what it knows reaches exactly to `position`."""

    connection: AsyncConnection
    position: int
    recorded_at: datetime
    head: int
    instances: Mapping[str, int]
    refolds: Mapping[str, int]

    def of(self, model: AnyModel) -> Table:
        return model.at(self.instances[model.name])

    def lines_of(self, model: AnyModel) -> Table:
        return model.lines_at(self.instances[model.name])

    def generation(self, model: AnyModel) -> Hashable:
        """Changes when what lies behind the position may have changed: it was built anew."""
        return self.instances[model.name], self.refolds[model.name]


def among(column: ColumnElement[UUID], ids: Iterable[UUID]) -> ColumnElement[bool]:
    """`column = ANY ($1)`: one parameter however many there are; a scope may be every unit of a province."""
    return column == any_(literal(list(ids), ARRAY(Uuid)))


@asynccontextmanager
async def as_of(db: Database, *models: AnyModel) -> AsyncGenerator[Page]:
    """Read in one snapshot; the position is the least that all of the models have folded.

    Raises:
        BeingRebuilt: this release has not caught up with the one that made what is there.
    """
    async with db.connect() as connection:
        connection = await connection.execution_options(  # noqa: PLW2901 - the same connection, told how to read
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
        found = await connection.execute(_KNOWN, {"names": [model.name for model in models]})
        rows = found.mappings().all()
        there = by_projection(rows)
        followed = {model.name: follow(model, there.get(model.name, [])) for model in models}
        position = min(cursor.position for cursor in followed.values())
        known = next(row for row in rows if row["position"] == position)
        yield Page(
            connection=connection,
            position=position,
            recorded_at=known["recorded_at"] or datetime.min.replace(tzinfo=UTC),
            head=known["head"],
            instances={name: cursor.instance for name, cursor in followed.items()},
            refolds={name: cursor.refolds for name, cursor in followed.items()},
        )


_KNOWN = text(
    "SELECT c.*, head.position AS head, log.recorded_at"
    " FROM core.head CROSS JOIN core.cursors c LEFT JOIN core.log ON log.position = c.position"
    " WHERE c.projection = ANY (:names) ORDER BY c.instance"
)
