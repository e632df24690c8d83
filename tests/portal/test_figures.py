from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from ketnap.portal import formats
from ketnap.portal.figures import Rounding, Share, rounded

EXACT = st.fractions(min_value=-10_000, max_value=10_000, max_denominator=9_999)


@pytest.mark.parametrize(
    ("numerator", "denominator", "rounding", "decimals", "printed"),
    [
        (227, 300, Rounding.TRUNCATE, 1, "75,6"),
        (227, 300, Rounding.HALF_UP, 1, "75,7"),
        (110, 227, Rounding.TRUNCATE, 1, "48,4"),
        (41, 227, Rounding.TRUNCATE, 2, "18,06"),
        (76, 227, Rounding.TRUNCATE, 2, "33,48"),
        (288, 815, Rounding.HALF_UP, 2, "35,34"),
        (13, 75, Rounding.HALF_UP, 2, "17,33"),
        (21, 20, Rounding.HALF_UP, 0, "105"),
        (143, 220, Rounding.HALF_UP, 1, "65,0"),
        (220, 5465, Rounding.HALF_UP, 1, "4,0"),
    ],
)
def test_published_percentages_come_out_as_printed(
    numerator: int, denominator: int, rounding: Rounding, decimals: int, printed: str
) -> None:
    share = Share(
        numerator=numerator, denominator=denominator, rounding=rounding, decimals=decimals, evidence="/x"
    )
    assert formats.percent(share, language="vi") == printed


@given(EXACT, st.integers(0, 4))
def test_every_rounding_stays_within_one_unit_of_the_last_digit(exact: Fraction, decimals: int) -> None:
    unit = Fraction(1, 10**decimals)
    truncated, half_up, ceiling = (Fraction(rounded(exact, mode, decimals)) for mode in Rounding)
    assert abs(truncated) <= abs(exact) < abs(truncated) + unit
    assert abs(half_up - exact) <= unit / 2
    assert 0 <= ceiling - exact < unit


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=2), st.sampled_from(["vi", "en"]))
def test_numbers_are_written_as_the_locale_data_say(value: Decimal, language: str) -> None:
    expected = str(format_decimal(value, format="#,##0.00", locale=language)).replace("-", formats.MINUS)
    assert formats.number(value, language=language) == expected


def test_numbers_are_written_as_officers_write_them() -> None:
    assert formats.number(41207, language="vi") == "41.207"
    assert formats.number(Decimal("1234.5"), language="vi") == "1.234,5"
    assert formats.number(Decimal("1234.5"), language="en") == "1,234.5"
    assert formats.number(-45, language="vi") == "−45"
    assert formats.signed(39, language="vi") == "+39"
    assert formats.signed(0, language="vi") == "0"
    assert formats.number(Decimal("199.1"), 0, language="vi") == "199"


def test_a_quotient_that_does_not_end_says_so() -> None:
    def share(numerator: int, denominator: int) -> Share:
        return Share(
            numerator=numerator, denominator=denominator, rounding=Rounding.HALF_UP, decimals=1, evidence="/x"
        )

    assert formats.quotient(share(227, 300), language="vi") == "75,6666…"
    assert formats.quotient(share(143, 220), language="vi") == "65"
    assert formats.quotient(share(1, 8), language="vi") == "12,5"


def test_days_and_hours_are_those_of_viet_nam() -> None:
    midnight = datetime(2024, 9, 30, 17, 0, tzinfo=UTC)
    assert formats.clock(midnight) == "00:00:00"
    assert formats.minute(datetime(2024, 9, 30, 3, 42, tzinfo=UTC)) == "10:42"
