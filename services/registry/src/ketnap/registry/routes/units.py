"""HTTP in for units."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, Field

from ketnap.common.access import Permit
from ketnap.common.clock import Clock
from ketnap.common.execute import Aggregate, Intent
from ketnap.common.http import Gate, Trade, Written, guarded, intent, new_intent, written
from ketnap.common.tree import Tree, Unit
from ketnap.contracts.registry import Hierarchy, SchoolLevel, Sector, UnitKind
from ketnap.registry.routes.places import neighbour
from ketnap.registry.unit import (
    Command,
    Event,
    FoundUnit,
    MergeUnits,
    MoveUnit,
    ReclassifyUnit,
    RenameUnit,
    State,
)

type Units = Aggregate[Command, State, Event]
Name = Annotated[str, Field(min_length=1, max_length=300)]
Code = Annotated[str, Field(min_length=1, max_length=60)]
Instrument = Annotated[str, Field(min_length=1, max_length=300)]


class Founding(Trade):
    """A unit that begins on `on`; without `parent` it is the root of its hierarchy or stands outside both."""

    kind: UnitKind
    hierarchy: Hierarchy
    parent: UUID | None = None
    code: Code
    name: Name
    on: date
    sector: Sector | None = None
    school_level: SchoolLevel | None = None
    institution: UUID | None = None
    instrument: Instrument | None = None


class Renaming(Trade):
    name: Name
    on: date
    instrument: Instrument | None = None


class Moving(Trade):
    parent: UUID
    on: date
    instrument: Instrument | None = None


class Reclassifying(Trade):
    sector: Sector | None = None
    school_level: SchoolLevel | None = None
    on: date


class Merging(Trade):
    """The predecessors end on `on`; the unit of the path takes over."""

    predecessors: Annotated[list[UUID], Field(min_length=1, max_length=100)]
    on: date
    instrument: Instrument | None = None


class Dated(BaseModel):
    since: date
    value: str | None


class UnitShown(BaseModel):
    """A unit as registry knows it, with all that is dated; `version` only where one unit is asked for."""

    unit: UUID
    kind: UnitKind
    hierarchy: Hierarchy
    code: str
    name: str
    founded_on: date
    ended_on: date | None
    successor: UUID | None
    predecessors: list[UUID]
    parent: UUID | None
    path: list[UUID]
    """The living units above, nearest first."""
    sector: Sector | None
    school_level: SchoolLevel | None
    institution: UUID | None
    names: list[Dated]
    parents: list[Dated]
    version: int | None = None


def create(gate: Gate, units: Units, clock: Clock) -> APIRouter:
    router = guarded("/units", ["units"])
    may = Depends(gate)

    @router.post("/{unit}/found", name="unit.found")
    async def found(
        unit: UUID,
        body: Founding,
        response: Response,
        permit: Annotated[Permit, may],
        asked: Annotated[Intent, Depends(new_intent)],
    ) -> Written:
        tree = permit.tree
        permit.on(body.parent or _founding_root(tree, permit))
        command = FoundUnit(
            unit=unit,
            kind=body.kind,
            hierarchy=body.hierarchy,
            parent=neighbour(tree, body.parent, body.on) if body.parent else None,
            code=body.code,
            name=body.name,
            on=body.on,
            sector=body.sector,
            school_level=body.school_level,
            institution=neighbour(tree, body.institution, body.on) if body.institution else None,
            instrument=body.instrument,
            by=permit.person,
        )
        return written(response, unit, await units.execute(unit, command, asked))

    @router.post("/{unit}/rename", name="unit.rename")
    async def rename(
        unit: UUID,
        body: Renaming,
        response: Response,
        permit: Annotated[Permit, may],
        asked: Annotated[Intent, Depends(intent)],
    ) -> Written:
        permit.on(unit)
        command = RenameUnit(
            name=body.name,
            on=body.on,
            lives=_lives(permit.tree, unit, body.on),
            instrument=body.instrument,
            by=permit.person,
        )
        return written(response, unit, await units.execute(unit, command, asked))

    @router.post("/{unit}/move", name="unit.move")
    async def move(
        unit: UUID,
        body: Moving,
        response: Response,
        permit: Annotated[Permit, may],
        asked: Annotated[Intent, Depends(intent)],
    ) -> Written:
        permit.on(unit)
        permit.on(body.parent)
        parent = neighbour(permit.tree, body.parent, body.on)
        command = MoveUnit(
            parent=parent,
            on=body.on,
            lives=_lives(permit.tree, unit, body.on),
            instrument=body.instrument,
            by=permit.person,
        )
        return written(response, unit, await units.execute(unit, command, asked))

    @router.post("/{unit}/reclassify", name="unit.reclassify")
    async def reclassify(
        unit: UUID,
        body: Reclassifying,
        response: Response,
        permit: Annotated[Permit, may],
        asked: Annotated[Intent, Depends(intent)],
    ) -> Written:
        permit.on(unit)
        command = ReclassifyUnit(
            sector=body.sector,
            school_level=body.school_level,
            on=body.on,
            lives=_lives(permit.tree, unit, body.on),
            by=permit.person,
        )
        return written(response, unit, await units.execute(unit, command, asked))

    @router.post("/{unit}/merge", name="unit.merge")
    async def merge(
        unit: UUID,
        body: Merging,
        response: Response,
        permit: Annotated[Permit, may],
        asked: Annotated[Intent, Depends(intent)],
    ) -> Written:
        for one in (unit, *body.predecessors):
            permit.on(one)
        predecessors = [neighbour(permit.tree, one, body.on) for one in body.predecessors]
        command = MergeUnits(
            predecessors=predecessors,
            on=body.on,
            lives=_lives(permit.tree, unit, body.on),
            instrument=body.instrument,
            by=permit.person,
        )
        return written(response, unit, await units.execute(unit, command, asked))

    @router.get("/{unit}", name="unit.show")
    async def show(
        unit: UUID, permit: Annotated[Permit, may], on: Annotated[date | None, Query()] = None
    ) -> UnitShown:
        permit.on(unit)
        _, version = await units.state(unit)
        shown = _shown(permit.tree, permit.tree.units[unit], on or clock.today())
        return shown.model_copy(update={"version": version})

    @router.get("/{unit}/children", name="unit.children")
    async def children(
        unit: UUID, permit: Annotated[Permit, may], on: Annotated[date | None, Query()] = None
    ) -> list[UnitShown]:
        permit.on(unit)
        day = on or clock.today()
        return [
            _shown(permit.tree, permit.tree.units[child], day) for child in permit.tree.children(unit, day)
        ]

    return router


def _founding_root(tree: Tree, permit: Permit) -> UUID | None:
    """A unit without a parent is founded by who holds the whole deployment: the root of the party hierarchy."""
    return next(
        (unit for unit in permit.tops() if unit in tree.units and tree.units[unit].parent() is None), None
    )


def _lives(tree: Tree, unit: UUID, day: date) -> bool:
    known = tree.units[unit]
    return known.ended_on is None or day < known.ended_on


def _shown(tree: Tree, unit: Unit, day: date) -> UnitShown:
    classified = unit.classified(day)
    return UnitShown(
        unit=unit.id,
        kind=unit.kind,
        hierarchy=unit.hierarchy,
        code=unit.code,
        name=unit.name(day),
        founded_on=unit.founded_on,
        ended_on=unit.ended_on,
        successor=unit.successor,
        predecessors=unit.predecessors,
        parent=unit.parent(day),
        path=tree.parents(unit.id, day),
        sector=classified.sector,
        school_level=classified.school_level,
        institution=unit.institution,
        names=[Dated(since=since, value=name) for since, name in unit.names],
        parents=_dated(unit.parents),
    )


def _dated(values: Sequence[tuple[date, UUID | None]]) -> list[Dated]:
    return [Dated(since=since, value=str(value) if value else None) for since, value in values]
