"""The plan page from what statistics answers, its instruments from registry's register."""

import asyncio
from collections.abc import Mapping, Sequence
from decimal import Decimal

from ketnap.portal.answers.asking import Asking, day
from ketnap.portal.answers.instruments import Register, register
from ketnap.portal.answers.numbers import Numbers
from ketnap.portal.pages.plan import (
    Allocation,
    Base,
    Breakdown,
    Formula,
    Issued,
    LeastShare,
    LegalBasis,
    Line,
    Number,
    Organisation,
    PerOrganisation,
    Plan,
    Range,
    Standing,
    Strictness,
    Target,
    TargetRounding,
)
from ketnap.portal.services import Json

_NUMBERS = frozenset({"absolute", "percent_of_base"})


async def plan(ask: Asking) -> Plan:
    branch, plans = await asyncio.gather(ask.statistics(f"/units/{ask.unit}/rows"), ask.plans())
    standpoint = branch["standpoint"]
    issued = None
    if standpoint["plan"]:
        answer, known = await asyncio.gather(ask.plan(standpoint["plan"]), register(ask))
        issued = _issued(answer["page"], known, ask.numbers(answer["page"]["standpoint"]))
    return Plan(scope=ask.scope(standpoint, plans), freshness=ask.freshness(standpoint), issued=issued)


def _issued(page: Json, known: Register, numbers: Numbers) -> Issued:
    parts = _parts(page["targets"])
    lines = {whole: given for whole in parts if (given := [one for one in parts[whole] if one["value"]])}
    own = {line["line"] for each in parts.values() for line in each}
    divided = next((given["allocation"] for given in page["given"] if given["allocation"]), None)
    return Issued(
        title=page["title"],
        issuer=page["issuer_name"],
        begins=day(page["period_from"]),
        ends=day(page["period_until"]),
        instruments=tuple(known.instrument(issue["instrument"]) for issue in page["issues"]),
        targets=tuple(
            _target(target, lines.get(target["line"], ()), known, numbers)
            for target in page["targets"]
            if target["line"] not in own
        ),
        allocation=_allocation(divided, numbers) if divided else None,
    )


def _parts(targets: Sequence[Json]) -> Mapping[str, Sequence[Json]]:
    """Numbers that are parts of a number, by the line of the whole; a unit need not be given each."""
    numbers = {target["line"] for target in targets if target["kind"] in _NUMBERS}
    found: dict[str, list[Json]] = {}
    for target in targets:
        if target["part_of"] in numbers and target["kind"] in _NUMBERS:
            found.setdefault(target["part_of"], []).append(target)
    return found


def _target(target: Json, lines: Sequence[Json], known: Register, numbers: Numbers) -> Target:
    return Target(
        line=target["line"],
        title=target["title"],
        measure=target["measure_title"],
        strictness=Strictness(target["strictness"]),
        standing=Standing(target["standing"]),
        aim=_aim(target, lines, numbers),
        legal_bases=tuple(
            LegalBasis(instrument=known.instrument(basis["instrument"]), text=basis["text"])
            for basis in target["bases"]
        ),
    )


def _aim(
    target: Json, lines: Sequence[Json], numbers: Numbers
) -> Number | Range | LeastShare | PerOrganisation | Breakdown:
    actual, share, formula = (
        numbers.count(target["actual"]),
        numbers.share(target["percent"]),
        target["formula"],
    )
    match target["kind"]:
        case "absolute" | "percent_of_base":
            return Number(
                value=numbers.count_if(target["value"]),
                actual=actual,
                share=share,
                formula=_formula(formula, numbers) if formula else None,
                lines=tuple(_line(line, numbers) for line in lines),
                lines_overlap=any(line["overlaps"] or not line["exclusive"] for line in lines),
            )
        case "range_of_base" if formula and share:
            return Range(
                low=Decimal(formula["percent"]),
                high=Decimal(formula["percent_until"]),
                actual=share,
                base=_base(formula["base"], numbers),
            )
        case "share_of_measure" if formula:
            return LeastShare(percent=Decimal(formula["percent"]), actual=share, needed=target["needed"])
        case "per_unit":
            return PerOrganisation(
                least=target["least"],
                organisations=tuple(
                    Organisation(
                        name=one["name"],
                        url=numbers.page_of(one["unit"]),
                        actual=numbers.of(one["unit"]).count(one["actual"]),
                        met=one["met"],
                    )
                    for one in target["organisations"]
                ),
            )
        case _:
            return Breakdown(actual=actual, share=share)


def _formula(formula: Json, numbers: Numbers) -> Formula:
    return Formula(
        percent=Decimal(formula["percent"]),
        base=_base(formula["base"], numbers),
        exact=Decimal(formula["exact"]),
        rounding=TargetRounding(formula["rounding"]),
    )


def _base(base: Json, numbers: Numbers) -> Base:
    on = base["on"]
    return Base(words=base["text"], on=day(on) if on else None, number=numbers.count(base["number"]))


def _line(target: Json, numbers: Numbers) -> Line:
    return Line(
        title=target["title"],
        value=numbers.count(target["value"]),
        strictness=Strictness(target["strictness"]),
        actual=numbers.count(target["actual"]),
        share=numbers.share(target["percent"]),
    )


def _allocation(allocation: Json, numbers: Numbers) -> Allocation:
    return Allocation(
        given=numbers.count(allocation["given"]),
        allotted=numbers.count(allocation["allotted"]),
        reserve=numbers.count(allocation["reserve"]),
        over_allocation=numbers.count(allocation["over_allocation"]),
        units=allocation["units"],
    )
