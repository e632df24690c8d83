"""One unit (S2): its cells, its years, and where it came from."""

from datetime import date
from enum import StrEnum

from ketnap.common.frozen import frozen
from ketnap.portal.figures import Count, PlanToDate, Progress, Share, Status, StepCount
from ketnap.portal.scope import Crumb, Freshness, Scope


class ReasonKind(StrEnum):
    """Why a row stands where it stands, beside its status."""

    NO_SOURCE = "no_source"  # nobody on the sympathiser list, `since` a month
    NOT_CERTIFIED = "not_certified"  # sympathisers, none with a certificate
    IN_CLASS = "in_class"  # `people` sit in an awareness class
    CEREMONY = "ceremony"  # a ceremony is set for `on`


@frozen
class Reason:
    kind: ReasonKind
    since: date | None = None
    on: date | None = None
    people: int | None = None


@frozen
class SubunitRow:
    """`status` is NOT_ASSESSED where no quota was given."""

    name: str
    url: str
    status: Status
    progress: Progress
    sources: Count
    steps: tuple[StepCount, ...]
    reason: Reason | None


class TreeView(StrEnum):
    CONTEMPORARY = "duong-thoi"  # each admission on the tree of its own day
    AS_OF_DAY = "cay-ngay"  # all through successors to the tree of the day shown
    RESTATED = "quy-doi"  # divided by stated shares; totals only


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
class Dormant:
    """Subunits with a quota that admitted nobody for twelve months, and whether they still have sources."""

    none_admitted: Count
    of: int
    without_source: Count
    with_source: Count


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


@frozen
class Reorganisation:
    """`kind` and `decision` are data in Vietnamese, as the decision words them."""

    on: date
    kind: str
    decision: str


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
    secretary: str | None
    members: Count
    cells: Count
    status: Status
    total: Progress
    plan: PlanToDate | None
    sources: Count
    year_ends: date
    if_all_in_time: Share | None
    subunits: tuple[SubunitRow, ...]
    outside: Progress | None
    tree_view: TreeView
    tree_views: tuple[TreeView, ...]
    years: tuple[YearResult, ...]
    dormant: Dormant | None
    lineage: Lineage | None

    def __post_init__(self) -> None:
        parts = [row.progress for row in self.subunits] + ([self.outside] if self.outside else [])
        if not self.subunits:
            return
        quota = sum(part.quota.value for part in parts if part.quota)
        admitted = sum(part.admitted.value for part in parts)
        whole = self.total.quota.value if self.total.quota else 0
        if (quota, admitted) != (whole, self.total.admitted.value):
            raise ValueError(
                f"subunits {(quota, admitted)} do not add up to {(whole, self.total.admitted.value)}"
            )


def arrivals(lineage: Lineage, on: date) -> tuple[int, ...]:
    """Members who came to this unit on that day, by where they came from."""
    here = {unit.id for unit in lineage.units if unit.here}
    return tuple(p.members for p in lineage.passages if p.on == on and p.target in here)
