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
_LANE = 48
_HEAD = 26
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
    most = max((len(members) for members in generations.values()), default=1)
    height = _HEAD + most * _LANE + 22
    ribbons: dict[str, Ribbon] = {}
    for members in generations.values():
        inset = Fraction((most - len(members)) * _LANE, 2)
        for lane, strand in enumerate(members):
            begins = (
                Fraction(left) if strand.begins is None else min(x(strand.begins) + _BEND, Fraction(right))
            )
            ends = Fraction(right) if strand.ends is None else x(strand.ends)
            ribbons[strand.id] = Ribbon(
                id=strand.id,
                x0=px(begins),
                x1=px(max(begins, ends)),
                y=px(_HEAD + inset + lane * _LANE + Fraction(_LANE, 2)),
                thickness=px(max(Fraction(strand.members, MEMBERS_PER_PX), Fraction(2))),
                first=strand.begins is None,
                last=strand.ends is None,
            )
    return LineagePicture(
        width=width,
        height=height,
        left=left,
        right=right,
        years=tuple(
            Tick(value=year, at=px(x(date(year, 1, 1))), strong=False)
            for year in range(since.year, until.year + 1)
            if since <= date(year, 1, 1) <= until
        ),
        ribbons=tuple(ribbons.values()),
        flows=_flows(ribbons, passages, x),
        cuts=tuple((on, px(x(on))) for on in sorted({passage.on for passage in passages})),
    )


def _flows(
    ribbons: dict[str, Ribbon], passages: Sequence[Passage], x: Callable[[date], Fraction]
) -> tuple[Flow, ...]:
    """Each ribbon's edge is shared out from the top in the order of the lanes on the other side."""
    out: dict[str, Fraction] = {}
    into: dict[str, Fraction] = {}
    flows = []
    for passage in sorted(passages, key=lambda p: (p.on, ribbons[p.source].y, ribbons[p.target].y)):
        source, target = ribbons[passage.source], ribbons[passage.target]
        thick = max(Fraction(passage.members, MEMBERS_PER_PX), Fraction(3, 2))
        y0 = Fraction(source.y) - Fraction(source.thickness) / 2 + out.get(source.id, Fraction(0))
        y1 = Fraction(target.y) - Fraction(target.thickness) / 2 + into.get(target.id, Fraction(0))
        out[source.id] = out.get(source.id, Fraction(0)) + thick
        into[target.id] = into.get(target.id, Fraction(0)) + thick
        x0, x1 = x(passage.on), Fraction(target.x0)
        middle = px((x0 + x1) / 2)
        flows.append(
            Flow(
                source=source.id,
                target=target.id,
                path=(
                    f"M{px(x0)},{px(y0)} C{middle},{px(y0)} {middle},{px(y1)} {px(x1)},{px(y1)} "
                    f"V{px(y1 + thick)} C{middle},{px(y1 + thick)} {middle},{px(y0 + thick)} {px(x0)},{px(y0 + thick)} Z"
                ),
            )
        )
    return tuple(flows)
