"""What must hold of plans, their targets and legal bases, of what is divided among units, and of class plans."""

from collections.abc import Iterator, Mapping
from decimal import Decimal

from ketnap.contracts.registry import Education, Occupation, Qualification, SchoolLevel, Sector, Sex
from ketnap.contracts.statistics import TargetKind
from ketnap.packs.findings import Finding, error
from ketnap.packs.folder import Files
from ketnap.packs.reading import Placed
from ketnap.packs.shape import AllocationGiven, Classes, PlanGiven, QuotaRow, TargetGiven, Words
from ketnap.packs.units import Units
from ketnap.rules.rounding import Percent, Rounding
from ketnap.statistics.definitions import FigureUnknown, definition
from ketnap.statistics.population import AGE_BANDS, PERSON, UNIT
from ketnap.training.course import OWNERS

WHOLE = Decimal(100)

_YES_OR_NO = ("true", "false")
_WORDS: Mapping[str, tuple[str, ...]] = {
    "sex": tuple(Sex),
    "minority": _YES_OR_NO,
    "religious": _YES_OR_NO,
    "youth_union": _YES_OR_NO,
    "occupation": tuple(Occupation),
    "education": tuple(Education),
    "qualification": tuple(Qualification),
    "employer_sector": tuple(Sector),
    "age_band": AGE_BANDS,
    "unit_sector": tuple(Sector),
    "school_level": tuple(SchoolLevel),
}

_NEEDED: Mapping[str, tuple[str, ...]] = {
    TargetKind.ABSOLUTE: ("value",),
    TargetKind.PERCENT_OF_BASE: ("value", "percent", "base", "base_on"),
    TargetKind.RANGE_OF_BASE: ("percent", "percent_until", "base", "base_on"),
    TargetKind.SHARE_OF_MEASURE: ("percent",),
    TargetKind.PER_UNIT: ("value", "each"),
    TargetKind.BREAKDOWN: (),
}


def check_plans(files: Files) -> Iterator[Finding]:
    units = Units(placed.value for placed in files.units.values)
    first: dict[str, Placed[PlanGiven]] = {}
    for placed in files.plans_given:
        before = first.setdefault(placed.value.id, placed)
        if before is not placed:
            yield error("id_twice", placed.spot("id"), id=placed.value.id, line=before.file)
        yield from _plan(placed, units, files.units.lost)
        yield from _allocations(placed, files, units)
    yield from _quotas(files, units)


def _plan(placed: Placed[PlanGiven], units: Units, lost: frozenset[str]) -> Iterator[Finding]:
    plan = placed.value
    if plan.unit not in units and plan.unit not in lost:
        yield error("unknown_unit", placed.spot("unit"), unit=plan.unit)
    if plan.until <= plan.since:
        yield error("period_backwards", placed.spot("until"), since=plan.since, until=plan.until)
    elif plan.curve:
        yield from _curve(placed)
    if plan.issued_on < plan.drafted_on:
        yield error(
            "issued_before_drafted", placed.spot("issued_on"), on=plan.issued_on, drafted=plan.drafted_on
        )
    if not plan.targets:
        yield error("plan_without_targets", placed.spot("targets"), plan=plan.id)
    lines = [target.line for target in plan.targets]
    for n, target in enumerate(plan.targets):
        at = placed.inner(target, "targets", n)
        if lines.index(target.line) != n:
            yield error("id_twice", at.spot("line"), id=target.line, line=lines.index(target.line) + 1)
        yield from _target(at, lines)
    yield from _parts(placed)


def _curve(placed: Placed[PlanGiven]) -> Iterator[Finding]:
    plan = placed.value
    months = (plan.until.year - plan.since.year) * 12 + plan.until.month - plan.since.month + 1
    points = [Percent.parse(text).value for text in plan.curve]
    if len(points) != months or points != sorted(points) or points[-1] != WHOLE:
        yield error("curve_wrong", placed.spot("curve"), months=months, points=len(points))
    if plan.curve_source is None:
        yield error("value_missing", placed.spot("curve_source"), field="curve_source")


def _target(at: Placed[TargetGiven], lines: list[str]) -> Iterator[Finding]:
    target = at.value
    for field in _NEEDED.get(target.kind, ()):
        if not getattr(target, field) and getattr(target, field) != 0:
            yield error("target_lacks", at.spot(field), line=target.line, kind=target.kind, field=field)
    if not target.bases:
        yield error("target_without_basis", at.spot("bases"), line=target.line)
    try:
        definition(target.measure)
    except FigureUnknown:
        yield error("unknown_measure", at.spot("measure"), measure=target.measure)
    for name, words in (("include", target.include), ("exclude", target.exclude), ("each", target.each)):
        yield from _population(at, name, words)
    if target.part_of is not None and target.part_of not in lines:
        yield error("unknown_line", at.spot("part_of"), line=target.part_of, known=", ".join(lines))
    if (
        target.kind == TargetKind.PERCENT_OF_BASE
        and target.percent
        and target.base
        and target.value is not None
    ):
        exact = Percent.parse(target.percent).of(target.base)
        if target.rounding != "MANUAL":
            made = Rounding(target.rounding).of(exact)  # type: ignore[arg-type] # one of the modes, by its shape
            if made != target.value:
                said = f"{Rounding('HALF_UP', 2).of(exact).normalize():f}"
                yield error("formula_differs", at.spot("value"), value=target.value, exact=said, made=made)


def _population(at: Placed[TargetGiven], name: str, given: Words) -> Iterator[Finding]:
    allowed = UNIT if name == "each" else PERSON | UNIT
    for attribute, words in given.items():
        if attribute not in allowed:
            spot = at.spot(name, attribute)
            yield error("unknown_attribute", spot, attribute=attribute, known=", ".join(sorted(allowed)))
            continue
        for word in words:
            if word not in _WORDS[attribute] or word == "other":
                known = ", ".join(one for one in _WORDS[attribute] if one != "other")
                yield error("not_a_word", at.spot(name, attribute), value=word, allowed=known)


def _parts(placed: Placed[PlanGiven]) -> Iterator[Finding]:
    targets = placed.value.targets
    for n, whole in enumerate(targets):
        parts = [
            part
            for part in targets
            if part.part_of == whole.line and part.exclusive and part.value is not None
        ]
        made = sum(part.value or 0 for part in parts)
        if parts and whole.value is not None and made != whole.value:
            said = " + ".join(str(part.value) for part in parts)
            spot = placed.inner(whole, "targets", n).spot("value")
            yield error("parts_do_not_sum", spot, line=whole.line, parts=said, sum=made, value=whole.value)


# Division among units


def _allocations(placed: Placed[PlanGiven], files: Files, units: Units) -> Iterator[Finding]:
    plan = placed.value
    targets = {target.line: target for target in plan.targets}
    given: dict[tuple[str, str], int] = {
        (target.line, plan.unit): target.value for target in plan.targets if target.value is not None
    }
    for n, allocation in enumerate(plan.allocations):
        at = placed.inner(allocation, "allocations", n)
        target = targets.get(allocation.line)
        if target is None:
            yield error("unknown_line", at.spot("line"), line=allocation.line, known=", ".join(targets))
            continue
        if not target.allocable:
            yield error("not_allocable", at.spot("line"), line=allocation.line)
        if allocation.on < plan.issued_on:
            yield error("divided_before_issued", at.spot("on"), on=allocation.on, issued=plan.issued_on)
        rows = [
            row
            for row in files.quotas.values
            if (row.value.plan, row.value.line, row.value.decision)
            == (plan.id, allocation.line, allocation.decision)
        ]
        yield from _shares(at, rows, units)
        yield from _balance(at, rows, given.get((allocation.line, allocation.giver)), files)
        given |= {(allocation.line, row.value.unit): row.value.quota for row in rows}


def _shares(at: Placed[AllocationGiven], rows: list[Placed[QuotaRow]], units: Units) -> Iterator[Finding]:
    giver = at.value.giver
    if giver not in units:
        yield error("unknown_unit", at.spot("giver"), unit=giver)
        return
    if not rows:
        yield error("nothing_divided", at.spot("decision"), decision=at.value.decision)
    for row in rows:
        if row.value.unit in units and units[row.value.unit].parent != giver:
            yield error("not_directly_below", row.spot("unit"), unit=row.value.unit, giver=giver)


def _balance(
    at: Placed[AllocationGiven], rows: list[Placed[QuotaRow]], given: int | None, files: Files
) -> Iterator[Finding]:
    allocation = at.value
    if given is None:
        yield error("nothing_to_divide", at.spot("giver"), giver=allocation.giver, line=allocation.line)
        return
    if files.quotas.lost or not rows:
        return
    allotted = sum(row.value.quota for row in rows)
    over = allocation.over.amount if allocation.over else 0
    difference = allotted + allocation.reserve - given - over
    if difference:
        yield error(
            "out_of_balance",
            at.spot("decision"),
            line=allocation.line,
            given=given,
            allotted=allotted,
            reserve=allocation.reserve,
            over=over,
            difference=f"{difference:+d}",
        )


def _quotas(files: Files, units: Units) -> Iterator[Finding]:
    plans = {placed.value.id: placed.value for placed in files.plans_given}
    seen: dict[tuple[str, str, str, str], Placed[QuotaRow]] = {}
    for placed in files.quotas.values:
        row = placed.value
        before = seen.setdefault((row.plan, row.line, row.decision, row.unit), placed)
        if before is not placed:
            yield error("quota_twice", placed.spot("unit"), unit=row.unit, line=before.row)
        if row.unit not in units and row.unit not in files.units.lost:
            yield error("unknown_unit", placed.spot("unit"), unit=row.unit)
        plan = plans.get(row.plan)
        if plan is None:
            if row.plan not in files.plans_lost:
                yield error("unknown_plan", placed.spot("plan"), plan=row.plan, known=", ".join(plans) or "–")
            continue
        if not any((a.line, a.decision) == (row.line, row.decision) for a in plan.allocations):
            yield error(
                "unknown_decision",
                placed.spot("decision"),
                decision=row.decision,
                line=row.line,
                plan=row.plan,
            )
        if (row.proposed is None) != (row.sent_on is None):
            field = "sent_on" if row.sent_on is None else "proposed"
            yield error("value_missing", placed.spot(field), field=field)
        if row.sent_on is not None and plan.unit_plans_due is None:
            yield error("plans_not_asked", placed.spot("sent_on"), plan=row.plan)
        elif row.sent_on is not None and row.sent_on < plan.issued_on:
            yield error("sent_before_issued", placed.spot("sent_on"), on=row.sent_on, issued=plan.issued_on)


# Class plans


def check_classes(files: Files) -> Iterator[Finding]:
    units = Units(placed.value for placed in files.units.values)
    for placed in files.classes.values:
        yield from _class_lines(placed, units, files.units.lost)


def _class_lines(placed: Placed[Classes], units: Units, lost: frozenset[str]) -> Iterator[Finding]:
    ids: list[str] = []
    years: list[tuple[str, str, int]] = []
    for n, line in enumerate(placed.value.lines):
        at = placed.inner(line, "lines", n)
        if line.id in ids:
            yield error("id_twice", at.spot("id"), id=line.id, line=ids.index(line.id) + 1)
        ids.append(line.id)
        if (line.owner, line.programme, line.year) in years:
            yield error(
                "class_line_twice",
                at.spot("year"),
                owner=line.owner,
                programme=line.programme,
                year=line.year,
            )
        years.append((line.owner, line.programme, line.year))
        if not 0 < line.classes <= line.learners:
            yield error("class_numbers", at.spot("classes"), classes=line.classes, learners=line.learners)
        if line.owner not in units and line.owner not in lost:
            yield error("unknown_unit", at.spot("owner"), unit=line.owner)
        elif line.owner in units and units[line.owner].kind not in OWNERS:
            yield error("class_owner", at.spot("owner"), owner=line.owner, kind=units[line.owner].kind)
