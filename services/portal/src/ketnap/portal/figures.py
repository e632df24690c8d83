"""Figures as pages hold them: exact values, each with the address of its evidence."""

import math
from dataclasses import replace
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from ketnap.common.frozen import frozen

SMALL_QUOTA = 5  # below it a share says nothing: persons are shown, not percentages, and nothing is ranked


class Rounding(StrEnum):
    TRUNCATE = "TRUNC"
    HALF_UP = "HALF_UP"
    CEILING = "CEIL"


class Status(StrEnum):
    AT_RISK = "at_risk"
    URGE = "urge"
    ON_TRACK = "on_track"
    ACHIEVED = "achieved"
    NOT_ASSESSED = "not_assessed"


class Step(StrEnum):
    """Where an open dossier stands."""

    VERIFICATION = "verification"
    VOTING = "voting"
    AWAITING_DECISION = "awaiting_decision"
    AWAITING_CEREMONY = "awaiting_ceremony"


@frozen
class Count:
    value: int
    evidence: str


@frozen
class Estimate:
    value: Decimal
    evidence: str


@frozen
class Share:
    """A percentage with all that it is made of; `numerator` and `denominator` are persons or things."""

    numerator: int | Decimal
    denominator: int
    rounding: Rounding
    decimals: int
    evidence: str

    @property
    def exact(self) -> Fraction:
        return Fraction(100) * Fraction(self.numerator) / Fraction(self.denominator)

    @property
    def printed(self) -> Decimal:
        return rounded(self.exact, self.rounding, self.decimals)


@frozen
class Measure:
    """What progress counts: `title` is data of the plan or the definition, None for admissions of everybody.

    `admissions`: those counted are admitted, so they come out of dossiers, and later become official members.
    """

    title: str | None
    admissions: bool


@frozen
class StepCount:
    step: Step
    dossiers: Count


@frozen
class PlanToDate:
    """The cumulative plan on the day shown; `percent` of the quota is exact: the status formula uses it so."""

    percent: Fraction
    people: Count


@frozen
class Progress:
    """Where one unit, group or total stands; `quota` is None where none was given."""

    quota: Count | None
    actual: Count
    share: Share | None
    dossiers: Count
    forecast: Estimate | None

    @property
    def small(self) -> bool:
        return self.quota is not None and self.quota.value < SMALL_QUOTA

    @property
    def direct(self) -> bool:
        """Is anything counted here, whatever the quota."""
        return bool(self.actual.value or self.dossiers.value)

    @property
    def without_quota(self) -> "Progress":
        return replace(self, quota=None, share=None)

    @property
    def shortfall(self) -> Decimal | None:
        """Persons missing at the end of the year by forecast; never below 0."""
        if self.quota is None or self.forecast is None:
            return None
        return max(self.quota.value - self.forecast.value, Decimal(0))


def gap(share: Share, plan: PlanToDate) -> Decimal:
    """Percentage points against the plan to date, half up to one decimal; negative when behind."""
    return rounded(share.exact - plan.percent, Rounding.HALF_UP, 1)


def rounded(exact: Fraction, rounding: Rounding, decimals: int) -> Decimal:
    return Decimal(_whole(exact * 10**decimals, rounding)).scaleb(-decimals)


def _whole(exact: Fraction, rounding: Rounding) -> int:
    match rounding:
        case Rounding.TRUNCATE:
            return math.trunc(exact)
        case Rounding.HALF_UP:
            return math.floor(abs(exact) + Fraction(1, 2)) * (1 if exact >= 0 else -1)
        case Rounding.CEILING:
            return math.ceil(exact)
