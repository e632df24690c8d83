"""Days and numbers stand in sentences as Vietnamese print shows them."""

from datetime import date
from decimal import Decimal

import pytest

from ketnap.rules.wording import figure, written


def test_a_day_is_written_without_leading_zeros() -> None:
    assert written(date(2024, 9, 3)) == "3/9/2024"


@pytest.mark.parametrize(
    ("number", "text"),
    [("1234.5", "1.234,5"), ("-3.2", "−3,2"), ("0.90", "0,90"), ("5465", "5.465"), ("1E+3", "1.000")],
)
def test_a_number_has_a_decimal_comma_and_a_true_minus(number: str, text: str) -> None:
    assert figure(Decimal(number)) == text
