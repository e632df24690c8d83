"""A nomination: proposed, approved, withdrawn, closed by an enrolment."""

from datetime import date, timedelta
from typing import Any

import pytest

from ketnap.common.decider import Hold, Release, held_after
from ketnap.common.occurred import NotYetHappened, OutOfOrder, ReasonNeeded
from ketnap.common.testing import scenario
from ketnap.training.nomination import (
    Basis,
    Command,
    Event,
    NominationExists,
    NominationOver,
    NominationUnknown,
    NotApproved,
    NotProbationer,
    NotSympathiser,
    claims,
    decider,
)
from tests.training.builders import (
    ANN,
    BAO,
    CELL,
    COMMUNE,
    COURSE,
    DECIDED,
    TODAY,
    approve,
    approved,
    close,
    closed,
    named,
    nominate,
    nominated,
    withdraw,
    withdrawn,
)

given = scenario(decider)
PROBATIONER = Basis(sympathiser_of=None, probationer_of=CELL, position=9)
TOMORROW = TODAY + timedelta(days=1)
LONG_AGO = date(2024, 1, 2)


def test_a_cell_nominates_who_is_on_its_list() -> None:
    given().when(nominate()).then(nominated())


def test_a_cell_nominates_its_probationer_to_the_class_for_new_members() -> None:
    given().when(nominate(programme="new_member", basis=PROBATIONER)).then(
        nominated(programme="new_member", basis=PROBATIONER)
    )


@pytest.mark.parametrize("listed_in", [None, COMMUNE])
def test_who_is_on_no_list_or_on_another_cells_is_not_nominated(listed_in: Any) -> None:  # Any: UUID | None
    basis = Basis(sympathiser_of=listed_in, probationer_of=CELL, position=9)
    given().when(nominate(basis=basis)).then_rejected(NotSympathiser)


@pytest.mark.parametrize("probationer_of", [None, COMMUNE])
def test_who_is_no_probationer_of_the_cell_is_not_sent_to_the_class_for_new_members(
    probationer_of: Any,  # Any: UUID | None
) -> None:
    basis = Basis(sympathiser_of=CELL, probationer_of=probationer_of, position=9)
    given().when(nominate(programme="new_member", basis=basis)).then_rejected(NotProbationer)


def test_nominating_twice_is_nominating_once() -> None:
    given(nominated()).when(nominate()).then_nothing()


def test_a_nomination_is_for_one_person() -> None:
    given(nominated()).when(nominate(person=BAO)).then_rejected(NominationExists)
    given(nominated(), approved()).when(nominate()).then_rejected(NominationExists)
    given(nominated(), withdrawn()).when(nominate()).then_rejected(NominationExists)


def test_the_committee_approves() -> None:
    given(nominated()).when(approve()).then(approved())


def test_approving_twice_is_approving_once() -> None:
    given(nominated(), approved()).when(approve(on=TODAY)).then_nothing()


@pytest.mark.parametrize("before", [[nominated()], [nominated(), approved()]])
def test_a_nomination_is_withdrawn_before_and_after_it_is_approved(before: list[Event]) -> None:
    given(*before).when(withdraw()).then(withdrawn())


def test_withdrawing_twice_is_withdrawing_once() -> None:
    given(nominated(), withdrawn()).when(withdraw(because="other")).then_nothing()


def test_an_enrolment_closes_an_approved_nomination() -> None:
    given(nominated(), approved()).when(close()).then(closed())


def test_an_enrolment_told_twice_closes_it_once() -> None:
    given(nominated(), approved(), closed()).when(close()).then_nothing()


def test_what_was_not_approved_is_not_closed_by_an_enrolment() -> None:
    given(nominated()).when(close()).then_rejected(NotApproved)


@pytest.mark.parametrize("command", [approve(), withdraw(), close()])
def test_a_nomination_never_made_is_not_known(command: Command) -> None:
    given().when(command).then_rejected(NominationUnknown)


@pytest.mark.parametrize("command", [approve(), withdraw(), close(course=named("another course"))])
def test_a_nomination_that_led_to_a_class_is_over(command: Command) -> None:
    given(nominated(), approved(), closed()).when(command).then_rejected(NominationOver)


@pytest.mark.parametrize("command", [approve(), close()])
def test_a_withdrawn_nomination_is_over(command: Command) -> None:
    given(nominated(), withdrawn()).when(command).then_rejected(NominationOver)


@pytest.mark.parametrize(
    ("before", "make"), [([], nominate), ([nominated()], approve), ([nominated()], withdraw)]
)
def test_nothing_is_recorded_before_it_happened(before: list[Event], make: Any) -> None:  # Any: a builder
    given(*before).when(make(on=TOMORROW)).then_rejected(NotYetHappened, on=TOMORROW)


@pytest.mark.parametrize(
    ("before", "make"),
    [
        ([], nominate),
        ([nominated(on=LONG_AGO)], approve),
        ([nominated(on=LONG_AGO)], withdraw),
    ],
)
def test_what_is_recorded_late_says_why(before: list[Event], make: Any) -> None:  # Any: a builder
    given(*before).when(make(on=LONG_AGO)).then_rejected(ReasonNeeded)
    [event] = decider.decide(make(on=LONG_AGO, reason="văn bản đến muộn"), decider.fold(before))
    assert event.late_reason == "văn bản đến muộn"  # type: ignore[union-attr] # a closing has no reason


@pytest.mark.parametrize("make", [approve, withdraw])
def test_a_step_does_not_come_before_the_one_it_follows(make: Any) -> None:  # Any: a builder
    given(nominated()).when(make(on=DECIDED - timedelta(days=1))).then_rejected(OutOfOrder, after=DECIDED)


def test_what_was_heard_after_the_nomination_ends_it_whatever_its_day() -> None:
    heard = withdraw(because="delisted", on=LONG_AGO, today=LONG_AGO, by=None, heard_at=8)
    given(nominated()).when(heard).then(withdrawn(reason="delisted", on=LONG_AGO, by=None))
    given(nominated(), approved()).when(heard).then(withdrawn(reason="delisted", on=LONG_AGO, by=None))


def test_a_nomination_made_knowing_what_was_heard_stands() -> None:
    heard = withdraw(because="delisted", by=None, heard_at=7)
    given(nominated()).when(heard).then_nothing()
    given(nominated(), approved()).when(heard).then_nothing()


def test_a_person_has_one_open_nomination_a_programme() -> None:
    hold = Hold(kind="open-nomination", value=f"{ANN}/awareness")

    story: list[Event] = [nominated(), approved()]
    ends: list[Event] = [withdrawn(), closed(course=COURSE)]

    assert held_after(claims, story) == ([hold], [])
    for end in ends:
        assert held_after(claims, [*story, end]) == ([], [Release(kind="open-nomination")])
