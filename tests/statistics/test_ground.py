"""Three views of a tree that turns: the parts of the rows add up to the whole, and the whole of all is everything."""

from collections import Counter
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from ketnap.contracts.fact import Fact
from ketnap.contracts.registry import (
    Hierarchy,
    Sector,
    UnitFounded,
    UnitKind,
    UnitMoved,
    UnitReclassified,
    UnitsMerged,
)
from ketnap.statistics.ground import Ground, Place, Seen, TreeView
from ketnap.statistics.population import EVERYBODY, Population
from tests.statistics.histories import SOME

ROOT, AN, BINH, PHONG, THANG = (UUID(int=n) for n in range(1, 6))
SINCE, UNTIL = date(2024, 1, 1), date(2024, 12, 31)
MERGED = date(2024, 7, 1)
VIEWS = list(TreeView)
HAPPENED = st.tuples(st.integers(0, 40), st.integers(0, 365))


def founded(
    unit: UUID,
    parent: UUID | None,
    kind: UnitKind = UnitKind.COMMUNE,
    on: date = date(2000, 1, 1),
    sector: Sector | None = None,
) -> UnitFounded:
    return UnitFounded(
        unit=unit,
        kind=kind,
        hierarchy=Hierarchy.PARTY,
        parent=parent,
        code=f"{unit.int:06d}",
        name=f"Đơn vị {unit.int}",
        on=on,
        sector=sector,
    )


def cell(n: int) -> UUID:
    return UUID(int=100 + n)


def ground(seen: Seen, unit: UUID, view: TreeView, day: date = UNTIL, within: UUID | None = None) -> Ground:
    return seen.ground(Place(unit=unit, day=day, view=view, since=SINCE, until=UNTIL, within=within))


def by_row(
    here: Ground, happened: list[tuple[UUID, date]], population: Population = EVERYBODY
) -> Counter[UUID | None]:
    spans = here.spans(population, stock=False)
    rows = (spans.row(unit, on) for unit, on in happened)
    return Counter(row[0] for row in rows if row is not None)


@st.composite
def turning(draw: DrawFn) -> list[Fact]:
    """Communes with cells, of which some move, some merge, some change their sector, all on days of the year."""
    communes = [UUID(int=10 + n) for n in range(draw(st.integers(2, 5)))]
    cells = [cell(n) for n in range(draw(st.integers(1, 8)))]
    told: list[Fact] = [founded(ROOT, None, UnitKind.PROVINCE)]
    told += [founded(commune, ROOT) for commune in communes]
    told += [
        founded(one, draw(st.sampled_from(communes)), UnitKind.CELL, sector=Sector.RESIDENTIAL)
        for one in cells
    ]
    living = set(communes)
    for n, day in enumerate(sorted(draw(st.lists(st.integers(1, 300), max_size=6)))):
        on = SINCE + timedelta(days=day)
        match draw(st.sampled_from(["move", "merge", "reclassify"])):
            case "move":
                told.append(
                    UnitMoved(
                        unit=draw(st.sampled_from(cells)), parent=draw(st.sampled_from(sorted(living))), on=on
                    )
                )
            case "merge" if len(living) > 1:
                gone = draw(st.lists(st.sampled_from(sorted(living)), min_size=1, max_size=2, unique=True))
                new = UUID(int=50 + n)
                told += [founded(new, ROOT, on=on), UnitsMerged(into=new, predecessors=gone, on=on)]
                living = (living - set(gone)) | {new}
            case _:
                one = draw(st.sampled_from(cells))
                told.append(UnitReclassified(unit=one, sector=draw(st.sampled_from(Sector)), on=on))
    return told


def in_cells(told: list[Fact], drawn: list[tuple[int, int]]) -> list[tuple[UUID, date]]:
    cells = [fact.unit for fact in told if isinstance(fact, UnitFounded) and fact.kind == UnitKind.CELL]
    return [(cells[which % len(cells)], SINCE + timedelta(days=day)) for which, day in drawn]


@SOME
@given(turning(), st.lists(HAPPENED, max_size=30), st.integers(0, 365))
def test_at_the_root_every_view_counts_everything_exactly_once(
    told: list[Fact], drawn: list[tuple[int, int]], day: int
) -> None:
    seen, happened = Seen(told), in_cells(told, drawn)
    for view in VIEWS:
        here = ground(seen, ROOT, view, SINCE + timedelta(days=day))
        found = by_row(here, happened)
        assert sum(found.values()) == len(happened)
        assert set(found) <= {None, *here.rows}
        assert view is TreeView.RESTATED or None not in found


@SOME
@given(turning(), st.lists(HAPPENED, max_size=30), st.integers(0, 365))
def test_on_the_tree_of_a_day_a_row_has_what_its_successors_and_cells_of_that_day_brought(
    told: list[Fact], drawn: list[tuple[int, int]], day: int
) -> None:
    seen, happened, on = Seen(told), in_cells(told, drawn), SINCE + timedelta(days=day)
    expected = Counter(seen.tree.chain(unit, on)[-2] for unit, _ in happened)
    here = ground(seen, ROOT, TreeView.TREE_OF_DAY, on)
    assert by_row(here, happened) == expected
    for row in here.rows:
        assert sum(by_row(ground(seen, row, TreeView.TREE_OF_DAY, on), happened).values()) == expected[row]
        assert sum(by_row(ground(seen, row, TreeView.RESTATED, on), happened).values()) == expected[row]


@SOME
@given(turning(), st.lists(HAPPENED, max_size=30))
def test_on_the_tree_of_its_day_a_row_has_what_happened_while_it_was_one(
    told: list[Fact], drawn: list[tuple[int, int]]
) -> None:
    seen, happened = Seen(told), in_cells(told, drawn)
    here = ground(seen, ROOT, TreeView.TREE_OF_ITS_DAY)
    expected = Counter(seen.tree.chain(unit, on)[-2] for unit, on in happened)
    assert by_row(here, happened) == expected
    for row in here.rows:
        part = ground(seen, row, TreeView.TREE_OF_ITS_DAY, within=ROOT)
        assert sum(by_row(part, happened).values()) == expected[row]


@SOME
@given(turning(), st.lists(HAPPENED, max_size=30), st.sampled_from(Sector))
def test_who_is_narrowed_to_a_kind_of_unit_and_to_all_others_adds_up_to_everybody(
    told: list[Fact], drawn: list[tuple[int, int]], sector: Sector
) -> None:
    seen, happened = Seen(told), in_cells(told, drawn)
    of_kind = Population(include={"unit_sector": [sector]}, exclude={})
    others = Population(include={}, exclude={"unit_sector": [sector]})
    for view in VIEWS:
        here = ground(seen, ROOT, view)
        assert by_row(here, happened, of_kind) + by_row(here, happened, others) == by_row(here, happened)


# -- The merger of 1 July


TOLD: list[Fact] = [
    founded(ROOT, None, UnitKind.PROVINCE),
    *(founded(unit, ROOT) for unit in (AN, BINH, PHONG)),
    *(founded(cell(n), parent, UnitKind.CELL) for n, parent in enumerate((AN, AN, BINH, BINH, PHONG))),
    founded(THANG, ROOT, on=MERGED),
    *(UnitMoved(unit=cell(n), parent=THANG, on=MERGED) for n in (0, 1, 2)),
    UnitMoved(unit=cell(3), parent=PHONG, on=MERGED),
    UnitsMerged(into=THANG, predecessors=[AN, BINH], on=MERGED),
]
BEFORE, AFTER = date(2024, 6, 30), MERGED
BOTH = [(cell(n), on) for n in range(5) for on in (BEFORE, AFTER)]


@pytest.mark.parametrize(
    ("view", "day", "rows"),
    [
        (TreeView.TREE_OF_ITS_DAY, UNTIL, {AN: 2, BINH: 2, THANG: 3, PHONG: 3}),
        (TreeView.TREE_OF_DAY, UNTIL, {THANG: 6, PHONG: 4}),
        (TreeView.TREE_OF_DAY, BEFORE, {AN: 4, BINH: 4, PHONG: 2}),
        (TreeView.RESTATED, UNTIL, {None: 10}),
    ],
)
def test_a_merger_divides_the_same_ten_differently(
    view: TreeView, day: date, rows: dict[UUID | None, int]
) -> None:
    assert by_row(ground(Seen(TOLD), ROOT, view, day), BOTH) == rows


def test_who_took_over_has_the_past_of_its_cells_and_its_own_days_alone() -> None:
    seen = Seen(TOLD)
    assert sum(by_row(ground(seen, THANG, TreeView.TREE_OF_DAY), BOTH).values()) == 6
    assert sum(by_row(ground(seen, THANG, TreeView.TREE_OF_ITS_DAY), BOTH).values()) == 3


def test_what_happened_in_a_unit_itself_goes_to_its_successor() -> None:
    """Of a commune's own: no cell that could move took it along."""
    seen, own = Seen(TOLD), [(AN, BEFORE)]
    assert by_row(ground(seen, ROOT, TreeView.TREE_OF_DAY), own) == {THANG: 1}
    assert by_row(ground(seen, ROOT, TreeView.TREE_OF_ITS_DAY), own) == {AN: 1}
    assert by_row(ground(seen, THANG, TreeView.TREE_OF_DAY), own) == {None: 1}


def test_a_row_that_has_ended_stands_behind_the_living() -> None:
    here = ground(Seen(TOLD), ROOT, TreeView.TREE_OF_ITS_DAY)
    assert here.rows == [PHONG, THANG, AN, BINH]
    assert ground(Seen(TOLD), ROOT, TreeView.TREE_OF_DAY).rows == [PHONG, THANG]
    assert ground(Seen(TOLD), ROOT, TreeView.RESTATED).rows == []


def test_a_stock_stands_on_the_tree_of_the_day_in_every_view() -> None:
    for view in (TreeView.TREE_OF_ITS_DAY, TreeView.TREE_OF_DAY):
        spans = ground(Seen(TOLD), ROOT, view).spans(EVERYBODY, stock=True)
        assert {spans.row(cell(n), BEFORE) for n in range(3)} == {(THANG,)}
        assert {spans.row(cell(n), BEFORE) for n in (3, 4)} == {(PHONG,)}
