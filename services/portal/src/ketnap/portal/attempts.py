"""Tries to sign in, counted before the password is looked at: per account and per network address."""

import hashlib
import ipaddress
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from ketnap.common.frozen import frozen
from ketnap.portal.accounts import normal

TRIES = 5
TRIES_OF_ADDRESS = 30
WINDOW = timedelta(minutes=15)
KEPT = timedelta(days=1)


@frozen
class Begun:
    """This try is counted as failed until it succeeds; `left` more after it before the account is locked."""

    id: int
    left: int


@frozen
class Locked:
    until: datetime
    by_address: bool


async def begin(engine: AsyncEngine, *, login: str, address: str, now: datetime) -> Begun | Locked:
    """Counts a try, or refuses it. Tries at the same moment wait for each other: none slips through."""
    login_hash = hashlib.sha256(normal(login).encode()).digest()
    network = _network(address)
    async with engine.begin() as connection:
        for key in (b"login" + login_hash, b"address" + network.encode()):
            await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _lock(key)})
        failed = await _failed(connection, "login_hash", login_hash, now, TRIES)
        if until := locked_until(failed, TRIES, now):
            return Locked(until=until, by_address=False)
        of_address = await _failed(connection, "address", network, now, TRIES_OF_ADDRESS)
        if until := locked_until(of_address, TRIES_OF_ADDRESS, now):
            return Locked(until=until, by_address=True)
        counted = await connection.scalar(
            text(
                "INSERT INTO portal.attempts (login_hash, address, at) VALUES (:login, :address, :at) RETURNING id"
            ),
            {"login": login_hash, "address": network, "at": now},
        )
    recent = sum(at > now - WINDOW for at in failed)
    return Begun(id=int(counted), left=TRIES - recent - 1)


async def succeed(engine: AsyncEngine, begun: Begun, now: datetime) -> None:
    """Earlier failures of the account no longer count; those of the address do."""
    async with engine.begin() as connection:
        await connection.execute(
            text("UPDATE portal.attempts SET succeeded = true WHERE id = :id"), {"id": begun.id}
        )
        await connection.execute(text("DELETE FROM portal.attempts WHERE at < :old"), {"old": now - KEPT})


def locked_until(failed: Sequence[datetime], tries: int, now: datetime) -> datetime | None:
    """`failed`: latest first. Locked for the length of the window after that many failures inside one window."""
    if len(failed) < tries or failed[0] - failed[tries - 1] > WINDOW:
        return None
    until = failed[0] + WINDOW
    return until if now < until else None


async def _failed(
    connection: AsyncConnection, column: str, value: bytes | str, now: datetime, limit: int
) -> list[datetime]:
    after_success = (
        " AND id > coalesce((SELECT max(id) FROM portal.attempts WHERE login_hash = :value AND succeeded), 0)"
        if column == "login_hash"
        else ""
    )
    found = await connection.scalars(
        text(
            f"SELECT at FROM portal.attempts WHERE {column} = :value AND NOT succeeded AND at > :since{after_success}"  # noqa: S608 - `column` is written above
            " ORDER BY at DESC, id DESC LIMIT :limit"
        ),
        {"value": value, "since": now - 2 * WINDOW, "limit": limit},
    )
    return list(found)


def _network(address: str) -> str:
    """One household of IPv6 addresses is one address."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(parsed) if parsed.version == 4 else str(ipaddress.ip_network(f"{address}/64", strict=False))  # noqa: PLR2004 - IP versions


def _lock(key: bytes) -> int:
    return int.from_bytes(hashlib.sha256(key).digest()[:8], signed=True)
