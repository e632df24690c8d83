"""Certificates heard: what each person has learnt, and until when it counts."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from sqlalchemy import Column, MetaData, Table, Uuid, select
from sqlalchemy.dialects.postgresql import JSONB

from ketnap.admission import language
from ketnap.admission.events import Certificate
from ketnap.admission.language import Heard
from ketnap.common.frozen import frozen
from ketnap.common.log import Entry
from ketnap.common.pages import Page
from ketnap.common.readmodel import ReadModel
from ketnap.contracts.training import CertificateIssued, Programme

table = Table(
    "certificates",
    MetaData(),
    Column("person", Uuid, primary_key=True),
    Column("held", JSONB, nullable=False),
)


@frozen
class Held:
    id: UUID
    programme: str
    certificate: Certificate


@frozen
class Row:
    person: UUID
    held: list[Held]


def fold(row: Row, fact: Heard, _entry: Entry) -> Row:
    match fact:
        case CertificateIssued(certificate=id, programme=programme):
            certificate = Certificate(number=fact.number, issued_on=fact.on, valid_until=fact.valid_until)
            issued = Held(id=id, programme=programme.value, certificate=certificate)
            return replace(row, held=[*(held for held in row.held if held.id != id), issued])
        case _:
            return row


model: ReadModel[Row, Heard] = ReadModel(
    table=table,
    row=Row,
    begin=lambda person: Row(person=UUID(person), held=[]),
    types={CertificateIssued.TYPE},
    read=language.heard,
    subjects=lambda fact: [str(fact.person)] if isinstance(fact, CertificateIssued) else [],
    fold=fold,
)


async def of(page: Page, person: UUID, programme: Programme, day: date) -> Certificate | None:
    """The newest that was issued by that day; without one the newest of all."""
    certificates = page.of(model)
    found = await page.connection.execute(select(certificates).where(certificates.c.person == person))
    row = found.mappings().one_or_none()
    held = [h.certificate for h in model.load(row).held if h.programme == programme.value] if row else []
    by_then = [certificate for certificate in held if certificate.issued_on <= day]
    return max(by_then or held, key=lambda certificate: certificate.issued_on, default=None)
