"""Due dates follow from what happened, the pack and the calendar, and say which rule they come from."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ketnap.rules.deadlines import (
    ExtensionRefused,
    ceremony_due,
    certificate_valid_until,
    decision_due,
    key_dates,
    papers_fresh_until,
    probation_ends,
    readmission_from,
    recognition_decision_due,
    recognition_meeting_due,
    working_days_late,
)
from ketnap.rules.rule_pack import Clock
from ketnap.rules.workdays import Calendar, CalendarMissing, national_calendar, proclaimed_swaps
from tests.rules.builders import PACK

CALENDAR = national_calendar(proclaimed_swaps())
DAYS = st.dates(min_value=date(2021, 7, 30), max_value=date(2025, 1, 19))


def test_the_committee_has_sixty_working_days_from_the_resolution_of_the_cell() -> None:
    deadline = decision_due(date(2024, 1, 15), PACK, CALENDAR)
    assert deadline.due_on == date(2024, 4, 15)  # Tết between
    assert (deadline.rule, deadline.starts_on) == ("decision", date(2024, 1, 15))
    assert deadline.basis == PACK.basis("decision")


@given(DAYS, st.integers(min_value=0, max_value=30))
def test_an_extension_moves_the_decision_by_as_many_working_days(day: date, extended_by: int) -> None:
    plain = decision_due(day, PACK, CALENDAR).due_on
    extended = decision_due(day, PACK, CALENDAR, extended_by=extended_by).due_on
    assert CALENDAR.count(plain, extended) == extended_by


@pytest.mark.parametrize("extended_by", [31, -1])
def test_an_extension_has_its_limit(extended_by: int) -> None:
    with pytest.raises(ExtensionRefused, match=r"tối đa 30 ngày làm việc \(điểm 4.3.1, Quy định 24-QĐ/TW"):
        decision_due(date(2024, 1, 15), PACK, CALENDAR, extended_by=extended_by)


def test_the_clock_of_the_ceremony_starts_with_the_receipt_of_the_decision() -> None:
    waiting = ceremony_due(issued_on=date(2024, 8, 25), received_on=None, pack=PACK, calendar=CALENDAR)
    due = ceremony_due(
        issued_on=date(2024, 8, 25), received_on=date(2024, 8, 28), pack=PACK, calendar=CALENDAR
    )

    assert waiting is None
    assert due is not None
    assert (due.starts_on, due.due_on) == (date(2024, 8, 28), date(2024, 10, 11))


def test_a_pack_may_start_that_clock_with_the_issue() -> None:
    by_issue = replace(PACK, ceremony=Clock(working_days=30, extension=0, starts="decision_issued"))
    due = ceremony_due(issued_on=date(2024, 8, 25), received_on=None, pack=by_issue, calendar=CALENDAR)
    assert due is not None
    assert due.starts_on == date(2024, 8, 25)


def test_recognition_is_decided_in_thirty_working_days_and_thirty_more() -> None:
    resolved = date(2024, 10, 1)
    assert recognition_decision_due(resolved, PACK, CALENDAR).due_on == date(2024, 11, 12)
    assert recognition_decision_due(resolved, PACK, CALENDAR, extended_by=30).due_on == date(2024, 12, 24)


@given(DAYS)
def test_probation_ends_on_the_official_date_whatever_weekday_it_is(ceremony: date) -> None:
    ends = probation_ends(ceremony, PACK).due_on
    assert ends == key_dates(decided_on=ceremony, ceremony_on=ceremony, pack=PACK).official_on
    assert 365 <= (ends - ceremony).days <= 366


@given(DAYS)
def test_the_cell_has_thirty_working_days_after_probation(ceremony: date) -> None:
    due = recognition_meeting_due(ceremony, PACK, CALENDAR)
    assert due.starts_on == probation_ends(ceremony, PACK).due_on
    assert CALENDAR.count(due.starts_on, due.due_on) == 30


def test_the_three_dates_of_a_member_are_three() -> None:
    dates = key_dates(decided_on=date(2024, 8, 25), ceremony_on=date(2024, 9, 15), pack=PACK)
    assert (dates.party_age_from, dates.joined_on, dates.official_on) == (
        date(2024, 8, 25),
        date(2024, 9, 15),
        date(2025, 9, 15),
    )


def test_terms_in_months_name_their_rules() -> None:
    terms = [
        certificate_valid_until(date(2020, 1, 15), PACK),
        papers_fresh_until(date(2025, 4, 1), PACK),
        readmission_from(date(2023, 3, 10), PACK),
    ]
    assert [(term.rule, term.due_on) for term in terms] == [
        ("certificate_months", date(2025, 1, 15)),
        ("papers", date(2026, 4, 1)),
        ("readmission", date(2026, 3, 10)),
    ]
    assert [term.basis for term in terms] == [PACK.basis(term.rule) for term in terms]


def test_lateness_is_counted_in_working_days_and_never_negative() -> None:
    deadline = decision_due(date(2024, 1, 15), PACK, CALENDAR)
    assert working_days_late(deadline, date(2024, 4, 15), CALENDAR) == 0
    assert working_days_late(deadline, date(2024, 4, 1), CALENDAR) == 0
    assert working_days_late(deadline, date(2024, 4, 22), CALENDAR) == 4  # the 18th is a holiday


def test_a_calendar_that_ends_too_soon_is_named() -> None:
    short = Calendar(years=[2024], holidays=[])
    with pytest.raises(CalendarMissing, match="năm 2025"):
        decision_due(date(2024, 12, 1), PACK, short)
