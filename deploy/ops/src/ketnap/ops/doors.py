"""Accounts to sign in with at the portal: demo accounts of a sample, first passwords of a real deployment."""

import os
import secrets
from pathlib import Path

from argon2 import PasswordHasher
from rich.console import Console
from rich.table import Table
from sqlalchemy.ext.asyncio import create_async_engine

from ketnap.common.clock import Clock
from ketnap.common.settings import with_password
from ketnap.ops.services import Running
from ketnap.ops.unable import Code, Unable
from ketnap.packs.officers import Officer
from ketnap.packs.pack import Pack
from ketnap.portal import accounts
from ketnap.portal.passwords import Passwords

DEMO_PASSWORD = "Ketnap-trinh-dien"  # noqa: S105 - everybody is told it
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""For a password that is no secret; whoever signs in with it gets a hash with today's parameters."""


async def open_doors(here: Running, pack: Pack) -> None:
    """Every officer of the pack can sign in; again changes nothing, and no password that was made before."""
    passwords = Passwords(QUICK) if here.sample else Passwords()
    known = {} if here.sample else _known(first_passwords(here))
    clock = Clock(here.clock) if here.sample else Clock()
    engine = create_async_engine(with_password(here.database_url("portal"), here.password("portal")))
    try:
        for officer in pack.officers.all:
            if officer.sign_in in known:
                continue
            password = DEMO_PASSWORD if here.sample else secrets.token_urlsafe(12)
            if not here.sample:
                _note(first_passwords(here), officer, password)
            try:
                await accounts.put(
                    engine,
                    passwords,
                    account=officer.account,
                    login=officer.sign_in,
                    name=officer.name,
                    password=password,
                    by="pack",
                    now=clock.now(),
                )
            except accounts.LoginTaken:
                raise _taken(officer) from None
    finally:
        await engine.dispose()


def _taken(officer: Officer) -> Unable:
    return Unable(
        f"Somebody else signs in as {officer.sign_in} here: give the account of the pack another name.",
        Code.CONFLICT,
    )


def first_passwords(here: Running) -> Path:
    """Of a real deployment: hand them out, then delete what was handed out."""
    return here.deployment.folder / "first-passwords"


def tell(here: Running, pack: Pack, console: Console) -> None:
    """Where to go, and as whom."""
    console.print(f"\n[bold]{here.name}[/bold]: {here.at.portal}")
    if not here.sample:
        console.print(f"First passwords of its officers: {first_passwords(here)}")
        return
    table = Table(box=None, pad_edge=False, padding=(0, 3, 0, 2), show_header=False)
    everybody = list(pack.officers.all)
    count = len(pack.contents.accounts.accounts)
    by_name, by_post = everybody[:count], everybody[count:]
    for officer in by_name:
        table.add_row(officer.sign_in, officer.name, officer.person)
    for post in pack.contents.accounts.posts:
        first = next((one for one in by_post if one.grants[0].role == post.role), None)
        if first is not None:
            table.add_row(first.sign_in, "", first.person)
    console.print(
        f"Demo accounts, all with the password {DEMO_PASSWORD}; every unit has its own, as the last ones:"
    )
    console.print(table)


def _known(file: Path) -> dict[str, str]:
    if not file.exists():
        return {}
    lines = (line.partition("\t") for line in file.read_text().splitlines())
    return {sign_in: password for sign_in, _, password in lines}


def _note(file: Path, officer: Officer, password: str) -> None:
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a") as out:
        out.write(f"{officer.sign_in}\t{password}\n")
