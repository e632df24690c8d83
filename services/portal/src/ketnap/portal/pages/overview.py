"""The overview (S1): is the year on track, who is behind, can it still be reached."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from ketnap.common.frozen import frozen
from ketnap.portal.figures import (
    Count,
    Estimate,
    PlanToDate,
    Progress,
    Rounding,
    Share,
    Status,
    StepCount,
    rounded,
)
from ketnap.portal.scope import Freshness, Scope


class GroupKind(StrEnum):
    """Rows of the table in this order; SMALL holds the quotas too small to rank."""

    AT_RISK = "at_risk"
    BEHIND = "behind"
    ON_TRACK = "on_track"
    MET = "met"
    SMALL = "small"
    NOT_ASSESSED = "not_assessed"


@frozen
class UnitRow:
    """`status` is None for a quota too small to rank; `url` opens the unit's page."""

    name: str
    url: str
    status: Status | None
    progress: Progress


@frozen
class Group:
    """Its rows come by forecast shortfall, greatest first; `progress` is their sum."""

    kind: GroupKind
    progress: Progress
    units: tuple[UnitRow, ...]


@frozen
class Pace:
    """Months of the period passed and left on the day shown."""

    months_passed: int
    months_left: int
    evidence: str

    def needed(self, total: Progress) -> int:
        """Persons to admit in each month left, rounded up; only while a quota stands and a month is left."""
        missing = (total.quota.value if total.quota else 0) - total.admitted.value
        return int(rounded(Fraction(missing, self.months_left), Rounding.CEILING, 0))

    def average(self, total: Progress) -> int:
        """Persons admitted in a month so far, rounded half up."""
        return int(rounded(Fraction(total.admitted.value, self.months_passed), Rounding.HALF_UP, 0))


@frozen
class Recognition:
    """Probationers who became official, of those who were due; `status` by the published formula."""

    recognised: Count
    due: Count
    on_time: Share
    status: Status


class ClassKind(StrEnum):
    AWARENESS = "awareness"
    NEW_MEMBERS = "new_members"


@frozen
class ClassPlan:
    kind: ClassKind
    held: Count
    planned: Count
    learners: Count
    learners_planned: Count


@frozen
class Classes:
    held: Count
    planned: Count
    kinds: tuple[ClassPlan, ...]


@frozen
class Sources:
    sympathisers: Count
    certified: Count


@frozen
class Month:
    """Cumulative persons at the end of a month; `actual` is None for months to come, `forecast` for months gone."""

    month: int
    plan: Decimal
    actual: int | None
    forecast: Decimal | None
    last_year: int | None


@frozen
class TargetLine:
    name: str
    admitted: Count
    target: Count
    share: Share


@frozen
class StructureRow:
    """An attribute of the persons admitted; one person may stand in several rows."""

    name: str
    people: Count
    share: Share
    last_year: Share | None


@frozen
class Completeness:
    """Can the figures be relied on: unit plans sent by their due day, admissions recorded too late."""

    plans_due: date
    plans_in_time: Count
    plans_late: Count
    plans_missing: Count
    late_days: int
    admissions_late: Count


class CountedOn(StrEnum):
    """The day that counts an admission, chosen by the province's statistics pack."""

    CEREMONY = "ceremony"
    DECISION = "decision"


@frozen
class Overview:
    """Raises ValueError when the groups, with what is `outside` every unit, do not add up to the total."""

    scope: Scope
    freshness: Freshness
    body: str
    members: Count | None
    members_on: date | None
    rate: Share | None
    status: Status
    total: Progress
    plan: PlanToDate | None
    pace: Pace
    forecast_share: Share | None
    steps: tuple[StepCount, ...]
    recognition: Recognition | None
    classes: Classes
    sources: Sources
    groups: tuple[Group, ...]
    outside: Progress | None
    months: tuple[Month, ...]
    lines: tuple[TargetLine, ...]
    lines_overlap: bool
    structure: tuple[StructureRow, ...]
    structure_last_year: int | None
    completeness: Completeness
    rule_pack: str
    counted_on: CountedOn
    formula_version: int

    def __post_init__(self) -> None:
        order = [list(GroupKind).index(group.kind) for group in self.groups]
        if order != sorted(set(order)):
            raise ValueError("groups must stand worst first, each once")
        for group in self.groups:
            _add_up([row.progress for row in group.units], group.progress, group.kind)
        parts = [group.progress for group in self.groups]
        _add_up([*parts, self.outside] if self.outside else parts, self.total, "total")

    @property
    def units(self) -> tuple[UnitRow, ...]:
        return tuple(row for group in self.groups for row in group.units)

    def count(self, kind: GroupKind) -> int:
        return sum(len(group.units) for group in self.groups if group.kind == kind)


def sums(parts: Sequence[Progress]) -> tuple[int, int, int, Decimal]:
    """Quota, admitted, dossiers and forecast of all parts; what is not given counts as 0."""
    return (
        sum(part.quota.value for part in parts if part.quota),
        sum(part.admitted.value for part in parts),
        sum(part.dossiers.value for part in parts),
        sum((part.forecast.value for part in parts if isinstance(part.forecast, Estimate)), Decimal(0)),
    )


@frozen
class Remainder:
    """The rows folded away, as one row with numbers; `percent` is half up to one decimal."""

    quota: int
    admitted: int
    percent: Decimal | None
    dossiers: int
    forecast: Decimal
    shortfall: Decimal


def remainder(rows: Sequence[Progress]) -> Remainder:
    quota, admitted, dossiers, forecast = sums(rows)
    return Remainder(
        quota=quota,
        admitted=admitted,
        percent=rounded(Fraction(100 * admitted, quota), Rounding.HALF_UP, 1) if quota else None,
        dossiers=dossiers,
        forecast=forecast,
        shortfall=max(quota - forecast, Decimal(0)),
    )


def _add_up(parts: Sequence[Progress], whole: Progress, what: str) -> None:
    if sums(parts) != sums([whole]):
        raise ValueError(f"{what}: parts {sums(parts)} do not add up to {sums([whole])}")
