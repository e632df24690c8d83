"""The quota ledger: what each unit was given under a line of a plan, by which decision, and what was kept in reserve."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date
from uuid import UUID

from sqlalchemy import BigInteger, Column, Date, Integer, MetaData, Table, Text, Uuid, func, select

from ketnap.common.frozen import frozen
from ketnap.common.log import Entry as Logged
from ketnap.common.pages import Page
from ketnap.common.readmodel import Lined, ReadModel
from ketnap.statistics import language
from ketnap.statistics.allocation import AllocationIssued, Event, allocation_id

table = Table(
    "quotas",
    MetaData(),
    Column("subject", Uuid, primary_key=True),
    Column("plan", Uuid),
    Column("line", Text(collation="C")),
    Column("unit", Uuid),
    Column("decisions", Integer, nullable=False),
)

lines = Table(
    "quotas_lines",
    MetaData(),
    Column("subject", Uuid, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("plan", Uuid, nullable=False),
    Column("line", Text(collation="C"), nullable=False),
    Column("giver", Uuid, nullable=False),
    Column("unit", Uuid),
    Column("kind", Text, nullable=False),
    Column("delta", Integer, nullable=False),
    Column("effective_on", Date, nullable=False),
    Column("decision", Text, nullable=False),
)


@frozen
class Row:
    """One allocation: how often it was decided."""

    subject: UUID
    plan: UUID | None = None
    line: str | None = None
    unit: UUID | None = None
    decisions: int = 0


@frozen
class Line:
    """`kind`: allocation, adjustment, reserve or over_allocation; `unit` None: not given to anybody."""

    subject: UUID
    position: int
    ordinal: int
    plan: UUID
    line: str
    giver: UUID
    unit: UUID | None
    kind: str
    delta: int
    effective_on: date
    decision: str


def fold(row: Row, event: Event, logged: Logged) -> Row | Lined[Row]:
    match event:
        case AllocationIssued():
            kept = replace(
                row, plan=event.plan, line=event.line, unit=event.unit, decisions=row.decisions + 1
            )
            return Lined(row=kept, add=_lines(row, event, logged.position))
        case _:
            return row


def _lines(row: Row, event: AllocationIssued, position: int) -> list[Line]:
    kind = "adjustment" if row.decisions else "allocation"
    changes: list[tuple[UUID | None, str, int]] = [
        (unit, kind, quota - event.was.get(unit, 0))
        for unit, quota in sorted(event.shares.items(), key=lambda item: item[0].int)
        if quota != event.was.get(unit, 0)
    ]
    if event.reserve != event.reserve_was:
        changes.append((None, "reserve", event.reserve - event.reserve_was))
    if event.over is not None:
        changes.append((None, "over_allocation", event.over.amount))
    return [
        Line(
            subject=row.subject,
            position=position,
            ordinal=ordinal,
            plan=event.plan,
            line=event.line,
            giver=event.unit,
            unit=unit,
            kind=kind,
            delta=delta,
            effective_on=event.on,
            decision=event.decision,
        )
        for ordinal, (unit, kind, delta) in enumerate(changes)
    ]


def _subjects(event: Event) -> list[str]:
    return [str(allocation_id(event.plan, event.line, event.unit))]


model: ReadModel[Row, Event] = ReadModel(
    table=table,
    row=Row,
    lines=lines,
    indexes={"quotas_lines": ["(plan, line, unit)", "(giver)"]},
    begin=lambda subject: Row(subject=UUID(subject)),
    types={"allocation.issued"},
    read=language.allocations.read,
    subjects=_subjects,
    fold=fold,
)


async def of_units(
    page: Page, plan: UUID, line: str, units: Collection[UUID], *, until: date, known: int
) -> Mapping[UUID, int]:
    """The quota of each of these units by the decisions up to a day and a position; who was given none is left out."""
    found = page.lines_of(model).c
    query = (
        select(found.unit, func.sum(found.delta).label("quota"))
        .where(found.plan == plan, found.line == line, found.unit.in_(list(units)))
        .where(found.effective_on <= until, found.position <= known)
        .group_by(found.unit)
    )
    rows = await page.connection.execute(query)
    return {row.unit: int(row.quota) for row in rows}


@frozen
class Balance:
    """What a unit divided among those below: allotted to them, kept, and approved above what it has."""

    allotted: int
    reserve: int
    over: int
    units: int


async def balance(page: Page, plan: UUID, line: str, giver: UUID, *, until: date, known: int) -> Balance:
    found = page.lines_of(model).c
    query = (
        select(found.unit, found.kind, func.sum(found.delta).label("value"))
        .where(found.plan == plan, found.line == line, found.giver == giver)
        .where(found.effective_on <= until, found.position <= known)
        .group_by(found.unit, found.kind)
    )
    rows = [(row.unit, row.kind, int(row.value)) for row in await page.connection.execute(query)]
    given = {unit for unit, _, _ in rows if unit is not None}
    return Balance(
        allotted=sum(value for unit, _, value in rows if unit is not None),
        reserve=sum(value for _, kind, value in rows if kind == "reserve"),
        over=sum(value for _, kind, value in rows if kind == "over_allocation"),
        units=len(given),
    )


async def decisions(page: Page, plan: UUID, line: str, unit: UUID, *, until: date, known: int) -> list[Line]:
    """The acts that make a unit's quota, in order."""
    found = page.lines_of(model)
    rows = await page.connection.execute(
        select(found)
        .where(found.c.plan == plan, found.c.line == line, found.c.unit == unit)
        .where(found.c.effective_on <= until, found.c.position <= known)
        .order_by(found.c.position, found.c.ordinal)
    )
    return [Line(**row) for row in rows.mappings()]
