"""HTTP in for plans, allocations and unit plans."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, Field

from ketnap.common.access import Permit
from ketnap.common.clock import Clock
from ketnap.common.execute import Aggregate, Intent
from ketnap.common.http import Gate, Trade, Written, any_intent, guarded, intent, new_intent, within, written
from ketnap.common.reading import AsOf, Reader, Wanted, as_of_json, wanted
from ketnap.contracts.statistics import Strictness
from ketnap.statistics import allocation, plan, unit_plan
from ketnap.statistics.definitions import DEFINITIONS
from ketnap.statistics.ground import Ground, TreeView
from ketnap.statistics.measures import Measure
from ketnap.statistics.population import EVERYBODY, Population
from ketnap.statistics.standpoint import Choice, quota_of, resolve
from ketnap.statistics.views import ledger, plans, quotas

type Plans = Aggregate[plan.Command, plan.State, plan.Event]
type Allocations = Aggregate[allocation.Command, allocation.State, allocation.Event]
type UnitPlans = Aggregate[unit_plan.Command, unit_plan.State, unit_plan.Event]

Text = Annotated[str, Field(min_length=1, max_length=500)]
Line = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[a-z0-9_]+$")]
Percentage = Annotated[str, Field(pattern=r"^\d{1,3}([.,]\d{1,4})?%?$")]
People = Annotated[int, Field(ge=0, le=10_000_000)]
Words = Mapping[str, Annotated[list[str], Field(max_length=50)]]
Allocable = Literal[
    "absolute", "percent_of_base", "range_of_base", "share_of_measure", "per_unit", "breakdown"
]


class Drafting(Trade):
    """`curve`: what share of the quota is planned by the end of each month, cumulative; empty: a straight line."""

    unit: UUID
    title: Text
    period_from: date
    period_until: date
    curve: Annotated[list[Percentage], Field(max_length=120, default_factory=list)]
    unit_plans_due: date | None = None


class BasisGiven(Trade):
    instrument: Text
    text: Text
    source: Annotated[str, Field(max_length=500)] = ""


class TargetGiven(Trade):
    """One line; which fields are needed depends on the kind."""

    line: Line
    title: Text
    kind: Allocable
    measure: Annotated[str, Field(max_length=60)] = "admitted"
    strictness: Strictness
    include: Words = Field(default_factory=dict)
    exclude: Words = Field(default_factory=dict)
    value: People | None = None
    percent: Percentage | None = None
    percent_until: Percentage | None = None
    base: People | None = None
    base_on: date | None = None
    base_text: Annotated[str, Field(max_length=500)] = ""
    each_include: Words = Field(default_factory=dict)
    part_of: Line | None = None
    rounding: Literal["TRUNC", "HALF_UP", "CEIL", "FLOOR", "MANUAL"] = "HALF_UP"
    decimals: Annotated[int, Field(ge=0, le=4)] = 1
    allocable: bool = False
    bases: Annotated[list[BasisGiven], Field(min_length=1, max_length=20)]


class Issuing(Trade):
    instrument: Text
    on: date


class OverGiven(Trade):
    amount: Annotated[int, Field(ge=1, le=1_000_000)]
    reason: Text


class Preparing(Trade):
    """What each unit directly below gets, what is kept, and an excess that was approved."""

    shares: Annotated[dict[UUID, People], Field(min_length=1, max_length=5000)]
    reserve: People = 0
    over: OverGiven | None = None


class Deciding(Trade):
    decision: Text
    on: date
    reason: Text | None = None


class Sending(Trade):
    proposed: People
    on: date


class PlanShown(BaseModel):
    plan: UUID
    unit: UUID | None
    title: str | None
    period_from: date | None
    period_until: date | None
    stage: str
    instrument: str | None
    issued_on: date | None
    unit_plans_due: date | None
    lines: list[str]


class PlansShown(BaseModel):
    plans: list[PlanShown]
    as_of: AsOf


class AllocationWritten(Written):
    allocation: UUID


class MeasureUnknown(plan.TargetIncomplete):
    """Chỉ tiêu “{line}” dùng chỉ số “{what}” không có trong danh mục.

    The target “{line}” uses the figure “{what}”, which is not in the catalogue.
    """


def create(
    gate: Gate, reader: Reader, planned: Plans, allocated: Allocations, sent: UnitPlans, clock: Clock
) -> APIRouter:
    router = guarded("", ["plans"])
    may = Depends(gate)

    @router.post("/plans/{id}/draft", name="plan.draft")
    async def draft(
        id: UUID,
        body: Drafting,
        response: Response,
        permit: Annotated[Permit, may],
        asked: Annotated[Intent, Depends(new_intent)],
    ) -> Written:
        permit.on(body.unit)
        command = plan.DraftPlan(
            plan=id,
            unit=body.unit,
            title=body.title,
            period_from=body.period_from,
            period_until=body.period_until,
            curve=body.curve,
            unit_plans_due=body.unit_plans_due,
            by=permit.person,
        )
        return written(response, id, await planned.execute(id, command, asked))

    @router.post("/plans/{id}/state-target", name="plan.state_target")
    async def state_target(
        id: UUID,
        body: TargetGiven,
        response: Response,
        permit: Annotated[Permit, may],
        asked: Annotated[Intent, Depends(intent)],
    ) -> Written:
        if body.measure not in DEFINITIONS:
            raise MeasureUnknown(line=body.line, what=body.measure)
        command = plan.StateTarget(target=_target(body), by=permit.person)
        return written(response, id, await planned.execute(id, within(permit, _unit, command), asked))

    @router.post("/plans/{id}/submit", name="plan.submit")
    async def submit(
        id: UUID,
        response: Response,
        permit: Annotated[Permit, may],
        asked: Annotated[Intent, Depends(intent)],
    ) -> Written:
        command = plan.SubmitPlan(by=permit.person)
        return written(response, id, await planned.execute(id, within(permit, _unit, command), asked))

    @router.post("/plans/{id}/issue", name="plan.issue")
    async def issue(
        id: UUID,
        body: Issuing,
        response: Response,
        permit: Annotated[Permit, may],
        asked: Annotated[Intent, Depends(intent)],
    ) -> Written:
        command = plan.IssuePlan(
            instrument=body.instrument, on=body.on, today=clock.today(), by=permit.person
        )
        return written(response, id, await planned.execute(id, within(permit, _unit, command), asked))

    @router.get("/plans", name="plan.list")
    async def of_unit(
        unit: UUID, permit: Annotated[Permit, may], known: Annotated[Wanted, Depends(wanted)]
    ) -> PlansShown:
        """Plans that hold for a unit: those issued by it and above it, and its own drafts."""
        permit.on(unit)
        async with reader(known, plans.model) as page:
            chain = permit.tree.chain(unit, clock.today())
            issued = await plans.issued(page, chain, page.position)
            drafts = [found for found in await plans.of_unit(page, unit) if found.stage != "issued"]
            return PlansShown(plans=[_shown(found) for found in (*drafts, *issued)], as_of=as_of_json(page))

    @router.post("/plans/{id}/lines/{line}/units/{unit}/prepare", name="allocation.prepare")
    async def prepare(
        id: UUID,
        line: Line,
        unit: UUID,
        body: Preparing,
        response: Response,
        permit: Annotated[Permit, may],
        known: Annotated[Wanted, Depends(wanted)],
        asked: Annotated[Intent, Depends(any_intent)],
    ) -> AllocationWritten:
        """Divide a unit's number among those directly below."""
        permit.on(unit)
        today = clock.today()
        async with reader(known, plans.model, quotas.model) as page:
            at = await resolve(page, gate.access.db, gate.access, Choice(unit=unit, plan=id), today)
            target = at.plan.target(line) if at.plan else None
            given = await quota_of(page, at, target, unit) if target and target.allocable else None
        command = allocation.PrepareAllocation(
            plan=id,
            line=line,
            unit=unit,
            given=given,
            shares=body.shares,
            children=frozenset(permit.tree.children(unit, today)),
            reserve=body.reserve,
            over=allocation.OverAllocation(amount=body.over.amount, reason=body.over.reason)
            if body.over
            else None,
            by=permit.person,
        )
        key = allocation.allocation_id(id, line, unit)
        answer = written(response, key, await allocated.execute(key, command, asked))
        return AllocationWritten(**answer.model_dump(), allocation=key)

    @router.post("/allocations/{id}/submit", name="allocation.submit")
    async def submit_allocation(
        id: UUID,
        response: Response,
        permit: Annotated[Permit, may],
        asked: Annotated[Intent, Depends(intent)],
    ) -> Written:
        command = allocation.SubmitAllocation(by=permit.person)
        return written(response, id, await allocated.execute(id, within(permit, _giver, command), asked))

    @router.post("/allocations/{id}/issue", name="allocation.issue")
    async def issue_allocation(
        id: UUID,
        body: Deciding,
        response: Response,
        permit: Annotated[Permit, may],
        known: Annotated[Wanted, Depends(wanted)],
        asked: Annotated[Intent, Depends(intent)],
    ) -> Written:
        async def make(state: allocation.State) -> allocation.Command:
            permit.on(state.unit)
            prepared = state.prepared
            admitted: Mapping[UUID, int] = {}
            if prepared is not None:
                async with reader(known, plans.model, ledger.model) as page:
                    choice = Choice(unit=prepared.unit, plan=prepared.plan)
                    at = await resolve(page, gate.access.db, gate.access, choice, clock.today())
                    found = await ledger.sums(
                        page,
                        at.asked((Measure.ADMITTED,), stock=False, population=EVERYBODY),
                        at.ground.turning_days,
                    )
                    counted = Ground(at.ground.tree, prepared.unit, at.as_of, TreeView.DAY).by_row(found)
                    admitted = {unit: number for unit, number in counted.items() if unit is not None}
            return allocation.IssueAllocation(
                decision=body.decision,
                on=body.on,
                today=clock.today(),
                admitted=admitted,
                reason=body.reason,
                by=permit.person,
            )

        return written(response, id, await allocated.execute(id, make, asked))

    @router.post("/plans/{id}/units/{unit}/send", name="unit_plan.send")
    async def send(
        id: UUID,
        unit: UUID,
        body: Sending,
        response: Response,
        permit: Annotated[Permit, may],
        known: Annotated[Wanted, Depends(wanted)],
        asked: Annotated[Intent, Depends(any_intent)],
    ) -> Written:
        """A unit sends its own plan up; a later one replaces it."""
        permit.on(unit)
        async with reader(known, plans.model) as page:
            found = await plans.one(page, id)
        asks = found if found and found.unit in permit.tree.chain(unit, clock.today()) else None
        command = unit_plan.SendUnitPlan(
            plan=id,
            unit=unit,
            proposed=body.proposed,
            due_on=asks.unit_plans_due if asks else None,
            on=body.on,
            today=clock.today(),
            by=permit.person,
        )
        key = unit_plan.unit_plan_id(id, unit)
        return written(response, key, await sent.execute(key, command, asked))

    return router


def _target(given: TargetGiven) -> plan.Target:
    return plan.Target(
        line=given.line,
        title=given.title,
        kind=given.kind,
        measure=given.measure,
        strictness=given.strictness,
        population=Population(include=given.include, exclude=given.exclude),
        value=given.value,
        percent=given.percent,
        percent_until=given.percent_until,
        base=given.base,
        base_on=given.base_on,
        base_text=given.base_text,
        each=Population(include=given.each_include, exclude={}),
        part_of=given.part_of,
        rounding=given.rounding,
        decimals=given.decimals,
        allocable=given.allocable,
        bases=[
            plan.LegalBasis(instrument=basis.instrument, text=basis.text, source=basis.source)
            for basis in given.bases
        ],
    )


def _unit(state: plan.State) -> UUID | None:
    match state:
        case plan.NoPlan():
            return None
        case plan.Draft(unit=unit) | plan.Issued(unit=unit):
            return unit


def _giver(state: allocation.State) -> UUID | None:
    return state.unit


def _shown(found: plans.Plan) -> PlanShown:
    return PlanShown(
        plan=found.plan,
        unit=found.unit,
        title=found.title,
        period_from=found.period_from,
        period_until=found.period_until,
        stage=found.stage,
        instrument=found.instrument,
        issued_on=found.issued_on,
        unit_plans_due=found.unit_plans_due,
        lines=[target.line for target in found.targets],
    )
