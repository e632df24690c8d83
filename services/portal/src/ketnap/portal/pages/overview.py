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
    Measure,
    PlanToDate,
    Progress,
    Rounding,
    Share,
    Status,
    StepCount,
    rounded,
)
from ketnap.portal.pages.states import State
from ketnap.portal.scope import Freshness, Scope


class GroupKind(StrEnum):
    """Rows of the table in this order; SMALL holds the quotas too small to rank."""

    AT_RISK = "at_risk"
    URGE = "urge"
    ON_TRACK = "on_track"
    ACHIEVED = "achieved"
    SMALL = "small"
    NOT_ASSESSED = "not_assessed"


@frozen
class UnitRow:
    """`status` is None for a quota too small to rank; `url` opens the unit's page."""

    name: str
    url: str
    status: Status | None
    progress: Progress
    sympathisers: Count


@frozen
class Group:
    """Its rows come by forecast shortfall, greatest first; `progress` is their sum."""

    kind: GroupKind
    progress: Progress
    units: tuple[UnitRow, ...]


@frozen
class Pace:
    """Months of the period gone, and people to admit in each month left; `average` once a month is over."""

    months_gone: Decimal
    needed: int
    average: int | None
    evidence: str


@frozen
class Recognition:
    """Probationers who became official, of those who were due; `in_time` of those whose deadline is known."""

    recognised: Count
    due: Count
    in_time: Share | None


class Programme(StrEnum):
    AWARENESS = "awareness"
    NEW_MEMBER = "new_member"


@frozen
class ProgrammeClasses:
    programme: Programme
    held: Count
    planned: Count
    learners: Count
    learners_planned: Count


@frozen
class Classes:
    held: Count
    planned: Count
    programmes: tuple[ProgrammeClasses, ...]


@frozen
class Month:
    """Cumulative persons at the end of a month; `actual` is None for months to come, `forecast` for months gone."""

    year: int
    month: int
    planned: Decimal | None
    actual: int | None
    forecast: Decimal | None
    year_before: int | None


@frozen
class TargetLine:
    """A part of the plan's number, with a number of its own."""

    title: str
    actual: Count
    value: Count
    share: Share | None


@frozen
class StructureRow:
    """An attribute of the persons admitted; one person may stand in several rows. `title`: the word for a `code` unknown."""

    code: str
    title: str
    people: Count
    share: Share | None
    year_before: Share | None


@frozen
class UnitPlans:
    """Plans that the units below had to send by a day."""

    due: date
    in_time: Count
    late: Count
    missing: Count


@frozen
class Completeness:
    """Can the figures be relied on: unit plans sent by their due day, admissions recorded too late."""

    plans: UnitPlans | None
    late_days: int
    admitted_late: Count


@frozen
class Overview:
    """`members` are those the quota is a share of (`rate`), as the plan states them, else those on the day shown.

    Raises ValueError when the groups, with what is `outside` every unit, do not add up to the total.
    """

    scope: Scope
    freshness: Freshness
    body: str
    measure: Measure
    begins: date
    ends: date
    members: Count
    members_on: date
    rate: Share | None
    status: Status
    total: Progress
    plan: PlanToDate | None
    pace: Pace | None
    forecast_share: Share | None
    steps: tuple[StepCount, ...]
    recognition: Recognition
    classes: Classes
    sympathisers: Count
    sympathisers_certified: Count
    in_class: Count
    states: tuple[State, ...]
    groups: tuple[Group, ...]
    outside: Progress | None
    months: tuple[Month, ...]
    lines: tuple[TargetLine, ...]
    lines_overlap: bool
    structure: tuple[StructureRow, ...]
    year_before: Count | None
    completeness: Completeness
    rule_pack: str | None
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

    @property
    def whole_year(self) -> bool:
        first, last = date(self.begins.year, 1, 1), date(self.begins.year, 12, 31)
        return (self.begins, self.ends) == (first, last)

    @property
    def divided(self) -> bool:
        """Has any unit below a number of its own."""
        return any(row.progress.quota for row in self.units)

    @property
    def sizes(self) -> dict[str, int]:
        """Units of each group."""
        return {group.kind: len(group.units) for group in self.groups}

    @property
    def drawable(self) -> bool:
        """Is there anything to draw by month."""
        return any(
            value for month in self.months for value in (month.planned, month.actual, month.year_before)
        )

    @property
    def judged(self) -> bool:
        """Is any unit below one whose progress is assessed."""
        return any(group.units and group.kind != GroupKind.NOT_ASSESSED for group in self.groups)


def sums(parts: Sequence[Progress]) -> tuple[int, int, int, Decimal]:
    """Quota, actual, dossiers and forecast of all parts; what is not given counts as 0."""
    return (
        sum(part.quota.value for part in parts if part.quota),
        sum(part.actual.value for part in parts),
        sum(part.dossiers.value for part in parts),
        sum((part.forecast.value for part in parts if isinstance(part.forecast, Estimate)), Decimal(0)),
    )


@frozen
class Remainder:
    """The rows folded away, as one row with numbers; `percent` is half up to one decimal."""

    quota: int
    actual: int
    percent: Decimal | None
    dossiers: int
    forecast: Decimal
    shortfall: Decimal


def remainder(rows: Sequence[Progress]) -> Remainder:
    quota, actual, dossiers, forecast = sums(rows)
    return Remainder(
        quota=quota,
        actual=actual,
        percent=rounded(Fraction(100 * actual, quota), Rounding.HALF_UP, 1) if quota else None,
        dossiers=dossiers,
        forecast=forecast,
        shortfall=max(quota - forecast, Decimal(0)),
    )


def _add_up(parts: Sequence[Progress], whole: Progress, what: str) -> None:
    if sums(parts) != sums([whole]):
        raise ValueError(f"{what}: parts {sums(parts)} do not add up to {sums([whole])}")
