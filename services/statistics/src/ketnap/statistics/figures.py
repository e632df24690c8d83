"""Every figure by its name: what it is made of, what it comes to, and its parts by row."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from ketnap.common.frozen import frozen
from ketnap.rules.rounding import Rounding
from ketnap.statistics import asked as questions
from ketnap.statistics.asked import Asked, Sum
from ketnap.statistics.counts import Counts
from ketnap.statistics.definitions import (
    DEFINITIONS,
    STATED,
    Definition,
    FigureUnknown,
    definition,
    of_measure,
)
from ketnap.statistics.given import acts_of, division_of, quota_of, quotas_of
from ketnap.statistics.plan import Target
from ketnap.statistics.progress import FORMULA, Main, main_for, main_of, rounding_of
from ketnap.statistics.shown import HALF_UP, Number, Percentage, exact_decimal, percentage
from ketnap.statistics.standpoint import Standpoint
from ketnap.statistics.targets import judge, organisations_of
from ketnap.statistics.unit_page import idle_rows
from ketnap.statistics.unit_plans import sent_plans
from ketnap.statistics.views.quotas import Act


@frozen
class Part:
    """What one row brings; `plus` − `minus` = `value`. `of`: unit, outside (no row), kept, excess."""

    row: UUID | None
    value: int
    plus: int
    minus: int
    quota: int | None = None
    of: str = "unit"
    on: date | None = None


@frozen
class Term:
    """Of a forecast: the dossiers at a step, and the share of them that is expected."""

    step: str
    dossiers: Number
    probability: Decimal


@frozen
class Figure:
    """A figure worked out. Its parts add up to `number`, and the lines behind `asked` add up to the parts.

    `percent`, with `denominator`, where it is a share; `terms` where it is a forecast; `acts` where it was given.
    """

    name: str
    definition: Definition
    number: int
    parts: Sequence[Part]
    counted: Definition | None = None
    asked: Asked | None = None
    target: Target | None = None
    denominator: Number | None = None
    percent: Percentage | None = None
    rounding: Rounding = HALF_UP
    terms: Sequence[Term] = ()
    acts: Sequence[Act] = ()

    @property
    def value(self) -> Decimal:
        """What is printed."""
        if self.terms:
            return exact_decimal(self.exact)
        return self.percent.printed if self.percent and self.is_share else Decimal(self.number)

    @property
    def is_share(self) -> bool:
        return self.name.startswith(("rate:", "share:", "approved:"))

    @property
    def exact(self) -> Fraction:
        """A forecast before it is printed."""
        return self.number + sum(
            (term.dossiers.value * Fraction(term.probability) for term in self.terms), Fraction(0)
        )


async def figure_of(counts: Counts, name: str) -> Figure:
    """Work out a figure on a standpoint.

    Raises:
        FigureUnknown: none has this name, or the plan of the standpoint has no such line.
    """
    family, _, rest = name.partition(":")
    if name in DEFINITIONS:
        return await _counted(counts, name, definition(name))
    match family:
        case "share" if rest in DEFINITIONS and DEFINITIONS[rest].whole:
            return await _share(counts, name, rest)
        case "forecast":
            target = _line(counts.at, rest, name) if rest else None
            return await _forecast(counts, name, main_for(target) if target else main_of(counts.at))
        case "all_in_time":
            return await _all_in_time(counts, name)
        case "pipeline":
            line, _, step = rest.partition(":")
            return await _pipeline(counts, name, _line(counts.at, line, name), step)
        case "cells":
            return _listed(counts, name, counts.at.ground.cells())
        case "idle" | "idle_without_source" | "with_quota":
            idle = await idle_rows(counts)
            found = {"idle": idle.none_admitted, "idle_without_source": idle.without_source}
            return _listed(counts, name, dict.fromkeys(found.get(family, idle.with_quota), 1))
        case "unit_plans" if name in STATED:
            return _unit_plans(counts, name, rest)
        case "line" | "rate" | "quota" | "kept" | "base" | "approved" | "met" | "organisations":
            return await _of_line(counts, name, family, _line(counts.at, rest, name))
        case "allotted" | "reserve" | "over_allocation":
            return await _division(counts, name, family, _line(counts.at, rest, name))
        case _:
            raise FigureUnknown(figure=name)


def _line(at: Standpoint, line: str, name: str) -> Target:
    target = at.plan.target(line) if at.plan else None
    if target is None:
        raise FigureUnknown(figure=name)
    return target


# -- Counted in the ledger


async def _counted(
    counts: Counts,
    name: str,
    counted: Definition,
    target: Target | None = None,
    shown: Definition | None = None,
) -> Figure:
    asked = counts.at.asked(counted)
    found: dict[UUID | None, Sum] = {}
    for (_, row), one in (await questions.sums_by_row(counts.page, asked)).items():
        known = found.get(row, Sum(value=0, plus=0, minus=0))
        found[row] = Sum(
            value=known.value + one.value, plus=known.plus + one.plus, minus=known.minus + one.minus
        )
    quotas = await _quotas(counts, name, target)
    parts = [_part(row, found.get(row), quotas.get(row) if row else None) for row in {*found, *quotas}]
    return Figure(
        name=name,
        definition=shown or counted,
        number=sum(one.value for one in found.values()),
        parts=_ordered(counts.at, parts),
        counted=counted,
        asked=asked,
        target=target,
    )


def _part(row: UUID | None, found: Sum | None, quota: int | None) -> Part:
    sums = found or Sum(value=0, plus=0, minus=0)
    return Part(
        row=row,
        value=sums.value,
        plus=sums.plus,
        minus=sums.minus,
        quota=quota,
        of="unit" if row else "outside",
    )


async def _quotas(counts: Counts, name: str, target: Target | None) -> Mapping[UUID, int]:
    """Beside the number that the rows are measured by, what they were given."""
    main = main_of(counts.at)
    asked = target if target is not None else main.target if name == main.figure else None
    return await quotas_of(counts.page, counts.at, asked, counts.at.ground.rows)


def _ordered(at: Standpoint, parts: Sequence[Part]) -> list[Part]:
    """The greatest first; what is outside the rows comes last."""
    units = at.ground.tree.units
    shown = [part for part in parts if part.plus or part.minus or part.quota or part.value]
    return sorted(
        shown, key=lambda part: (part.row is None, -part.value, units[part.row].code if part.row else "")
    )


async def _share(counts: Counts, name: str, member: str) -> Figure:
    counted = definition(member)
    whole = counted.whole or ""
    found = await _counted(counts, name, counted)
    denominator = Number(value=await counts.total(definition(whole)), figure=whole)
    share = percentage(found.number, denominator.value, HALF_UP, name)
    return _with(found, denominator=denominator, percent=share)


def _with(found: Figure, **changes: object) -> Figure:
    return replace(found, **changes)  # type: ignore[arg-type] # names are checked by replace itself


async def _forecast(counts: Counts, name: str, main: Main) -> Figure:
    found = await _counted(counts, name, main.counted, main.target, STATED["forecast"])
    steps = main.steps.items() if main.has_pipeline else ()
    terms = [
        Term(
            step=step,
            dossiers=Number(value=await counts.total(counted), figure=figure),
            probability=FORMULA_PROBABILITY[step],
        )
        for step, (counted, figure) in steps
    ]
    quota = await quota_of(counts.page, counts.at, main.target)
    forecast = _with(found, terms=terms, target=main.target)
    if quota is None or quota < FORMULA.small_quota or main.target is None:
        return forecast
    share = percentage(exact_decimal(forecast.exact), quota, HALF_UP, name)
    return _with(forecast, denominator=Number(value=quota, figure=f"quota:{main.target.line}"), percent=share)


async def _all_in_time(counts: Counts, name: str) -> Figure:
    """The forecast, were every dossier certain to come to its ceremony."""
    main = main_of(counts.at)
    forecast = await _forecast(counts, name, main)
    if not main.has_pipeline or forecast.denominator is None:
        raise FigureUnknown(figure=name)
    certain = _with(
        forecast,
        definition=STATED["all_in_time"],
        terms=[replace(term, probability=Decimal(1)) for term in forecast.terms],
    )
    share = percentage(exact_decimal(certain.exact), forecast.denominator.value, HALF_UP, name)
    return _with(certain, percent=share)


FORMULA_PROBABILITY: Mapping[str, Decimal] = {step.code: step.probability for step in FORMULA.steps}


async def _pipeline(counts: Counts, name: str, target: Target, step: str) -> Figure:
    measure = f"dossiers:{step}" if step else "dossiers"
    if measure not in DEFINITIONS:
        raise FigureUnknown(figure=name)
    return await _counted(counts, name, of_measure(measure, target.title, target.population))


# -- Listed


def _listed(counts: Counts, name: str, found: Mapping[UUID | None, int]) -> Figure:
    parts = [
        Part(row=row, value=n, plus=n, minus=0, of="unit" if row else "outside") for row, n in found.items()
    ]
    return Figure(
        name=name,
        definition=STATED[name],
        number=sum(found.values()),
        parts=_ordered(counts.at, parts),
    )


def _unit_plans(counts: Counts, name: str, which: str) -> Figure:
    sent = sent_plans(counts.at)
    if sent is None:
        raise FigureUnknown(figure=name)
    units: Sequence[UUID] = getattr(sent, which)
    found = _listed(counts, name, dict.fromkeys(units, 1))
    on = {unit: plan.on for unit, plan in sent.first.items()}
    dated = [replace(part, on=on.get(part.row) if part.row else None) for part in found.parts]
    return _with(found, parts=dated)


# -- Lines of a plan


async def _of_line(counts: Counts, name: str, family: str, target: Target) -> Figure:
    counted = of_measure(target.measure, target.title, target.population)
    match family:
        case "line":
            return await _counted(counts, name, counted, target, _named("line", target))
        case "rate":
            return await _rate(counts, name, target)
        case "quota":
            return await _given(counts, name, target)
        case "kept":
            return await _kept(counts, name, target)
        case "base" if target.base is not None and counts.at.own_plan:
            acts = counts.at.plan.acts(target) if counts.at.plan else []
            return Figure(
                name=name,
                definition=_named("base", target),
                number=target.base,
                parts=[_stated(target.base, target.base_on)],
                target=target,
                acts=[act for act in acts if act.kind == "plan"],
            )
        case "approved" if target.base is not None and target.value is not None and counts.at.own_plan:
            return Figure(
                name=name,
                definition=_named("approved", target),
                number=target.value,
                parts=[_stated(target.value, None)],
                target=target,
                denominator=Number(value=target.base, figure=f"base:{target.line}"),
                percent=percentage(target.value, target.base, HALF_UP, name),
            )
        case "met" | "organisations" if target.kind == "per_unit":
            found = await organisations_of(counts, target)
            units = {one.unit: 1 for one in found if family == "organisations" or one.met}
            parts = [Part(row=unit, value=1, plus=1, minus=0) for unit in units]
            return Figure(
                name=name,
                definition=_named(family, target),
                number=len(units),
                parts=_ordered(counts.at, parts),
                target=target,
            )
        case _:
            raise FigureUnknown(figure=name)


def _stated(number: int, on: date | None) -> Part:
    return Part(row=None, value=number, plus=number, minus=0, of="stated", on=on)


def _named(family: str, target: Target) -> Definition:
    return replace(STATED[family], title=f"{STATED[family].title}: {target.title}")


async def _rate(counts: Counts, name: str, target: Target) -> Figure:
    counted = of_measure(target.measure, target.title, target.population)
    found = await _counted(counts, name, counted, target, _named("rate", target))
    judged = await judge(counts, target, found.number)
    quota = Number(value=judged.value, figure=f"quota:{target.line}") if judged.value is not None else None
    return _with(
        found,
        denominator=judged.whole or quota,
        percent=judged.percent,
        rounding=rounding_of(target),
    )


async def _given(counts: Counts, name: str, target: Target) -> Figure:
    """Those below have what was allotted to them; the rest is kept, or is missing where too much was allotted."""
    acts = await acts_of(counts.page, counts.at, target)
    number = sum(act.delta for act in acts)
    parts = await _quota_parts(counts, target)
    rest = number - sum(part.value for part in parts)
    if rest:
        parts.append(_rest(rest))
    return Figure(
        name=name, definition=_named("quota", target), number=number, parts=parts, target=target, acts=acts
    )


async def _quota_parts(counts: Counts, target: Target) -> list[Part]:
    at = counts.at
    quotas = await quotas_of(counts.page, at, target, at.ground.rows)
    return _ordered(at, [Part(row=row, value=q, plus=q, minus=0, quota=q) for row, q in quotas.items()])


def _rest(rest: int) -> Part:
    return Part(
        row=None, value=rest, plus=max(rest, 0), minus=max(-rest, 0), of="kept" if rest > 0 else "excess"
    )


async def _kept(counts: Counts, name: str, target: Target) -> Figure:
    given = await _given(counts, name, target)
    kept = [part for part in given.parts if part.row is None]
    return _with(given, parts=kept, number=sum(part.value for part in kept))


async def _division(counts: Counts, name: str, family: str, target: Target) -> Figure:
    division = await division_of(counts.page, counts.at, target)
    if family == "allotted":
        acts = [act for act in division.acts if act.unit is not None]
        parts = [Part(row=unit, value=n, plus=n, minus=0) for unit, n in division.shares.items()]
        number = division.allotted
    else:
        acts = [act for act in division.acts if act.kind == family]
        number = sum(act.delta for act in acts)
        parts = [Part(row=None, value=number, plus=number, minus=0, of="kept")] if number else []
    return Figure(
        name=name,
        definition=_named(family, target),
        number=number,
        parts=_ordered(counts.at, parts),
        target=target,
        acts=acts,
    )
