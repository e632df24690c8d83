"""The evidence of one figure: how it is made, what was known when, why it changed, and who stands behind it."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from ketnap.common.frozen import frozen
from ketnap.portal.figures import Count, Share
from ketnap.portal.scope import Crumb, Freshness, Scope
from ketnap.portal.timeline import TimelineEntry


@frozen
class Ratio:
    """Numerator ÷ denominator; the words under each are data of the measure's definition."""

    share: Share
    numerator: Count
    numerator_words: str
    denominator: Count
    denominator_words: str


@frozen
class Tally:
    """A number of persons or things: entries that add less entries that take away."""

    value: int
    words: str
    plus: int
    minus: int


@frozen
class Term:
    words: str
    dossiers: Count
    probability: Decimal


@frozen
class Forecast:
    """Admitted + Σ dossiers × probability of their step."""

    value: Decimal
    admitted: Count
    terms: tuple[Term, ...]


@frozen
class Meaning:
    """One row of "what this number is": a label and its text, both data of the definition, in Vietnamese."""

    label: str
    text: str


@frozen
class Basis:
    """What was known, and when: enough to compute the same figure again."""

    effective_to: date
    known_at: datetime
    position: int
    tree_day: date
    units: int
    rule_packs: tuple[str, ...]
    province_pack: str
    definition: str


class ChangeKind(StrEnum):
    ADMITTED = "admitted"
    RECORDED_LATE = "recorded_late"
    CEREMONY_CORRECTED = "ceremony_corrected"
    DUPLICATE_CANCELLED = "duplicate_cancelled"
    TRANSFERRED = "transferred"


@frozen
class PersonLink:
    """`name` is None when the person's data were erased."""

    name: str | None
    unit: str
    url: str


@frozen
class Change:
    """One line of the difference; `who` is one person, or None when `entries` of them make the line.

    Of the days only those that the kind speaks of are given.
    """

    kind: ChangeKind
    delta: int
    entries: Count
    who: PersonLink | None
    first_position: int
    last_position: int
    from_on: date | None = None
    to_on: date | None = None
    recorded_on: date | None = None
    outside_period: bool = False


@frozen
class Comparison:
    """Raises ValueError when the changes do not lead from the earlier number to the present one."""

    as_of: date
    known_on: date
    position: int
    was: Count
    was_share: Share | None
    now: int
    changes: tuple[Change, ...]

    def __post_init__(self) -> None:
        if self.was.value + sum(change.delta for change in self.changes) != self.now:
            raise ValueError("the changes do not add up")


@frozen
class EvidencePerson:
    """`events` is None while the row is closed."""

    id: str
    person: PersonLink
    delta: int
    on: date
    position: int
    events: tuple[TimelineEntry, ...] | None


@frozen
class EvidenceUnit:
    """`people` is None while the row is closed; `people_left` counts those not sent."""

    id: str
    name: str
    url: str
    count: Count
    quota: Count | None
    plus: int
    minus: int
    people: tuple[EvidencePerson, ...] | None
    people_left: int


@frozen
class UnitsLeft:
    """The units not sent, as one row with numbers."""

    units: int
    count: int
    quota: int | None
    plus: int
    minus: int


@frozen
class Sibling:
    """A figure printed from the same source at the same time; `printed` is False when it was never published."""

    name: str
    share: Share
    printed: bool


@frozen
class Access:
    """Opening names is reading personal data: who did it, when, and for what."""

    account: str
    at: datetime
    purpose: str


@frozen
class Evidence:
    """Raises ValueError when the units do not add up to the figure's number."""

    scope: Scope
    freshness: Freshness
    path: tuple[Crumb, ...]
    title: str
    body: str
    made_of: Ratio | Tally | Forecast
    meanings: tuple[Meaning, ...]
    basis: Basis
    comparison: Comparison | None
    units: tuple[EvidenceUnit, ...]
    units_left: UnitsLeft | None
    siblings: tuple[Sibling, ...]
    siblings_on: date | None
    access: Access | None

    def __post_init__(self) -> None:
        if self.units and sum(unit.count.value for unit in self.units) + self._left("count") != self.number:
            raise ValueError("the units do not add up to the figure")

    @property
    def number(self) -> int:
        """The persons or things the list below is made of."""
        match self.made_of:
            case Ratio(numerator=numerator):
                return numerator.value
            case Tally(value=value):
                return value
            case Forecast(admitted=admitted):
                return admitted.value

    @property
    def number_of_units(self) -> int:
        return len(self.units) + (self.units_left.units if self.units_left else 0)

    @property
    def plus(self) -> int:
        return sum(unit.plus for unit in self.units) + self._left("plus")

    @property
    def minus(self) -> int:
        return sum(unit.minus for unit in self.units) + self._left("minus")

    @property
    def quota(self) -> int | None:
        quotas = [unit.quota.value for unit in self.units if unit.quota]
        return sum(quotas) + self._left("quota") if quotas else None

    def _left(self, field: str) -> int:
        return int(getattr(self.units_left, field) or 0) if self.units_left else 0
