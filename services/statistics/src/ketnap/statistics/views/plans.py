"""Plans: their targets as issued, their curve, and which units sent plans of their own in time."""

from collections.abc import Collection, Mapping
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

table = Table(
    "plans",
    MetaData(),
    Column("plan", Uuid, primary_key=True),
    Column("unit", Uuid),
    Column("title", Text),
    Column("period_from", Date),
    Column("period_until", Date),
    Column("stage", Text, nullable=False),
    Column("instrument", Text),
    Column("issued_on", Date),
    Column("issued_position", BigInteger),
    Column("unit_plans_due", Date),
    Column("curve", JSONB, nullable=False),
    Column("targets", JSONB, nullable=False),
    Column("unit_plans", JSONB, nullable=False),
)


@frozen
class UnitPlan:
    proposed: int
    on: date
    position: int


@frozen
class Plan:
    plan: UUID
    unit: UUID | None = None
    title: str | None = None
    period_from: date | None = None
    period_until: date | None = None
    stage: str = ""
    instrument: str | None = None
    issued_on: date | None = None
    issued_position: int | None = None
    unit_plans_due: date | None = None
    curve: list[str]
    targets: list[Target]
    unit_plans: Mapping[UUID, list[UnitPlan]]

    def target(self, line: str) -> Target | None:
        return next((target for target in self.targets if target.line == line), None)

    @property
    def main(self) -> Target | None:
        """The line whose number is divided among the units: the one that is no part of another."""
        return next((t for t in self.targets if t.allocable and t.part_of is None), None)


type Event = plan.Event | UnitPlanSent


def fold(row: Plan, event: Event, logged: Logged) -> Plan:
    match event:
        case PlanDrafted():
            return replace(
                row,
                unit=event.unit,
                title=event.title,
                period_from=event.period_from,
                period_until=event.period_until,
                stage="draft",
                unit_plans_due=event.unit_plans_due,
                curve=list(event.curve),
            )
        case TargetStated(target=target):
            others = [known for known in row.targets if known.line != target.line]
            return replace(row, targets=[*others, target], stage="draft")
        case PlanSubmitted():
            return replace(row, stage="submitted")
        case PlanIssued(instrument=instrument, targets=targets, on=on):
            return replace(
                row,
                stage="issued",
                instrument=instrument,
                issued_on=on,
                issued_position=logged.position,
                targets=list(targets),
            )
        case UnitPlanSent(unit=unit, proposed=proposed, on=on):
            sent = UnitPlan(proposed=proposed, on=on, position=logged.position)
            return replace(row, unit_plans={**row.unit_plans, unit: [*row.unit_plans.get(unit, []), sent]})


def _read(logged: Logged) -> Event:
    return language.plans.read(logged) if logged.type in plan.NAMES else language.unit_plans.read(logged)


model: ReadModel[Plan, Event] = ReadModel(
    table=table,
    row=Plan,
    indexes={"plans": ["(unit, period_from)"]},
    begin=lambda id: Plan(plan=UUID(id), curve=[], targets=[], unit_plans={}),
    types={*plan.NAMES, *unit_plan.NAMES},
    read=_read,
    subjects=lambda event: [str(event.plan)],
    fold=fold,
)


async def one(page: Page, id: UUID) -> Plan | None:
    plans = page.of(model)
    row = (await page.connection.execute(select(plans).where(plans.c.plan == id))).mappings().one_or_none()
    return model.load(row) if row else None


async def issued(page: Page, units: Collection[UUID], known: int) -> list[Plan]:
    """Plans issued by these units, as known at a position, the latest period first."""
    plans = page.of(model)
    rows = await page.connection.execute(
        select(plans)
        .where(plans.c.unit.in_(list(units)), plans.c.issued_position <= known)
        .order_by(plans.c.period_from.desc(), plans.c.plan)
    )
    return [model.load(row) for row in rows.mappings()]


async def of_unit(page: Page, unit: UUID) -> list[Plan]:
    """All plans of a unit, drafts too."""
    plans = page.of(model)
    rows = await page.connection.execute(
        select(plans).where(plans.c.unit == unit).order_by(plans.c.period_from.desc(), plans.c.plan)
    )
    return [model.load(row) for row in rows.mappings()]
