"""Calendar months clamp to the last day and never run backwards."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ketnap.rules.months import add_months, calendar_months, full_months

DAYS = st.dates(min_value=date(1900, 1, 1), max_value=date(2200, 12, 31))
MONTHS = st.integers(min_value=0, max_value=1200)


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        (date(2024, 9, 15), 12, date(2025, 9, 15)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2028, 2, 28), 12, date(2029, 2, 28)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2024, 12, 31), 2, date(2025, 2, 28)),
        (date(2020, 1, 15), 60, date(2025, 1, 15)),
        (date(2025, 3, 31), -1, date(2025, 2, 28)),
        (date(2025, 1, 10), 0, date(2025, 1, 10)),
    ],
)
def test_a_month_without_the_day_ends_on_its_last_day(start: date, months: int, end: date) -> None:
    assert end == add_months(start, months)


@given(DAYS, DAYS, MONTHS)
def test_a_later_start_never_ends_earlier(one: date, other: date, months: int) -> None:
    first, second = sorted((one, other))
    assert add_months(first, months) <= add_months(second, months)


@given(DAYS, MONTHS)
def test_more_months_end_strictly_later(start: date, months: int) -> None:
    assert add_months(start, months) < add_months(start, months + 1)


@given(DAYS, MONTHS)
def test_the_end_is_in_the_right_month_on_the_same_day_or_the_last(start: date, months: int) -> None:
    end = add_months(start, months)
    assert months == calendar_months(start, end)
    assert end.day == start.day or (
        end.day < start.day and add_months(end.replace(day=1), 1).toordinal() - 1 == end.toordinal()
    )


@given(DAYS, DAYS)
def test_full_months_are_the_most_that_fit(one: date, other: date) -> None:
    start, end = sorted((one, other))
    months = full_months(start, end)
    assert add_months(start, months) <= end < add_months(start, months + 1)


def test_the_day_before_the_birthday_the_month_is_not_full() -> None:
    assert full_months(date(2006, 5, 20), date(2024, 5, 19)) == 215
    assert full_months(date(2006, 5, 20), date(2024, 5, 20)) == 216
    assert calendar_months(date(2006, 5, 20), date(2024, 5, 1)) == 216


def test_months_are_not_counted_backwards() -> None:
    with pytest.raises(ValueError, match="before"):
        full_months(date(2024, 5, 2), date(2024, 5, 1))
