"""`ketnap doctor`: what is not well, and what to do about it."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

import typer

from ketnap.common.logs import named
from ketnap.ops import opening
from ketnap.ops.checks.look import Look
from ketnap.ops.checks.patients import look_at, look_at_portal, look_at_process
from ketnap.ops.commands.asked import OfProvince
from ketnap.ops.commands.shown import AsJson, show
from ketnap.ops.deployment import SERVICES
from ketnap.ops.services import WITH_LOG
from ketnap.ops.unable import Code, Unable

app = typer.Typer()


@app.command()
def doctor(
    services: Annotated[
        list[str] | None,
        typer.Argument(metavar="SERVICE", help="All of the deployment if none is named."),
    ] = None,
    *,
    province: OfProvince = "",
    bad: Annotated[bool, typer.Option("--bad", help="Only what is not well.")] = False,
    as_json: AsJson = False,
) -> None:
    """Look at everything, change nothing; exit code 1 when something is not well."""
    looks = opening.run(_look_at_all(_named(services or []), province))
    shown = [look for look in looks if not (bad and look.ok)]
    rows = [asdict(look) for look in shown] if as_json else [_row(look) for look in shown]
    show(rows, as_json=as_json, empty="All is well.")
    if not all(look.ok for look in looks):
        raise typer.Exit(Code.ERROR)


def _named(services: Sequence[str]) -> Sequence[str]:
    if unknown := set(services) - set(SERVICES):
        raise Unable(f"There is no service {min(unknown)}; there are: {', '.join(SERVICES)}.", Code.NOT_FOUND)
    if not services and opening.is_one_service():
        raise Unable("This is the environment of one service: say which.", Code.USAGE)
    return services or SERVICES


async def _look_at_all(services: Sequence[str], province: str) -> list[Look]:
    """One after the other: a machine in trouble is not asked everything at once."""
    return [look for service in services for look in await _look_at(service, province)]


async def _look_at(service: str, province: str) -> list[Look]:
    looks: list[Look] = []
    if not opening.is_one_service():
        url = opening.whole(province).at.services[service]
        looks.append(await look_at_process(service, url))
    try:
        if service not in WITH_LOG:
            return looks + await look_at_portal(opening.stores(province, service).database)
        async with opening.made(service, province) as one:
            return looks + await look_at(one)
    except (FileNotFoundError, PermissionError) as error:
        return [*looks, _unreadable(service, error)]


def _unreadable(service: str, error: OSError) -> Look:
    says = f"{error.filename} cannot be read ({named(error)})"
    return Look(
        service=service,
        about="keys",
        ok=False,
        says=says,
        do="put it back from the safe, readable by this account",
    )


def _row(look: Look) -> dict[str, str]:
    return {
        "": "✓" if look.ok else "✗",
        "service": look.service,
        "about": look.about,
        "found": look.says,
        "what to do": look.do,
    }
