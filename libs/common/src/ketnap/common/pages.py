"""Readers: one snapshot of read models, and what it knows."""

import operator
from collections.abc import AsyncGenerator, Hashable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from sqlalchemy import Table, text
from sqlalchemy.ext.asyncio import AsyncConnection

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

    def of(self, model: AnyModel) -> Table:
        return model.at(self.instances[model.name])

    def lines_of(self, model: AnyModel) -> Table:
        return model.lines_at(self.instances[model.name])

    def generation(self, model: AnyModel) -> Hashable:
        """Changes when what lies behind the position may have changed: it was built anew."""
        return self.instances[model.name]


@asynccontextmanager
async def as_of(db: Database, *models: AnyModel) -> AsyncGenerator[Page]:
    """Read in one snapshot; the position is the least that all of the models have folded."""
    async with db.connect() as connection:
        connection = await connection.execution_options(  # noqa: PLW2901 - the same connection, told how to read
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
        rows = await connection.execute(
            text(
                "SELECT c.projection, c.instance, c.position, h.position AS head,"
                " (SELECT l.recorded_at FROM core.log l WHERE l.position = c.position) AS recorded_at"
                " FROM core.cursors c, core.head h WHERE c.live AND c.projection = ANY (:names)"
            ),
            {"names": [model.name for model in models]},
        )
        found = rows.mappings().all()
        least = min(found, key=operator.itemgetter("position"))
        yield Page(
            connection=connection,
            position=least["position"],
            recorded_at=least["recorded_at"] or datetime.min.replace(tzinfo=UTC),
            head=least["head"],
            instances={row["projection"]: row["instance"] for row in found},
        )
