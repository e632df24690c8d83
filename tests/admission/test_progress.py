"""The clocks: which one runs when, when it is due, and how late what it waited for came."""

from dataclasses import replace
from datetime import date

from ketnap.admission.commands import Command
from ketnap.admission.events import Event
from ketnap.admission.progress import Clock, due, run, running
from ketnap.admission.rulebook import Rulebook
from ketnap.rules.workdays import Calendar
from tests.admission.builders import (
    CELL,
    COMPETENT,
    PACK,
    RULES,
    TO_DECIDED,
    TO_INCONCLUSIVE,
    TO_OFFICIAL,
    TO_PROBATION,
    TO_PROPOSED,
    TO_READY,
    TO_RECOGNITION,
    TO_SIGNATURE,
    TO_SUBMITTED,
    annul,
    ballots,
    close_probation,
    extend,
    propose,
    recognise,
    recognition_vote,
    refuse,
    renew,
    second_committee_vote,
    strike_off,
    strike_off_vote,
    told,
    vote,
    withdraw,
)

TODAY = date(2025, 1, 2)


def after(*story: Command) -> list[Clock]:
    clocks: list[Clock] = []
    for event in told(*story):
        clocks = run(clocks, event)
    return clocks


def shown(*story: Command) -> tuple[str, date] | None:
    clock = running(after(*story))
    if clock is None:
        return None
    computed = due(clock, RULES, TODAY)
    assert computed is not None
    assert computed.basis
    return clock.rule, computed.due_on


def test_each_stage_has_the_clock_that_runs() -> None:
    assert shown(*TO_READY) == ("papers", date(2025, 1, 10))
    assert shown(*TO_READY, renew()) == ("papers", date(2025, 4, 10))
    assert shown(*TO_PROPOSED) == ("decision", date(2024, 7, 29))
    assert shown(*TO_SUBMITTED) == ("decision", date(2024, 7, 29))
    assert shown(*TO_SUBMITTED, extend()) == ("decision", date(2024, 9, 11))
    assert shown(*TO_DECIDED) == ("ceremony", date(2024, 8, 9))
    assert shown(*TO_PROBATION) == ("recognition_meeting", date(2025, 8, 26))
    assert shown(*TO_RECOGNITION) == ("recognition_decision", date(2025, 9, 10))
    assert shown(*TO_RECOGNITION, extend(on=date(2025, 8, 1))) == ("recognition_decision", date(2025, 10, 22))
    assert shown(*TO_INCONCLUSIVE) == ("recognition_decision", date(2025, 9, 16))


def test_no_clock_runs_when_nobody_has_to_act_any_more() -> None:
    for story in (
        [*TO_READY, vote(count=ballots(10))],
        [*TO_READY, withdraw()],
        [*TO_SIGNATURE, refuse()],
        TO_OFFICIAL,
        [*TO_PROBATION, close_probation()],
        [*TO_DECIDED, annul()],
        [*TO_PROBATION, strike_off_vote(), second_committee_vote(), strike_off()],
    ):
        assert shown(*story) is None


def test_who_must_act_is_named_as_soon_as_it_is_known() -> None:
    [papers, decision] = after(*TO_SUBMITTED)
    [*_, recognised] = after(*TO_RECOGNITION, second_committee_vote(), recognise())

    assert (papers.unit, decision.unit, recognised.unit) == (CELL, COMPETENT, COMPETENT)


def test_what_was_done_keeps_its_clock_with_the_days_it_was_late() -> None:
    late = recognition_vote(on=date(2025, 8, 29))
    meeting = after(*TO_PROBATION, late)[-2]
    in_time = after(*TO_PROBATION, recognition_vote())[-2]

    computed, kept = due(meeting, RULES, TODAY), due(in_time, RULES, TODAY)
    assert computed is not None
    assert kept is not None
    assert (meeting.rule, meeting.done_on, computed.days_late, kept.days_late) == (
        "recognition_meeting",
        date(2025, 8, 29),
        3,
        0,
    )


def test_what_is_not_done_is_late_by_the_days_until_today() -> None:
    clock = running(after(*TO_DECIDED))  # due on 9/8/2024

    assert clock is not None
    found = [due(clock, RULES, day) for day in (date(2024, 8, 9), date(2024, 8, 14))]
    assert [one.days_late for one in found if one] == [0, 3]


def test_an_extension_and_the_order_of_steps_do_not_lose_the_start() -> None:
    [_, decision] = after(*TO_SUBMITTED, extend(), propose(on=date(2024, 6, 12)))

    assert (decision.starts_on, decision.extended_by) == (date(2024, 5, 6), 30)


def test_striking_off_at_recognition_leaves_no_deadline_of_recognition() -> None:
    struck = recognition_vote(recognition=ballots(3, 14), strike_off=ballots(14, 3))

    assert shown(*TO_PROBATION, struck) is None


def test_a_case_that_returns_to_the_cell_waits_for_no_decision() -> None:
    assert shown(*TO_RECOGNITION, second_committee_vote(count=ballots(9, 6))) is None


def test_where_the_calendar_ends_the_due_day_is_not_known() -> None:
    short = Rulebook(packs=[PACK], calendar=Calendar(years=[2023], holidays=[]))
    clock = running(after(*TO_DECIDED))

    assert clock is not None
    assert due(clock, short, TODAY) is None


def test_a_changed_calendar_changes_the_due_day_without_a_new_event() -> None:
    clock = running(after(*TO_DECIDED))
    weekends_only = replace(RULES, calendar=Calendar(years=[2024, 2025], holidays=[date(2024, 7, 1)]))

    assert clock is not None
    before, now = due(clock, RULES, TODAY), due(clock, weekends_only, TODAY)
    assert before is not None
    assert now is not None
    assert (before.due_on, now.due_on) == (date(2024, 8, 9), date(2024, 8, 12))


def test_events_that_move_no_clock_leave_them_as_they_were() -> None:
    events: list[Event] = told(*TO_SIGNATURE)
    clocks = after(*TO_SUBMITTED)

    assert run(clocks, events[-1]) == clocks
