"""One unit (S2): its cells, its years, and where it came from."""

from datetime import date
from enum import StrEnum

from ketnap.common.frozen import frozen
from ketnap.portal.figures import Count, Measure, PlanToDate, Progress, Share, Status, StepCount
from ketnap.portal.pages.states import State
from ketnap.portal.scope import Crumb, Freshness, Scope


class ReasonKind(StrEnum):
    """Why a row stands where it stands, beside its status."""

    NO_SOURCE = "no_source"  # nobody on the sympathiser list, `since` a month
    NOT_CERTIFIED = "not_certified"  # sympathisers, none with a certificate
    IN_CLASS = "in_class"  # `people` sit in an awareness class


@frozen
class Reason:
    kind: ReasonKind
    since: date | None = None
    people: Count | None = None


@frozen
class SubunitRow:
    """`status` is NOT_ASSESSED where no quota was given."""

    name: str
    url: str
    status: Status
    progress: Progress
    sympathisers: Count
    steps: tuple[StepCount, ...]
    reason: Reason | None


class TreeView(StrEnum):
    TREE_OF_DAY = "cay-ngay"  # all through successors to the tree of the day shown
    TREE_OF_ITS_DAY = "duong-thoi"  # each admission on the tree of its own day


@frozen
class YearResult:
    """`parts` are the admissions of the predecessors that the year is made of, empty when it was one unit."""

    year: int
    until: date | None
    admitted: Count
    quota: Count | None
    share: Share | None
    parts: tuple[int, ...]


@frozen
class Idle:
    """Subunits with a quota that admitted nobody for twelve months, and how many of them have no sympathisers."""

    none_admitted: Count
    with_quota: Count
    without_source: Count


@frozen
class LineageUnit:
    """`begins` is None when it is older than the picture, `ends` when it lives on the day shown."""

    id: str
    name: str
    url: str
    begins: date | None
    ends: date | None
    members: int
    cells: int
    here: bool


@frozen
class LineagePassage:
    source: str
    target: str
    on: date
    members: int


class ReorganisationKind(StrEnum):
    MERGER = "merger"
    MOVE = "move"


@frozen
class Reorganisation:
    """`decisions`: the numbers of the instruments."""

    on: date
    kinds: tuple[ReorganisationKind, ...]
    decisions: tuple[str, ...]


@frozen
class Lineage:
    since: date
    units: tuple[LineageUnit, ...]
    passages: tuple[LineagePassage, ...]
    reorganisations: tuple[Reorganisation, ...]


@frozen
class Unit:
    """Raises ValueError when the subunits, with what is `outside` them, do not add up to the total."""

    scope: Scope
    freshness: Freshness
    path: tuple[Crumb, ...]
    name: str
    measure: Measure
    members: Count
    cells: Count
    status: Status
    total: Progress
    plan: PlanToDate | None
    sympathisers: Count
    states: tuple[State, ...]
    year_ends: date
    if_all_in_time: Share | None
    subunits: tuple[SubunitRow, ...]
    outside: Progress | None
    tree_view: TreeView
    years: tuple[YearResult, ...]
    idle: Idle
    lineage: Lineage | None

    @property
    def divided(self) -> bool:
        """Has any unit below a number of its own."""
        return any(row.progress.quota for row in self.subunits)

    def __post_init__(self) -> None:
        parts = [row.progress for row in self.subunits] + ([self.outside] if self.outside else [])
        if not self.subunits:
            return
        quota = sum(part.quota.value for part in parts if part.quota)
        actual = sum(part.actual.value for part in parts)
        whole = self.total.quota.value if self.total.quota else 0
        if (quota, actual) != (whole, self.total.actual.value):
            raise ValueError(
                f"subunits {(quota, actual)} do not add up to {(whole, self.total.actual.value)}"
            )


def arrivals(lineage: Lineage, on: date) -> tuple[int, ...]:
    """Members who came to this unit on that day, by where they came from."""
    here = {unit.id for unit in lineage.units if unit.here}
    return tuple(p.members for p in lineage.passages if p.on == on and p.target in here)
