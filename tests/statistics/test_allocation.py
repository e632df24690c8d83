"""An allocation: a number divided in balance, issued by two people, and the quota ledger that comes of it."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st

from ketnap.common.log import Entry
from ketnap.common.readmodel import Lined
from ketnap.common.testing import scenario
from ketnap.statistics.allocation import (
    AllocationIssued,
    AllocationPrepared,
    AllocationSubmitted,
    BelowReached,
    DecidedLater,
    Event,
    GivenChanged,
    IssueAllocation,
    NotAllocable,
    NotBelow,
    NothingPrepared,
    NotSubmitted,
    NotYetDecided,
    OutOfBalance,
    OverAllocation,
    PrepareAllocation,
    SecondPersonNeeded,
    SubmitAllocation,
    allocation_id,
    decider,
)
from ketnap.statistics.given import Division
from ketnap.statistics.views import quotas
from ketnap.statistics.views.quotas import Line, Row

given = scenario(decider)
PLAN, ROOT, BOARD, LEADER, A, B, C, STRANGER, OLD = (UUID(int=n) for n in range(1, 10))
ON, TODAY = date(2024, 1, 10), date(2024, 6, 30)
SHARES = {A: 12, B: 8}


def preparing(**other: Any) -> PrepareAllocation:
    command = PrepareAllocation(
        plan=PLAN,
        line="admitted",
        unit=ROOT,
        given=22,
        shares=SHARES,
        children=frozenset({A, B, C}),
        reserve=2,
        over=None,
        by=BOARD,
    )
    return replace(command, **other)


def prepared(**other: Any) -> AllocationPrepared:
    event = AllocationPrepared(
        plan=PLAN, line="admitted", unit=ROOT, given=22, shares=SHARES, reserve=2, over=None, by=BOARD
    )
    return replace(event, **other)


SUBMITTED = AllocationSubmitted(plan=PLAN, line="admitted", unit=ROOT, by=BOARD)


def issuing(**other: Any) -> IssueAllocation:
    command = IssueAllocation(
        decision="12-QĐ/TU",
        on=ON,
        today=TODAY,
        given=22,
        reached={},
        inherited={},
        reason=None,
        by=LEADER,
    )
    return replace(command, **other)


def issued(**other: Any) -> AllocationIssued:
    event = AllocationIssued(
        plan=PLAN,
        line="admitted",
        unit=ROOT,
        given=22,
        shares=SHARES,
        was={A: 0, B: 0},
        reserve=2,
        reserve_was=0,
        over=None,
        over_was=0,
        decision="12-QĐ/TU",
        reason=None,
        on=ON,
        by=LEADER,
    )
    return replace(event, **other)


FIRST: list[Event] = [prepared(), SUBMITTED, issued()]

# -- Preparing


def test_a_number_is_divided_among_the_units_directly_below() -> None:
    given().when(preparing()).then(prepared())


def test_a_line_without_a_number_for_the_unit_is_not_divided() -> None:
    given().when(preparing(given=None)).then_rejected(NotAllocable, line="admitted")


def test_nobody_but_the_units_directly_below_gets_a_share() -> None:
    given().when(preparing(shares={A: 12, STRANGER: 8})).then_rejected(NotBelow, count=1)


def test_who_has_a_share_keeps_the_right_to_one_after_leaving() -> None:
    without_b = preparing(children=frozenset({A, C}), shares={A: 10, B: 10})
    given(*FIRST).when(without_b).then(prepared(shares={A: 10, B: 10}))


@pytest.mark.parametrize(
    "change",
    [
        {"shares": {A: 20}},
        {"reserve": 1},
        {"given": 23},
        {"over": OverAllocation(amount=1, reason="dự kiến")},
    ],
)
def test_what_is_prepared_anew_must_be_submitted_anew(change: dict[str, Any]) -> None:
    given(prepared(), SUBMITTED).when(preparing(**change)).then(prepared(**change))
    given(prepared(), SUBMITTED, prepared(**change)).when(issuing()).then_rejected(NotSubmitted)


def test_the_same_again_leaves_what_was_submitted() -> None:
    given(prepared(), SUBMITTED).when(preparing()).then_nothing()


# -- Submitting


def test_what_balances_is_submitted_by_anybody_who_may() -> None:
    given(prepared()).when(SubmitAllocation(by=BOARD)).then(SUBMITTED)
    given(prepared(), SUBMITTED).when(SubmitAllocation(by=LEADER)).then(replace(SUBMITTED, by=LEADER))


@pytest.mark.parametrize(
    ("fields", "difference"),
    [
        ({"reserve": 0}, -2),
        ({"reserve": 3}, 1),
        ({"shares": {A: 30}}, 10),
        ({"over": OverAllocation(amount=1, reason="x")}, 0),
    ],
)
def test_what_is_out_of_balance_is_not_submitted(fields: dict[str, Any], difference: int) -> None:
    given(prepared(**fields)).when(SubmitAllocation(by=BOARD)).then_rejected(
        OutOfBalance, difference=difference
    )


def test_children_above_the_parent_need_an_approved_excess_of_just_so_many() -> None:
    """Quảng Nam 2024: 1.905 given, 1.950 in the list of units."""
    listed: dict[str, Any] = {"given": 1905, "shares": {A: 1000, B: 950}, "reserve": 0}
    given(prepared(**listed)).when(SubmitAllocation(by=BOARD)).then_rejected(OutOfBalance, difference=45)
    approved = OverAllocation(amount=45, reason="dự phòng số không đạt")
    given(prepared(**listed, over=approved)).when(SubmitAllocation(by=BOARD)).then(SUBMITTED)


# -- Issuing


def test_another_person_issues_by_a_decision() -> None:
    given(prepared(), SUBMITTED).when(issuing()).then(issued())


@pytest.mark.parametrize("command", [SubmitAllocation(by=BOARD), issuing()])
def test_nothing_is_submitted_or_issued_that_was_not_prepared(
    command: SubmitAllocation | IssueAllocation,
) -> None:
    given().when(command).then_rejected(NothingPrepared)
    given(*FIRST).when(command).then_rejected(NothingPrepared)


def test_nothing_is_issued_that_was_not_submitted() -> None:
    given(prepared()).when(issuing()).then_rejected(NotSubmitted)


def test_who_submitted_does_not_issue() -> None:
    given(prepared(), SUBMITTED).when(issuing(by=BOARD)).then_rejected(SecondPersonNeeded)


def test_a_decision_is_recorded_when_it_was_signed() -> None:
    given(prepared(), SUBMITTED).when(issuing(on=date(2024, 7, 1))).then_rejected(NotYetDecided)


def test_decisions_follow_each_other() -> None:
    again = [*FIRST, prepared(shares={A: 10, B: 10}), SUBMITTED]
    given(*again).when(issuing(on=date(2024, 1, 9))).then_rejected(DecidedLater, decided_on=ON)
    given(*again).when(issuing(on=ON)).then(issued(shares={A: 10, B: 10}, was=SHARES, reserve_was=2))


def test_a_number_that_changed_meanwhile_must_be_divided_anew() -> None:
    given(prepared(), SUBMITTED).when(issuing(given=25)).then_rejected(GivenChanged, prepared=22, given=25)
    given(prepared(), SUBMITTED).when(issuing(given=None)).then_rejected(GivenChanged)


def test_less_than_was_reached_needs_a_reason() -> None:
    given(prepared(), SUBMITTED).when(issuing(reached={A: 12, B: 9})).then_rejected(BelowReached, count=1)
    given(prepared(), SUBMITTED).when(issuing(reached={A: 12, B: 8})).then(issued())
    given(prepared(), SUBMITTED).when(issuing(reached={B: 9}, reason="hết nguồn")).then(
        issued(reason="hết nguồn")
    )


def test_who_is_not_named_any_more_has_nothing_from_now_on() -> None:
    again = [*FIRST, prepared(shares={A: 20}), SUBMITTED]
    given(*again).when(issuing()).then(issued(shares={B: 0, A: 20}, was=SHARES, reserve_was=2))
    given(*again).when(issuing(reached={B: 1})).then_rejected(BelowReached, count=1)


def test_the_first_decision_of_a_successor_replaces_what_its_predecessors_gave() -> None:
    given(prepared(), SUBMITTED).when(issuing(inherited={A: 5, OLD: 3})).then(
        issued(shares={A: 12, OLD: 0, B: 8}, was={A: 5, OLD: 3, B: 0})
    )


def test_later_decisions_start_from_its_own() -> None:
    again = [*FIRST, prepared(shares={A: 10, B: 10}), SUBMITTED]
    given(*again).when(issuing(inherited={OLD: 3})).then(
        issued(shares={A: 10, B: 10}, was=SHARES, reserve_was=2)
    )


def test_an_approved_excess_is_kept_with_the_decision_and_ends_with_the_next() -> None:
    over = OverAllocation(amount=2, reason="vượt")
    more: dict[str, Any] = {"shares": {A: 14, B: 10}, "reserve": 0, "over": over}
    given(prepared(**more), SUBMITTED).when(issuing()).then(issued(**more))
    again: list[Event] = [prepared(**more), SUBMITTED, issued(**more), prepared(), SUBMITTED]
    given(*again).when(issuing()).then(issued(was={A: 14, B: 10}, over_was=2))


def test_what_is_submitted_of_nothing_changes_nothing() -> None:
    assert given(SUBMITTED).state() == decider.initial


# -- The quota ledger


def folded(events: list[AllocationIssued]) -> list[Line]:
    row, lines = Row(subject=allocation_id(PLAN, "admitted", ROOT)), list[Line]()
    for position, event in enumerate(events, 1):
        found = quotas.fold(row, event, logged(position))
        assert isinstance(found, Lined)
        assert found.row is not None
        row = found.row
        lines += [line for line in found.add if isinstance(line, Line)]
    return lines


def logged(position: int) -> Entry:
    return Entry(
        position=position,
        id=UUID(int=position),
        stream="allocation",
        version=position,
        type="allocation.issued",
        schema_version=1,
        json="{}",
        meta_json="{}",
        recorded_at=datetime(2024, 1, 10, tzinfo=UTC),
    )


def test_each_change_is_a_line_with_its_decision() -> None:
    changed = issued(shares={A: 12, B: 4, C: 4}, was={A: 12, B: 8, C: 0}, reserve_was=2, decision="20-QĐ/TU")

    assert [(line.kind, line.unit, line.delta, line.decision) for line in folded([issued(), changed])] == [
        ("allocation", A, 12, "12-QĐ/TU"),
        ("allocation", B, 8, "12-QĐ/TU"),
        ("reserve", None, 2, "12-QĐ/TU"),
        ("adjustment", B, -4, "20-QĐ/TU"),
        ("adjustment", C, 4, "20-QĐ/TU"),
    ]


@drawn(
    st.lists(
        st.tuples(
            st.dictionaries(st.sampled_from([A, B, C]), st.integers(0, 50), min_size=1),
            st.integers(0, 20),
            st.integers(0, 20),
        ),
        min_size=1,
        max_size=6,
    )
)
def test_the_lines_of_any_decisions_add_up_to_what_the_last_one_gave(
    wanted: list[tuple[dict[UUID, int], int, int]],
) -> None:
    history: list[Event] = []
    for n, (shares, reserve, excess) in enumerate(wanted):
        over = OverAllocation(amount=excess, reason="vượt") if excess else None
        whole = sum(shares.values()) + reserve - excess
        draft = preparing(given=whole, shares=shares, reserve=reserve, over=over)
        for command in (draft, SubmitAllocation(by=BOARD), issuing(given=whole, decision=f"{n}-QĐ")):
            history += decider.decide(command, decider.fold(history))
    division = Division(acts=folded([event for event in history if isinstance(event, AllocationIssued)]))

    shares, reserve, excess = wanted[-1]
    assert division.shares == {unit: share for unit, share in shares.items() if share}
    assert (division.allotted, division.reserve, division.over_allocation) == (
        sum(shares.values()),
        reserve,
        excess,
    )
