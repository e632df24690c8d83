"""The member roll of a cell: a balance, and everybody who comes, becomes official, or leaves."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given as over
from hypothesis import strategies as st

from ketnap.common.decider import Hold, Rejected, Release, held_after
from ketnap.common.occurred import NotYetHappened
from ketnap.common.testing import scenario
from ketnap.registry.place import NotACell, Place
from ketnap.registry.roll import (
    BalanceWrong,
    BeforeOpening,
    Command,
    Event,
    MemberAdmitted,
    MemberLeft,
    NamedTwice,
    NobodyLeft,
    NotOnRoll,
    Opened,
    RollAlreadyOpened,
    RollNotOpened,
    claims,
    decider,
)
from tests.registry.builders import (
    ANN,
    BAO,
    BEFORE,
    CELL,
    CHI,
    LONG_AGO,
    ON,
    TODAY,
    admit,
    admitted,
    correct_date,
    date_corrected,
    member,
    member_left,
    named,
    open_roll,
    recognise,
    recognised,
    remove,
    roll_opened,
)

given = scenario(decider)
DAY = timedelta(days=1)


def test_a_roll_opens_with_a_balance_and_those_who_are_known() -> None:
    given().when(open_roll(member(ANN), member(BAO, "probationary"))).then(
        roll_opened(member(ANN), member(BAO, "probationary"))
    )


def test_an_empty_cell_opens_an_empty_roll() -> None:
    given().when(open_roll(official=0, probationary=0)).then(roll_opened(official=0, probationary=0))


@pytest.mark.parametrize("named_members", [[member(ANN), member(BAO)], [member(ANN, "probationary")]])
def test_no_more_are_named_than_counted(named_members: list[Any]) -> None:  # Any: members
    given().when(open_roll(*named_members, official=1, probationary=0)).then_rejected(
        BalanceWrong, official=1, probationary=0
    )


def test_nobody_is_named_twice() -> None:
    given().when(open_roll(member(ANN), member(ANN, "probationary"))).then_rejected(NamedTwice)


@pytest.mark.parametrize(
    "cell", [Place(unit=CELL, kind="commune", lives=True), Place(unit=CELL, kind="cell", lives=False)]
)
def test_only_a_living_cell_keeps_a_roll(cell: Place) -> None:
    given().when(open_roll(cell=cell)).then_rejected(NotACell, on=BEFORE)


def test_a_balance_of_long_ago_needs_no_reason_and_one_of_tomorrow_is_refused() -> None:
    given().when(open_roll(on=LONG_AGO)).then(roll_opened(on=LONG_AGO))
    given().when(open_roll(on=TODAY + DAY)).then_rejected(NotYetHappened)


def test_opening_twice_is_opening_once() -> None:
    given(roll_opened()).when(open_roll()).then_nothing()
    given(roll_opened(), admitted()).when(open_roll(official=20, probationary=3)).then_nothing()


@pytest.mark.parametrize("other", [{"official": 21}, {"probationary": 3}, {"on": ON}])
def test_an_open_roll_is_not_opened_with_another_balance(other: dict[str, Any]) -> None:  # Any: fields
    given(roll_opened()).when(open_roll(**other)).then_rejected(RollAlreadyOpened)


@pytest.mark.parametrize("command", [admit(), correct_date(), recognise(), remove(), remove(None)])
def test_nothing_happens_on_a_roll_that_was_not_opened(command: Command) -> None:
    given().when(command).then_rejected(RollNotOpened)


# Coming, becoming official


def test_a_ceremony_adds_a_probationer() -> None:
    given(roll_opened()).when(admit()).then(admitted())


def test_who_stands_on_the_roll_is_not_added_again() -> None:
    given(roll_opened(), admitted()).when(admit(dossier=named("another"))).then_nothing()
    given(roll_opened(member(ANN))).when(admit(ANN)).then_nothing()


def test_a_ceremony_before_the_balance_is_in_it_already() -> None:
    given(roll_opened()).when(admit(on=BEFORE - DAY)).then_rejected(
        BeforeOpening, on=BEFORE - DAY, opened_on=BEFORE
    )
    given(roll_opened()).when(admit(on=BEFORE)).then(admitted(on=BEFORE))


def test_the_date_of_a_ceremony_is_corrected() -> None:
    given(roll_opened(), admitted()).when(correct_date()).then(date_corrected())
    given(roll_opened(), admitted()).when(correct_date(on=ON)).then_nothing()


def test_a_probationer_becomes_official() -> None:
    given(roll_opened(), admitted()).when(recognise()).then(recognised())
    given(roll_opened(member(ANN, "probationary"))).when(recognise(ANN)).then(
        recognised(ANN, official=21, probationary=1)
    )


def test_who_is_official_is_not_recognised_again() -> None:
    given(roll_opened(), admitted(), recognised()).when(recognise()).then_nothing()
    given(roll_opened(member(ANN))).when(recognise(ANN)).then_nothing()


@pytest.mark.parametrize("command", [correct_date(CHI), recognise(CHI), remove(CHI)])
def test_who_is_not_on_the_roll_is_refused(command: Command) -> None:
    given(roll_opened(), admitted()).when(command).then_rejected(NotOnRoll)


# Leaving


def test_a_member_leaves_with_the_status_the_roll_knows() -> None:
    given(roll_opened(), admitted()).when(remove()).then(member_left())
    given(roll_opened(member(ANN))).when(remove(ANN, status="probationary")).then(
        member_left(ANN, status="official", official=19)
    )
    given(roll_opened(), admitted(), recognised()).when(remove()).then(
        member_left(status="official", official=20, probationary=2)
    )


def test_leaving_twice_is_leaving_once() -> None:
    given(roll_opened(), admitted(), member_left()).when(remove(cause="died")).then_nothing()


def test_those_only_counted_leave_one_by_one() -> None:
    story: list[Event] = [roll_opened(member(ANN), official=3)]
    for left in (2, 1):
        happened = decider.decide(remove(None), decider.fold(story))
        assert happened == [member_left(None, status="official", official=left, probationary=2)]
        story += happened


@pytest.mark.parametrize("status", ["official", "probationary"])
def test_of_those_only_counted_nobody_leaves_who_is_not_there(status: Any) -> None:  # Any: a status
    roll = roll_opened(member(ANN), member(BAO, "probationary"), official=1, probationary=1)
    given(roll).when(remove(None, status=status)).then_rejected(NobodyLeft, status=status)


def test_nobody_leaves_tomorrow_or_before_the_balance() -> None:
    given(roll_opened(), admitted()).when(remove(on=TODAY + DAY)).then_rejected(NotYetHappened)
    given(roll_opened(), admitted()).when(remove(on=BEFORE - DAY)).then_rejected(BeforeOpening)
    given(roll_opened()).when(remove(None, on=BEFORE - DAY)).then_rejected(BeforeOpening)


def test_who_left_may_come_again_and_leave_again() -> None:
    story: list[Event] = [roll_opened(), admitted(), member_left()]
    given(*story).when(admit()).then(admitted())
    given(*story, admitted()).when(remove()).then(member_left())


# What always holds


def test_nobody_stands_on_two_rolls() -> None:
    ann, bao = (Hold(kind="membership", value=str(person)) for person in (ANN, BAO))
    story: list[Event] = [roll_opened(member(ANN)), admitted(BAO), recognised(BAO)]

    assert held_after(claims, story) == ([ann, bao], [])
    assert held_after(claims, [*story, member_left(BAO)]) == (
        [ann],
        [Release(kind="membership", value=str(BAO))],
    )
    assert held_after(claims, [*story, member_left(None)]) == ([ann, bao], [])


PEOPLE = [named(name) for name in "abcdef"]
MEMBERS = st.builds(member, st.sampled_from(PEOPLE), st.sampled_from(["official", "probationary"]))
ASKED = st.one_of(
    st.builds(admit, st.sampled_from(PEOPLE), on=st.sampled_from([BEFORE - DAY, ON, TODAY])),
    st.builds(correct_date, st.sampled_from(PEOPLE)),
    st.builds(recognise, st.sampled_from(PEOPLE)),
    st.builds(
        remove,
        st.sampled_from([*PEOPLE, None]),
        status=st.sampled_from(["official", "probationary"]),
        cause=st.sampled_from(["died", "resigned", "expelled", "struck_off", "annulled"]),
        by=st.sampled_from([None, named("officer")]),
    ),
)


@over(
    st.integers(0, 4),
    st.integers(0, 4),
    st.lists(MEMBERS, max_size=4, unique_by=lambda one: one.person),
    st.lists(ASKED, max_size=40),
)
def test_whatever_happens_members_are_those_of_the_balance_and_who_came_without_who_left(
    official: int,
    probationary: int,
    named_members: list[Any],
    asked: list[Command],  # Any: members
) -> None:
    """Row D of Form 1 is A + B - C."""
    try:
        happened = decider.decide(
            open_roll(*named_members, official=official, probationary=probationary), decider.initial
        )
    except BalanceWrong:
        return
    for command in asked:
        try:
            happened += decider.decide(command, decider.fold(happened))
        except Rejected:
            continue
        came = sum(isinstance(event, MemberAdmitted) for event in happened)
        went = sum(isinstance(event, MemberLeft) for event in happened)
        state = decider.fold(happened)
        assert isinstance(state, Opened)
        assert state.official + state.probationary == official + probationary + came - went
        known = list(state.members.values())
        for status, count in (("official", state.official), ("probationary", state.probationary)):
            assert 0 <= sum(one.status == status for one in known) <= count
        holds, _ = held_after(claims, happened)
        assert {hold.value for hold in holds} == {str(one.person) for one in known}
