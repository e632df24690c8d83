"""Plans: their targets as issued each time, their curve, and which units sent plans of their own."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from sqlalchemy import BigInteger, Column, Date, MetaData, Table, Text, Uuid, select
from sqlalchemy.dialects.postgresql import JSONB

from ketnap.common.frozen import frozen
from ketnap.common.log import Entry as Logged
from ketnap.common.pages import Page
from ketnap.common.readmodel import ReadModel
from ketnap.statistics import language, plan, unit_plan
from ketnap.statistics.plan import PlanDrafted, PlanIssued, PlanSubmitted, Target, TargetStated
from ketnap.statistics.unit_plan import UnitPlanSent
from ketnap.statistics.views.quotas import Act

table = Table(
    "plans",
    MetaData(),
    Column("plan", Uuid, primary_key=True),
    Column("version", BigInteger, nullable=False),
    Column("unit", Uuid),
    Column("title", Text),
    Column("period_from", Date),
    Column("period_until", Date),
    Column("unit_plans_due", Date),
    Column("curve", JSONB, nullable=False),
    Column("stated", JSONB, nullable=False),
    Column("submitted_by", Uuid),
    Column("issues", JSONB, nullable=False),
    Column("unit_plans", JSONB, nullable=False),
    Column("position", BigInteger, nullable=False),
)


@frozen
class UnitPlan:
    proposed: int
    on: date
    position: int


@frozen
class Issue:
    """The targets that hold from a day on, as known from a position on."""

    instrument: str
    targets: list[Target]
    on: date
    position: int


@frozen
class Row:
    """`version`: of the plan's stream; `position`: of the last entry that changed this row."""

    plan: UUID
    version: int = 0
    unit: UUID | None = None
    title: str | None = None
    period_from: date | None = None
    period_until: date | None = None
    unit_plans_due: date | None = None
    curve: list[str]
    stated: list[Target]
    submitted_by: UUID | None = None
    issues: list[Issue]
    unit_plans: Mapping[UUID, list[UnitPlan]]
    position: int = 0


type Event = plan.Event | UnitPlanSent


def fold(row: Row, event: Event, logged: Logged) -> Row:
    row = replace(row, position=logged.position)
    match event:
        case UnitPlanSent(unit=unit, proposed=proposed, on=on):
            sent = UnitPlan(proposed=proposed, on=on, position=logged.position)
            return replace(row, unit_plans={**row.unit_plans, unit: [*row.unit_plans.get(unit, []), sent]})
        case _:
            return _planned(replace(row, version=logged.version), event, logged)


def _planned(row: Row, event: plan.Event, logged: Logged) -> Row:
    match event:
        case PlanDrafted():
            return replace(
                row,
                unit=event.unit,
                title=event.title,
                period_from=event.period_from,
                period_until=event.period_until,
                unit_plans_due=event.unit_plans_due,
                curve=list(event.curve),
            )
        case TargetStated(target=target):
            stated = {known.line: known for known in row.stated} | {target.line: target}
            return replace(row, stated=list(stated.values()), submitted_by=None)
        case PlanSubmitted(by=by):
            return replace(row, submitted_by=by)
        case PlanIssued(instrument=instrument, targets=targets, on=on):
            issue = Issue(instrument=instrument, targets=list(targets), on=on, position=logged.position)
            return replace(row, issues=[*row.issues, issue], submitted_by=None)


def _read(logged: Logged) -> Event:
    return language.plans.read(logged) if logged.type in plan.NAMES else language.unit_plans.read(logged)


model: ReadModel[Row, Event] = ReadModel(
    table=table,
    row=Row,
    indexes={"plans": ["(unit, period_from)", "(position)"]},
    begin=lambda id: Row(plan=UUID(id), curve=[], stated=[], issues=[], unit_plans={}),
    types={*plan.NAMES, *unit_plan.NAMES},
    read=_read,
    subjects=lambda event: [str(event.plan)],
    fold=fold,
)


@frozen
class Plan:
    """An issued plan as it held on a day, as known at a position; `position` is that of the issue that holds."""

    plan: UUID
    unit: UUID
    title: str
    period_from: date
    period_until: date
    unit_plans_due: date | None
    curve: Sequence[str]
    issues: Sequence[Issue]
    unit_plans: Mapping[UUID, Sequence[UnitPlan]]

    @property
    def held(self) -> Issue:
        return self.issues[-1]

    @property
    def position(self) -> int:
        return self.held.position

    @property
    def targets(self) -> Sequence[Target]:
        return self.held.targets

    @property
    def months(self) -> int:
        """Calendar months that the period touches."""
        since, until = self.period_from, self.period_until
        return (until.year - since.year) * 12 + until.month - since.month + 1

    @property
    def main(self) -> Target | None:
        """The line whose number is divided among the units: the one that is no part of another."""
        return next((t for t in self.targets if t.allocable and t.part_of is None), None)

    def target(self, line: str) -> Target | None:
        return next((target for target in self.targets if target.line == line), None)

    def acts(self, target: Target) -> list[Act]:
        """What each issue changed of the number that the plan states."""
        found: list[Act] = []
        was = 0
        for issue in self.issues:
            value = next((t.value or 0 for t in issue.targets if t.line == target.line), 0)
            if value != was:
                act = Act(
                    kind="plan",
                    delta=value - was,
                    effective_on=issue.on,
                    decision=issue.instrument,
                    giver=self.unit,
                    unit=self.unit,
                    position=issue.position,
                )
                found.append(act)
            was = value
        return found


async def one(page: Page, id: UUID) -> Row | None:
    plans = page.of(model)
    row = (await page.connection.execute(select(plans).where(plans.c.plan == id))).mappings().one_or_none()
    return model.load(row) if row else None


async def of_units(page: Page, units: Collection[UUID]) -> list[Row]:
    """All plans of these units, drafts too, the latest period first."""
    plans = page.of(model)
    rows = await page.connection.execute(
        select(plans)
        .where(plans.c.unit.in_(list(units)))
        .order_by(plans.c.period_from.desc(), plans.c.period_until, plans.c.plan)
    )
    return [model.load(row) for row in rows.mappings()]


async def issued(page: Page, units: Collection[UUID], known: int, day: date) -> list[Plan]:
    """Plans that these units have issued, as known at a position, as they held on a day."""
    found = (held(row, known, day) for row in await of_units(page, units))
    return [plan for plan in found if plan is not None]


def held(row: Row, known: int, day: date) -> Plan | None:
    """An issue holds from its day on; the first one holds for the whole period."""
    issues = [issue for issue in row.issues if issue.position <= known]
    if not issues or row.unit is None or row.period_from is None or row.period_until is None:
        return None
    sent = {
        unit: found
        for unit, plans in row.unit_plans.items()
        if (found := [plan for plan in plans if plan.position <= known])
    }
    return Plan(
        plan=row.plan,
        unit=row.unit,
        title=row.title or "",
        period_from=row.period_from,
        period_until=row.period_until,
        unit_plans_due=row.unit_plans_due,
        curve=row.curve,
        issues=issues[:1] + [issue for issue in issues[1:] if issue.on <= day],
        unit_plans=sent,
    )
