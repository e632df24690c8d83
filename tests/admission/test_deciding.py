"""The decisions above the cell: who may decide, how many agree, by whose hand, when it is due."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from ketnap.admission.commands import Command
from ketnap.admission.dossier import decider
from ketnap.admission.events import (
    Act,
    AdmissionAnnulled,
    AdmissionDecided,
    AdmissionProposed,
    AdmissionRefused,
    DecisionExtended,
    DossierCompleted,
    DossierReturned,
    DossierSubmitted,
)
from ketnap.admission.rejections import (
    AlreadyExtended,
    CalendarUnknown,
    ClerkMayNotSign,
    ExtensionTooLong,
    GrassVoteNeeded,
    IdentityUnknown,
    NotAbove,
    ReceivedWrongly,
    SecondPersonNeeded,
    TooFewInFavour,
    YesExceedsMembers,
)
from ketnap.admission.rulebook import Rulebook
from ketnap.admission.stages import Annulled, Closed, Decided, Submitted
from ketnap.rules.workdays import Calendar, national_calendar
from tests.admission.builders import (
    ABOVE,
    BOARD_OFFICER,
    COMPETENT,
    CONSENT,
    DOSSIER,
    GRASS,
    GRASS_OFFICER,
    OTHER_CELL,
    PACK,
    PERSON,
    PROVINCE,
    SECOND_OFFICER,
    SECRETARY,
    STANDING_OFFICER,
    TO_DECIDED,
    TO_OFFICIAL,
    TO_PROBATION,
    TO_PROPOSED,
    TO_READY,
    TO_RECOGNITION,
    TO_SIGNATURE,
    TO_SUBMITTED,
    annul,
    committee_vote,
    complete,
    extend,
    given,
    propose,
    refuse,
    send_back,
    sign,
    submit,
    told,
    vote,
)

LENIENT = Rulebook(packs=[replace(PACK, vote_clerk_decides="warn")], calendar=national_calendar())


def test_a_dossier_that_the_grassroots_committee_proposed_is_submitted() -> None:
    given(*told(*TO_PROPOSED, committee_vote())).when(submit()).then(
        DossierSubmitted(
            dossier=DOSSIER, act=Act(on=date(2024, 5, 27), by=GRASS_OFFICER), competent=COMPETENT
        )
    )


def test_a_cell_directly_under_the_competent_committee_needs_no_vote_between() -> None:
    assert told(*TO_PROPOSED, submit(competent=GRASS))
    given(*told(*TO_PROPOSED)).when(submit(competent=COMPETENT)).then_rejected(GrassVoteNeeded)


@pytest.mark.parametrize("committee", [OTHER_CELL, GRASS])
def test_who_decides_stands_above_the_cell_and_above_the_committee_that_voted(committee: UUID) -> None:
    given(*told(*TO_PROPOSED, committee_vote())).when(submit(competent=committee)).then_rejected(
        NotAbove, on=date(2024, 5, 27)
    )


def test_a_committee_that_was_dissolved_since_it_voted_stands_in_nobodys_way() -> None:
    assert told(*TO_PROPOSED, committee_vote(), submit(above=[COMPETENT, PROVINCE]))


def test_a_dossier_goes_back_and_comes_again() -> None:
    returned = DossierReturned(
        dossier=DOSSIER,
        act=Act(on=date(2024, 5, 30), by=BOARD_OFFICER),
        person=PERSON,
        remarks="Thiếu xác nhận của công an xã",
    )
    completed = DossierCompleted(dossier=DOSSIER, act=Act(on=date(2024, 6, 5), by=GRASS_OFFICER))
    history = told(*TO_SUBMITTED)

    given(*history).when(send_back()).then(returned)
    given(*history, returned).when(complete()).then(completed)
    again = given(*history, returned, completed).state()
    assert isinstance(again, Submitted)
    assert again.since == date(2024, 6, 5)


def test_the_board_puts_the_decision_before_the_standing_committee() -> None:
    given(*told(*TO_SUBMITTED)).when(propose()).then(
        AdmissionProposed(
            dossier=DOSSIER,
            act=Act(on=date(2024, 6, 10), by=BOARD_OFFICER),
            competent=COMPETENT,
            proposal="21-TTr/BTC",
        )
    )


def test_admission_is_decided_with_the_day_the_ceremony_is_due() -> None:
    decided = AdmissionDecided(
        dossier=DOSSIER,
        act=Act(on=date(2024, 6, 20), by=STANDING_OFFICER),
        decided_by=COMPETENT,
        decision="101-QĐ/TU",
        received_on=date(2024, 6, 28),
        members=9,
        yes=7,
        ceremony_due=date(2024, 8, 9),
        irregularities=[],
        warnings=[],
        position=90,
        pack=PACK.name,
    )

    given(*told(*TO_SIGNATURE)).when(sign()).then(decided)
    assert isinstance(given(*told(*TO_SIGNATURE), decided).state(), Decided)


@pytest.mark.parametrize("by", [GRASS_OFFICER, BOARD_OFFICER])
def test_who_submitted_completed_or_proposed_does_not_sign(by: UUID) -> None:
    given(*told(*TO_SIGNATURE)).when(sign(by=by)).then_rejected(SecondPersonNeeded)
    given(*told(*TO_SIGNATURE)).when(refuse(by=by)).then_rejected(SecondPersonNeeded)


def test_who_completed_a_returned_dossier_does_not_sign() -> None:
    history = told(*TO_SUBMITTED, send_back(), complete(by=SECOND_OFFICER), propose())

    given(*history).when(sign(by=SECOND_OFFICER)).then_rejected(SecondPersonNeeded)


@pytest.mark.parametrize(
    "story",
    [
        [*TO_READY, vote(by=SECOND_OFFICER), committee_vote(), submit(), propose()],
        [*TO_PROPOSED, committee_vote(by=SECOND_OFFICER), submit(), propose()],
    ],
)
def test_who_entered_a_vote_does_not_sign_or_is_noted_as_the_pack_says(story: list[Command]) -> None:
    history = told(*story)

    given(*history).when(sign(by=SECOND_OFFICER)).then_rejected(ClerkMayNotSign)
    [noted] = decider.decide(sign(by=SECOND_OFFICER, rules=LENIENT), given(*history).state())
    assert isinstance(noted, AdmissionDecided)
    assert noted.warnings == ["vote_clerk_decides"]


@pytest.mark.parametrize(
    ("yes", "members", "enough"), [(5, 9, True), (4, 9, False), (5, 10, False), (6, 10, True)]
)
def test_more_than_half_of_the_standing_committee_decides(yes: int, members: int, *, enough: bool) -> None:
    if enough:
        assert told(*TO_SIGNATURE, sign(yes=yes, members=members))
    else:
        given(*told(*TO_SIGNATURE)).when(sign(yes=yes, members=members)).then_rejected(
            TooFewInFavour, yes=yes, members=members, needed=members // 2 + 1
        )


@pytest.mark.parametrize(("yes", "members"), [(10, 9), (-1, 9), (0, 0)])
def test_figures_of_the_standing_committee_that_cannot_be_are_refused(yes: int, members: int) -> None:
    given(*told(*TO_SIGNATURE)).when(sign(yes=yes, members=members)).then_rejected(YesExceedsMembers)


@pytest.mark.parametrize("received_on", [date(2024, 6, 19), date(2024, 6, 29)])
def test_a_decision_is_received_between_its_day_and_today(received_on: date) -> None:
    given(*told(*TO_SIGNATURE)).when(sign(received_on=received_on)).then_rejected(
        ReceivedWrongly, received_on=received_on
    )


def test_without_a_birth_date_nothing_is_signed() -> None:
    given(*told(*TO_SIGNATURE)).when(sign(born=None)).then_rejected(IdentityUnknown)


def test_where_the_calendar_ends_no_deadline_is_guessed() -> None:
    short = Rulebook(packs=[PACK], calendar=Calendar(years=[2023], holidays=[]))

    given(*told(*TO_SIGNATURE)).when(sign(rules=short)).then_rejected(CalendarUnknown)


def test_refusing_closes_the_dossier() -> None:
    refused = AdmissionRefused(
        dossier=DOSSIER,
        act=Act(on=date(2024, 6, 20), by=STANDING_OFFICER),
        person=PERSON,
        decided_by=COMPETENT,
        decision="102-TB/TU",
        warnings=[],
        pack=PACK.name,
        grounds="Chưa đủ điều kiện",
    )
    history = told(*TO_SUBMITTED)

    given(*history).when(refuse()).then(refused)
    assert isinstance(given(*history, refused).state(), Closed)
    assert told(*TO_SIGNATURE, refuse())


def test_the_deadline_is_extended_once_and_by_no_more_than_the_pack_allows() -> None:
    history = told(*TO_SUBMITTED)
    extended = DecisionExtended(
        dossier=DOSSIER,
        act=Act(on=date(2024, 6, 11), by=STANDING_OFFICER),
        matter="admission",
        committee=COMPETENT,
        working_days=30,
        instrument="77-CV/TU",
        pack=PACK.name,
    )

    given(*history).when(extend()).then(extended)
    given(*history, extended).when(extend(working_days=1)).then_rejected(AlreadyExtended)
    for days in (0, 31):
        given(*history).when(extend(working_days=days)).then_rejected(
            ExtensionTooLong, working_days=days, most=30
        )
    given(*history).when(extend(committee=OTHER_CELL)).then_rejected(NotAbove)


def test_the_decision_on_recognition_has_an_extension_of_its_own() -> None:
    history = told(*TO_SUBMITTED, extend(), propose(on=date(2024, 6, 12)), sign(), *TO_PROBATION[-1:])
    recognition = told(*TO_RECOGNITION[-1:], after=history)

    [*_, extended] = told(extend(on=date(2025, 8, 1)), after=recognition)
    assert isinstance(extended, DecisionExtended)
    assert extended.matter == "recognition"
    given(*told(extend(on=date(2025, 8, 1)), after=recognition)).when(
        extend(on=date(2025, 8, 2))
    ).then_rejected(AlreadyExtended)


@pytest.mark.parametrize(
    ("story", "ceremony_on"),
    [
        (TO_DECIDED, None),
        (TO_PROBATION, date(2024, 7, 15)),
        (TO_RECOGNITION, date(2024, 7, 15)),
        (TO_OFFICIAL, date(2024, 7, 15)),
    ],
)
def test_an_admission_is_annulled_at_any_decided_stage_and_stays_on_record(
    story: list[Command], ceremony_on: date | None
) -> None:
    history = told(*story)
    annulled = AdmissionAnnulled(
        dossier=DOSSIER,
        act=Act(on=date(2025, 11, 3), by=SECOND_OFFICER),
        annulled_by=COMPETENT,
        decision="160-QĐ/TU",
        ceremony_on=ceremony_on,
        reason="conditions",
    )

    given(*history).when(annul()).then(annulled)
    assert isinstance(given(*history, annulled).state(), Annulled)


def test_who_signed_does_not_annul_alone() -> None:
    given(*told(*TO_OFFICIAL)).when(annul(by=STANDING_OFFICER)).then_rejected(SecondPersonNeeded)


def test_a_committee_above_the_cell_annuls() -> None:
    given(*told(*TO_OFFICIAL)).when(annul(annulled_by=OTHER_CELL, above=ABOVE)).then_rejected(NotAbove)


def test_somebody_over_sixty_whose_consent_came_after_the_decision_is_flagged_irregular() -> None:
    born = date(1964, 3, 1)
    consent = replace(CONSENT, on=date(2024, 6, 21))
    voted = vote(born=born, over_age_consent=consent, today=date(2024, 6, 25), late_reason="Bổ sung")
    before = vote(born=born, over_age_consent=CONSENT)
    between = vote(
        born=born,
        over_age_consent=replace(CONSENT, on=date(2024, 6, 20)),
        today=date(2024, 6, 20),
        late_reason="x",
    )

    def irregularities(cell_vote: Command) -> list[str]:
        story = [*TO_READY, cell_vote, committee_vote(), submit(), propose(), sign(born=born)]
        [*_, decided] = told(*story)
        assert isinstance(decided, AdmissionDecided)
        return list(decided.irregularities)

    assert (irregularities(before), irregularities(between)) == ([], [])
    assert irregularities(voted) == ["decision_irregular"]


def test_the_hands_that_prepared_are_only_those_named_here() -> None:
    assert told(*TO_SIGNATURE, sign(by=SECOND_OFFICER))
    given(*told(*TO_SIGNATURE)).when(sign(by=SECRETARY)).then_rejected(ClerkMayNotSign)
