"""The overview from what statistics answers."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction

from ketnap.portal.answers.asking import Asking, day
from ketnap.portal.answers.numbers import CURVE, Numbers
from ketnap.portal.answers.rows import outside
from ketnap.portal.answers.states import states
from ketnap.portal.figures import Count, Estimate, Progress, Rounding, Share, Status
from ketnap.portal.pages.overview import (
    Classes,
    Completeness,
    Group,
    GroupKind,
    Month,
    Overview,
    Pace,
    Programme,
    ProgrammeClasses,
    Recognition,
    StructureRow,
    TargetLine,
    UnitPlans,
    UnitRow,
    sums,
)
from ketnap.portal.scope import Selection
from ketnap.portal.services import Json

_PART_OF = frozenset({"absolute", "percent_of_base"})


async def overview(ask: Asking) -> Overview:
    answer, plans = await asyncio.gather(ask.statistics("/overview"), ask.plans())
    standpoint, total = answer["standpoint"], answer["total"]
    numbers = ask.numbers(standpoint)
    before = numbers.over(answer["year_before"]) if answer["year_before"] else numbers
    members, members_on, rate = _members(answer, numbers)
    lines = _lines(answer)
    return Overview(
        scope=ask.scope(standpoint, plans),
        freshness=ask.freshness(standpoint),
        body=standpoint["unit_name"],
        measure=numbers.measure(answer),
        begins=day(standpoint["since"]),
        ends=day(standpoint["period_until"]),
        members=members,
        members_on=members_on,
        rate=rate,
        status=Status(total["status"]),
        total=numbers.progress(total),
        plan=numbers.plan_to_date(total),
        pace=_pace(total, numbers),
        forecast_share=numbers.share(total["forecast_percent"]),
        steps=numbers.steps(total),
        recognition=_recognition(answer["recognition"], numbers),
        classes=_classes(answer["classes"], numbers),
        sympathisers=numbers.count(answer["sympathisers"]),
        sympathisers_certified=numbers.count(answer["sympathisers_certified"]),
        in_class=numbers.count(answer["in_class"]),
        states=states(answer, numbers),
        groups=_groups(answer["rows"], numbers, ask.selection),
        outside=outside(answer, numbers),
        months=tuple(_month(month, answer["counts_admissions"]) for month in answer["months"]),
        lines=tuple(_line(line, numbers) for line in lines),
        lines_overlap=any(line["overlaps"] or not line["exclusive"] for line in lines),
        structure=tuple(_structure(row, numbers, before) for row in answer["structure"]),
        year_before=before.count_if(answer["year_before_total"]),
        completeness=_completeness(answer["completeness"], numbers),
        rule_pack=standpoint["rule_pack"],
        formula_version=standpoint["formula"],
    )


def _members(answer: Json, numbers: Numbers) -> tuple[Count, date, Share | None]:
    main = next((t for t in answer["targets"] if t["allocable"] and t["part_of"] is None), None)
    formula = main["formula"] if main else None
    if formula and formula["base"]["on"] and formula["approved_percent"]:
        base = formula["base"]
        return numbers.count(base["number"]), day(base["on"]), numbers.share(formula["approved_percent"])
    return numbers.count(answer["members"]), day(answer["standpoint"]["as_of"]), None


def _pace(total: Json, numbers: Numbers) -> Pace | None:
    pace = total["pace"]
    if pace is None:
        return None
    return Pace(
        months_gone=_plain(pace["months_gone"]),
        needed=pace["needed_per_month"],
        average=pace["average_per_month"],
        evidence=CURVE + numbers.selection.query() + "#cong-thuc",
    )


def _plain(text: str) -> Decimal:
    """Without a fraction of zeros."""
    value = Decimal(text)
    return value.to_integral_value() if value == value.to_integral_value() else value


def _recognition(recognition: Json, numbers: Numbers) -> Recognition:
    return Recognition(
        recognised=numbers.count(recognition["recognised"]),
        due=numbers.count(recognition["due"]),
        in_time=numbers.share(recognition["in_time"]),
    )


def _classes(classes: Json, numbers: Numbers) -> Classes:
    return Classes(
        held=numbers.count(classes["held"]),
        planned=numbers.count(classes["planned"]),
        programmes=tuple(
            ProgrammeClasses(
                programme=Programme(one["programme"]),
                held=numbers.count(one["held"]),
                planned=numbers.count(one["planned"]),
                learners=numbers.count(one["learners"]),
                learners_planned=numbers.count(one["learners_planned"]),
            )
            for one in classes["programmes"]
        ),
    )


# -- The table


def _groups(rows: Sequence[Json], numbers: Numbers, selection: Selection) -> tuple[Group, ...]:
    by_kind: dict[GroupKind, list[UnitRow]] = {kind: [] for kind in GroupKind}
    for row in rows:
        if row["unit"] is not None:
            by_kind[_kind(row["progress"])].append(_unit_row(row, numbers))
    return tuple(_group(kind, units, selection) for kind, units in by_kind.items() if units)


def _kind(progress: Json) -> GroupKind:
    return GroupKind.SMALL if progress["small"] else GroupKind(progress["status"])


def _unit_row(row: Json, numbers: Numbers) -> UnitRow:
    return UnitRow(
        name=row["name"],
        url=numbers.page_of(row["unit"]),
        status=None if row["progress"]["small"] else Status(row["progress"]["status"]),
        progress=numbers.of(row["unit"]).progress(row["progress"]),
        sympathisers=numbers.of(row["unit"]).count(row["sympathisers"]),
    )


def _group(kind: GroupKind, units: Sequence[UnitRow], selection: Selection) -> Group:
    """The evidence of a group's sums are its rows."""
    rows = "/" + selection.query(("trang-thai", kind)) + "#don-vi"
    quota, actual, dossiers, forecast = sums([unit.progress for unit in units])
    given = kind is not GroupKind.NOT_ASSESSED
    share = Share(numerator=actual, denominator=quota, rounding=Rounding.HALF_UP, decimals=1, evidence=rows)
    return Group(
        kind=kind,
        progress=Progress(
            quota=Count(value=quota, evidence=rows) if given else None,
            actual=Count(value=actual, evidence=rows),
            share=share if given and quota and kind is not GroupKind.SMALL else None,
            dossiers=Count(value=dossiers, evidence=rows),
            forecast=Estimate(value=forecast, evidence=rows),
        ),
        units=tuple(sorted(units, key=_shortfall)),
    )


def _shortfall(unit: UnitRow) -> tuple[Decimal, Fraction]:
    """The greatest first; of equal ones the smaller share."""
    share = unit.progress.share
    return -(unit.progress.shortfall or Decimal(0)), share.exact if share else Fraction(0)


# -- Beside the table


def _month(month: Json, foreseen: bool) -> Month:
    """What is counted without dossiers before it cannot be foreseen."""
    return Month(
        year=month["year"],
        month=month["month"],
        planned=_decimal(month["planned"]),
        actual=month["actual"],
        forecast=_decimal(month["forecast"]) if foreseen else None,
        year_before=month["year_before"],
    )


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _lines(answer: Json) -> Sequence[Json]:
    """The parts of the number that is divided, where the plan gives them numbers of their own."""
    main = {target["line"] for target in answer["targets"] if target["allocable"]}
    return [
        target
        for target in answer["targets"]
        if target["part_of"] in main and target["kind"] in _PART_OF and target["value"] is not None
    ]


def _line(target: Json, numbers: Numbers) -> TargetLine:
    return TargetLine(
        title=target["title"],
        actual=numbers.count(target["actual"]),
        value=numbers.count(target["value"]),
        share=numbers.share(target["percent"]),
    )


def _structure(row: Mapping[str, Json], numbers: Numbers, before: Numbers) -> StructureRow:
    return StructureRow(
        code=str(row["code"]),
        title=str(row["title"]),
        people=numbers.count(row["people"]),
        share=numbers.share(row["percent"]),
        year_before=before.share(row["percent_year_before"]),
    )


def _completeness(found: Json, numbers: Numbers) -> Completeness:
    due = found["plans_due"]
    return Completeness(
        plans=UnitPlans(
            due=day(due),
            in_time=numbers.count(found["plans_in_time"]),
            late=numbers.count(found["plans_late"]),
            missing=numbers.count(found["plans_missing"]),
        )
        if due
        else None,
        late_days=found["late_days"],
        admitted_late=numbers.count(found["admitted_late"]),
    )
