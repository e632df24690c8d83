"""The page of one unit: its rows, its last years on the tree of today, and where it came from."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from pydantic import BaseModel

from ketnap.common.frozen import frozen
from ketnap.common.pages import Page
from ketnap.common.tree import Tree
from ketnap.statistics import asked as questions
from ketnap.statistics.counts import Counts
from ketnap.statistics.definitions import definition
from ketnap.statistics.given import quota_of
from ketnap.statistics.ground import TreeView
from ketnap.statistics.lineage import Lineage, lineage
from ketnap.statistics.overview import Recognition, number, quota_kept, recognition
from ketnap.statistics.progress import FORMULA, Progress, Row, main_of, preload, rows, total
from ketnap.statistics.shown import HALF_UP, Number, Percentage, Period, StandpointShown, percentage
from ketnap.statistics.spans import Span, Spans
from ketnap.statistics.standpoint import Choice, Standpoint, a_year_before, chosen
from ketnap.statistics.targets import AllocationShown, TargetShown, allocation, judged
from ketnap.statistics.views import plans

YEARS = 4


class Above(BaseModel):
    unit: UUID
    name: str


class YearResult(BaseModel):
    """A year of those who stand under the unit on the tree's day; `parts`: what each unit that they were in then brought.

    Ask for the evidence of its numbers with these days; of the quota, with the plan. `kind` names the unit as it was.
    """

    year: int
    period: Period
    plan: UUID | None
    actual: Number
    quota: Number | None
    percent: Percentage | None
    parts: list["YearPart"]


class YearPart(BaseModel):
    unit: UUID
    name: str
    actual: int


class NoSource(BaseModel):
    """A row without anybody on its list of sympathisers, and since when; None: it never had anybody."""

    unit: UUID
    since: date | None


class Idle(BaseModel):
    """Rows with a quota that admitted nobody in the twelve months up to the day, and how many of them have no source."""

    none_admitted: Number
    with_quota: Number
    without_source: Number
    units: list[UUID]


class UnitPage(BaseModel):
    """As the overview for one unit. `if_all_in_time`: of the quota, if every dossier came to its ceremony in the period."""

    standpoint: StandpointShown
    main_title: str
    main_figure: str
    counts_admissions: bool
    path: list[Above]
    kind: str
    founded_on: date
    ended_on: date | None
    total: Progress
    if_all_in_time: Percentage | None
    quota_kept: Number | None
    rows: list[Row]
    no_source: list[NoSource]
    cells: Number
    members: Number
    sympathisers: Number
    sympathisers_certified: Number
    in_class: Number
    recognition: Recognition
    idle: Idle
    years: list[YearResult]
    targets: list[TargetShown]
    allocation: AllocationShown | None
    lineage: Lineage | None


async def unit_page(counts: Counts, shown: StandpointShown) -> UnitPage:
    at = counts.at
    main = main_of(at)
    await preload(counts, main)
    tree = at.ground.tree
    found = await rows(counts, main)
    whole = await total(counts, main)
    known = tree.units[at.unit]
    return UnitPage(
        standpoint=shown,
        main_title=main.title,
        main_figure=main.figure,
        counts_admissions=main.has_pipeline,
        path=[
            Above(unit=up, name=at.ground.name(up)) for up in reversed(tree.parents(at.unit, at.ground.day))
        ],
        kind=known.kind,
        founded_on=known.founded_on,
        ended_on=known.ended_on,
        total=whole,
        if_all_in_time=_if_all_in_time(whole) if main.has_pipeline else None,
        quota_kept=quota_kept(main, whole, found),
        rows=found,
        no_source=await _no_source(counts, found),
        cells=Number(value=sum(at.ground.cells().values()), figure="cells"),
        members=await number(counts, "members"),
        sympathisers=await number(counts, "sympathisers"),
        sympathisers_certified=await number(counts, "sympathisers_certified"),
        in_class=await number(counts, "in_class"),
        recognition=await recognition(counts),
        idle=await _idle(counts),
        years=await _years(counts),
        targets=await judged(counts),
        allocation=await allocation(counts, main.target),
        lineage=await lineage(counts),
    )


def _if_all_in_time(whole: Progress) -> Percentage | None:
    """A percentage of what might be: its parts are the numbers of admissions and of dossiers."""
    if whole.quota is None or whole.quota.value < FORMULA.small_quota:
        return None
    reached = whole.actual.value + whole.dossiers.value
    return percentage(reached, whole.quota.value, HALF_UP, "all_in_time")


async def _no_source(counts: Counts, found: Sequence[Row]) -> list[NoSource]:
    empty = [row.unit for row in found if row.unit and not row.sympathisers.value]
    if not empty:
        return []
    last = await questions.last_gone(counts.page, counts.at.asked(definition("sympathisers")))
    return [NoSource(unit=unit, since=last.get(unit)) for unit in empty]


@frozen
class IdleRows:
    with_quota: Sequence[UUID]
    none_admitted: Sequence[UUID]
    without_source: Sequence[UUID]


async def idle_rows(counts: Counts) -> IdleRows:
    """Which rows have a quota, which of them admitted nobody for a year, and which of these have no source."""
    at = counts.at
    main = main_of(at)
    with_quota = [row.unit for row in await rows(counts, main) if row.unit and row.progress.quota]
    admitted = await counts.of(_twelve_months(at)).rows(definition("admitted"))
    none_admitted = [unit for unit in with_quota if admitted.get(unit, 0) <= 0]
    sympathisers = await counts.rows(definition("sympathisers"))
    return IdleRows(
        with_quota=with_quota,
        none_admitted=none_admitted,
        without_source=[unit for unit in none_admitted if not sympathisers.get(unit)],
    )


def _twelve_months(at: Standpoint) -> Standpoint:
    return at.over(a_year_before(at.as_of) + timedelta(days=1), at.as_of, at.as_of)


async def _idle(counts: Counts) -> Idle:
    found = await idle_rows(counts)
    return Idle(
        none_admitted=Number(value=len(found.none_admitted), figure="idle"),
        with_quota=Number(value=len(found.with_quota), figure="with_quota"),
        without_source=Number(value=len(found.without_source), figure="idle_without_source"),
        units=list(found.none_admitted),
    )


# -- The last years


async def _years(counts: Counts) -> list[YearResult]:
    """The last years up to the day shown; years of which nothing is known are left out."""
    at = counts.at
    tree = at.ground.tree
    issued = await plans.issued(counts.page, tree.chain(at.unit, at.ground.day), at.known, at.as_of)
    results = [
        await _year(counts, issued, year) for year in range(at.as_of.year - YEARS + 1, at.as_of.year + 1)
    ]
    return [result for result in results if result.actual.value or result.quota]


async def _year(counts: Counts, issued: Sequence[plans.Plan], year: int) -> YearResult:
    at = counts.at
    as_of = min(date(year, 12, 31), at.as_of)
    chain = at.ground.tree.chain(at.unit, at.ground.day)
    plan = chosen(issued, chain, Choice(unit=at.unit, year=year), as_of)
    through_successors = replace(at.ground.place, view=TreeView.TREE_OF_DAY, within=None)
    here = replace(at, ground=at.ground.seen.ground(through_successors))
    then = replace(here.over(date(year, 1, 1), date(year, 12, 31), as_of), plan=plan)
    main = plan.main if plan and plan.main and plan.main.measure == "admitted" else None
    quota = await quota_of(counts.page, then, main)
    actual = await counts.of(then).total(definition("admitted"))
    line = main.line if main else ""
    return YearResult(
        year=year,
        period=then.period,
        plan=plan.plan if plan else None,
        actual=Number(value=actual, figure="admitted"),
        quota=Number(value=quota, figure=f"quota:{line}") if quota is not None else None,
        percent=percentage(actual, quota, HALF_UP, f"rate:{line}")
        if quota is not None and quota >= FORMULA.small_quota
        else None,
        parts=await _parts(counts.page, then),
    )


async def _parts(page: Page, then: Standpoint) -> list[YearPart]:
    """By the units of the same kind in which those under the unit were at the end of the year; one alone is no part."""
    ground = then.ground
    peers = {unit: peer(ground.tree, unit, ground.unit, then.until) for unit in ground.under}
    spans = Spans(
        ("parts", ground.seen.token, ground.place, then.until),
        (Span(unit=unit, row=row) for unit, row in peers.items()),
    )
    asked = replace(then.asked(definition("admitted")), spans=spans)
    found = {row: value for (_, row), value in (await questions.by_row(page, asked)).items() if value}
    if set(found) <= {ground.unit}:
        return []
    parts = [
        YearPart(unit=unit, name=ground.tree.units[unit].name(then.until), actual=value)
        for unit, value in found.items()
        if unit is not None
    ]
    return sorted(parts, key=lambda part: (-part.actual, part.name))


def peer(tree: Tree, unit: UUID, of: UUID, day: date) -> UUID:
    """Under which unit of the same kind as another a unit stood on a day; under itself where there is none."""
    kind = tree.units[of].kind
    chain = [one for one in tree.chain(unit, day) if tree.units[one].lives(day)]
    return next((one for one in chain if tree.units[one].kind == kind), chain[0] if chain else unit)
