"""The register of instruments: decisions, plans and guidance that quotas, units and rules refer to."""

from collections.abc import Sequence
from datetime import date

import orjson

from ketnap.common.database import Database, driver
from ketnap.common.frozen import frozen


@frozen
class Instrument:
    """Known by issuer, type, number and date together."""

    issuer: str
    type: str
    number: str
    dated: date
    title: str
    cites: Sequence[str] = ()

    @property
    def key(self) -> str:
        return f"{self.issuer}/{self.type}/{self.number}/{self.dated.isoformat()}"


async def record(db: Database, instrument: Instrument, by: str) -> None:
    """Write it down, or correct what was written."""
    async with driver(db) as connection:
        await connection.execute(
            "INSERT INTO register.instruments (key, issuer, type, number, dated, title, cites, recorded_by)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (key) DO UPDATE SET title = excluded.title,"
            " cites = excluded.cites, recorded_by = excluded.recorded_by, recorded_at = clock_timestamp()",
            instrument.key,
            instrument.issuer,
            instrument.type,
            instrument.number,
            instrument.dated,
            instrument.title,
            orjson.dumps(list(instrument.cites)).decode(),
            by,
        )


async def everything(db: Database) -> list[Instrument]:
    """All instruments, the newest first."""
    async with driver(db) as connection:
        rows = await connection.fetch(
            "SELECT issuer, type, number, dated, title, cites::text FROM register.instruments ORDER BY dated DESC, key"
        )
    return [Instrument(**{**row, "cites": orjson.loads(row["cites"])}) for row in rows]
