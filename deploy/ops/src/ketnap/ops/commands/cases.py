"""What a policy could not do, and alarms of the delivery between services: seen, tried again, closed."""

from typing import Annotated, Any
from uuid import UUID

import typer

from ketnap.common.alarms import end_alarm
from ketnap.common.append import OutcomeUnknown
from ketnap.common.database import driver
from ketnap.common.execute import Conflict
from ketnap.common.service import Service
from ketnap.ops import opening
from ketnap.ops.commands.asked import OfProvince, OfService
from ketnap.ops.commands.shown import AsJson, show
from ketnap.ops.screen import Screen
from ketnap.ops.unable import Code, Unable

type Row = dict[str, Any]  # Any: what JSON can hold

By = Annotated[str, typer.Option("--by", help="Who has dealt with it.")]

app = typer.Typer()
cases = typer.Typer(no_args_is_help=True, help="What a policy could not do: its command was rejected.")
alarms = typer.Typer(no_args_is_help=True, help="Alarms of the delivery between services.")
app.add_typer(cases, name="cases")
app.add_typer(alarms, name="alarms")


@cases.command("list")
def list_cases(
    service: OfService,
    *,
    closed: Annotated[bool, typer.Option("--closed", help="Those that are closed, too.")] = False,
    province: OfProvince = "",
    as_json: AsJson = False,
) -> None:
    """Open cases with their causes, the oldest first."""
    show(opening.run(_cases(service, province, closed=closed)), as_json=as_json, empty="No case is open.")


@cases.command()
def retry(
    service: OfService,
    ids: Annotated[
        list[UUID] | None, typer.Argument(metavar="CASE", help="All open ones if none is named.")
    ] = None,
    *,
    province: OfProvince = "",
    as_json: AsJson = False,
) -> None:
    """Let the policy try again; exit code 1 when a case stays open."""
    rows = opening.run(_retry(service, ids or [], province))
    show(rows, as_json=as_json, empty="No case is open.")
    if any(row["open"] for row in rows):
        raise typer.Exit(Code.ERROR)


@cases.command("close")
def close_case(
    service: OfService,
    case: Annotated[UUID, typer.Argument(metavar="CASE")],
    *,
    by: By,
    province: OfProvince = "",
) -> None:
    """Somebody has dealt with it otherwise: the policy need not try again."""
    opening.run(_close_case(service, case, by, province))
    Screen().say(f"Case {case} is closed.")


@alarms.command("list")
def list_alarms(service: OfService, *, province: OfProvince = "", as_json: AsJson = False) -> None:
    """Alarms that stand, the oldest first."""
    show(opening.run(_alarms(service, province)), as_json=as_json, empty="No alarm.")


@alarms.command("close")
def close_alarm(
    service: OfService,
    kind: Annotated[str, typer.Argument(metavar="KIND")],
    about: Annotated[str, typer.Argument(metavar="ABOUT")],
    *,
    province: OfProvince = "",
) -> None:
    """It was looked into; should its cause persist, it comes again."""
    opening.run(_close_alarm(service, kind, about, province))
    Screen().say(f"The alarm {kind} of {about} is closed.")


async def _cases(service: str, province: str, *, closed: bool) -> list[Row]:
    async with opening.opened(service, province) as one, driver(one.core.db) as db:
        rows = await db.fetch(
            "SELECT id AS case, policy, position, target, cause, opened_at, closed_at, closed_by FROM core.cases"
            " WHERE closed_at IS NULL OR $1 ORDER BY opened_at, id",
            closed,
        )
    return [{**row, "case": str(row["case"])} for row in rows]


async def _retry(service: str, ids: list[UUID], province: str) -> list[Row]:
    open_ones = [UUID(row["case"]) for row in await _cases(service, province, closed=False)]
    async with opening.opened(service, province) as one:
        for id in ids or open_ones:
            await _react_again(one, id)
    causes = {UUID(row["case"]): row["cause"] for row in await _cases(service, province, closed=False)}
    return [{"case": str(id), "open": id in causes, "cause": causes.get(id)} for id in ids or open_ones]


async def _react_again(one: Service, id: UUID) -> None:
    try:
        await one.policies.react_again(id)
    except (Conflict, OutcomeUnknown):
        raise Unable(f"Case {id} met work that was under way: try again.", Code.CONFLICT) from None


async def _close_case(service: str, case: UUID, by: str, province: str) -> None:
    async with opening.opened(service, province) as one, driver(one.core.db) as db:
        closed = await db.execute(
            "UPDATE core.cases SET closed_at = clock_timestamp(), closed_by = $2"
            " WHERE id = $1 AND closed_at IS NULL",
            case,
            by,
        )
    if closed != "UPDATE 1":
        raise Unable(f"There is no open case {case}.", Code.NOT_FOUND)


async def _alarms(service: str, province: str) -> list[Row]:
    async with opening.opened(service, province) as one, driver(one.core.db) as db:
        rows = await db.fetch("SELECT kind, about, since, cause FROM core.alarms ORDER BY since")
    return [dict(row) for row in rows]


async def _close_alarm(service: str, kind: str, about: str, province: str) -> None:
    async with opening.opened(service, province) as one, driver(one.core.db) as db:
        ended = await end_alarm(db, kind, about)
    if not ended:
        raise Unable(f"There is no alarm {kind} of {about}.", Code.NOT_FOUND)
