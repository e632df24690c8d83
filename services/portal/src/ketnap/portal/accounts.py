"""Built-in accounts: a name to sign in with, a name to show, a password's hash. Rights live in the registry."""

import unicodedata
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine

from ketnap.common.frozen import frozen
from ketnap.portal.passwords import Passwords


class LoginTaken(Exception):
    """An account with this name to sign in exists already."""


class NoSuchAccount(Exception):
    """There is no open account with this name to sign in."""


@frozen
class Account:
    id: UUID
    login: str
    name: str
    password_hash: str


def normal(login: str) -> str:
    """How a typed name is compared: composed, without spaces around, small letters; no database holds a NUL."""
    return unicodedata.normalize("NFC", login).replace("\0", "").strip().casefold()


async def add(
    engine: AsyncEngine, passwords: Passwords, *, login: str, name: str, password: str, by: str, now: datetime
) -> UUID:
    """The new account's id: the subject of its tokens.

    Raises:
        LoginTaken, TooShort
    """
    account = uuid4()
    await put(engine, passwords, account=account, login=login, name=name, password=password, by=by, now=now)
    return account


async def put(
    engine: AsyncEngine,
    passwords: Passwords,
    *,
    account: UUID,
    login: str,
    name: str,
    password: str,
    by: str,
    now: datetime,
) -> None:
    """Make an account of a known id so, or leave it so: again changes nothing, and sessions live on.

    Raises:
        LoginTaken, TooShort
    """
    async with engine.connect() as connection:
        row = (
            await connection.execute(
                text("SELECT login, name, password_hash, closed FROM portal.accounts WHERE id = :id"),
                {"id": account},
            )
        ).one_or_none()
    if row is not None and (row.login, row.name, row.closed) == (normal(login), name, False):
        unchanged = await passwords.fits(password, row.password_hash)
        if unchanged:
            return
    values = {"login": normal(login), "name": name, "hash": passwords.hash(password), "now": now, "by": by}
    try:
        async with engine.begin() as connection:
            await connection.execute(
                text(
                    "INSERT INTO portal.accounts (id, login, name, password_hash, changed_at, changed_by)"
                    " VALUES (:id, :login, :name, :hash, :now, :by)"
                    " ON CONFLICT (id) DO UPDATE SET login = :login, name = :name, password_hash = :hash,"
                    " closed = false, changed_at = :now, changed_by = :by"
                ),
                {"id": account, **values},
            )
            await connection.execute(text("DELETE FROM portal.sessions WHERE account = :id"), {"id": account})
    except IntegrityError:
        raise LoginTaken(LoginTaken.__doc__) from None


async def find(engine: AsyncEngine, login: str) -> Account | None:
    """An open account, by the name that was typed."""
    async with engine.connect() as connection:
        row = (
            await connection.execute(
                text(
                    "SELECT id, login, name, password_hash FROM portal.accounts"
                    " WHERE login = :login AND NOT closed"
                ),
                {"login": normal(login)},
            )
        ).one_or_none()
    return (
        None
        if row is None
        else Account(id=row.id, login=row.login, name=row.name, password_hash=row.password_hash)
    )


async def set_password(
    engine: AsyncEngine, passwords: Passwords, *, login: str, password: str, by: str, now: datetime
) -> None:
    """Also ends every session of the account.

    Raises:
        NoSuchAccount, TooShort
    """
    hashed = passwords.hash(password)
    await _change(engine, login, "password_hash = :hash", by, now, hash=hashed)


async def close(engine: AsyncEngine, *, login: str, by: str, now: datetime) -> None:
    """Nobody can sign in with it any more; its sessions end.

    Raises:
        NoSuchAccount
    """
    await _change(engine, login, "closed = true", by, now)


async def renew_hash(engine: AsyncEngine, account: Account, hashed: str) -> None:
    """The same password, hashed with today's parameters."""
    async with engine.begin() as connection:
        await connection.execute(
            text("UPDATE portal.accounts SET password_hash = :hash WHERE id = :id AND password_hash = :old"),
            {"hash": hashed, "id": account.id, "old": account.password_hash},
        )


async def _change(engine: AsyncEngine, login: str, what: str, by: str, now: datetime, **values: str) -> None:
    async with engine.begin() as connection:
        row = (
            await connection.execute(
                text(
                    f"UPDATE portal.accounts SET {what}, changed_at = :now, changed_by = :by"  # noqa: S608 - `what` is written above
                    " WHERE login = :login AND NOT closed RETURNING id"
                ),
                {"login": normal(login), "now": now, "by": by, **values},
            )
        ).one_or_none()
        if row is None:
            raise NoSuchAccount(NoSuchAccount.__doc__)
        await connection.execute(text("DELETE FROM portal.sessions WHERE account = :id"), {"id": row.id})
