"""Forgettings: whose data are being erased, and which services have not answered yet."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from uuid import UUID

from sqlalchemy import Column, Date, MetaData, Table, Uuid, select
from sqlalchemy.dialects.postgresql import JSONB

from ketnap.common import forgetting
from ketnap.common.frozen import frozen
from ketnap.common.log import Entry
from ketnap.common.pages import Page, among
from ketnap.common.readmodel import ReadModel
from ketnap.contracts import admission, statistics, training
from ketnap.contracts.fact import Fact
from ketnap.registry import language
from ketnap.registry.language import Own
from ketnap.registry.person import ForgettingRequested, PersonForgotten

SERVICES = ("registry", "training", "admission", "statistics")

table = Table(
    "forgettings",
    MetaData(),
    Column("person", Uuid, primary_key=True),
    Column("unit", Uuid),
    Column("requested_on", Date),
    Column("forgotten_on", Date),
    Column("answered", JSONB, nullable=False),
)


@frozen
class Forgetting:
    person: UUID
    unit: UUID | None = None
    requested_on: date | None = None
    forgotten_on: date | None = None
    answered: list[str]

    def open(self) -> list[str]:
        """The services that still have to answer."""
        return [service for service in SERVICES if service not in self.answered]


def fold(row: Forgetting, event: Own | Fact, _entry: Entry) -> Forgetting:
    match event:
        case ForgettingRequested(unit=unit, on=on):
            return replace(row, unit=unit, requested_on=on)
        case PersonForgotten(unit=unit, on=on):
            return replace(row, unit=unit, forgotten_on=on)
        case forgetting.ForgettingDone():
            return _answered(row, "registry")
        case training.ForgettingDone():
            return _answered(row, "training")
        case admission.ForgettingDone():
            return _answered(row, "admission")
        case statistics.ForgettingDone():
            return _answered(row, "statistics")
        case _:
            return row


def _answered(row: Forgetting, service: str) -> Forgetting:
    return replace(row, answered=sorted({*row.answered, service}))


def _subjects(event: Own | Fact) -> list[str]:
    match event:
        case (
            ForgettingRequested(person=person)
            | PersonForgotten(person=person)
            | forgetting.ForgettingDone(person=person)
            | training.ForgettingDone(person=person)
            | admission.ForgettingDone(person=person)
            | statistics.ForgettingDone(person=person)
        ):
            return [str(person)]
        case _:
            return []


model: ReadModel[Forgetting, Own | Fact] = ReadModel(
    table=table,
    row=Forgetting,
    begin=lambda person: Forgetting(person=UUID(person), answered=[]),
    types={
        "person.forgetting_requested",
        "person.forgotten",
        "forgetting.done",
        training.ForgettingDone.TYPE,
        admission.ForgettingDone.TYPE,
        statistics.ForgettingDone.TYPE,
    },
    read=language.read,
    subjects=_subjects,
    fold=fold,
)


async def all_open(page: Page, units: Collection[UUID]) -> list[Forgetting]:
    """Those asked for in these units and not yet answered by everybody, the oldest first."""
    table = page.of(model)
    rows = await page.connection.execute(
        select(table).where(among(table.c.unit, units)).order_by(table.c.requested_on, table.c.person)
    )
    return [row for row in (model.load(found) for found in rows.mappings()) if row.open()]
