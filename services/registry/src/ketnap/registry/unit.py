"""A unit of the organisation: founded, renamed, moved, classified, merged, each with the day it takes effect."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from ketnap.common.decider import Claim, Decider, Hold, Rejected
from ketnap.common.frozen import frozen

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

# Commands carry what the tree says of other units: a unit knows only itself.


@frozen
class Neighbour:
    """Another unit as the tree knows it on the day in question."""

    unit: UUID
    hierarchy: str
    lives: bool
    above: Sequence[UUID] = ()


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
    instrument: str | None
    by: UUID


@frozen
class MoveUnit:
    parent: Neighbour
    on: date
    instrument: str | None
    by: UUID


@frozen
class ReclassifyUnit:
    sector: str | None
    school_level: str | None
    on: date
    by: UUID


@frozen
class MergeUnits:
    predecessors: Sequence[Neighbour]
    on: date
    instrument: str | None
    by: UUID


type Command = FoundUnit | RenameUnit | MoveUnit | ReclassifyUnit | MergeUnits

# State


@frozen
class Unfounded:
    pass


@frozen
class Founded:
    unit: UUID
    hierarchy: str
    founded_on: date
    name: str
    parent: UUID | None


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


class CircleInTree(Rejected):
    """Không thể đặt một đơn vị dưới chính đơn vị trực thuộc của nó.

    A unit cannot be placed under one of its own subordinates.
    """


class BeforeFounding(Rejected):
    """Ngày {on} trước ngày thành lập {founded_on}. Hãy kiểm tra lại ngày.

    The day {on} lies before the founding on {founded_on}. Check the date.
    """


class PredecessorUnfit(Rejected):
    """Đơn vị được sáp nhập phải khác đơn vị nhận, đang hoạt động ngày {on} và cùng hệ thống. Hãy kiểm tra danh sách.

    Every merged unit must differ from the receiving one, exist on {on} and belong to the same hierarchy. Check the list.
    """


def decide(command: Command, state: State) -> list[Event]:
    match command, state:
        case FoundUnit(), Unfounded():
            return [_found(command)]
        case FoundUnit(name=name, on=on), Founded(name=known, founded_on=since) if (name, on) == (
            known,
            since,
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
        case RenameUnit(name=name), Founded(name=known) if name == known:
            return []
        case RenameUnit(name=name, on=on, instrument=instrument, by=by), Founded(unit=unit):
            return [UnitRenamed(unit=unit, name=name, on=on, instrument=instrument, by=by)]
        case MoveUnit(parent=parent), Founded(parent=known) if parent.unit == known:
            return []
        case MoveUnit(parent=parent, on=on, instrument=instrument, by=by), Founded(unit=unit):
            _check_parent(parent, state.hierarchy, on)
            if unit in (parent.unit, *parent.above):
                raise CircleInTree
            return [UnitMoved(unit=unit, parent=parent.unit, on=on, instrument=instrument, by=by)]
        case ReclassifyUnit(sector=sector, school_level=level, on=on, by=by), Founded(unit=unit):
            return [UnitReclassified(unit=unit, sector=sector, school_level=level, on=on, by=by)]
        case MergeUnits(predecessors=predecessors, on=on, instrument=instrument, by=by), Founded(unit=unit):
            if not predecessors or not all(
                p.lives and p.unit != unit and p.hierarchy == state.hierarchy for p in predecessors
            ):
                raise PredecessorUnfit(on=on)
            gone = [p.unit for p in predecessors]
            return [UnitsMerged(into=unit, predecessors=gone, on=on, instrument=instrument, by=by)]
        case _:
            raise UnitUnknown


def _found(command: FoundUnit) -> UnitFounded:
    if command.parent is not None:
        _check_parent(command.parent, command.hierarchy, command.on)
    if command.institution is not None and not command.institution.lives:
        raise ParentUnfit(on=command.on)
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
                name=event.name,
                parent=event.parent,
            )
        case UnitRenamed(name=name), Founded():
            return replace(state, name=name)
        case UnitMoved(parent=parent), Founded():
            return replace(state, parent=parent)
        case _:
            return state


def claims(event: Event) -> list[Claim]:
    """A code belongs to one unit of its hierarchy; a unit ends once."""
    match event:
        case UnitFounded(hierarchy=hierarchy, code=code):
            return [Hold(kind="unit-code", value=f"{hierarchy}/{code}")]
        case UnitsMerged(predecessors=predecessors):
            return [Hold(kind="unit-ended", value=str(unit)) for unit in predecessors]
        case _:
            return []


decider: Decider[Command, State, Event] = Decider(
    initial=Unfounded(), decide=decide, evolve=evolve, claims=claims
)
