"""What must hold of a simulation: its words, its days, and numbers that do not contradict each other."""

import calendar
from collections.abc import Iterator

from ketnap.contracts.registry import Hierarchy, Occupation, UnitKind
from ketnap.packs.findings import Finding, error
from ketnap.packs.folder import Files
from ketnap.packs.reading import Placed
from ketnap.packs.shape import Admissions, Category, Province, ResultRow, Simulation
from ketnap.packs.units import CELLS, Units
from ketnap.rules.rounding import Percent
from ketnap.training.course import OWNERS

YOUNGEST, OLDEST = 18, 60
LEAP = 2024


def check_simulation(files: Files, province: Placed[Province] | None) -> Iterator[Finding]:
    units = Units(placed.value for placed in files.units.values)
    for placed in files.simulation.values:
        yield from _frame(placed, province, files, units)
        for n, category in enumerate(placed.value.categories):
            yield from _category(placed.inner(category, "categories", n), units, files.units.lost)
        yield from _twice(placed)
        yield from _admissions(placed, province)
        yield from _courses(placed, files, units)
        yield from _days(placed, units)
        yield from _results(placed, files, units)
    if files.results.values and not files.simulation.values and not files.simulation.findings:
        yield error("results_without_simulation", files.results.values[0].spot())


def _frame(
    placed: Placed[Simulation], province: Placed[Province] | None, files: Files, units: Units
) -> Iterator[Finding]:
    given = placed.value
    if province is not None and given.until.date() <= province.value.opens_on:
        yield error(
            "ends_before_opening", placed.spot("until"), until=given.until, opens_on=province.value.opens_on
        )
    if not given.recording_days:
        yield error("value_missing", placed.spot("recording_days"), field="recording_days")
    if not sum(given.peoples.values()):
        yield error("no_weight", placed.spot("peoples"), field="peoples")
    known = [category.id for category in given.categories]
    for n, introducer in enumerate(given.introducers):
        for unit in (introducer.unit, *introducer.covers):
            if unit not in units and unit not in files.units.lost:
                yield error("unknown_unit", placed.spot("introducers", n), unit=unit)
        if introducer.unit in units and units[introducer.unit].kind != UnitKind.MASS_ORG:
            yield error(
                "not_a_mass_organisation", placed.spot("introducers", n, "unit"), unit=introducer.unit
            )
    for name in given.afterwards.per_month:
        if name not in known:
            spot = placed.spot("afterwards", "per_month", name)
            yield error("unknown_category", spot, category=name, known=", ".join(known))


def _category(at: Placed[Category], units: Units, lost: frozenset[str]) -> Iterator[Finding]:
    category = at.value
    for word in category.occupations:
        if word not in list(Occupation) or word == Occupation.OTHER:
            known = ", ".join(one for one in Occupation if one != Occupation.OTHER)
            yield error("not_a_word", at.spot("occupations", word), value=word, allowed=known)
    for name, weights in (("occupations", category.occupations), ("qualifications", category.qualifications)):
        if not sum(weights.values()):
            yield error("no_weight", at.spot(name), field=name)
    youngest, oldest = category.ages
    if not YOUNGEST <= youngest <= oldest <= OLDEST:
        yield error("ages_wrong", at.spot("ages"), youngest=youngest, oldest=oldest)
    for name in ("women", "minority", "religious"):
        if Percent.parse(getattr(category, name)).value > 100:  # noqa: PLR2004 - the whole, in percent
            yield error("number_out_of_range", at.spot(name), value=getattr(category, name), field=name)
    for unit in category.units:
        if unit not in units and unit not in lost:
            yield error("unknown_unit", at.spot("units"), unit=unit)
    if category.employers and not any(row.hierarchy == Hierarchy.NONE for row in units):
        yield error("no_employers", at.spot("employers"), category=category.id)


def _twice(placed: Placed[Simulation]) -> Iterator[Finding]:
    ids = [category.id for category in placed.value.categories]
    for n, id in enumerate(ids):
        if ids.index(id) != n:
            yield error("id_twice", placed.spot("categories", n, "id"), id=id, line=ids.index(id) + 1)


def _admissions(placed: Placed[Simulation], province: Placed[Province] | None) -> Iterator[Finding]:
    given = placed.value
    known = [category.id for category in given.categories]
    for n, line in enumerate(given.admissions):
        at = placed.inner(line, "admissions", n)
        if line.category not in known:
            yield error(
                "unknown_category", at.spot("category"), category=line.category, known=", ".join(known)
            )
        if line.until < line.since:
            yield error("period_backwards", at.spot("until"), since=line.since, until=line.until)
        if line.until > given.until.date():
            yield error("total_after_end", at.spot("until"), until=line.until, ends=given.until.date())
        if province is not None and line.since < province.value.opens_on:
            yield error(
                "total_before_opening", at.spot("from"), since=line.since, opens_on=province.value.opens_on
            )
        for m, other in enumerate(given.admissions[:n]):
            if other.category == line.category and other.since <= line.until and line.since <= other.until:
                yield error("totals_overlap", at.spot("from"), category=line.category, line=m + 1)


def _courses(placed: Placed[Simulation], files: Files, units: Units) -> Iterator[Finding]:
    lines = {line.id: line for classes in files.classes.values for line in classes.value.lines}
    for n, course in enumerate(placed.value.courses):
        at = placed.inner(course, "courses", n)
        if course.ends_on < course.starts_on:
            yield error("period_backwards", at.spot("ends_on"), since=course.starts_on, until=course.ends_on)
        if course.learners is not None and course.learners > course.seats:
            yield error("too_few_seats", at.spot("learners"), learners=course.learners, seats=course.seats)
        if course.owner not in units and course.owner not in files.units.lost:
            yield error("unknown_unit", at.spot("owner"), unit=course.owner)
        elif course.owner in units and units[course.owner].kind not in OWNERS:
            yield error("class_owner", at.spot("owner"), owner=course.owner, kind=units[course.owner].kind)
        if course.line is not None and course.line not in lines:
            yield error("unknown_line", at.spot("line"), line=course.line, known=", ".join(lines) or "–")
        elif course.line is not None and lines[course.line].programme != course.programme:
            yield error("class_of_other_line", at.spot("line"), line=course.line, programme=course.programme)


def _days(placed: Placed[Simulation], units: Units) -> Iterator[Finding]:
    given = placed.value
    for n, anniversary in enumerate(given.anniversaries):
        month, day = map(int, anniversary.day.split("-"))
        if not 1 <= month <= 12 or not 1 <= day <= calendar.monthrange(LEAP, month)[1]:  # noqa: PLR2004 - months
            yield error("no_such_day", placed.spot("anniversaries", n, "day"), value=anniversary.day)
    known = [category.id for category in given.categories]
    for n, special in enumerate(given.specials):
        at = placed.inner(special, "specials", n)
        if special.unit not in units:
            yield error("unknown_unit", at.spot("unit"), unit=special.unit)
        elif special.kind == "duplicate" and units[special.unit].kind not in CELLS:
            yield error("not_a_cell", at.spot("unit"), unit=special.unit)
        if special.category not in known:
            yield error(
                "unknown_category", at.spot("category"), category=special.category, known=", ".join(known)
            )
        if special.recorded_on < special.held_on and special.kind != "corrected":
            yield error(
                "recorded_before_held", at.spot("recorded_on"), on=special.recorded_on, held=special.held_on
            )
        for field in {"corrected": ("recorded_as", "mended_on"), "duplicate": ("mended_on",)}.get(
            special.kind, ()
        ):
            if getattr(special, field) is None:
                yield error("value_missing", at.spot(field), field=field)
    counted = max((row.roll_on for row in units if row.roll_on), default=None)
    for n, total in enumerate(given.members):
        if counted is not None and total.on < counted:
            yield error("members_before_rolls", placed.spot("members", n, "on"), on=total.on, counted=counted)


def _results(placed: Placed[Simulation], files: Files, units: Units) -> Iterator[Finding]:
    stated = {(line.category, line.since, line.until): line for line in placed.value.admissions}
    sums: dict[tuple[str, object, object], int] = {}
    for row in files.results.values:
        result = row.value
        key = (result.category, result.since, result.until)
        if result.unit not in units and result.unit not in files.units.lost:
            yield error("unknown_unit", row.spot("unit"), unit=result.unit)
        if key not in stated:
            yield error(
                "result_without_total",
                row.spot("category"),
                category=result.category,
                since=result.since,
                until=result.until,
            )
            continue
        sums[key] = sums.get(key, 0) + result.people
        if sums[key] > stated[key].people >= sums[key] - result.people:
            yield error("results_exceed_total", row.spot("people"), **_total(stated[key], sums[key]))
    yield from _results_twice(files)


def _total(line: Admissions, sum: int) -> dict[str, object]:
    return {
        "category": line.category,
        "since": line.since,
        "until": line.until,
        "people": line.people,
        "sum": sum,
    }


def _results_twice(files: Files) -> Iterator[Finding]:
    first: dict[tuple[object, ...], Placed[ResultRow]] = {}
    for row in files.results.values:
        result = row.value
        before = first.setdefault((result.unit, result.category, result.since, result.until), row)
        if before is not row:
            yield error("result_twice", row.spot("unit"), unit=result.unit, line=before.row)
