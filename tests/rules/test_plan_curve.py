"""The plan to date rises from month's end to month's end in straight lines, exactly."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ketnap.rules.plan_curve import PlanCurve

YEAR = PlanCurve(
    date(2024, 1, 1), tuple(Fraction(percent) for percent in (2, 8, 14, 20, 33, 40, 47, 54, 75, 83, 92, 100))
)
SCHOOL_YEAR = PlanCurve(
    date(2023, 9, 1), tuple(Fraction(percent) for percent in (0, 0, 10, 20, 20, 40, 60, 80, 100))
)
DAYS = st.dates(min_value=date(2023, 6, 1), max_value=date(2025, 6, 1))


@pytest.mark.parametrize(
    ("day", "planned"),
    [
        (date(2023, 12, 31), "0"),
        (date(2024, 1, 31), "2"),
        (date(2024, 2, 29), "8"),
        (date(2024, 9, 30), "75"),
        (date(2024, 12, 31), "100"),
        (date(2025, 2, 1), "100"),
        (date(2024, 9, 10), "61"),  # 54 + (75 - 54) × 10/30
        (date(2024, 1, 1), "2/31"),
        (date(2024, 2, 1), "64/29"),  # 2 + (8 - 2) × 1/29
    ],
)
def test_a_day_inside_a_month_stands_on_the_line_between_two_month_ends(day: date, planned: str) -> None:
    assert YEAR.planned(day) == Fraction(planned)


def test_a_period_may_begin_in_any_month() -> None:
    assert SCHOOL_YEAR.planned(date(2023, 10, 31)) == 0
    assert SCHOOL_YEAR.planned(date(2024, 2, 29)) == 40
    assert SCHOOL_YEAR.planned(date(2024, 5, 31)) == 100


@given(DAYS, DAYS)
def test_the_plan_never_falls(one: date, other: date) -> None:
    earlier, later = sorted((one, other))
    assert 0 <= YEAR.planned(earlier) <= YEAR.planned(later) <= 100
    assert SCHOOL_YEAR.planned(earlier) <= SCHOOL_YEAR.planned(later)


@given(DAYS)
def test_months_gone_and_left_meet_at_month_ends_only(day: date) -> None:
    gone, left = YEAR.months_gone(day), YEAR.months_left(day)
    assert 12 <= gone + left < 13
    whole = (day + timedelta(days=1)).day == 1 or not date(2024, 1, 1) <= day <= date(2024, 12, 31)
    assert (gone + left == 12) == whole


@pytest.mark.parametrize(
    ("starts", "percents", "because"),
    [
        (date(2024, 1, 2), ["50", "100"], "ngày 1"),
        (date(2024, 1, 1), [], "100%"),
        (date(2024, 1, 1), ["50", "99"], "100%"),
        (date(2024, 1, 1), ["60", "50", "100"], "không được giảm"),
        (date(2024, 1, 1), ["-1", "100"], "không được âm"),
    ],
)
def test_a_curve_that_is_no_plan_is_refused(starts: date, percents: list[str], because: str) -> None:
    with pytest.raises(ValueError, match=because):
        PlanCurve(starts, tuple(Fraction(percent) for percent in percents))
