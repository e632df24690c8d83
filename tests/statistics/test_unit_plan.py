"""A unit's own plan, sent up before its due day."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from ketnap.common.occurred import NotYetHappened, ReasonNeeded
from ketnap.common.testing import scenario
from ketnap.statistics.unit_plan import NotAsked, SendUnitPlan, UnitPlanSent, decider, unit_plan_id

given = scenario(decider)
PLAN, UNIT, BOARD = (UUID(int=n) for n in range(1, 4))
DUE, ON, TODAY = date(2024, 2, 26), date(2024, 2, 20), date(2024, 3, 1)


def sending(**other: Any) -> SendUnitPlan:
    command = SendUnitPlan(plan=PLAN, unit=UNIT, proposed=9, due_on=DUE, on=ON, today=TODAY, by=BOARD)
    return replace(command, **other)


def sent(**other: Any) -> UnitPlanSent:
    return replace(UnitPlanSent(plan=PLAN, unit=UNIT, proposed=9, due_on=DUE, on=ON, by=BOARD), **other)


def test_a_plan_is_sent_up_with_the_day_on_which_it_was_due() -> None:
    given().when(sending()).then(sent())


def test_a_late_plan_is_taken_and_seen_to_be_late() -> None:
    given().when(sending(on=TODAY)).then(sent(on=TODAY))


def test_the_same_number_again_is_the_same_plan() -> None:
    given(sent()).when(sending(on=TODAY)).then_nothing()


def test_another_number_replaces_it() -> None:
    given(sent()).when(sending(proposed=10)).then(sent(proposed=10))


def test_nobody_sends_what_no_plan_asks_for() -> None:
    given().when(sending(due_on=None)).then_rejected(NotAsked)
    given(sent()).when(sending(due_on=None)).then_rejected(NotAsked)


def test_it_was_not_sent_tomorrow() -> None:
    given().when(sending(on=date(2024, 3, 2))).then_rejected(NotYetHappened, on=date(2024, 3, 2))


def test_what_is_recorded_long_after_needs_a_reason() -> None:
    given().when(sending(today=date(2024, 3, 22))).then_rejected(ReasonNeeded, on=ON)
    late = sending(today=date(2024, 3, 22), reason="mất mạng")
    given().when(late).then(sent(late_reason="mất mạng"))


def test_each_unit_has_one_plan_under_each_plan() -> None:
    assert unit_plan_id(PLAN, UNIT) == unit_plan_id(PLAN, UNIT)
    assert len({unit_plan_id(PLAN, UNIT), unit_plan_id(PLAN, BOARD), unit_plan_id(UNIT, PLAN)}) == 3
