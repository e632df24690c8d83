"""Accounts of the portal by command, on a database of its own."""

from pathlib import Path

from sqlalchemy.ext.asyncio import create_async_engine

from ketnap.common.settings import Settings
from ketnap.ops.unable import Code
from ketnap.portal import accounts
from ketnap.portal.passwords import Passwords
from tests.operators.command import ketnap
from tests.portal.conftest import database_url

__all__ = ["database_url"]

FIRST, SECOND = "mật khẩu thứ nhất", "mật khẩu thứ hai"


async def test_an_account_comes_gets_another_password_and_goes(database_url: str, tmp_path: Path) -> None:
    settings = Settings(
        province="tinh-mau",
        database_url=database_url,
        master_key_file=tmp_path / "none",
        pepper_file=tmp_path / "none",
    )
    engine = create_async_engine(database_url)

    made = await ketnap(settings, "account", "add", "lan.vt", "Vũ Thị Lan", KETNAP_PASSWORD=FIRST)
    again = await ketnap(settings, "account", "add", "Lan.VT", "Vũ Thị Lan", KETNAP_PASSWORD=FIRST)
    short = await ketnap(settings, "account", "password", "lan.vt", KETNAP_PASSWORD="ngắn")
    before = await accounts.find(engine, "lan.vt")
    changed = await ketnap(settings, "account", "password", "lan.vt", KETNAP_PASSWORD=SECOND)
    after = await accounts.find(engine, "lan.vt")
    closed = await ketnap(settings, "account", "close", "lan.vt")
    gone = await ketnap(settings, "account", "close", "lan.vt")

    assert (made.code, again.code, short.code, changed.code, closed.code, gone.code) == (
        0,
        Code.CONFLICT,
        Code.USAGE,
        0,
        0,
        Code.NOT_FOUND,
    )
    assert before is not None
    assert after is not None
    assert made.out.strip() == str(before.id) == str(after.id)
    assert await Passwords().fits(FIRST, before.password_hash)
    assert await Passwords().fits(SECOND, after.password_hash)
    assert await accounts.find(engine, "lan.vt") is None
    await engine.dispose()
