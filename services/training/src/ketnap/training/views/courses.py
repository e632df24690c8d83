"""Classes: when, where from, who is on the roster, with which result and certificate."""

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import date
from uuid import UUID

from sqlalchemy import Column, Date, Integer, MetaData, Table, Text, Uuid, select
from sqlalchemy.dialects.postgresql import JSONB

from ketnap.common.frozen import frozen
from ketnap.common.log import Entry
from ketnap.common.pages import Page, among
from ketnap.common.readmodel import ReadModel
from ketnap.training import language
from ketnap.training.course import (
    NAMES,
    CertificateIssued,
    CourseFinished,
    CourseOpened,
    Event,
    LearnerEnrolled,
    LearnerLeft,
    ResultRecorded,
)

table = Table(
    "courses",
    MetaData(),
    Column("course", Uuid, primary_key=True),
    Column("title", Text, nullable=False),
    Column("programme", Text, nullable=False),
    Column("owner", Uuid),
    Column("line", Uuid),
    Column("starts_on", Date),
    Column("ends_on", Date),
    Column("seats", Integer, nullable=False),
    Column("stage", Text, nullable=False),
    Column("learners", JSONB, nullable=False),
    Column("version", Integer, nullable=False),
)


@frozen
class Learner:
    person: UUID
    unit: UUID
    nomination: UUID
    enrolled_on: date
    left_on: date | None = None
    passed: bool | None = None
    certificate: UUID | None = None
    number: str | None = None


@frozen
class Course:
    course: UUID
    title: str = ""
    programme: str = ""
    owner: UUID | None = None
    line: UUID | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    seats: int = 0
    stage: str = ""
    learners: list[Learner]
    version: int = 0

    @property
    def taken(self) -> int:
        return sum(learner.left_on is None for learner in self.learners)


def fold(row: Course, event: Event, entry: Entry) -> Course:
    row = replace(row, version=entry.version)
    match event:
        case CourseOpened():
            return replace(
                row,
                title=event.title,
                programme=event.programme,
                owner=event.owner,
                line=event.line,
                starts_on=event.starts_on,
                ends_on=event.ends_on,
                seats=event.seats,
                stage="open",
            )
        case LearnerEnrolled(person=person, unit=unit, nomination=nomination, on=on):
            learner = Learner(person=person, unit=unit, nomination=nomination, enrolled_on=on)
            return replace(row, learners=[*(one for one in row.learners if one.person != person), learner])
        case LearnerLeft(person=person, on=on):
            return _with(row, person, lambda learner: replace(learner, left_on=on))
        case ResultRecorded(person=person, passed=passed):
            return _with(row, person, lambda learner: replace(learner, passed=passed))
        case CertificateIssued(person=person, certificate=certificate, number=number):
            return _with(
                row, person, lambda learner: replace(learner, certificate=certificate, number=number)
            )
        case CourseFinished():
            return replace(row, stage="finished")


def _with(row: Course, person: UUID, change: Callable[[Learner], Learner]) -> Course:
    return replace(row, learners=[change(one) if one.person == person else one for one in row.learners])


model: ReadModel[Course, Event] = ReadModel(
    table=table,
    row=Course,
    indexes={"courses": ["(owner, starts_on)"]},
    begin=lambda course: Course(course=UUID(course), learners=[]),
    types=NAMES,
    read=language.courses.read,
    subjects=lambda event: [str(event.course)],
    fold=fold,
)


async def one(page: Page, course: UUID) -> Course | None:
    table = page.of(model)
    rows = await page.connection.execute(select(table).where(table.c.course == course))
    found = rows.mappings().one_or_none()
    return model.load(found) if found else None


async def of_owners(
    page: Page, owners: Collection[UUID], programme: str | None, stage: str | None, limit: int
) -> list[Course]:
    """Classes of these owners, the latest first."""
    table = page.of(model)
    query = select(table).where(among(table.c.owner, owners))
    if programme is not None:
        query = query.where(table.c.programme == programme)
    if stage is not None:
        query = query.where(table.c.stage == stage)
    rows = await page.connection.execute(
        query.order_by(table.c.starts_on.desc(), table.c.course).limit(limit)
    )
    return [model.load(row) for row in rows.mappings()]
