"""The votes: who may be voted on, who counts, how many must agree."""

from dataclasses import replace
from datetime import date

import pytest

from ketnap.admission.commands import Introducing
from ketnap.admission.dossier import decider
from ketnap.admission.events import (
    Act,
    Biography,
    BiographyDeclared,
    CellVoted,
    Certificate,
    GrassVoted,
    Introducer,
    Introduction,
    Roll,
    VoteBasis,
)
from ketnap.admission.rejections import (
    BallotsMissing,
    CellTooSmall,
    CertificateExpired,
    CertificateMissing,
    EducationBelowFloor,
    IdentityUnknown,
    IntroducerNotHelper,
    IntroducersMissing,
    IntroducerTooNew,
    IntroducerTwice,
    IntroducingResolutionMissing,
    MoreBallotsThanVoters,
    NegativeNumber,
    NobodyMayVote,
    NotAbove,
    OverAgeWithoutConsent,
    PapersStale,
    PersonForgotten,
    PresentExceedsRoll,
    RollUnknown,
    TogetherLater,
    TooYoung,
)
from ketnap.admission.stages import CellProposed, Closed, GrassProposed
from ketnap.common.frozen import FORGOTTEN
from ketnap.common.occurred import NotYetHappened
from tests.admission.builders import (
    ABOVE,
    ANH,
    AWARENESS,
    BINH,
    CELL,
    CONSENT,
    CUONG,
    DOSSIER,
    GRASS,
    GRASS_OFFICER,
    OTHER_CELL,
    PACK,
    SECRETARY,
    TO_PROPOSED,
    TO_READY,
    TWENTY,
    ballots,
    committee_vote,
    complete_verification,
    declare,
    file,
    given,
    renew,
    request,
    summarise,
    told,
    vote,
)

READY = told(*TO_READY)
DAY = date(2024, 5, 6)


def test_a_vote_that_passes_proposes_with_all_that_it_knew() -> None:
    voted = CellVoted(
        dossier=DOSSIER,
        act=Act(on=DAY, by=SECRETARY),
        resolution="05-NQ/CB",
        secret=True,
        count=ballots(17),
        exempt_absent=0,
        denominator=20,
        needed=14,
        passed=True,
        introduction=Introduction(
            beside="members",
            committee_resolution=None,
            introducers=[
                Introducer(helper=ANH, together_since=date(2022, 1, 1), successor=False),
                Introducer(helper=BINH, together_since=date(2020, 6, 15), successor=False),
            ],
        ),
        over_age_consent=None,
        warnings=[],
        basis=VoteBasis(position=70, roll=TWENTY, certificate=AWARENESS),
        pack=PACK.name,
    )

    given(*READY).when(vote()).then(voted)
    assert isinstance(given(*READY, voted).state(), CellProposed)


def test_a_vote_that_falls_short_is_recorded_and_closes_the_dossier() -> None:
    [*_, voted] = history = told(vote(count=ballots(13, 4)), after=READY)

    assert isinstance(voted, CellVoted)
    assert (voted.denominator, voted.needed, voted.count.yes, voted.passed) == (20, 14, 13, False)
    assert isinstance(given(*history).state(), Closed)


@pytest.mark.parametrize(("officials", "needed"), [(20, 14), (10, 7), (25, 17), (29, 20), (3, 2)])
def test_two_thirds_are_counted_in_whole_members(officials: int, needed: int) -> None:
    roll = Roll(cells=[CELL], official=officials, probationary=0)

    def passed(yes: int) -> bool:
        [voted] = decider.decide(vote(roll=roll, count=ballots(yes, officials - yes)), given(*READY).state())
        assert isinstance(voted, CellVoted)
        return voted.passed

    assert (passed(needed - 1), passed(needed)) == (False, True)


def test_who_is_exempt_and_absent_does_not_count() -> None:
    [voted] = decider.decide(vote(exempt_absent=2, count=ballots(12, 3)), given(*READY).state())

    assert isinstance(voted, CellVoted)
    assert (voted.denominator, voted.needed, voted.passed) == (18, 12, True)


def test_cells_merged_into_one_count_together() -> None:
    roll = Roll(cells=[CELL, OTHER_CELL], official=5, probationary=1)
    [voted] = decider.decide(vote(roll=roll, count=ballots(4)), given(*READY).state())

    assert isinstance(voted, CellVoted)
    assert (voted.basis.roll.cells, voted.denominator) == ([CELL, OTHER_CELL], 5)


def test_too_few_present_to_pass_is_worth_a_warning() -> None:
    [voted] = decider.decide(vote(count=ballots(10)), given(*READY).state())

    assert isinstance(voted, CellVoted)
    assert (voted.warnings, voted.passed) == (["too_few_present_to_pass"], False)


def test_a_cell_of_fewer_than_three_official_members_does_not_vote() -> None:
    given(*READY).when(vote(roll=Roll(cells=[CELL], official=2, probationary=1))).then_rejected(
        CellTooSmall, official=2
    )


def test_without_a_roll_there_is_no_denominator() -> None:
    given(*READY).when(vote(roll=None)).then_rejected(RollUnknown)


@pytest.mark.parametrize(
    ("count", "exempt", "rejection"),
    [
        (ballots(15, 2, present=16), 0, MoreBallotsThanVoters),
        (ballots(15, 1, present=17), 0, BallotsMissing),
        (ballots(21), 0, PresentExceedsRoll),
        (ballots(19), 2, PresentExceedsRoll),
        (ballots(-1, 2), 0, NegativeNumber),
        (ballots(0), 20, NobodyMayVote),
    ],
)
def test_figures_that_cannot_be_are_refused(count: object, exempt: int, rejection: type) -> None:
    given(*READY).when(vote(count=count, exempt_absent=exempt)).then_rejected(rejection)


def test_the_certificate_is_valid_on_the_day_of_the_meeting() -> None:
    expired = replace(AWARENESS, valid_until=date(2024, 5, 5))

    given(*READY).when(vote(certificate=expired)).then_rejected(CertificateExpired, on=DAY)
    given(*READY).when(vote(certificate=None)).then_rejected(CertificateMissing)


def test_somebody_who_learnt_again_is_voted_on_with_the_new_certificate() -> None:
    new = Certificate(number="7/CN", issued_on=date(2024, 4, 20), valid_until=date(2029, 4, 20))
    [voted] = decider.decide(vote(certificate=new), given(*READY).state())

    assert isinstance(voted, CellVoted)
    assert voted.basis.certificate == new


@pytest.mark.parametrize(("born", "young"), [(date(2006, 5, 6), False), (date(2006, 5, 7), True)])
def test_a_person_is_eighteen_on_the_day_of_the_meeting(born: date, *, young: bool) -> None:
    if young:
        given(*READY).when(vote(born=born)).then_rejected(TooYoung, on=DAY)
    else:
        assert told(vote(born=born), after=READY)


def test_over_sixty_needs_a_written_consent_which_is_kept() -> None:
    born = date(1964, 3, 1)

    given(*READY).when(vote(born=born)).then_rejected(OverAgeWithoutConsent)
    [voted] = decider.decide(vote(born=born, over_age_consent=CONSENT), given(*READY).state())
    assert isinstance(voted, CellVoted)
    assert voted.over_age_consent == CONSENT


def test_a_consent_of_tomorrow_is_none() -> None:
    consent = replace(CONSENT, on=date(2024, 5, 7))

    given(*READY).when(vote(over_age_consent=consent)).then_rejected(NotYetHappened)


def test_without_a_birth_date_the_age_is_not_guessed() -> None:
    given(*READY).when(vote(born=None)).then_rejected(IdentityUnknown)


def test_education_below_the_floor_is_refused() -> None:
    primary = declare(biography=Biography(education="primary"))
    history = told(file(), primary, request(), complete_verification(), summarise())

    given(*history).when(vote()).then_rejected(EducationBelowFloor)


def test_somebody_forgotten_is_not_voted_on() -> None:
    forgotten = [
        replace(event, biography=FORGOTTEN) if isinstance(event, BiographyDeclared) else event
        for event in READY
    ]

    given(*forgotten).when(vote()).then_rejected(PersonForgotten)


def test_papers_of_more_than_twelve_months_are_drawn_up_again_first() -> None:
    last, late = date(2025, 1, 10), date(2025, 1, 11)
    fresh = told(renew(on=late), after=READY)

    assert told(vote(on=last), after=READY)
    given(*READY).when(vote(on=late)).then_rejected(PapersStale, drawn_up_on=date(2024, 1, 10), on=late)
    assert told(vote(on=late), after=fresh)


def test_a_committee_of_the_youth_union_introduces_with_its_resolution_and_one_member() -> None:
    anh = [Introducing(helper=ANH, together_since=date(2022, 1, 1))]

    given(*READY).when(vote(beside="youth_union", introducers=anh)).then_rejected(
        IntroducingResolutionMissing
    )
    assert told(vote(beside="youth_union", introducers=anh, committee_resolution="4-NQ/ĐTN"), after=READY)
    given(*READY).when(vote(introducers=anh)).then_rejected(IntroducersMissing)


def test_introducers_are_helpers_each_named_once_and_known_long_enough() -> None:
    anh = Introducing(helper=ANH, together_since=date(2022, 1, 1))

    given(*READY).when(vote(introducers=[anh, anh])).then_rejected(IntroducerTwice)
    stranger = Introducing(helper=CUONG, together_since=date(2022, 1, 1))
    given(*READY).when(vote(introducers=[anh, stranger])).then_rejected(IntroducerNotHelper, helper=CUONG)
    later = Introducing(helper=BINH, together_since=date(2024, 5, 7))
    given(*READY).when(vote(introducers=[anh, later])).then_rejected(TogetherLater)
    new = Introducing(helper=BINH, together_since=date(2023, 5, 7))
    given(*READY).when(vote(introducers=[anh, new])).then_rejected(IntroducerTooNew)


def test_the_grassroots_committee_votes_on_all_its_members() -> None:
    history = told(*TO_PROPOSED)
    voted = GrassVoted(
        dossier=DOSSIER,
        act=Act(on=date(2024, 5, 20), by=GRASS_OFFICER),
        matter="admission",
        committee=GRASS,
        resolution="08-NQ/ĐU",
        members=15,
        count=ballots(12),
        needed=10,
        passed=True,
        warnings=[],
        pack=PACK.name,
    )

    given(*history).when(committee_vote()).then(voted)
    assert isinstance(given(*history, voted).state(), GrassProposed)


def test_a_committee_that_falls_short_closes_the_dossier() -> None:
    history = told(*TO_PROPOSED, committee_vote(count=ballots(9, 6)))

    assert isinstance(given(*history).state(), Closed)


def test_a_committee_that_does_not_stand_above_the_cell_has_no_vote() -> None:
    given(*told(*TO_PROPOSED)).when(committee_vote(committee=OTHER_CELL, above=ABOVE)).then_rejected(
        NotAbove, on=date(2024, 5, 20)
    )


def test_more_ballots_than_committee_members_are_refused() -> None:
    given(*told(*TO_PROPOSED)).when(committee_vote(count=ballots(16))).then_rejected(PresentExceedsRoll)
