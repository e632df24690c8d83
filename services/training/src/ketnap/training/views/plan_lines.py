"""Lines of the class plan with how far they are: classes held of those planned, learners certified of those planned."""

from collections.abc import Collection
from dataclasses import replace
from uuid import UUID

from sqlalchemy import Column, Integer, MetaData, Table, Text, Uuid, select

from ketnap.common.frozen import frozen
from ketnap.common.log import Entry
from ketnap.common.pages import Page, among
from ketnap.common.readmodel import ReadModel
from ketnap.training import class_plan, course, language
from ketnap.training.class_plan import ClassesPlanned, PlanChanged
from ketnap.training.course import CertificateIssued, CourseFinished

table = Table(
    "plan_lines",
    MetaData(),
    Column("line", Uuid, primary_key=True),
    Column("owner", Uuid),
    Column("programme", Text, nullable=False),
    Column("year", Integer, nullable=False),
    Column("classes", Integer, nullable=False),
    Column("learners", Integer, nullable=False),
    Column("held", Integer, nullable=False),
    Column("certified", Integer, nullable=False),
    Column("version", Integer, nullable=False),
)


@frozen
class Line:
    """`held`: classes finished in which somebody had a result."""

    line: UUID
    owner: UUID | None = None
    programme: str = ""
    year: int = 0
    classes: int = 0
    learners: int = 0
    held: int = 0
    certified: int = 0
    version: int = 0


def fold(row: Line, event: class_plan.Event | course.Event, entry: Entry) -> Line:
    match event:
        case ClassesPlanned() | PlanChanged():
            return replace(
                row,
                owner=event.owner,
                programme=event.programme,
                year=event.year,
                classes=event.classes,
                learners=event.learners,
                version=entry.version,
            )
        case CourseFinished(learners=learners):
            return replace(row, held=row.held + (learners > 0))
        case CertificateIssued():
            return replace(row, certified=row.certified + 1)
        case _:
            return row


def _read(entry: Entry) -> class_plan.Event | course.Event:
    return (language.plans if entry.type in class_plan.NAMES else language.courses).read(entry)


def _subjects(event: class_plan.Event | course.Event) -> list[str]:
    match event:
        case ClassesPlanned() | PlanChanged() | CourseFinished() | CertificateIssued() if event.line:
            return [str(event.line)]
        case _:
            return []


model: ReadModel[Line, class_plan.Event | course.Event] = ReadModel(
    table=table,
    row=Line,
    indexes={"plan_lines": ["(owner, year)"]},
    begin=lambda line: Line(line=UUID(line)),
    types={*class_plan.NAMES, "course.finished", "course.certificate_issued"},
    read=_read,
    subjects=_subjects,
    fold=fold,
)


async def one(page: Page, line: UUID) -> Line | None:
    table = page.of(model)
    rows = await page.connection.execute(select(table).where(table.c.line == line))
    found = rows.mappings().one_or_none()
    return model.load(found) if found else None


async def of_owners(page: Page, owners: Collection[UUID], year: int) -> list[Line]:
    """The lines of a year of these owners, by owner and programme."""
    table = page.of(model)
    rows = await page.connection.execute(
        select(table)
        .where(among(table.c.owner, owners), table.c.year == year)
        .order_by(table.c.owner, table.c.programme, table.c.line)
    )
    return [model.load(row) for row in rows.mappings()]
