"""HTTP in for nominations: the cell proposes, the grassroots committee sends."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, Field

from ketnap.common.access import OutOfScope, Permit
from ketnap.common.clock import Clock
from ketnap.common.execute import Aggregate, Intent
from ketnap.common.http import Gate, Trade, Written, guarded, intent, new_intent, within, written
from ketnap.common.reading import AsOf, Reader, Wanted, as_of_json, wanted
from ketnap.common.tree import Tree
from ketnap.training import nomination as trade
from ketnap.training.programme import Programme
from ketnap.training.views import nominations, standings

type Nominations = Aggregate[trade.Command, trade.State, trade.Event]
Reason = Annotated[str, Field(min_length=3, max_length=500)]


class Nominating(Trade):
    """`unit`: the cell that sends; it knows the person as its sympathiser or its probationer."""

    person: UUID
    unit: UUID
    programme: Programme
    on: date
    reason: Reason | None = None


class Approving(Trade):
    on: date
    reason: Reason | None = None


class Withdrawing(Trade):
    because: Literal["unfit", "moved", "own_request", "deceased", "other"]
    on: date
    reason: Reason | None = None


class NominationShown(BaseModel):
    """`stage`: nominated, approved, enrolled (in `course`) or withdrawn (for `reason`)."""

    nomination: UUID
    version: int
    person: UUID
    unit: UUID
    programme: Programme
    stage: str
    nominated_on: date
    approved_on: date | None
    reason: str | None
    course: UUID | None


class NominationsShown(BaseModel):
    nominations: list[NominationShown]
    as_of: AsOf


def create(gate: Gate, reader: Reader, made: Nominations, clock: Clock) -> APIRouter:
    router = guarded("/nominations", ["nominations"])
    may = Depends(gate)

    @router.post("/{nomination}/nominate", name="nomination.nominate")
    async def nominate(
        nomination: UUID,
        body: Nominating,
        response: Response,
        permit: Annotated[Permit, may],
        known: Annotated[Wanted, Depends(wanted)],
        asked: Annotated[Intent, Depends(new_intent)],
    ) -> Written:
        permit.on(body.unit)

        async def make(_: trade.State) -> trade.Command:
            async with reader(known, standings.model) as page:
                standing = await standings.of(page, body.person)
            basis = trade.Basis(
                sympathiser_of=_today(permit.tree, standing.sympathiser_of, clock.today()),
                probationer_of=_today(permit.tree, standing.probationer_of, clock.today()),
                position=page.position,
            )
            return trade.NominateLearner(
                nomination=nomination,
                person=body.person,
                unit=body.unit,
                programme=body.programme,
                basis=basis,
                on=body.on,
                today=clock.today(),
                by=permit.person,
                reason=body.reason,
            )

        return written(response, nomination, await made.execute(nomination, make, asked))

    @router.post("/{nomination}/approve", name="nomination.approve")
    async def approve(
        nomination: UUID,
        body: Approving,
        response: Response,
        permit: Annotated[Permit, may],
        asked: Annotated[Intent, Depends(intent)],
    ) -> Written:
        command = trade.ApproveNomination(
            on=body.on, today=clock.today(), by=permit.person, reason=body.reason
        )
        return written(
            response, nomination, await made.execute(nomination, within(permit, unit_of, command), asked)
        )

    @router.post("/{nomination}/withdraw", name="nomination.withdraw")
    async def withdraw(
        nomination: UUID,
        body: Withdrawing,
        response: Response,
        permit: Annotated[Permit, may],
        asked: Annotated[Intent, Depends(intent)],
    ) -> Written:
        command = trade.WithdrawNomination(
            because=body.because, on=body.on, today=clock.today(), by=permit.person, reason=body.reason
        )
        return written(
            response, nomination, await made.execute(nomination, within(permit, unit_of, command), asked)
        )

    @router.get("", name="nomination.list")
    async def of_unit(
        permit: Annotated[Permit, may],
        known: Annotated[Wanted, Depends(wanted)],
        unit: UUID,
        programme: Programme | None = None,
        stage: Literal["nominated", "approved", "enrolled", "withdrawn"] | None = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 100,
    ) -> NominationsShown:
        """Nominations in the subtree of a unit, the longest waiting first: with `stage` the queue of a committee."""
        permit.on(unit)
        units = permit.tree.subtree(unit, clock.today()) & permit.units()
        async with reader(known, nominations.model) as page:
            found = await nominations.of_units(page, units, programme, stage, limit)
            shown = [NominationShown.model_validate(one, from_attributes=True) for one in found]
            return NominationsShown(nominations=shown, as_of=as_of_json(page))

    @router.get("/{nomination}", name="nomination.show")
    async def show(
        nomination: UUID, permit: Annotated[Permit, may], known: Annotated[Wanted, Depends(wanted)]
    ) -> NominationShown:
        async with reader(known, nominations.model) as page:
            found = await nominations.one(page, nomination)
        if found is None:
            raise OutOfScope
        permit.on(found.unit)
        return NominationShown.model_validate(found, from_attributes=True)

    return router


def unit_of(state: trade.State) -> UUID | None:
    """The cell that sends."""
    match state:
        case trade.NotNominated():
            return None
        case _:
            return state.unit


def _today(tree: Tree, unit: UUID | None, day: date) -> UUID | None:
    """Who has taken over what the unit had, up to a day."""
    while unit is not None and (known := tree.units.get(unit)) and known.ended_on and known.ended_on <= day:
        unit = known.successor
    return unit
