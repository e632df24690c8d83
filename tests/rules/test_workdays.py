"""Working days agree with another calendar, add up, and are refused where there is no data."""

import tomllib
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ketnap.rules.workdays import (
    Calendar,
    CalendarMissing,
    Swap,
    SwapRefused,
    national_calendar,
    national_holidays,
    proclaimed_swaps,
)

CALENDAR = national_calendar(proclaimed_swaps())
WEEKENDS_ONLY = Calendar(years=range(2020, 2030), holidays=[])
DAYS = st.dates(min_value=date(2021, 1, 1), max_value=date(2023, 12, 31))
NUMBERS = st.integers(min_value=0, max_value=250)

# Decided on 25/12/2025, so the other calendar, which lists swaps of the yearly announcements, has it not.
LATE_SWAP = Swap(off=date(2026, 1, 2), work=date(2026, 1, 10))


def test_every_day_of_six_years_agrees_with_another_calendar() -> None:
    other = tomllib.loads(Path(__file__).with_name("days_off_by_another_calendar.toml").read_text("utf-8"))
    days = [date(2021, 1, 1) + timedelta(n) for n in range((date(2027, 1, 1) - date(2021, 1, 1)).days)]

    off = {day for day in days if day.weekday() < 5 and not CALENDAR.is_working(day)}
    worked = {day for day in days if day.weekday() >= 5 and CALENDAR.is_working(day)}

    assert off == {*other["off"], LATE_SWAP.off}
    assert worked == {*other["worked"], LATE_SWAP.work}


@pytest.mark.parametrize("year", range(2021, 2027))
def test_a_year_has_the_eleven_days_of_the_labour_code(year: int) -> None:
    names = [holiday.name for holiday in national_holidays() if holiday.day.year == year]

    by_law = [name for name in names if name != "Ngày Văn hóa Việt Nam"]
    assert len(by_law) == 11
    assert (by_law.count("Tết Âm lịch"), by_law.count("Quốc khánh")) == (5, 2)
    assert len(names) == (12 if year == 2026 else 11)


@pytest.mark.parametrize("year", range(2021, 2027))
def test_the_days_of_tet_and_of_september_stand_together(year: int) -> None:
    tet = [
        holiday.day
        for holiday in national_holidays()
        if holiday.day.year == year and holiday.name == "Tết Âm lịch"
    ]
    september = {
        holiday.day for holiday in national_holidays() if holiday.day.year == year and holiday.day.month == 9
    }

    assert tet == [tet[0] + timedelta(n) for n in range(5)]
    assert date(year, 9, 2) in september
    assert (max(september) - min(september)).days == 1


def test_what_rests_on_a_secondary_source_says_so() -> None:
    by_day = {holiday.day: holiday for holiday in national_holidays()}
    assert by_day[date(2026, 11, 24)].confidence == "S"
    assert all(holiday.sources for holiday in national_holidays())


def test_a_holiday_on_a_weekend_gives_the_next_working_day() -> None:
    # 29/4 (Saturday), 30/4 (Sunday) and 1/5/2023 (Monday): both lost days come after 1/5.
    assert not any(CALENDAR.is_working(date(2023, 5, day)) for day in (1, 2, 3))
    assert CALENDAR.is_working(date(2023, 5, 4))


def test_a_swap_moves_a_working_day_to_a_saturday() -> None:
    plain, swapped = national_calendar(), CALENDAR
    assert (plain.is_working(date(2024, 4, 29)), plain.is_working(date(2024, 5, 4))) == (True, False)
    assert (swapped.is_working(date(2024, 4, 29)), swapped.is_working(date(2024, 5, 4))) == (False, True)


@pytest.mark.parametrize(
    ("swap", "because"),
    [
        (Swap(off=date(2024, 4, 28), work=date(2024, 5, 4)), "28/4/2024 vốn đã là ngày nghỉ"),
        (Swap(off=date(2024, 4, 30), work=date(2024, 5, 4)), "30/4/2024 vốn đã là ngày nghỉ"),
        (Swap(off=date(2024, 4, 29), work=date(2024, 5, 3)), "3/5/2024 không phải ngày nghỉ hằng tuần"),
        (Swap(off=date(2024, 2, 15), work=date(2024, 2, 10)), "10/2/2024 không phải ngày nghỉ hằng tuần"),
    ],
)
def test_a_swap_that_swaps_nothing_is_refused(swap: Swap, because: str) -> None:
    with pytest.raises(SwapRefused, match=because):
        national_calendar([swap])


def test_a_year_without_data_is_named_and_never_guessed() -> None:
    with pytest.raises(CalendarMissing, match="năm 2027"):
        CALENDAR.add(date(2026, 12, 1), 30)


def test_working_days_are_counted_forward() -> None:
    with pytest.raises(ValueError, match="forward"):
        CALENDAR.add(date(2024, 1, 2), -1)


@pytest.mark.parametrize(
    ("start", "number", "end"),
    [
        (date(2025, 9, 15), 30, date(2025, 10, 27)),  # no holiday between
        (date(2024, 8, 12), 30, date(2024, 9, 25)),  # 2/9 and 3/9 between: weekends alone would give 23/9
        (date(2024, 1, 15), 30, date(2024, 3, 4)),  # all of Tết between
        (date(2024, 4, 26), 1, date(2024, 5, 2)),
        (date(2024, 5, 3), 1, date(2024, 5, 4)),  # the Saturday worked for 29/4
    ],
)
def test_days_are_added_over_holidays(start: date, number: int, end: date) -> None:
    assert end == CALENDAR.add(start, number)
    assert number == CALENDAR.count(start, end)


@given(DAYS, NUMBERS, NUMBERS)
def test_adding_in_two_steps_is_adding_at_once(day: date, one: int, other: int) -> None:
    assert CALENDAR.add(day, one + other) == CALENDAR.add(CALENDAR.add(day, one), other)


@given(DAYS, NUMBERS)
def test_counting_undoes_adding(day: date, number: int) -> None:
    assert number == CALENDAR.count(day, CALENDAR.add(day, number))


@given(DAYS, DAYS, DAYS)
def test_counts_add_up_in_every_direction(one: date, two: date, three: date) -> None:
    assert CALENDAR.count(one, three) == CALENDAR.count(one, two) + CALENDAR.count(two, three)


@given(DAYS, st.integers(min_value=1, max_value=250))
def test_a_due_date_is_a_working_day_and_never_before_that_of_a_calendar_without_holidays(
    day: date, number: int
) -> None:
    due = national_calendar().add(day, number)
    assert national_calendar().is_working(due)
    assert due >= WEEKENDS_ONLY.add(day, number)
