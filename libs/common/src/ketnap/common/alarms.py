"""Alarms: what an operator must look at, each kind and subject once, until it is over or somebody closed it."""

from ketnap.common.database import Driver


async def raise_alarm(db: Driver, kind: str, about: str, cause: str) -> None:
    await db.execute(
        "INSERT INTO core.alarms (kind, about, cause) VALUES ($1, $2, $3)"
        " ON CONFLICT (kind, about) DO UPDATE SET cause = excluded.cause",
        kind,
        about,
        cause,
    )


async def end_alarm(db: Driver, kind: str, about: str) -> bool:
    """True when there was one."""
    ended: str = await db.execute("DELETE FROM core.alarms WHERE kind = $1 AND about = $2", kind, about)
    return ended == "DELETE 1"
