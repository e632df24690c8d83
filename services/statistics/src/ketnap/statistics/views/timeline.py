"""The timeline: at which positions of the log something was heard about a person."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Boolean, Column, Date, Integer, MetaData, Table, Text, Uuid, select

from ketnap.common.frozen import frozen
from ketnap.common.log import Entry as Logged
from ketnap.common.pages import Page
from ketnap.common.readmodel import Lined, ReadModel
from ketnap.contracts import admission, registry, training
from ketnap.contracts.fact import Fact
from ketnap.contracts.registry import RollChange
from ketnap.statistics import language
from ketnap.statistics.language import Read

TOLD = (
    registry.CandidateIntroduced,
    registry.SympathiserListed,
    registry.HelperReplaced,
    registry.SympathiserDelisted,
    registry.CandidacyClosed,
    registry.RollChanged,
    training.LearnerNominated,
    training.NominationApproved,
    training.NominationWithdrawn,
    training.LearnerEnrolled,
    training.LearnerLeft,
    training.ResultRecorded,
    training.CertificateIssued,
    admission.DossierOpened,
    admission.DossierAdvanced,
    admission.CellVoted,
    admission.CommitteeVoted,
    admission.AdmissionDecided,
    admission.DossierClosed,
    admission.CeremonyHeld,
    admission.CeremonyCorrected,
    admission.AdmissionAnnulled,
    admission.Recognised,
    admission.StruckOff,
)

table = Table(
    "timeline",
    MetaData(),
    Column("person", Uuid, primary_key=True),
    Column("unit", Uuid),
    Column("forgotten", Boolean, nullable=False),
)
lines = Table(
    "timeline_lines",
    MetaData(),
    Column("subject", Uuid, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("type", Text, nullable=False),
    Column("on", Date, nullable=False),
    Column("unit", Uuid, nullable=False),
)


@frozen
class Row:
    """`unit`: the cell that the latest entry names, by which access is judged; of the forgotten there is none."""

    person: UUID
    unit: UUID | None = None
    forgotten: bool = False


@frozen
class Line:
    subject: UUID
    position: int
    ordinal: int
    type: str
    on: date
    unit: UUID


def fold(row: Row, event: Read, logged: Logged) -> Row | Lined[Row]:
    match event:
        case registry.PersonForgotten():
            return Lined(row=Row(person=row.person, forgotten=True), clear=True)
        case Fact() if not row.forgotten:
            line = Line(
                subject=row.person,
                position=logged.position,
                ordinal=0,
                type=logged.type,
                on=_field(event, "on"),
                unit=_field(event, "unit"),
            )
            return Lined(row=Row(person=row.person, unit=line.unit), add=[line])
        case _:
            return row


def _field(fact: Fact, name: str) -> Any:  # Any: the facts told here all have these fields
    return getattr(fact, name)


LEFT = frozenset({RollChange.DIED, RollChange.RESIGNED, RollChange.EXPELLED, RollChange.OTHER})
"""What the roll alone tells; of its other changes admission has told."""


def _subjects(event: Read) -> list[str]:
    match event:
        case registry.RollChanged(change=change, person=person) if change not in LEFT or person is None:
            return []
        case Fact():
            return [str(_field(event, "person"))]
        case _:
            return []


model: ReadModel[Row, Read] = ReadModel(
    table=table,
    row=Row,
    lines=lines,
    indexes={"timeline_lines": ["(subject, position)"]},
    begin=lambda person: Row(person=UUID(person)),
    types={fact.TYPE for fact in TOLD} | {registry.PersonForgotten.TYPE},
    read=language.read,
    subjects=_subjects,
    fold=fold,
)


async def positions(page: Page, person: UUID) -> list[int]:
    """Where in the log this person is spoken of, in order."""
    found = page.lines_of(model).c
    rows = await page.connection.execute(
        select(found.position).where(found.subject == person).order_by(found.position)
    )
    return [row.position for row in rows]


async def unit_of(page: Page, person: UUID) -> UUID | None:
    people = page.of(model)
    found: UUID | None = (
        await page.connection.execute(select(people.c.unit).where(people.c.person == person))
    ).scalar()
    return found
