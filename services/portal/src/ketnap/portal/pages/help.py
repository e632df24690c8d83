"""Help: how the figures, the status and the forecast are made, printed from the formula in force."""

from datetime import date
from decimal import Decimal

from ketnap.common.frozen import frozen
from ketnap.portal.figures import Step
from ketnap.portal.scope import Freshness, Scope


@frozen
class StepProbability:
    step: Step
    probability: Decimal


@frozen
class StatusFormula:
    """Bounds in percent of the quota; `on_track_gap` in percentage points against the plan, usually negative."""

    version: int
    since: date
    met_from: Decimal
    on_track_gap: Decimal
    behind_from: Decimal
    steps: tuple[StepProbability, ...]


@frozen
class CurvePoint:
    month: int
    percent: Decimal


@frozen
class Help:
    scope: Scope
    freshness: Freshness
    formula: StatusFormula
    curve: tuple[CurvePoint, ...]
