"""A unit of the organisation: founded, renamed, moved, classified, merged, each with the day it takes effect."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from ketnap.common.decider import Claim, Decider, Hold, Rejected
from ketnap.common.frozen import frozen

PARTY = "party"
OUTSIDE = "none"  # employers and schools stand in no hierarchy

# Events


@frozen
class UnitFounded:
    unit: UUID
    kind: str
    hierarchy: str
    parent: UUID | None
    code: str
    name: str
    on: date
    sector: str | None
    school_level: str | None
    institution: UUID | None
    instrument: str | None
    by: UUID


@frozen
class UnitRenamed:
    unit: UUID
    name: str
    on: date
    instrument: str | None
    by: UUID


@frozen
class UnitMoved:
    unit: UUID
    parent: UUID
    on: date
    instrument: str | None
    by: UUID


@frozen
class UnitReclassified:
    unit: UUID
    sector: str | None
    school_level: str | None
    on: date
    by: UUID


@frozen
class UnitsMerged:
    """Stands in the successor's stream."""

    into: UUID
    predecessors: Sequence[UUID]
    on: date
    instrument: str | None
    by: UUID


type Event = UnitFounded | UnitRenamed | UnitMoved | UnitReclassified | UnitsMerged

NAMES: dict[str, type[Event]] = {
    "unit.founded": UnitFounded,
    "unit.renamed": UnitRenamed,
    "unit.moved": UnitMoved,
    "unit.reclassified": UnitReclassified,
    "unit.merged": UnitsMerged,
}

# Commands carry what the tree says: a unit knows neither the others nor that another has taken it over.
# `lives`: the unit exists on the day in question.


@frozen
class Neighbour:
    """Another unit as the tree knows it on the day in question; `above`: what stands over it then or later."""

    unit: UUID
    hierarchy: str
    lives: bool
    above: Sequence[UUID] = ()
    took_over: Sequence[UUID] = ()


@frozen
class FoundUnit:
    unit: UUID
    kind: str
    hierarchy: str
    parent: Neighbour | None
    code: str
    name: str
    on: date
    sector: str | None
    school_level: str | None
    institution: Neighbour | None
    instrument: str | None
    by: UUID


@frozen
class RenameUnit:
    name: str
    on: date
    lives: bool
    instrument: str | None
    by: UUID


@frozen
class MoveUnit:
    parent: Neighbour
    on: date
    lives: bool
    instrument: str | None
    by: UUID


@frozen
class ReclassifyUnit:
    sector: str | None
    school_level: str | None
    on: date
    lives: bool
    by: UUID


@frozen
class MergeUnits:
    predecessors: Sequence[Neighbour]
    on: date
    lives: bool
    instrument: str | None
    by: UUID


type Command = FoundUnit | RenameUnit | MoveUnit | ReclassifyUnit | MergeUnits

# State


@frozen
class Unfounded:
    pass


@frozen
class Founded:
    """What is dated stands under the day it began: a later word about the same day counts."""

    unit: UUID
    hierarchy: str
    founded_on: date
    names: Mapping[date, str]
    parents: Mapping[date, UUID | None]
    classes: Mapping[date, tuple[str | None, str | None]]
    predecessors: frozenset[UUID] = frozenset()


type State = Unfounded | Founded


class UnitUnknown(Rejected):
    """Chưa có đơn vị này.

    There is no such unit.
    """

    status = 404


class UnitExists(Rejected):
    """Đơn vị này đã được thành lập trong hệ thống.

    This unit was founded already.
    """


class ParentUnfit(Rejected):
    """Đơn vị cấp trên không hoạt động ngày {on} hoặc thuộc hệ thống khác. Hãy chọn đơn vị khác hoặc ngày khác.

    The superior unit does not exist on {on} or belongs to the other hierarchy. Choose another unit or day.
    """


class UnitEnded(Rejected):
    """Đơn vị này đã kết thúc hoạt động trước ngày {on}. Hãy ghi vào đơn vị kế thừa.

    This unit had ended before {on}. Record it with its successor.
    """


class InstitutionUnfit(Rejected):
    """Cơ quan, doanh nghiệp hoặc trường được chọn không hoạt động ngày {on}. Hãy kiểm tra lại.

    The chosen employer or school does not exist on {on}. Check it.
    """


class CircleInTree(Rejected):
    """Không thể đặt một đơn vị dưới chính đơn vị trực thuộc của nó.

    A unit cannot be placed under one of its own subordinates.
    """


class BeforeFounding(Rejected):
    """Ngày {on} trước ngày thành lập {founded_on}. Hãy kiểm tra lại ngày.

    The day {on} lies before the founding on {founded_on}. Check the date.
    """


class PredecessorUnfit(Rejected):
    """Đơn vị được sáp nhập phải khác đơn vị nhận và đơn vị kế thừa của nó, đang hoạt động ngày {on}, cùng hệ thống. Hãy kiểm tra danh sách.

    Every merged unit must differ from the receiving one and its successors, exist on {on} and belong to the same hierarchy. Check the list.
    """


def decide(command: Command, state: State) -> list[Event]:
    match command, state:
        case FoundUnit(), Unfounded():
            return [_found(command)]
        case FoundUnit(name=name, on=on), Founded(names=names, founded_on=since) if (
            on == since and name == names[since]
        ):
            return []
        case FoundUnit(), Founded():
            raise UnitExists
        case _, Unfounded():
            raise UnitUnknown
        case (
            (RenameUnit(on=on) | MoveUnit(on=on) | ReclassifyUnit(on=on) | MergeUnits(on=on)),
            Founded(),
        ) if on < state.founded_on:
            raise BeforeFounding(on=on, founded_on=state.founded_on)
        case RenameUnit(name=name, on=on), Founded(names=names) if name == names.get(on):
            return []
        case MoveUnit(parent=parent, on=on), Founded(parents=parents) if parent.unit == parents.get(on):
            return []
        case ReclassifyUnit(sector=sector, school_level=level, on=on), Founded(classes=classes) if (
            sector,
            level,
        ) == classes.get(on):
            return []
        case (
            (RenameUnit(on=on, lives=False) | MoveUnit(on=on, lives=False)
             | ReclassifyUnit(on=on, lives=False) | MergeUnits(on=on, lives=False)),
            Founded(),
        ):  # fmt: skip
            raise UnitEnded(on=on)
        case RenameUnit(name=name, on=on, instrument=instrument, by=by), Founded(unit=unit):
            return [UnitRenamed(unit=unit, name=name, on=on, instrument=instrument, by=by)]
        case MoveUnit(parent=parent, on=on, instrument=instrument, by=by), Founded(unit=unit):
            _check_parent(parent, state.hierarchy, on)
            if unit in (parent.unit, *parent.above):
                raise CircleInTree
            return [UnitMoved(unit=unit, parent=parent.unit, on=on, instrument=instrument, by=by)]
        case ReclassifyUnit(sector=sector, school_level=level, on=on, by=by), Founded(unit=unit):
            return [UnitReclassified(unit=unit, sector=sector, school_level=level, on=on, by=by)]
        case MergeUnits(predecessors=predecessors), Founded():
            return _merge(command, state, [p for p in predecessors if p.unit not in state.predecessors])
        case _:
            raise UnitUnknown


def _found(command: FoundUnit) -> UnitFounded:
    if command.parent is not None:
        _check_parent(command.parent, command.hierarchy, command.on)
    if command.institution is not None and not (
        command.institution.lives and command.institution.hierarchy == OUTSIDE
    ):
        raise InstitutionUnfit(on=command.on)
    return UnitFounded(
        unit=command.unit,
        kind=command.kind,
        hierarchy=command.hierarchy,
        parent=command.parent.unit if command.parent else None,
        code=command.code,
        name=command.name,
        on=command.on,
        sector=command.sector,
        school_level=command.school_level,
        institution=command.institution.unit if command.institution else None,
        instrument=command.instrument,
        by=command.by,
    )


def _merge(command: MergeUnits, state: Founded, new: Sequence[Neighbour]) -> list[Event]:
    if command.predecessors and not new:
        return []
    if not new or not all(_can_end_in(state, p) for p in new):
        raise PredecessorUnfit(on=command.on)
    return [
        UnitsMerged(
            into=state.unit,
            predecessors=list(dict.fromkeys(p.unit for p in new)),
            on=command.on,
            instrument=command.instrument,
            by=command.by,
        )
    ]


def _can_end_in(state: Founded, other: Neighbour) -> bool:
    itself_or_its_heir = state.unit in (other.unit, *other.took_over)
    return other.lives and other.hierarchy == state.hierarchy and not itself_or_its_heir


def _check_parent(parent: Neighbour, hierarchy: str, on: date) -> None:
    if not parent.lives or parent.hierarchy != hierarchy:
        raise ParentUnfit(on=on)


def evolve(state: State, event: Event) -> State:
    match event, state:
        case UnitFounded(), _:
            return Founded(
                unit=event.unit,
                hierarchy=event.hierarchy,
                founded_on=event.on,
                names={event.on: event.name},
                parents={event.on: event.parent},
                classes={event.on: (event.sector, event.school_level)},
            )
        case UnitRenamed(name=name, on=on), Founded():
            return replace(state, names={**state.names, on: name})
        case UnitMoved(parent=parent, on=on), Founded():
            return replace(state, parents={**state.parents, on: parent})
        case UnitReclassified(sector=sector, school_level=level, on=on), Founded():
            return replace(state, classes={**state.classes, on: (sector, level)})
        case UnitsMerged(predecessors=predecessors), Founded():
            return replace(state, predecessors=state.predecessors.union(predecessors))
        case _:
            return state


def claims(event: Event) -> list[Claim]:
    """A code belongs to one unit of its hierarchy; the party hierarchy has one root; a unit ends once."""
    match event:
        case UnitFounded(hierarchy=hierarchy, code=code, parent=parent):
            held: list[Claim] = [Hold(kind="unit-code", value=f"{hierarchy}/{code}")]
            if hierarchy == PARTY and parent is None:
                held.append(Hold(kind="party-root", value=PARTY))
            return held
        case UnitsMerged(predecessors=predecessors):
            return [Hold(kind="unit-ended", value=str(unit)) for unit in predecessors]
        case _:
            return []


decider: Decider[Command, State, Event] = Decider(
    initial=Unfounded(), decide=decide, evolve=evolve, claims=claims
)
