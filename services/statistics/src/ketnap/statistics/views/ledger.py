"""The figure ledger: one line for every entry that counts, reversed by another line when it no longer does."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    Integer,
    MetaData,
    Select,
    SmallInteger,
    Table,
    Text,
    Uuid,
    select,
)
from sqlalchemy.dialects.postgresql import JSONB

from ketnap.common.clock import day_of
from ketnap.common.frozen import frozen
from ketnap.common.log import Entry as Logged
from ketnap.common.pages import Page
from ketnap.common.readmodel import Lined, ReadModel
from ketnap.contracts import admission, registry, training
from ketnap.contracts.registry import PersonForgotten
from ketnap.statistics import detachment, language
from ketnap.statistics.case import Case, begin, evolve, subject_of
from ketnap.statistics.detachment import FiguresDetached, Residue
from ketnap.statistics.entries import Entry, codes_of, entries
from ketnap.statistics.language import Read

table = Table(
    "ledger",
    MetaData(),
    Column("subject", Text(collation="C"), primary_key=True),
    Column("case", JSONB, nullable=False),
    Column("waiting", JSONB),
)

lines = Table(
    "ledger_lines",
    MetaData(),
    Column("measure", SmallInteger, nullable=False),
    Column("unit", Uuid, nullable=False),
    Column("effective_on", Date, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("delta", Integer, nullable=False),
    Column("person", Uuid),
    Column("attributes", JSONB, nullable=False),
    Column("subject", Text(collation="C"), nullable=False),
)

INDEXES = {
    "ledger_lines": [
        "(measure, unit, effective_on) INCLUDE (position, delta)",
        "(subject)",
        "(position)",
    ]
}


@frozen
class Line:
    """One line of the ledger. `unit` is where it happened and is never rewritten; a person who is forgotten is None."""

    measure: int
    unit: UUID
    effective_on: date
    position: int
    ordinal: int
    delta: int
    person: UUID | None
    attributes: Mapping[str, str]
    subject: str


@frozen
class Waiting:
    """A line that came between the word that somebody is to be forgotten and the detachment of their figures."""

    of: str
    line: Line


@frozen
class Row:
    """`waiting`: None but while the figures of somebody who is to be forgotten are not detached yet."""

    subject: str
    case: Case
    waiting: Sequence[Waiting] | None = None


def fold(row: Row, event: Read, logged: Logged) -> Lined[Row] | Row:
    match event:
        case PersonForgotten():
            return replace(row, case=replace(row.case, profiles=(), codes={}), waiting=())
        case FiguresDetached(lines=residue):
            return _detached(row, residue)
        case _:
            case = evolve(row.case, event, _recorded_on(logged))
            if case is row.case:
                return row
            added = _difference(entries(row.case), entries(case), logged.position, row.subject)
            waiting = None if row.waiting is None else (*row.waiting, *added)
            return Lined(row=replace(row, case=case, waiting=waiting), add=[new.line for new in added])


def _recorded_on(logged: Logged) -> date:
    """The day on which the source recorded it: landing it again another day changes nothing."""
    told = logged.meta.get("time")
    return day_of(datetime.fromisoformat(told) if told else logged.recorded_at)


def _difference(
    before: Mapping[str, Entry], after: Mapping[str, Entry], position: int, subject: str
) -> list[Waiting]:
    """As in book-keeping: what no longer follows is reversed, what follows now is added."""
    reversed_ = [(entry, -entry.delta) for key, entry in before.items() if after.get(key) != entry]
    added = [(entry, entry.delta) for key, entry in after.items() if before.get(key) != entry]
    return [
        Waiting(
            of=entry.of,
            line=Line(
                measure=entry.measure,
                unit=entry.unit,
                effective_on=entry.effective_on,
                position=position,
                ordinal=ordinal,
                delta=delta,
                person=entry.person,
                attributes=dict(entry.attributes),
                subject=subject,
            ),
        )
        for ordinal, (entry, delta) in enumerate((*reversed_, *added))
    ]


def _detached(row: Row, residue: Sequence[Residue]) -> Lined[Row]:
    """The residue takes the place of the lines; those that came meanwhile get their codes from it."""
    said = {(line.measure, line.unit, line.effective_on): line.attributes for line in residue}
    codes = codes_of(row.case, said)
    kept = [
        Line(
            measure=line.measure,
            unit=line.unit,
            effective_on=line.effective_on,
            position=line.position,
            ordinal=line.ordinal,
            delta=line.delta,
            person=None,
            attributes=line.attributes,
            subject=row.subject,
        )
        for line in residue
    ]
    since = [replace(late.line, attributes=codes.get(late.of, {})) for late in row.waiting or ()]
    case = replace(row.case, profiles=(), codes=codes)
    return Lined(row=Row(subject=row.subject, case=case), clear=True, add=[*kept, *since])


def _types() -> set[str]:
    counted = (
        registry.CandidateIntroduced,
        registry.SympathiserListed,
        registry.SympathiserDelisted,
        registry.CandidacyClosed,
        registry.RollOpened,
        registry.RollChanged,
        registry.PersonForgotten,
        training.ClassesPlanned,
        training.LearnerEnrolled,
        training.LearnerLeft,
        training.ResultRecorded,
        training.CertificateIssued,
        training.ClassFinished,
        admission.DossierOpened,
        admission.DossierAdvanced,
        admission.AdmissionDecided,
        admission.DossierClosed,
        admission.CeremonyHeld,
        admission.CeremonyCorrected,
        admission.CellVoted,
        admission.Recognised,
        admission.StruckOff,
        admission.AdmissionAnnulled,
        registry.ProfileChanged,
    )
    return {fact.TYPE for fact in counted} | set(detachment.NAMES)


model: ReadModel[Row, Read] = ReadModel(
    table=table,
    row=Row,
    lines=lines,
    indexes=INDEXES,
    begin=lambda subject: Row(subject=subject, case=begin(subject)),
    types=_types(),
    read=language.read,
    subjects=subject_of,
    fold=fold,
    personal=True,
)


async def of_subject(page: Page, subject: str, before: int | None = None) -> list[Line]:
    """Every line of one subject, or those before a position."""
    found = page.lines_of(model)
    asked = [found.c.subject == subject, *([found.c.position < before] if before is not None else [])]
    return await read(page, select(found).where(*asked).order_by(found.c.position, found.c.ordinal))


async def between(page: Page, after: int, until: int, limit: int) -> list[Line]:
    """Lines recorded behind a position and up to another, in order."""
    found = page.lines_of(model)
    asked = select(found).where(found.c.position > after, found.c.position <= until)
    return await read(page, asked.order_by(found.c.position, found.c.ordinal).limit(limit))


async def read(page: Page, found: Select[Any]) -> list[Line]:  # Any: columns of all types
    """The lines that a query finds, each with all its columns."""
    rows = await page.connection.execute(found)
    return [Line(**{**row, "attributes": attributes_read(row["attributes"])}) for row in rows.mappings()]


def attributes_read(value: Any) -> Mapping[str, str]:  # Any: JSON, read already or not
    found: Mapping[str, str] = orjson.loads(value) if isinstance(value, str | bytes) else value
    return found
