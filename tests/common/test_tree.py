"""Organisations through time: what lies under a unit on a day, who took over, and what lay there when."""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ketnap.common.tree import NEVER, Tree
from ketnap.contracts.fact import Fact
from ketnap.contracts.registry import (
    Hierarchy,
    Sector,
    UnitFounded,
    UnitKind,
    UnitMoved,
    UnitReclassified,
    UnitRenamed,
    UnitsMerged,
)

START = date(2020, 1, 1)


def day(n: int) -> date:
    return START + timedelta(days=n)


def unit(n: int) -> UUID:
    return UUID(int=n + 1)


def founded(n: int, parent: int | None, on: int = 0, **more: object) -> UnitFounded:
    return UnitFounded.model_validate(
        {
            "unit": unit(n),
            "kind": UnitKind.CELL,
            "hierarchy": Hierarchy.PARTY,
            "parent": None if parent is None else unit(parent),
            "code": f"{n:03}",
            "name": f"unit {n}",
            "on": day(on),
            **more,
        }
    )


def moved(n: int, parent: int, on: int) -> UnitMoved:
    return UnitMoved(unit=unit(n), parent=unit(parent), on=day(on))


def merged(into: int, predecessors: Sequence[int], on: int) -> UnitsMerged:
    return UnitsMerged(into=unit(into), predecessors=[unit(n) for n in predecessors], on=day(on))


def ids(*numbers: int) -> set[UUID]:
    return {unit(n) for n in numbers}


PROVINCE, NORTH, SOUTH, CELL, OTHER = range(5)
GROUND = [founded(PROVINCE, None), founded(NORTH, PROVINCE), founded(SOUTH, PROVINCE), founded(CELL, NORTH)]


def test_a_unit_that_moved_lies_where_it_lay_on_each_day() -> None:
    tree = Tree([*GROUND, moved(CELL, SOUTH, 10)])

    assert tree.subtree(unit(NORTH), day(9)) == ids(NORTH, CELL)
    assert tree.subtree(unit(NORTH), day(10)) == ids(NORTH)
    assert tree.children(unit(SOUTH), day(10)) == [unit(CELL)]
    assert tree.chain(unit(CELL), day(9)) == [unit(CELL), unit(NORTH), unit(PROVINCE)]


def test_a_move_told_late_counts_from_its_own_day() -> None:
    tree = Tree([*GROUND, moved(CELL, SOUTH, 20), moved(CELL, PROVINCE, 10)])

    assert [tree.above(unit(CELL), day(n)) for n in (9, 10, 19, 20)] == [
        unit(NORTH),
        unit(PROVINCE),
        unit(PROVINCE),
        unit(SOUTH),
    ]


def test_of_two_words_for_one_day_the_later_counts() -> None:
    tree = Tree([*GROUND, moved(CELL, SOUTH, 10), moved(CELL, PROVINCE, 10)])

    assert tree.above(unit(CELL), day(10)) == unit(PROVINCE)


def test_who_takes_over_covers_its_predecessors_and_what_lay_under_them() -> None:
    tree = Tree([*GROUND, merged(SOUTH, [NORTH], 10)])

    assert tree.covers(unit(SOUTH), unit(NORTH), day(10))
    assert tree.covers(unit(SOUTH), unit(CELL), day(10))
    assert not tree.covers(unit(SOUTH), unit(CELL), day(9))
    assert tree.subtree(unit(SOUTH), day(10)) == ids(SOUTH, NORTH, CELL)
    assert tree.children(unit(SOUTH), day(10)) == [unit(CELL)]
    assert tree.parents(unit(CELL), day(10)) == [unit(SOUTH), unit(PROVINCE)]
    assert tree.history(unit(SOUTH)) == [unit(SOUTH), unit(NORTH)]


def test_names_and_sectors_are_dated() -> None:
    tree = Tree(
        [
            *GROUND,
            UnitRenamed(unit=unit(CELL), name="later", on=day(10)),
            UnitReclassified(unit=unit(CELL), sector=Sector.AGENCY, on=day(5)),
        ]
    )
    cell = tree.units[unit(CELL)]

    assert [cell.name(day(n)) for n in (-1, 9, 10)] == ["unit 3", "unit 3", "later"]
    assert [cell.classified(day(n)).sector for n in (4, 5)] == [None, Sector.AGENCY]
    assert cell.name() == "later"


def test_a_fact_about_a_unit_that_nobody_founded_is_an_error_and_changes_nothing() -> None:
    tree = Tree(GROUND)

    with pytest.raises(KeyError):
        tree.apply(merged(SOUTH, [NORTH, OTHER], 10))

    assert tree.units[unit(NORTH)].ended_on is None
    assert tree.units[unit(SOUTH)].predecessors == []


def test_units_that_stand_in_a_circle_end_no_question() -> None:
    tree = Tree(
        [*GROUND, moved(NORTH, CELL, 10), merged(SOUTH, [PROVINCE], 20), merged(PROVINCE, [SOUTH], 20)]
    )

    assert tree.chain(unit(CELL), day(10)) == [unit(CELL), unit(NORTH)]
    assert tree.subtree(unit(NORTH), day(10)) == ids(NORTH, CELL)
    assert tree.history(unit(SOUTH)) == [unit(SOUTH), unit(PROVINCE)]
    assert tree.contemporary(unit(NORTH))


# -- Any history


@st.composite
def histories(draw: st.DrawFn) -> list[Fact]:
    """Units founded under earlier ones, moved about without circles, merged into living ones."""
    count = draw(st.integers(2, 9))
    facts: list[Fact] = [founded(0, None)]
    facts += [founded(n, draw(st.integers(0, n - 1)), draw(st.integers(0, 3))) for n in range(1, count)]
    ended: set[int] = set()
    for on in sorted(draw(st.lists(st.integers(4, 30), max_size=8))):
        living = [n for n in range(count) if n not in ended]
        match draw(st.sampled_from(["move", "merge"])):
            case "move" if len(living) > 1:
                n = draw(st.sampled_from(living[1:]))
                facts.append(moved(n, draw(st.sampled_from([m for m in living if m < n])), on))
            case "merge" if len(living) > 2:
                n = draw(st.sampled_from(living[1:]))
                into = draw(st.sampled_from([m for m in living if m < n and m != n]))
                facts.append(merged(into, [n], on))
                ended.add(n)
    return facts


DAYS = st.integers(-2, 35).map(day)


@given(histories(), DAYS)
def test_the_children_of_a_unit_share_out_what_lies_under_it(facts: list[Fact], on: date) -> None:
    tree = Tree(facts)
    for parent in (other for other in tree.units if tree.units[other].lives(on)):
        whole = tree.subtree(parent, on)
        shares = [tree.subtree(child, on) for child in tree.children(parent, on)]
        own = whole - frozenset().union(*shares)
        assert sum(map(len, shares)) + len(own) == len(whole)
        for other in own - {parent}:
            assert not tree.units[other].lives(on)


@given(histories(), DAYS)
def test_a_subtree_is_everything_whose_chain_passes_the_unit(facts: list[Fact], on: date) -> None:
    tree = Tree(facts)
    there = {other for other in tree.units if tree.units[other].founded_on <= on}
    for top in there:
        assert tree.subtree(top, on) == {other for other in there if top in tree.chain(other, on)}
        assert all(tree.covers(top, other, on) for other in tree.subtree(top, on))


@given(histories())
def test_every_unit_lies_under_the_root_all_its_life(facts: list[Fact]) -> None:
    tree = Tree(facts)

    spans = {span.unit: span for span in tree.contemporary(unit(0))}

    assert set(spans) == {other for other in tree.units if not _stillborn(tree, other)}
    for other, span in spans.items():
        known = tree.units[other]
        assert (span.since, span.until) == (known.founded_on, known.ended_on or NEVER)


def _stillborn(tree: Tree, other: UUID) -> bool:
    known = tree.units[other]
    return known.ended_on is not None and known.ended_on <= known.founded_on


@given(histories(), DAYS)
def test_what_lay_under_a_unit_on_a_day_is_what_the_tree_of_that_day_says(
    facts: list[Fact], on: date
) -> None:
    tree = Tree(facts)
    for top in tree.units:
        by_spans = {s.unit for s in tree.contemporary(top) if s.since <= on < s.until}
        by_tree = {
            other for other in tree.units if tree.units[other].lives(on) and top in tree.chain(other, on)
        }
        assert by_spans == by_tree


@given(histories())
def test_nothing_changes_between_two_turning_days(facts: list[Fact]) -> None:
    turns = Tree(facts).turning_days()
    for n in range(-2, 34):
        one, next_one = Tree(facts), Tree(facts)  # what a tree has been asked it keeps
        if day(n + 1) not in turns:
            for top in one.units:
                assert one.subtree(top, day(n)) == next_one.subtree(top, day(n + 1))
                assert one.children(top, day(n)) == next_one.children(top, day(n + 1))


@given(histories())
def test_a_tree_asked_of_every_day_says_of_each_what_one_says_that_is_asked_of_it_alone(
    facts: list[Fact],
) -> None:
    kept = Tree(facts)
    for n in range(-2, 35):
        alone = Tree(facts)
        for top in alone.units:
            assert kept.subtree(top, day(n)) == alone.subtree(top, day(n))
            assert kept.children(top, day(n)) == alone.children(top, day(n))


@given(histories(), DAYS)
def test_facts_taken_in_one_by_one_make_the_same_tree(facts: list[Fact], on: date) -> None:
    whole, grown = Tree(facts), Tree()
    for fact in facts:
        grown.apply(fact)
        for top in grown.units:
            grown.subtree(top, on)

    for top in whole.units:
        assert whole.subtree(top, on) == grown.subtree(top, on)
        assert whole.children(top, on) == grown.children(top, on)
