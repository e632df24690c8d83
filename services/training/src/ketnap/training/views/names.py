"""Names: who the people on rosters are, as registry told the restricted topic; gone when they are forgotten."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from sqlalchemy import Column, Date, MetaData, Table, Text, Uuid, select

from ketnap.common.frozen import frozen
from ketnap.common.log import Entry
from ketnap.common.pages import Page, among
from ketnap.common.readmodel import ReadModel
from ketnap.contracts.registry import IdentityChanged, PersonForgotten
from ketnap.training import language

table = Table(
    "names",
    MetaData(),
    Column("person", Uuid, primary_key=True),
    Column("name", Text, nullable=False),
    Column("name_key", Text(collation="C"), nullable=False),
    Column("birth_date", Date),
    Column("sex", Text),
)

type Heard = IdentityChanged | language.IdentityErased | PersonForgotten


@frozen
class Name:
    person: UUID
    name: str = ""
    name_key: str = ""
    birth_date: date | None = None
    sex: str | None = None


def fold(row: Name, heard: Heard, _entry: Entry) -> Name | None:
    match heard:
        case IdentityChanged():
            return Name(
                person=row.person,
                name=heard.name,
                name_key=heard.name_key,
                birth_date=heard.birth_date,
                sex=heard.sex,
            )
        case language.IdentityErased() | PersonForgotten():
            return None


def _read(entry: Entry) -> Heard:
    heard = language.read(entry)
    if not isinstance(heard, IdentityChanged | language.IdentityErased | PersonForgotten):
        raise TypeError(f"{entry.type} tells no name")
    return heard


model: ReadModel[Name, Heard] = ReadModel(
    table=table,
    row=Name,
    begin=lambda person: Name(person=UUID(person)),
    types={IdentityChanged.TYPE, PersonForgotten.TYPE},
    read=_read,
    subjects=lambda heard: [str(heard.person)],
    fold=fold,
    personal=True,
)


async def of(page: Page, persons: Iterable[UUID]) -> list[Name]:
    """Those of these people whose names are (still) known, in order of their names."""
    names = page.of(model)
    rows = await page.connection.execute(
        select(names).where(among(names.c.person, persons)).order_by(names.c.name_key, names.c.person)
    )
    return [model.load(row) for row in rows.mappings()]
