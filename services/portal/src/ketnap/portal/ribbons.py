"""Geometry of a lineage: units through time as ribbons as thick as their members, bent where members passed over."""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from ketnap.common.frozen import frozen
from ketnap.portal.charts import Tick, px


@frozen
class Strand:
    """One unit through time; `begins` and `ends` are None where it reaches over the picture's edges."""

    id: str
    begins: date | None
    ends: date | None
    members: int


@frozen
class Passage:
    """Members who went from one unit to another when the first ended or the second began."""

    source: str
    target: str
    on: date
    members: int


@frozen
class Ribbon:
    id: str
    x0: Decimal
    x1: Decimal
    y: Decimal  # middle
    thickness: Decimal
    first: bool  # reaches the left edge
    last: bool  # reaches the day shown


@frozen
class Flow:
    source: str
    target: str
    path: str


@frozen
class LineagePicture:
    width: int
    height: int
    left: int
    right: int
    years: tuple[Tick, ...]
    ribbons: tuple[Ribbon, ...]
    flows: tuple[Flow, ...]
    cuts: tuple[tuple[date, Decimal], ...]


MEMBERS_PER_PX = 13
_THICKEST = 320  # of all ribbons of one generation together; bigger ones are drawn on a smaller scale
_LANE = 48
_BETWEEN = 22
_HEAD = 26
_FOOT = 22
_BEND = 56


def lineage(
    strands: Sequence[Strand],
    passages: Sequence[Passage],
    since: date,
    until: date,
    *,
    width: int = 1000,
    left: int = 160,
    right: int = 820,
) -> LineagePicture:
    """Ribbons as thick as their members, one lane per unit of a generation, bent where members passed over."""
    days = max(1, (until - since).days)

    def x(on: date) -> Fraction:
        return left + Fraction((right - left) * min(max((on - since).days, 0), days), days)

    generations: dict[date | None, list[Strand]] = {}
    for strand in strands:
        generations.setdefault(strand.begins, []).append(strand)
    most = max((sum(strand.members for strand in together) for together in generations.values()), default=0)
    per_px = max(Fraction(MEMBERS_PER_PX), Fraction(most, _THICKEST))

    def thickness(members: int) -> Fraction:
        return max(Fraction(members) / per_px, Fraction(3, 2))

    def lane(strand: Strand) -> Fraction:
        return max(Fraction(_LANE), thickness(strand.members) + _BETWEEN)

    inner = max(
        (sum(map(lane, together), Fraction(0)) for together in generations.values()), default=Fraction(_LANE)
    )
    ribbons: dict[str, Ribbon] = {}
    for together in generations.values():
        y = _HEAD + (inner - sum(map(lane, together), Fraction(0))) / 2
        for strand in together:
            begins = (
                Fraction(left) if strand.begins is None else min(x(strand.begins) + _BEND, Fraction(right))
            )
            ends = Fraction(right) if strand.ends is None else x(strand.ends)
            ribbons[strand.id] = Ribbon(
                id=strand.id,
                x0=px(begins),
                x1=px(max(begins, ends)),
                y=px(y + lane(strand) / 2),
                thickness=px(thickness(strand.members)),
                first=strand.begins is None,
                last=strand.ends is None,
            )
            y += lane(strand)
    return LineagePicture(
        width=width,
        height=int(inner) + _HEAD + _FOOT,
        left=left,
        right=right,
        years=tuple(
            Tick(value=year, at=px(x(date(year, 1, 1))), strong=False)
            for year in range(since.year, until.year + 1)
            if since <= date(year, 1, 1) <= until
        ),
        ribbons=tuple(ribbons.values()),
        flows=_flows(ribbons, passages, x, thickness),
        cuts=tuple((on, px(x(on))) for on in sorted({passage.on for passage in passages})),
    )


def _flows(
    ribbons: dict[str, Ribbon],
    passages: Sequence[Passage],
    x: Callable[[date], Fraction],
    thickness: Callable[[int], Fraction],
) -> tuple[Flow, ...]:
    """Each ribbon's edge is shared out from the top in the order of the lanes on the other side."""
    out: dict[str, Fraction] = {}
    into: dict[str, Fraction] = {}
    flows = []
    for passage in sorted(passages, key=lambda p: (p.on, ribbons[p.source].y, ribbons[p.target].y)):
        source, target = ribbons[passage.source], ribbons[passage.target]
        thick = thickness(passage.members)
        y0 = Fraction(source.y) - Fraction(source.thickness) / 2 + out.get(source.id, Fraction(0))
        y1 = Fraction(target.y) - Fraction(target.thickness) / 2 + into.get(target.id, Fraction(0))
        out[source.id] = out.get(source.id, Fraction(0)) + thick
        into[target.id] = into.get(target.id, Fraction(0)) + thick
        x0, x1 = px(x(passage.on)), target.x0
        middle = px((Fraction(x0) + Fraction(x1)) / 2)
        upper0, upper1, lower0, lower1 = px(y0), px(y1), px(y0 + thick), px(y1 + thick)
        there = f"M{x0},{upper0} C{middle},{upper0} {middle},{upper1} {x1},{upper1}"
        back = f"V{lower1} C{middle},{lower1} {middle},{lower0} {x0},{lower0} Z"
        flows.append(Flow(source=source.id, target=target.id, path=f"{there} {back}"))
    return tuple(flows)
