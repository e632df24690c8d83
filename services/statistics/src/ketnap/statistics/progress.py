"""Progress against quotas: a unit, and each of its rows, by the published formula."""

from collections.abc import Mapping
from decimal import Decimal
from uuid import UUID

from pydantic import BaseModel

from ketnap.common.frozen import frozen
from ketnap.common.pages import Page
from ketnap.rules import status
from ketnap.rules.rounding import Rounding
from ketnap.rules.status_formula import formula
from ketnap.statistics.definitions import Definition, definition, of_measure
from ketnap.statistics.measures import DOSSIERS, Measure
from ketnap.statistics.plan import Target
from ketnap.statistics.shown import Number, Percentage, decimal, percentage
from ketnap.statistics.standpoint import Counts, Standpoint, quota_of, quotas_of

FORMULA = formula()


class PlanToDate(BaseModel):
    """The cumulative plan on the day: percent of the quota (exact, as text), and people (half up)."""

    percent: Decimal
    percent_exact: str
    people: Decimal


class Progress(BaseModel):
    """Where a unit, a row or a total stands. `status`: achieved, on_track, urge, at_risk, not_assessed."""

    quota: Number | None
    actual: Number
    percent: Percentage | None
    dossiers: Number
    steps: dict[str, Number]
    forecast: Decimal
    status: str
    small: bool
    gap: Decimal | None
    planned: PlanToDate | None
    needed_per_month: int | None
    average_per_month: int | None
    months_left: int | None


class Row(BaseModel):
    """A unit below; `outside` (no unit): what belongs to the unit itself and to no row."""

    unit: UUID | None
    name: str | None
    kind: str | None
    ended: bool
    progress: Progress
    members: Number
    sympathisers: Number
    sympathisers_certified: Number
    has_rows: bool


@frozen
class Main:
    """The line of the plan that rows are measured by, and the definition of what counts for it."""

    target: Target | None
    counted: Definition
    figure: str

    @property
    def rounding(self) -> Rounding:
        """Of the percentages: as the line says, else half up to one decimal."""
        if self.target is None or self.target.rounding == "MANUAL":
            return Rounding("HALF_UP", 1)
        return Rounding(self.target.rounding, self.target.decimals)  # type: ignore[arg-type] # checked when stated


def main_of(at: Standpoint) -> Main:
    """The allocable line of the plan; without one, admissions."""
    target = at.plan.main if at.plan else None
    if target is None or at.plan is None:
        return Main(target=None, counted=definition("admitted"), figure="admitted")
    if target.measure == "admitted" and target.population.everybody:
        return Main(target=target, counted=definition("admitted"), figure="admitted")
    counted = of_measure(target.measure, target.title, target.population)
    return Main(target=target, counted=counted, figure=f"line:{target.line}")


FLOWS = (
    Measure.ADMITTED,
    Measure.PROBATION_ENDING,
    Measure.RECOGNISED,
    Measure.RECOGNISED_IN_TIME,
    Measure.AWARENESS_CERTIFICATES,
    Measure.NEW_MEMBER_CERTIFICATES,
    Measure.AWARENESS_CLASSES_PLANNED,
    Measure.AWARENESS_LEARNERS_PLANNED,
    Measure.AWARENESS_CLASSES_HELD,
    Measure.NEW_MEMBER_CLASSES_PLANNED,
    Measure.NEW_MEMBER_LEARNERS_PLANNED,
    Measure.NEW_MEMBER_CLASSES_HELD,
)
STOCKS = (Measure.MEMBERS, Measure.SYMPATHISERS, Measure.SYMPATHISERS_CERTIFIED, *DOSSIERS.values())


async def total(page: Page, counts: Counts, main: Main) -> Progress:
    """The unit itself."""
    at = counts.at
    quota = await quota_of(page, at, main.target, at.unit)
    actual = await counts.total(main.counted)
    steps = {step: await counts.total(definition(f"dossiers:{step}")) for step in DOSSIERS}
    return _progress(at, main, quota, actual, steps)


async def rows(page: Page, counts: Counts, main: Main) -> list[Row]:
    """The rows below, by code, and what lies outside them when there is any."""
    at = counts.at
    ground = at.ground
    quotas = await quotas_of(page, at, main.target, ground.rows)
    actual = await counts.by_row(main.counted)
    steps = {step: await counts.by_row(definition(f"dossiers:{step}")) for step in DOSSIERS}
    members = await counts.by_row(definition("members"))
    sympathisers = await counts.by_row(definition("sympathisers"))
    certified = await counts.by_row(definition("sympathisers_certified"))

    def row(unit: UUID | None) -> Row:
        known = ground.tree.units[unit] if unit else None
        return Row(
            unit=unit,
            name=known.name(at.as_of) if known else None,
            kind=known.kind if known else None,
            ended=known is not None and not known.lives(at.as_of),
            progress=_progress(
                at,
                main,
                quotas.get(unit) if unit else None,
                actual.get(unit, 0),
                {step: found.get(unit, 0) for step, found in steps.items()},
            ),
            members=Number(value=members.get(unit, 0), figure="members"),
            sympathisers=Number(value=sympathisers.get(unit, 0), figure="sympathisers"),
            sympathisers_certified=Number(value=certified.get(unit, 0), figure="sympathisers_certified"),
            has_rows=bool(unit and ground.tree.children(unit, at.as_of)),
        )

    found = [row(unit) for unit in ground.rows]
    outside = any(None in counted for counted in (actual, members, sympathisers, *steps.values()))
    return [*found, row(None)] if outside else found


def _progress(
    at: Standpoint, main: Main, quota: int | None, actual: int, steps: Mapping[str, int]
) -> Progress:
    counted = {step: max(number, 0) for step, number in steps.items()}
    found = status.progress(
        admitted=max(actual, 0),
        quota=quota or 0,
        day=at.until,
        curve=at.curve,
        dossiers=counted if main.target is None or main.target.measure == "admitted" else {},
        formula=FORMULA,
    )
    rate = f"rate:{main.target.line}" if main.target else "rate"
    measured = found if isinstance(found, status.Measured) else None
    pace = measured.pace if measured else None
    return Progress(
        quota=Number(value=quota, figure=f"quota:{main.target.line}") if quota and main.target else None,
        actual=Number(value=actual, figure=main.figure),
        percent=percentage(actual, quota, main.rounding, rate) if quota and measured else None,
        dossiers=Number(value=sum(steps.values()), figure="dossiers"),
        steps={step: Number(value=number, figure=f"dossiers:{step}") for step, number in steps.items()},
        forecast=decimal(found.forecast),
        status=found.status,
        small=isinstance(found, status.SmallQuota),
        gap=decimal(measured.gap) if measured else None,
        planned=_planned(measured) if measured else None,
        needed_per_month=pace.needed if pace else None,
        average_per_month=pace.average if pace else None,
        months_left=pace.months_left if pace else None,
    )


def _planned(measured: status.Measured) -> PlanToDate:
    return PlanToDate(
        percent=decimal(measured.planned_percent),
        percent_exact=str(measured.planned_percent),
        people=decimal(measured.planned, 0),
    )
