"""Accounts that are put in place from outside: the same again changes nothing."""

from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from ketnap.portal import accounts, sessions
from ketnap.portal.accounts import LoginTaken
from ketnap.portal.passwords import Passwords, TooShort
from tests.portal.conftest import PASSWORD

NOW = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
OTHER = "một mật khẩu khác"


async def put(
    engine: AsyncEngine,
    passwords: Passwords,
    account: UUID,
    login: str = "to-chuc",
    name: str = "Nguyễn Thu Hạnh",
    password: str = PASSWORD,
) -> None:
    await accounts.put(
        engine, passwords, account=account, login=login, name=name, password=password, by="test", now=NOW
    )


async def test_an_account_has_the_id_it_was_given(engine: AsyncEngine, passwords: Passwords) -> None:
    account = uuid4()
    await put(engine, passwords, account, login=" To-Chuc ")
    found = await accounts.find(engine, "to-chuc")
    assert found is not None
    assert (found.id, found.name) == (account, "Nguyễn Thu Hạnh")
    assert await passwords.fits("mật khẩu đủ dài", found.password_hash)


async def test_the_same_again_changes_nothing_and_nobody_is_signed_out(
    engine: AsyncEngine, passwords: Passwords
) -> None:
    account = uuid4()
    await put(engine, passwords, account)
    before = await accounts.find(engine, "to-chuc")
    secret = await sessions.begin(engine, account, NOW)
    await put(engine, passwords, account)
    assert await accounts.find(engine, "to-chuc") == before
    assert await sessions.find(engine, secret, NOW, used=False) is not None


@pytest.mark.parametrize("change", [{"name": "Vàng Thị Mỷ"}, {"password": OTHER}, {"login": "bi-thu"}])
async def test_what_changed_is_changed_and_sessions_end(
    engine: AsyncEngine, passwords: Passwords, change: dict[str, str]
) -> None:
    account = uuid4()
    await put(engine, passwords, account)
    secret = await sessions.begin(engine, account, NOW)
    await put(engine, passwords, account, **change)
    found = await accounts.find(engine, change.get("login", "to-chuc"))
    assert found is not None
    assert found.name == change.get("name", "Nguyễn Thu Hạnh")
    assert await passwords.fits(change.get("password", "mật khẩu đủ dài"), found.password_hash)
    assert await sessions.find(engine, secret, NOW, used=False) is None


async def test_a_closed_account_that_is_put_again_is_open_again(
    engine: AsyncEngine, passwords: Passwords
) -> None:
    account = uuid4()
    await put(engine, passwords, account)
    await accounts.close(engine, login="to-chuc", by="test", now=NOW)
    await put(engine, passwords, account)
    assert await accounts.find(engine, "to-chuc") is not None


async def test_a_login_belongs_to_one_account(engine: AsyncEngine, passwords: Passwords) -> None:
    await put(engine, passwords, uuid4())
    with pytest.raises(LoginTaken):
        await put(engine, passwords, uuid4())


async def test_a_short_password_is_not_taken(engine: AsyncEngine, passwords: Passwords) -> None:
    with pytest.raises(TooShort):
        await put(engine, passwords, uuid4(), password="ngắn")
