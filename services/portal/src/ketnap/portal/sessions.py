"""Sessions: an opaque random secret in a cookie, of which only the hash is kept."""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from ketnap.common.frozen import frozen

IDLE = timedelta(minutes=15)
LONGEST = timedelta(hours=12)
_SEEN_EVERY = timedelta(seconds=30)  # a session's last use is written no more often than that


@frozen
class Session:
    account: UUID
    login: str
    name: str


def new_secret() -> str:
    return secrets.token_urlsafe(32)


async def begin(engine: AsyncEngine, account: UUID, now: datetime) -> str:
    """The new session's secret. Sessions that have ended are swept away on the way."""
    secret = new_secret()
    async with engine.begin() as connection:
        await connection.execute(
            text("DELETE FROM portal.sessions WHERE seen_at <= :idle OR began_at <= :longest"),
            {"idle": now - IDLE, "longest": now - LONGEST},
        )
        await connection.execute(
            text(
                "INSERT INTO portal.sessions (id_hash, account, began_at, seen_at) VALUES (:id, :account, :now, :now)"
            ),
            {"id": _hashed(secret), "account": account, "now": now},
        )
    return secret


async def find(engine: AsyncEngine, secret: str, now: datetime, *, used: bool) -> Session | None:
    """None when it has ended. `used` keeps it alive: a page that asks by itself is no use of it."""
    async with engine.begin() as connection:
        row = (
            await connection.execute(
                text(
                    "SELECT s.account, s.seen_at, a.login, a.name FROM portal.sessions s"
                    " JOIN portal.accounts a ON a.id = s.account AND NOT a.closed"
                    " WHERE s.id_hash = :id AND s.seen_at > :idle AND s.began_at > :longest"
                ),
                {"id": _hashed(secret), "idle": now - IDLE, "longest": now - LONGEST},
            )
        ).one_or_none()
        if row is None:
            return None
        if used and now - row.seen_at > _SEEN_EVERY:
            await connection.execute(
                text("UPDATE portal.sessions SET seen_at = greatest(seen_at, :now) WHERE id_hash = :id"),
                {"id": _hashed(secret), "now": now},
            )
    return Session(account=row.account, login=row.login, name=row.name)


async def end(engine: AsyncEngine, secret: str) -> None:
    async with engine.begin() as connection:
        await connection.execute(
            text("DELETE FROM portal.sessions WHERE id_hash = :id"), {"id": _hashed(secret)}
        )


def form_token(secret: str) -> str:
    """What every form of this session carries; only who has the cookie's secret can make it."""
    return hmac.new(secret.encode(), b"form", hashlib.sha256).hexdigest()


def is_form_token(secret: str, token: str) -> bool:
    return hmac.compare_digest(form_token(secret).encode(), token.encode())


def _hashed(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
