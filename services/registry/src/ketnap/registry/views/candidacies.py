"""Candidacies: who stands on which cell's list, since when, helped by whom."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from uuid import UUID

from sqlalchemy import Column, Date, Integer, MetaData, Table, Text, Uuid, select
from sqlalchemy.dialects.postgresql import JSONB

from ketnap.common.frozen import frozen
from ketnap.common.log import Entry
from ketnap.common.pages import Page, among
from ketnap.common.readmodel import ReadModel
from ketnap.registry import language
from ketnap.registry.candidacy import (
    NAMES,
    CandidacyClosed,
    CandidateIntroduced,
    Event,
    HelperReplaced,
    SympathiserDelisted,
    SympathiserListed,
)

table = Table(
    "candidacies",
    MetaData(),
    Column("candidacy", Uuid, primary_key=True),
    Column("person", Uuid),
    Column("unit", Uuid),
    Column("introduced_by", Uuid),
    Column("stage", Text, nullable=False),
    Column("since", Date),
    Column("helpers", JSONB, nullable=False),
    Column("version", Integer, nullable=False),
)


@frozen
class Candidacy:
    candidacy: UUID
    person: UUID | None = None
    unit: UUID | None = None
    introduced_by: UUID | None = None
    stage: str = ""
    since: date | None = None
    helpers: list[UUID]
    version: int = 0


def fold(row: Candidacy, event: Event, entry: Entry) -> Candidacy:
    row = replace(row, version=entry.version)
    match event:
        case CandidateIntroduced(person=person, unit=unit, introduced_by=body, on=on):
            return replace(row, person=person, unit=unit, introduced_by=body, stage="introduced", since=on)
        case SympathiserListed(helpers=helpers, on=on):
            return replace(row, stage="sympathiser", since=on, helpers=list(helpers))
        case HelperReplaced(leaves=leaves, comes=comes):
            return replace(row, helpers=[comes if helper == leaves else helper for helper in row.helpers])
        case SympathiserDelisted(on=on):
            return replace(row, stage="removed_from_list", since=on, helpers=[])
        case CandidacyClosed(on=on):
            return replace(row, stage="closed", since=on)


model: ReadModel[Candidacy, Event] = ReadModel(
    table=table,
    row=Candidacy,
    indexes={"candidacies": ["(unit, stage)", "(person)"]},
    begin=lambda candidacy: Candidacy(candidacy=UUID(candidacy), helpers=[]),
    types=NAMES,
    read=language.candidacies.read,
    subjects=lambda event: [str(event.candidacy)],
    fold=fold,
)


async def one(page: Page, candidacy: UUID) -> Candidacy | None:
    table = page.of(model)
    rows = await page.connection.execute(select(table).where(table.c.candidacy == candidacy))
    found = rows.mappings().one_or_none()
    return model.load(found) if found else None


async def of_units(page: Page, units: Collection[UUID], stage: str | None, limit: int) -> list[Candidacy]:
    """Candidacies of these units, the longest waiting first."""
    table = page.of(model)
    query = select(table).where(among(table.c.unit, units))
    if stage is not None:
        query = query.where(table.c.stage == stage)
    rows = await page.connection.execute(query.order_by(table.c.since, table.c.candidacy).limit(limit))
    return [model.load(row) for row in rows.mappings()]
