"""Rolls heard: how many official and probationary members each cell has."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from sqlalchemy import Column, Integer, MetaData, Table, Uuid, select

from ketnap.admission import language
from ketnap.admission.events import Roll
from ketnap.admission.language import Heard
from ketnap.common.frozen import frozen
from ketnap.common.log import Entry
from ketnap.common.pages import Page
from ketnap.common.readmodel import ReadModel
from ketnap.contracts.registry import RollChanged, RollOpened

table = Table(
    "rolls",
    MetaData(),
    Column("unit", Uuid, primary_key=True),
    Column("official", Integer, nullable=False),
    Column("probationary", Integer, nullable=False),
)


@frozen
class Row:
    unit: UUID
    official: int = 0
    probationary: int = 0


def fold(row: Row, fact: Heard, _entry: Entry) -> Row:
    match fact:
        case (
            RollOpened(official=official, probationary=probationary)
            | RollChanged(official=official, probationary=probationary)
        ):
            return replace(row, official=official, probationary=probationary)
        case _:
            return row


def _subjects(fact: Heard) -> list[str]:
    match fact:
        case RollOpened(unit=unit) | RollChanged(unit=unit):
            return [str(unit)]
        case _:
            return []


model: ReadModel[Row, Heard] = ReadModel(
    table=table,
    row=Row,
    begin=lambda unit: Row(unit=UUID(unit)),
    types={RollOpened.TYPE, RollChanged.TYPE},
    read=language.heard,
    subjects=_subjects,
    fold=fold,
)


async def of(page: Page, cells: Sequence[UUID]) -> Roll | None:
    """The members of these cells together; None when none of them has opened its roll."""
    rolls = page.of(model)
    found = await page.connection.execute(select(rolls).where(rolls.c.unit.in_(list(cells))))
    rows = [model.load(row) for row in found.mappings()]
    if not rows:
        return None
    return Roll(
        cells=list(cells),
        official=sum(row.official for row in rows),
        probationary=sum(row.probationary for row in rows),
    )
