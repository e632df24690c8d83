"""Candidacies heard: who stands on which cell's list, and who helps them."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from sqlalchemy import Column, Date, MetaData, Table, Uuid, select
from sqlalchemy.dialects.postgresql import JSONB

from ketnap.admission import commands, language
from ketnap.admission.language import Heard
from ketnap.common.frozen import frozen
from ketnap.common.log import Entry
from ketnap.common.pages import Page
from ketnap.common.readmodel import ReadModel
from ketnap.contracts.registry import (
    CandidacyClosed,
    CandidateIntroduced,
    HelperReplaced,
    SympathiserDelisted,
    SympathiserListed,
)

FACTS = (CandidateIntroduced, SympathiserListed, HelperReplaced, SympathiserDelisted, CandidacyClosed)

table = Table(
    "candidacies",
    MetaData(),
    Column("candidacy", Uuid, primary_key=True),
    Column("person", Uuid),
    Column("unit", Uuid),
    Column("listed_on", Date),
    Column("helpers", JSONB, nullable=False),
)


@frozen
class Helper:
    person: UUID
    successor: bool
    """Took over from one who left."""


@frozen
class Row:
    candidacy: UUID
    person: UUID | None = None
    unit: UUID | None = None
    listed_on: date | None = None
    helpers: list[Helper]


def fold(row: Row, fact: Heard, _entry: Entry) -> Row:
    match fact:
        case CandidateIntroduced(person=person, unit=unit):
            return replace(row, person=person, unit=unit)
        case SympathiserListed(person=person, unit=unit, helpers=helpers, on=on):
            helping = [Helper(person=helper, successor=False) for helper in helpers]
            return replace(row, person=person, unit=unit, listed_on=on, helpers=helping)
        case HelperReplaced(leaves=leaves, comes=comes):
            successor = Helper(person=comes, successor=True)
            return replace(row, helpers=[successor if h.person == leaves else h for h in row.helpers])
        case SympathiserDelisted() | CandidacyClosed():
            return replace(row, listed_on=None, helpers=[])
        case _:
            return row


model: ReadModel[Row, Heard] = ReadModel(
    table=table,
    row=Row,
    begin=lambda candidacy: Row(candidacy=UUID(candidacy), helpers=[]),
    types={fact.TYPE for fact in FACTS},
    read=language.heard,
    subjects=lambda fact: [str(fact.candidacy)] if isinstance(fact, FACTS) else [],
    fold=fold,
)


async def of(page: Page, candidacy: UUID) -> commands.Candidacy | None:
    row = await _row(page, candidacy)
    if row is None or row.person is None or row.unit is None:
        return None
    return commands.Candidacy(id=candidacy, person=row.person, unit=row.unit, listed_on=row.listed_on)


async def helpers(page: Page, candidacy: UUID) -> dict[UUID, bool]:
    """Who helps, and whether each took over from one who left."""
    row = await _row(page, candidacy)
    return {helper.person: helper.successor for helper in row.helpers} if row else {}


async def _row(page: Page, candidacy: UUID) -> Row | None:
    candidacies = page.of(model)
    found = await page.connection.execute(select(candidacies).where(candidacies.c.candidacy == candidacy))
    row = found.mappings().one_or_none()
    return model.load(row) if row else None
