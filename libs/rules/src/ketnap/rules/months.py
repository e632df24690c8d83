"""Calendar months as the Civil Code 2015 counts them (Articles 147 and 148)."""

from calendar import monthrange
from datetime import date


def add_months(day: date, months: int) -> date:
    """The corresponding day, or the last day of a month that has no such day.

    Civil Code 2015, Art. 148(4); the first day is not counted, Art. 147(2), so twelve months from
    15/9/2024 are over when 15/9/2025 is. A term that ends on a day of rest is not moved to the next
    working day (Art. 148(5)): the dates of the Party's rules are effective dates, not closing hours.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def full_months(start: date, end: date) -> int:
    """How many months from `start` are over when `end` begins or is reached: the greatest n with start + n ≤ end.

    Raises ValueError when `end` is before `start`.
    """
    if end < start:
        raise ValueError(f"{end} is before {start}")
    months = calendar_months(start, end)
    return months if add_months(start, months) <= end else months - 1


def calendar_months(start: date, end: date) -> int:
    """The difference of year and month alone, whatever the days: the other way to "count by month"."""
    return (end.year - start.year) * 12 + end.month - start.month
