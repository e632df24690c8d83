"""The evidence of one figure: how it is made, what was known when, why it changed, and who stands behind it."""

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from ketnap.common.frozen import frozen
from ketnap.portal.figures import Count, Share, Step
from ketnap.portal.scope import Freshness, Scope
from ketnap.portal.timeline import TimelineEntry

_WRITTEN_OUT = 12  # changes that are written out as a sum


@frozen
class Ratio:
    """Numerator ÷ denominator; the words under each are data of the definitions."""

    share: Share
    numerator: Count
    numerator_words: str
    denominator: Count
    denominator_words: str


@frozen
class Tally:
    """A number of persons or things: what adds less what takes away."""

    value: int
    words: str
    plus: int
    minus: int


@frozen
class Term:
    step: Step
    dossiers: Count
    probability: Decimal


@frozen
class Forecast:
    """What was reached + Σ dossiers × probability of their step; `share` of the quota where there is one."""

    value: Decimal
    share: Share | None
    quota: Count | None
    actual: Count
    terms: tuple[Term, ...]

    @property
    def shortfall(self) -> Decimal:
        """What is missing of the quota at the end of the period; never below 0."""
        return max((self.quota.value if self.quota else 0) - self.value, Decimal(0))


@frozen
class Meaning:
    """One row of "what this number is": a label and its text, both data of the definition, in Vietnamese."""

    label: str
    text: str


@frozen
class Basis:
    """What was known, and when: enough to compute the same figure again; the same figure has the same `digest`."""

    effective_to: date
    known_at: datetime
    position: int
    tree_day: date
    units: int
    rule_pack: str | None
    digest: str


class ChangeKind(StrEnum):
    NEW = "new"
    LEFT = "left"
    RECORDED_LATE = "recorded_late"
    CEREMONY_CORRECTED = "ceremony_corrected"
    ANNULLED = "annulled"
    DUPLICATE_CANCELLED = "duplicate_cancelled"
    PROFILE_CORRECTED = "profile_corrected"
    UNIT_CAME = "unit_came"
    UNIT_WENT = "unit_went"
    PLAN = "plan"
    ALLOCATION = "allocation"
    ADJUSTMENT = "adjustment"
    RESERVE = "reserve"
    OVER_ALLOCATION = "over_allocation"
    OTHERWISE = "otherwise"


@frozen
class PersonLink:
    """`name` is None when it may not be seen, or, of the `erased`, is no more; `url` opens the person where it may."""

    name: str | None
    unit: str
    url: str
    erased: bool = False


@frozen
class Change:
    """One line of the difference; `who` is one person, else `entries` of them make the line.

    Of the days only those that the kind speaks of are given.
    """

    kind: ChangeKind
    delta: int
    entries: int
    who: PersonLink | None
    unit: str | None
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
    known_on: date | None
    position: int
    was: Count
    was_share: Share | None
    now: int
    changes: tuple[Change, ...]

    @property
    def steps(self) -> tuple[int, ...]:
        """What leads from then to now: every change, or of many what they add and what they take away."""
        deltas = tuple(change.delta for change in self.changes)
        if len(deltas) <= _WRITTEN_OUT:
            return deltas
        plus, minus = sum(d for d in deltas if d > 0), sum(d for d in deltas if d < 0)
        return tuple(step for step in (plus, minus) if step)

    def __post_init__(self) -> None:
        if self.was.value + sum(change.delta for change in self.changes) != self.now:
            raise ValueError("the changes do not add up")


class ContributorKind(StrEnum):
    PERSON = "person"
    ROLL = "roll"
    LINE = "line"  # of the class plan
    CLASS = "class"


@frozen
class Contributor:
    """Who or what counts; `events` is None while the row is closed."""

    id: str
    kind: ContributorKind
    who: PersonLink
    value: int
    on: date
    position: int
    events: tuple[TimelineEntry, ...] | None


class RowOf(StrEnum):
    """What a row stands for; all but UNIT are no unit below."""

    UNIT = "unit"
    OUTSIDE = "outside"  # the unit itself
    KEPT = "kept"  # of a quota, not with the rows
    EXCESS = "excess"  # allotted beyond it
    STATED = "stated"  # in the plan


@frozen
class EvidenceRow:
    """`people` is None while the row is closed; `people_left` counts those not sent; `url` opens a unit's page.

    `on`: the day, where the part is something of one day.
    """

    id: str
    of: RowOf
    name: str | None
    url: str | None
    count: Count
    quota: Count | None
    plus: int
    minus: int
    on: date | None
    people: tuple[Contributor, ...] | None
    people_left: int


@frozen
class RowsLeft:
    """The rows not sent, as one row with numbers."""

    rows: int
    count: int
    quota: int | None
    plus: int
    minus: int


@frozen
class Act:
    """A decision that gave or kept a number; `unit` is None for what is kept."""

    kind: ChangeKind
    delta: int
    on: date
    decision: str
    giver: str
    unit: str | None
    position: int


@frozen
class Sibling:
    """A figure printed from the same source."""

    title: str
    share: Share


@frozen
class Evidence:
    """`counted`: somebody or something stands behind each row, and with `opens` the account may see who; `purpose`: why names were read, None when none were.

    Raises ValueError when the rows do not add up to the figure's number.
    """

    scope: Scope
    freshness: Freshness
    title: str
    body: str
    made_of: Ratio | Tally | Forecast
    meanings: tuple[Meaning, ...]
    basis: Basis
    comparison: Comparison | None
    acts: tuple[Act, ...]
    rows: tuple[EvidenceRow, ...]
    rows_left: RowsLeft | None
    counted: bool
    opens: bool
    siblings: tuple[Sibling, ...]
    purpose: str | None

    def __post_init__(self) -> None:
        if self.rows and sum(row.count.value for row in self.rows) + self._left("count") != self.number:
            raise ValueError("the rows do not add up to the figure")

    @property
    def number(self) -> int:
        """The persons or things the list below is made of."""
        match self.made_of:
            case Ratio(numerator=numerator):
                return numerator.value
            case Tally(value=value):
                return value
            case Forecast(actual=actual):
                return actual.value

    @property
    def number_of_rows(self) -> int:
        return len(self.rows) + (self.rows_left.rows if self.rows_left else 0)

    @property
    def plus(self) -> int:
        return sum(row.plus for row in self.rows) + self._left("plus")

    @property
    def minus(self) -> int:
        return sum(row.minus for row in self.rows) + self._left("minus")

    @property
    def quota(self) -> int | None:
        quotas = [row.quota.value for row in self.rows if row.quota]
        return sum(quotas) + self._left("quota") if quotas else None

    def _left(self, field: str) -> int:
        return int(getattr(self.rows_left, field) or 0) if self.rows_left else 0
