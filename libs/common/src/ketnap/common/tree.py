"""Organisations through time: dated names, parents and sectors, successors; and what lies under a unit on a day."""

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
        for fact in facts:
            self.apply(fact)

    def apply(self, fact: Fact) -> None:
        """Take in one fact; facts about other things change nothing.

        Raises:
            KeyError: the fact speaks of a unit that was never founded.
        """
        self._subtrees.clear()
        self._children.clear()
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
        if day not in self._children:
            found: dict[UUID | None, list[UUID]] = {}
            for candidate in sorted(self.units.values(), key=lambda u: (u.code, u.id)):
                if candidate.lives(day):
                    found.setdefault(self._living_parent(candidate.id, day), []).append(candidate.id)
            self._children[day] = found
        return self._children[day].get(unit, [])

    def subtree(self, unit: UUID, day: date) -> frozenset[UUID]:
        """Everything whose chain passes the unit on a day: the living and their predecessors."""
        key = (unit, day)
        if key not in self._subtrees:
            below: dict[UUID | None, list[UUID]] = {}
            for candidate in self.units.values():
                if candidate.founded_on <= day:
                    below.setdefault(self.above(candidate.id, day), []).append(candidate.id)
            found = {unit}
            todo = [unit]
            while todo:
                new = [child for child in below.get(todo.pop(), []) if child not in found]
                found.update(new)
                todo.extend(new)
            self._subtrees[key] = frozenset(found)
        return self._subtrees[key]

    def contemporary(self, unit: UUID) -> list[Span]:
        """For each unit the days on which it lay under `unit` by the tree of that very day."""
        open_since: dict[UUID, date] = {}
        spans: list[Span] = []
        for day in self.turning_days():
            now = {u for u in self.subtree(unit, day) if self.units[u].lives(day)}
            gone = [u for u in open_since if u not in now]
            spans += (Span(unit=u, since=open_since.pop(u), until=day) for u in gone)
            for come in now:
                open_since.setdefault(come, day)
        spans += (Span(unit=u, since=since, until=NEVER) for u, since in open_since.items())
        return spans

    def turning_days(self) -> list[date]:
        """Every day on which a unit began, ended, went under another parent or into another sector, in order."""
        days = {since for unit in self.units.values() for since, _ in (*unit.parents, *unit.classes)}
        days |= {unit.ended_on for unit in self.units.values() if unit.ended_on is not None}
        return sorted(days)

    def history(self, unit: UUID) -> list[UUID]:
        """The unit and all its predecessors, however far back."""
        found = [unit]
        for predecessor in self.units[unit].predecessors:
            found.extend(self.history(predecessor))
        return found

    def _living_parent(self, unit: UUID, day: date) -> UUID | None:
        return next(iter(self.parents(unit, day)), None)


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
