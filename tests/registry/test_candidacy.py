"""A candidacy: introduced, listed, helped, delisted, closed."""

from datetime import date, timedelta
from typing import Any

import pytest

from ketnap.common.decider import Hold, Rejected, Release, held_after
from ketnap.common.occurred import NotYetHappened, OutOfOrder, ReasonNeeded
from ketnap.common.testing import scenario
from ketnap.registry.candidacy import (
    AlreadyListed,
    CandidacyExists,
    CandidacyOver,
    CandidacyUnknown,
    Command,
    Event,
    HelperNotOfficial,
    HelpersNeeded,
    IntroducerUnfit,
    NotHelping,
    NotListed,
    StillListed,
    claims,
    decider,
)
from ketnap.registry.place import CELLS, NotACell, Place
from tests.registry.builders import (
    ANN,
    BAO,
    BEFORE,
    CELL,
    HELPER,
    LONG_AGO,
    ON,
    OTHER_HELPER,
    THE_UNION,
    TODAY,
    UNION,
    candidacy_closed,
    close,
    delist,
    delisted,
    introduce,
    introduced,
    list_sympathiser,
    listed,
    named,
    replace_helper,
    replaced,
)

given = scenario(decider)
DAY = timedelta(days=1)
ON_THE_LIST: list[Event] = [introduced(), listed()]
OFF_THE_LIST: list[Event] = [introduced(), listed(), delisted(on=ON)]
OVER: list[Event] = [introduced(), candidacy_closed()]


def test_a_cell_introduces_somebody() -> None:
    given().when(introduce()).then(introduced(on=ON))


def test_a_mass_organisation_introduces_somebody_to_a_cell() -> None:
    given().when(introduce(introduced_by=THE_UNION)).then(introduced(on=ON, introduced_by=UNION))


@pytest.mark.parametrize(
    "body",
    [Place(unit=UNION, kind="mass_org", lives=False), Place(unit=CELL, kind="cell", lives=True)],
)
def test_no_other_body_introduces(body: Place) -> None:
    given().when(introduce(introduced_by=body)).then_rejected(IntroducerUnfit, on=ON)


@pytest.mark.parametrize("kind", sorted(CELLS))
def test_every_kind_of_cell_considers_candidates(kind: str) -> None:
    given().when(introduce(cell=Place(unit=CELL, kind=kind, lives=True))).then(introduced(on=ON))


@pytest.mark.parametrize(
    "cell",
    [
        *(Place(unit=CELL, kind=kind, lives=True) for kind in ("commune", "section", "mass_org", "school")),
        Place(unit=CELL, kind="cell", lives=False),
    ],
)
def test_nobody_is_introduced_to_what_is_no_living_cell(cell: Place) -> None:
    given().when(introduce(cell=cell)).then_rejected(NotACell, on=ON)


def test_introducing_twice_is_introducing_once() -> None:
    given(introduced()).when(introduce()).then_nothing()


@pytest.mark.parametrize(
    ("before", "command"),
    [([introduced()], introduce(person=BAO)), (ON_THE_LIST, introduce()), (OVER, introduce())],
)
def test_a_candidacy_is_one_introduction(before: list[Event], command: Command) -> None:
    given(*before).when(command).then_rejected(CandidacyExists)


@pytest.mark.parametrize("command", [list_sympathiser(), replace_helper(), delist(), close()])
def test_a_candidacy_never_introduced_is_not_known(command: Command) -> None:
    given().when(command).then_rejected(CandidacyUnknown)


@pytest.mark.parametrize("command", [list_sympathiser(), replace_helper(), delist()])
def test_a_closed_candidacy_is_over(command: Command) -> None:
    given(*OVER).when(command).then_rejected(CandidacyOver)


# The list


def test_a_resolution_puts_a_name_on_the_list_with_one_or_two_helpers() -> None:
    given(introduced()).when(list_sympathiser()).then(listed())
    given(introduced()).when(list_sympathiser(helpers=[HELPER, OTHER_HELPER])).then(
        listed(helpers=[HELPER, OTHER_HELPER])
    )


def test_a_name_taken_off_may_come_back_by_a_new_resolution() -> None:
    given(*OFF_THE_LIST).when(list_sympathiser(resolution="09-NQ/CB", on=TODAY)).then(
        listed(resolution="09-NQ/CB", on=TODAY)
    )


def test_listing_twice_is_listing_once() -> None:
    given(*ON_THE_LIST).when(list_sympathiser()).then_nothing()


def test_other_helpers_are_not_named_by_listing_again() -> None:
    given(*ON_THE_LIST).when(list_sympathiser(helpers=[OTHER_HELPER])).then_rejected(AlreadyListed)


@pytest.mark.parametrize(
    "helpers", [[], [HELPER, HELPER], [HELPER, OTHER_HELPER, named("third")], [ANN], [HELPER, ANN]]
)
def test_one_or_two_others_help(helpers: list[Any]) -> None:  # Any: UUIDs
    officials = frozenset({HELPER, OTHER_HELPER, named("third"), ANN})
    given(introduced()).when(list_sympathiser(helpers=helpers, officials=officials)).then_rejected(
        HelpersNeeded
    )


def test_only_an_official_member_helps() -> None:
    given(introduced()).when(
        list_sympathiser(helpers=[HELPER, OTHER_HELPER], officials=frozenset({HELPER}))
    ).then_rejected(HelperNotOfficial, helper=OTHER_HELPER)


def test_a_helper_is_replaced() -> None:
    given(*ON_THE_LIST).when(replace_helper()).then(replaced())
    two: list[Event] = [introduced(), listed(helpers=[HELPER, named("second")])]
    given(*two).when(replace_helper()).then(replaced())


@pytest.mark.parametrize(
    ("more", "rejection"),
    [
        ({"leaves": OTHER_HELPER}, NotHelping),
        ({"comes": ANN, "officials": frozenset({ANN})}, HelpersNeeded),
        ({"officials": frozenset()}, HelperNotOfficial),
    ],
)
def test_the_new_helper_is_another_official_member(
    more: dict[str, Any],  # Any: fields of the command
    rejection: type[Rejected],
) -> None:
    given(*ON_THE_LIST).when(replace_helper(**more)).then_rejected(rejection)


def test_a_helper_replaced_by_the_same_helper_stays() -> None:
    same = replace_helper(comes=HELPER, officials=frozenset({HELPER}))
    given(*ON_THE_LIST).when(same).then_nothing()


def test_who_helps_already_does_not_come() -> None:
    two: list[Event] = [introduced(), listed(helpers=[HELPER, OTHER_HELPER])]
    given(*two).when(replace_helper()).then_rejected(HelpersNeeded)


def test_a_resolution_takes_a_name_off_the_list() -> None:
    given(*ON_THE_LIST).when(delist()).then(delisted())


def test_taking_off_twice_is_once() -> None:
    given(*OFF_THE_LIST).when(delist()).then_nothing()


@pytest.mark.parametrize("command", [replace_helper(), delist()])
def test_who_is_not_on_the_list_has_no_helper_and_is_not_taken_off(command: Command) -> None:
    given(introduced()).when(command).then_rejected(NotListed)


def test_who_was_taken_off_has_no_helper() -> None:
    given(*OFF_THE_LIST).when(replace_helper()).then_rejected(NotListed)


# The end


@pytest.mark.parametrize("before", [[introduced()], OFF_THE_LIST])
def test_an_introduction_that_comes_to_nothing_is_closed(before: list[Event]) -> None:
    given(*before).when(close()).then(candidacy_closed())


def test_who_is_on_the_list_is_taken_off_by_a_resolution_first() -> None:
    given(*ON_THE_LIST).when(close()).then_rejected(StillListed)


@pytest.mark.parametrize("before", [[introduced()], ON_THE_LIST, OFF_THE_LIST])
def test_what_was_decided_elsewhere_ends_it_whatever_its_day(before: list[Event]) -> None:
    decided = close(because="membership_decided", on=LONG_AGO, by=None)
    given(*before).when(decided).then(candidacy_closed(reason="membership_decided", on=LONG_AGO, by=None))


def test_closing_twice_is_closing_once() -> None:
    given(*OVER).when(close()).then_nothing()


# Days


@pytest.mark.parametrize(
    ("before", "make"),
    [
        ([], introduce),
        ([introduced(on=LONG_AGO)], list_sympathiser),
        ([introduced(on=LONG_AGO), listed(on=LONG_AGO)], replace_helper),
        ([introduced(on=LONG_AGO), listed(on=LONG_AGO)], delist),
        ([introduced(on=LONG_AGO)], close),
    ],
)
def test_every_step_lies_in_the_past_and_says_why_it_comes_late(
    before: list[Event],
    make: Any,  # Any: a builder
) -> None:
    given(*before).when(make(on=TODAY + DAY)).then_rejected(NotYetHappened)
    given(*before).when(make(on=LONG_AGO)).then_rejected(ReasonNeeded)
    [event] = decider.decide(make(on=LONG_AGO, reason="nhập bù"), decider.fold(before))
    assert event.late_reason == "nhập bù"


@pytest.mark.parametrize(
    ("before", "make"),
    [
        ([introduced()], list_sympathiser),
        ([introduced(), listed(on=BEFORE)], replace_helper),
        ([introduced(), listed(on=BEFORE)], delist),
        ([introduced(), listed(on=BEFORE), delisted(on=BEFORE)], list_sympathiser),
        ([introduced()], close),
    ],
)
def test_no_step_comes_before_the_one_it_follows(before: list[Event], make: Any) -> None:  # Any: a builder
    earlier = date(2024, 1, 31)
    given(*before).when(make(on=earlier, reason="nhập bù")).then_rejected(OutOfOrder, after=BEFORE)


# What it holds


def test_a_person_has_one_open_candidacy_and_none_when_off_the_list() -> None:
    mine, gone = Hold(kind="open-candidacy", value=str(ANN)), Release(kind="open-candidacy")
    back: list[Event] = [*OFF_THE_LIST, listed(on=TODAY)]

    assert held_after(claims, [*ON_THE_LIST, replaced()]) == ([mine], [])
    assert held_after(claims, OFF_THE_LIST) == ([], [gone])
    assert held_after(claims, back) == ([mine], [gone])
    assert held_after(claims, OVER) == ([], [gone])
