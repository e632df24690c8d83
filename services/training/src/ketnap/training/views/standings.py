"""Standings: on whose list of sympathisers somebody stands, and in which cell they are on probation."""

from dataclasses import replace
from uuid import UUID

from sqlalchemy import Column, MetaData, Table, Uuid, select

from ketnap.common.frozen import frozen
from ketnap.common.log import Entry
from ketnap.common.pages import Page
from ketnap.common.readmodel import ReadModel
from ketnap.contracts.admission import AdmissionAnnulled, CeremonyHeld, Recognised, StruckOff
from ketnap.contracts.fact import Fact
from ketnap.contracts.registry import (
    CandidacyClosed,
    PersonForgotten,
    RollChange,
    RollChanged,
    SympathiserDelisted,
    SympathiserListed,
)
from ketnap.training import language

table = Table(
    "standings",
    MetaData(),
    Column("person", Uuid, primary_key=True),
    Column("candidacy", Uuid),
    Column("sympathiser_of", Uuid),
    Column("probationer_of", Uuid),
)

LEFT = frozenset({RollChange.DIED, RollChange.RESIGNED, RollChange.EXPELLED})


@frozen
class Standing:
    person: UUID
    candidacy: UUID | None = None
    sympathiser_of: UUID | None = None
    probationer_of: UUID | None = None


def fold(row: Standing, fact: Fact, _entry: Entry) -> Standing | None:
    match fact:
        case SympathiserListed(candidacy=candidacy, unit=unit):
            return replace(row, candidacy=candidacy, sympathiser_of=unit)
        case SympathiserDelisted(candidacy=candidacy) | CandidacyClosed(candidacy=candidacy):
            if row.candidacy != candidacy:  # an older one: the person is on another list since
                return row
            return replace(row, candidacy=None, sympathiser_of=None)
        case CeremonyHeld(unit=unit):
            return replace(row, probationer_of=unit)
        case AdmissionAnnulled() | Recognised() | StruckOff():
            return replace(row, probationer_of=None)
        case RollChanged(change=change) if change in LEFT:
            return replace(row, probationer_of=None)
        case PersonForgotten():
            return None
        case _:
            return row


def _subjects(fact: Fact) -> list[str]:
    match fact:
        case RollChanged(person=None):
            return []
        case (
            SympathiserListed(person=person)
            | SympathiserDelisted(person=person)
            | CandidacyClosed(person=person)
            | CeremonyHeld(person=person)
            | AdmissionAnnulled(person=person)
            | Recognised(person=person)
            | StruckOff(person=person)
            | RollChanged(person=person)
            | PersonForgotten(person=person)
        ):
            return [str(person)]
        case _:
            return []


def _read(entry: Entry) -> Fact:
    return language.HEARD[entry.type].read(entry.json)


model: ReadModel[Standing, Fact] = ReadModel(
    table=table,
    row=Standing,
    begin=lambda person: Standing(person=UUID(person)),
    types={
        fact.TYPE
        for fact in (
            SympathiserListed,
            SympathiserDelisted,
            CandidacyClosed,
            CeremonyHeld,
            AdmissionAnnulled,
            Recognised,
            StruckOff,
            RollChanged,
            PersonForgotten,
        )
    },
    read=_read,
    subjects=_subjects,
    fold=fold,
)


async def of(page: Page, person: UUID) -> Standing:
    """Where the person stands; nowhere when nothing was heard."""
    standings = page.of(model)
    rows = await page.connection.execute(select(standings).where(standings.c.person == person))
    found = rows.mappings().one_or_none()
    return model.load(found) if found else Standing(person=person)
