"""A standpoint: the choices behind every page, resolved: unit, plan, period, day of the world, day of knowledge, tree."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from urllib.parse import urlencode
from uuid import UUID

from ketnap.common import log
from ketnap.common.clock import HERE
from ketnap.common.database import Database, driver
from ketnap.common.decider import Rejected
from ketnap.common.frozen import frozen
from ketnap.common.pages import Page
from ketnap.common.tree import Tree
from ketnap.rules.plan_curve import PlanCurve
from ketnap.rules.rounding import Percent
from ketnap.statistics.asked import Asked
from ketnap.statistics.definitions import Definition
from ketnap.statistics.ground import Ground, Place, TreeView
from ketnap.statistics.plan import PeriodBackwards
from ketnap.statistics.shown import Period
from ketnap.statistics.spans import ALWAYS
from ketnap.statistics.trees import Trees
from ketnap.statistics.views import plans
from ketnap.statistics.views.plans import Plan

EARLIEST = date(1930, 2, 3)  # the Party was founded
LATEST = date(2199, 12, 31)
YEAR = 12  # months: a longer period has no year before to be compared with


class PlanElsewhere(Rejected):
    """Đơn vị này không có kế hoạch ban hành nào như vậy. Hãy chọn một kế hoạch của đơn vị hoặc của cấp trên.

    This unit has no such issued plan. Choose a plan of the unit or of one above it.
    """

    status = 404


class FutureDay(Rejected):
    """Ngày {day} chưa đến, chưa có số liệu. Hãy chọn ngày không sau hôm nay ({today}).

    The day {day} has not come, there are no figures yet. Choose a day up to today ({today}).
    """

    status = 422


class DayOutOfReach(Rejected):
    """Ngày {day} nằm ngoài khoảng có số liệu (từ ngày thành lập Đảng {earliest} đến {latest}). Hãy chọn ngày trong khoảng đó.

    There are no figures of {day}: they reach from the Party's founding ({earliest}) to {latest}. Choose a day between.
    """

    status = 422


class PositionAhead(Rejected):
    """Sổ mới đến vị trí {position}, chưa có vị trí {known}. Hãy chọn vị trí đã có.

    The log has come to position {position}, not to {known} yet. Choose one that is there.
    """

    status = 422


class KnownTwice(Rejected):
    """Hãy chọn hoặc ngày biết, hoặc vị trí sổ, không chọn cả hai.

    Choose either the day of knowledge or the position of the log, not both.
    """

    status = 422


class PeriodOfPlan(Rejected):
    """Kế hoạch này có kỳ riêng, từ {since} đến {until}. Hãy bỏ kỳ tự chọn, hoặc bỏ kế hoạch.

    This plan has a period of its own, from {since} to {until}. Leave out the period, or the plan.
    """

    status = 422


class UnitUnknownThen(Rejected):
    """Ở vị trí {position}, sổ chưa biết đơn vị này. Hãy chọn vị trí hoặc ngày biết muộn hơn.

    At position {position} the log did not know this unit yet. Choose a later position or day of knowledge.
    """

    status = 404


class UnitNotThere(Rejected):
    """{name} không có trên cây tổ chức ngày {day}. Hãy chọn ngày khác cho cây tổ chức.

    {name} does not stand on the tree of {day}. Choose another day for the tree.
    """

    status = 422


@frozen
class Choice:
    """What an address asks for; None: the default.

    `since` and `until` are days of a period of one's own: a half, a school year, a campaign. `within`: see `Place`.
    """

    unit: UUID
    plan: UUID | None = None
    without_plan: bool = False
    year: int | None = None
    since: date | None = None
    until: date | None = None
    as_of: date | None = None
    known_on: date | None = None
    known: int | None = None
    tree: TreeView = TreeView.TREE_OF_DAY
    tree_day: date | None = None
    within: UUID | None = None


@frozen
class Standpoint:
    """`known` is a log position of statistics; flows count from `since` to `until`, stocks up to `as_of`."""

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
    def unit(self) -> UUID:
        return self.ground.unit

    @property
    def until(self) -> date:
        return min(self.as_of, self.period_until)

    @property
    def own_plan(self) -> bool:
        """Did the unit itself issue the plan."""
        return self.plan is not None and self.plan.unit == self.unit

    @property
    def months(self) -> int:
        """Calendar months that the period touches."""
        since, until = self.since, self.period_until
        return (until.year - since.year) * 12 + until.month - since.month + 1

    @property
    def curve(self) -> PlanCurve:
        """The plan's own curve, or a straight line when it has none."""
        stated = self.plan.curve if self.plan and len(self.plan.curve) == self.months else []
        points = [Fraction(Percent.parse(text).value) for text in stated] or [
            Fraction(100 * month, self.months) for month in range(1, self.months + 1)
        ]
        return PlanCurve(self.since.replace(day=1), tuple(points))

    def asked(self, definition: Definition) -> Asked:
        """Which lines of the ledger a figure is made of."""
        until = self.as_of if definition.stock else self.until
        return Asked(
            measures=definition.measures,
            spans=self.ground.spans(definition.population, stock=definition.stock),
            since=ALWAYS if definition.stock else self.since,
            until=self.since - timedelta(days=1) if definition.at_start else until,
            known=self.known,
            persons=definition.population.of_persons(),
        )

    @property
    def period(self) -> Period:
        return Period(
            since=self.since,
            period_until=self.period_until,
            until=self.until,
            as_of=self.as_of,
            repeat=self.repeat,
        )

    @property
    def repeat(self) -> str:
        """The query that asks for the same again, all but the unit."""
        own = [("plan", "none"), ("since", str(self.since)), ("until", str(self.period_until))]
        period = [("plan", str(self.plan.plan))] if self.plan else own
        days = [("as_of", str(self.as_of)), ("known", str(self.known)), ("tree_day", str(self.ground.day))]
        place = self.ground.place
        within = [("within", str(place.within))] if place.within else []
        return urlencode([*period, *days, ("tree", self.ground.view.value), *within])

    def over(self, since: date, period_until: date, as_of: date) -> "Standpoint":
        """Of the same unit on the same tree other days, as known at the same position, without a plan."""
        place = replace(self.ground.place, since=since, until=max(since, min(as_of, period_until)))
        return replace(
            self,
            plan=None,
            since=since,
            period_until=period_until,
            as_of=as_of,
            ground=self.ground.seen.ground(place),
        )

    def year_before(self) -> "Standpoint | None":
        """The same days one year earlier; None for a period longer than a year."""
        if self.months > YEAR:
            return None
        return self.over(*(a_year_before(day) for day in (self.since, self.period_until, self.as_of)))

    def at(self, unit: UUID) -> "Standpoint":
        """The same for another unit."""
        return replace(self, ground=self.ground.seen.ground(replace(self.ground.place, unit=unit)))


def a_year_before(day: date) -> date:
    try:
        return day.replace(year=day.year - 1)
    except ValueError:  # 29 February
        return day.replace(year=day.year - 1, day=28)


async def resolve(page: Page, db: Database, trees: Trees, choice: Choice, today: date) -> Standpoint:
    """Find the plan, the period, the position and the tree of a choice.

    Without a plan in the choice the nearest upward is taken, see `chosen`. Without a day it is today, or the last day
    of a year or period that is over. Without a day of the tree it is the day shown, or the nearest on which the unit
    was there.

    Raises:
        DayOutOfReach, FutureDay, PositionAhead, KnownTwice, PeriodBackwards, PeriodOfPlan, UnitUnknownThen, UnitNotThere, PlanElsewhere
    """
    for day in (choice.since, choice.until, choice.as_of, choice.known_on, choice.tree_day):
        if day is not None and not EARLIEST <= day <= LATEST:
            raise DayOutOfReach(day=day, earliest=EARLIEST, latest=LATEST)
    for day in (choice.as_of, choice.known_on):
        if day is not None and day > today:
            raise FutureDay(day=day, today=today)
    known, recorded_at = await _known(page, db, choice)
    seen = trees.at(known)
    if choice.unit not in seen.tree.units:
        raise UnitUnknownThen(position=known)
    chain = _chain(seen.tree, choice, choice.as_of or today)
    day = choice.as_of or today
    issued = [] if choice.without_plan else await plans.issued(page, chain, known, day)
    plan = chosen(issued, chain, choice, day)
    if choice.plan is not None and plan is None:
        raise PlanElsewhere
    since, period_until = _period(choice, plan, today)
    as_of = choice.as_of or min(today, period_until)
    place = Place(
        unit=choice.unit,
        day=_tree_day(seen.tree, choice, as_of),
        view=choice.tree,
        since=since,
        until=max(since, min(as_of, period_until)),
        within=_within(choice, seen.tree),
    )
    return Standpoint(
        plan=plan,
        since=since,
        period_until=period_until,
        as_of=as_of,
        known=known,
        known_on=choice.known_on,
        latest=choice.known is None and choice.known_on is None,
        recorded_at=recorded_at,
        ground=seen.ground(place),
    )


async def _known(page: Page, db: Database, choice: Choice) -> tuple[int, datetime]:
    """A day is translated to the last position recorded on it."""
    if choice.known is None and choice.known_on is None:
        return page.position, page.recorded_at
    if choice.known is not None and choice.known_on is not None:
        raise KnownTwice
    if choice.known is not None and choice.known > page.position:
        raise PositionAhead(position=page.position, known=choice.known)
    async with driver(db) as connection:
        position = choice.known
        if position is None and choice.known_on is not None:
            midnight = datetime.combine(choice.known_on + timedelta(days=1), time(), HERE)
            position = min(await log.position_at(connection, midnight), page.position)
        entry = await log.at(connection, position) if position else None
    return position or 0, entry.recorded_at if entry else page.recorded_at


def _chain(tree: Tree, choice: Choice, day: date) -> list[UUID]:
    """The way up from the unit, on the nearest day on which it was there."""
    return tree.chain(choice.unit, _tree_day(tree, replace(choice, tree_day=None), day))


def _within(choice: Choice, tree: Tree) -> UUID | None:
    """What a row shows on the tree of its day is asked for again within the unit whose row it is."""
    if choice.tree is not TreeView.TREE_OF_ITS_DAY:
        return None
    return choice.within if choice.within in tree.units else choice.unit


def _tree_day(tree: Tree, choice: Choice, as_of: date) -> date:
    unit = tree.units[choice.unit]
    if choice.tree_day is not None:
        if not unit.lives(choice.tree_day) and choice.tree is not TreeView.TREE_OF_ITS_DAY:
            raise UnitNotThere(name=unit.name(choice.tree_day), day=choice.tree_day)
        return choice.tree_day
    if unit.ended_on is not None and unit.ended_on <= as_of:
        return max(unit.founded_on, unit.ended_on - timedelta(days=1))
    return max(unit.founded_on, as_of)


def chosen(issued: Iterable[Plan], chain: Sequence[UUID], choice: Choice, day: date) -> Plan | None:
    """The plan asked for; for a period of one's own the plan of just this period; else the first by these marks.

    It has a number to divide; it holds for all of the year asked for; it was issued nearest up the tree; its period
    is the calendar year; its period is the shortest; it was issued last. A plan for several years is never the plan
    of one of them: it is taken where nothing else holds, or when it is asked for.
    """
    if choice.plan is not None:
        return next((plan for plan in issued if plan.plan == choice.plan), None)
    own = (choice.since, choice.until)
    year = choice.year or day.year
    first, last = date(year, 1, 1), date(year, 12, 31)

    def fits(plan: Plan) -> bool:
        if own != (None, None):
            return (plan.period_from, plan.period_until) == own
        if choice.year is not None:
            return plan.months <= YEAR and plan.period_from <= last and first <= plan.period_until
        return plan.period_from <= day <= plan.period_until

    def marks(plan: Plan) -> tuple[bool, bool, int, bool, timedelta, int, UUID]:
        since, until = plan.period_from, plan.period_until
        partly = choice.year is not None and not since <= first <= last <= until
        distance = chain.index(plan.unit)
        return (
            plan.main is None,
            partly,
            distance,
            (since, until) != (first, last),
            until - since,
            -plan.position,
            plan.plan,
        )

    return min((plan for plan in issued if fits(plan)), key=marks, default=None)


def _period(choice: Choice, plan: Plan | None, today: date) -> tuple[date, date]:
    if choice.plan is not None and plan is not None and (choice.since or choice.until):
        raise PeriodOfPlan(since=plan.period_from, until=plan.period_until)
    year = choice.year or (choice.as_of or choice.until or choice.since or today).year
    since = choice.since or (plan.period_from if plan else date(year, 1, 1))
    until = choice.until or (plan.period_until if plan else date(year, 12, 31))
    if until < since:
        raise PeriodBackwards(since=since, until=until)
    return since, until
