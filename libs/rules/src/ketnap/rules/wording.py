"""How sentences for officers write a day and a number."""

from datetime import date
from decimal import Decimal


def written(day: date) -> str:
    return f"{day.day}/{day.month}/{day.year}"


def figure(number: Decimal) -> str:
    """As Vietnamese print shows it: 1.234,5 and −3,2."""
    return f"{number:,f}".translate(str.maketrans(",.-", ".,−"))
