"""HTTP in for member rolls."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, Field

from ketnap.common.access import Permit
from ketnap.common.clock import Clock
from ketnap.common.execute import Aggregate, Intent
from ketnap.common.http import Gate, Trade, Written, guarded, intent, new_intent, written
from ketnap.common.reading import AsOf, Reader, Wanted, as_of_json, wanted
from ketnap.contracts.registry import RollChange
from ketnap.registry import roll as trade
from ketnap.registry.routes.places import place
from ketnap.registry.views import rolls

type Rolls = Aggregate[trade.Command, trade.State, trade.Event]
Count = Annotated[int, Field(ge=0, le=100_000)]


class MemberGiven(Trade):
    person: UUID
    status: Literal["official", "probationary"]
    since: date


class Opening(Trade):
    """The balance a cell starts with: numbers, and those members who are known by id."""

    official: Count
    probationary: Count
    named: Annotated[list[MemberGiven], Field(max_length=5000, default_factory=list)]
    on: date


class Removing(Trade):
    """Somebody left: by id, or one of those the balance only counts."""

    person: UUID | None = None
    status: Literal["official", "probationary"] = "official"
    cause: Literal[RollChange.DIED, RollChange.RESIGNED, RollChange.EXPELLED]
    on: date


class MemberShown(BaseModel):
    person: UUID
    status: str
    since: date


class RollShown(BaseModel):
    unit: UUID
    version: int
    official: int
    probationary: int
    opened_on: date | None
    members: list[MemberShown]
    """Only those known by id."""
    as_of: AsOf


def create(gate: Gate, reader: Reader, kept: Rolls, clock: Clock) -> APIRouter:
    router = guarded("/rolls", ["rolls"])
    may = Depends(gate)

    @router.post("/{unit}/open", name="roll.open")
    async def open_roll(
        unit: UUID,
        body: Opening,
        response: Response,
        permit: Annotated[Permit, may],
        asked: Annotated[Intent, Depends(new_intent)],
    ) -> Written:
        permit.on(unit)
        command = trade.OpenRoll(
            cell=place(permit.tree, unit, body.on),
            official=body.official,
            probationary=body.probationary,
            named=[trade.Member(person=m.person, status=m.status, since=m.since) for m in body.named],
            on=body.on,
            today=clock.today(),
            by=permit.person,
        )
        return written(response, unit, await kept.execute(unit, command, asked))

    @router.post("/{unit}/remove-member", name="roll.remove")
    async def remove(
        unit: UUID,
        body: Removing,
        response: Response,
        permit: Annotated[Permit, may],
        asked: Annotated[Intent, Depends(intent)],
    ) -> Written:
        permit.on(unit)
        command = trade.RemoveMember(
            person=body.person,
            status=body.status,
            cause=body.cause,
            on=body.on,
            today=clock.today(),
            by=permit.person,
        )
        return written(response, unit, await kept.execute(unit, command, asked))

    @router.get("/{unit}", name="roll.show")
    async def show(
        unit: UUID, permit: Annotated[Permit, may], known: Annotated[Wanted, Depends(wanted)]
    ) -> RollShown:
        permit.on(unit)
        async with reader(known, rolls.model) as page:
            [found] = await rolls.of(page, [unit]) or [
                rolls.Roll(unit=unit, official=0, probationary=0, opened_on=None, members=[])
            ]
            return RollShown(
                unit=unit,
                version=found.version,
                official=found.official,
                probationary=found.probationary,
                opened_on=found.opened_on,
                members=[MemberShown.model_validate(one, from_attributes=True) for one in found.members],
                as_of=as_of_json(page),
            )

    return router
