"""The plan: its targets with formula, base, strictness and legal bases, each measured against what was done."""

from datetime import date
from uuid import UUID

from pydantic import BaseModel

from ketnap.common.tree import Tree
from ketnap.statistics.counts import Counts
from ketnap.statistics.curves import CurveShown, curve_shown
from ketnap.statistics.evidence import QuotaAct, act_shown
from ketnap.statistics.given import acts_of
from ketnap.statistics.plan import Target
from ketnap.statistics.progress import Progress, main_of, preload, total
from ketnap.statistics.shown import StandpointShown
from ketnap.statistics.targets import AllocationShown, TargetShown, allocation, judged
from ketnap.statistics.views.plans import Row


class IssueShown(BaseModel):
    """`instrument`: a key of registry's register, `issuer/type/number/date`."""

    instrument: str
    on: date
    position: int


class PlanListed(BaseModel):
    """`issues`: each time that targets were issued, in order; none of a draft. `version`: what a command must name."""

    plan: UUID
    unit: UUID
    unit_name: str
    title: str
    period_from: date
    period_until: date
    issues: list[IssueShown]
    submitted: bool
    unit_plans_due: date | None
    divides: str | None
    version: int


class Given(BaseModel):
    """A number that the unit has under a line: by these acts, and divided so."""

    line: str
    title: str
    acts: list[QuotaAct]
    allocation: AllocationShown | None


class PlanPage(BaseModel):
    """`given`: of every line that has a number for the unit."""

    standpoint: StandpointShown
    plan: UUID
    title: str
    issuer: UUID
    issuer_name: str
    period_from: date
    period_until: date
    issues: list[IssueShown]
    total: Progress
    targets: list[TargetShown]
    given: list[Given]
    curve: CurveShown


class DraftShown(BaseModel):
    """`targets`: as they stand on the desk; issued or not. `submitted_by`: a person who may not issue it."""

    plan: UUID
    unit: UUID
    title: str
    period_from: date
    period_until: date
    unit_plans_due: date | None
    curve: list[str]
    targets: list[Target]
    changed: bool
    submitted_by: UUID | None
    version: int


async def plan_page(counts: Counts, shown: StandpointShown) -> PlanPage:
    """Of a standpoint that has a plan."""
    at = counts.at
    plan = at.plan
    if plan is None:
        raise ValueError("a plan's page needs a plan")
    main = main_of(at)
    await preload(counts, main)
    return PlanPage(
        standpoint=shown,
        plan=plan.plan,
        title=plan.title,
        issuer=plan.unit,
        issuer_name=at.ground.name(plan.unit),
        period_from=plan.period_from,
        period_until=plan.period_until,
        issues=[
            IssueShown(instrument=issue.instrument, on=issue.on, position=issue.position)
            for issue in plan.issues
        ],
        total=await total(counts, main),
        targets=await judged(counts),
        given=[
            Given(
                line=target.line,
                title=target.title,
                acts=[act_shown(at, act) for act in acts],
                allocation=await allocation(counts, target),
            )
            for target in plan.targets
            if (acts := await acts_of(counts.page, at, target))
        ],
        curve=curve_shown(at),
    )


def plan_listed(tree: Tree, row: Row, today: date) -> PlanListed:
    if row.unit is None or row.period_from is None or row.period_until is None:
        raise ValueError(f"plan {row.plan} was never drafted")
    targets = row.issues[-1].targets if row.issues else row.stated
    main = next((t for t in targets if t.allocable and t.part_of is None), None)
    return PlanListed(
        plan=row.plan,
        unit=row.unit,
        unit_name=tree.units[row.unit].name(today) if row.unit in tree.units else "",
        title=row.title or "",
        period_from=row.period_from,
        period_until=row.period_until,
        issues=[IssueShown(instrument=i.instrument, on=i.on, position=i.position) for i in row.issues],
        submitted=row.submitted_by is not None,
        unit_plans_due=row.unit_plans_due,
        divides=main.line if main else None,
        version=row.version,
    )


def draft_shown(row: Row) -> DraftShown:
    if row.unit is None or row.period_from is None or row.period_until is None:
        raise ValueError(f"plan {row.plan} was never drafted")
    return DraftShown(
        plan=row.plan,
        unit=row.unit,
        title=row.title or "",
        period_from=row.period_from,
        period_until=row.period_until,
        unit_plans_due=row.unit_plans_due,
        curve=row.curve,
        targets=row.stated,
        changed=row.stated != (row.issues[-1].targets if row.issues else []),
        submitted_by=row.submitted_by,
        version=row.version,
    )
