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


class Strictness(StrEnum):
    EXACT = "exact"
    AT_LEAST = "at_least"
    APPROXIMATE = "approximate"


class TargetRounding(StrEnum):
    """How an approved number came from its formula; MANUAL is a negotiated number."""

    TRUNCATE = Rounding.TRUNCATE
    HALF_UP = Rounding.HALF_UP
    CEILING = Rounding.CEILING
    MANUAL = "manual"


@frozen
class Base:
    """What a percentage is taken of."""

    words: str
    on: date
    value: Count


@frozen
class Formula:
    """percent × base = `computed`, exact; the approved number may differ, and how is `rounding`."""

    percent: Decimal
    base: Base
    computed: Decimal
    rounding: TargetRounding


@frozen
class Line:
    name: str
    target: Count
    strictness: Strictness
    actual: Count
    share: Share | None


@frozen
class Number:
    """An absolute number, perhaps justified by a formula, perhaps divided into lines."""

    approved: Count
    actual: Count
    share: Share | None
    formula: Formula | None
    lines: tuple[Line, ...]
    lines_overlap: bool


@frozen
class Range:
    """A share that must lie between two bounds, in percent."""

    low: Decimal
    high: Decimal
    actual: Share
    base: Base
    above_allowed: bool


@frozen
class LeastShare:
    """At least `percent` of a whole; `needed` persons by exact integers, never by a rounded percentage."""

    percent: Decimal
    actual: Share
    base: Base
    needed: Count


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
    kind: str
    organisations: tuple[Organisation, ...]

    @property
    def met(self) -> int:
        return sum(organisation.met for organisation in self.organisations)


class Standing(StrEnum):
    """Where a target stands on the day shown; OPEN while the period runs and nothing is decided."""

    MET = "met"
    NOT_MET = "not_met"
    OPEN = "open"


@frozen
class Target:
    """`measure` and `population` are data of the target's definition, in Vietnamese."""

    code: str
    name: str
    measure: str
    population: str
    strictness: Strictness
    standing: Standing
    aim: Number | Range | LeastShare | PerOrganisation
    legal_bases: tuple[Instrument, ...]


@frozen
class Allocation:
    """What was given from above, what the units below were given, what is kept in reserve, each by its decision."""

    given: Count
    allotted: Count
    reserve: Count
    over_approved: Count
    units: int

    @property
    def left(self) -> int:
        """Given − allotted − reserve; negative when more was allotted than given."""
        return self.given.value - self.allotted.value - self.reserve.value

    @property
    def balanced(self) -> bool:
        return self.left + self.over_approved.value == 0


@frozen
class Plan:
    scope: Scope
    freshness: Freshness
    title: str
    issuer: str
    begins: date
    ends: date
    instrument: Instrument
    targets: tuple[Target, ...]
    allocation: Allocation | None
