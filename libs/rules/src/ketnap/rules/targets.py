"""Targets of a plan: what a formula proposes, what was approved, and whether it is reached, in whole numbers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from ketnap.rules.rounding import Percent, Rounding, fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What percent × base comes to, exactly and rounded."""

    percent: Percent
    base: int
    exact: Fraction
    rounded: int

    def difference(self, approved: int) -> Fraction:
        """How far an approved number lies above the formula; it is shown, never smoothed away."""
        return approved - self.exact

    def reached_by(self, actual: int) -> bool:
        """Whether the percentage itself is reached, whatever number was approved."""
        return reached(actual, self.percent, self.base)


@dataclass(frozen=True, slots=True, kw_only=True)
class PercentRange:
    """A target such as 3–4 % of all members."""

    least: Percent
    most: Percent

    def place(self, actual: int, base: int) -> Literal["below", "within", "above"]:
        if not reached(actual, self.least, base):
            return "below"
        return "within" if fraction(actual) <= self.most.of(base) else "above"


def propose(percent: Percent, base: int, rounding: Rounding) -> Proposal:
    """Percent of a base, or share of a year's admissions: both are percent × a dated number of people.

    Raises NotComputed for a MANUAL rounding, ValueError for a rounding that keeps parts of people.
    """
    if rounding.decimals:
        raise ValueError("a target is a number of people")
    exact = percent.of(base)
    return Proposal(percent=percent, base=base, exact=exact, rounded=int(rounding.of(exact)))


def reached(actual: int, percent: Percent, base: int) -> bool:
    """100 × actual ≥ percent × base, exactly: no rounded percentage decides about a target."""
    return fraction(actual) >= percent.of(base)


def short_of(least: int, admitted: Mapping[str, int]) -> tuple[str, ...]:
    """Which organisations miss “at least so many in each”; it is judged one by one, never in total."""
    return tuple(organisation for organisation, number in admitted.items() if number < least)


def unallocated(parent: int, children: Iterable[int], *, reserve: int = 0, approved_excess: int = 0) -> int:
    """Parent − Σ children − reserve + approved over-allocation: a quota may be issued when nothing is left.

    Negative: allotted beyond what was given from above, and nobody approved it.
    """
    return parent - sum(children) - reserve + approved_excess
