"""The overview of a unit: is the plan on track, who is behind, what is in the pipeline."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from pydantic import BaseModel

from ketnap.statistics.counts import Counts
from ketnap.statistics.definitions import STRUCTURE, definition
from ketnap.statistics.entries import LATE_DAYS
from ketnap.statistics.population import Population
from ketnap.statistics.progress import Main, Progress, Row, main_of, preload, rows, total
from ketnap.statistics.shown import HALF_UP, Number, Percentage, Period, StandpointShown, decimal, percentage
from ketnap.statistics.targets import AllocationShown, TargetShown, allocation, judged
from ketnap.statistics.unit_plans import Sent, sent_plans

SHOWN_STRUCTURE = ("women", "youth_union", "age_18_30", "minority", "university", "religious")


class ClassesShown(BaseModel):
    """Of one programme."""

    programme: str
    held: Number
    planned: Number
    learners: Number
    learners_planned: Number


class Classes(BaseModel):
    held: Number
    planned: Number
    programmes: list[ClassesShown]


class Month(BaseModel):
    """Cumulative at the end of a month of the period: planned people, reached, reached a year before.

    `actual` is None for months to come, `forecast` for all but the last while the period runs, `year_before` for a
    period longer than a year.
    """

    year: int
    month: int
    planned: Decimal | None
    actual: int | None
    forecast: Decimal | None
    year_before: int | None


class StructureRow(BaseModel):
    """A part of those admitted; one person may stand in several rows. The year before: ask with `year_before`."""

    code: str
    title: str
    people: Number
    percent: Percentage | None
    people_year_before: Number | None
    percent_year_before: Percentage | None


class Completeness(BaseModel):
    """Can the figures be relied on: plans of the units and when they came, admissions recorded late."""

    plans_due: date | None
    plans_in_time: Number | None
    plans_late: Number | None
    plans_missing: Number | None
    units_late: list["NamedUnit"]
    units_missing: list["NamedUnit"]
    late_days: int
    admitted_late: Number


class NamedUnit(BaseModel):
    unit: UUID
    name: str


class Recognition(BaseModel):
    """`in_time`: of the recognised for whom rules and calendar are known."""

    due: Number
    recognised: Number
    in_time: Percentage | None


class Overview(BaseModel):
    """`rows`, with what is outside every row, add up to `total`; of the quota `quota_kept` is with none of them.

    `year_before`: the days that figures named so were counted on: ask for their evidence with these, without plan.
    """

    standpoint: StandpointShown
    main_title: str
    main_figure: str
    counts_admissions: bool
    total: Progress
    quota_kept: Number | None
    rows: list[Row]
    members: Number
    members_at_start: Number
    recognition: Recognition
    classes: Classes
    sympathisers: Number
    sympathisers_certified: Number
    in_class: Number
    months: list[Month]
    targets: list[TargetShown]
    allocation: AllocationShown | None
    structure: list[StructureRow]
    year_before: Period | None
    year_before_total: Number | None
    completeness: Completeness


async def overview(counts: Counts, shown: StandpointShown) -> Overview:
    main = main_of(counts.at)
    await preload(counts, main)
    found = await rows(counts, main)
    whole = await total(counts, main)
    year_before = counts.at.year_before()
    before = counts.of(year_before) if year_before else None
    return Overview(
        standpoint=shown,
        main_title=main.title,
        main_figure=main.figure,
        counts_admissions=main.has_pipeline,
        total=whole,
        quota_kept=quota_kept(main, whole, found),
        rows=found,
        members=await number(counts, "members"),
        members_at_start=await number(counts, "members_at_start"),
        recognition=await recognition(counts),
        classes=await _classes(counts),
        sympathisers=await number(counts, "sympathisers"),
        sympathisers_certified=await number(counts, "sympathisers_certified"),
        in_class=await number(counts, "in_class"),
        months=await _months(counts, before, main, whole),
        targets=await judged(counts),
        allocation=await allocation(counts, main.target),
        structure=await _structure(counts, before),
        year_before=before.at.period if before else None,
        year_before_total=await number(before, "admitted") if before else None,
        completeness=await _completeness(counts),
    )


async def number(counts: Counts, figure: str) -> Number:
    return Number(value=await counts.total(definition(figure)), figure=figure)


def quota_kept(main: Main, whole: Progress, found: list[Row]) -> Number | None:
    """What of the quota is with none of the rows: kept in reserve, not divided yet; negative when too much was given."""
    if whole.quota is None or main.target is None:
        return None
    given = sum(row.progress.quota.value for row in found if row.progress.quota)
    return Number(value=whole.quota.value - given, figure=f"kept:{main.target.line}")


async def recognition(counts: Counts) -> Recognition:
    judged = await number(counts, "recognised_judged")
    in_time = await number(counts, "recognised_in_time")
    return Recognition(
        due=await number(counts, "recognition_due"),
        recognised=await number(counts, "recognised"),
        in_time=percentage(in_time.value, judged.value, HALF_UP, "share:recognised_in_time"),
    )


async def _classes(counts: Counts) -> Classes:
    return Classes(
        held=await number(counts, "classes_held"),
        planned=await number(counts, "classes_planned"),
        programmes=[
            ClassesShown(
                programme=programme,
                held=await number(counts, f"classes_held:{programme}"),
                planned=await number(counts, f"classes_planned:{programme}"),
                learners=await number(counts, f"learners:{programme}"),
                learners_planned=await number(counts, f"learners_planned:{programme}"),
            )
            for programme in ("awareness", "new_member")
        ],
    )


async def _months(counts: Counts, before: Counts | None, main: Main, whole: Progress) -> list[Month]:
    at, curve = counts.at, counts.at.curve
    mine = await counts.months(main.counted)
    theirs = await _whole_year(before).months(main.counted) if before else {}
    quota = whole.quota.value if whole.quota else None
    months: list[Month] = []
    begins = at.since.replace(day=1)
    actual = sum(mine[month] for month in mine if month < (begins.year, begins.month))  # of a stock
    year_before = sum(theirs[month] for month in theirs if month < (begins.year - 1, begins.month))
    for n in range(curve.months):
        next_begins = (begins.replace(day=28) + timedelta(days=4)).replace(day=1)
        actual += mine.get((begins.year, begins.month), 0)
        year_before += theirs.get((begins.year - 1, begins.month), 0)
        planned = curve.planned(next_begins - timedelta(days=1))
        last = n == curve.months - 1 and at.until < at.period_until
        months.append(
            Month(
                year=begins.year,
                month=begins.month,
                planned=decimal(planned * quota / 100) if quota is not None else None,
                actual=actual if begins <= at.until else None,
                forecast=whole.forecast.value if last else None,
                year_before=year_before if before else None,
            )
        )
        begins = next_begins
    return months


def _whole_year(before: Counts) -> Counts:
    at = before.at
    return before.of(at.over(at.since, at.period_until, at.period_until))


async def _structure(counts: Counts, before: Counts | None) -> list[StructureRow]:
    admitted = definition("admitted")
    now = await counts.attributes(admitted)
    then = await before.attributes(admitted) if before else None
    return [_structure_row(code, now, then) for code in SHOWN_STRUCTURE]


type People = Mapping[tuple[tuple[str, str], ...], int]


def _structure_row(code: str, now: People, then: People | None) -> StructureRow:
    title, population = STRUCTURE[code]
    figure = f"structure:{code}"
    people, all_people = _of(now, population), sum(now.values())
    before = _of(then, population) if then is not None else None
    return StructureRow(
        code=code,
        title=title,
        people=Number(value=people, figure=figure),
        percent=percentage(people, all_people, HALF_UP, f"share:{figure}"),
        people_year_before=Number(value=before, figure=figure) if before is not None else None,
        percent_year_before=percentage(before, sum(then.values()), HALF_UP, f"share:{figure}")
        if then is not None and before is not None
        else None,
    )


def _of(found: People, population: Population) -> int:
    return sum(n for attributes, n in found.items() if population.admits(dict(attributes)))


async def _completeness(counts: Counts) -> Completeness:
    at = counts.at
    late = await number(counts, "admitted_late")
    sent = sent_plans(at)
    return Completeness(
        plans_due=sent.due if sent else None,
        plans_in_time=_plans(sent, "in_time"),
        plans_late=_plans(sent, "late"),
        plans_missing=_plans(sent, "missing"),
        units_late=[NamedUnit(unit=unit, name=at.ground.name(unit)) for unit in sent.late] if sent else [],
        units_missing=[NamedUnit(unit=unit, name=at.ground.name(unit)) for unit in sent.missing]
        if sent
        else [],
        late_days=LATE_DAYS,
        admitted_late=late,
    )


def _plans(sent: Sent | None, which: str) -> Number | None:
    return Number(value=len(getattr(sent, which)), figure=f"unit_plans:{which}") if sent else None
