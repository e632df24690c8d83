"""Numbers, days and hours as people read them, in each language of the portal."""

import calendar
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from ketnap.common.clock import HERE
from ketnap.portal.figures import Rounding, Share, rounded

MINUS = "−"
_QUOTIENT_DIGITS = 4
_VIETNAMESE = str.maketrans(".,", ",.")


def number(value: int | Decimal, decimals: int | None = None, *, language: str) -> str:
    """Groups of three and the language's decimal sign; `decimals` cuts or fills, rounding half up."""
    exact = Decimal(value) if decimals is None else rounded(Fraction(value), Rounding.HALF_UP, decimals)
    written = f"{exact:,f}".replace("-", MINUS)
    return written.translate(_VIETNAMESE) if language == "vi" else written


def signed(value: int | Decimal, decimals: int | None = None, *, language: str) -> str:
    return ("+" if value > 0 else "") + number(value, decimals, language=language)


def percent(share: Share, *, language: str) -> str:
    return number(share.printed, language=language)


def quotient(share: Share, *, language: str) -> str:
    """The share before rounding: whole when it ends within four decimals, else cut there and marked so."""
    cut = rounded(share.exact, Rounding.TRUNCATE, _QUOTIENT_DIGITS)
    if Fraction(cut) == share.exact:
        return number(cut.normalize() if cut % 1 else cut.to_integral_value(), language=language)
    return number(cut, language=language) + "…"


def day(value: date) -> str:
    return f"{value.day}/{value.month}/{value.year}"


def short_day(value: date) -> str:
    return f"{value.day}/{value.month}"


def month(value: date) -> str:
    return f"{value.month}/{value.year}"


_WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")


def weekday(value: date, *, language: str) -> str:
    return _WEEKDAYS[value.weekday()] if language == "vi" else calendar.day_name[value.weekday()]


def month_name(number: int, *, language: str) -> str:
    """As axes and tables of months name it."""
    return f"T{number}" if language == "vi" else calendar.month_abbr[number]


def clock(instant: datetime) -> str:
    return f"{instant.astimezone(HERE):%H:%M:%S}"


def minute(instant: datetime) -> str:
    return f"{instant.astimezone(HERE):%H:%M}"
