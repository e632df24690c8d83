"""Certificates: who holds which, from whom, until when."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from sqlalchemy import Column, Date, MetaData, Table, Text, Uuid, or_, select

from ketnap.common.frozen import frozen
from ketnap.common.log import Entry
from ketnap.common.pages import Page, among
from ketnap.common.readmodel import ReadModel
from ketnap.training import course, language
from ketnap.training.course import CertificateIssued

table = Table(
    "certificates",
    MetaData(),
    Column("certificate", Uuid, primary_key=True),
    Column("number", Text, nullable=False),
    Column("person", Uuid),
    Column("unit", Uuid),
    Column("programme", Text, nullable=False),
    Column("owner", Uuid),
    Column("course", Uuid),
    Column("issued_on", Date),
    Column("valid_until", Date),
    Column("pack", Text),
)


@frozen
class Certificate:
    certificate: UUID
    number: str = ""
    person: UUID | None = None
    unit: UUID | None = None
    programme: str = ""
    owner: UUID | None = None
    course: UUID | None = None
    issued_on: date | None = None
    valid_until: date | None = None
    pack: str | None = None


def fold(row: Certificate, event: course.Event, _entry: Entry) -> Certificate:
    match event:
        case CertificateIssued():
            return Certificate(
                certificate=event.certificate,
                number=event.number,
                person=event.person,
                unit=event.unit,
                programme=event.programme,
                owner=event.owner,
                course=event.course,
                issued_on=event.on,
                valid_until=event.valid_until,
                pack=event.pack,
            )
        case _:
            return row


model: ReadModel[Certificate, course.Event] = ReadModel(
    table=table,
    row=Certificate,
    indexes={"certificates": ["(person)"]},
    begin=lambda certificate: Certificate(certificate=UUID(certificate)),
    types={"course.certificate_issued"},
    read=language.courses.read,
    subjects=lambda event: [str(event.certificate)] if isinstance(event, CertificateIssued) else [],
    fold=fold,
)


async def of_person(page: Page, person: UUID, units: Collection[UUID]) -> list[Certificate]:
    """Certificates of a person that one of these units sent or issued, the latest first."""
    table = page.of(model)
    rows = await page.connection.execute(
        select(table)
        .where(table.c.person == person, or_(among(table.c.unit, units), among(table.c.owner, units)))
        .order_by(table.c.issued_on.desc(), table.c.certificate)
    )
    return [model.load(row) for row in rows.mappings()]
