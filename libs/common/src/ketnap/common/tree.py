"""Organisations through time: dated names, parents and sectors, successors; and what lies under a unit on a day."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from ketnap.common.frozen import frozen
from ketnap.contracts.fact import Fact
from ketnap.contracts.registry import (
    Hierarchy,
    SchoolLevel,
    Sector,
    UnitFounded,
    UnitKind,
    UnitMoved,
    UnitReclassified,
    UnitRenamed,
    UnitsMerged,
)

type Days = tuple[date, date]
"""From a day until the day before another."""

ALWAYS = date.min
NEVER = date.max
UNIT_FACTS = (UnitFounded, UnitRenamed, UnitMoved, UnitReclassified, UnitsMerged)


@frozen
class Classified:
    sector: Sector | None
    school_level: SchoolLevel | None


@dataclass(slots=True, kw_only=True)
class Unit:
    """One organisation; what is dated is a list of (from, value) in order of the days."""

    id: UUID
    kind: UnitKind
    hierarchy: Hierarchy
    code: str
    founded_on: date
    institution: UUID | None
    names: list[tuple[date, str]]
    parents: list[tuple[date, UUID | None]]
    classes: list[tuple[date, Classified]]
    ended_on: date | None = None
    successor: UUID | None = None
    predecessors: list[UUID] = field(default_factory=list)

    def name(self, day: date = NEVER) -> str:
        return _on(self.names, day)

    def parent(self, day: date = NEVER) -> UUID | None:
        return _on(self.parents, day)

    def classified(self, day: date = NEVER) -> Classified:
        return _on(self.classes, day)

    def lives(self, day: date) -> bool:
        return self.founded_on <= day and (self.ended_on is None or day < self.ended_on)


@frozen
class Span:
    """A unit from a day until the day before another."""

    unit: UUID
    since: date
    until: date


class Tree:
    """Grows by facts in the order they were told; what they say may lie in the past or in the future."""

    def __init__(self, facts: Iterable[Fact] = ()) -> None:
        self.units: dict[UUID, Unit] = {}
        self._subtrees: dict[tuple[UUID, date], frozenset[UUID]] = {}
        self._children: dict[date, dict[UUID | None, list[UUID]]] = {}
        self._turning_days: list[date] | None = None
        for fact in facts:
            self.apply(fact)

    def apply(self, fact: Fact) -> None:
        """Take in one fact; facts about other things change nothing.

        Raises:
            KeyError: the fact speaks of a unit that was never founded.
        """
        self._subtrees.clear()
        self._children.clear()
        self._turning_days = None
        match fact:
            case UnitFounded():
                self.units[fact.unit] = Unit(
                    id=fact.unit,
                    kind=fact.kind,
                    hierarchy=fact.hierarchy,
                    code=fact.code,
                    founded_on=fact.on,
                    institution=fact.institution,
                    names=[(fact.on, fact.name)],
                    parents=[(fact.on, fact.parent)],
                    classes=[(fact.on, Classified(sector=fact.sector, school_level=fact.school_level))],
                )
            case UnitRenamed():
                _insert(self.units[fact.unit].names, fact.on, fact.name)
            case UnitMoved():
                _insert(self.units[fact.unit].parents, fact.on, fact.parent)
            case UnitReclassified():
                _insert(
                    self.units[fact.unit].classes,
                    fact.on,
                    Classified(sector=fact.sector, school_level=fact.school_level),
                )
            case UnitsMerged():
                successor = self.units[fact.into]
                for unit in [self.units[predecessor] for predecessor in fact.predecessors]:
                    unit.ended_on, unit.successor = fact.on, fact.into
                    successor.predecessors.append(unit.id)
            case _:
                pass

    def above(self, unit: UUID, day: date) -> UUID | None:
        """Where a unit belongs on a day: its parent then; its successor when it had ended by then."""
        found = self.units[unit]
        if found.ended_on is not None and found.ended_on <= day:
            return found.successor
        return found.parent(day)

    def chain(self, unit: UUID, day: date) -> list[UUID]:
        """The unit itself and everything above it on a day, up to a root."""
        chain: list[UUID] = []
        up: UUID | None = unit
        while up is not None and up in self.units and up not in chain:
            chain.append(up)
            up = self.above(up, day)
        return chain

    def parents(self, unit: UUID, day: date) -> list[UUID]:
        """The units above, nearest first, predecessors left out: what a person would call the way up."""
        return [up for up in self.chain(unit, day)[1:] if self.units[up].lives(day)]

    def covers(self, unit: UUID, other: UUID, day: date) -> bool:
        """Does `other` lie in the subtree of `unit` on that day, predecessors included."""
        return other in self.units and unit in self.chain(other, day)

    def children(self, unit: UUID | None, day: date) -> list[UUID]:
        """The living units directly under one on a day, by code (None: the roots)."""
        turn = self.turn(day)
        if turn not in self._children:
            found: dict[UUID | None, list[UUID]] = {}
            for candidate in sorted(self.units.values(), key=lambda u: (u.code, u.id)):
                if candidate.lives(day):
                    found.setdefault(self._living_parent(candidate.id, day), []).append(candidate.id)
            self._children[turn] = found
        return self._children[turn].get(unit, [])

    def subtree(self, unit: UUID, day: date) -> frozenset[UUID]:
        """Everything whose chain passes the unit on a day: the living and their predecessors."""
        key = (unit, self.turn(day))
        if key not in self._subtrees:
            below: dict[UUID | None, list[UUID]] = {}
            for candidate in self.units.values():
                below.setdefault(self.above(candidate.id, day), []).append(candidate.id)
            found = {unit}
            todo = [unit]
            while todo:
                new = [child for child in below.get(todo.pop(), []) if child not in found]
                found.update(new)
                todo.extend(new)
            self._subtrees[key] = frozenset(
                other for other in found if other == unit or self.units[other].founded_on <= day
            )
        return self._subtrees[key]

    def contemporary(self, unit: UUID) -> list[Span]:
        """For each unit the days on which it lay under `unit` by the tree of that very day."""
        below: dict[UUID, list[Days]] = {unit: [(ALWAYS, NEVER)]}
        return [
            Span(unit=other.id, since=since, until=until)
            for other in self.units.values()
            for since, until in _within(
                self._days_below(other.id, below), other.founded_on, other.ended_on or NEVER
            )
        ]

    def turning_days(self) -> list[date]:
        """Every day on which a unit began, ended, went under another parent or into another sector, in order."""
        days = {since for unit in self.units.values() for since, _ in (*unit.parents, *unit.classes)}
        days |= {unit.ended_on for unit in self.units.values() if unit.ended_on is not None}
        return sorted(days)

    def turn(self, day: date) -> date:
        """Since when the tree has stood as it does on a day: days of one turn need not be looked at twice."""
        if self._turning_days is None:
            self._turning_days = self.turning_days()
        number = bisect_right(self._turning_days, day)
        return self._turning_days[number - 1] if number else ALWAYS

    def _days_below(self, unit: UUID, below: dict[UUID, list[Days]]) -> list[Days]:
        """The days on which the chain of a unit passes one whose days are known."""
        if unit not in below:
            below[unit] = []  # what goes round in a circle is below nothing
            found = [
                days
                for up, since, until in self._links(unit)
                for days in _within(self._days_below(up, below), since, until)
            ]
            below[unit] = _joined(found)
        return below[unit]

    def _links(self, unit: UUID) -> list[tuple[UUID, date, date]]:
        """What stands above a unit, from a day until the day before another."""
        found = self.units[unit]
        ended = found.ended_on or NEVER
        parents = [(up, since) for since, up in found.parents]
        parents[0] = (parents[0][0], ALWAYS)
        ends = [*(since for _, since in parents[1:]), NEVER]
        links = [(up, since, min(until, ended)) for (up, since), until in zip(parents, ends, strict=True)]
        links.append((found.successor, ended, NEVER))
        return [(up, since, until) for up, since, until in links if up in self.units and since < until]

    def history(self, unit: UUID) -> list[UUID]:
        """The unit and all its predecessors, however far back."""
        found = [unit]
        for known in found:
            found.extend(p for p in self.units[known].predecessors if p not in found)
        return found

    def _living_parent(self, unit: UUID, day: date) -> UUID | None:
        return next(iter(self.parents(unit, day)), None)


def _within(spans: Iterable[Days], since: date, until: date) -> list[Days]:
    cut = ((max(since, first), min(until, last)) for first, last in spans)
    return [(first, last) for first, last in cut if first < last]


def _joined(spans: Iterable[Days]) -> list[Days]:
    joined: list[Days] = []
    for since, until in sorted(spans):
        if joined and joined[-1][1] >= since:
            joined[-1] = (joined[-1][0], max(joined[-1][1], until))
        else:
            joined.append((since, until))
    return joined


def _on[V](dated: list[tuple[date, V]], day: date) -> V:
    """The value on a day; before the first day the first value: a unit is what it was founded as."""
    current = dated[0][1]
    for since, value in dated[1:]:
        if since > day:
            break
        current = value
    return current


def _insert[V](dated: list[tuple[date, V]], day: date, value: V) -> None:
    """In order of the days; on the same day the later word counts."""
    n = next((n for n, (since, _) in enumerate(dated) if since > day), len(dated))
    dated.insert(n, (day, value))
