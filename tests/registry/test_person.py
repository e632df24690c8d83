"""A person: registered, described, corrected, kept, forgotten."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given as over
from hypothesis import strategies as st

from ketnap.common.decider import Hold, Rejected, Release, held_after
from ketnap.common.frozen import FORGOTTEN
from ketnap.common.occurred import NotYetHappened
from ketnap.common.testing import scenario
from ketnap.registry.person import (
    BornInFuture,
    CitizenNumberMalformed,
    Command,
    Event,
    ForgettingNotRequested,
    Gone,
    PersonExists,
    PersonIsForgotten,
    PersonUnknown,
    Registered,
    SecondPersonNeeded,
    UnderLegalHold,
    claims,
    decider,
)
from tests.registry.builders import (
    ANNS,
    CELL,
    DECISION,
    FARMER,
    NUMBER,
    OFFICER,
    ON,
    OTHER_NUMBER,
    OTHER_OFFICER,
    TODAY,
    correct_identity,
    correct_number,
    forget,
    forgetting_requested,
    forgotten,
    hold_lifted,
    hold_placed,
    identity_corrected,
    lift_hold,
    move_person,
    named,
    number_corrected,
    person_moved,
    place_hold,
    profiled,
    record_profile,
    register,
    registered,
    request_forgetting,
)

given = scenario(decider)
ANNE = replace(ANNS, name="Trần Thị Anh")
STUDENT = replace(FARMER, occupation="student")
OTHERS = [
    record_profile(),
    correct_identity(),
    correct_number(),
    move_person(),
    place_hold(),
    lift_hold(),
    request_forgetting(),
    forget(),
]


def test_somebody_is_registered() -> None:
    given().when(register()).then(registered())


def test_registering_twice_is_registering_once() -> None:
    given(registered()).when(register()).then_nothing()


@pytest.mark.parametrize("other", [{"identity": ANNE}, {"citizen_number": OTHER_NUMBER}])
def test_an_id_is_one_person(other: dict[str, Any]) -> None:  # Any: fields
    given(registered()).when(register(**other)).then_rejected(PersonExists)


@pytest.mark.parametrize("born", [date(1899, 12, 31), ON, TODAY])
def test_nobody_is_born_today_or_before_1900(born: date) -> None:
    identity = replace(ANNS, birth_date=born)
    given().when(register(identity=identity)).then_rejected(BornInFuture, birth_date=born)
    given(registered()).when(correct_identity(identity=replace(ANNS, birth_date=TODAY))).then_rejected(
        BornInFuture
    )


@pytest.mark.parametrize("number", ["", "12345678901", "1234567890123", "12345678901a", "١٢٣٤٥٦٧٨٩٠١٢"])
def test_a_citizen_number_has_twelve_digits(number: str) -> None:
    given().when(register(citizen_number=number)).then_rejected(CitizenNumberMalformed)
    given(registered()).when(correct_number(citizen_number=number)).then_rejected(CitizenNumberMalformed)


@pytest.mark.parametrize("command", OTHERS)
def test_who_was_never_registered_is_not_known(command: Command) -> None:
    given().when(command).then_rejected(PersonUnknown)


@pytest.mark.parametrize("command", [register(), *OTHERS[:-1]])
def test_of_who_is_forgotten_nothing_is_recorded(command: Command) -> None:
    given(registered(), forgetting_requested(), forgotten()).when(command).then_rejected(PersonIsForgotten)


# Profile and identity


def test_a_profile_is_told_in_versions() -> None:
    given(registered()).when(record_profile()).then(profiled())
    given(registered(), profiled()).when(record_profile(profile=STUDENT)).then(
        profiled(version=2, profile=STUDENT)
    )


def test_the_same_profile_is_no_new_version() -> None:
    given(registered(), profiled()).when(record_profile()).then_nothing()


def test_a_profile_does_not_begin_tomorrow_and_may_have_begun_long_ago() -> None:
    later, earlier = (
        replace(FARMER, valid_from=date(2024, 3, 16)),
        replace(FARMER, valid_from=date(2010, 1, 1)),
    )
    given(registered()).when(record_profile(profile=later)).then_rejected(NotYetHappened)
    given(registered()).when(record_profile(profile=earlier)).then(profiled(profile=earlier))


def test_an_identity_is_corrected() -> None:
    given(registered()).when(correct_identity(identity=ANNE)).then(identity_corrected(identity=ANNE))


def test_a_corrected_identity_makes_a_new_version_of_the_profile() -> None:
    given(registered(), profiled()).when(correct_identity(identity=ANNE)).then(
        identity_corrected(identity=ANNE), profiled(version=2, identity=ANNE)
    )


def test_a_correction_to_what_stands_changes_nothing() -> None:
    given(registered()).when(correct_identity()).then_nothing()
    given(registered()).when(correct_number(citizen_number=NUMBER)).then_nothing()
    given(registered()).when(move_person(unit=CELL)).then_nothing()


def test_a_profile_recorded_after_a_correction_has_the_corrected_identity() -> None:
    given(registered(), identity_corrected(identity=ANNE)).when(record_profile()).then(
        profiled(identity=ANNE)
    )


def test_a_citizen_number_is_corrected() -> None:
    given(registered()).when(correct_number()).then(number_corrected())


def test_another_unit_looks_after_them() -> None:
    given(registered()).when(move_person()).then(person_moved())


# Keeping and forgetting


def test_a_legal_hold_is_placed_and_lifted() -> None:
    given(registered()).when(place_hold()).then(hold_placed())
    given(registered(), hold_placed()).when(lift_hold()).then(hold_lifted())


def test_placing_or_lifting_twice_is_once() -> None:
    given(registered(), hold_placed()).when(place_hold()).then_nothing()
    given(registered()).when(lift_hold()).then_nothing()
    given(registered(), hold_placed(), hold_lifted()).when(lift_hold()).then_nothing()


def test_one_asks_for_forgetting_and_another_carries_it_out() -> None:
    given(registered()).when(request_forgetting()).then(forgetting_requested())
    given(registered(), forgetting_requested()).when(forget()).then(forgotten())


def test_asking_and_forgetting_twice_is_once() -> None:
    given(registered(), forgetting_requested()).when(request_forgetting(by=OTHER_OFFICER)).then_nothing()
    given(registered(), forgetting_requested(), forgotten()).when(forget()).then_nothing()


def test_nobody_is_forgotten_unasked_or_by_who_asked() -> None:
    given(registered()).when(forget()).then_rejected(ForgettingNotRequested)
    given(registered(), forgetting_requested()).when(forget(by=OFFICER)).then_rejected(SecondPersonNeeded)


def test_a_legal_hold_keeps_a_person_from_being_forgotten() -> None:
    given(registered(), hold_placed()).when(request_forgetting()).then_rejected(
        UnderLegalHold, instrument=DECISION
    )
    asked: list[Event] = [registered(), forgetting_requested(), hold_placed()]
    given(*asked).when(forget()).then_rejected(UnderLegalHold)
    given(*asked, hold_lifted()).when(forget()).then(forgotten())
    given(*asked, hold_placed(instrument="A"), hold_lifted()).when(forget()).then_rejected(
        UnderLegalHold, instrument="A"
    )


def test_the_forgetting_says_where_they_stood_and_how_many_profiles_were_told() -> None:
    story: list[Event] = [
        registered(),
        profiled(),
        profiled(version=2),
        person_moved(),
        forgetting_requested(),
    ]
    given(*story).when(forget()).then(forgotten(unit=named("other"), profiles=2))


# What it holds


def test_a_citizen_number_belongs_to_one_person() -> None:
    story: list[Event] = [registered(), profiled()]
    mine = Hold(kind="citizen-number", value=NUMBER)

    assert held_after(claims, story) == ([mine], [])
    assert held_after(claims, [*story, number_corrected()]) == (
        [Hold(kind="citizen-number", value=OTHER_NUMBER)],
        [Release(kind="citizen-number")],
    )
    assert held_after(claims, [*story, number_corrected(), forgotten()])[0] == []


def test_a_number_that_was_forgotten_is_not_held_again() -> None:
    story: list[Event] = [registered(citizen_number=FORGOTTEN), number_corrected(citizen_number=FORGOTTEN)]

    assert held_after(claims, story) == ([], [])


NUMBERS = st.from_regex(r"[0-9]{12}", fullmatch=True)


@over(
    st.lists(
        st.one_of(NUMBERS.map(lambda n: correct_number(citizen_number=n)), st.sampled_from(OTHERS)),
        max_size=15,
    )
)
def test_whatever_is_done_to_a_person_exactly_the_number_that_stands_is_held(asked: list[Command]) -> None:
    happened: list[Event] = [registered()]
    for command in asked:
        try:
            happened += decider.decide(command, decider.fold(happened))
        except Rejected:
            continue

    holds, _ = held_after(claims, happened)
    match decider.fold(happened):
        case Registered(citizen_number=number):
            assert [hold.value for hold in holds] == [number]
        case state:
            assert isinstance(state, Gone)
            assert holds == []
