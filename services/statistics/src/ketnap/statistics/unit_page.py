"""The page of one unit, and branches of the tree: rows below, years on the tree of their time, where it came from."""

from collections.abc import Collection, Sequence
from datetime import date
from uuid import UUID

from pydantic import BaseModel

from ketnap.common.names import name_fold, name_key
from ketnap.common.pages import Page
from ketnap.common.tree import Tree
from ketnap.contracts.registry import Hierarchy
from ketnap.statistics.definitions import definition
from ketnap.statistics.ground import Ground, TreeView
from ketnap.statistics.measures import Measure
from ketnap.statistics.population import EVERYBODY
from ketnap.statistics.progress import FLOWS, STOCKS, Progress, Row, main_of, rows, total
from ketnap.statistics.shown import Number, StandpointShown
from ketnap.statistics.standpoint import BEGINNING, Counts, Standpoint, quota_of
from ketnap.statistics.targets import AllocationShown, TargetShown, allocation, judged
from ketnap.statistics.views import ledger, plans


class Above(BaseModel):
    unit: UUID
    name: str


class YearResult(BaseModel):
    """A year on the tree of its own days; `parts`: what predecessors brought, when there were any."""

    year: int
    until: date
    actual: int
    quota: int | None
    parts: list[int]


class LineageUnit(BaseModel):
    unit: UUID
    name: str
    founded_on: date
    ended_on: date | None
    successor: UUID | None
    members: int
    cells: int


class Reorganisation(BaseModel):
    on: date
    into: UUID
    predecessors: list[UUID]
    members: int


class UnitPage(BaseModel):
    standpoint: StandpointShown
    path: list[Above]
    kind: str
    total: Progress
    rows: list[Row]
    cells: int
    members: Number
    sympathisers: Number
    sympathisers_certified: Number
    without_admission: int
    """Rows with a quota that admitted nobody in the twelve months up to the day."""
    without_admission_without_source: int
    years: list[YearResult]
    targets: list[TargetShown]
    allocation: AllocationShown | None
    lineage: list[LineageUnit]
    reorganisations: list[Reorganisation]


async def unit_page(page: Page, at: Standpoint, shown: StandpointShown) -> UnitPage:
    counts = Counts(page, at)
    await counts.preload(FLOWS, STOCKS)
    main = main_of(at)
    tree = at.ground.tree
    found = await rows(page, counts, main)
    idle = await _without_admission(page, at, found)
    history = tree.history(at.unit)
    return UnitPage(
        standpoint=shown,
        path=[
            Above(unit=u, name=tree.units[u].name(at.as_of))
            for u in reversed(tree.parents(at.unit, at.as_of))
        ],
        kind=tree.units[at.unit].kind,
        total=await total(page, counts, main),
        rows=found,
        cells=at.ground.cells(),
        members=Number(value=await counts.total(definition("members")), figure="members"),
        sympathisers=Number(value=await counts.total(definition("sympathisers")), figure="sympathisers"),
        sympathisers_certified=Number(
            value=await counts.total(definition("sympathisers_certified")), figure="sympathisers_certified"
        ),
        without_admission=len(idle),
        without_admission_without_source=sum(row.sympathisers.value == 0 for row in idle),
        years=await _years(page, at),
        targets=await judged(page, counts),
        allocation=await allocation(page, at, main.target),
        lineage=[await _lineage(page, at, unit) for unit in history] if len(history) > 1 else [],
        reorganisations=await _reorganisations(page, at, history),
    )


async def _without_admission(page: Page, at: Standpoint, found: Sequence[Row]) -> list[Row]:
    asked = ledger.Asked(
        measures=(Measure.ADMITTED,),
        units=at.ground.universe,
        since=_a_year_before(at.as_of),
        until=at.as_of,
        known=at.known,
        population=EVERYBODY,
    )
    admitted = at.ground.by_row(await ledger.sums(page, asked, at.ground.turning_days))
    return [row for row in found if row.unit and row.progress.quota and admitted.get(row.unit, 0) <= 0]


def _a_year_before(day: date) -> date:
    return date(day.year - 1, day.month, min(day.day, 28) if day.month == 2 else day.day)  # noqa: PLR2004 - February


YEARS = 4


async def _years(page: Page, at: Standpoint) -> list[YearResult]:
    """The last years, each on the tree of its own days: a year before a merger is the sum of the predecessors."""
    tree = at.ground.tree
    contemporary = Ground(tree, at.unit, at.as_of, TreeView.DAY)
    results = []
    for year in range(at.as_of.year - YEARS + 1, at.as_of.year + 1):
        until = min(date(year, 12, 31), at.as_of)
        asked = ledger.Asked(
            measures=(Measure.ADMITTED,),
            units=contemporary.universe,
            since=date(year, 1, 1),
            until=until,
            known=at.known,
            population=EVERYBODY,
        )
        found = await ledger.sums(page, asked, at.ground.turning_days)
        parts = [
            sum(s.value for s in found if _was_under(at, s.unit, old, until)) for old in tree.history(at.unit)
        ]
        actual = contemporary.total(found)
        quota = await _quota_in(page, at, year, until)
        if actual or quota:
            results.append(
                YearResult(
                    year=year,
                    until=until,
                    actual=actual,
                    quota=quota,
                    parts=[part for part in parts if part] if len(parts) > 1 else [],
                )
            )
    return results


def _was_under(at: Standpoint, unit: UUID, old: UUID, day: date) -> bool:
    return old in at.ground.tree.chain(unit, day) and at.ground.tree.units[old].lives(day)


async def _quota_in(page: Page, at: Standpoint, year: int, until: date) -> int | None:
    chain = at.ground.tree.chain(at.unit, at.as_of)
    for plan in await plans.issued(page, chain, at.known):
        if plan.period_from and plan.period_from.year == year and plan.main:
            then = Standpoint(
                unit=at.unit,
                plan=plan,
                since=plan.period_from,
                period_until=plan.period_until or until,
                as_of=until,
                known=at.known,
                known_on=at.known_on,
                latest=at.latest,
                recorded_at=at.recorded_at,
                ground=at.ground,
            )
            return await quota_of(page, then, plan.main, at.unit)
    return None


async def _lineage(page: Page, at: Standpoint, unit: UUID) -> LineageUnit:
    known = at.ground.tree.units[unit]
    last = min(known.ended_on, at.as_of) if known.ended_on else at.as_of
    then = Ground(
        at.ground.tree, unit, date.fromordinal(last.toordinal() - 1) if known.ended_on else last, TreeView.DAY
    )
    return LineageUnit(
        unit=unit,
        name=known.name(at.as_of),
        founded_on=known.founded_on,
        ended_on=known.ended_on,
        successor=known.successor,
        members=await _members(page, at, then),
        cells=then.cells(),
    )


async def _members(page: Page, at: Standpoint, ground: Ground) -> int:
    asked = ledger.Asked(
        measures=(Measure.MEMBERS,),
        units=ground.universe,
        since=BEGINNING,
        until=ground.day,
        known=at.known,
        population=EVERYBODY,
    )
    return ground.total(await ledger.sums(page, asked, ground.turning_days))


async def _reorganisations(page: Page, at: Standpoint, history: Sequence[UUID]) -> list[Reorganisation]:
    found: dict[tuple[date, UUID], list[UUID]] = {}
    tree = at.ground.tree
    for unit in history:
        known = tree.units[unit]
        if known.ended_on is not None and known.successor is not None and known.ended_on <= at.as_of:
            found.setdefault((known.ended_on, known.successor), []).append(unit)
    results = []
    for (on, into), predecessors in sorted(found.items()):
        day = date.fromordinal(on.toordinal() - 1)
        members = [await _members(page, at, Ground(tree, old, day, TreeView.DAY)) for old in predecessors]
        results.append(Reorganisation(on=on, into=into, predecessors=predecessors, members=sum(members)))
    return results


# -- The tree browser


class TreeRow(BaseModel):
    unit: UUID
    name: str
    kind: str
    path: list[str]
    has_rows: bool
    ended_on: date | None
    successor_name: str | None
    members: int | None
    actual: int | None
    quota: int | None
    status: str | None


class TreeRows(BaseModel):
    standpoint: StandpointShown | None
    rows: list[TreeRow]
    left: int


async def tree_rows(page: Page, at: Standpoint, shown: StandpointShown) -> TreeRows:
    counts = Counts(page, at)
    await counts.preload((Measure.ADMITTED,), STOCKS)
    found = await rows(page, counts, main_of(at))
    made = [
        TreeRow(
            unit=row.unit,
            name=row.name or "",
            kind=row.kind or "",
            path=[],
            has_rows=row.has_rows,
            ended_on=at.ground.tree.units[row.unit].ended_on,
            successor_name=None,
            members=row.members.value,
            actual=row.progress.actual.value,
            quota=row.progress.quota.value if row.progress.quota else None,
            status=row.progress.status,
        )
        for row in found
        if row.unit
    ]
    return TreeRows(standpoint=shown, rows=made, left=0)


def matches(
    tree: Tree,
    tops: Sequence[UUID],
    scope: Collection[UUID],
    words: str,
    hierarchy: Hierarchy | None,
    limit: int,
    today: date,
) -> TreeRows:
    """Units by name in Vietnamese order, those that have ended too; without words the tops themselves."""
    found = (
        [unit for unit in tops if unit in tree.units]
        if not words
        else [
            unit
            for unit in scope
            if all(word in name_fold(tree.units[unit].name(today)) for word in words.split())
        ]
    )
    wanted = [unit for unit in found if hierarchy is None or tree.units[unit].hierarchy == hierarchy]
    ordered = sorted(wanted, key=lambda unit: (name_key(tree.units[unit].name(today)), tree.units[unit].code))
    return TreeRows(
        standpoint=None,
        rows=[_found(tree, unit, today) for unit in ordered[:limit]],
        left=max(len(ordered) - limit, 0),
    )


def _found(tree: Tree, unit: UUID, today: date) -> TreeRow:
    known = tree.units[unit]
    successor = tree.units.get(known.successor) if known.successor else None
    return TreeRow(
        unit=unit,
        name=known.name(today),
        kind=known.kind,
        path=[tree.units[up].name(today) for up in reversed(tree.parents(unit, today))],
        has_rows=bool(tree.children(unit, today)),
        ended_on=known.ended_on,
        successor_name=successor.name(today) if successor else None,
        members=None,
        actual=None,
        quota=None,
        status=None,
    )
