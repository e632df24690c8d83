"""Rolls: how many members each cell has, and who of them is known as what."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from uuid import UUID

from sqlalchemy import Column, Date, Integer, MetaData, Table, Uuid, select
from sqlalchemy.dialects.postgresql import JSONB

from ketnap.common.frozen import frozen
from ketnap.common.log import Entry
from ketnap.common.pages import Page, among
from ketnap.common.readmodel import ReadModel
from ketnap.registry import language
from ketnap.registry.roll import (
    NAMES,
    AdmissionDateCorrected,
    Event,
    Member,
    MemberAdmitted,
    MemberLeft,
    MemberRecognised,
    RollOpened,
)

table = Table(
    "rolls",
    MetaData(),
    Column("unit", Uuid, primary_key=True),
    Column("official", Integer, nullable=False),
    Column("probationary", Integer, nullable=False),
    Column("opened_on", Date),
    Column("members", JSONB, nullable=False),
    Column("version", Integer, nullable=False),
)


@frozen
class Roll:
    unit: UUID
    official: int
    probationary: int
    opened_on: date | None
    members: list[Member]
    version: int = 0


def fold(row: Roll, event: Event, entry: Entry) -> Roll:
    row = replace(row, version=entry.version)
    match event:
        case RollOpened():
            return Roll(
                unit=event.unit,
                official=event.official,
                probationary=event.probationary,
                opened_on=event.on,
                members=list(event.named),
                version=entry.version,
            )
        case MemberAdmitted(person=person, on=on):
            member = Member(person=person, status="probationary", since=on)
            return replace(
                row,
                official=event.official,
                probationary=event.probationary,
                members=[*_without(row, person), member],
            )
        case AdmissionDateCorrected(person=person, on=on):
            return replace(
                row, members=[replace(m, since=on) if m.person == person else m for m in row.members]
            )
        case MemberRecognised(person=person):
            return replace(
                row,
                official=event.official,
                probationary=event.probationary,
                members=[replace(m, status="official") if m.person == person else m for m in row.members],
            )
        case MemberLeft(person=person):
            return replace(
                row,
                official=event.official,
                probationary=event.probationary,
                members=_without(row, person),
            )


def _without(row: Roll, person: UUID | None) -> list[Member]:
    return [member for member in row.members if member.person != person]


model: ReadModel[Roll, Event] = ReadModel(
    table=table,
    row=Roll,
    indexes={"rolls": ["USING gin (members jsonb_path_ops)"]},
    begin=lambda unit: Roll(unit=UUID(unit), official=0, probationary=0, opened_on=None, members=[]),
    types=NAMES,
    read=language.rolls.read,
    subjects=lambda event: [str(event.unit)],
    fold=fold,
)


async def of(page: Page, units: Collection[UUID]) -> list[Roll]:
    rolls = page.of(model)
    rows = await page.connection.execute(select(rolls).where(among(rolls.c.unit, units)))
    return [model.load(row) for row in rows.mappings()]


async def officials(page: Page, persons: Collection[UUID]) -> frozenset[UUID]:
    """Those of these people who stand on a roll as official members."""
    rolls = page.of(model)
    wanted = [rolls.c.members.contains([{"person": str(person), "status": "official"}]) for person in persons]
    if not wanted:
        return frozenset()
    found: set[UUID] = set()
    for one, condition in zip(persons, wanted, strict=True):
        if (await page.connection.execute(select(rolls.c.unit).where(condition).limit(1))).first():
            found.add(one)
    return frozenset(found)
