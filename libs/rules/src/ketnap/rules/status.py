"""Where a unit stands against its quota, by the published formula."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from ketnap.rules.plan_curve import PlanCurve
from ketnap.rules.status_formula import Formula, Roundings

type Status = Literal["achieved", "on_track", "urge", "at_risk", "not_assessed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unassigned:
    """No quota was given: there is nothing to assess."""

    admitted: int
    forecast: Fraction
    status: Status = "not_assessed"


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallQuota:
    """Too few people for a percentage or a rank: only whether the number is reached."""

    admitted: int
    quota: int
    forecast: Fraction
    status: Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    months_gone: Fraction  # the month that has begun counts by its days
    months_left: int  # the month that has begun is one of them
    needed: int  # admissions in each month left
    average: int | None  # admissions in each month gone; None before the first is over


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Exact figures: percentages in percent, the gap in percentage points."""

    admitted: int
    quota: int
    percent: Fraction
    planned_percent: Fraction
    planned: Fraction  # in people
    gap: Fraction
    forecast: Fraction
    forecast_percent: Fraction
    status: Status
    pace: Pace | None  # None: the quota is reached or the period is over


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """The same figures as printed."""

    percent: Decimal
    planned_percent: Decimal
    planned: Decimal
    gap: Decimal
    forecast: Decimal
    forecast_percent: Decimal


type Progress = Unassigned | SmallQuota | Measured


def progress(
    *, admitted: int, quota: int, day: date, curve: PlanCurve, dossiers: Mapping[str, int], formula: Formula
) -> Progress:
    """Dossiers are counted by the step they stand at; quota 0 means that none was given.

    Raises ValueError for negative numbers and for a step that the formula does not know.
    """
    if min(admitted, quota, *dossiers.values()) < 0:
        raise ValueError("people are counted from 0")
    forecast = admitted + sum(
        (number * formula.probability(step) for step, number in dossiers.items()), Fraction(0)
    )
    if quota == 0:
        return Unassigned(admitted=admitted, forecast=forecast)
    if quota < formula.small_quota:
        status: Status = "achieved" if admitted >= quota else "not_assessed"
        return SmallQuota(admitted=admitted, quota=quota, forecast=forecast, status=status)
    percent = Fraction(100 * admitted, quota)
    planned_percent = curve.planned(day)
    gap = percent - planned_percent
    forecast_percent = 100 * forecast / quota
    return Measured(
        admitted=admitted,
        quota=quota,
        percent=percent,
        planned_percent=planned_percent,
        planned=planned_percent * quota / 100,
        gap=gap,
        forecast=forecast,
        forecast_percent=forecast_percent,
        status=_status(percent, gap, forecast_percent, formula),
        pace=_pace(admitted, quota, day, curve, formula.rounding),
    )


def shown(measured: Measured, formula: Formula) -> Shown:
    """Each figure rounded by itself from the exact one, so a printed gap may differ from printed differences."""
    rounding = formula.rounding
    return Shown(
        percent=rounding.percent.of(measured.percent),
        planned_percent=rounding.percent.of(measured.planned_percent),
        planned=rounding.planned.of(measured.planned),
        gap=rounding.gap.of(measured.gap),
        forecast=rounding.forecast.of(measured.forecast),
        forecast_percent=rounding.percent.of(measured.forecast_percent),
    )


def _status(percent: Fraction, gap: Fraction, forecast_percent: Fraction, formula: Formula) -> Status:
    if percent >= 100:  # noqa: PLR2004 (the whole, in percent)
        return "achieved"
    if gap >= Fraction(formula.on_track_gap):
        return "on_track"
    if forecast_percent >= Fraction(formula.urge_forecast):
        return "urge"
    return "at_risk"


def _pace(admitted: int, quota: int, day: date, curve: PlanCurve, rounding: Roundings) -> Pace | None:
    months_gone, months_left = curve.months_gone(day), curve.months_left(day)
    if admitted >= quota or not months_left:
        return None
    return Pace(
        months_gone=months_gone,
        months_left=months_left,
        needed=int(rounding.needed.of(Fraction(quota - admitted, months_left))),
        average=int(rounding.average.of(admitted / months_gone)) if months_gone >= 1 else None,
    )
