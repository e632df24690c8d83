"""Nominations: who is to be sent to which class, and how far that is; the queue of a committee."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from uuid import UUID

from sqlalchemy import Column, Date, Integer, MetaData, Table, Text, Uuid, select

from ketnap.common.frozen import frozen
from ketnap.common.log import Entry
from ketnap.common.pages import Page, among
from ketnap.common.readmodel import ReadModel
from ketnap.training import language
from ketnap.training.nomination import (
    NAMES,
    Event,
    LearnerNominated,
    NominationApproved,
    NominationClosed,
    NominationWithdrawn,
)

table = Table(
    "nominations",
    MetaData(),
    Column("nomination", Uuid, primary_key=True),
    Column("person", Uuid),
    Column("unit", Uuid),
    Column("programme", Text, nullable=False),
    Column("stage", Text, nullable=False),
    Column("nominated_on", Date),
    Column("approved_on", Date),
    Column("reason", Text),
    Column("course", Uuid),
    Column("version", Integer, nullable=False),
)


@frozen
class Nomination:
    nomination: UUID
    person: UUID | None = None
    unit: UUID | None = None
    programme: str = ""
    stage: str = ""
    nominated_on: date | None = None
    approved_on: date | None = None
    reason: str | None = None
    course: UUID | None = None
    version: int = 0


def fold(row: Nomination, event: Event, entry: Entry) -> Nomination:
    row = replace(row, version=entry.version)
    match event:
        case LearnerNominated(person=person, unit=unit, programme=programme, on=on):
            return replace(
                row, person=person, unit=unit, programme=programme, stage="nominated", nominated_on=on
            )
        case NominationApproved(on=on):
            return replace(row, stage="approved", approved_on=on)
        case NominationWithdrawn(reason=reason):
            return replace(row, stage="withdrawn", reason=reason)
        case NominationClosed(course=course):
            return replace(row, stage="enrolled", course=course)


model: ReadModel[Nomination, Event] = ReadModel(
    table=table,
    row=Nomination,
    indexes={"nominations": ["(unit, stage)", "(person)"]},
    begin=lambda nomination: Nomination(nomination=UUID(nomination)),
    types=NAMES,
    read=language.nominations.read,
    subjects=lambda event: [str(event.nomination)],
    fold=fold,
)


async def one(page: Page, nomination: UUID) -> Nomination | None:
    table = page.of(model)
    rows = await page.connection.execute(select(table).where(table.c.nomination == nomination))
    found = rows.mappings().one_or_none()
    return model.load(found) if found else None


async def of_units(
    page: Page, units: Collection[UUID], programme: str | None, stage: str | None, limit: int
) -> list[Nomination]:
    """Nominations of these units, the longest waiting first."""
    table = page.of(model)
    query = select(table).where(among(table.c.unit, units))
    if programme is not None:
        query = query.where(table.c.programme == programme)
    if stage is not None:
        query = query.where(table.c.stage == stage)
    rows = await page.connection.execute(
        query.order_by(table.c.nominated_on, table.c.nomination).limit(limit)
    )
    return [model.load(row) for row in rows.mappings()]
