"""The plan: its targets with formula, base, strictness and legal bases, each measured against what was done."""

from datetime import date
from decimal import Decimal
from enum import StrEnum

from ketnap.common.frozen import frozen
from ketnap.portal.figures import Count, Rounding, Share
from ketnap.portal.scope import Freshness, Scope


@frozen
class Instrument:
    """Number, issuer and day together name an instrument; the number alone does not."""

    number: str
    issuer: str
    issued_on: date
    title: str


@frozen
class LegalBasis:
    """`text` are the instrument's own words."""

    instrument: Instrument
    text: str


class Strictness(StrEnum):
    EXACT = "exact"
    AT_LEAST = "at_least"
    ABOUT = "about"
    STRIVE = "strive"


class TargetRounding(StrEnum):
    """How an approved number came from its formula; MANUAL is a negotiated number."""

    TRUNCATE = Rounding.TRUNCATE
    HALF_UP = Rounding.HALF_UP
    CEILING = Rounding.CEILING
    MANUAL = "MANUAL"


@frozen
class Base:
    """What a percentage is taken of, as the plan words it."""

    words: str
    on: date | None
    number: Count


@frozen
class Formula:
    """percent × base = `exact`; the approved number may differ, and how is `rounding`."""

    percent: Decimal
    base: Base
    exact: Decimal
    rounding: TargetRounding


@frozen
class Line:
    title: str
    value: Count
    strictness: Strictness
    actual: Count
    share: Share | None


@frozen
class Number:
    """An absolute number, perhaps justified by a formula, perhaps divided into lines; None: the unit was given none."""

    value: Count | None
    actual: Count
    share: Share | None
    formula: Formula | None
    lines: tuple[Line, ...]
    lines_overlap: bool


@frozen
class Range:
    """A share that must lie between two bounds, in percent; above it is met too."""

    low: Decimal
    high: Decimal
    actual: Share
    base: Base


@frozen
class LeastShare:
    """At least `percent` of all that was reached; `needed` persons are missing, by exact integers."""

    percent: Decimal
    actual: Share | None
    needed: int


@frozen
class Organisation:
    name: str
    url: str
    actual: Count
    met: bool


@frozen
class PerOrganisation:
    """At least `least` in each organisation of a kind: judged one by one, never in total."""

    least: int
    organisations: tuple[Organisation, ...]

    @property
    def met(self) -> int:
        return sum(organisation.met for organisation in self.organisations)


@frozen
class Breakdown:
    """Nothing to reach here: what was reached, and its share of the whole."""

    actual: Count
    share: Share | None


class Standing(StrEnum):
    """Where a target stands on the day shown; OPEN while the period runs and nothing is decided."""

    MET = "met"
    NOT_MET = "not_met"
    OPEN = "open"
    NOT_JUDGED = "not_judged"


@frozen
class Target:
    """`measure` is data of the target's definition, in Vietnamese."""

    line: str
    title: str
    measure: str
    strictness: Strictness
    standing: Standing
    aim: Number | Range | LeastShare | PerOrganisation | Breakdown
    legal_bases: tuple[LegalBasis, ...]


@frozen
class Allocation:
    """What was given from above, what the units below were given, what is kept in reserve, each by its decision."""

    given: Count
    allotted: Count
    reserve: Count
    over_allocation: Count
    units: int

    @property
    def left(self) -> int:
        """Given − allotted − reserve; negative when more was allotted than given."""
        return self.given.value - self.allotted.value - self.reserve.value

    @property
    def balanced(self) -> bool:
        return self.left + self.over_allocation.value == 0


@frozen
class Issued:
    title: str
    issuer: str
    begins: date
    ends: date
    instruments: tuple[Instrument, ...]
    targets: tuple[Target, ...]
    allocation: Allocation | None


@frozen
class Plan:
    """`issued` is None where no plan holds for the unit in the year."""

    scope: Scope
    freshness: Freshness
    issued: Issued | None
