"""A line of the class plan."""

from datetime import date, timedelta

import pytest

from ketnap.common.decider import Hold, held_after
from ketnap.common.occurred import NotYetHappened, OutOfOrder, ReasonNeeded
from ketnap.common.testing import scenario
from ketnap.training.class_plan import Event, LineExists, LineUnknown, NumbersUnfit, claims, decider
from tests.training.builders import CENTRE, COMMUNE, DECIDED, TODAY, change, plan, plan_changed, planned

given = scenario(decider)


def test_classes_are_planned() -> None:
    given().when(plan(instrument="BTV/KH/12/2024-03-01")).then(planned(instrument="BTV/KH/12/2024-03-01"))


def test_the_same_plan_twice_is_one_plan() -> None:
    given(planned()).when(plan()).then_nothing()


@pytest.mark.parametrize("other", [{"classes": 5}, {"learners": 400}, {"year": 2025}, {"owner": CENTRE}])
def test_another_content_under_the_same_line_is_refused(other: dict[str, object]) -> None:
    given(planned()).when(plan(**other)).then_rejected(LineExists)


def test_the_plan_changes_by_a_new_event_that_holds_the_numbers_after_it() -> None:
    given(planned()).when(change()).then(plan_changed())


def test_a_line_given_up_has_no_classes_and_no_learners() -> None:
    given(planned()).when(change(classes=0, learners=0)).then(plan_changed(classes=0, learners=0))


def test_a_line_given_up_can_be_taken_up_again() -> None:
    given(planned(), plan_changed(classes=0, learners=0)).when(change()).then(plan_changed())


def test_a_change_to_what_stands_changes_nothing() -> None:
    given(planned()).when(change(classes=4, learners=320)).then_nothing()
    given(planned(), plan_changed()).when(change()).then_nothing()


def test_a_line_never_planned_cannot_be_changed() -> None:
    given().when(change()).then_rejected(LineUnknown)


@pytest.mark.parametrize(("classes", "learners"), [(0, 0), (0, 30), (3, 0), (3, 2)])
def test_a_plan_needs_classes_and_at_least_a_learner_each(classes: int, learners: int) -> None:
    given().when(plan(classes=classes, learners=learners)).then_rejected(
        NumbersUnfit, classes=classes, learners=learners
    )


@pytest.mark.parametrize(("classes", "learners"), [(0, 30), (3, 0), (3, 2)])
def test_a_change_needs_fitting_numbers_too(classes: int, learners: int) -> None:
    given(planned()).when(change(classes=classes, learners=learners)).then_rejected(NumbersUnfit)


def test_a_plan_of_tomorrow_is_not_recorded_today() -> None:
    tomorrow = TODAY + timedelta(days=1)
    given().when(plan(on=tomorrow)).then_rejected(NotYetHappened, on=tomorrow)
    given(planned()).when(change(on=tomorrow)).then_rejected(NotYetHappened, on=tomorrow)


def test_what_is_recorded_late_says_why() -> None:
    long_ago = date(2024, 1, 2)
    given().when(plan(on=long_ago)).then_rejected(ReasonNeeded)
    given().when(plan(on=long_ago, reason="văn bản đến muộn")).then(
        planned(on=long_ago, late_reason="văn bản đến muộn")
    )
    given(planned(on=long_ago)).when(change(on=long_ago)).then_rejected(ReasonNeeded)
    given(planned(on=long_ago)).when(change(on=long_ago, reason="văn bản đến muộn")).then(
        plan_changed(on=long_ago, late_reason="văn bản đến muộn")
    )


def test_a_change_does_not_come_before_the_plan() -> None:
    given(planned()).when(change(on=DECIDED - timedelta(days=1))).then_rejected(OutOfOrder)
    given(planned(), plan_changed(on=TODAY)).when(change(classes=2, on=DECIDED)).then_rejected(OutOfOrder)


def test_an_owner_has_one_line_a_year_and_programme() -> None:
    story: list[Event] = [planned(), plan_changed()]

    assert held_after(claims, story) == ([Hold(kind="plan-line", value=f"{COMMUNE}/awareness/2024")], [])
