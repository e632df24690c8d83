"""Read models by hand: instances beside one another, and subjects that are parked."""

from typing import Annotated, Any

import typer

from ketnap.common import rebuild as rebuilding
from ketnap.common.cursors import cursors
from ketnap.common.database import driver
from ketnap.common.readmodel import AnyModel
from ketnap.common.service import Service
from ketnap.ops import opening
from ketnap.ops.commands.asked import OfProvince, OfService
from ketnap.ops.commands.shown import AsJson, show
from ketnap.ops.screen import Screen
from ketnap.ops.unable import Code, Unable

type Row = dict[str, Any]  # Any: what JSON can hold

OfProjection = Annotated[
    str, typer.Argument(metavar="PROJECTION", help="A read model; `ketnap instances` names them.")
]
Instance = Annotated[int, typer.Argument(metavar="INSTANCE", help="Its number; `ketnap instances` tells it.")]

app = typer.Typer()
parked = typer.Typer(no_args_is_help=True, help="Subjects that could not be folded; others go on.")
app.add_typer(parked, name="parked")


@app.command()
def instances(service: OfService, *, province: OfProvince = "", as_json: AsJson = False) -> None:
    """Every read model with its instances: which one readers follow, and where each stands."""
    show(opening.run(_instances(service, province)), as_json=as_json, empty="None yet.")


@app.command()
def rebuild(service: OfService, projection: OfProjection, *, province: OfProvince = "") -> None:
    """Fold the whole log into a new instance beside the live one and compare the two; nobody notices."""
    instance, equal = opening.run(_rebuild(service, projection, province))
    print(instance)
    if equal is None:
        Screen().say("The live one was made by another release, so the two were not compared.")
    elif equal:
        Screen().say("It equals the live one, byte for byte.")
    else:
        Screen().say(
            "It DIFFERS from the live one: somebody changed the tables by hand, or a release is wrong."
        )
    Screen().say(f"To follow it: ketnap switch {service} {projection} {instance}")
    Screen().say(f"To give it up: ketnap drop {service} {projection} {instance}")
    if equal is False:
        raise typer.Exit(Code.CONFLICT)


@app.command()
def switch(
    service: OfService, projection: OfProjection, instance: Instance, *, province: OfProvince = ""
) -> None:
    """Let readers follow this instance; the other is folded on, so there is a way back."""
    opening.run(_switch(service, projection, instance, province))
    Screen().say(f"Readers follow instance {instance} of {projection}.")


@app.command()
def drop(
    service: OfService, projection: OfProjection, instance: Instance, *, province: OfProvince = ""
) -> None:
    """Give up an instance that readers do not follow."""
    opening.run(_drop(service, projection, instance, province))
    Screen().say(f"Instance {instance} of {projection} is gone.")


@parked.command("list")
def list_parked(service: OfService, *, province: OfProvince = "", as_json: AsJson = False) -> None:
    """Who is parked, since which position, and why."""
    show(opening.run(_parked(service, province)), as_json=as_json, empty="Nobody is parked.")


@parked.command()
def redrive(
    service: OfService,
    projection: OfProjection,
    subjects: Annotated[
        list[str] | None,
        typer.Argument(metavar="SUBJECT", help="All of this read model if none is named."),
    ] = None,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would come of it.")] = False,
    province: OfProvince = "",
    as_json: AsJson = False,
) -> None:
    """Fold parked subjects again from their beginning; exit code 1 when one of them stays parked."""
    rows = opening.run(_redrive(service, projection, subjects or [], province, dry_run=dry_run))
    show(rows, as_json=as_json, empty="Nobody is parked.")
    if any(row["parked"] for row in rows):
        raise typer.Exit(Code.ERROR)


def _model(one: Service, projection: str) -> AnyModel:
    found = {model.name: model for model in one.models}
    if projection not in found:
        raise Unable(
            f"{one.core.service} has no read model {projection}; there are: {', '.join(found)}.",
            Code.NOT_FOUND,
        )
    return found[projection]


async def _instances(service: str, province: str) -> list[Row]:
    async with opening.opened(service, province) as one, driver(one.core.db) as db:
        rows = await db.fetch(
            "SELECT c.projection, c.instance, c.definition, c.live, c.position, h.position - c.position AS behind,"
            " (SELECT count(*) FROM core.parked p WHERE (p.projection, p.instance) = (c.projection, c.instance))"
            " AS parked FROM core.cursors c, core.head h ORDER BY c.projection, c.instance"
        )
    return [dict(row) for row in rows]


async def _rebuild(service: str, projection: str, province: str) -> tuple[int, bool | None]:
    async with opening.opened(service, province) as one:
        model, core = _model(one, projection), one.core
        with Screen().working(f"Folding {projection} beside the live one"):
            instance = await rebuilding.rebuild(core.db, core.vault, model)
            digests = await rebuilding.compare(core.db, core.vault, model)
        async with driver(core.db) as db:
            live = next((cursor.instance for cursor in await cursors(db, model) if cursor.live), None)
        return instance, digests[live] == digests[instance] if live in digests else None


async def _switch(service: str, projection: str, instance: int, province: str) -> None:
    async with opening.opened(service, province) as one:
        await rebuilding.switch(one.core.db, _model(one, projection), instance)


async def _drop(service: str, projection: str, instance: int, province: str) -> None:
    async with opening.opened(service, province) as one:
        await rebuilding.drop(one.core.db, _model(one, projection), instance)


async def _parked(service: str, province: str) -> list[Row]:
    async with opening.opened(service, province) as one, driver(one.core.db) as db:
        rows = await db.fetch(
            "SELECT projection, instance, subject, since AS since_position, parked_at, cause FROM core.parked"
            " ORDER BY projection, since, subject, instance"
        )
    return [dict(row) for row in rows]


async def _redrive(
    service: str, projection: str, subjects: list[str], province: str, *, dry_run: bool
) -> list[Row]:
    async with opening.opened(service, province) as one:
        model = _model(one, projection)
        rows: list[Row] = []
        for subject in subjects or await _parked_in(one, model):
            if not subjects and subject not in await _parked_in(one, model):
                continue  # healed by the one before: the same entries spoke of both
            causes = await rebuilding.redrive(one.core.db, one.core.vault, model, subject, dry_run=dry_run)
            rows += (
                {"subject": subject, "instance": instance, "parked": cause is not None, "cause": cause}
                for instance, cause in causes.items()
            )
    return rows


async def _parked_in(one: Service, model: AnyModel) -> list[str]:
    async with driver(one.core.db) as db:
        rows = await db.fetch(
            "SELECT subject FROM core.parked JOIN core.cursors USING (projection, instance)"
            " WHERE projection = $1 AND definition = $2 ORDER BY since, subject",
            model.name,
            model.definition,
        )
    return list(dict.fromkeys(row["subject"] for row in rows))
