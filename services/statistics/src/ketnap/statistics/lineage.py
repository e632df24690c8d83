"""Where a unit came from: who passed from which unit to which on the days of reorganisation, and how many members."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from uuid import UUID

from pydantic import BaseModel

from ketnap.common.frozen import frozen
from ketnap.common.tree import Tree
from ketnap.contracts.registry import UnitMoved, UnitsMerged
from ketnap.statistics import asked as questions
from ketnap.statistics.asked import Asked
from ketnap.statistics.counts import Counts
from ketnap.statistics.ground import CELLS, Seen
from ketnap.statistics.measures import Measure
from ketnap.statistics.population import EVERYBODY
from ketnap.statistics.spans import ALWAYS, Span, Spans

_DAY = timedelta(days=1)


class LineageUnit(BaseModel):
    """Members and cells on the day shown, or on the last day of a unit that has ended."""

    unit: UUID
    name: str
    founded_on: date
    ended_on: date | None
    members: int
    cells: int
    here: bool


class Passage(BaseModel):
    """Members in the cells that stood under `source` the day before, and stand under `target` from then on."""

    on: date
    source: UUID
    target: UUID
    cells: int
    members: int


class Reorganisation(BaseModel):
    """`instruments`: keys of registry's register. `kind`: merger, move, or both."""

    on: date
    kinds: list[str]
    instruments: list[str]


class Lineage(BaseModel):
    units: list[LineageUnit]
    passages: list[Passage]
    reorganisations: list[Reorganisation]


@frozen
class Moved:
    """A cell, or one that took it over, went from under one unit to under another."""

    on: date
    cell: UUID
    source: UUID
    target: UUID


async def lineage(counts: Counts) -> Lineage | None:
    """Back through the units that brought something, and what else went out of these on the same days."""
    at = counts.at
    seen, day = at.ground.seen, at.ground.day
    moves = _moves(seen, at.unit, day)
    if not moves:
        return None
    members = {on: await _members(counts, seen.tree, on - _DAY) for on in {move.on for move in moves}}
    passages: dict[tuple[date, UUID, UUID], list[UUID]] = {}
    for move in moves:
        passages.setdefault((move.on, move.source, move.target), []).append(move.cell)
    units = {at.unit, *(m.source for m in moves), *(m.target for m in moves)}
    return Lineage(
        units=[await _unit(counts, unit) for unit in sorted(units, key=lambda u: _age(seen.tree, u))],
        passages=[
            Passage(
                on=on,
                source=source,
                target=target,
                cells=len(cells),
                members=sum(members[on].get(cell, 0) for cell in cells),
            )
            for (on, source, target), cells in sorted(passages.items(), key=lambda p: (p[0][0], str(p[0])))
        ],
        reorganisations=[_reorganisation(seen, on, units) for on in sorted({m.on for m in moves})],
    )


def _age(tree: Tree, unit: UUID) -> tuple[date, str, UUID]:
    return tree.units[unit].founded_on, tree.units[unit].code, unit


def _moves(seen: Seen, unit: UUID, day: date) -> list[Moved]:
    found: dict[tuple[date, UUID], Moved] = {}
    looked_at: set[UUID] = set()
    todo = [unit]
    while todo:
        target = todo.pop()
        if target in looked_at:
            continue
        looked_at.add(target)
        for move in _arrivals(seen, target, day):
            found[move.on, move.cell] = move
            todo.append(move.source)
    for on, source in {(move.on, move.source) for move in found.values()}:
        found.update({(move.on, move.cell): move for move in _departures(seen, source, on)})
    return sorted(found.values(), key=lambda move: (move.on, str(move.cell)))


def _arrivals(seen: Seen, target: UUID, day: date) -> Iterable[Moved]:
    """Cells that stood elsewhere the day before, and under the unit from then on."""
    founded = seen.tree.units[target].founded_on
    for on in seen.days_of_reorganisation:
        if founded <= on <= day:
            now = seen.rows(target, on)
            for cell in _cells_then(seen.tree, now, on - _DAY):
                source = _peer(seen.tree, cell, target, on - _DAY)
                if source is not None and source != target:
                    yield Moved(on=on, cell=cell, source=source, target=target)


def _departures(seen: Seen, source: UUID, on: date) -> Iterable[Moved]:
    before = seen.rows(source, on - _DAY)
    for cell in _cells_then(seen.tree, before, on - _DAY):
        target = _peer(seen.tree, cell, source, on)
        if target is not None and target != source:
            yield Moved(on=on, cell=cell, source=source, target=target)


def _cells_then(tree: Tree, units: Iterable[UUID], day: date) -> list[UUID]:
    return [unit for unit in units if tree.units[unit].kind in CELLS and tree.units[unit].lives(day)]


def _peer(tree: Tree, cell: UUID, like: UUID, day: date) -> UUID | None:
    """The living unit of the same kind as another in which a cell was on a day; None: it was in no such unit."""
    kind = tree.units[like].kind
    above = (up for up in tree.chain(cell, day) if tree.units[up].lives(day))
    return next((up for up in above if tree.units[up].kind == kind), None)


async def _members(counts: Counts, tree: Tree, day: date) -> Mapping[UUID | None, int]:
    """Of every cell that lived on a day, at its end."""
    cells = _cells_then(tree, tree.units, day)
    spans = Spans(("cells", day), (Span(unit=cell, row=cell) for cell in cells))
    return await _counted(counts, spans, day)


async def _counted(counts: Counts, spans: Spans, day: date) -> Mapping[UUID | None, int]:
    asked = Asked(
        measures=(Measure.MEMBERS,),
        spans=spans,
        since=ALWAYS,
        until=day,
        known=counts.at.known,
        persons=EVERYBODY,
    )
    return {row: value for (_, row), value in (await questions.by_row(counts.page, asked)).items()}


async def _unit(counts: Counts, unit: UUID) -> LineageUnit:
    at = counts.at
    seen, known = at.ground.seen, at.ground.tree.units[unit]
    ended = known.ended_on is not None and known.ended_on <= at.ground.day
    day = known.ended_on - _DAY if ended and known.ended_on else at.ground.day
    under = seen.rows(unit, day)
    spans = Spans(("unit", unit, day), (Span(unit=one, row=unit) for one in under))
    members = await _counted(counts, spans, min(day, at.as_of) if not ended else day)
    return LineageUnit(
        unit=unit,
        name=known.name(day),
        founded_on=known.founded_on,
        ended_on=known.ended_on if ended else None,
        members=members.get(unit, 0),
        cells=len(_cells_then(seen.tree, under, day)),
        here=unit == at.unit,
    )


def _reorganisation(seen: Seen, on: date, units: Iterable[UUID]) -> Reorganisation:
    """What was told of that day about these units and what stands under them."""
    touched = set(units)
    mergers = [f for f in seen.told if isinstance(f, UnitsMerged) and f.on == on and f.into in touched]
    under = {below for unit in touched for below in seen.rows(unit, on)}
    moves = [f for f in seen.told if isinstance(f, UnitMoved) and f.on == on and f.unit in under]
    told: list[UnitsMerged | UnitMoved] = [*mergers, *moves]
    return Reorganisation(
        on=on,
        kinds=[kind for kind, facts in (("merger", mergers), ("move", moves)) if facts],
        instruments=sorted({fact.instrument for fact in told if fact.instrument}),
    )
