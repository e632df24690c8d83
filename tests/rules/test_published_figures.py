"""Every published figure is reproduced from its numerator and denominator, or named as one that cannot be."""

from decimal import Decimal

import pytest

from ketnap.rules.rounding import Rounding, reproducing_modes

# Two published percentages of one page need two modes: the mode belongs to the figure.
REPRODUCED = [
    # Ninh Bình bloc, first half of 2023
    ("75.6", 227, 300, ("TRUNC", "FLOOR")),
    ("48.4", 110, 227, ("TRUNC", "FLOOR")),
    ("18.06", 41, 227, ("TRUNC", "HALF_UP", "FLOOR")),
    ("33.48", 76, 227, ("TRUNC", "HALF_UP", "FLOOR")),
    # Lào Cai bloc, plan of 2024
    ("61.4", 135, 220, ("HALF_UP", "CEIL")),
    ("18.2", 40, 220, ("HALF_UP", "CEIL")),
    ("13.6", 30, 220, ("TRUNC", "HALF_UP", "FLOOR")),
    ("6.8", 15, 220, ("TRUNC", "HALF_UP", "FLOOR")),
    ("4.0256", 220, 5465, ("TRUNC", "HALF_UP", "FLOOR")),
    # Đà Lạt, enterprises without state capital, 2023
    ("1.57", 3, 191, ("TRUNC", "HALF_UP", "FLOOR")),
    ("2.09", 4, 191, ("TRUNC", "HALF_UP", "FLOOR")),
    # Ninh Thuận, first half of 2022
    ("35.34", 288, 815, ("HALF_UP", "CEIL")),
    ("50.98", 52, 102, ("TRUNC", "HALF_UP", "FLOOR")),
    ("17.33", 13, 75, ("TRUNC", "HALF_UP", "FLOOR")),
    ("105", 21, 20, ("TRUNC", "HALF_UP", "CEIL", "FLOOR")),
    # Bình Thuận, 2017 and 2019
    ("83.45", 1669, 2000, ("TRUNC", "HALF_UP", "CEIL", "FLOOR")),
    ("96.6", 1932, 2000, ("TRUNC", "HALF_UP", "CEIL", "FLOOR")),
    ("48.14", 930, 1932, ("HALF_UP", "CEIL")),
    ("5.8", 112, 1932, ("HALF_UP", "CEIL")),
    ("62.84", 1214, 1932, ("HALF_UP", "CEIL")),
    # Quảng Trị, first quarter of 2024
    ("64", 213, 333, ("HALF_UP", "CEIL")),
    # Outstanding Youth Union members introduced, 2025
    ("101.9", 8155, 8000, ("TRUNC", "HALF_UP", "FLOOR")),
    # A vote of 13 of 17 present, which decides nothing
    ("76.5", 13, 17, ("HALF_UP", "CEIL")),
    ("83.3", 15, 18, ("TRUNC", "HALF_UP", "FLOOR")),
]

# Bình Thuận, September 2017: “1.75 % of the 1,383 admitted”.
CONTRADICTORY = [("1.75", 35, 1383)]


@pytest.mark.parametrize(("published", "part", "whole", "modes"), REPRODUCED)
def test_a_published_percentage_is_reproduced_by_these_modes_only(
    published: str, part: int, whole: int, modes: tuple[str, ...]
) -> None:
    assert modes == reproducing_modes(Decimal(published), part, whole)


@pytest.mark.parametrize(("published", "part", "whole"), CONTRADICTORY)
def test_a_percentage_that_contradicts_its_parts_is_found(published: str, part: int, whole: int) -> None:
    assert reproducing_modes(Decimal(published), part, whole) == ()


def test_the_contradiction_of_binh_thuan_is_a_share_of_the_quota() -> None:
    assert Decimal("2.53") == Rounding("HALF_UP", 2).percent(35, 1383)
    assert "HALF_UP" in reproducing_modes(Decimal("1.75"), 35, 2000)


def test_only_a_target_of_300_explains_75_6_and_only_by_cutting_off() -> None:
    explained = {
        (target, mode)
        for target in range(227, 1000)
        for mode in reproducing_modes(Decimal("75.6"), 227, target)
    }
    assert {(300, "TRUNC"), (300, "FLOOR")} == explained
    assert Decimal("75.6") == Rounding("TRUNC", 1).percent(227, 300)
    assert Decimal("75.7") == Rounding("HALF_UP", 1).percent(227, 300)
    assert Decimal("48.5") == Rounding("HALF_UP", 1).percent(110, 227)


def test_the_ninh_binh_groups_leave_a_remainder_only_if_nobody_is_in_two() -> None:
    assert 76 == 227 - 110 - 41
    assert Decimal(4) == Rounding("TRUNC").percent(219, 5465)
