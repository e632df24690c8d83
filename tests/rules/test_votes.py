"""Votes are counted in whole numbers, over those who are counted and not over those who came."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ketnap.rules.votes import (
    Ballot,
    Count,
    Denominator,
    Threshold,
    contradictions,
    denominator,
    needed,
    passes,
    tally,
)

TWO_THIRDS = Threshold(share=Fraction(2, 3), strictly_more=False)
MORE_THAN_HALF = Threshold(share=Fraction(1, 2), strictly_more=True)
BOTH_LEAVE = Denominator(without_temporarily_transferred=True, without_exempt_absent=True)
NOBODY_LEAVES = Denominator(without_temporarily_transferred=False, without_exempt_absent=False)

BODIES = st.integers(min_value=1, max_value=5000)
THRESHOLDS = st.builds(
    Threshold,
    share=st.fractions(min_value=Fraction(1, 100), max_value=Fraction(99, 100), max_denominator=100),
    strictly_more=st.booleans(),
)


@pytest.mark.parametrize(("n", "least"), [(20, 14), (10, 7), (25, 17), (29, 20), (3, 2), (18, 12), (1, 1)])
def test_two_thirds_of_a_cell(n: int, least: int) -> None:
    assert least == needed(n, TWO_THIRDS)
    assert passes(least, n, TWO_THIRDS)
    assert not passes(least - 1, n, TWO_THIRDS)


@pytest.mark.parametrize(("members", "least"), [(9, 5), (10, 6), (11, 6), (1, 1)])
def test_more_than_half_of_a_standing_committee(members: int, least: int) -> None:
    assert least == needed(members, MORE_THAN_HALF)
    assert not passes(least - 1, members, MORE_THAN_HALF)


@given(BODIES, THRESHOLDS)
def test_needed_is_the_fewest_that_pass(n: int, threshold: Threshold) -> None:
    least = needed(n, threshold)
    assert passes(least, n, threshold)
    assert not passes(least - 1, n, threshold)


@given(BODIES, BODIES, THRESHOLDS)
def test_a_larger_body_never_needs_fewer(one: int, other: int, threshold: Threshold) -> None:
    small, large = sorted((one, other))
    assert needed(small, threshold) <= needed(large, threshold) <= large


@pytest.mark.parametrize("n", [0, -1])
def test_nobody_cannot_agree(n: int) -> None:
    with pytest.raises(ValueError, match="somebody"):
        passes(0, n, TWO_THIRDS)
    with pytest.raises(ValueError, match="somebody"):
        needed(n, TWO_THIRDS)


def test_who_is_elsewhere_or_exempt_and_absent_is_not_counted_and_who_is_absent_is() -> None:
    ballot = Ballot(official=25, probationary=2, temporarily_transferred=3, exempt_absent=2)
    assert denominator(ballot, BOTH_LEAVE) == 20
    assert denominator(ballot, NOBODY_LEAVES) == 25


def test_an_exempt_member_who_attends_is_counted_again() -> None:
    absent = Ballot(official=21, exempt_absent=1)
    attending = Ballot(official=21, exempt_absent=0)
    assert (denominator(absent, BOTH_LEAVE), denominator(attending, BOTH_LEAVE)) == (20, 21)


def test_a_sound_count_has_nothing_against_it_and_its_result() -> None:
    ballot, count = Ballot(official=18), Count(present=16, yes=15, no=1)

    result = tally(ballot, count, TWO_THIRDS, BOTH_LEAVE)

    assert contradictions(ballot, count, TWO_THIRDS, BOTH_LEAVE) == ()
    assert (result.yes, result.of, result.needed, result.passed) == (15, 18, 12, True)


@pytest.mark.parametrize(
    ("ballot", "count", "codes"),
    [
        (Ballot(official=20, probationary=2), Count(present=17, yes=13, no=5), ["more_ballots_than_voters"]),
        (Ballot(official=20), Count(present=17, yes=13, no=2, abstained=1), ["ballots_missing"]),
        (Ballot(official=20), Count(present=17, yes=13, no=2, abstained=1, invalid=1), []),
        (
            Ballot(official=20, temporarily_transferred=2),
            Count(present=19, yes=19, no=0),
            ["present_exceeds_roll"],
        ),
        (Ballot(official=20), Count(present=13, yes=13, no=0), ["too_few_present_to_pass"]),
        (Ballot(official=3, exempt_absent=3), Count(present=0, yes=0, no=0), ["nobody_may_vote"]),
        (Ballot(official=20), Count(present=17, yes=18, no=-1), ["negative_number"]),
        (Ballot(official=-1), Count(present=0, yes=0, no=0), ["negative_number"]),
    ],
)
def test_what_cannot_be_is_named(ballot: Ballot, count: Count, codes: list[str]) -> None:
    assert codes == [finding.code for finding in contradictions(ballot, count, TWO_THIRDS, BOTH_LEAVE)]


def test_a_vote_that_nobody_can_win_is_a_warning_and_names_the_number_needed() -> None:
    [finding] = contradictions(Ballot(official=20), Count(present=13, yes=13, no=0), TWO_THIRDS, BOTH_LEAVE)
    assert finding.severity == "warn"
    assert "14/20" in finding.sentence


@given(
    st.builds(Ballot, official=st.integers(1, 60), temporarily_transferred=st.integers(0, 3)),
    st.builds(
        Count,
        present=st.integers(0, 60),
        yes=st.integers(0, 60),
        no=st.integers(0, 60),
        abstained=st.integers(0, 60),
        invalid=st.integers(0, 60),
    ),
)
def test_a_count_without_contradiction_never_has_more_yes_than_members(ballot: Ballot, count: Count) -> None:
    if not contradictions(ballot, count, TWO_THIRDS, BOTH_LEAVE):
        assert count.yes <= denominator(ballot, BOTH_LEAVE)
