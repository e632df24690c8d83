"""HTTP in for the class plan."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, Field

from ketnap.common.access import OutOfScope, Permit
from ketnap.common.clock import Clock
from ketnap.common.execute import Aggregate, Intent
from ketnap.common.http import Gate, Trade, Written, guarded, intent, new_intent, within, written
from ketnap.common.reading import AsOf, Reader, Wanted, as_of_json, wanted
from ketnap.training import class_plan as trade
from ketnap.training.programme import Programme
from ketnap.training.views import plan_lines

type Plans = Aggregate[trade.Command, trade.State, trade.Event]
Count = Annotated[int, Field(ge=0, le=100_000)]
Year = Annotated[int, Field(ge=2000, le=2100)]
Instrument = Annotated[str, Field(min_length=1, max_length=300)]
Reason = Annotated[str, Field(min_length=3, max_length=500)]


class Planning(Trade):
    """So many classes for so many learners in a year; `owner` is the unit whose plan this is."""

    owner: UUID
    programme: Programme
    year: Year
    classes: Count
    learners: Count
    on: date
    instrument: Instrument | None = None
    reason: Reason | None = None


class Changing(Trade):
    """The numbers after the change; 0 and 0 give the line up."""

    classes: Count
    learners: Count
    on: date
    instrument: Instrument | None = None
    reason: Reason | None = None


class LineShown(BaseModel):
    """Planned and done: `held` of `classes`, `certified` of `learners`."""

    line: UUID
    version: int
    owner: UUID
    programme: Programme
    year: int
    classes: int
    learners: int
    held: int
    certified: int


class LinesShown(BaseModel):
    lines: list[LineShown]
    as_of: AsOf


def create(gate: Gate, reader: Reader, planned: Plans, clock: Clock) -> APIRouter:
    router = guarded("/class-plan", ["class plan"])
    may = Depends(gate)

    @router.post("/{line}/plan", name="class_plan.plan")
    async def plan(
        line: UUID,
        body: Planning,
        response: Response,
        permit: Annotated[Permit, may],
        asked: Annotated[Intent, Depends(new_intent)],
    ) -> Written:
        permit.on(body.owner)
        command = trade.PlanClasses(
            line=line,
            owner=body.owner,
            programme=body.programme,
            year=body.year,
            classes=body.classes,
            learners=body.learners,
            on=body.on,
            today=clock.today(),
            by=permit.person,
            instrument=body.instrument,
            reason=body.reason,
        )
        return written(response, line, await planned.execute(line, command, asked))

    @router.post("/{line}/change", name="class_plan.change")
    async def change(
        line: UUID,
        body: Changing,
        response: Response,
        permit: Annotated[Permit, may],
        asked: Annotated[Intent, Depends(intent)],
    ) -> Written:
        command = trade.ChangePlan(
            classes=body.classes,
            learners=body.learners,
            on=body.on,
            today=clock.today(),
            by=permit.person,
            instrument=body.instrument,
            reason=body.reason,
        )
        return written(response, line, await planned.execute(line, within(permit, _owner, command), asked))

    @router.get("", name="class_plan.list")
    async def of_year(
        permit: Annotated[Permit, may],
        known: Annotated[Wanted, Depends(wanted)],
        unit: UUID,
        year: Annotated[int, Query(ge=2000, le=2100)],
    ) -> LinesShown:
        """The lines of a year in the subtree of a unit."""
        permit.on(unit)
        owners = permit.tree.subtree(unit, clock.today()) & permit.units()
        async with reader(known, plan_lines.model) as page:
            found = await plan_lines.of_owners(page, owners, year)
            shown = [LineShown.model_validate(line, from_attributes=True) for line in found]
            return LinesShown(lines=shown, as_of=as_of_json(page))

    @router.get("/{line}", name="class_plan.show")
    async def show(
        line: UUID, permit: Annotated[Permit, may], known: Annotated[Wanted, Depends(wanted)]
    ) -> LineShown:
        async with reader(known, plan_lines.model) as page:
            found = await plan_lines.one(page, line)
        if found is None:
            raise OutOfScope
        permit.on(found.owner)
        return LineShown.model_validate(found, from_attributes=True)

    return router


def _owner(state: trade.State) -> UUID | None:
    match state:
        case trade.Planned(owner=owner):
            return owner
        case trade.NotPlanned():
            return None
