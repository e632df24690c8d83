"""A standpoint: the choices behind every page, resolved: unit, plan, period, day of the world, day of knowledge, tree."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from uuid import UUID

from ketnap.common import log
from ketnap.common.access import Access
from ketnap.common.clock import HERE
from ketnap.common.database import Database, driver
from ketnap.common.decider import Rejected
from ketnap.common.frozen import frozen
from ketnap.common.pages import Page
from ketnap.rules.plan_curve import PlanCurve
from ketnap.rules.rounding import Percent
from ketnap.statistics.definitions import Definition
from ketnap.statistics.ground import Ground, TreeView
from ketnap.statistics.measures import Measure
from ketnap.statistics.plan import Target
from ketnap.statistics.population import EVERYBODY, Population
from ketnap.statistics.views import ledger, plans, quotas
from ketnap.statistics.views.ledger import Asked, Sum
from ketnap.statistics.views.plans import Plan

BEGINNING = date(1900, 1, 1)


class PlanMissing(Rejected):
    """Đơn vị này chưa có kế hoạch ban hành cho năm {year}.

    This unit has no plan issued for {year}.
    """

    status = 404


class FutureDay(Rejected):
    """Ngày {day} chưa đến, chưa có số liệu. Hãy chọn ngày không sau hôm nay ({today}).

    The day {day} has not come, there are no figures yet. Choose a day up to today ({today}).
    """

    status = 422


@frozen
class Choice:
    """What an address asks for; None: the default."""

    unit: UUID
    plan: UUID | None = None
    year: int | None = None
    as_of: date | None = None
    known_on: date | None = None
    known: int | None = None
    tree: TreeView = TreeView.DAY


@frozen
class Standpoint:
    """`known` is a log position of statistics; flows count from `since` to `until`, stocks up to `as_of`."""

    unit: UUID
    plan: Plan | None
    since: date
    period_until: date
    as_of: date
    known: int
    known_on: date | None
    latest: bool
    recorded_at: datetime
    ground: Ground

    @property
    def until(self) -> date:
        return min(self.as_of, self.period_until)

    @property
    def curve(self) -> PlanCurve:
        """The plan's own curve, or a straight line when it has none."""
        months = (
            (self.period_until.year - self.since.year) * 12 + self.period_until.month - self.since.month + 1
        )
        stated = self.plan.curve if self.plan else []
        points = [Fraction(Percent.parse(text).value) for text in stated] or [
            Fraction(100 * month, months) for month in range(1, months + 1)
        ]
        return PlanCurve(self.since.replace(day=1), tuple(points))

    def asked(
        self,
        measures: Sequence[Measure],
        *,
        stock: bool,
        population: Population,
        units: Collection[UUID] | None = None,
    ) -> Asked:
        return Asked(
            measures=measures,
            units=units if units is not None else self.ground.universe,
            since=BEGINNING if stock else self.since,
            until=self.as_of if stock else self.until,
            known=self.known,
            population=population,
        )

    def year_before(self) -> "Standpoint":
        """The same period one year earlier, as known at the same position."""
        return Standpoint(
            unit=self.unit,
            plan=None,
            since=_year_before(self.since),
            period_until=_year_before(self.period_until),
            as_of=_year_before(self.as_of),
            known=self.known,
            known_on=self.known_on,
            latest=self.latest,
            recorded_at=self.recorded_at,
            ground=self.ground,
        )


def _year_before(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:  # 29 February
        return day.replace(year=day.year - 1, day=28)


async def resolve(page: Page, db: Database, access: Access, choice: Choice, today: date) -> Standpoint:
    """Find the plan, the position and the tree of a choice.

    Raises:
        FutureDay: the day lies ahead.
    """
    as_of = choice.as_of or today
    if as_of > today:
        raise FutureDay(day=as_of, today=today)
    known, recorded_at = await _known(page, db, choice)
    tree = access.tree_at(known)
    if choice.unit not in tree.units:
        tree = access.tree
    plan = await _plan(page, tree.chain(choice.unit, as_of), choice, as_of, known)
    year = choice.year or as_of.year
    return Standpoint(
        unit=choice.unit,
        plan=plan,
        since=plan.period_from if plan and plan.period_from else date(year, 1, 1),
        period_until=plan.period_until if plan and plan.period_until else date(year, 12, 31),
        as_of=as_of,
        known=known,
        known_on=choice.known_on,
        latest=choice.known is None and choice.known_on is None,
        recorded_at=recorded_at,
        ground=Ground(tree, choice.unit, as_of, choice.tree),
    )


async def _known(page: Page, db: Database, choice: Choice) -> tuple[int, datetime]:
    """A day is translated to the last position recorded on it."""
    if choice.known is None and choice.known_on is None:
        return page.position, page.recorded_at
    async with driver(db) as connection:
        position = choice.known
        if position is None and choice.known_on is not None:
            midnight = datetime.combine(choice.known_on + timedelta(days=1), time(), HERE)
            position = await log.position_at(connection, midnight)
        position = min(position or 0, page.position)
        entry = await log.at(connection, position) if position else None
    return position, entry.recorded_at if entry else page.recorded_at


async def _plan(page: Page, chain: Iterable[UUID], choice: Choice, as_of: date, known: int) -> Plan | None:
    """The plan asked for, or the nearest upward whose period holds the day or the year."""
    nearest = list(chain)
    found = await plans.issued(page, nearest, known)
    if choice.plan is not None:
        return next((plan for plan in found if plan.plan == choice.plan), None)
    fitting = [plan for plan in found if _fits(plan, choice.year, as_of)]
    return min(fitting, key=lambda plan: nearest.index(plan.unit) if plan.unit else 0, default=None)


def _fits(plan: Plan, year: int | None, as_of: date) -> bool:
    if plan.period_from is None or plan.period_until is None:
        return False
    if year is not None:
        return plan.period_from.year <= year <= plan.period_until.year
    return plan.period_from <= as_of <= plan.period_until


class Counts:
    """Sums of the ledger at one standpoint, asked once for each definition."""

    def __init__(self, page: Page, at: Standpoint) -> None:
        self._page = page
        self.at = at
        self._found: dict[tuple[tuple[Measure, ...], bool, str], list[Sum]] = {}

    async def preload(self, flows: Sequence[Measure], stocks: Sequence[Measure]) -> None:
        """Two questions for many measures of everybody."""
        for measures, stock in ((flows, False), (stocks, True)):
            asked = self.at.asked(measures, stock=stock, population=EVERYBODY)
            found = await ledger.sums(self._page, asked, self.at.ground.turning_days)
            for measure in measures:
                self._found[(measure,), stock, _key(EVERYBODY)] = [s for s in found if s.measure == measure]

    async def sums(self, definition: Definition) -> list[Sum]:
        """What the definition counts, by unit and segment."""
        persons = definition.population.of_persons()
        parts = [((measure,), definition.stock, _key(persons)) for measure in definition.measures]
        if all(part in self._found for part in parts):
            return [one for part in parts for one in self._found[part]]
        whole = (definition.measures, definition.stock, _key(persons))
        if whole not in self._found:
            asked = self.at.asked(definition.measures, stock=definition.stock, population=persons)
            self._found[whole] = await ledger.sums(self._page, asked, self.at.ground.turning_days)
        return self._found[whole]

    async def total(self, definition: Definition) -> int:
        return self.at.ground.total(await self.sums(definition), definition.population)

    async def by_row(self, definition: Definition) -> Mapping[UUID | None, int]:
        units = definition.population.of_units()
        found = [s for s in await self.sums(definition) if self.at.ground.of_kind(s, units)]
        return self.at.ground.by_row(found)


def _key(population: Population) -> str:
    return repr((sorted(population.include.items()), sorted(population.exclude.items())))


async def quota_of(page: Page, at: Standpoint, target: Target | None, unit: UUID) -> int | None:
    """The number a unit has to reach under a line: the plan's own for its issuer, else what was given to it."""
    if at.plan is None or target is None:
        return None
    if unit == at.plan.unit:
        return target.value
    found = await quotas_of(page, at, target, [unit])
    return found.get(unit)


async def quotas_of(
    page: Page, at: Standpoint, target: Target | None, units: Collection[UUID]
) -> Mapping[UUID, int]:
    """What these units were given under a line, predecessors' quotas falling to who took over."""
    if at.plan is None or target is None:
        return {}
    tree = at.ground.tree
    holders = {one: unit for unit in units for one in tree.history(unit)}
    given = await quotas.of_units(
        page, at.plan.plan, target.line, list(holders), until=at.as_of, known=at.known
    )
    totals: dict[UUID, int] = {}
    for holder, quota in given.items():
        totals[holders[holder]] = totals.get(holders[holder], 0) + quota
    return {unit: quota for unit, quota in totals.items() if quota}
