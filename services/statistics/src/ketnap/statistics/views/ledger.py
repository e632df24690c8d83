"""The figure ledger: one line for every entry that counts, reversed by another line when it no longer does."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Date,
    Integer,
    MetaData,
    RowMapping,
    Select,
    SmallInteger,
    Table,
    Text,
    Uuid,
    and_,
    bindparam,
    func,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

from ketnap.common.clock import day_of
from ketnap.common.frozen import frozen
from ketnap.common.log import Entry as Logged
from ketnap.common.pages import Page
from ketnap.common.readmodel import Lined, ReadModel
from ketnap.contracts import admission, registry, training
from ketnap.contracts.registry import ProfileChanged
from ketnap.statistics import detachment, language
from ketnap.statistics.case import Case, Entry, begin, entries, evolve, subject_of, without_person
from ketnap.statistics.detachment import FiguresDetached, Residue
from ketnap.statistics.language import ProfileErased, Read
from ketnap.statistics.population import Population

table = Table(
    "ledger", MetaData(), Column("subject", Text(collation="C"), primary_key=True), Column("case", JSONB)
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
    Column("recorded_on", Date, nullable=False),
    Column("attributes", JSONB, nullable=False),
    Column("subject", Text(collation="C"), nullable=False),
)

DAY_ZERO = date(2000, 1, 1)

INDEXES = {
    "ledger_lines": [
        "(unit, measure, effective_on) INCLUDE (position, delta)",
        "(measure, effective_on, unit) INCLUDE (position, delta)",
        "(subject)",
        "(position)",
    ]
}


@frozen
class Row:
    subject: str
    case: Case


@frozen
class Line:
    """One line of the ledger. `unit` is where it happened and is never rewritten."""

    measure: int
    unit: UUID
    effective_on: date
    position: int
    ordinal: int
    delta: int
    person: UUID | None
    recorded_on: date
    attributes: Mapping[str, str]
    subject: str


def fold(row: Row, event: Read, logged: Logged) -> Lined[Row] | Row:
    match event:
        case FiguresDetached(lines=residue):
            kept = Row(subject=row.subject, case=without_person(row.case))
            return Lined(row=kept, clear=True, add=[_detached(row.subject, line) for line in residue])
        case ProfileErased():
            return row
        case _:
            case = evolve(row.case, event)
            if case is row.case:
                return row
            added = _difference(entries(row.case), entries(case), logged, row.subject)
            return Lined(row=Row(subject=row.subject, case=case), add=added)


def _difference(
    before: Mapping[str, Entry], after: Mapping[str, Entry], logged: Logged, subject: str
) -> list[Line]:
    """As in book-keeping: what no longer follows is reversed, what follows now is added."""
    found: list[tuple[Entry, int]] = []
    for key, entry in before.items():
        if after.get(key) != entry:
            found.append((entry, -entry.delta))
    for key, entry in after.items():
        if before.get(key) != entry:
            found.append((entry, entry.delta))
    recorded_on = day_of(logged.recorded_at)
    return [
        Line(
            measure=entry.measure,
            unit=entry.unit,
            effective_on=entry.effective_on,
            position=logged.position,
            ordinal=ordinal,
            delta=delta,
            person=entry.person,
            recorded_on=recorded_on,
            attributes=dict(entry.attributes),
            subject=subject,
        )
        for ordinal, (entry, delta) in enumerate(found)
    ]


def _detached(subject: str, line: Residue) -> Line:
    return Line(
        measure=line.measure,
        unit=line.unit,
        effective_on=line.effective_on,
        position=line.position,
        ordinal=line.ordinal,
        delta=line.delta,
        person=None,
        recorded_on=line.recorded_on,
        attributes=line.attributes,
        subject=subject,
    )


def _types() -> set[str]:
    counted = (
        registry.CandidateIntroduced,
        registry.SympathiserListed,
        registry.SympathiserDelisted,
        registry.CandidacyClosed,
        registry.RollOpened,
        registry.RollChanged,
        training.ClassesPlanned,
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
        ProfileChanged,
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


# -- Questions


@frozen
class Asked:
    """Which lines: of these measures, units and days, as known at a position, of whom."""

    measures: Sequence[int]
    units: Collection[UUID]
    since: date
    until: date
    known: int
    population: Population


def _where(page: Page, asked: Asked) -> ColumnElement[bool]:
    line = page.lines_of(model).c
    conditions = [
        line.measure == func.any(bindparam(None, list(asked.measures), ARRAY(SmallInteger))),
        line.unit == func.any(bindparam(None, list(asked.units), ARRAY(Uuid))),
        line.effective_on >= asked.since,
        line.effective_on <= asked.until,
        line.position <= asked.known,
    ]
    persons = asked.population.of_persons()
    for attribute, words in persons.include.items():
        conditions.append(line.attributes[attribute].astext.in_(list(words)))
    for attribute, words in persons.exclude.items():
        value = line.attributes[attribute].astext
        conditions.append(or_(value.is_(None), value.not_in(list(words))))
    return and_(*conditions)


@frozen
class Sum:
    """`segment`: between which turning days of the tree it happened, from 0."""

    measure: int
    unit: UUID
    segment: int
    value: int
    plus: int
    minus: int


async def sums(page: Page, asked: Asked, turning_days: Sequence[date]) -> list[Sum]:
    """Totals by measure, unit and segment between turning days; what adds up to nothing is left out."""
    line = page.lines_of(model).c
    segment = _segment(line.effective_on, turning_days)
    value = func.sum(line.delta)
    query = (
        select(
            line.measure,
            line.unit,
            segment.label("segment"),
            value.label("value"),
            func.count().filter(line.delta > 0).label("plus"),
            func.count().filter(line.delta < 0).label("minus"),
        )
        .where(_where(page, asked))
        .group_by(line.measure, line.unit, "segment")
    )
    rows = await page.connection.execute(query)
    return [Sum(**row) for row in rows.mappings()]


def _segment(day: ColumnElement[date], turning_days: Sequence[date]) -> ColumnElement[int]:
    days = bindparam(None, [turning.toordinal() for turning in turning_days], ARRAY(Integer))
    ordinal = day - DAY_ZERO + DAY_ZERO.toordinal()
    return func.width_bucket(ordinal, days, type_=Integer)


async def by_month(page: Page, asked: Asked) -> dict[tuple[int, int], int]:
    """Totals by (year, month)."""
    line = page.lines_of(model).c
    year, month = func.extract("year", line.effective_on), func.extract("month", line.effective_on)
    query = (
        select(year.label("year"), month.label("month"), func.sum(line.delta).label("value"))
        .where(_where(page, asked))
        .group_by("year", "month")
    )
    rows = await page.connection.execute(query)
    return {(int(row.year), int(row.month)): int(row.value) for row in rows}


async def by_attributes(page: Page, asked: Asked) -> list[tuple[Mapping[str, str], int]]:
    """Totals by what the people are."""
    line = page.lines_of(model).c
    query = (
        select(line.attributes, func.sum(line.delta).label("value"))
        .where(_where(page, asked))
        .group_by(line.attributes)
    )
    rows = await page.connection.execute(query)
    return [(_mapping(row.attributes), int(row.value)) for row in rows]


async def recorded_late(page: Page, asked: Asked, days: int) -> int:
    """Of these lines the sum of those recorded more than so many days after their day."""
    line = page.lines_of(model).c
    query = (
        select(func.coalesce(func.sum(line.delta), 0))
        .where(_where(page, asked))
        .where(line.recorded_on - line.effective_on > days)
    )
    found: int = (await page.connection.execute(query)).scalar_one()
    return found


async def entries_of(
    page: Page, asked: Asked, *, limit: int, behind: tuple[int, int] = (0, -1)
) -> list[Line]:
    """The lines themselves in order of their positions, behind (position, ordinal)."""
    line = page.lines_of(model).c
    query = (
        _lines(page)
        .where(_where(page, asked))
        .where(or_(line.position > behind[0], and_(line.position == behind[0], line.ordinal > behind[1])))
        .order_by(line.position, line.ordinal, line.subject)
        .limit(limit)
    )
    rows = await page.connection.execute(query)
    return [_line(row) for row in rows.mappings()]


async def of_subject(page: Page, subject: str) -> list[Line]:
    """Every line of one subject."""
    line = page.lines_of(model).c
    rows = await page.connection.execute(
        _lines(page).where(line.subject == subject).order_by(line.position, line.ordinal)
    )
    return [_line(row) for row in rows.mappings()]


def _lines(page: Page) -> Select[tuple[object, ...]]:
    return select(page.lines_of(model))


def _line(row: RowMapping) -> Line:
    return Line(**{**row, "attributes": _mapping(row["attributes"])})


def _mapping(value: Any) -> Mapping[str, str]:  # Any: JSON, read already or not
    found: Mapping[str, str] = orjson.loads(value) if isinstance(value, str | bytes) else value
    return found


def total(found: Iterable[Sum]) -> int:
    return sum(one.value for one in found)
