"""The quota ledger: what each unit was given under a line of a plan, by which decision, and what was kept in reserve."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from sqlalchemy import BigInteger, Column, Date, Integer, MetaData, Table, Text, Uuid, func, select

from ketnap.common.frozen import frozen
from ketnap.common.log import Entry as Logged
from ketnap.common.pages import Page, among
from ketnap.common.readmodel import Lined, ReadModel
from ketnap.statistics import language
from ketnap.statistics.allocation import AllocationIssued, Event, allocation_id

table = Table(
    "quotas",
    MetaData(),
    Column("subject", Uuid, primary_key=True),
    Column("plan", Uuid),
    Column("line", Text(collation="C")),
    Column("giver", Uuid),
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
    giver: UUID | None = None
    decisions: int = 0


@frozen
class Act:
    """A change of what somebody was given, or kept, by a decision; `unit` None: of what was given to nobody.

    `kind`: plan (the number that a plan itself states), allocation, adjustment, reserve or over_allocation.
    """

    kind: str
    delta: int
    effective_on: date
    decision: str
    giver: UUID
    unit: UUID | None
    position: int


@frozen
class Line(Act):
    subject: UUID
    ordinal: int
    plan: UUID
    line: str


def fold(row: Row, event: Event, logged: Logged) -> Row | Lined[Row]:
    match event:
        case AllocationIssued():
            kept = replace(
                row, plan=event.plan, line=event.line, giver=event.unit, decisions=row.decisions + 1
            )
            return Lined(row=kept, add=_lines(row, event, logged.position))
        case _:
            return row


def _lines(row: Row, event: AllocationIssued, position: int) -> list[Line]:
    kind = "adjustment" if row.decisions else "allocation"
    changes: list[tuple[UUID | None, str, int]] = [
        (unit, kind, quota - event.was.get(unit, 0))
        for unit, quota in sorted(event.shares.items(), key=lambda item: item[0].int)
    ]
    changes.append((None, "reserve", event.reserve - event.reserve_was))
    changes.append((None, "over_allocation", (event.over.amount if event.over else 0) - event.over_was))
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
        if delta
    ]


def _subjects(event: Event) -> list[str]:
    return [str(allocation_id(event.plan, event.line, event.unit))]


model: ReadModel[Row, Event] = ReadModel(
    table=table,
    row=Row,
    lines=lines,
    indexes={"quotas_lines": ["(plan, line, unit)", "(plan, line, giver)", "(position)"]},
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
        .where(found.plan == plan, found.line == line, among(found.unit, units))
        .where(found.effective_on <= until, found.position <= known)
        .group_by(found.unit)
    )
    rows = await page.connection.execute(query)
    return {row.unit: int(row.quota) for row in rows}


async def acts(
    page: Page,
    plan: UUID,
    line: str,
    *,
    units: Sequence[UUID] | None = None,
    givers: Sequence[UUID] | None = None,
    until: date,
    known: int,
) -> list[Act]:
    """In order: the acts that gave to these units, or all acts of these givers."""
    found = page.lines_of(model)
    query = (
        select(found)
        .where(found.c.plan == plan, found.c.line == line)
        .where(found.c.effective_on <= until, found.c.position <= known)
        .order_by(found.c.position, found.c.ordinal)
    )
    if units is not None:
        query = query.where(among(found.c.unit, units))
    if givers is not None:
        query = query.where(among(found.c.giver, givers))
    rows = await page.connection.execute(query)
    return [
        Act(
            kind=row.kind,
            delta=row.delta,
            effective_on=row.effective_on,
            decision=row.decision,
            giver=row.giver,
            unit=row.unit,
            position=row.position,
        )
        for row in rows
    ]
