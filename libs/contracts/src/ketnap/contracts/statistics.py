"""What statistics tells: plans with their targets, quotas issued, unit plans received."""

from datetime import date
from typing import Final
from uuid import UUID

from ketnap.contracts.fact import Fact, SourceRestored, Word


class TargetKind(Word):
    """How a target is stated."""

    ABSOLUTE = "absolute"  # 300
    PERCENT_OF_BASE = "percent_of_base"  # 4 % of 5.465
    RANGE_OF_BASE = "range_of_base"  # 3-4 % of all members
    SHARE_OF_MEASURE = "share_of_measure"  # at least 2 % of the year's admissions
    PER_UNIT = "per_unit"  # at least 1 for each organisation of a kind
    BREAKDOWN = "breakdown"  # no target: a part of the measure that the plan's reports print
    OTHER = "other"


class Strictness(Word):
    """What the document's words demand."""

    EXACT = "exact"
    AT_LEAST = "at_least"
    ABOUT = "about"
    STRIVE = "strive"  # phấn đấu
    OTHER = "other"


class TargetStated(Fact, type="statistics.target_stated.v1", subject="plan"):
    """One target of an issued plan, with the number that counts."""

    plan: UUID
    line: str
    """Code of the line in its plan."""
    kind: TargetKind
    measure: str
    strictness: Strictness
    value: int | None = None
    """The approved absolute number; None where the kind has none (range, per unit)."""
    on: date


class PlanIssued(Fact, type="statistics.plan_issued.v1", subject="plan"):
    """A committee's plan for a period holds; its targets follow as facts of their own."""

    plan: UUID
    unit: UUID
    title: str
    period_from: date
    period_until: date
    instrument: str
    on: date


class QuotaIssued(Fact, type="statistics.quota_issued.v1", subject="plan"):
    """A unit's quota under a line of a plan (absolute value, replaces the one before)."""

    plan: UUID
    line: str
    unit: UUID
    quota: int
    was: int
    decision: str
    on: date


class UnitPlanReceived(Fact, type="statistics.unit_plan_received.v1", subject="plan"):
    """A unit sent its own plan; late when after `due_on`."""

    plan: UUID
    unit: UUID
    proposed: int
    due_on: date
    on: date


class ForgettingDone(Fact, type="statistics.forgetting_done.v1", subject="person"):
    """Statistics has erased what it held; the figures stay."""

    person: UUID
    rows: int


FACTS: Final[dict[str, type[Fact]]] = {
    fact.TYPE: fact
    for fact in (SourceRestored, PlanIssued, TargetStated, QuotaIssued, UnitPlanReceived, ForgettingDone)
}
