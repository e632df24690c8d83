"""A unit: founded, renamed, moved, classified, merged, each on its day."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given as over
from hypothesis import strategies as st

from ketnap.common.decider import Hold, held_after
from ketnap.common.testing import scenario
from ketnap.registry.unit import (
    BeforeFounding,
    CircleInTree,
    Command,
    Event,
    Founded,
    InstitutionUnfit,
    ParentUnfit,
    PredecessorUnfit,
    UnitEnded,
    UnitExists,
    UnitUnknown,
    claims,
    decider,
)
from tests.registry.builders import (
    CELL,
    COMMUNE,
    FACTORY,
    FOUNDED,
    ON,
    PROVINCE,
    TODAY,
    found,
    founded,
    merge,
    merged,
    move,
    moved,
    named,
    neighbour,
    reclassified,
    reclassify,
    rename,
    renamed,
)

given = scenario(decider)
DAY = timedelta(days=1)
A, B = neighbour(named("a")), neighbour(named("b"))
EVERY_CHANGE: list[Any] = [rename, move, reclassify, lambda **more: merge(A, **more)]  # Any: builders


def test_a_unit_is_founded_under_a_living_parent_of_its_hierarchy() -> None:
    given().when(found()).then(founded())


def test_a_root_stands_under_nobody() -> None:
    given().when(found(PROVINCE, kind="province", parent=None)).then(
        founded(PROVINCE, kind="province", parent=None)
    )


@pytest.mark.parametrize("unfit", [{"lives": False}, {"hierarchy": "mass"}])
def test_a_dead_parent_or_one_of_another_hierarchy_is_refused(unfit: dict[str, Any]) -> None:  # Any: fields
    given().when(found(parent=neighbour(**unfit))).then_rejected(ParentUnfit, on=FOUNDED)


def test_an_organisation_gathers_the_people_of_a_living_institution() -> None:
    factory = neighbour(FACTORY, hierarchy="none", above=())
    given().when(found(institution=factory)).then(founded(institution=FACTORY))


@pytest.mark.parametrize("unfit", [{"lives": False, "hierarchy": "none"}, {"hierarchy": "party"}])
def test_a_closed_employer_or_a_cell_is_no_institution(unfit: dict[str, Any]) -> None:  # Any: fields
    given().when(found(institution=neighbour(FACTORY, **unfit))).then_rejected(InstitutionUnfit)


def test_founding_twice_is_founding_once() -> None:
    given(founded()).when(found()).then_nothing()
    given(founded(), renamed()).when(found()).then_nothing()


@pytest.mark.parametrize("other", [{"name": "Chi bộ khác"}, {"on": ON}])
def test_a_unit_founded_otherwise_exists(other: dict[str, Any]) -> None:  # Any: fields
    given(founded()).when(found(**other)).then_rejected(UnitExists)


@pytest.mark.parametrize("command", [rename(), move(), reclassify(), merge(A)])
def test_a_unit_never_founded_is_not_known(command: Command) -> None:
    given().when(command).then_rejected(UnitUnknown)


@pytest.mark.parametrize("change", EVERY_CHANGE)
def test_nothing_changes_before_the_founding(change: Any) -> None:  # Any: a builder
    given(founded(on=ON)).when(change(on=ON - DAY)).then_rejected(BeforeFounding, founded_on=ON)


@pytest.mark.parametrize("change", EVERY_CHANGE)
def test_nothing_changes_after_the_end(change: Any) -> None:  # Any: a builder
    given(founded()).when(change(lives=False)).then_rejected(UnitEnded, on=ON)


def test_a_unit_bears_another_name_from_a_day_on() -> None:
    given(founded()).when(rename()).then(renamed())


def test_a_unit_stands_under_another_parent_from_a_day_on() -> None:
    given(founded()).when(move()).then(moved())


def test_a_unit_is_of_another_sector_from_a_day_on() -> None:
    given(founded()).when(reclassify()).then(reclassified())


@pytest.mark.parametrize(
    "same",
    [
        rename(name="Chi bộ thôn Bình Minh", on=FOUNDED),
        move(parent=neighbour(COMMUNE), on=FOUNDED),
        reclassify(sector="residential", on=FOUNDED),
    ],
)
def test_what_was_said_of_that_day_already_is_no_change(same: Command) -> None:
    given(founded()).when(same).then_nothing()


def test_what_held_once_may_hold_again() -> None:
    given(founded(), renamed(on=ON)).when(rename(name="Chi bộ thôn Bình Minh", on=TODAY)).then(
        renamed(name="Chi bộ thôn Bình Minh", on=TODAY)
    )
    given(founded(), moved(on=ON)).when(move(parent=neighbour(COMMUNE), on=TODAY)).then(
        moved(parent=COMMUNE, on=TODAY)
    )
    given(founded(), reclassified(on=ON)).when(reclassify(sector="residential", on=TODAY)).then(
        reclassified(sector="residential", on=TODAY)
    )


def test_a_later_word_about_a_day_counts() -> None:
    given(founded(), renamed(name="X")).when(rename(name="Y")).then(renamed(name="Y"))


@pytest.mark.parametrize("parent", [neighbour(CELL), neighbour(named("below"), above=(CELL, COMMUNE))])
def test_a_unit_is_not_put_under_itself(parent: Any) -> None:  # Any: a neighbour
    given(founded()).when(move(parent=parent)).then_rejected(CircleInTree)


@pytest.mark.parametrize("unfit", [{"lives": False}, {"hierarchy": "mass"}])
def test_nor_under_a_dead_unit_or_one_of_another_hierarchy(unfit: dict[str, Any]) -> None:  # Any: fields
    given(founded()).when(move(parent=neighbour(named("other"), **unfit))).then_rejected(ParentUnfit)


def test_a_unit_takes_over_others() -> None:
    given(founded()).when(merge(A, B)).then(merged(A.unit, B.unit))


def test_what_was_taken_over_is_not_taken_over_again() -> None:
    given(founded(), merged(A.unit, B.unit)).when(merge(B)).then_nothing()
    given(founded(), merged(A.unit)).when(merge(A, B)).then(merged(B.unit))


def test_a_predecessor_named_twice_is_one() -> None:
    given(founded()).when(merge(A, A)).then(merged(A.unit))


@pytest.mark.parametrize(
    "predecessors",
    [
        [],
        [neighbour(CELL)],
        [A, neighbour(named("b"), lives=False)],
        [A, neighbour(named("b"), hierarchy="mass")],
        [neighbour(named("heir"), took_over=(CELL,))],
    ],
)
def test_only_other_living_units_of_its_hierarchy_are_taken_over(
    predecessors: list[Any],
) -> None:  # Any: neighbours
    given(founded()).when(merge(*predecessors)).then_rejected(PredecessorUnfit, on=ON)


def test_a_code_is_held_in_its_hierarchy_and_an_end_by_one_successor() -> None:
    story: list[Event] = [founded(), renamed(), moved(), reclassified(), merged(A.unit, B.unit)]

    assert held_after(claims, story) == (
        [
            Hold(kind="unit-code", value="party/02.001"),
            Hold(kind="unit-ended", value=str(A.unit)),
            Hold(kind="unit-ended", value=str(B.unit)),
        ],
        [],
    )


@pytest.mark.parametrize(
    ("hierarchy", "parent", "is_root"),
    [("party", None, True), ("party", COMMUNE, False), ("mass", None, False)],
)
def test_the_party_hierarchy_has_one_root(
    hierarchy: str, parent: Any, is_root: bool
) -> None:  # Any: UUID | None
    story: list[Event] = [founded(hierarchy=hierarchy, parent=parent)]
    holds, _ = held_after(claims, story)

    assert (Hold(kind="party-root", value="party") in holds) is is_root


DAYS = st.dates(date(2020, 1, 1), date(2026, 1, 1))


@over(st.lists(st.tuples(DAYS, st.sampled_from("ABC")), max_size=12), DAYS)
def test_however_names_are_dated_each_day_has_the_name_last_given_to_the_nearest_day(
    given_names: list[tuple[date, str]], day: date
) -> None:
    happened: list[Event] = [founded(on=date(2020, 1, 1), name="0")]
    said = {date(2020, 1, 1): "0"}
    for on, name in given_names:
        state = decider.fold(happened)
        happened += decider.decide(rename(name=name, on=on), state)
        said[on] = name

    state = decider.fold(happened)
    assert isinstance(state, Founded)
    at = max(on for on in state.names if on <= day)
    assert state.names[at] == said[max(on for on in said if on <= day)]
