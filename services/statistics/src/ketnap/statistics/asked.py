"""Questions to the figure ledger: which lines count, what they add up to, and who stands behind them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from sys import intern
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnCollection,
    ColumnElement,
    Date,
    Integer,
    Select,
    SmallInteger,
    TableValuedAlias,
    Text,
    Uuid,
    and_,
    bindparam,
    column,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by

from ketnap.common.frozen import frozen
from ketnap.common.pages import Page
from ketnap.statistics.population import Population
from ketnap.statistics.spans import Spans
from ketnap.statistics.views import ledger
from ketnap.statistics.views.ledger import Line


@frozen
class Asked:
    """Which lines: of these measures, in these spans, on these days, as known at a position, of whom."""

    measures: tuple[int, ...]
    spans: Spans
    since: date
    until: date
    known: int
    persons: Population


@frozen
class Sum:
    """`plus` and `minus`: what the lines add and what they take away; `minus` is not negative."""

    value: int
    plus: int
    minus: int


type Attributes = tuple[tuple[str, str], ...]


def attributes_of(found: Mapping[str, str]) -> Attributes:
    """What somebody is, so that it can be compared and counted. The words are few and kept once each."""
    return tuple(sorted((intern(attribute), intern(word)) for attribute, word in found.items()))


async def by_row(page: Page, asked: Asked) -> dict[tuple[int, UUID | None], int]:
    """Totals by measure and row."""
    rows = await _totals(page, asked, "sum(line.delta) AS value", "sum(value)::bigint")
    return {(measure, asked.spans.rows[part]): value for measure, part, value in rows}


async def sums_by_row(page: Page, asked: Asked) -> dict[tuple[int, UUID | None], Sum]:
    """As `by_row`, with what was added and what was taken away."""
    rows = await _totals(
        page,
        asked,
        "sum(line.delta) AS value, sum(greatest(line.delta, 0)) AS plus",
        "sum(value)::bigint, sum(plus)::bigint",
    )
    return {
        (measure, asked.spans.rows[part]): Sum(value=value, plus=plus, minus=plus - value)
        for measure, part, value, plus in rows
    }


async def _totals(page: Page, asked: Asked, each: str, together: str) -> Sequence[Any]:  # Any: rows
    """A look into the covering index for each unit and measure, however many: no plan is better for many, or for few."""
    conditions, values = _of_persons(asked.persons, 9)
    found = await page.connection.exec_driver_sql(
        f"SELECT measure, part, {together}"  # noqa: S608 - nothing in it comes from outside
        " FROM unnest($1::uuid[], $2::date[], $3::date[], $4::int[]) AS span (unit, since, until, part),"
        " unnest($5::smallint[]) AS measure,"
        f" LATERAL (SELECT {each} FROM {page.lines_of(ledger.model).fullname} AS line"
        " WHERE line.measure = measure.measure AND line.unit = span.unit"
        " AND line.effective_on >= greatest(span.since, $6::date) AND line.effective_on < span.until"
        f" AND line.effective_on <= $7::date AND line.position <= $8::bigint{conditions}) AS found"
        " WHERE value IS NOT NULL GROUP BY measure, part",
        (
            *(asked.spans.units, asked.spans.since, asked.spans.until, asked.spans.parts),
            *(list(asked.measures), asked.since, asked.until, asked.known),
            *values,
        ),
    )
    return found.all()


def _of_persons(persons: Population, first: int) -> tuple[str, list[Any]]:  # Any: parameters of two types
    """Conditions on a line's attributes, with parameters from `$first` on, and their values."""
    conditions, values = "", list[Any]()
    for among, condition in (
        (persons.include, " AND line.attributes ->> ${}::text = ANY (${}::text[])"),
        (persons.exclude, " AND (line.attributes ->> ${0}::text = ANY (${1}::text[])) IS NOT TRUE"),
    ):
        for attribute, words in among.items():
            conditions += condition.format(first + len(values), first + len(values) + 1)
            values += [attribute, list(words)]
    return conditions, values


async def by_month(page: Page, asked: Asked) -> dict[tuple[int, int], int]:
    """Totals by (year, month)."""
    ask = _Question(page, asked)
    day = ask.line.effective_on
    year, month = func.extract("year", day).label("year"), func.extract("month", day).label("month")
    found = ask.select(year, month, func.sum(ask.line.delta).label("value")).group_by("year", "month")
    rows = await page.connection.execute(found)
    return {(int(row.year), int(row.month)): int(row.value) for row in rows}


async def by_attributes(page: Page, asked: Asked) -> dict[Attributes, int]:
    """Totals by what the people are."""
    ask = _Question(page, asked)
    what = ask.line.attributes
    rows = await page.connection.execute(
        ask.select(what, func.sum(ask.line.delta).label("value")).group_by(what)
    )
    return {attributes_of(ledger.attributes_read(row.attributes)): int(row.value) for row in rows}


async def last_gone(page: Page, asked: Asked) -> dict[UUID | None, date]:
    """For each row the last day on which a line took away."""
    ask = _Question(page, asked)
    found = ask.select(ask.span.part, func.max(ask.line.effective_on).label("day"))
    rows = await page.connection.execute(found.where(ask.line.delta < 0).group_by("part"))
    return {asked.spans.rows[row.part]: row.day for row in rows}


async def digest(page: Page, asked: Asked) -> str:
    """SHA-256 over the lines in order: the same lines have the same digest for ever."""
    ask = _Question(page, asked)
    line = ask.line
    text = func.concat_ws(
        " ", line.position, line.ordinal, line.measure, line.unit, line.effective_on, line.delta
    )
    ends = aggregate_order_by(literal("\n", Text), line.position, line.ordinal, line.subject)
    joined = func.coalesce(func.string_agg(text, ends), "")
    made = func.encode(func.sha256(func.convert_to(joined, "UTF8")), "hex")
    found: str = (await page.connection.execute(ask.select(made))).scalar_one()
    return found


@frozen
class Counted:
    """A subject that counts: one whose lines do not cancel out, and the position at which the last of them stands."""

    subject: str
    value: int
    last: int


async def subjects(page: Page, asked: Asked, *, behind: int, limit: int) -> tuple[list[Counted], int]:
    """Who counts, in the order of their last lines, behind a position; and how many more there are.

    An entry of the log speaks of one subject, so no two have their last line at one position.
    """
    ask = _Question(page, asked)
    value, last = func.sum(ask.line.delta).label("value"), func.max(ask.line.position).label("last")
    who = (
        ask.select(ask.line.subject, value, last)
        .group_by(ask.line.subject)
        .having(func.sum(ask.line.delta) != 0)
        .having(func.max(ask.line.position) > behind)
        .subquery()
    )
    count = (await page.connection.execute(select(func.count()).select_from(who))).scalar_one()
    rows = await page.connection.execute(select(who).order_by(who.c.last).limit(limit))
    found = [Counted(subject=row.subject, value=int(row.value), last=row.last) for row in rows]
    return found, count - len(found)


async def lines_of(page: Page, asked: Asked, subjects: Collection[str]) -> list[Line]:
    """The lines of these subjects that count here, in order."""
    ask = _Question(page, asked)
    return await ledger.read(page, ask.lines().where(ask.line.subject.in_(list(subjects))))


async def come_since(page: Page, asked: Asked, *, known: int, until: date, limit: int) -> list[Line]:
    """Of these lines those that were not counted earlier: recorded behind a position, or of a day after another."""
    ask = _Question(page, asked)
    since = or_(ask.line.position > known, ask.line.effective_on > until)
    return await ledger.read(page, ask.lines().where(since).limit(limit))


async def lines_of_all(page: Page, asked: Asked, *, limit: int) -> list[Line]:
    """All of these lines."""
    return await ledger.read(page, _Question(page, asked).lines().limit(limit))


# -- How they are asked


class _Question:
    """The lines that are asked for, each joined to the span that it lies in."""

    def __init__(self, page: Page, asked: Asked) -> None:
        table, span = page.lines_of(ledger.model), _unnested(asked.spans)
        self._table = table
        self.line, self.span = table.c, span.c
        self._joined = table.join(
            span,
            and_(
                table.c.unit == span.c.unit,
                table.c.effective_on >= span.c.since,
                table.c.effective_on < span.c.until,
            ),
        )
        self._where = _where(table.c, asked)

    def select(self, *columns: Any) -> Select[Any]:  # Any: columns of all types
        return select(*columns).select_from(self._joined).where(self._where)

    def lines(self) -> Select[Any]:  # Any: as above
        line = self.line
        return self.select(self._table).order_by(line.position, line.ordinal, line.subject)


def _unnested(spans: Spans) -> TableValuedAlias:
    arrays = (
        bindparam("units", spans.units, ARRAY(Uuid)),
        bindparam("since", spans.since, ARRAY(Date)),
        bindparam("until", spans.until, ARRAY(Date)),
        bindparam("parts", spans.parts, ARRAY(Integer)),
    )
    columns = (column("unit", Uuid), column("since", Date), column("until", Date), column("part", Integer))
    return func.unnest(*arrays).table_valued(*columns).render_derived(name="span")


def _where(line: ColumnCollection[str, Any], asked: Asked) -> ColumnElement[bool]:  # Any: as above
    conditions = [
        line.measure == func.any(bindparam(None, list(asked.measures), ARRAY(SmallInteger))),
        line.effective_on >= asked.since,
        line.effective_on <= asked.until,
        line.position <= asked.known,
    ]
    for attribute, words in asked.persons.include.items():
        conditions.append(line.attributes[attribute].astext.in_(list(words)))
    for attribute, words in asked.persons.exclude.items():
        value = line.attributes[attribute].astext
        conditions.append(or_(value.is_(None), value.not_in(list(words))))
    return and_(*conditions)
