"""Help: how the figures, the status and the forecast are made, printed from the formula in force."""

from decimal import Decimal

from ketnap.common.frozen import frozen
from ketnap.portal.figures import Step
from ketnap.portal.scope import Freshness, Scope


@frozen
class StepProbability:
    step: Step
    probability: Decimal


@frozen
class Part:
    """One term of the formula and what it says, in Vietnamese, as published; `rounding` in words where there is one."""

    term: str
    text: str
    rounding: str | None


@frozen
class StatusFormula:
    """Bounds in percent of the quota; `on_track_gap` in percentage points against the plan, usually negative."""

    version: int
    achieved_from: Decimal
    on_track_gap: Decimal
    urge_forecast: Decimal
    small_quota: int
    steps: tuple[StepProbability, ...]
    parts: tuple[Part, ...]


@frozen
class CurvePoint:
    year: int
    month: int
    percent: Decimal


@frozen
class Curve:
    """`title` of the plan, None without one; `straight`: the plan states no curve of its own."""

    title: str | None
    straight: bool
    points: tuple[CurvePoint, ...]


@frozen
class Help:
    scope: Scope
    freshness: Freshness
    formula: StatusFormula
    curve: Curve
