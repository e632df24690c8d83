"""Dossiers: whose stands where in which cell, since when, and which clock runs."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from uuid import UUID

from sqlalchemy import Column, Date, Integer, MetaData, Table, Text, Uuid, select
from sqlalchemy.dialects.postgresql import JSONB

from ketnap.admission import language
from ketnap.admission.events import NAMES, ApplicationFiled, Event
from ketnap.admission.progress import Clock, run, stands
from ketnap.common.frozen import frozen
from ketnap.common.log import Entry
from ketnap.common.pages import Page
from ketnap.common.readmodel import ReadModel

table = Table(
    "dossiers",
    MetaData(),
    Column("dossier", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("person", Uuid),
    Column("unit", Uuid),
    Column("stage", Text, nullable=False),
    Column("since", Date),
    Column("clocks", JSONB, nullable=False),
)


@frozen
class Row:
    dossier: UUID
    version: int = 0
    person: UUID | None = None
    unit: UUID | None = None
    stage: str = ""
    since: date | None = None
    clocks: list[Clock]


def fold(row: Row, event: Event, entry: Entry) -> Row:
    if isinstance(event, ApplicationFiled):
        row = replace(row, person=event.dossier.person, unit=event.dossier.unit)
    stage, since = stands(event) or (row.stage, row.since)
    clocks = run(row.clocks, event)
    return replace(row, version=entry.version, stage=stage, since=since, clocks=clocks)


model: ReadModel[Row, Event] = ReadModel(
    table=table,
    row=Row,
    indexes={"dossiers": ["(unit, stage)", "(person)"]},
    begin=lambda dossier: Row(dossier=UUID(dossier), clocks=[]),
    types=NAMES,
    read=language.dossiers.read,
    subjects=lambda event: [str(event.dossier.id)],
    fold=fold,
)


async def of_units(
    page: Page, units: Collection[UUID], *, stage: str | None, person: UUID | None, limit: int
) -> list[Row]:
    """Dossiers of these units, the longest waiting first."""
    dossiers = page.of(model)
    query = select(dossiers).where(dossiers.c.unit.in_(list(units)))
    if stage is not None:
        query = query.where(dossiers.c.stage == stage)
    if person is not None:
        query = query.where(dossiers.c.person == person)
    rows = await page.connection.execute(query.order_by(dossiers.c.since, dossiers.c.dossier).limit(limit))
    return [model.load(row) for row in rows.mappings()]
