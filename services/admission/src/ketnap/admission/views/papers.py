"""Papers: what was written about a person in biography, verification and opinions; gone when they are forgotten."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from sqlalchemy import Column, MetaData, Table, Uuid, select
from sqlalchemy.dialects.postgresql import JSONB

from ketnap.admission import language
from ketnap.admission.events import (
    AdmissionRefused,
    Biography,
    BiographyDeclared,
    DossierReturned,
    OpinionsSummarised,
    PapersRenewed,
    VerificationCompleted,
    VerificationFailed,
    VerificationIssueRaised,
    VerificationIssueResolved,
)
from ketnap.admission.language import Heard, Own
from ketnap.common.frozen import Forgotten, frozen
from ketnap.common.log import Entry
from ketnap.common.pages import Page
from ketnap.common.readmodel import ReadModel
from ketnap.contracts.registry import PersonForgotten

table = Table(
    "papers",
    MetaData(),
    Column("person", Uuid, primary_key=True),
    Column("papers", JSONB, nullable=False),
)

WRITTEN = (
    BiographyDeclared,
    VerificationCompleted,
    VerificationIssueRaised,
    VerificationIssueResolved,
    VerificationFailed,
    OpinionsSummarised,
    PapersRenewed,
    DossierReturned,
    AdmissionRefused,
)


@frozen
class Paper:
    dossier: UUID
    position: int
    type: str
    """Name of the event that brought it."""
    on: date
    content: Biography | str


@frozen
class Row:
    person: UUID
    papers: list[Paper]


def fold(row: Row, event: Own | Heard, entry: Entry) -> Row | None:
    match event:
        case BiographyDeclared(biography=content):
            pass
        case (
            VerificationCompleted(conclusion=content)
            | VerificationIssueRaised(finding=content)
            | VerificationIssueResolved(conclusion=content)
            | VerificationFailed(conclusion=content)
            | OpinionsSummarised(opinions=content)
            | PapersRenewed(opinions=content)
            | DossierReturned(remarks=content)
            | AdmissionRefused(grounds=content)
        ):
            pass
        case PersonForgotten():
            return None
        case _:
            return row
    if isinstance(content, Forgotten):
        return row
    paper = Paper(
        dossier=event.dossier.id,
        position=entry.position,
        type=entry.type,
        on=event.act.on,
        content=content,
    )
    return replace(row, papers=[*row.papers, paper])


def _read(entry: Entry) -> Own | Heard:
    return language.heard(entry) if entry.type == PersonForgotten.TYPE else language.own(entry)


def _subjects(event: Own | Heard) -> list[str]:
    match event:
        case PersonForgotten(person=person):
            return [str(person)]
        case event if isinstance(event, WRITTEN):
            return [str(event.person)]
        case _:
            return []


model: ReadModel[Row, Own | Heard] = ReadModel(
    table=table,
    row=Row,
    begin=lambda person: Row(person=UUID(person), papers=[]),
    types=language.dossiers.personal_types | {PersonForgotten.TYPE},
    read=_read,
    subjects=_subjects,
    fold=fold,
    personal=True,
)


async def of(page: Page, person: UUID, dossier: UUID) -> list[Paper]:
    """What was written in this dossier, in order."""
    papers = page.of(model)
    found = await page.connection.execute(select(papers).where(papers.c.person == person))
    row = found.mappings().one_or_none()
    return [paper for paper in model.load(row).papers if paper.dossier == dossier] if row else []
