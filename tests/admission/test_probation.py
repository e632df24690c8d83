"""Probation and its end: recognition, striking off, and what the cell cannot settle."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from ketnap.admission.commands import Command
from ketnap.admission.dossier import decider
from ketnap.admission.events import (
    Act,
    CellRecognitionVoted,
    CellStrikeOffVoted,
    Certificate,
    GrassVoted,
    ProbationerLeft,
    Recognised,
    Roll,
    RollBasis,
    StruckOff,
    VoteBasis,
)
from ketnap.admission.rejections import (
    CellTooSmall,
    ClerkMayNotSign,
    GrassVoteNeeded,
    NewMemberCertificateMissing,
    NotAbove,
    ProbationNotOver,
    RollUnknown,
    StrikeOffCountUnneeded,
    TooFewInFavour,
)
from ketnap.admission.stages import (
    Closed,
    Inconclusive,
    Official,
    Probationary,
    RecognitionProposed,
    Removed,
    StrikeOffProposed,
)
from tests.admission.builders import (
    CELL,
    COMPETENT,
    DOSSIER,
    GRASS,
    GRASS_OFFICER,
    NEW_MEMBER,
    OTHER_CELL,
    PACK,
    SECRETARY,
    SHORT,
    STANDING_OFFICER,
    TO_INCONCLUSIVE,
    TO_PROBATION,
    TO_RECOGNITION,
    TWENTY,
    ballots,
    close_probation,
    given,
    recognise,
    recognition_vote,
    second_committee_vote,
    strike_off,
    strike_off_vote,
    told,
)

PROBATION = told(*TO_PROBATION)  # ceremony 15/7/2024: over when 15/7/2025 is


def test_the_cell_proposes_to_recognise() -> None:
    voted = CellRecognitionVoted(
        dossier=DOSSIER,
        act=Act(on=date(2025, 7, 28), by=SECRETARY),
        resolution="09-NQ/CB",
        secret=True,
        attempt=1,
        recognition=ballots(18),
        strike_off=None,
        exempt_absent=0,
        denominator=20,
        needed=14,
        outcome="recognises",
        warnings=[],
        basis=VoteBasis(position=120, roll=TWENTY, certificate=NEW_MEMBER),
        pack=PACK.name,
    )

    given(*PROBATION).when(recognition_vote()).then(voted)
    assert isinstance(given(*PROBATION, voted).state(), RecognitionProposed)


def test_the_cell_does_not_vote_on_recognition_before_probation_is_over() -> None:
    last, first = date(2025, 7, 15), date(2025, 7, 16)

    given(*PROBATION).when(recognition_vote(on=last)).then_rejected(
        ProbationNotOver, on=last, ends_on=date(2025, 7, 15)
    )
    assert told(recognition_vote(on=first), after=PROBATION)


@pytest.mark.parametrize("known", [None, replace(NEW_MEMBER, issued_on=date(2025, 7, 29))])
def test_recognition_needs_the_new_member_class(known: Certificate | None) -> None:
    given(*PROBATION).when(recognition_vote(certificate=known)).then_rejected(
        NewMemberCertificateMissing, on=date(2025, 7, 28)
    )


def test_a_cell_too_small_does_not_vote_on_recognition_or_striking_off() -> None:
    small = Roll(cells=[CELL], official=2, probationary=1)

    given(*PROBATION).when(recognition_vote(roll=small)).then_rejected(CellTooSmall, official=2)
    given(*PROBATION).when(strike_off_vote(roll=small)).then_rejected(CellTooSmall, official=2)
    given(*PROBATION).when(recognition_vote(roll=None)).then_rejected(RollUnknown)


def test_a_vote_that_recognises_has_no_count_for_striking_off() -> None:
    both = recognition_vote(strike_off=ballots(0, 18))

    given(*PROBATION).when(both).then_rejected(StrikeOffCountUnneeded)


def test_short_of_recognition_two_thirds_may_be_for_striking_off() -> None:
    [*_, voted] = history = told(
        recognition_vote(recognition=ballots(3, 14), strike_off=ballots(14, 3)), after=PROBATION
    )

    assert isinstance(voted, CellRecognitionVoted)
    assert voted.outcome == "strikes_off"
    assert isinstance(given(*history).state(), StrikeOffProposed)


def test_a_vote_that_falls_short_is_repeated_until_the_last() -> None:
    outcomes = [event.outcome for event in told(*TO_INCONCLUSIVE) if isinstance(event, CellRecognitionVoted)]
    attempts = [event.attempt for event in told(*TO_INCONCLUSIVE) if isinstance(event, CellRecognitionVoted)]

    assert (outcomes, attempts) == (["short", "short", "inconclusive"], [1, 2, 3])
    assert isinstance(given(*told(*TO_INCONCLUSIVE[:-1])).state(), Probationary)
    assert isinstance(given(*told(*TO_INCONCLUSIVE)).state(), Inconclusive)


def test_the_same_resolution_entered_twice_is_one_attempt() -> None:
    short = recognition_vote(recognition=SHORT)

    given(*told(short, after=PROBATION)).when(short).then_nothing()


def test_a_third_vote_may_still_recognise() -> None:
    history = told(*TO_INCONCLUSIVE[:-1], recognition_vote(on=date(2025, 8, 1)))

    assert isinstance(given(*history).state(), RecognitionProposed)


def test_the_grassroots_committee_votes_before_the_decision() -> None:
    history = told(*TO_RECOGNITION)

    given(*history).when(recognise()).then_rejected(GrassVoteNeeded)
    [*_, voted] = told(second_committee_vote(), after=history)
    assert isinstance(voted, GrassVoted)
    assert (voted.matter, voted.passed) == ("recognition", True)
    assert told(recognise(decided_by=GRASS), after=history)  # a cell directly under it


def test_a_grassroots_committee_that_falls_short_returns_the_case_to_the_cell() -> None:
    history = told(*TO_RECOGNITION, second_committee_vote(count=ballots(9, 6)))
    again = told(recognition_vote(on=date(2025, 8, 11), resolution="11-NQ/CB"), after=history)

    assert isinstance(given(*history).state(), Probationary)
    [*_, voted] = again
    assert isinstance(voted, CellRecognitionVoted)
    assert voted.attempt == 2


def test_recognised_from_the_exact_end_of_probation() -> None:
    history = told(*TO_RECOGNITION, second_committee_vote())
    recognised = Recognised(
        dossier=DOSSIER,
        act=Act(on=date(2025, 8, 11), by=STANDING_OFFICER),
        decided_by=COMPETENT,
        decision="150-QĐ/TU",
        members=9,
        yes=8,
        official_from=date(2025, 7, 15),
        party_age_from=date(2024, 6, 20),
        joined_on=date(2024, 7, 15),
        warnings=[],
        pack=PACK.name,
    )

    given(*history).when(recognise()).then(recognised)
    state = given(*history, recognised).state()
    assert isinstance(state, Official)
    assert state.since == date(2025, 7, 15)


@pytest.mark.parametrize("by", [SECRETARY, GRASS_OFFICER])
def test_who_entered_a_vote_does_not_sign_recognition(by: UUID) -> None:
    history = told(*TO_RECOGNITION, second_committee_vote())

    given(*history).when(recognise(by=by)).then_rejected(ClerkMayNotSign)


def test_recognition_needs_more_than_half_of_a_committee_above() -> None:
    history = told(*TO_RECOGNITION, second_committee_vote())

    given(*history).when(recognise(yes=4)).then_rejected(TooFewInFavour, needed=5)
    given(*history).when(recognise(decided_by=OTHER_CELL)).then_rejected(NotAbove)
    given(*history).when(recognise(decided_by=GRASS)).then_rejected(NotAbove)


def test_the_name_is_struck_off() -> None:
    voted = CellStrikeOffVoted(
        dossier=DOSSIER,
        act=Act(on=date(2024, 12, 2), by=SECRETARY),
        resolution="10-NQ/CB",
        secret=True,
        count=ballots(16),
        exempt_absent=0,
        denominator=20,
        needed=14,
        passed=True,
        warnings=[],
        basis=RollBasis(position=121, roll=TWENTY),
        pack=PACK.name,
    )
    struck = StruckOff(
        dossier=DOSSIER,
        act=Act(on=date(2025, 8, 11), by=STANDING_OFFICER),
        decided_by=COMPETENT,
        decision="151-QĐ/TU",
        members=9,
        yes=6,
        warnings=[],
        pack=PACK.name,
    )

    given(*PROBATION).when(strike_off_vote()).then(voted)
    history = told(second_committee_vote(), after=[*PROBATION, voted])
    given(*history).when(strike_off()).then(struck)
    assert isinstance(given(*history, struck).state(), Removed)


def test_a_vote_on_striking_off_that_falls_short_leaves_probation_as_it_was() -> None:
    short = strike_off_vote(count=ballots(13, 4))
    history = told(short, after=PROBATION)

    assert isinstance(given(*history).state(), Probationary)
    given(*history).when(short).then_nothing()
    [*_, voted] = told(recognition_vote(), after=history)
    assert isinstance(voted, CellRecognitionVoted)
    assert voted.attempt == 1


def test_a_grassroots_committee_against_striking_off_returns_the_case_too() -> None:
    history = told(strike_off_vote(), second_committee_vote(count=ballots(9, 6)), after=PROBATION)

    assert isinstance(given(*history).state(), Probationary)


@pytest.mark.parametrize("command", [recognise(), strike_off()])
def test_what_the_cell_cannot_settle_those_above_decide_either_way(command: Command) -> None:
    [*_, decided] = told(*TO_INCONCLUSIVE, command)

    assert isinstance(decided, Recognised | StruckOff)


def test_every_clerk_of_every_attempt_is_remembered() -> None:
    first = recognition_vote(on=date(2025, 7, 28), recognition=SHORT, by=STANDING_OFFICER)
    history = told(*TO_PROBATION, first, recognition_vote(on=date(2025, 7, 30)), second_committee_vote())

    given(*history).when(recognise()).then_rejected(ClerkMayNotSign)


def test_who_left_in_probation_will_not_be_recognised() -> None:
    left = ProbationerLeft(dossier=DOSSIER, act=Act(on=date(2025, 8, 1), by=SECRETARY), cause="died")

    given(*PROBATION).when(close_probation()).then(left)
    state = given(*PROBATION, left).state()
    assert isinstance(state, Closed)
    assert decider.decide(close_probation(), state) == []
