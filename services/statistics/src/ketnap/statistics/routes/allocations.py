"""HTTP in for allocations, and for the plans that units send up."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, Field

from ketnap.common.access import Permit
from ketnap.common.clock import Clock
from ketnap.common.execute import Aggregate, Intent
from ketnap.common.http import Gate, Trade, Written, any_intent, guarded, intent, within, written
from ketnap.common.reading import Wanted
from ketnap.statistics import allocation, unit_plan
from ketnap.statistics.definitions import of_measure
from ketnap.statistics.given import division_of, quota_of
from ketnap.statistics.plan import Target
from ketnap.statistics.routes.looking import Look, Looking, There
from ketnap.statistics.routes.plans import Line, People, Text
from ketnap.statistics.standpoint import Choice
from ketnap.statistics.views import plans

type Allocations = Aggregate[allocation.Command, allocation.State, allocation.Event]
type UnitPlans = Aggregate[unit_plan.Command, unit_plan.State, unit_plan.Event]


class OverGiven(Trade):
    amount: Annotated[int, Field(ge=1, le=1_000_000)]
    reason: Text


class Preparing(Trade):
    """What each unit directly below gets, what is kept, and how much more than there is was given, with the reason."""

    shares: Annotated[dict[UUID, People], Field(min_length=1, max_length=5000)]
    reserve: People = 0
    over: OverGiven | None = None


class Deciding(Trade):
    """`reason`: needed when somebody would get less than they have reached already."""

    decision: Text
    on: date
    reason: Text | None = None


class Sending(Trade):
    """`reason`: needed for what was sent more than 30 days ago."""

    proposed: People
    on: date
    reason: Text | None = None


class AllocationWritten(Written):
    allocation: UUID


class OverShown(BaseModel):
    amount: int
    reason: str


class PreparedShown(BaseModel):
    """What waits to be submitted or issued; `submitted_by`: a person who may not issue it."""

    given: int
    shares: dict[UUID, int]
    reserve: int
    over: OverShown | None
    submitted_by: UUID | None


class AllocationStands(BaseModel):
    """How a unit divides its number under a line: as decided last, and as prepared. `given`: as known now."""

    allocation: UUID
    plan: UUID
    line: str
    unit: UUID
    version: int
    given: int | None
    shares: dict[UUID, int]
    reserve: int
    over_allocation: int
    decided_on: date | None
    prepared: PreparedShown | None


def create(gate: Gate, looking: Looking, allocated: Allocations, sent: UnitPlans, clock: Clock) -> APIRouter:
    router = guarded("", ["plans"])
    may = Depends(gate)

    async def given_to(look: Look, line: str) -> tuple[Target | None, int | None]:
        """The line, and the number the unit has to divide under it; None: none that can be divided."""
        target = look.at.plan.target(line) if look.at.plan else None
        if target is None or not target.allocable:
            return None, None
        return target, await quota_of(look.page, look.at, target)

    @router.post("/plans/{id}/lines/{line}/units/{unit}/prepare", name="allocation.prepare")
    async def prepare(
        id: UUID,
        line: Line,
        unit: UUID,
        body: Preparing,
        response: Response,
        permit: Annotated[Permit, may],
        known: There,
        asked: Annotated[Intent, Depends(any_intent)],
    ) -> AllocationWritten:
        """Divide a unit's number among those directly below; what was prepared before and not issued is replaced."""
        permit.on(unit)

        async def make(_: allocation.State) -> allocation.Command:
            async with looking(known, Choice(unit=unit, plan=id)) as look:
                given = (await given_to(look, line))[1]
                children = frozenset(look.at.ground.tree.children(unit, clock.today()))
            return allocation.PrepareAllocation(
                plan=id,
                line=line,
                unit=unit,
                given=given,
                shares=body.shares,
                children=children,
                reserve=body.reserve,
                over=allocation.OverAllocation(amount=body.over.amount, reason=body.over.reason)
                if body.over
                else None,
                by=permit.person,
            )

        key = allocation.allocation_id(id, line, unit)
        answer = written(response, key, await allocated.execute(key, make, asked))
        return AllocationWritten(**answer.model_dump(), allocation=key)

    @router.get("/plans/{id}/lines/{line}/units/{unit}/allocation", name="allocation.show")
    async def show(
        id: UUID,
        line: Line,
        unit: UUID,
        response: Response,
        permit: Annotated[Permit, may],
        known: There,
    ) -> AllocationStands:
        """What was divided, and what waits for a signature. The ETag is the version that a command must name."""
        permit.on(unit)
        async with looking(known, Choice(unit=unit, plan=id)) as look:
            _, given = await given_to(look, line)
        key = allocation.allocation_id(id, line, unit)
        state, version = await allocated.state(key)
        response.headers["ETag"] = f'"{version}"'
        return AllocationStands(
            allocation=key,
            plan=id,
            line=line,
            unit=unit,
            version=version,
            given=given,
            shares=dict(state.issued),
            reserve=state.reserve,
            over_allocation=state.over,
            decided_on=state.decided_on,
            prepared=_prepared(state.prepared),
        )

    @router.post("/allocations/{id}/submit", name="allocation.submit")
    async def submit(
        id: UUID,
        response: Response,
        permit: Annotated[Permit, may],
        asked: Annotated[Intent, Depends(intent)],
    ) -> Written:
        """Hand it to another person to issue; it must balance."""
        command = allocation.SubmitAllocation(by=permit.person)
        return written(response, id, await allocated.execute(id, within(permit, _giver, command), asked))

    @router.post("/allocations/{id}/issue", name="allocation.issue")
    async def issue(
        id: UUID,
        body: Deciding,
        response: Response,
        permit: Annotated[Permit, may],
        known: There,
        asked: Annotated[Intent, Depends(intent)],
    ) -> Written:
        """Issue what was submitted, by a decision: by another person than who submitted it."""

        async def make(state: allocation.State) -> allocation.Command:
            permit.on(state.unit)
            return await _issuing(body, state, known, permit.person)

        return written(response, id, await allocated.execute(id, make, asked))

    async def _issuing(
        body: Deciding, state: allocation.State, known: Wanted, by: UUID
    ) -> allocation.IssueAllocation:
        given: int | None = None
        reached: dict[UUID, int] = {}
        inherited: dict[UUID, int] = {}
        if state.prepared is not None:
            choice = Choice(unit=state.prepared.unit, plan=state.prepared.plan)
            async with looking(known, choice) as look:
                target, given = await given_to(look, state.prepared.line)
                if target is not None:
                    counted = of_measure(target.measure, target.title, target.population)
                    rows = await look.counts.rows(counted)
                    reached = {unit: number for unit, number in rows.items() if unit is not None}
                    inherited = (await division_of(look.page, look.at, target)).shares
        return allocation.IssueAllocation(
            decision=body.decision,
            on=body.on,
            today=clock.today(),
            given=given,
            reached=reached,
            inherited=inherited,
            reason=body.reason,
            by=by,
        )

    @router.post("/plans/{id}/units/{unit}/send", name="unit_plan.send")
    async def send(
        id: UUID,
        unit: UUID,
        body: Sending,
        response: Response,
        permit: Annotated[Permit, may],
        known: There,
        asked: Annotated[Intent, Depends(any_intent)],
    ) -> Written:
        """A unit sends its own plan up; a later one replaces it, the first one says whether it was in time."""
        permit.on(unit)

        async def make(_: unit_plan.State) -> unit_plan.Command:
            async with looking.page(known) as page:
                found = await plans.one(page, id)
                tree = looking.trees.at(page.position).tree
            above = tree.chain(unit, clock.today())[1:] if unit in tree.units else []
            asks = found if found and found.issues and found.unit in above else None
            return unit_plan.SendUnitPlan(
                plan=id,
                unit=unit,
                proposed=body.proposed,
                due_on=asks.unit_plans_due if asks else None,
                on=body.on,
                today=clock.today(),
                by=permit.person,
                reason=body.reason,
            )

        key = unit_plan.unit_plan_id(id, unit)
        return written(response, key, await sent.execute(key, make, asked))

    return router


def _prepared(prepared: allocation.Prepared | None) -> PreparedShown | None:
    if prepared is None:
        return None
    over = prepared.over
    return PreparedShown(
        given=prepared.given,
        shares=dict(prepared.shares),
        reserve=prepared.reserve,
        over=OverShown(amount=over.amount, reason=over.reason) if over else None,
        submitted_by=prepared.submitted_by,
    )


def _giver(state: allocation.State) -> UUID | None:
    return state.unit
