"""People: who is registered where, found by name with and without accents, listed in Vietnamese order."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from sqlalchemy import Column, Date, Integer, MetaData, Table, Text, Uuid, select
from sqlalchemy.dialects.postgresql import JSONB

from ketnap.common.frozen import frozen
from ketnap.common.log import Entry
from ketnap.common.names import name_fold, name_key
from ketnap.common.pages import Page, among
from ketnap.common.readmodel import ReadModel
from ketnap.registry import language
from ketnap.registry.person import (
    NAMES,
    Event,
    Identity,
    IdentityCorrected,
    PersonForgotten,
    PersonMoved,
    PersonRegistered,
    Profile,
    ProfileRecorded,
)

table = Table(
    "people",
    MetaData(),
    Column("person", Uuid, primary_key=True),
    Column("unit", Uuid, nullable=False),
    Column("name", Text, nullable=False),
    Column("name_key", Text(collation="C"), nullable=False),
    Column("name_fold", Text, nullable=False),
    Column("birth_date", Date),
    Column("sex", Text),
    Column("profile", JSONB),
    Column("version", Integer, nullable=False),
)

NOBODY = UUID(int=0)


@frozen
class Person:
    person: UUID
    unit: UUID = NOBODY
    name: str = ""
    name_key: str = ""
    name_fold: str = ""
    birth_date: date | None = None
    sex: str | None = None
    profile: Profile | None = None
    version: int = 0


def fold(row: Person, event: Event, entry: Entry) -> Person | None:
    row = replace(row, version=entry.version)
    match event:
        case PersonRegistered(unit=unit, identity=Identity() as identity):
            return _known_as(replace(row, unit=unit), identity)
        case PersonRegistered(unit=unit) | PersonMoved(unit=unit):
            return replace(row, unit=unit)
        case IdentityCorrected(identity=Identity() as identity):
            return _known_as(row, identity)
        case ProfileRecorded(profile=Profile() as profile):
            return replace(row, profile=profile)
        case PersonForgotten():
            return None
        case _:
            return row


def _known_as(row: Person, identity: Identity) -> Person:
    return replace(
        row,
        name=identity.name,
        name_key=name_key(identity.name),
        name_fold=name_fold(identity.name),
        birth_date=identity.birth_date,
        sex=identity.sex,
    )


model: ReadModel[Person, Event] = ReadModel(
    table=table,
    row=Person,
    indexes={"people": ["(unit, name_key)"]},
    begin=lambda person: Person(person=UUID(person)),
    types=NAMES,
    read=language.people.read,
    subjects=lambda event: [str(event.person)],
    fold=fold,
    personal=True,
)


async def of(page: Page, persons: Iterable[UUID]) -> list[Person]:
    """Those of these people who are (still) known, in order of their names."""
    people = page.of(model)
    rows = await page.connection.execute(
        select(people).where(among(people.c.person, persons)).order_by(people.c.name_key, people.c.person)
    )
    return [model.load(row) for row in rows.mappings()]


async def search(page: Page, units: Collection[UUID], words: str, limit: int) -> Sequence[Person]:
    """People of these units whose name holds every word, accents or not, in order of their names."""
    people = page.of(model)
    query = select(people).where(among(people.c.unit, units))
    for word in name_fold(words).split():
        query = query.where(people.c.name_fold.contains(word, autoescape=True))
    rows = await page.connection.execute(query.order_by(people.c.name_key, people.c.person).limit(limit))
    return [model.load(row) for row in rows.mappings()]
