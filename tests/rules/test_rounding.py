"""Rounding is exact, ordered, named, and never sees a float."""

from decimal import Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ketnap.rules.rounding import Mode, NotComputed, Percent, Rounding, fraction, reproducing_modes

NUMBERS = st.fractions(min_value=-(10**9), max_value=10**9)
DECIMALS = st.integers(min_value=0, max_value=6)
COMPUTED = st.sampled_from(["TRUNC", "HALF_UP", "CEIL", "FLOOR"])


@pytest.mark.parametrize(
    ("mode", "exact", "rounded"),
    [
        ("TRUNC", "2.5", 2),
        ("TRUNC", "-2.5", -2),
        ("HALF_UP", "2.5", 3),
        ("HALF_UP", "-2.5", -3),
        ("HALF_UP", "2.4", 2),
        ("CEIL", "2.1", 3),
        ("CEIL", "-2.1", -2),
        ("FLOOR", "2.9", 2),
        ("FLOOR", "-2.1", -3),
        ("CEIL", "3", 3),
    ],
)
def test_each_mode_goes_its_way(mode: Mode, exact: str, rounded: int) -> None:
    assert rounded == Rounding(mode).of(Fraction(exact))


def test_the_figure_keeps_its_places() -> None:
    assert str(Rounding("HALF_UP", 2).of(Fraction("12.5"))) == "12.50"
    assert str(Rounding("TRUNC", 2).of(Fraction(1, 1000))) == "0.00"
    assert str(Rounding("FLOOR", 1).of(Fraction(-1, 1000))) == "-0.1"


@given(NUMBERS, DECIMALS)
def test_the_modes_keep_their_order(exact: Fraction, decimals: int) -> None:
    floor, half_up, ceil = (Rounding(mode, decimals).of(exact) for mode in ("FLOOR", "HALF_UP", "CEIL"))
    trunc = Rounding("TRUNC", decimals).of(exact)

    assert floor <= half_up <= ceil
    assert trunc == (floor if exact >= 0 else ceil)
    if exact >= 0:
        assert trunc <= half_up <= ceil


@given(NUMBERS, DECIMALS, COMPUTED)
def test_a_rounded_figure_is_less_than_one_last_place_away(
    exact: Fraction, decimals: int, mode: Mode
) -> None:
    away = abs(Fraction(Rounding(mode, decimals).of(exact)) - exact)
    assert away < Fraction(1, 10**decimals)
    if mode == "HALF_UP":
        assert away <= Fraction(1, 2 * 10**decimals)


@given(NUMBERS, DECIMALS, COMPUTED)
def test_rounding_again_changes_nothing(exact: Fraction, decimals: int, mode: Mode) -> None:
    once = Rounding(mode, decimals).of(exact)
    assert once == Rounding(mode, decimals).of(once)


@given(NUMBERS, DECIMALS, COMPUTED)
def test_what_is_not_negative_mirrors_what_is(exact: Fraction, decimals: int, mode: Mode) -> None:
    mirrored: dict[Mode, Mode] = {"CEIL": "FLOOR", "FLOOR": "CEIL", "TRUNC": "TRUNC", "HALF_UP": "HALF_UP"}
    assert Rounding(mode, decimals).of(-exact) == -Rounding(mirrored[mode], decimals).of(exact)


def test_the_precision_of_the_decimal_context_plays_no_part() -> None:
    with localcontext() as context:
        context.prec = 3
        assert Decimal("123456789.13") == Rounding("HALF_UP", 2).of(Fraction(12345678912567, 100000))


@given(st.integers(0, 10**6), st.integers(1, 10**6), DECIMALS, COMPUTED)
def test_a_percentage_is_a_decimal_near_its_fraction(
    part: int, whole: int, decimals: int, mode: Mode
) -> None:
    percent = Rounding(mode, decimals).percent(part, whole)
    assert isinstance(percent, Decimal)
    assert abs(Fraction(percent) - Fraction(100 * part, whole)) < Fraction(1, 10**decimals)


def test_a_float_is_refused_wherever_it_comes_from() -> None:
    loose: list[object] = [0.1]
    with pytest.raises(TypeError, match="not exact"):
        fraction(loose[0])  # type: ignore[arg-type] # what a caller without types would pass
    with pytest.raises(TypeError, match="not exact"):
        Rounding("TRUNC", 1).percent(loose[0], 3)  # type: ignore[arg-type] # as above


def test_of_nothing_there_is_no_percentage() -> None:
    with pytest.raises(ZeroDivisionError):
        Rounding("TRUNC", 1).percent(3, 0)


def test_a_manual_figure_is_not_computed() -> None:
    with pytest.raises(NotComputed, match="phê duyệt"):
        Rounding("MANUAL").of(Fraction("218.6"))


@pytest.mark.parametrize(
    ("rounding", "words"),
    [
        (Rounding("TRUNC", 1), "cắt bớt, 1 chữ số"),
        (Rounding("HALF_UP"), "làm tròn nửa lên"),
        (Rounding("MANUAL"), "số do người có thẩm quyền ấn định"),
    ],
)
def test_a_rounding_is_named_in_words(rounding: Rounding, words: str) -> None:
    assert words == rounding.words()


@pytest.mark.parametrize(
    ("text", "value"),
    [("4%", "4"), ("2.5", "2.5"), ("2,5 %", "2.5"), (" 3% ", "3"), ("0%", "0"), ("101,9", "101.9")],
)
def test_a_percentage_of_a_plan_is_read_from_text(text: str, value: str) -> None:
    assert Percent(Decimal(value)) == Percent.parse(text)


@pytest.mark.parametrize(
    "text", ["", "%", "-4%", "1.234,5", "3-4%", "1e2", "NaN", "4%%", "1_0", ".5", "4 phần trăm"]
)
def test_what_is_no_percentage_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="phần trăm"):
        Percent.parse(text)


@given(st.decimals(min_value=0, max_value=1000, places=3))
def test_a_percentage_is_written_as_it_is_read(value: Decimal) -> None:
    percent = Percent(abs(value))
    assert percent == Percent.parse(str(percent))


@given(st.integers(0, 10**5), st.integers(1, 10**5), DECIMALS, COMPUTED)
def test_a_figure_is_reproduced_by_the_mode_that_made_it(
    part: int, whole: int, decimals: int, mode: Mode
) -> None:
    published = Rounding(mode, decimals).percent(part, whole)
    assert mode in reproducing_modes(published, part, whole)
