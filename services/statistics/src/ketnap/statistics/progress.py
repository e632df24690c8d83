"""Progress against quotas: a unit, and each of its rows, by the published formula."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Final
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from ketnap.common.frozen import frozen
from ketnap.contracts.registry import Hierarchy
from ketnap.rules import status
from ketnap.rules.plan_curve import PlanCurve
from ketnap.rules.rounding import Rounding
from ketnap.rules.status_formula import formula
from ketnap.statistics.counts import Counts, Rows
from ketnap.statistics.definitions import DEFINITIONS, Definition, definition, of_measure
from ketnap.statistics.given import quota_of, quotas_of
from ketnap.statistics.measures import DOSSIERS
from ketnap.statistics.plan import Target
from ketnap.statistics.shown import HALF_UP, Estimate, Number, Percentage, decimal, exact_decimal, percentage
from ketnap.statistics.standpoint import Standpoint

FORMULA = formula()


class PlanToDate(BaseModel):
    """The cumulative plan on the day: percent of the quota (also exact, as `409/6`), and people (half up)."""

    percent: Decimal
    percent_exact: str
    people: Decimal


class Pace(BaseModel):
    """Months of the period gone and left, and how many a month it takes and took."""

    months_gone: Decimal
    months_left: int
    needed_per_month: int
    average_per_month: int | None


class Progress(BaseModel):
    """Where a unit, a row or a total stands. `status`: achieved, on_track, urge, at_risk, not_assessed.

    `gap`: percentage points against the plan to date, negative when behind.
    """

    model_config = ConfigDict(frozen=True)

    quota: Number | None
    actual: Number
    percent: Percentage | None
    dossiers: Number
    steps: dict[str, Number]
    forecast: Estimate
    forecast_percent: Percentage | None
    status: str
    small: bool
    gap: Decimal | None
    planned: PlanToDate | None
    pace: Pace | None


class Row(BaseModel):
    """A unit below; without a unit: what belongs to the unit itself and to no row. `ended`: not there on the tree's day.

    `no_source_since`: nobody stands on the list of sympathisers since then.
    """

    unit: UUID | None
    name: str | None
    kind: str | None
    ended: bool
    progress: Progress
    members: Number
    sympathisers: Number
    sympathisers_certified: Number
    in_class: Number
    rows_below: int


@frozen
class Main:
    """The line of the plan that rows are measured by, the definition of what counts for it, and its pipeline."""

    target: Target | None
    counted: Definition
    figure: str
    steps: Mapping[str, tuple[Definition, str]]
    """For each step the dossiers of the line's people, and the figure of their number."""

    @property
    def title(self) -> str:
        return self.target.title if self.target else self.counted.title

    @property
    def rounding(self) -> Rounding:
        return rounding_of(self.target)

    @property
    def forecast_figure(self) -> str:
        return f"forecast:{self.target.line}" if self.narrowed and self.target else "forecast"

    @property
    def narrowed(self) -> bool:
        return self.figure.startswith("line:")

    @property
    def has_pipeline(self) -> bool:
        return (self.target.measure if self.target else self.figure) == "admitted"


def rounding_of(target: Target | None) -> Rounding:
    """Of the percentages: as the line says, else half up to one decimal."""
    if target is None or target.rounding == "MANUAL":
        return HALF_UP
    return Rounding(target.rounding, target.decimals)  # type: ignore[arg-type] # checked when stated


def main_of(at: Standpoint) -> Main:
    """The allocable line of the plan; without one what the unit is there for: admissions, of a mass organisation its introductions."""
    mass = at.ground.tree.units[at.unit].hierarchy == Hierarchy.MASS
    return main_for(at.plan.main if at.plan else None, "introduced_by_mass" if mass else "admitted")


def main_for(target: Target | None, otherwise: str = "admitted") -> Main:
    """As if rows were measured by this line; without one by the measure `otherwise`."""
    if target is None or target.population.everybody:
        measure = target.measure if target else otherwise
        steps = {step: (definition(f"dossiers:{step}"), f"dossiers:{step}") for step in DOSSIERS}
        return Main(target=target, counted=definition(measure), figure=measure, steps=steps)
    return Main(
        target=target,
        counted=of_measure(target.measure, target.title, target.population),
        figure=f"line:{target.line}",
        steps={
            step: (
                of_measure(f"dossiers:{step}", target.title, target.population),
                f"pipeline:{target.line}:{step}",
            )
            for step in DOSSIERS
        },
    )


SHOWN: Final = (
    "recognition_due",
    "recognised",
    "recognised_judged",
    "recognised_in_time",
    "classes_held",
    "classes_planned",
    "learners:awareness",
    "learners_planned:awareness",
    "learners:new_member",
    "learners_planned:new_member",
    "admitted",
    "admitted_late",
    "members",
    "sympathisers",
    "sympathisers_certified",
    "in_class",
    "dossiers",
)
"""Figures that pages show besides those of the plan; one question counts them."""


async def preload(counts: Counts, main: Main) -> None:
    """What a page of a unit shows, in two questions."""
    found = [definition(figure) for figure in SHOWN] + [main.counted, *(d for d, _ in main.steps.values())]
    await counts.preload(found)


async def total(counts: Counts, main: Main) -> Progress:
    """The unit itself."""
    quota = await quota_of(counts.page, counts.at, main.target)
    actual = await counts.total(main.counted)
    steps = [await counts.total(counted) for counted, _ in main.steps.values()]
    return _progress(_yardstick(counts.at, main), quota, actual, tuple(steps))


async def rows(counts: Counts, main: Main) -> list[Row]:
    """The rows below, by code, and what lies outside them when there is any."""
    at, ground, yardstick = counts.at, counts.at.ground, _yardstick(counts.at, main)
    quotas = await quotas_of(counts.page, at, main.target, ground.rows)
    actual = await counts.rows(main.counted)
    steps = [await counts.rows(counted) for counted, _ in main.steps.values()]
    shown = {
        figure: await counts.rows(DEFINITIONS[figure])
        for figure in ("members", "sympathisers", "sympathisers_certified", "in_class")
    }

    def row(unit: UUID | None) -> Row:
        known = ground.tree.units[unit] if unit else None
        return Row(
            unit=unit,
            name=ground.name(unit) if unit else None,
            kind=known.kind if known else None,
            ended=known is not None and not known.lives(ground.day),
            progress=_progress(
                yardstick,
                quotas.get(unit) if unit else None,
                actual.get(unit, 0),
                tuple(found.get(unit, 0) for found in steps),
            ),
            **{figure: Number(value=found.get(unit, 0), figure=figure) for figure, found in shown.items()},
            rows_below=len(ground.tree.children(unit, ground.day)) if unit else 0,
        )

    found = [row(unit) for unit in ground.rows]
    return [*found, row(None)] if _outside([actual, *steps, *shown.values()]) else found


def _outside(counted: list[Rows]) -> bool:
    return any(rows.get(None) for rows in counted)


# -- Against the plan


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Yardstick:
    """What rows are measured by on a day; the same object as long as it is kept."""

    day: date
    curve: PlanCurve
    line: str | None
    rounding: Rounding
    figure: str
    forecast_figure: str
    dossiers_figure: str
    steps: tuple[tuple[str, str], ...]
    """Each with the figure of its number."""
    has_pipeline: bool


_kept_yardstick = lru_cache(maxsize=32)(Yardstick)


def _yardstick(at: Standpoint, main: Main) -> Yardstick:
    return _kept_yardstick(
        day=at.until,
        curve=at.curve,
        line=main.target.line if main.target else None,
        rounding=main.rounding,
        figure=main.figure,
        forecast_figure=main.forecast_figure,
        dossiers_figure=f"pipeline:{main.target.line}" if main.narrowed and main.target else "dossiers",
        steps=tuple((step, figure) for step, (_, figure) in main.steps.items()),
        has_pipeline=main.has_pipeline,
    )


@lru_cache(maxsize=4_000)  # rows of a province
def _progress(by: Yardstick, quota: int | None, actual: int, steps: tuple[int, ...]) -> Progress:
    """By the same yardstick the same numbers stand the same, whoever's they are. `steps`: in the yardstick's order."""
    counted = [(step, figure, number) for (step, figure), number in zip(by.steps, steps, strict=True)]
    found = status.progress(
        admitted=max(actual, 0),
        quota=max(quota or 0, 0),
        day=by.day,
        curve=by.curve,
        dossiers={step: max(number, 0) for step, _, number in counted} if by.has_pipeline else {},
        formula=FORMULA,
    )
    measured = found if isinstance(found, status.Measured) else None
    forecast = exact_decimal(found.forecast)
    return Progress(
        quota=Number(value=quota, figure=f"quota:{by.line}") if quota is not None and by.line else None,
        actual=Number(value=actual, figure=by.figure),
        percent=percentage(actual, quota or 0, by.rounding, f"rate:{by.line}") if measured else None,
        dossiers=Number(value=sum(steps), figure=by.dossiers_figure),
        steps={step: Number(value=number, figure=figure) for step, figure, number in counted},
        forecast=Estimate(value=forecast, figure=by.forecast_figure),
        forecast_percent=percentage(forecast, quota or 0, HALF_UP, by.forecast_figure) if measured else None,
        status=found.status,
        small=isinstance(found, status.SmallQuota),
        gap=decimal(measured.gap) if measured else None,
        planned=_planned(measured) if measured else None,
        pace=_pace(measured.pace) if measured and measured.pace else None,
    )


def _planned(measured: status.Measured) -> PlanToDate:
    return PlanToDate(
        percent=decimal(measured.planned_percent),
        percent_exact=str(measured.planned_percent),
        people=decimal(measured.planned, 0),
    )


def _pace(pace: status.Pace) -> Pace:
    return Pace(
        months_gone=decimal(pace.months_gone),
        months_left=pace.months_left,
        needed_per_month=pace.needed,
        average_per_month=pace.average,
    )
