"""What the pages of statistics answer: numbers, each with the name of the figure that proves it."""

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from pydantic import BaseModel

from ketnap.rules.rounding import Mode, Rounding
from ketnap.statistics.ground import TreeView

HALF_UP = Rounding("HALF_UP", 1)


class Number(BaseModel):
    """A whole number and the figure behind it: ask `/figures/{figure}` with the standpoint's `repeat` for its evidence.

    The unit is that of the page, of a number in a row that of the row.
    """

    value: int
    figure: str


class Estimate(BaseModel):
    """A number that is computed, not counted: exact, with its figure."""

    value: Decimal
    figure: str


class Percentage(BaseModel):
    """Never without what it is made of. `printed`: rounded as named; `numerator` and `denominator` are exact."""

    numerator: int | Decimal
    denominator: int
    rounding: Mode
    decimals: int
    printed: Decimal
    figure: str


class Period(BaseModel):
    """Flows count from `since` to `until`, the earlier of the last day of the period and `as_of`; stocks up to `as_of`.

    `repeat`: the query that asks for exactly this again, to be joined with a unit, as in `/figures/admitted?unit=…&{repeat}`.
    """

    since: date
    period_until: date
    until: date
    as_of: date
    repeat: str


class StandpointShown(Period):
    """The choices behind the page as they were resolved: repeat them and the same numbers come."""

    unit: UUID
    unit_name: str
    plan: UUID | None
    plan_title: str | None
    today: date
    position: int
    known_on: date | None
    latest: bool
    recorded_at: datetime
    head: int
    tree: TreeView
    tree_day: date
    counted_on: str
    """The day that counts an admission: the ceremony's."""
    rule_pack: str | None
    formula: int


def percentage(
    numerator: int | Decimal, denominator: int, rounding: Rounding, figure: str
) -> Percentage | None:
    """None where there is nothing to divide by."""
    if denominator <= 0:
        return None
    return Percentage(
        numerator=numerator,
        denominator=denominator,
        rounding=rounding.mode,
        decimals=rounding.decimals,
        printed=rounding.percent(numerator, denominator),
        figure=figure,
    )


def decimal(exact: Fraction, decimals: int = 1) -> Decimal:
    """Half up to so many places, as the status formula prints."""
    return Rounding("HALF_UP", decimals).of(exact)


def exact_decimal(exact: Fraction) -> Decimal:
    """A fraction of tenths, hundredths … as the decimal it is.

    Raises:
        ValueError: it is none.
    """
    for places in range(12):
        if 10**places % exact.denominator == 0:
            return Rounding("TRUNC", places).of(exact)
    raise ValueError(f"{exact} is no decimal")
