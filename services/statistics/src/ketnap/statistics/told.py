"""Entries of the log by their positions: what a line of the ledger was made from."""

from collections.abc import Iterable, Mapping

from ketnap.common import log
from ketnap.common.database import Database, driver
from ketnap.common.log import Entry


async def told_at(db: Database, positions: Iterable[int]) -> Mapping[int, Entry]:
    """In order of the positions."""
    wanted = sorted(set(positions))
    if not wanted:
        return {}
    async with driver(db) as connection:
        rows = await connection.fetch(
            f"SELECT {log.COLUMNS} FROM core.log WHERE position = ANY ($1::bigint[]) ORDER BY position",  # noqa: S608 - names of columns
            wanted,
        )
    entries = (Entry(*row) for row in rows)
    return {entry.position: entry for entry in entries}
