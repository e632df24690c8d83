"""HTTP in for candidacies: introduction, the cell's list, helpers."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, Field

from ketnap.common.access import Permit
from ketnap.common.clock import Clock
from ketnap.common.execute import Aggregate, Intent
from ketnap.common.http import Gate, Trade, Written, guarded, intent, new_intent, within, written
from ketnap.common.reading import AsOf, Reader, Wanted, as_of_json, wanted
from ketnap.contracts.registry import DelistReason
from ketnap.registry import candidacy as trade
from ketnap.registry.routes.places import place
from ketnap.registry.views import candidacies, people, rolls

type Candidacies = Aggregate[trade.Command, trade.State, trade.Event]
Resolution = Annotated[str, Field(min_length=1, max_length=200)]
Reason = Annotated[str, Field(min_length=3, max_length=500)]


class Introducing(Trade):
    """The mass organisation or, without one, members of the cell point to somebody."""

    person: UUID
    unit: UUID
    introduced_by: UUID | None = None
    on: date
    reason: Reason | None = None


class Listing(Trade):
    """The cell's resolution: the name on the list, one or two official members to help."""

    resolution: Resolution
    helpers: Annotated[list[UUID], Field(min_length=1, max_length=2)]
    on: date
    reason: Reason | None = None


class ReplacingHelper(Trade):
    leaves: UUID
    comes: UUID
    on: date
    reason: Reason | None = None


class Delisting(Trade):
    resolution: Resolution
    because: DelistReason
    on: date
    reason: Reason | None = None


class Closing(Trade):
    """The introduction comes to nothing, or the person is gone."""

    because: Literal["not_taken_up", "moved", "own_request", "deceased"]
    on: date
    reason: Reason | None = None


class CandidacyShown(BaseModel):
    candidacy: UUID
    version: int
    person: UUID | None
    unit: UUID | None
    introduced_by: UUID | None
    stage: str
    since: date | None
    helpers: list[UUID]


class CandidaciesShown(BaseModel):
    candidacies: list[CandidacyShown]
    as_of: AsOf


def create(gate: Gate, reader: Reader, introduced: Candidacies, clock: Clock) -> APIRouter:
    router = guarded("/candidacies", ["candidacies"])
    may = Depends(gate)

    @router.post("/{candidacy}/introduce", name="candidacy.introduce")
    async def introduce(
        candidacy: UUID,
        body: Introducing,
        response: Response,
        permit: Annotated[Permit, may],
        known: Annotated[Wanted, Depends(wanted)],
        asked: Annotated[Intent, Depends(new_intent)],
    ) -> Written:
        permit.on(body.introduced_by or body.unit)
        tree = permit.tree

        async def make(_: trade.State) -> trade.Command:
            async with reader(known, people.model) as page:
                found = next(iter(await people.of(page, [body.person])), None)
            permit.on(found.unit if found else None)
            return trade.IntroduceCandidate(
                candidacy=candidacy,
                person=body.person,
                cell=place(tree, body.unit, body.on),
                introduced_by=place(tree, body.introduced_by, body.on) if body.introduced_by else None,
                on=body.on,
                today=clock.today(),
                by=permit.person,
                reason=body.reason,
            )

        return written(response, candidacy, await introduced.execute(candidacy, make, asked))

    @router.post("/{candidacy}/list", name="candidacy.list_sympathiser")
    async def list_sympathiser(
        candidacy: UUID,
        body: Listing,
        response: Response,
        permit: Annotated[Permit, may],
        known: Annotated[Wanted, Depends(wanted)],
        asked: Annotated[Intent, Depends(intent)],
    ) -> Written:
        async def make(state: trade.State) -> trade.Command:
            permit.on(_unit(state))
            async with reader(known, rolls.model) as page:
                officials = await rolls.officials(page, body.helpers)
            return trade.ListSympathiser(
                resolution=body.resolution,
                helpers=body.helpers,
                officials=officials,
                on=body.on,
                today=clock.today(),
                by=permit.person,
                reason=body.reason,
            )

        return written(response, candidacy, await introduced.execute(candidacy, make, asked))

    @router.post("/{candidacy}/replace-helper", name="candidacy.replace_helper")
    async def replace_helper(
        candidacy: UUID,
        body: ReplacingHelper,
        response: Response,
        permit: Annotated[Permit, may],
        known: Annotated[Wanted, Depends(wanted)],
        asked: Annotated[Intent, Depends(intent)],
    ) -> Written:
        async def make(state: trade.State) -> trade.Command:
            permit.on(_unit(state))
            async with reader(known, rolls.model) as page:
                officials = await rolls.officials(page, [body.comes])
            return trade.ReplaceHelper(
                leaves=body.leaves,
                comes=body.comes,
                officials=officials,
                on=body.on,
                today=clock.today(),
                by=permit.person,
                reason=body.reason,
            )

        return written(response, candidacy, await introduced.execute(candidacy, make, asked))

    @router.post("/{candidacy}/delist", name="candidacy.delist")
    async def delist(
        candidacy: UUID,
        body: Delisting,
        response: Response,
        permit: Annotated[Permit, may],
        asked: Annotated[Intent, Depends(intent)],
    ) -> Written:
        command = trade.DelistSympathiser(
            resolution=body.resolution,
            because=body.because,
            on=body.on,
            today=clock.today(),
            by=permit.person,
            reason=body.reason,
        )
        return written(
            response, candidacy, await introduced.execute(candidacy, within(permit, _unit, command), asked)
        )

    @router.post("/{candidacy}/close", name="candidacy.close")
    async def close(
        candidacy: UUID,
        body: Closing,
        response: Response,
        permit: Annotated[Permit, may],
        asked: Annotated[Intent, Depends(intent)],
    ) -> Written:
        command = trade.CloseCandidacy(
            because=body.because, on=body.on, today=clock.today(), by=permit.person, reason=body.reason
        )
        return written(
            response, candidacy, await introduced.execute(candidacy, within(permit, _unit, command), asked)
        )

    @router.get("", name="candidacy.list")
    async def of_unit(
        permit: Annotated[Permit, may],
        known: Annotated[Wanted, Depends(wanted)],
        unit: UUID,
        stage: Annotated[str | None, Query(max_length=40)] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 100,
    ) -> CandidaciesShown:
        """Candidacies in the subtree of a unit, the longest waiting first."""
        permit.on(unit)
        units = permit.tree.subtree(unit, clock.today()) & permit.units()
        async with reader(known, candidacies.model) as page:
            found = await candidacies.of_units(page, units, stage, limit)
            shown = [CandidacyShown.model_validate(one, from_attributes=True) for one in found]
            return CandidaciesShown(candidacies=shown, as_of=as_of_json(page))

    @router.get("/{candidacy}", name="candidacy.show")
    async def show(
        candidacy: UUID, permit: Annotated[Permit, may], known: Annotated[Wanted, Depends(wanted)]
    ) -> CandidacyShown:
        async with reader(known, candidacies.model) as page:
            found = await candidacies.one(page, candidacy)
        permit.on(found.unit if found else None)
        return CandidacyShown.model_validate(found, from_attributes=True)

    return router


def _unit(state: trade.State) -> UUID | None:
    match state:
        case trade.Unknown():
            return None
        case _:
            return state.unit
