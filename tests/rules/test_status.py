"""The status word follows from the published formula, at its borders and on the figures of a real year."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ketnap.rules.plan_curve import PlanCurve
from ketnap.rules.rounding import Rounding
from ketnap.rules.status import Measured, Pace, SmallQuota, Unassigned, progress, shown
from ketnap.rules.status_formula import formula, parts

FORMULA = formula(1)
# 150 of 220 planned by the end of September.
CURVE = PlanCurve(
    date(2024, 1, 1),
    tuple(Fraction(people * 100, 220) for people in (3, 14, 26, 38, 70, 88, 104, 118, 150, 175, 200, 220)),
)
END_OF_SEPTEMBER = date(2024, 9, 30)
STEPS = [step.code for step in FORMULA.steps]
PEOPLE = st.integers(min_value=0, max_value=500)
DOSSIERS = st.dictionaries(st.sampled_from(STEPS), PEOPLE)
DAYS = st.dates(min_value=date(2023, 12, 1), max_value=date(2025, 1, 31))


def measured(
    admitted: int, quota: int, dossiers: Mapping[str, int] | None = None, day: date = END_OF_SEPTEMBER
) -> Measured:
    result = progress(
        admitted=admitted, quota=quota, day=day, curve=CURVE, dossiers=dossiers or {}, formula=FORMULA
    )
    assert isinstance(result, Measured)
    return result


def test_143_of_220_at_the_end_of_september() -> None:
    result = measured(143, 220, {"verification": 22, "voting": 40, "awaiting_ceremony": 19})

    figures = shown(result, FORMULA)
    assert (figures.percent, figures.planned_percent, figures.gap) == (
        Decimal("65.0"),
        Decimal("68.2"),
        Decimal("-3.2"),
    )
    assert (figures.planned, figures.forecast, figures.forecast_percent) == (
        Decimal(150),
        Decimal("199.1"),
        Decimal("90.5"),
    )
    assert result.status == "urge"
    assert result.pace == Pace(months_gone=Fraction(9), months_left=3, needed=26, average=16)


@pytest.mark.parametrize(
    ("admitted", "quota", "dossiers", "forecast", "status"),
    [
        (8, 12, {"verification": 1, "voting": 4}, "11.3", "on_track"),  # 66,7 % is within 3 points of 68,2 %
        (3, 8, {"voting": 3}, "5.1", "at_risk"),
        (3, 5, {"voting": 1, "awaiting_decision": 1}, "4.6", "urge"),
        (10, 10, {"voting": 1}, "10.7", "achieved"),
        (11, 10, {}, "11", "achieved"),
        (2, 5, {"verification": 1}, "2.5", "at_risk"),
    ],
)
def test_each_word_has_its_case(
    admitted: int, quota: int, dossiers: dict[str, int], forecast: str, status: str
) -> None:
    result = measured(admitted, quota, dossiers)
    assert (result.forecast, result.status) == (Fraction(forecast), status)


def test_exactly_three_points_behind_is_on_track_and_a_hair_more_is_not() -> None:
    flat = PlanCurve(date(2024, 1, 1), (Fraction(68), Fraction(100)))

    def at(admitted: int, quota: int) -> str:
        day = date(2024, 1, 31)
        return progress(
            admitted=admitted, quota=quota, day=day, curve=flat, dossiers={}, formula=FORMULA
        ).status

    assert at(65, 100) == "on_track"
    assert at(6499, 10000) == "at_risk"  # printed as 65,0 % and −3,0 points: the exact figures decide


def test_a_forecast_of_exactly_ninety_percent_is_urged_and_a_hair_less_is_at_risk() -> None:
    assert measured(45, 100, {"awaiting_decision": 50}).status == "urge"
    assert measured(44, 100, {"awaiting_decision": 50, "verification": 1}).status == "at_risk"


def test_a_small_quota_has_no_percentage() -> None:
    small = progress(
        admitted=1, quota=4, day=END_OF_SEPTEMBER, curve=CURVE, dossiers={"voting": 1}, formula=FORMULA
    )
    done = progress(admitted=4, quota=4, day=END_OF_SEPTEMBER, curve=CURVE, dossiers={}, formula=FORMULA)

    assert small == SmallQuota(admitted=1, quota=4, forecast=Fraction("1.7"), status="not_assessed")
    assert done == SmallQuota(admitted=4, quota=4, forecast=Fraction(4), status="achieved")
    assert measured(4, 5).percent == 80


def test_without_a_quota_there_is_nothing_to_assess() -> None:
    result = progress(admitted=3, quota=0, day=END_OF_SEPTEMBER, curve=CURVE, dossiers={}, formula=FORMULA)
    assert result == Unassigned(admitted=3, forecast=Fraction(3))
    assert result.status == "not_assessed"


@pytest.mark.parametrize(
    ("day", "admitted", "pace"),
    [
        (date(2024, 9, 15), 143, Pace(months_gone=Fraction(17, 2), months_left=4, needed=20, average=17)),
        (date(2024, 1, 31), 3, Pace(months_gone=Fraction(1), months_left=11, needed=20, average=3)),
        (date(2024, 1, 30), 3, Pace(months_gone=Fraction(30, 31), months_left=12, needed=19, average=None)),
        (
            date(2024, 12, 20),
            210,
            Pace(months_gone=11 + Fraction(20, 31), months_left=1, needed=10, average=18),
        ),
        (date(2024, 12, 31), 210, None),
        (date(2024, 9, 30), 220, None),
    ],
)
def test_the_month_that_has_begun_is_one_of_those_left(day: date, admitted: int, pace: Pace | None) -> None:
    assert measured(admitted, 220, day=day).pace == pace


def test_2300_of_3069_need_257_a_month_after_256_a_month() -> None:
    pace = measured(2300, 3069).pace
    assert pace is not None
    assert (pace.needed, pace.average) == (257, 256)


@pytest.mark.parametrize(
    ("admitted", "quota", "dossiers"),
    [(-1, 5, {}), (1, -5, {}), (1, 5, {"voting": -1}), (1, 5, {"unknown": 1})],
)
def test_what_cannot_be_counted_is_refused(admitted: int, quota: int, dossiers: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=r"counted from 0|no step unknown"):
        progress(
            admitted=admitted,
            quota=quota,
            day=END_OF_SEPTEMBER,
            curve=CURVE,
            dossiers=dossiers,
            formula=FORMULA,
        )


@given(PEOPLE, st.integers(5, 500), DOSSIERS, DAYS)
def test_one_more_admission_never_makes_the_word_worse(
    admitted: int, quota: int, dossiers: dict[str, int], day: date
) -> None:
    order = ["at_risk", "urge", "on_track", "achieved"]
    before, after = measured(admitted, quota, dossiers, day), measured(admitted + 1, quota, dossiers, day)
    assert order.index(before.status) <= order.index(after.status)


@given(PEOPLE, st.integers(5, 500), DOSSIERS, DAYS)
def test_the_pace_needed_is_enough_and_one_less_is_not(
    admitted: int, quota: int, dossiers: dict[str, int], day: date
) -> None:
    result = measured(admitted, quota, dossiers, day)
    if result.pace is None:
        assert result.status == "achieved" or day >= date(2024, 12, 31)
    else:
        months = result.pace.months_left
        assert admitted + result.pace.needed * months >= quota > admitted + (result.pace.needed - 1) * months


def test_the_help_page_prints_the_numbers_that_are_computed_with() -> None:
    stricter = replace(FORMULA, on_track_gap=Decimal("-1.5"), urge_forecast=Decimal(95), small_quota=7)
    texts = {part.code: part.text for part in parts(FORMULA)}
    changed = {part.code: part.text for part in parts(stricter)}

    assert "−3 điểm" in texts["on_track"]
    assert "−1,5 điểm" in changed["on_track"]
    assert "90%" in texts["urge"]
    assert "95%" in changed["urge"]
    assert "dưới 5" in texts["not_assessed"]
    assert "dưới 7" in changed["not_assessed"]
    assert "thẩm tra 0,5; xét 0,7; chờ quyết định 0,9; chờ lễ 0,9" in texts["forecast"]


def test_the_help_page_names_the_rounding_of_each_printed_figure() -> None:
    roundings = {part.code: part.rounding for part in parts(FORMULA) if part.rounding}
    assert roundings["needed"] == Rounding("CEIL")
    assert roundings["average"] == Rounding("HALF_UP")
    assert roundings["percent"] == Rounding("HALF_UP", 1)


def test_every_status_word_is_explained_once() -> None:
    codes = [part.code for part in parts(FORMULA)]
    assert len(codes) == len(set(codes))
    assert {"achieved", "on_track", "urge", "at_risk", "not_assessed"} <= set(codes)


def test_an_unknown_version_is_refused() -> None:
    with pytest.raises(LookupError, match="version 2"):
        formula(2)
