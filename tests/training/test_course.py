"""A class: opened, filled, marked, certified, finished."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid5

import pytest
from hypothesis import given as over
from hypothesis import strategies as st

from ketnap.common.decider import Hold, Rejected, Release, held_after
from ketnap.common.occurred import NotYetHappened, OutOfOrder, ReasonNeeded
from ketnap.common.testing import scenario
from ketnap.rules.pack import pack_on
from ketnap.training.course import (
    OWNERS,
    AfterCourse,
    AlreadyCertified,
    AlreadyEnrolled,
    Command,
    CourseExists,
    CourseOver,
    CourseUnknown,
    DatesUnfit,
    Event,
    Finished,
    LineUnfit,
    NominationUnfit,
    NotOnRoster,
    NotPassed,
    Open,
    Owner,
    OwnerUnfit,
    PlanLine,
    ResultsMissing,
    ResultStands,
    RulesMissing,
    SeatsTaken,
    claims,
    decider,
)
from tests.training.builders import (
    ANN,
    BAO,
    CENTRE,
    CHI,
    DECIDED,
    FIRST_DAY,
    LAST_DAY,
    LINE,
    PACK,
    TODAY,
    certified,
    certify,
    enrol,
    enrolled,
    finish,
    finished,
    left,
    mark,
    marked,
    named,
    open_course,
    opened,
    record_leaving,
    sent,
)

given = scenario(decider)
DAY = timedelta(days=1)
LONG_AGO = date(2024, 1, 2)
PASSED: list[Event] = [opened(), enrolled(), marked()]
OVER: list[Event] = [*PASSED, finished()]


# Opening


def test_a_political_centre_opens_a_class() -> None:
    given().when(open_course()).then(opened())


@pytest.mark.parametrize("kind", sorted(OWNERS))
def test_so_does_a_committee(kind: str) -> None:
    given().when(open_course(owner=Owner(unit=CENTRE, kind=kind, lives=True))).then(opened())


@pytest.mark.parametrize(
    "owner",
    [
        *(
            Owner(unit=CENTRE, kind=k, lives=True)
            for k in ("cell", "grass_cell", "mass_org", "school", "employer")
        ),
        Owner(unit=CENTRE, kind="political_centre", lives=False),
    ],
)
def test_a_cell_or_a_unit_that_has_ended_opens_none(owner: Owner) -> None:
    given().when(open_course(owner=owner)).then_rejected(OwnerUnfit, on=DECIDED)


def test_a_class_fulfils_a_line_of_the_plan() -> None:
    line = PlanLine(line=LINE, programme="awareness", year=2024)
    given().when(open_course(line=line)).then(opened(line=LINE))


@pytest.mark.parametrize("other", [{"programme": "new_member"}, {"year": 2023}])
def test_the_line_is_for_the_programme_and_the_year(other: dict[str, Any]) -> None:  # Any: fields of a line
    line = PlanLine(**{"line": LINE, "programme": "awareness", "year": 2024, **other})
    given().when(open_course(line=line)).then_rejected(LineUnfit)


@pytest.mark.parametrize(
    "dates", [{"starts_on": DECIDED - DAY}, {"ends_on": FIRST_DAY - DAY}, {"on": FIRST_DAY + DAY}]
)
def test_decision_first_and_last_day_follow_one_another(dates: dict[str, Any]) -> None:  # Any: dates by name
    given().when(open_course(**dates)).then_rejected(DatesUnfit)


def test_a_class_may_begin_after_today_but_its_decision_may_not() -> None:
    given().when(open_course(starts_on=TODAY + DAY, ends_on=TODAY + 5 * DAY)).then(
        opened(starts_on=TODAY + DAY, ends_on=TODAY + 5 * DAY)
    )
    later = {"on": TODAY + DAY, "starts_on": TODAY + DAY, "ends_on": TODAY + DAY}
    given().when(open_course(**later)).then_rejected(NotYetHappened)


def test_a_class_recorded_late_says_why() -> None:
    given().when(open_course(on=LONG_AGO)).then_rejected(ReasonNeeded)
    given().when(open_course(on=LONG_AGO, reason="nhập bù")).then(opened(on=LONG_AGO, late_reason="nhập bù"))


@pytest.mark.parametrize("before", [[opened()], OVER])
def test_a_class_is_opened_once(before: Sequence[Event]) -> None:
    given(*before).when(open_course()).then_rejected(CourseExists)


@pytest.mark.parametrize("command", [enrol(), record_leaving(), mark(), certify(), finish()])
def test_a_class_never_opened_is_not_known(command: Command) -> None:
    given().when(command).then_rejected(CourseUnknown)


# The roster


def test_a_learner_is_enrolled_from_an_approved_nomination() -> None:
    given(opened()).when(enrol()).then(enrolled())


def test_enrolling_twice_is_enrolling_once() -> None:
    given(opened(), enrolled()).when(enrol()).then_nothing()


def test_a_full_class_enrols_nobody() -> None:
    given(opened(), enrolled(ANN), enrolled(BAO)).when(enrol(sent(CHI))).then_rejected(SeatsTaken, seats=2)


def test_who_left_makes_room() -> None:
    given(opened(), enrolled(ANN), enrolled(BAO), left(BAO)).when(enrol(sent(CHI))).then(enrolled(CHI))


@pytest.mark.parametrize("unfit", [{"approved_on": None}, {"programme": "new_member"}])
def test_only_an_approved_nomination_for_this_programme_leads_here(
    unfit: dict[str, Any],
) -> None:  # Any: fields
    given(opened()).when(enrol(sent(**unfit))).then_rejected(NominationUnfit)


def test_somebody_stands_on_the_roster_once() -> None:
    other = sent(nomination=named("another nomination"))
    given(opened(), enrolled()).when(enrol(other)).then_rejected(AlreadyEnrolled)


def test_who_left_may_come_again_by_a_new_nomination() -> None:
    again = named("another nomination")
    given(opened(), enrolled(), left()).when(enrol(sent(nomination=again), on=LAST_DAY)).then(
        enrolled(nomination=again, on=LAST_DAY)
    )


def test_nobody_is_enrolled_after_the_last_day() -> None:
    given(opened()).when(enrol(on=LAST_DAY + DAY)).then_rejected(AfterCourse, ends_on=LAST_DAY)


def test_an_enrolment_follows_the_approval_and_lies_in_the_past() -> None:
    given(opened()).when(enrol(on=DECIDED - DAY)).then_rejected(OutOfOrder, after=DECIDED)
    given(opened(ends_on=TODAY + DAY)).when(enrol(on=TODAY + DAY)).then_rejected(NotYetHappened)


def test_a_learner_leaves_before_a_result() -> None:
    given(opened(), enrolled()).when(record_leaving()).then(left())


def test_leaving_twice_is_leaving_once() -> None:
    given(opened(), enrolled(), left()).when(record_leaving()).then_nothing()


def test_who_has_a_result_does_not_leave() -> None:
    given(*PASSED).when(record_leaving()).then_rejected(ResultStands)


def test_who_is_not_on_the_roster_does_not_leave() -> None:
    given(opened(), enrolled()).when(record_leaving(BAO)).then_rejected(NotOnRoster)


def test_nobody_leaves_before_they_came_or_tomorrow() -> None:
    given(opened(), enrolled()).when(record_leaving(on=FIRST_DAY - DAY)).then_rejected(OutOfOrder)
    given(opened(), enrolled()).when(record_leaving(on=TODAY + DAY)).then_rejected(NotYetHappened)


def test_a_forgotten_learner_leaves_whatever_the_day_and_one_with_a_result_stays() -> None:
    forgotten = record_leaving(because="forgotten", by=None, on=LONG_AGO, today=LONG_AGO)
    given(opened(), enrolled()).when(forgotten).then(left(reason="forgotten", by=None, on=LONG_AGO))
    given(*PASSED).when(forgotten).then_nothing()
    given(*OVER).when(forgotten).then_nothing()


# Results


@pytest.mark.parametrize("passed", [True, False])
def test_a_result_is_recorded(passed: bool) -> None:
    given(opened(), enrolled()).when(mark(passed=passed)).then(marked(passed=passed))


def test_the_same_result_twice_is_one_result() -> None:
    given(*PASSED).when(mark()).then_nothing()


def test_a_result_is_corrected_with_a_reason() -> None:
    given(*PASSED).when(mark(passed=False)).then_rejected(ResultStands)
    given(*PASSED).when(mark(passed=False, reason="chấm lại bài")).then(
        marked(passed=False, reason="chấm lại bài")
    )


def test_with_a_certificate_issued_a_result_stands() -> None:
    given(*PASSED, certified()).when(mark(passed=False, reason="chấm lại bài")).then_rejected(ResultStands)


@pytest.mark.parametrize("before", [[opened()], [opened(), enrolled(), left()]])
def test_only_who_is_learning_gets_a_result(before: list[Event]) -> None:
    given(*before).when(mark()).then_rejected(NotOnRoster)


def test_a_result_follows_the_first_day_and_the_enrolment() -> None:
    given(opened(), enrolled(on=DECIDED)).when(mark(on=FIRST_DAY - DAY)).then_rejected(
        OutOfOrder, after=FIRST_DAY
    )
    given(opened(), enrolled(on=LAST_DAY)).when(mark(on=FIRST_DAY)).then_rejected(OutOfOrder, after=LAST_DAY)
    given(opened(), enrolled()).when(mark(on=TODAY + DAY)).then_rejected(NotYetHappened)


# Certificates


def test_who_passed_an_awareness_class_holds_a_certificate_for_sixty_months() -> None:
    given(*PASSED).when(certify()).then(certified(valid_until=date(2029, 3, 8), pack=PACK.name))


def test_a_certificate_of_the_leap_day_ends_on_the_last_day_of_february() -> None:
    leap = date(2024, 2, 29)
    story: list[Event] = [opened(on=leap, starts_on=leap, ends_on=leap), enrolled(on=leap), marked(on=leap)]
    given(*story).when(certify(on=leap, pack=pack_on(leap))).then(
        certified(on=leap, valid_until=date(2029, 2, 28), pack=pack_on(leap).name)
    )


def test_a_certificate_for_new_members_has_no_limit_and_needs_no_pack() -> None:
    story: list[Event] = [
        opened(programme="new_member"),
        enrolled(programme="new_member"),
        marked(programme="new_member"),
    ]
    for pack in (PACK, None):
        given(*story).when(certify(pack=pack)).then(
            certified(programme="new_member", valid_until=None, pack=None)
        )


def test_without_rules_for_the_day_no_validity_is_promised() -> None:
    given(*PASSED).when(certify(pack=None)).then_rejected(RulesMissing, on=LAST_DAY)


def test_a_certificate_is_issued_after_the_class_is_finished_too() -> None:
    given(*OVER).when(certify()).then(certified())
    given(*OVER, certified()).when(certify()).then_nothing()


def test_a_certificate_is_issued_once() -> None:
    given(*PASSED, certified()).when(certify()).then_nothing()
    given(*PASSED, certified()).when(certify(number="113")).then_rejected(AlreadyCertified, number="112")


@pytest.mark.parametrize("before", [[opened(), enrolled()], [opened(), enrolled(), marked(passed=False)]])
def test_only_who_passed_gets_a_certificate(before: list[Event]) -> None:
    given(*before).when(certify()).then_rejected(NotPassed)


@pytest.mark.parametrize("before", [[opened()], [opened(), enrolled(), left()], OVER])
def test_who_is_not_on_the_roster_gets_none(before: list[Event]) -> None:
    given(*before).when(certify(BAO if before is OVER else ANN)).then_rejected(NotOnRoster)


def test_a_certificate_follows_the_result() -> None:
    given(*PASSED).when(certify(on=LAST_DAY - DAY)).then_rejected(OutOfOrder, after=LAST_DAY)
    given(*PASSED).when(certify(on=TODAY + DAY)).then_rejected(NotYetHappened)
    given(opened(), enrolled(), marked(on=LONG_AGO)).when(certify(on=LONG_AGO)).then_rejected(ReasonNeeded)


# The end


def test_a_class_is_finished_when_everybody_has_a_result_or_has_left() -> None:
    given(opened(), enrolled(ANN), enrolled(BAO), marked(ANN), left(BAO)).when(finish()).then(finished())
    given(opened(), enrolled(ANN), enrolled(BAO), marked(ANN), marked(BAO, passed=False)).when(finish()).then(
        finished(learners=2, passed=1)
    )


def test_a_class_that_nobody_attended_is_finished_with_none() -> None:
    given(opened()).when(finish()).then(finished(learners=0, passed=0))


def test_it_is_not_finished_while_a_result_is_missing() -> None:
    given(opened(), enrolled(ANN), enrolled(BAO), marked(ANN)).when(finish()).then_rejected(
        ResultsMissing, count=1
    )


def test_it_is_not_finished_before_its_last_day_nor_before_a_result() -> None:
    given(*PASSED).when(finish(on=LAST_DAY - DAY)).then_rejected(OutOfOrder, after=LAST_DAY)
    given(opened(), enrolled(), marked(on=TODAY)).when(finish(on=LAST_DAY)).then_rejected(
        OutOfOrder, after=TODAY
    )
    given(*PASSED).when(finish(on=TODAY + DAY)).then_rejected(NotYetHappened)


def test_finishing_twice_is_finishing_once() -> None:
    given(*OVER).when(finish(on=TODAY)).then_nothing()


@pytest.mark.parametrize("command", [enrol(sent(BAO)), record_leaving(), mark(passed=False)])
def test_a_finished_class_takes_nothing_more(command: Command) -> None:
    given(*OVER).when(command).then_rejected(CourseOver)


# What it holds


def test_a_learner_is_in_one_open_class() -> None:
    ann, bao = (Hold(kind="open-class", value=str(person)) for person in (ANN, BAO))
    story: list[Event] = [opened(), enrolled(ANN), enrolled(BAO)]

    assert held_after(claims, story) == ([ann, bao], [])
    assert held_after(claims, [*story, left(BAO)]) == ([ann], [Release(kind="open-class", value=str(BAO))])
    assert held_after(claims, [*story, finished()]) == ([], [Release(kind="open-class")])


def test_an_issuer_gives_a_number_of_a_programme_once() -> None:
    story: list[Event] = [certified()]

    assert held_after(claims, story) == (
        [Hold(kind="certificate-number", value=f"{CENTRE}/awareness/112")],
        [],
    )


def test_the_id_of_a_certificate_follows_from_class_and_person() -> None:
    [event] = decider.decide(certify(), decider.fold(PASSED))

    assert event == certified(certificate=uuid5(opened().course, str(ANN)))


PEOPLE = [named(name) for name in "abcdef"]


@st.composite
def commands(draw: st.DrawFn) -> Command:
    person: UUID = draw(st.sampled_from(PEOPLE))
    on: date = draw(st.sampled_from([FIRST_DAY, LAST_DAY, TODAY]))
    of = sent(person, nomination=named(draw(st.sampled_from("xy")) + str(person)))
    reason = draw(st.sampled_from([None, "chấm lại bài"]))
    any_of: list[Command] = [
        enrol(of, on=on),
        record_leaving(person, on=on),
        mark(person, passed=draw(st.booleans()), on=on, reason=reason),
        certify(person, number=str(person), on=on),
        finish(on=on),
    ]
    return draw(st.sampled_from(any_of))


@over(st.integers(1, 4), st.lists(commands(), max_size=40))
def test_whatever_is_asked_seats_are_never_exceeded_and_only_who_passed_is_certified(
    seats: int, asked: list[Command]
) -> None:
    happened: list[Event] = [opened(seats=seats)]
    for command in asked:
        state = decider.fold(happened)
        try:
            happened += decider.decide(command, state)
        except Rejected:
            continue
        state = decider.fold(happened)
        if isinstance(state, Open):
            assert state.taken() <= seats
        assert isinstance(state, Open | Finished)
        for learner in state.learners.values():
            assert learner.number is None or learner.passed
            assert not (learner.left and learner.passed is not None)
    holds, _ = held_after(claims, happened)
    state = decider.fold(happened)
    in_class = {hold.value for hold in holds if hold.kind == "open-class"}
    match state:
        case Open(learners=learners):
            assert in_class == {str(person) for person, learner in learners.items() if not learner.left}
        case _:
            assert isinstance(state, Finished)
            learners = state.learners
            assert in_class == set()
            assert all(one.left or one.passed is not None for one in learners.values())
