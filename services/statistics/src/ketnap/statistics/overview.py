"""The overview of a unit: is the plan on track, who is behind, what is in the pipeline."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from pydantic import BaseModel

from ketnap.common.pages import Page
from ketnap.rules.rounding import Rounding
from ketnap.statistics.definitions import LATE_DAYS, STRUCTURE, definition
from ketnap.statistics.measures import Measure
from ketnap.statistics.population import EVERYBODY, Population
from ketnap.statistics.progress import FLOWS, STOCKS, Main, Progress, Row, main_of, rows, total
from ketnap.statistics.shown import Number, Percentage, StandpointShown, percentage
from ketnap.statistics.standpoint import Counts, Standpoint
from ketnap.statistics.targets import AllocationShown, TargetShown, allocation, judged
from ketnap.statistics.views import ledger

SHOWN_STRUCTURE = ("women", "youth_union", "age_18_30", "minority", "university", "religious")


class ClassesShown(BaseModel):
    programme: str
    held: Number
    planned: Number
    learners: Number
    learners_planned: Number


class Month(BaseModel):
    """Cumulative at the end of a month of the period: planned people, reached, reached a year before."""

    year: int
    month: int
    planned: Decimal | None
    actual: int | None
    year_before: int


class StructureRow(BaseModel):
    """A part of those admitted; one person may stand in several rows."""

    code: str
    title: str
    people: Number
    percent: Percentage | None
    people_year_before: int
    percent_year_before: Percentage | None


class Completeness(BaseModel):
    """Can the figures be relied on: plans of the units and when they came, admissions recorded late."""

    plans_due: date | None
    plans_in_time: int
    plans_late: list[UUID]
    plans_missing: list[UUID]
    late_days: int
    recorded_late: Number


class Recognition(BaseModel):
    due: Number
    recognised: Number
    in_time: Percentage | None


class Overview(BaseModel):
    standpoint: StandpointShown
    main_title: str
    counts_admissions: bool
    total: Progress
    rows: list[Row]
    members: Number
    members_at_start: Number
    recognition: Recognition
    classes: list[ClassesShown]
    sympathisers: Number
    sympathisers_certified: Number
    months: list[Month]
    targets: list[TargetShown]
    allocation: AllocationShown | None
    structure: list[StructureRow]
    structure_year_before: int
    completeness: Completeness
    names: dict[UUID, str]


async def overview(page: Page, at: Standpoint, shown: StandpointShown) -> Overview:
    counts, before = Counts(page, at), Counts(page, at.year_before())
    await counts.preload(FLOWS, STOCKS)
    main = main_of(at)
    found = await rows(page, counts, main)
    completeness = await _completeness(page, counts)
    named = {*completeness.plans_late, *completeness.plans_missing}
    return Overview(
        standpoint=shown,
        main_title=main.target.title if main.target else main.counted.title,
        counts_admissions=Measure.ADMITTED in main.counted.measures,
        total=await total(page, counts, main),
        rows=found,
        members=await _number(counts, "members"),
        members_at_start=Number(value=await _members_before(page, at), figure="members"),
        recognition=await _recognition(counts),
        classes=[await _classes(counts, programme) for programme in ("awareness", "new_member")],
        sympathisers=await _number(counts, "sympathisers"),
        sympathisers_certified=await _number(counts, "sympathisers_certified"),
        months=await _months(page, at, main),
        targets=await judged(page, counts),
        allocation=await allocation(page, at, main.target),
        structure=await _structure(page, at),
        structure_year_before=await before.total(definition("admitted")),
        completeness=completeness,
        names={unit: at.ground.tree.units[unit].name(at.as_of) for unit in named},
    )


async def _number(counts: Counts, figure: str) -> Number:
    return Number(value=await counts.total(definition(figure)), figure=figure)


async def _members_before(page: Page, at: Standpoint) -> int:
    """All members on the day before the period began: the usual base of percentages."""
    asked = at.asked((Measure.MEMBERS,), stock=True, population=EVERYBODY)
    day = at.since.toordinal() - 1
    found = await ledger.sums(
        page,
        ledger.Asked(
            measures=asked.measures,
            units=asked.units,
            since=asked.since,
            until=date.fromordinal(day),
            known=asked.known,
            population=EVERYBODY,
        ),
        at.ground.turning_days,
    )
    return at.ground.total(found)


async def _recognition(counts: Counts) -> Recognition:
    due = await counts.total(definition("recognition_due"))
    in_time = await counts.total(definition("recognised_in_time"))
    return Recognition(
        due=Number(value=due, figure="recognition_due"),
        recognised=await _number(counts, "recognised"),
        in_time=percentage(in_time, due, Rounding("HALF_UP", 1), "recognised_in_time"),
    )


async def _classes(counts: Counts, programme: str) -> ClassesShown:
    return ClassesShown(
        programme=programme,
        held=await _number(counts, f"classes_held:{programme}"),
        planned=await _number(counts, f"classes_planned:{programme}"),
        learners=await _number(counts, f"learners:{programme}"),
        learners_planned=await _number(counts, f"learners_planned:{programme}"),
    )


async def _months(page: Page, at: Standpoint, main: Main) -> list[Month]:
    asked = at.asked(main.counted.measures, stock=False, population=main.counted.population)
    mine = await ledger.by_month(page, asked)
    before = at.year_before()
    whole_year_before = ledger.Asked(
        measures=main.counted.measures,
        units=at.ground.universe,
        since=before.since,
        until=before.period_until,
        known=at.known,
        population=main.counted.population,
    )
    theirs = await ledger.by_month(page, whole_year_before)
    quota = main.target.value if main.target and at.plan and at.unit == at.plan.unit else None
    months: list[Month] = []
    actual = year_before = 0
    year, month = at.since.year, at.since.month
    for _ in range(at.curve.months):
        actual += mine.get((year, month), 0)
        year_before += theirs.get((year - 1, month), 0)
        begins = date(year, month, 1)
        last = date(year + month // 12, month % 12 + 1, 1).toordinal() - 1
        planned = at.curve.planned(date.fromordinal(last))
        months.append(
            Month(
                year=year,
                month=month,
                planned=Rounding("HALF_UP", 1).of(planned * quota / 100) if quota else None,
                actual=actual if begins <= at.until else None,
                year_before=year_before,
            )
        )
        year, month = year + month // 12, month % 12 + 1
    return months


async def _structure(page: Page, at: Standpoint) -> list[StructureRow]:
    now = await _by_attributes(page, at)
    then = await _by_attributes(page, at.year_before())
    whole, whole_then = sum(n for _, n in now), sum(n for _, n in then)
    found = []
    for code in SHOWN_STRUCTURE:
        title, population = STRUCTURE[code]
        people = _of(now, population)
        people_then = _of(then, population)
        rounding = Rounding("HALF_UP", 1)
        found.append(
            StructureRow(
                code=code,
                title=title,
                people=Number(value=people, figure=f"structure:{code}"),
                percent=percentage(people, whole, rounding, f"structure:{code}"),
                people_year_before=people_then,
                percent_year_before=percentage(people_then, whole_then, rounding, f"structure:{code}"),
            )
        )
    return found


async def _by_attributes(page: Page, at: Standpoint) -> list[tuple[dict[str, str], int]]:
    asked = at.asked((Measure.ADMITTED,), stock=False, population=EVERYBODY)
    return [(dict(attributes), n) for attributes, n in await ledger.by_attributes(page, asked)]


def _of(found: list[tuple[dict[str, str], int]], population: Population) -> int:
    return sum(n for attributes, n in found if population.admits(attributes))


async def _completeness(page: Page, counts: Counts) -> Completeness:
    at = counts.at
    due = at.plan.unit_plans_due if at.plan and at.unit == at.plan.unit else None
    in_time, late, missing = 0, [], []
    for unit in at.ground.rows if due else []:
        sent = [
            p
            for p in (at.plan.unit_plans if at.plan else {}).get(unit, [])
            if p.position <= at.known and p.on <= at.as_of
        ]
        if not sent:
            missing.append(unit)
        elif due is not None and min(plan.on for plan in sent) < due:
            in_time += 1
        else:
            late.append(unit)
    recorded_late = await ledger.recorded_late(
        page, at.asked((Measure.ADMITTED,), stock=False, population=EVERYBODY), LATE_DAYS
    )
    return Completeness(
        plans_due=due,
        plans_in_time=in_time,
        plans_late=late,
        plans_missing=missing,
        late_days=LATE_DAYS,
        recorded_late=Number(value=recorded_late, figure="admitted:late"),
    )
