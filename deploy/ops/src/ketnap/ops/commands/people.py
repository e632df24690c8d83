"""Built-in accounts of the portal: who signs in with a name and a password. Rights are registry's."""

import getpass
import os
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Annotated

import typer
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from ketnap.ops import opening
from ketnap.ops.commands.asked import OfProvince
from ketnap.ops.unable import Code, Unable
from ketnap.portal import accounts
from ketnap.portal.passwords import LEAST_LENGTH, Passwords, TooShort

app = typer.Typer()
account = typer.Typer(no_args_is_help=True, help="Built-in accounts of the portal.")
app.add_typer(account, name="account")

PASSWORD = "KETNAP_PASSWORD"  # noqa: S105 - the name of a variable

Login = Annotated[str, typer.Argument(metavar="NAME", help="What is typed to sign in.")]


@account.command()
def add(
    login: Login,
    name: Annotated[str, typer.Argument(metavar="SHOWN", help="Name that pages show.")],
    *,
    province: OfProvince = "",
) -> None:
    """Make an account and print its id, the subject of its tokens; the password is asked for, or in KETNAP_PASSWORD."""
    password = _password()

    async def work(engine: AsyncEngine) -> None:
        made = await accounts.add(
            engine,
            Passwords(),
            login=login,
            name=name,
            password=password,
            by=_operator(),
            now=datetime.now(UTC),
        )
        print(made)

    opening.run(_at(province, work))


@account.command()
def password(login: Login, *, province: OfProvince = "") -> None:
    """Give an account another password, and end its sessions."""
    new = _password()

    async def work(engine: AsyncEngine) -> None:
        await accounts.set_password(
            engine, Passwords(), login=login, password=new, by=_operator(), now=datetime.now(UTC)
        )

    opening.run(_at(province, work))


@account.command()
def close(login: Login, *, province: OfProvince = "") -> None:
    """Let nobody sign in with an account any more, and end its sessions."""

    async def work(engine: AsyncEngine) -> None:
        await accounts.close(engine, login=login, by=_operator(), now=datetime.now(UTC))

    opening.run(_at(province, work))


async def _at(province: str, work: Callable[[AsyncEngine], Awaitable[None]]) -> None:
    engine = create_async_engine(opening.stores(province, "portal").database)
    try:
        await work(engine)
    except accounts.LoginTaken:
        raise Unable("There is an account with this name already: choose another.", Code.CONFLICT) from None
    except accounts.NoSuchAccount:
        raise Unable("There is no open account with this name.", Code.NOT_FOUND) from None
    except TooShort:
        raise Unable(f"A password has at least {LEAST_LENGTH} characters.", Code.USAGE) from None
    finally:
        await engine.dispose()


def _password() -> str:
    if PASSWORD in os.environ:
        return os.environ[PASSWORD]
    typed: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    return typed


def _operator() -> str:
    """Who the system says we are; an account may have no name."""
    try:
        return f"ketnap account, {getpass.getuser()}"
    except OSError:
        return f"ketnap account, {os.geteuid()}"
