"""The targets of a plan, each judged by its own kind on a day: exactly, never by a rounded percentage."""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Literal
from uuid import UUID

from pydantic import BaseModel

from ketnap.common.frozen import frozen
from ketnap.rules.rounding import Percent, Rounding
from ketnap.rules.targets import PercentRange, propose, reached
from ketnap.statistics.counts import Counts
from ketnap.statistics.definitions import definition, of_measure
from ketnap.statistics.given import division_of, quota_of
from ketnap.statistics.plan import Target
from ketnap.statistics.population import EVERYBODY, Population
from ketnap.statistics.progress import FORMULA, rounding_of
from ketnap.statistics.shown import HALF_UP, Number, Percentage, exact_decimal, percentage
from ketnap.statistics.standpoint import Standpoint

type Standing = Literal["met", "not_met", "open", "not_judged"]


class LegalBasisShown(BaseModel):
    """`instrument` is a key of registry's register, `issuer/type/number/date`."""

    instrument: str
    text: str
    source: str


class Organisation(BaseModel):
    """One organisation of a kind, judged by itself."""

    unit: UUID
    name: str
    actual: Number
    met: bool


class Base(BaseModel):
    """What a percentage is taken of, as the plan states it."""

    number: Number
    on: date | None
    text: str


class Formula(BaseModel):
    """percent × base = `exact`; `proposed`: rounded up to people.

    `difference`: how far the approved number lies above `exact`; `approved_percent`: the approved number in percent
    of the base; `reached`: is the percentage itself reached, whatever number was approved. `rounding` says how the
    approved number came from the exact one, MANUAL where it was set by hand.
    """

    percent: Decimal
    percent_until: Decimal | None
    base: Base
    exact: Decimal
    proposed: int
    difference: Decimal | None
    approved_percent: Percentage | None
    rounding: str
    reached: bool


class PopulationShown(BaseModel):
    """Words by attribute: one of each attribute of `include` is wanted, none of `exclude`."""

    include: dict[str, list[str]]
    exclude: dict[str, list[str]]


class TargetShown(BaseModel):
    """`standing`: met; not_met once the period is over; open; not_judged where the kind has nothing to reach here.

    `value`: the number to reach; `least`: what each organisation must reach; `needed`: people still missing by exact whole numbers; `overlaps`: other exclusive
    parts of the same line in which the same people may stand, against what the plan says.
    """

    line: str
    title: str
    kind: str
    measure: str
    measure_title: str
    strictness: str
    population: PopulationShown
    each: PopulationShown
    part_of: str | None
    exclusive: bool
    allocable: bool
    value: Number | None
    least: int | None
    actual: Number
    percent: Percentage | None
    whole: Number | None
    formula: Formula | None
    band: Literal["below", "within", "above"] | None
    needed: int | None
    organisations: list[Organisation]
    organisations_met: Number | None
    organisations_all: Number | None
    standing: Standing
    overlaps: list[str]
    bases: list[LegalBasisShown]


class AllocationShown(BaseModel):
    """What was given, divided among those below, kept, approved above it: `left` = given − allotted − reserve.

    `balanced`: nothing is left, or as much was allotted too much as was approved.
    """

    line: str
    given: Number
    allotted: Number
    reserve: Number
    over_allocation: Number
    units: int
    left: int
    balanced: bool


@frozen
class Judgement:
    """What the kind of a target makes of the number reached; `met` None: there is nothing to reach here."""

    met: bool | None = None
    value: int | None = None
    percent: Percentage | None = None
    whole: Number | None = None
    formula: Formula | None = None
    band: Literal["below", "within", "above"] | None = None
    needed: int | None = None
    organisations: Sequence[Organisation] = ()


async def judged(counts: Counts, wanted: Callable[[Target], bool] = lambda _: True) -> list[TargetShown]:
    """Every target that is wanted of the standpoint's plan, in the order of the plan."""
    plan = counts.at.plan
    if plan is None:
        return []
    return [await _shown(counts, target, plan.targets) for target in plan.targets if wanted(target)]


async def _shown(counts: Counts, target: Target, all_targets: Sequence[Target]) -> TargetShown:
    at = counts.at
    actual = await counts.total(of_measure(target.measure, target.title, target.population))
    found = await judge(counts, target, actual)
    organisations = found.organisations
    return TargetShown(
        line=target.line,
        title=target.title,
        kind=target.kind,
        measure=target.measure,
        measure_title=definition(target.measure).title,
        strictness=target.strictness,
        population=population_shown(target.population),
        each=population_shown(target.each),
        part_of=target.part_of,
        exclusive=target.exclusive,
        allocable=target.allocable,
        value=Number(value=found.value, figure=f"quota:{target.line}") if found.value is not None else None,
        least=target.value if target.kind == "per_unit" else None,
        actual=Number(value=actual, figure=f"line:{target.line}"),
        percent=found.percent,
        whole=found.whole,
        formula=found.formula,
        band=found.band,
        needed=found.needed,
        organisations=list(organisations),
        organisations_met=Number(value=sum(one.met for one in organisations), figure=f"met:{target.line}")
        if target.kind == "per_unit"
        else None,
        organisations_all=Number(value=len(organisations), figure=f"organisations:{target.line}")
        if target.kind == "per_unit"
        else None,
        standing=_standing(at, found),
        overlaps=[other.line for other in all_targets if _may_overlap(target, other)],
        bases=[LegalBasisShown(instrument=b.instrument, text=b.text, source=b.source) for b in target.bases],
    )


def population_shown(population: Population) -> PopulationShown:
    return PopulationShown(
        include={attribute: list(words) for attribute, words in population.include.items()},
        exclude={attribute: list(words) for attribute, words in population.exclude.items()},
    )


def _standing(at: Standpoint, found: Judgement) -> Standing:
    if found.met is None:
        return "not_judged"
    if found.met:
        return "met"
    return "not_met" if at.as_of >= at.period_until else "open"


async def judge(counts: Counts, target: Target, actual: int) -> Judgement:
    """A target is judged for who issued the plan; below, what was given to a unit and what each must reach."""
    at = counts.at
    match target.kind:
        case "per_unit":
            return await _per_unit(counts, target)
        case "range_of_base" if at.own_plan:
            return _range(target, actual)
        case "share_of_measure" if at.own_plan:
            return await _share(counts, target, actual)
        case "breakdown":
            whole = await whole_of(counts, target)
            return Judgement(
                percent=percentage(actual, whole.value, rounding_of(target), f"rate:{target.line}"),
                whole=whole,
            )
        case "absolute" | "percent_of_base":
            return await _number(counts, target, actual)
        case _:
            return Judgement()


async def whole_of(counts: Counts, target: Target) -> Number:
    """All of the measure in the period, whoever and wherever."""
    whole = of_measure(target.measure, target.title, EVERYBODY)
    return Number(value=await counts.total(whole), figure=target.measure)


async def _number(counts: Counts, target: Target, actual: int) -> Judgement:
    """An approved number counts as it stands, whatever the formula behind it says. None was given: nothing to reach."""
    at = counts.at
    value = await quota_of(counts.page, at, target)
    return Judgement(
        met=actual >= value if value is not None else None,
        value=value,
        percent=rate_of(target, actual, value or 0),
        formula=_formula(target, actual) if at.own_plan else None,
        needed=max(value - actual, 0) if value is not None else None,
    )


def rate_of(target: Target, actual: int, whole: int) -> Percentage | None:
    """Of a number too small to speak of percentages there is none."""
    if whole < FORMULA.small_quota:
        return None
    return percentage(actual, whole, rounding_of(target), f"rate:{target.line}")


def _range(target: Target, actual: int) -> Judgement:
    least, most = Percent.parse(target.percent or "0"), Percent.parse(target.percent_until or "0")
    base = target.base or 0
    band = PercentRange(least=least, most=most).place(actual, base)
    return Judgement(
        met=band != "below",
        percent=percentage(actual, base, rounding_of(target), f"rate:{target.line}"),
        whole=_base(target).number,
        formula=_formula(target, actual),
        band=band,
        needed=max(propose(least, base, Rounding("CEIL")).rounded - actual, 0),
    )


async def _share(counts: Counts, target: Target, actual: int) -> Judgement:
    """At least so many percent of all that was reached in the period; an example's base is shown beside."""
    percent = Percent.parse(target.percent or "0")
    whole = await whole_of(counts, target)
    return Judgement(
        met=whole.value > 0 and reached(actual, percent, whole.value),
        percent=percentage(actual, whole.value, rounding_of(target), f"rate:{target.line}"),
        whole=whole,
        formula=_formula(target, actual),
        needed=max(propose(percent, whole.value, Rounding("CEIL")).rounded - actual, 0),
    )


async def _per_unit(counts: Counts, target: Target) -> Judgement:
    organisations = await organisations_of(counts, target)
    met = all(one.met for one in organisations) if organisations else None
    missing = sum(max((target.value or 0) - one.actual.value, 0) for one in organisations)
    return Judgement(met=met, value=None, needed=missing, organisations=organisations)


async def organisations_of(counts: Counts, target: Target) -> list[Organisation]:
    """One by one; what a predecessor reached counts for who took over."""
    at = counts.at
    counted = of_measure(target.measure, target.title, target.population)
    found = []
    for unit in at.ground.organisations(target.each):
        actual = await counts.of(at.at(unit)).total(counted)
        found.append(
            Organisation(
                unit=unit,
                name=at.ground.name(unit),
                actual=Number(value=actual, figure=f"line:{target.line}"),
                met=actual >= (target.value or 0),
            )
        )
    return found


def _base(target: Target) -> Base:
    number = Number(value=target.base or 0, figure=f"base:{target.line}")
    return Base(number=number, on=target.base_on, text=target.base_text)


def _formula(target: Target, actual: int) -> Formula | None:
    """What the percentage of the stated base comes to, beside what was approved."""
    if target.percent is None or target.base is None:
        return None
    percent = Percent.parse(target.percent)
    proposal = propose(percent, target.base, Rounding("CEIL"))
    approved = target.value
    figure = f"approved:{target.line}"
    return Formula(
        percent=percent.value,
        percent_until=Percent.parse(target.percent_until).value if target.percent_until else None,
        base=_base(target),
        exact=exact_decimal(proposal.exact),
        proposed=proposal.rounded,
        difference=exact_decimal(proposal.difference(approved)) if approved is not None else None,
        approved_percent=percentage(approved, target.base, HALF_UP, figure) if approved is not None else None,
        rounding=target.rounding,
        reached=proposal.reached_by(actual),
    )


def _may_overlap(one: Target, other: Target) -> bool:
    """Could somebody stand in both lines although both are said to be exclusive: no attribute keeps them apart."""
    if one.line == other.line or one.part_of is None or one.part_of != other.part_of:
        return False
    if not (one.exclusive and other.exclusive):
        return False
    apart = (_apart(one.population, other.population), _apart(other.population, one.population))
    return not any(apart)


def _apart(mine: Population, theirs: Population) -> bool:
    """Is some attribute wanted here that is not wanted, or excluded, there."""
    return any(
        (attribute in theirs.include and not set(words) & set(theirs.include[attribute]))
        or set(words) <= set(theirs.exclude.get(attribute, ()))
        for attribute, words in mine.include.items()
    )


async def allocation(counts: Counts, target: Target | None) -> AllocationShown | None:
    """How the unit divided its number; None where it has none to divide."""
    at = counts.at
    given = await quota_of(counts.page, at, target)
    if given is None or target is None or at.plan is None or not target.allocable:
        return None
    division = await division_of(counts.page, at, target)
    left = given - division.allotted - division.reserve
    line = target.line
    return AllocationShown(
        line=line,
        given=Number(value=given, figure=f"quota:{line}"),
        allotted=Number(value=division.allotted, figure=f"allotted:{line}"),
        reserve=Number(value=division.reserve, figure=f"reserve:{line}"),
        over_allocation=Number(value=division.over_allocation, figure=f"over_allocation:{line}"),
        units=len(division.shares),
        left=left,
        balanced=left + division.over_allocation == 0,
    )
