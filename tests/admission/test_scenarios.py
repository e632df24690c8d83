"""The acceptance scenarios of the trade that fall to admission, told with their numbers."""

from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from ketnap.admission.commands import Command, Introducing
from ketnap.admission.dossier import decider
from ketnap.admission.events import (
    AdmissionAnnulled,
    AdmissionDecided,
    Biography,
    CellRecognitionVoted,
    CellVoted,
    CeremonyHeld,
    Certificate,
    Consent,
    Event,
    Recognised,
    Roll,
)
from ketnap.admission.progress import Clock, due, run, running
from ketnap.admission.rejections import (
    CellTooSmall,
    CeremonyLate,
    CertificateExpired,
    EducationBelowFloor,
    IntroducerTooNew,
    MoreBallotsThanVoters,
    NotAtThisStep,
    OverAgeWithoutConsent,
    PapersStale,
    TooYoung,
)
from ketnap.admission.rulebook import Rulebook
from ketnap.admission.stages import Inconclusive, Probationary
from ketnap.rules.rule_pack import Clock as PackClock
from ketnap.rules.workdays import Calendar
from tests.admission.builders import (
    ANH,
    BINH,
    CELL,
    CUONG,
    PACK,
    RULES,
    SECOND_OFFICER,
    SHORT,
    TO_OFFICIAL,
    TO_PROBATION,
    TO_READY,
    TO_SIGNATURE,
    annul,
    ballots,
    committee_vote,
    complete_verification,
    declare,
    file,
    given,
    hold,
    propose,
    recognise,
    recognition_vote,
    renew,
    request,
    second_committee_vote,
    sign,
    strike_off,
    submit,
    summarise,
    told,
    vote,
)


def clocks_of(history: list[Event]) -> list[Clock]:
    clocks: list[Clock] = []
    for event in history:
        clocks = run(clocks, event)
    return clocks


def decided_on(day: date, received_on: date, rules: Rulebook = RULES) -> list[Event]:
    return told(*TO_SIGNATURE, sign(on=day, received_on=received_on, today=received_on, rules=rules))


def test_1_ordinary_path() -> None:
    history = told(hold(on=date(2024, 9, 15)), after=decided_on(date(2024, 8, 25), date(2024, 9, 3)))
    meeting = running(clocks_of(history))

    assert meeting is not None
    computed = due(meeting, RULES, date(2025, 10, 20))
    assert computed is not None
    assert (meeting.rule, computed.due_on) == ("recognition_meeting", date(2025, 10, 27))
    [*_, recognised] = told(
        recognition_vote(on=date(2025, 10, 20)),
        second_committee_vote(on=date(2025, 10, 27)),
        recognise(on=date(2025, 11, 10)),
        after=history,
    )
    assert isinstance(recognised, Recognised)
    assert (recognised.official_from, recognised.party_age_from, recognised.joined_on) == (
        date(2025, 9, 15),
        date(2024, 8, 25),
        date(2024, 9, 15),
    )


@pytest.mark.parametrize("ceremony", [date(2028, 2, 28), date(2028, 2, 29)])
def test_2_leap_day(ceremony: date) -> None:
    rules = Rulebook(packs=[PACK], calendar=Calendar(years=[2028], holidays=[]))
    history = decided_on(date(2028, 2, 1), date(2028, 2, 2), rules)
    [*_, held] = told(hold(on=ceremony, rules=rules), after=history)

    assert isinstance(held, CeremonyHeld)
    assert held.probation_ends == date(2029, 2, 28)


def test_3_late_recognition() -> None:
    # Probation ended 10/1/2026, the cell voted 20/4/2026, the committee signed 15/6/2026.
    history = told(hold(on=date(2025, 1, 10)), after=decided_on(date(2025, 1, 2), date(2025, 1, 3)))
    history = told(
        recognition_vote(on=date(2026, 4, 20)),
        second_committee_vote(on=date(2026, 5, 11)),
        recognise(on=date(2026, 6, 15)),
        after=history,
    )
    late = {clock.rule: (due(clock, RULES, date(2026, 7, 1)), clock.unit) for clock in clocks_of(history)}

    [*_, recognised] = history
    assert isinstance(recognised, Recognised)
    assert recognised.official_from == date(2026, 1, 10)
    meeting, cell = late["recognition_meeting"]
    decision, committee = late["recognition_decision"]
    assert meeting is not None
    assert decision is not None
    assert (meeting.due_on, meeting.days_late, cell) == (date(2026, 2, 27), 36, CELL)
    assert (decision.due_on, decision.days_late, committee) == (date(2026, 6, 4), 7, recognised.decided_by)


def test_4_certificate_expired_before_the_vote() -> None:
    old = Certificate(number="1/CN", issued_on=date(2020, 1, 15), valid_until=date(2025, 1, 15))
    new = Certificate(number="2/CN", issued_on=date(2025, 1, 24), valid_until=date(2030, 1, 24))
    history = told(
        file(certificate=old, on=date(2024, 6, 3)),
        *(step(on=date(2024, 9, 2)) for step in (declare, request, complete_verification, summarise)),
    )

    given(*history).when(vote(certificate=old, on=date(2025, 2, 3))).then_rejected(
        CertificateExpired, valid_until=date(2025, 1, 15), on=date(2025, 2, 3)
    )
    assert told(vote(certificate=new, on=date(2025, 2, 3)), after=history)


def test_5_papers_older_than_twelve_months() -> None:
    filed = date(2025, 4, 1)
    history = told(
        file(on=filed), *(step(on=filed) for step in (declare, request, complete_verification, summarise))
    )
    next_year = date(2026, 4, 2)

    assert told(vote(on=date(2026, 4, 1)), after=history)
    given(*history).when(vote(on=next_year)).then_rejected(PapersStale, drawn_up_on=filed, on=next_year)
    assert told(renew(on=next_year), vote(on=next_year), after=history)  # biography and certificate stay
    changed = declare(biography=Biography(education="lower_secondary"), on=next_year)
    given(*told(changed, after=history)).when(renew(on=next_year)).then_rejected(NotAtThisStep)
    supplement: list[Command] = [
        request(on=next_year, asked=1),
        complete_verification(on=next_year, answered=1),
    ]
    assert told(
        changed, *supplement, summarise(on=next_year), renew(on=next_year), vote(on=next_year), after=history
    )


def test_6_just_under_two_thirds() -> None:
    ready = told(*TO_READY)

    def passed(yes: int, no: int) -> bool:
        [*_, voted] = told(vote(count=ballots(yes, no)), after=ready)
        assert isinstance(voted, CellVoted)
        assert (voted.basis.roll.official, voted.basis.roll.probationary, voted.needed) == (20, 2, 14)
        return voted.passed

    assert (passed(13, 4), passed(14, 3)) == (False, True)
    given(*ready).when(vote(count=ballots(15, 4, present=17))).then_rejected(
        MoreBallotsThanVoters, ballots=19, present=17
    )


def test_7_cell_too_small() -> None:
    probation = told(*TO_PROBATION)
    too_small = Roll(cells=[CELL], official=2, probationary=1)
    merged = Roll(cells=[CELL, UUID(int=11)], official=7, probationary=1)

    blocked = given(*probation).when(recognition_vote(roll=too_small))
    blocked.then_rejected(CellTooSmall, official=2)
    with pytest.raises(CellTooSmall, match="điều thêm đảng viên hoặc ghép chi bộ"):
        decider.decide(recognition_vote(roll=too_small), given(*probation).state())
    [*_, recognised] = told(
        recognition_vote(roll=merged, recognition=ballots(5), on=date(2025, 11, 3)),
        second_committee_vote(on=date(2025, 11, 10)),
        recognise(on=date(2025, 11, 17)),
        after=probation,
    )
    assert isinstance(recognised, Recognised)
    assert recognised.official_from == date(2025, 7, 15)


def test_8_three_inconclusive_votes() -> None:
    days = (date(2025, 7, 28), date(2025, 8, 11), date(2025, 8, 25))
    votes = [recognition_vote(on=day, recognition=SHORT, strike_off=ballots(4, 13)) for day in days]
    history = told(*TO_PROBATION, *votes)
    state = given(*history).state()

    assert isinstance(given(*told(*TO_PROBATION, *votes[:2])).state(), Probationary)
    assert isinstance(state, Inconclusive)
    [*_, last] = history
    assert isinstance(last, CellRecognitionVoted)
    assert (last.attempt, last.outcome) == (3, "inconclusive")
    given(*history).when(recognition_vote(on=date(2025, 9, 8))).then_rejected(NotAtThisStep)
    above: list[Command] = [recognise(on=date(2025, 9, 8)), strike_off(on=date(2025, 9, 8))]
    assert all(told(command, after=history) for command in above)


def test_9_rule_pack_switch() -> None:
    weekends_only = Calendar(years=[2026], holidays=[])
    issued, received = date(2026, 7, 20), date(2026, 8, 3)
    by_receipt = Rulebook(packs=[PACK], calendar=weekends_only)
    by_issue = Rulebook(
        packs=[replace(PACK, ceremony=PackClock(working_days=30, extension=0, starts="decision_issued"))],
        calendar=weekends_only,
    )

    def story(rules: Rulebook) -> list[Event]:
        return decided_on(issued, received, rules)

    def due_by(rules: Rulebook) -> date:
        [*_, decided] = story(rules)
        assert isinstance(decided, AdmissionDecided)
        assert decided.pack == PACK.name
        return decided.ceremony_due

    assert (due_by(by_receipt), due_by(by_issue)) == (date(2026, 9, 14), date(2026, 8, 31))
    given(*story(by_issue)).when(hold(on=date(2026, 9, 7), rules=by_issue)).then_rejected(
        CeremonyLate, due_on=date(2026, 8, 31)
    )
    assert told(hold(on=date(2026, 9, 7), rules=by_receipt), after=story(by_receipt))


def test_10_introducer_leaves() -> None:
    fourteen, two, ten = date(2023, 3, 6), date(2024, 3, 6), date(2023, 7, 6)
    ready = told(*TO_READY)

    def introduced(since: date, helpers: dict[UUID, bool], helper: UUID) -> Command:
        introducers = [
            Introducing(helper=ANH, together_since=fourteen),
            Introducing(helper=helper, together_since=since),
        ]
        return vote(introducers=introducers, helpers=helpers)

    replaced = {ANH: False, CUONG: True}  # Bình, with 14 months, moved away; Cường took over
    assert told(introduced(two, replaced, CUONG), after=ready)
    given(*ready).when(introduced(ten, {ANH: False, BINH: False}, BINH)).then_rejected(IntroducerTooNew)


def test_11_over_sixty() -> None:
    born = date(1964, 3, 6)  # sixty years and two months at the meeting
    ready = told(*TO_READY)
    consent = Consent(instrument="9-CV/TU", on=date(2024, 6, 25))

    given(*ready).when(vote(born=born)).then_rejected(OverAgeWithoutConsent)
    late_paper = vote(born=born, over_age_consent=consent, today=date(2024, 6, 28), late_reason="Bổ sung")
    history = told(late_paper, committee_vote(), submit(), propose(), sign(born=born), after=ready)
    [*_, decided] = history
    assert isinstance(decided, AdmissionDecided)
    assert (decided.act.on, list(decided.irregularities)) == (date(2024, 6, 20), ["decision_irregular"])


def test_12_remote_area_education() -> None:
    remote = Biography(education="primary", difficult_area="10.026", area_evidence="CT07")
    story: list[Command] = [
        file(),
        declare(biography=remote),
        request(),
        complete_verification(),
        summarise(),
    ]
    moved: list[Command] = [
        declare(biography=Biography(education="primary"), on=date(2024, 4, 15)),
        request(on=date(2024, 4, 16), asked=1),
        complete_verification(on=date(2024, 4, 20), answered=1),
        summarise(on=date(2024, 4, 22)),
    ]

    assert told(*story, vote())
    given(*told(*story, *moved)).when(vote()).then_rejected(EducationBelowFloor)


def test_16_a_wrong_birth_date_found_later_annuls_the_admission() -> None:
    right = date(2006, 6, 6)  # seventeen years and eleven months at the meeting of 6/5/2024
    history = told(*TO_OFFICIAL)

    given(*told(*TO_READY)).when(vote(born=right)).then_rejected(TooYoung)
    [*_, annulled] = told(annul(by=SECOND_OFFICER), after=history)
    assert isinstance(annulled, AdmissionAnnulled)
    assert (annulled.reason, annulled.ceremony_on) == ("conditions", date(2024, 7, 15))
    assert told(annul(), after=history)[: len(history)] == history  # nothing was edited
    redone = file(dossier=UUID(int=9), on=date(2026, 1, 5))
    assert told(redone)


def test_two_people_admitted_on_one_day_are_recorded_separately() -> None:
    [*_, one] = told(*TO_PROBATION)
    [*_, other] = told(replace(file(), dossier=UUID(int=4)), *TO_PROBATION[1:])

    assert isinstance(one, CeremonyHeld)
    assert isinstance(other, CeremonyHeld)
    assert one.act.on == other.act.on
    assert one.dossier != other.dossier
