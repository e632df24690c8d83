"""Identities heard: the birth date that the age is counted from; gone when the person is forgotten."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from sqlalchemy import Column, Date, MetaData, Table, Uuid, select

from ketnap.admission import language
from ketnap.admission.language import Heard, IdentityErased
from ketnap.common.frozen import frozen
from ketnap.common.log import Entry
from ketnap.common.pages import Page
from ketnap.common.readmodel import ReadModel
from ketnap.contracts.registry import IdentityChanged, PersonForgotten

table = Table(
    "identities",
    MetaData(),
    Column("person", Uuid, primary_key=True),
    Column("birth_date", Date),
)


@frozen
class Row:
    person: UUID
    birth_date: date | None = None


def fold(row: Row, fact: Heard, _entry: Entry) -> Row | None:
    match fact:
        case IdentityChanged(birth_date=birth_date):
            return replace(row, birth_date=birth_date)
        case IdentityErased() | PersonForgotten():
            return None
        case _:
            return row


def _subjects(fact: Heard) -> list[str]:
    match fact:
        case IdentityChanged(person=person) | IdentityErased(person=person) | PersonForgotten(person=person):
            return [str(person)]
        case _:
            return []


model: ReadModel[Row, Heard] = ReadModel(
    table=table,
    row=Row,
    begin=lambda person: Row(person=UUID(person)),
    types={IdentityChanged.TYPE, PersonForgotten.TYPE},
    read=language.heard,
    subjects=_subjects,
    fold=fold,
    personal=True,
)


async def born(page: Page, person: UUID) -> date | None:
    identities = page.of(model)
    found: date | None = await page.connection.scalar(
        select(identities.c.birth_date).where(identities.c.person == person)
    )
    return found
