"""Reading the log: entries of one stream, entries after a position, and what is known of both."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from pydantic_core import from_json

from ketnap.common.database import Driver

RESTORED = "source.restored.v1"
"""Type of the fact by which a source says that it went back to an older moment."""

COLUMNS = "position, id, stream, version, type, schema_version, data::text, meta::text, recorded_at"


class Entry:
    """One entry of the log: an event of our own or a fact heard, as stored.

    `content` is the erasable part that was opened for this reading, by field, as JSON; what is missing is forgotten.
    """

    __slots__ = (
        "content",
        "id",
        "json",
        "meta_json",
        "position",
        "recorded_at",
        "schema_version",
        "stream",
        "type",
        "version",
    )

    def __init__(
        self,
        position: int,
        id: UUID,
        stream: str,
        version: int,
        type: str,
        schema_version: int,
        json: str,
        meta_json: str,
        recorded_at: datetime,
        content: Mapping[str, bytes] | None = None,
    ) -> None:
        self.position = position
        self.id = id
        self.stream = stream
        self.version = version
        self.type = type
        self.schema_version = schema_version
        self.json = json
        self.meta_json = meta_json
        self.recorded_at = recorded_at
        self.content: Mapping[str, bytes] = content or {}

    @property
    def data(self) -> Any:  # Any: JSON
        """Whole numbers keep all their digits."""
        return from_json(self.json)

    @property
    def meta(self) -> dict[str, Any]:  # Any: JSON
        meta: dict[str, Any] = orjson.loads(self.meta_json)
        return meta

    def __repr__(self) -> str:
        return f"<{self.position} {self.type} {self.stream}/{self.version}>"


async def stream(db: Driver, name: str) -> list[Entry]:
    rows = await db.fetch(f"SELECT {COLUMNS} FROM core.log WHERE stream = $1 ORDER BY version", name)
    return [Entry(*row) for row in rows]


async def after(
    db: Driver, position: int, limit: int, types: Sequence[str] | None = None, until: int | None = None
) -> list[Entry]:
    """The next entries in order; with `types` only those, with `until` none behind that position."""
    rows = await db.fetch(
        f"SELECT {COLUMNS} FROM core.log WHERE position > $1 AND position <= coalesce($4, 9223372036854775807)"
        " AND ($3::text[] IS NULL OR type = ANY ($3)) ORDER BY position LIMIT $2",
        position,
        limit,
        list(types) if types is not None else None,
        until,
    )
    return [Entry(*row) for row in rows]


async def about(db: Driver, name: str, since: int, types: Sequence[str]) -> list[Entry]:
    """Entries from a position on whose envelope or stream has this name."""
    rows = await db.fetch(
        f"SELECT {COLUMNS} FROM core.log WHERE position >= $2 AND type = ANY ($3::text[])"
        " AND (stream = $1 OR meta->>'subject' = $1) ORDER BY position",
        name,
        since,
        list(types),
    )
    return [Entry(*row) for row in rows]


async def at(db: Driver, position: int) -> Entry | None:
    row = await db.fetchrow(f"SELECT {COLUMNS} FROM core.log WHERE position = $1", position)
    return Entry(*row) if row else None


async def head(db: Driver) -> tuple[int, datetime]:
    """The last position and the instant it was recorded (minus infinity reads as the year 1 while empty)."""
    row = await db.fetchrow("SELECT position, recorded_at FROM core.head")
    return row["position"], row["recorded_at"]


async def version(db: Driver, name: str) -> int:
    """Of the last entry of a stream; 0 when there is none."""
    found: int | None = await db.fetchval(
        "SELECT version FROM core.log WHERE stream = $1 ORDER BY version DESC LIMIT 1", name
    )
    return found or 0


async def last(db: Driver, name: str) -> Entry | None:
    """The last entry of a stream."""
    row = await db.fetchrow(
        f"SELECT {COLUMNS} FROM core.log WHERE stream = $1 ORDER BY version DESC LIMIT 1",
        name,
    )
    return Entry(*row) if row else None


async def position_at(db: Driver, instant: datetime) -> int:
    """The last position recorded before an instant; 0 when there is none. `recorded_at` never contradicts position."""
    found: int | None = await db.fetchval(
        "SELECT position FROM core.log WHERE recorded_at < $1 ORDER BY recorded_at DESC, position DESC LIMIT 1",
        instant,
    )
    return found or 0


async def holder(db: Driver, kind: str, key: bytes) -> str | None:
    """The stream that holds a claim."""
    found: str | None = await db.fetchval(
        "SELECT stream FROM core.claims WHERE kind = $1 AND key = $2", kind, key
    )
    return found


class Voids:
    """Which facts heard never happened: their source went back to a moment before them and said so later."""

    def __init__(self, restores: Iterable[tuple[str, int, int]]) -> None:
        self._restores: dict[str, list[tuple[int, int]]] = {}
        for stream, position, valid_through in restores:
            self._restores.setdefault(stream, []).append((position, valid_through))

    def __contains__(self, entry: Entry) -> bool:
        return any(
            entry.position < position and entry.version > valid_through
            for position, valid_through in self._restores.get(entry.stream, ())
        )


_VALID_THROUGH = (
    "CASE WHEN jsonb_typeof(data->'valid_through') = 'number' THEN (data->>'valid_through')::numeric END"
)


async def voids(db: Driver, until: int) -> Voids:
    """As known at a position of our own log."""
    rows = await db.fetch(
        f"SELECT stream, position, {_VALID_THROUGH} FROM core.log WHERE type = '{RESTORED}' AND position <= $1",
        until,
    )
    return Voids((stream, position, valid) for stream, position, valid in rows if valid is not None)


async def voided_by(db: Driver, restored: Entry, types: Sequence[str]) -> list[Entry]:
    """The facts of these types that the restore of their source made void."""
    rows = await db.fetch(
        f"SELECT {COLUMNS} FROM core.log WHERE stream = $1 AND position < $2 AND type = ANY ($3::text[])"
        f" AND version > (SELECT {_VALID_THROUGH} FROM core.log WHERE position = $2) ORDER BY position",
        restored.stream,
        restored.position,
        list(types),
    )
    return [Entry(*row) for row in rows]
