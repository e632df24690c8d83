"""The ground a figure stands on: which unit, which days, what was known, and by which tree units are put together."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from functools import cached_property
from uuid import UUID

from ketnap.common.tree import Tree
from ketnap.contracts.registry import Hierarchy, UnitKind
from ketnap.statistics.population import EVERYBODY, Population
from ketnap.statistics.views.ledger import Sum

GRASSROOTS = frozenset({UnitKind.GRASS_COMMITTEE, UnitKind.GRASS_CELL})


class TreeView(StrEnum):
    """How what happened long ago is put together with what stands today."""

    CONTEMPORARY = "contemporary"  # đương thời: each line on the tree of its own day
    DAY = "day"  # cây ngày D: everything through successors to the tree of one day
    RESTATED = "restated"  # quy đổi: by stated shares, totals only


class Ground:
    """A unit seen on a day by one tree view; figures of its rows add up to its own."""

    def __init__(self, tree: Tree, unit: UUID, day: date, view: TreeView) -> None:
        self.tree = tree
        self.unit = unit
        self.day = day
        self.view = view
        self.turning_days = tree.turning_days()
        self._rows: dict[tuple[UUID, int], UUID | None] = {}
        self._classes: dict[tuple[UUID, int], Mapping[str, str]] = {}

    @cached_property
    def universe(self) -> frozenset[UUID]:
        """Every unit of which a line may belong here."""
        if self.view is TreeView.CONTEMPORARY:
            return frozenset().union(
                *(self.tree.subtree(self.unit, day) for day in (*self.turning_days, self.day))
            )
        return self.tree.subtree(self.unit, self.day)

    @cached_property
    def rows(self) -> list[UUID]:
        """The units directly below, by code; in the contemporary view those that have ended too."""
        if self.view is TreeView.RESTATED:
            return []
        living = self.tree.children(self.unit, self.day)
        if self.view is not TreeView.CONTEMPORARY:
            return living
        seen = dict.fromkeys(living)
        for day in self.turning_days:
            if day <= self.day and self.tree.units[self.unit].lives(day):
                seen.update(dict.fromkeys(self.tree.children(self.unit, day)))
        return list(seen)

    def _day_of(self, segment: int) -> date:
        """The day whose tree counts for what happened in a segment."""
        if self.view is TreeView.CONTEMPORARY and segment:
            return self.turning_days[segment - 1]
        return self.day

    def segment(self, day: date) -> int:
        """Between which turning days a day lies."""
        return bisect_right(self.turning_days, day)

    def belongs(self, unit: UUID, segment: int) -> bool:
        return unit in self.universe and self.unit in self.tree.chain(unit, self._day_of(segment))

    def row(self, unit: UUID, segment: int) -> UUID | None:
        """The row that a line of a unit belongs to; None: to the unit itself, outside every row."""
        if self.view is TreeView.RESTATED:
            return None
        key = (unit, segment)
        if key not in self._rows:
            day = self._day_of(segment)
            chain = self.tree.chain(unit, day)
            below = chain[: chain.index(self.unit)] if self.unit in chain else []
            living = [one for one in below if self.tree.units[one].lives(day)]
            self._rows[key] = living[-1] if living else None
        return self._rows[key]

    def total(self, found: Iterable[Sum], population: Population = EVERYBODY) -> int:
        """The sum of what belongs here and happened in units of that kind."""
        units = population.of_units()
        return sum(
            one.value for one in found if self.belongs(one.unit, one.segment) and self.of_kind(one, units)
        )

    def by_row(self, found: Iterable[Sum]) -> dict[UUID | None, int]:
        """The sums of each row; None: outside every row."""
        totals: dict[UUID | None, int] = {}
        for one in found:
            if self.belongs(one.unit, one.segment):
                row = self.row(one.unit, one.segment)
                totals[row] = totals.get(row, 0) + one.value
        return totals

    def of_kind(self, one: Sum, units: Population) -> bool:
        return units.everybody or units.admits(self.classes(one.unit, one.segment))

    def classes(self, unit: UUID, segment: int) -> Mapping[str, str]:
        """Sector and school level of a unit on the day of the event: its own, its institution's, or from above."""
        key = (unit, segment)
        if key not in self._classes:
            day = self.turning_days[segment - 1] if segment else self.day
            self._classes[key] = classes_on(self.tree, unit, day)
        return self._classes[key]

    def organisations(self, each: Population) -> list[UUID]:
        """The grassroots organisations of a kind under the unit on the day, by code."""
        found = [
            unit
            for unit in self.tree.subtree(self.unit, self.day)
            if self.tree.units[unit].kind in GRASSROOTS
            and self.tree.units[unit].lives(self.day)
            and each.of_units().admits(classes_on(self.tree, unit, self.day))
        ]
        return sorted(found, key=lambda unit: self.tree.units[unit].code)

    def cells(self) -> int:
        """How many living cells there are below, or the unit itself when it is one."""
        kinds = {UnitKind.CELL, UnitKind.GRASS_CELL}
        return sum(
            self.tree.units[unit].kind in kinds and self.tree.units[unit].lives(self.day)
            for unit in self.tree.subtree(self.unit, self.day)
        )


def classes_on(tree: Tree, unit: UUID, day: date) -> Mapping[str, str]:
    """What plans divide units by, on a day: the nearest unit upward that says it."""
    found: dict[str, str] = {}
    for up in tree.chain(unit, day):
        for one in (up, tree.units[up].institution):
            if one is None or one not in tree.units:
                continue
            classified = tree.units[one].classified(day)
            if classified.sector is not None:
                found.setdefault("unit_sector", str(classified.sector))
            if classified.school_level is not None:
                found.setdefault("school_level", str(classified.school_level))
    return found


def is_party(tree: Tree, unit: UUID) -> bool:
    return tree.units[unit].hierarchy == Hierarchy.PARTY
