"""The ground a figure stands on: which unit, on which tree, and by which view what happened belongs to its rows."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from enum import StrEnum
from functools import cached_property
from uuid import UUID

from ketnap.common.frozen import frozen
from ketnap.common.names import name_fold
from ketnap.common.tree import Tree
from ketnap.contracts.fact import Fact
from ketnap.contracts.registry import UnitKind, UnitMoved, UnitsMerged
from ketnap.statistics.population import EVERYBODY, Population
from ketnap.statistics.spans import ALWAYS, NEVER, Span, Spans

GRASSROOTS = frozenset({UnitKind.GRASS_COMMITTEE, UnitKind.GRASS_CELL})
CELLS = frozenset({UnitKind.CELL, UnitKind.GRASS_CELL})

_DAY = timedelta(days=1)


class TreeView(StrEnum):
    """How what happened long ago is put together with what stands today."""

    TREE_OF_ITS_DAY = "tree_of_its_day"  # cây đương thời: each line on the tree of its own day
    TREE_OF_DAY = "tree_of_day"  # cây ngày D: everything through successors to the tree of one day
    RESTATED = "restated"  # quy đổi: by stated shares, totals only; a merger gives the whole to the successor


@frozen
class Place:
    """A unit on a tree: `day` is the day of the tree, `since` and `until` are the days that are looked at.

    `within`: on the tree of its day, only what happened while the unit lay there; as a row, if ever it was one.
    """

    unit: UUID
    day: date
    view: TreeView
    since: date
    until: date
    within: UUID | None = None


class Seen:
    """A tree as it was known at a position; it never changes, so what was found in it holds."""

    def __init__(self, told: Sequence[Fact]) -> None:
        self.told = told
        self.tree = tree = Tree(told)
        self.token = object()
        """Stands for this tree in keys: equal only to itself, and light to keep."""
        self.turning_days = tree.turning_days()
        self.days_of_reorganisation = sorted({f.on for f in told if isinstance(f, UnitMoved | UnitsMerged)})
        self._hanging: dict[date, dict[UUID | None, list[UUID]]] = {}
        self._rows: dict[tuple[UUID, date], Mapping[UUID, UUID | None]] = {}
        self._spans: dict[tuple[UUID, date, bool], Spans] = {}
        self._classes: dict[date, dict[UUID, Mapping[str, str]]] = {}
        self._grounds: dict[Place, Ground] = {}
        self._names: dict[UUID, Sequence[str]] = {}

    KEPT = 200  # of every kind; what was asked for last stays

    def ground(self, place: Place) -> "Ground":
        return _kept(self._grounds, place, lambda: Ground(self, place), self.KEPT)

    def rows(self, unit: UUID, day: date) -> Mapping[UUID, UUID | None]:
        """Everything whose way up passes the unit on a day, with the unit directly below that it comes through.

        Those are the topmost that live on the day; None: the unit itself and its predecessors.
        """
        key = (unit, self.tree.turn(day))
        return _kept(self._rows, key, lambda: self._below(unit, day), self.KEPT)

    def spans(self, unit: UUID, day: date, *, whole: bool) -> Spans:
        """All of `rows` for ever; `whole`: in no row."""

        def made() -> Spans:
            below = self.rows(unit, day).items()
            return Spans((self.token, key), (Span(unit=u, row=None if whole else row) for u, row in below))

        key = (unit, self.tree.turn(day), whole)
        return _kept(self._spans, key, made, self.KEPT)

    def classes(self, unit: UUID, day: date) -> Mapping[str, str]:
        """Sector and school level on a day: the unit's own, its institution's, or from above."""
        known = _kept(self._classes, self.tree.turn(day), dict, self.KEPT)
        if unit not in known:
            for one in reversed(self.tree.chain(unit, day)):
                if one not in known:
                    above = self.tree.above(one, day)
                    known[one] = {**known.get(above or one, {}), **self._own_classes(one, day)}
        return known[unit]

    def folded_names(self, unit: UUID) -> Sequence[str]:
        """Every name that a unit has borne, folded for searching."""
        if unit not in self._names:
            self._names[unit] = [name_fold(name) for _, name in self.tree.units[unit].names]
        return self._names[unit]

    def _below(self, unit: UUID, day: date) -> dict[UUID, UUID | None]:
        hanging = _kept(self._hanging, self.tree.turn(day), lambda: self._hung(day), self.KEPT)
        units = self.tree.units
        rows: dict[UUID, UUID | None] = {unit: None}
        todo = [unit]
        while todo:
            above = todo.pop()
            for child in hanging.get(above, ()):
                if child not in rows:
                    rows[child] = rows[above] or (child if units[child].lives(day) else None)
                    todo.append(child)
        return rows

    def _hung(self, day: date) -> dict[UUID | None, list[UUID]]:
        hung: dict[UUID | None, list[UUID]] = {}
        for unit in self.tree.units.values():
            if unit.founded_on <= day:
                hung.setdefault(self.tree.above(unit.id, day), []).append(unit.id)
        return hung

    def _own_classes(self, unit: UUID, day: date) -> dict[str, str]:
        found: dict[str, str] = {}
        for one in (unit, self.tree.units[unit].institution):
            if one is None or one not in self.tree.units:
                continue
            classified = self.tree.units[one].classified(day)
            if classified.sector is not None:
                found.setdefault("unit_sector", str(classified.sector))
            if classified.school_level is not None:
                found.setdefault("school_level", str(classified.school_level))
        return found


class Ground:
    """A place on a tree: its rows, and what belongs to them. The parts of the rows add up to the whole."""

    def __init__(self, seen: Seen, place: Place) -> None:
        self.seen = seen
        self.tree = seen.tree
        self.place = place
        self._spans: dict[tuple[str, bool], Spans] = {}

    @property
    def unit(self) -> UUID:
        return self.place.unit

    @property
    def day(self) -> date:
        return self.place.day

    @property
    def view(self) -> TreeView:
        return self.place.view

    def name(self, unit: UUID) -> str:
        return self.tree.units[unit].name(self.day)

    @cached_property
    def rows(self) -> list[UUID]:
        """The units directly below, by code; on the tree of its day also those that were below and have ended or left."""
        if self.view is TreeView.RESTATED:
            return []
        living = self.tree.children(self.unit, self.day)
        seen = {row for row in self.spans(EVERYBODY, stock=False).rows if row is not None}
        units = self.tree.units
        return living + sorted(seen.difference(living), key=lambda row: (units[row].code, row))

    @cached_property
    def under(self) -> frozenset[UUID]:
        """Every unit below on the day, with its predecessors."""
        return frozenset(self.seen.rows(self.unit, self.day))

    def spans(self, population: Population, *, stock: bool) -> Spans:
        """What belongs here of units of a kind. A stock is a state of the day: it stands on the tree of the day."""
        kind = population.of_units()
        one_day = stock or self.view is not TreeView.TREE_OF_ITS_DAY
        if one_day and kind.everybody and self._was_within([self.day]):
            return self.seen.spans(self.unit, self.day, whole=self.view is TreeView.RESTATED)
        key = (kind.key, stock)
        if key not in self._spans:
            found = self._on_day() if one_day else self._on_each_day()
            if not kind.everybody:
                found = self._of_kind(found, kind, [self.day] if stock else self._turns())
            self._spans[key] = Spans((self.seen.token, self.place, key), found)
        return self._spans[key]

    def organisations(self, each: Population) -> list[UUID]:
        """The grassroots organisations of a kind under the unit on the day, by code."""
        units, kind = self.tree.units, each.of_units()
        found = [
            unit
            for unit in self.under
            if units[unit].kind in GRASSROOTS
            and units[unit].lives(self.day)
            and kind.admits(self.seen.classes(unit, self.day))
        ]
        return sorted(found, key=lambda unit: (units[unit].code, unit))

    def cells(self) -> dict[UUID | None, int]:
        """How many living cells there are in each row."""
        found: dict[UUID | None, int] = {}
        for unit, row in self.seen.rows(self.unit, self.day).items():
            known = self.tree.units[unit]
            if known.kind in CELLS and known.lives(self.day):
                found[row] = found.get(row, 0) + 1
        return found

    def _on_day(self) -> Iterable[Span]:
        if not self._was_within([self.day]):
            return ()
        return self.seen.spans(self.unit, self.day, whole=self.view is TreeView.RESTATED).all

    def _on_each_day(self) -> Iterable[Span]:
        """Unit by unit the days between two turns of the tree, days of one row joined."""
        days = self._turns()
        within = self._was_within(days)
        opened: dict[UUID, tuple[UUID | None, date]] = {}
        for day in days:
            now = self.seen.rows(self.unit, day) if day in within else {}
            for unit in [unit for unit, (row, _) in opened.items() if unit not in now or now[unit] != row]:
                row, since = opened.pop(unit)
                yield Span(unit=unit, row=row, since=since, until=day)
            for unit, row in now.items():
                opened.setdefault(unit, (row, ALWAYS if day == days[0] else day))
        for unit, (row, since) in opened.items():
            yield Span(unit=unit, row=row, since=since)

    def _was_within(self, days: Sequence[date]) -> set[date]:
        """The days on which the unit lay where it is looked at from: a row on its days as a row only."""
        within = self.place.within
        if within is None or within == self.unit:
            return set(days)
        rows = {day: self.seen.rows(within, day) for day in days}
        as_row = {day for day in self._turns() if self.seen.rows(within, day).get(self.unit) == self.unit}
        if as_row:
            return {day for day in days if rows[day].get(self.unit) == self.unit}
        return {day for day in days if self.unit in rows[day]}

    def _of_kind(self, found: Iterable[Span], kind: Population, days: list[date]) -> Iterable[Span]:
        """The parts of the spans on which the unit is of a kind, as it is on the day of the event."""
        starts = [ALWAYS, *days[1:]]
        ends = [*days[1:], NEVER]
        for span in found:
            for day, start, end in zip(days, starts, ends, strict=True):
                since, until = max(span.since, start), min(span.until, end)
                if since < until and kind.admits(self.seen.classes(span.unit, day)):
                    yield Span(unit=span.unit, row=span.row, since=since, until=until)

    def _turns(self) -> list[date]:
        """The first day that is looked at, and every day in the period on which the tree turned."""
        place = self.place
        return [place.since, *(day for day in self.seen.turning_days if place.since < day <= place.until)]


def _kept[K, V](found: dict[K, V], key: K, make: Callable[[], V], most: int) -> V:
    if key not in found:
        made = make()
        while len(found) >= most:
            found.pop(next(iter(found)))
        found[key] = made
    else:
        found[key] = found.pop(key)
    return found[key]
