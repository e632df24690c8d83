"""What must hold of organisations, their changes, rolls and instruments."""

from collections.abc import Iterator, Sequence
from datetime import date

from ketnap.contracts.registry import Hierarchy, UnitKind
from ketnap.packs.findings import Finding, Spot, error, note
from ketnap.packs.folder import Files
from ketnap.packs.reading import Placed
from ketnap.packs.shape import ChangeRow, InstrumentRow, Province, UnitRow
from ketnap.packs.units import CELLS, Units

FEWEST = 3  # official members without whom a cell cannot vote: Charter, Art. 24(1)


def check_units(files: Files, province: Placed[Province] | None) -> Iterator[Finding]:
    rows = files.units.values
    units = Units(placed.value for placed in rows)
    known = frozenset(units.by_code) | files.units.lost
    opens_on = province.value.opens_on if province else None
    yield from _codes(rows)
    for placed in rows:
        yield from _place_in_tree(placed, units, known)
        yield from _institution(placed, units, known)
        yield from _roll(placed, opens_on)
    yield from _circles(rows, units)
    yield from _names(rows)
    if province is not None:
        yield from _root(province, units, known)


def _codes(rows: Sequence[Placed[UnitRow]]) -> Iterator[Finding]:
    first: dict[str, Placed[UnitRow]] = {}
    for placed in rows:
        before = first.setdefault(placed.value.code, placed)
        if before is not placed:
            yield error("code_twice", placed.spot("code"), code=placed.value.code, line=before.row)


def _place_in_tree(placed: Placed[UnitRow], units: Units, known: frozenset[str]) -> Iterator[Finding]:
    row = placed.value
    if row.hierarchy == Hierarchy.NONE:
        if row.parent is not None:
            yield error("outside_has_parent", placed.spot("parent"), code=row.code)
        return
    if (row.kind == UnitKind.MASS_ORG) != (row.hierarchy == Hierarchy.MASS):
        yield error(
            "kind_of_other_hierarchy", placed.spot("hierarchy"), kind=row.kind, hierarchy=row.hierarchy
        )
    if row.parent is None:
        return
    if row.parent not in known:
        yield error("unknown_parent", placed.spot("parent"), parent=row.parent)
    elif row.parent in units:
        parent = units[row.parent]
        if parent.hierarchy != row.hierarchy:
            yield error("parent_of_other_hierarchy", placed.spot("parent"), parent=parent.code)
        elif parent.kind in CELLS:
            yield error("parent_is_cell", placed.spot("parent"), parent=parent.code)
        if row.since < parent.since:
            yield error(
                "begins_before_parent",
                placed.spot("from"),
                code=row.code,
                parent=parent.code,
                since=parent.since,
            )


def _institution(placed: Placed[UnitRow], units: Units, known: frozenset[str]) -> Iterator[Finding]:
    code = placed.value.institution
    if code is None:
        return
    if code not in known:
        yield error("unknown_institution", placed.spot("institution"), institution=code)
    elif code in units and units[code].hierarchy != Hierarchy.NONE:
        yield error("institution_in_tree", placed.spot("institution"), institution=code)
    elif code in units and units[code].since > placed.value.since:
        yield error(
            "institution_later", placed.spot("institution"), institution=code, since=units[code].since
        )


def _roll(placed: Placed[UnitRow], opens_on: date | None) -> Iterator[Finding]:
    row = placed.value
    numbers = (row.official, row.probationary, row.roll_on)
    if row.kind not in CELLS:
        if any(number is not None for number in numbers):
            yield error("roll_without_cell", placed.spot("official"), code=row.code, kind=row.kind)
        return
    if row.official is None or row.roll_on is None:
        yield error("cell_without_roll", placed.spot("official"), code=row.code)
        return
    if row.roll_on < row.since:
        yield error("roll_before_cell", placed.spot("roll_on"), on=row.roll_on, since=row.since)
    if opens_on is not None and row.roll_on > opens_on:
        yield error("roll_after_opening", placed.spot("roll_on"), on=row.roll_on, opens_on=opens_on)
    if row.official < FEWEST:
        yield note("cell_too_small", placed.spot("official"), code=row.code, official=row.official)


def _circles(rows: Sequence[Placed[UnitRow]], units: Units) -> Iterator[Finding]:
    for placed in rows:
        chain = units.chain(placed.value.code)
        above = units[chain[-1]].parent if chain else None
        if above is not None and above in units and above == placed.value.code:
            yield error("circle", placed.spot("parent"), chain=" → ".join([*chain, above]))


def _names(rows: Sequence[Placed[UnitRow]]) -> Iterator[Finding]:
    first: dict[tuple[str | None, str], Placed[UnitRow]] = {}
    for placed in rows:
        before = first.setdefault((placed.value.parent, placed.value.name), placed)
        if before is not placed and before.value.code != placed.value.code:
            yield note("name_twice", placed.spot("name"), name=placed.value.name, line=before.row)


def _root(province: Placed[Province], units: Units, known: frozenset[str]) -> Iterator[Finding]:
    root, issuer = province.value.root, province.value.issuer
    roots = [row.code for row in units if row.hierarchy == Hierarchy.PARTY and row.parent is None]
    if root not in known:
        yield error("unknown_unit", province.spot("root"), unit=root)
    elif root in units and units[root].parent is not None:
        yield error("root_has_parent", province.spot("root"), root=root)
    for other in roots:
        if other != root:
            yield error("second_root", province.spot("root"), root=root, other=other)
    if issuer not in known:
        yield error("unknown_unit", province.spot("issuer"), unit=issuer)
    elif issuer in units and root in units and root not in units.chain(issuer):
        yield error("issuer_elsewhere", province.spot("issuer"), issuer=issuer, root=root)


# Changes and instruments

_NEEDED: dict[str, tuple[str, ...]] = {"rename": ("name",), "move": ("parent",), "merge": ("into",)}


def check_changes(files: Files) -> Iterator[Finding]:
    units = Units(placed.value for placed in files.units.values)
    known = frozenset(units.by_code) | files.units.lost
    for placed in files.changes.values:
        yield from _change(placed, units, known)
    ended: dict[str, Placed[ChangeRow]] = {}
    for placed in files.changes.values:
        if placed.value.change == "merge" and ended.setdefault(placed.value.unit, placed) is not placed:
            yield error("merged_twice", placed.spot("unit"), unit=placed.value.unit)


def _change(placed: Placed[ChangeRow], units: Units, known: frozenset[str]) -> Iterator[Finding]:
    row = placed.value
    for field in _NEEDED.get(row.change, ()):
        if getattr(row, field) is None:
            yield error("change_lacks", placed.spot(field), change=row.change, field=field)
    if row.change == "reclassify" and row.sector is None and row.school_level is None:
        yield error("change_lacks", placed.spot("sector"), change=row.change, field="sector, school_level")
    for field, code in (("unit", row.unit), ("parent", row.parent), ("into", row.into)):
        if code is not None and code not in known:
            yield error("unknown_unit", placed.spot(field), unit=code)
    if row.unit in units and row.on < units[row.unit].since:
        yield error("change_before_founding", placed.spot("on"), on=row.on, since=units[row.unit].since)
    if row.change == "merge" and row.into is not None and row.unit in units and row.into in units:
        if row.into == row.unit:
            yield error("merged_into_itself", placed.spot("into"), unit=row.unit)
        elif units[row.unit].hierarchy != units[row.into].hierarchy:
            yield error("parent_of_other_hierarchy", placed.spot("into"), parent=row.into)


def check_instruments(files: Files) -> Iterator[Finding]:
    first: dict[str, Placed[InstrumentRow]] = {}
    keys: dict[str, Placed[InstrumentRow]] = {}
    for placed in files.instruments.values:
        before = first.setdefault(placed.value.id, placed)
        if before is not placed:
            yield error("id_twice", placed.spot("id"), id=placed.value.id, line=before.row)
        same = keys.setdefault(placed.value.key, placed)
        if same is not placed:
            yield error("instrument_twice", placed.spot("number"), key=placed.value.key, line=same.row)
    known = frozenset(first) | files.instruments.lost
    for placed in files.instruments.values:
        for cited in placed.value.cites:
            if cited not in known:
                yield error("unknown_instrument", placed.spot("cites"), instrument=cited)
    for name, spot in _named(files):
        if name not in known:
            yield error("unknown_instrument", spot, instrument=name)


def _named(files: Files) -> Iterator[tuple[str, Spot]]:
    """Every instrument that something in the pack refers to."""
    for unit in files.units.values:
        if unit.value.instrument:
            yield unit.value.instrument, unit.spot("instrument")
    for change in files.changes.values:
        if change.value.instrument:
            yield change.value.instrument, change.spot("instrument")
    for plan in files.plans_given:
        yield plan.value.instrument, plan.spot("instrument")
        for n, target in enumerate(plan.value.targets):
            for m, basis in enumerate(target.bases):
                yield basis.instrument, plan.spot("targets", n, "bases", m, "instrument")
    for classes in files.classes.values:
        for n, line in enumerate(classes.value.lines):
            if line.instrument:
                yield line.instrument, classes.spot("lines", n, "instrument")
