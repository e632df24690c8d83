"""The targets of a plan, each judged by its own kind on a day: exactly, never by a rounded percentage."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction
from uuid import UUID

from pydantic import BaseModel

from ketnap.common.frozen import frozen
from ketnap.common.pages import Page
from ketnap.rules.rounding import Percent, Rounding
from ketnap.rules.targets import PercentRange, propose, reached
from ketnap.statistics.definitions import Definition, of_measure
from ketnap.statistics.plan import Target
from ketnap.statistics.population import EVERYBODY
from ketnap.statistics.shown import Number, Percentage, percentage
from ketnap.statistics.standpoint import Counts, Standpoint, quota_of
from ketnap.statistics.views import quotas


class LegalBasisShown(BaseModel):
    instrument: str
    text: str
    source: str


class Organisation(BaseModel):
    """One organisation of a kind, judged by itself."""

    unit: UUID
    name: str
    actual: Number
    met: bool


class Formula(BaseModel):
    """percent × base = `exact`; `proposed` by the line's rounding (none when it was set by hand)."""

    percent: str
    percent_until: str | None
    base: int
    base_on: date | None
    base_text: str
    exact: str
    proposed: int | None
    difference: str | None
    reached_by_formula: bool


class TargetShown(BaseModel):
    """`standing`: met, not_met (the period is over), open (or nothing to reach). `needed`: people still missing."""

    line: str
    title: str
    kind: str
    measure: str
    strictness: str
    population: dict[str, dict[str, list[str]]]
    part_of: str | None
    value: Number | None
    actual: Number
    percent: Percentage | None
    formula: Formula | None
    band: str | None
    needed: int | None
    organisations: list[Organisation]
    organisations_met: int | None
    standing: str
    overlaps: list[str]
    bases: list[LegalBasisShown]


class AllocationShown(BaseModel):
    """What was given from above, divided among those below, kept: `left` must be 0, or an approved excess."""

    line: str
    given: Number
    allotted: int
    reserve: int
    over: int
    units: int
    left: int
    balanced: bool


async def judged(page: Page, counts: Counts) -> list[TargetShown]:
    """Every target of the standpoint's plan, in the order of the plan."""
    at = counts.at
    if at.plan is None:
        return []
    return [await _judge(page, counts, target, at.plan.targets) for target in at.plan.targets]


@frozen
class Judgement:
    """What the kind of a target makes of the number reached."""

    met: bool
    value: int | None = None
    percent: Percentage | None = None
    formula: Formula | None = None
    band: str | None = None
    needed: int | None = None
    organisations: Sequence[Organisation] = ()


async def _judge(page: Page, counts: Counts, target: Target, all_targets: Sequence[Target]) -> TargetShown:
    at = counts.at
    counted = of_measure(target.measure, target.title, target.population)
    actual = await counts.total(counted)
    match target.kind:
        case "per_unit":
            found = await _per_unit(counts, target, counted)
        case "range_of_base":
            found = _range(target, actual)
        case "share_of_measure":
            found = await _share(counts, target, actual)
        case "breakdown":
            whole = await counts.total(of_measure(target.measure, target.title, EVERYBODY))
            share = percentage(actual, whole, rounding_of(target), f"rate:{target.line}")
            found = Judgement(met=False, percent=share)
        case _:
            found = await _number(page, at, target, actual)
    missed = "not_met" if at.as_of >= at.period_until and target.kind != "breakdown" else "open"
    return TargetShown(
        line=target.line,
        title=target.title,
        kind=target.kind,
        measure=target.measure,
        strictness=target.strictness,
        population={
            "include": {a: list(words) for a, words in target.population.include.items()},
            "exclude": {a: list(words) for a, words in target.population.exclude.items()},
        },
        part_of=target.part_of,
        value=Number(value=found.value, figure=f"quota:{target.line}") if found.value is not None else None,
        actual=Number(value=actual, figure=f"line:{target.line}"),
        percent=found.percent,
        formula=found.formula,
        band=found.band,
        needed=found.needed,
        organisations=list(found.organisations),
        organisations_met=sum(o.met for o in found.organisations) if target.kind == "per_unit" else None,
        standing="met" if found.met else missed,
        overlaps=[other.line for other in all_targets if _may_overlap(target, other)],
        bases=[LegalBasisShown(instrument=b.instrument, text=b.text, source=b.source) for b in target.bases],
    )


async def _number(page: Page, at: Standpoint, target: Target, actual: int) -> Judgement:
    """An absolute number, perhaps justified by a formula; below the issuer it is what the unit was given."""
    value = await quota_of(page, at, target, at.unit)
    justified = target.kind == "percent_of_base" and at.plan is not None and at.unit == at.plan.unit
    return Judgement(
        met=value is not None and actual >= value,
        value=value,
        percent=percentage(actual, value, rounding_of(target), f"rate:{target.line}") if value else None,
        formula=_formula(target, actual) if justified else None,
        needed=max(value - actual, 0) if value is not None else None,
    )


def rounding_of(target: Target) -> Rounding:
    """How percentages of a line are printed; a number set by hand says nothing about its percentages."""
    if target.rounding == "MANUAL":
        return Rounding("HALF_UP", target.decimals)
    return Rounding(target.rounding, target.decimals)  # type: ignore[arg-type] # checked when the target was stated


def _formula(target: Target, actual: int) -> Formula:
    percent, base = Percent.parse(target.percent or "0"), target.base or 0
    exact = percent.of(base)
    by_hand = target.rounding == "MANUAL"
    return Formula(
        percent=str(percent),
        percent_until=target.percent_until,
        base=base,
        base_on=target.base_on,
        base_text=target.base_text,
        exact=_text(exact),
        proposed=None if by_hand else propose(percent, base, Rounding("CEIL")).rounded,
        difference=_text((target.value or 0) - exact),
        reached_by_formula=reached(actual, percent, base),
    )


def _text(exact: Fraction) -> str:
    return f"{Rounding('HALF_UP', 2).of(exact).normalize():f}"


def _range(target: Target, actual: int) -> Judgement:
    least, most = Percent.parse(target.percent or "0"), Percent.parse(target.percent_until or "0")
    base = target.base or 0
    band = PercentRange(least=least, most=most).place(actual, base)
    return Judgement(
        met=band != "below",
        percent=percentage(actual, base, rounding_of(target), f"rate:{target.line}"),
        formula=_formula(target, actual),
        band=band,
        needed=max(propose(least, base, Rounding("CEIL")).rounded - actual, 0),
    )


async def _share(counts: Counts, target: Target, actual: int) -> Judgement:
    """At least so many percent of all that was reached in the period; a base stated in the plan is shown beside."""
    percent = Percent.parse(target.percent or "0")
    whole = await counts.total(of_measure(target.measure, target.title, EVERYBODY))
    return Judgement(
        met=whole > 0 and reached(actual, percent, whole),
        percent=percentage(actual, whole, rounding_of(target), f"rate:{target.line}"),
        formula=_formula(target, actual) if target.base is not None else None,
        needed=max(propose(percent, whole, Rounding("CEIL")).rounded - actual, 0),
    )


async def _per_unit(counts: Counts, target: Target, counted: Definition) -> Judgement:
    at = counts.at
    found = await counts.sums(counted)
    units = counted.population.of_units()
    organisations = []
    for unit in at.ground.organisations(target.each):
        mine = at.ground.tree.subtree(unit, at.as_of)
        actual = sum(s.value for s in found if s.unit in mine and at.ground.of_kind(s, units))
        organisations.append(
            Organisation(
                unit=unit,
                name=at.ground.tree.units[unit].name(at.as_of),
                actual=Number(value=actual, figure=f"line:{target.line}"),
                met=actual >= (target.value or 0),
            )
        )
    met = bool(organisations) and all(one.met for one in organisations)
    return Judgement(met=met, value=target.value, organisations=organisations)


def _may_overlap(one: Target, other: Target) -> bool:
    """Could somebody stand in both lines: no attribute keeps them apart."""
    if one.line == other.line or one.part_of is None or one.part_of != other.part_of:
        return False
    for attribute in {*one.population.include, *other.population.include}:
        mine, theirs = one.population.include.get(attribute), other.population.include.get(attribute)
        if mine is not None and theirs is not None and not set(mine) & set(theirs):
            return False
        if mine is not None and set(mine) <= set(other.population.exclude.get(attribute, ())):
            return False
        if theirs is not None and set(theirs) <= set(one.population.exclude.get(attribute, ())):
            return False
    return True


async def allocation(page: Page, at: Standpoint, target: Target | None) -> AllocationShown | None:
    """How the unit divided its number; None where it has none to divide."""
    given = await quota_of(page, at, target, at.unit)
    if given is None or target is None or at.plan is None or not target.allocable:
        return None
    found = await quotas.balance(page, at.plan.plan, target.line, at.unit, until=at.as_of, known=at.known)
    left = given - found.allotted - found.reserve
    return AllocationShown(
        line=target.line,
        given=Number(value=given, figure=f"quota:{target.line}"),
        allotted=found.allotted,
        reserve=found.reserve,
        over=found.over,
        units=found.units,
        left=left,
        balanced=left + found.over == 0,
    )
