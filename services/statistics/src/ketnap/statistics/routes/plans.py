"""HTTP in for plans: drafted, their targets stated, submitted, issued, shown and judged."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, Field

from ketnap.common.access import Permit
from ketnap.common.clock import Clock
from ketnap.common.execute import Aggregate, Intent
from ketnap.common.http import Gate, Trade, Written, guarded, intent, new_intent, within, written
from ketnap.common.reading import AsOf, as_of_json
from ketnap.contracts.statistics import Strictness
from ketnap.statistics import plan
from ketnap.statistics.definitions import MEASURABLE
from ketnap.statistics.plan_page import (
    DraftShown,
    PlanListed,
    PlanPage,
    draft_shown,
    plan_listed,
    plan_page,
)
from ketnap.statistics.population import Population
from ketnap.statistics.routes.looking import Looking, There
from ketnap.statistics.standpoint import Choice
from ketnap.statistics.views import plans

type Plans = Aggregate[plan.Command, plan.State, plan.Event]

Text = Annotated[str, Field(min_length=1, max_length=500)]
Line = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[a-z0-9_]+$")]
PercentText = Annotated[str, Field(pattern=r"^\d{1,3}([.,]\d{1,4})?%?$")]
People = Annotated[int, Field(ge=0, le=10_000_000)]
Words = Mapping[str, Annotated[list[str], Field(max_length=50)]]
Kind = Literal["absolute", "percent_of_base", "range_of_base", "share_of_measure", "per_unit", "breakdown"]


class Drafting(Trade):
    """`curve`: what share of the number is planned by the end of each month, cumulative; empty: a straight line.

    `unit_plans_due`: units below send plans of their own before this day.
    """

    unit: UUID
    title: Text
    period_from: date
    period_until: date
    curve: Annotated[list[PercentText], Field(max_length=120, default_factory=list)]
    unit_plans_due: date | None = None


class BasisGiven(Trade):
    """`instrument`: its key in the register, `issuer/type/number/date`."""

    instrument: Text
    text: Text
    source: Annotated[str, Field(max_length=500)] = ""


class TargetGiven(Trade):
    """One line; which fields are needed, and which are not used, depends on the kind."""

    line: Line
    title: Text
    kind: Kind
    measure: Annotated[str, Field(max_length=60)] = "admitted"
    strictness: Strictness
    include: Words = Field(default_factory=dict)
    exclude: Words = Field(default_factory=dict)
    value: People | None = None
    percent: PercentText | None = None
    percent_until: PercentText | None = None
    base: People | None = None
    base_on: date | None = None
    base_text: Annotated[str, Field(max_length=500)] = ""
    each_include: Words = Field(default_factory=dict)
    part_of: Line | None = None
    exclusive: bool = True
    rounding: Literal["TRUNC", "HALF_UP", "CEIL", "FLOOR", "MANUAL"] = "HALF_UP"
    decimals: Annotated[int, Field(ge=0, le=4)] = 1
    allocable: bool = False
    bases: Annotated[list[BasisGiven], Field(min_length=1, max_length=20)]


class Issuing(Trade):
    """`instrument`: the key of the plan itself in the register; `on`: its day."""

    instrument: Text
    on: date


class PlansListed(BaseModel):
    plans: list[PlanListed]
    as_of: AsOf


class PlanShown(BaseModel):
    """`page`: the plan as it was issued, judged for the unit. `draft`: what waits to be issued, for its own committee."""

    page: PlanPage | None
    draft: DraftShown | None
    as_of: AsOf


class MeasureUnknown(plan.TargetIncomplete):
    """Chỉ tiêu “{line}” dùng chỉ số “{what}” không có trong danh mục. Hãy chọn một trong: {known}.

    The target “{line}” uses the figure “{what}”, which is not in the catalogue. Choose one of: {known}.
    """


def create(gate: Gate, looking: Looking, planned: Plans, clock: Clock) -> APIRouter:
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
        """A plan of a committee for a period; any unit of either hierarchy may have one."""
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
        """State one line, or state it anew. Of an issued plan the change holds when it is issued again."""
        if body.measure not in MEASURABLE:
            raise MeasureUnknown(line=body.line, what=body.measure, known=", ".join(MEASURABLE))
        command = plan.StateTarget(target=_target(body), by=permit.person)
        return written(response, id, await planned.execute(id, within(permit, _unit, command), asked))

    @router.post("/plans/{id}/submit", name="plan.submit")
    async def submit(
        id: UUID,
        response: Response,
        permit: Annotated[Permit, may],
        asked: Annotated[Intent, Depends(intent)],
    ) -> Written:
        """Hand it to another person to issue."""
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
        """Issue what was submitted, under its instrument: by another person than who submitted it."""
        command = plan.IssuePlan(
            instrument=body.instrument, on=body.on, today=clock.today(), by=permit.person
        )
        return written(response, id, await planned.execute(id, within(permit, _unit, command), asked))

    @router.get("/plans", name="plan.list")
    async def of_unit(unit: UUID, permit: Annotated[Permit, may], known: There) -> PlansListed:
        """Plans that hold for a unit: those issued by it and above it, and its own that are not issued yet."""
        permit.on(unit)
        async with looking.page(known) as page:
            tree = looking.trees.at(page.position).tree
            chain = tree.chain(unit, clock.today()) if unit in tree.units else [unit]
            rows = await plans.of_units(page, chain)
            listed = [plan_listed(tree, row, clock.today()) for row in rows if row.issues or row.unit == unit]
            return PlansListed(plans=listed, as_of=as_of_json(page))

    @router.get("/plans/{id}", name="plan.show")
    async def show(
        id: UUID,
        permit: Annotated[Permit, may],
        known: There,
        unit: Annotated[UUID | None, Query(description="For whom it is judged; default: its issuer")] = None,
        as_of: date | None = None,
        known_on: date | None = None,
        known_at: Annotated[int | None, Query(alias="known", ge=0, le=2**62)] = None,
    ) -> PlanShown:
        """The plan with its targets judged, its number divided, its curve, and by which acts a unit has its quota."""
        async with looking.page(known) as page:
            row = await plans.one(page, id)
            tree = looking.trees.at(page.position).tree
            issuer = row.unit if row else None
            mine = [top for top in permit.tops() if top in tree.units]
            under = [top for top in mine if issuer in tree.chain(top, clock.today())]
            own = issuer is not None and issuer in permit.units()
            asked = unit or (issuer if own or not under else under[0])
            permit.on(asked)
            if row is None or asked is None:
                raise plan.PlanUnknown
            shown = None
            if row.issues:
                choice = Choice(unit=asked, plan=id, as_of=as_of, known_on=known_on, known=known_at)
                look = await looking.look(page, choice)
                shown = await plan_page(look.counts, look.shown)
            draft = draft_shown(row) if own else None
            if shown is None and draft is None:
                raise plan.PlanUnknown
            return PlanShown(page=shown, draft=draft, as_of=as_of_json(page))

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
        exclusive=given.exclusive,
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
        case plan.Planned(unit=unit):
            return unit
