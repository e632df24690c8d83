"""What the pages of statistics answer: numbers, each with the name of the figure that proves it."""

from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from pydantic import BaseModel

from ketnap.rules.rounding import Mode, Rounding
from ketnap.statistics.ground import TreeView


class Number(BaseModel):
    """A whole number and the figure behind it: ask `/figures/{figure}` on the same standpoint for its evidence."""

    value: int
    figure: str


class Percentage(BaseModel):
    """Never without what it is made of. `printed`: rounded as named; `numerator` and `denominator` are exact."""

    numerator: int
    denominator: int
    rounding: Mode
    decimals: int
    printed: Decimal
    figure: str


class StandpointShown(BaseModel):
    """The choices behind the page as they were resolved: repeat them and the same numbers come."""

    unit: UUID
    unit_name: str
    plan: UUID | None
    plan_title: str | None
    since: date
    until: date
    as_of: date
    today: date
    position: int
    known_on: date | None
    latest: bool
    recorded_at: datetime
    head: int
    tree: TreeView
    tree_day: date
    rule_pack: str | None
    formula: int


def percentage(numerator: int, denominator: int, rounding: Rounding, figure: str) -> Percentage | None:
    """None where there is nothing to divide by."""
    if not denominator:
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
