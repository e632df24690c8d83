"""HTTP out: the dossiers of a unit, one dossier with all that led to it, what was written in it."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel

from ketnap.admission.events import Biography
from ketnap.admission.progress import Clock as Deadline
from ketnap.admission.progress import due, running
from ketnap.admission.rulebook import Rulebook
from ketnap.admission.views import dossier as page_of_one
from ketnap.admission.views import dossiers as page_of_many
from ketnap.admission.views import papers
from ketnap.admission.views.dossier import Dates, Decision, Happened, Vote
from ketnap.common.access import OutOfScope, Permit
from ketnap.common.clock import Clock
from ketnap.common.database import Database
from ketnap.common.http import Gate, correlation_of, guarded
from ketnap.common.reading import AsOf, Reader, Wanted, as_of_json, wanted
from ketnap.common.reads import Read, record_reads

Purpose = Annotated[
    str, Query(min_length=3, max_length=200, description="Why these data are read; kept in the access log")
]


class DueShown(BaseModel):
    """A deadline with its inputs; `due_on` None: the calendar does not reach so far."""

    rule: str
    starts_on: date
    received_on: date | None
    extended_by: int
    pack: str
    basis: str | None
    unit: UUID | None
    """Who must act; None: not known yet."""
    due_on: date | None
    done_on: date | None
    days_late: int
    """Working days: when it was done, or else today."""


class DossierListed(BaseModel):
    dossier: UUID
    version: int
    person: UUID | None
    unit: UUID | None
    stage: str
    since: date | None
    due: DueShown | None


class DossiersShown(BaseModel):
    dossiers: list[DossierListed]
    as_of: AsOf


class DossierShown(BaseModel):
    dossier: UUID
    version: int
    """To be sent along as If-Match."""
    person: UUID | None
    unit: UUID | None
    candidacy: UUID | None
    stage: str
    since: date | None
    due: DueShown | None
    dates: Dates
    votes: Sequence[Vote]
    decisions: Sequence[Decision]
    clocks: list[DueShown]
    timeline: Sequence[Happened]
    as_of: AsOf


class PaperShown(BaseModel):
    position: int
    type: str
    on: date
    content: Biography | str


class PapersShown(BaseModel):
    """What was written, as far as it has not been erased."""

    papers: list[PaperShown]
    as_of: AsOf


def create(gate: Gate, reader: Reader, db: Database, rules: Rulebook, clock: Clock) -> APIRouter:
    router = guarded("/dossiers", ["dossiers"])
    may = Depends(gate)

    def shown(deadline: Deadline) -> DueShown:
        computed = due(deadline, rules, clock.today())
        return DueShown(
            rule=deadline.rule,
            starts_on=deadline.starts_on,
            received_on=deadline.received_on,
            extended_by=deadline.extended_by,
            pack=deadline.pack,
            basis=computed.basis if computed else None,
            unit=deadline.unit,
            due_on=computed.due_on if computed else None,
            done_on=deadline.done_on,
            days_late=computed.days_late if computed else 0,
        )

    def now_due(clocks: Sequence[Deadline]) -> DueShown | None:
        deadline = running(clocks)
        return shown(deadline) if deadline else None

    @router.get("", name="dossier.list")
    async def of_unit(
        permit: Annotated[Permit, may],
        known: Annotated[Wanted, Depends(wanted)],
        unit: UUID,
        stage: Annotated[str | None, Query(pattern=r"^[a-z_]{1,40}$")] = None,
        person: UUID | None = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 100,
    ) -> DossiersShown:
        """Dossiers in the subtree of a unit, the longest waiting first, each with the deadline that runs."""
        permit.on(unit)
        units = permit.tree.subtree(unit, clock.today()) & permit.units()
        async with reader(known, page_of_many.model) as page:
            found = await page_of_many.of_units(page, units, stage=stage, person=person, limit=limit)
            listed = [
                DossierListed(
                    dossier=one.dossier,
                    version=one.version,
                    person=one.person,
                    unit=one.unit,
                    stage=one.stage,
                    since=one.since,
                    due=now_due(one.clocks),
                )
                for one in found
            ]
            return DossiersShown(dossiers=listed, as_of=as_of_json(page))

    @router.get("/{dossier}", name="dossier.show")
    async def show(
        request: Request,
        dossier: UUID,
        permit: Annotated[Permit, may],
        known: Annotated[Wanted, Depends(wanted)],
        purpose: Purpose,
    ) -> DossierShown:
        """One dossier; the reading is recorded."""
        async with reader(known, page_of_one.model) as page:
            found = await page_of_one.of(page, dossier)
            permit.on(found.unit if found else None)
            if found is None or found.person is None:
                raise OutOfScope
            read = Read(subject=found.person, unit=found.unit)
            await record_reads(db, permit, correlation_of(request), purpose, [read])
            return DossierShown(
                dossier=found.dossier,
                version=found.version,
                person=found.person,
                unit=found.unit,
                candidacy=found.candidacy,
                stage=found.stage,
                since=found.since,
                due=now_due(found.clocks),
                dates=found.dates,
                votes=found.votes,
                decisions=found.decisions,
                clocks=[shown(one) for one in found.clocks],
                timeline=found.timeline,
                as_of=as_of_json(page),
            )

    @router.get("/{dossier}/papers", name="dossier.papers")
    async def written(
        request: Request,
        dossier: UUID,
        permit: Annotated[Permit, may],
        known: Annotated[Wanted, Depends(wanted)],
        purpose: Purpose,
    ) -> PapersShown:
        """Biography, findings and opinions; the reading is recorded."""
        async with reader(known, page_of_one.model, papers.model) as page:
            found = await page_of_one.of(page, dossier)
            permit.on(found.unit if found else None)
            if found is None or found.person is None:
                raise OutOfScope
            read = Read(subject=found.person, unit=found.unit)
            await record_reads(db, permit, correlation_of(request), purpose, [read])
            wrote = await papers.of(page, found.person, dossier)
            return PapersShown(
                papers=[
                    PaperShown(position=one.position, type=one.type, on=one.on, content=one.content)
                    for one in wrote
                ],
                as_of=as_of_json(page),
            )

    return router
