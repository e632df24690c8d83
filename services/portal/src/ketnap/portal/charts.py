"""Geometry of the drawings: exact values in, lengths in picture units out; the templates only draw it."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction

from ketnap.common.frozen import frozen
from ketnap.portal.figures import Rounding, rounded

type Quantity = int | Decimal | Fraction

BULLET_SCALE = 105  # percent of the quota at the right edge; more is cut and the number tells
LABEL_GAP = 15


def px(value: Quantity) -> Decimal:
    """A length with at most two decimals, written without trailing zeros."""
    length = rounded(Fraction(value), Rounding.HALF_UP, 2)
    return length.quantize(Decimal(1)) if length == length.to_integral_value() else length.normalize()


@frozen
class Bullet:
    width: int
    band: Decimal
    actual: Decimal
    forecast: Decimal
    tick: Decimal | None


def bullet(
    actual: Quantity, whole: int, forecast: Quantity | None, plan_percent: Quantity | None, width: int
) -> Bullet:
    """`whole` must be above 0; `forecast` is the end of the lighter bar and never before `actual`."""

    def at(percent: Fraction) -> Fraction:
        return max(Fraction(0), min(percent, Fraction(BULLET_SCALE))) * width / BULLET_SCALE

    def share(value: Quantity) -> Fraction:
        return Fraction(value) * 100 / whole

    end = actual if forecast is None else max(Fraction(actual), Fraction(forecast))
    return Bullet(
        width=width,
        band=px(at(Fraction(100))),
        actual=px(at(share(actual))),
        forecast=px(at(share(end))),
        tick=None if plan_percent is None else px(at(Fraction(plan_percent))),
    )


@frozen
class Point:
    x: Decimal
    y: Decimal


@frozen
class EndLabel:
    kind: str
    value: Quantity
    y: Decimal


@frozen
class Tick:
    value: int
    at: Decimal
    strong: bool


@frozen
class LineChart:
    left: int
    right: int
    top: int
    bottom: int
    grid: tuple[Tick, ...]
    months: tuple[Tick, ...]
    lines: dict[str, tuple[Point, ...]]
    last: Point | None
    labels: tuple[EndLabel, ...]


def line_chart(
    quota: int | None,
    series: Mapping[str, Sequence[Quantity | None]],
    *,
    left: int = 30,
    right: int = 262,
    top: int = 22,
    bottom: int = 206,
) -> LineChart:
    """Cumulative values of the months of a period; each line starts at 0. The series `forecast` continues `actual`."""
    months = max([1, *(len(values) for values in series.values())])
    reached = [Fraction(v) for values in series.values() for v in values if v is not None]
    ceiling = max([Fraction(quota or 0), *reached, Fraction(1)])

    def x(month: int) -> Decimal:
        return px(left + Fraction((right - left) * month, months))

    def y(value: Quantity) -> Decimal:
        return px(bottom - (bottom - top) * Fraction(value) / ceiling)

    lines: dict[str, tuple[Point, ...]] = {}
    for kind, values in series.items():
        known = [(month, value) for month, value in enumerate(values, 1) if value is not None]
        if kind == "forecast":
            lines[kind] = tuple(Point(x=x(month), y=y(value)) for month, value in known)
        else:
            lines[kind] = tuple(Point(x=x(month), y=y(value)) for month, value in [(0, 0), *known])
    every = max(1, months // 4)
    actual = lines.get("actual", ())
    if lines.get("forecast") and actual:
        lines["forecast"] = (actual[-1], *lines["forecast"])
    ends = [
        (kind, values[-1], y(values[-1]))
        for kind, values in series.items()
        if len(values) == months and values[-1] is not None
    ]
    ends.sort(key=lambda end: end[2])
    heights = spread([end[2] for end in ends], Decimal(LABEL_GAP))
    return LineChart(
        left=left,
        right=right,
        top=top,
        bottom=bottom,
        grid=tuple(
            Tick(value=v, at=y(v), strong=v in {0, quota}) for v in grid_values(quota or int(ceiling))
        ),
        months=tuple(Tick(value=m, at=x(m), strong=m % every == 0) for m in range(1, months + 1)),
        lines=lines,
        last=actual[-1] if len(actual) > 1 else None,
        labels=tuple(
            EndLabel(kind=kind, value=value, y=height)
            for (kind, value, _), height in zip(ends, heights, strict=True)
        ),
    )


def grid_values(quota: int) -> tuple[int, ...]:
    """0, the quota, and equal whole steps between where the quota can be divided so."""
    for parts in (4, 3, 5, 2):
        if quota % parts == 0 and quota >= parts:
            return tuple(range(0, quota + 1, quota // parts))
    return (0, quota)


def spread(heights: Sequence[Decimal], gap: Decimal) -> list[Decimal]:
    """Pushes ascending heights apart to at least `gap`, moving each group of touching labels as little as possible."""
    groups: list[tuple[list[Decimal], Decimal]] = []  # wanted heights, height of the first
    for height in heights:
        wanted, first = [height], height
        while groups and groups[-1][1] + gap * len(groups[-1][0]) > first:
            wanted = groups.pop()[0] + wanted
            first = sum((h - gap * i for i, h in enumerate(wanted)), Decimal(0)) / len(wanted)
        groups.append((wanted, first))
    return [px(first + gap * i) for wanted, first in groups for i in range(len(wanted))]


@frozen
class YearColumn:
    centre: Decimal
    quota_top: Decimal
    actual_top: Decimal


def year_columns(
    years: Sequence[tuple[int, int | None]], width: int, top: int, bottom: int
) -> tuple[YearColumn, ...]:
    """(admitted, quota) of each year on one common scale; a year without quota has its band at the foot."""
    ceiling = max([1, *(value for pair in years for value in pair if value is not None)])

    def y(value: int) -> Decimal:
        return px(bottom - Fraction((bottom - top) * value, ceiling))

    step = Fraction(width, max(1, len(years)))
    return tuple(
        YearColumn(centre=px(step * i + step / 2), quota_top=y(quota or 0), actual_top=y(admitted))
        for i, (admitted, quota) in enumerate(years)
    )


@frozen
class Band:
    low: Decimal
    high: Decimal
    actual: Decimal
    end: Decimal  # value at the right edge


def range_band(low: Quantity, high: Quantity, actual: Quantity, width: int) -> Band:
    """A range target on a scale from 0 to a quarter more than the greatest of the three values."""
    end = max(Fraction(low), Fraction(high), Fraction(actual)) * Fraction(5, 4) or Fraction(1)

    def x(value: Quantity) -> Decimal:
        return px(Fraction(value) * width / end)

    return Band(low=x(low), high=x(high), actual=x(actual), end=rounded(end, Rounding.HALF_UP, 1))
