"""The access log: who read whose data, when, for what."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from ketnap.common.access import Permit
from ketnap.common.database import Database, driver
from ketnap.common.frozen import frozen


@frozen
class Read:
    """Data of one person that were shown."""

    subject: UUID
    unit: UUID | None


@frozen
class Recorded:
    """A reading as it was recorded."""

    at: datetime
    account: str
    action: str
    subject: UUID
    unit: UUID | None
    purpose: str


async def record_reads(
    db: Database, permit: Permit, correlation_id: str, purpose: str, reads: Iterable[Read]
) -> None:
    """Before the answer leaves: what is not recorded is not shown."""
    rows = list(reads)
    if not rows:
        return
    async with driver(db) as connection:
        await connection.execute(
            "INSERT INTO core.access_log (account, action, subject, unit, purpose, correlation_id)"
            " SELECT $1, $2, subject, unit, $5, $6 FROM unnest($3::uuid[], $4::uuid[]) AS r(subject, unit)",
            str(permit.account.id),
            permit.action,
            [read.subject for read in rows],
            [read.unit for read in rows],
            purpose,
            UUID(correlation_id),
        )


async def reads_of(
    db: Database, subject: UUID | None, units: Iterable[UUID], limit: int
) -> Sequence[Recorded]:
    """The latest readings in these units, of one person or of all."""
    async with driver(db) as connection:
        rows = await connection.fetch(
            "SELECT at, account, action, subject, unit, purpose FROM core.access_log"
            " WHERE ($1::uuid IS NULL OR subject = $1) AND unit = ANY ($2::uuid[]) ORDER BY at DESC, id DESC LIMIT $3",
            subject,
            list(units),
            limit,
        )
    return [Recorded(**row) for row in rows]
