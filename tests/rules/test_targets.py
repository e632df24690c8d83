"""Targets are judged in whole numbers; what was approved beyond the formula stays visible."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ketnap.rules.rounding import NotComputed, Percent, Rounding
from ketnap.rules.targets import PercentRange, propose, reached, short_of, unallocated

PERCENTS = st.decimals(min_value=0, max_value=100, places=2).map(lambda value: Percent(abs(value)))
PEOPLE = st.integers(min_value=0, max_value=10**6)


def test_four_percent_of_5465_is_proposed_as_219_and_approved_as_220() -> None:
    proposal = propose(Percent.parse("4%"), 5465, Rounding("CEIL"))

    assert (Fraction("218.6"), 219) == (proposal.exact, proposal.rounded)
    assert Fraction("1.4") == proposal.difference(220)


def test_219_reach_the_percentage_and_not_the_approved_220() -> None:
    proposal = propose(Percent.parse("4%"), 5465, Rounding("CEIL"))

    assert proposal.reached_by(219)
    assert not proposal.reached_by(218)
    assert Decimal("4.007") == Rounding("TRUNC", 3).percent(219, 5465)
    assert Decimal("4.0256") == Rounding("HALF_UP", 4).percent(220, 5465)


def test_two_percent_of_191_admissions_are_four_workers() -> None:
    share = Percent.parse("2%")

    assert (Fraction("3.82"), 4) == (share.of(191), propose(share, 191, Rounding("CEIL")).rounded)
    assert (reached(3, share, 191), reached(4, share, 191)) == (False, True)


@pytest.mark.parametrize(
    ("actual", "place"), [(163, "below"), (164, "within"), (218, "within"), (219, "above")]
)
def test_a_range_of_three_to_four_percent(actual: int, place: str) -> None:
    assert place == PercentRange(least=Percent.parse("3%"), most=Percent.parse("4%")).place(actual, 5465)


def test_one_pupil_in_each_school_is_judged_school_by_school() -> None:
    assert short_of(1, {"THPT Bùi Thị Xuân": 5, "THPT Trần Phú": 0, "THPT Tây Sơn": 1}) == ("THPT Trần Phú",)


def test_a_manual_target_has_no_proposal() -> None:
    with pytest.raises(NotComputed):
        propose(Percent.parse("4%"), 5465, Rounding("MANUAL"))


def test_a_target_does_not_keep_parts_of_people() -> None:
    with pytest.raises(ValueError, match="people"):
        propose(Percent.parse("4%"), 5465, Rounding("TRUNC", 1))


def test_a_percentage_of_a_small_commune_stays_a_fraction_until_somebody_rounds_it() -> None:
    three = Percent.parse("3%")
    assert (Fraction("0.6"), 0, 1) == (
        three.of(20),
        propose(three, 20, Rounding("TRUNC")).rounded,
        propose(three, 20, Rounding("CEIL")).rounded,
    )


def test_what_is_allotted_is_compared_with_what_was_given() -> None:
    assert unallocated(220, [135, 40, 30, 15]) == 0
    assert unallocated(1905, [1950]) == -45
    assert unallocated(1905, [1950], approved_excess=45) == 0
    assert unallocated(3160, [3149], reserve=11) == 0


@given(PERCENTS, PEOPLE, PEOPLE)
def test_a_target_is_reached_exactly_from_its_ceiling_on(percent: Percent, base: int, actual: int) -> None:
    assert reached(actual, percent, base) == (actual >= propose(percent, base, Rounding("CEIL")).rounded)
