"""The ceremony: in time or with consent, never before the decision, corrected by a new event."""

from dataclasses import replace
from datetime import date

from ketnap.admission.events import Act, CeremonyCorrected, CeremonyHeld, LateCeremonyConsented
from ketnap.admission.rejections import CeremonyLate, NotAbove, RecognitionBegun
from ketnap.admission.rulebook import Rulebook
from ketnap.admission.stages import Probationary
from ketnap.common.occurred import NotYetHappened, OutOfOrder
from ketnap.rules.rule_pack import Clock
from tests.admission.builders import (
    DOSSIER,
    GRASS,
    GRASS_OFFICER,
    OTHER_CELL,
    PACK,
    RULES,
    SECRETARY,
    SHORT,
    TO_DECIDED,
    TO_PROBATION,
    TO_SIGNATURE,
    consent_late,
    correct,
    given,
    hold,
    recognition_vote,
    sign,
    told,
)

DECIDED = told(*TO_DECIDED)  # 20/6/2024, received 28/6/2024: due 9/8/2024


def test_probation_runs_twelve_months_from_the_ceremony() -> None:
    held = CeremonyHeld(
        dossier=DOSSIER,
        act=Act(on=date(2024, 7, 15), by=SECRETARY),
        decided_on=date(2024, 6, 20),
        probation_ends=date(2025, 7, 15),
        pack=PACK.name,
    )

    given(*DECIDED).when(hold()).then(held)
    assert isinstance(given(*DECIDED, held).state(), Probationary)


def test_no_ceremony_before_the_decision_or_in_the_future() -> None:
    given(*DECIDED).when(hold(on=date(2024, 6, 19), today=date(2024, 7, 1))).then_rejected(
        OutOfOrder, after=date(2024, 6, 20)
    )
    given(*DECIDED).when(hold(on=date(2024, 7, 2), today=date(2024, 7, 1))).then_rejected(NotYetHappened)


def test_the_ceremony_is_in_time_to_its_last_day() -> None:
    assert told(hold(on=date(2024, 8, 9)), after=DECIDED)
    given(*DECIDED).when(hold(on=date(2024, 8, 10))).then_rejected(
        CeremonyLate, on=date(2024, 8, 10), due_on=date(2024, 8, 9)
    )


def test_a_late_ceremony_is_held_after_the_committee_above_consented() -> None:
    consented = LateCeremonyConsented(
        dossier=DOSSIER,
        act=Act(on=date(2024, 8, 8), by=GRASS_OFFICER),
        committee=GRASS,
        instrument="15-CV/ĐU",
    )

    given(*DECIDED).when(consent_late()).then(consented)
    assert told(hold(on=date(2024, 8, 20)), after=[*DECIDED, consented])
    assert told(consent_late(on=date(2024, 8, 20)), hold(on=date(2024, 8, 20)), after=DECIDED)


def test_consent_after_the_ceremony_is_none() -> None:
    history = told(consent_late(on=date(2024, 8, 21)), after=DECIDED)

    given(*history).when(hold(on=date(2024, 8, 20), today=date(2024, 8, 21))).then_rejected(CeremonyLate)


def test_a_committee_that_does_not_stand_above_the_cell_cannot_consent() -> None:
    given(*DECIDED).when(consent_late(committee=OTHER_CELL)).then_rejected(NotAbove)


def test_the_clock_is_that_of_the_pack_the_decision_named() -> None:
    by_issue = replace(
        PACK,
        code="OLD",
        in_force_to=date(2024, 6, 30),
        ceremony=Clock(working_days=30, extension=0, starts="decision_issued"),
    )
    by_receipt = replace(PACK, code="NEW", in_force_from=date(2024, 7, 1))
    rules = Rulebook(packs=[by_issue, by_receipt], calendar=RULES.calendar)
    history = told(*TO_SIGNATURE, sign(rules=rules))

    [*_, held] = told(hold(on=date(2024, 8, 1), rules=rules), after=history)
    assert isinstance(held, CeremonyHeld)
    assert held.pack == by_receipt.name
    given(*history).when(hold(on=date(2024, 8, 2), rules=rules)).then_rejected(
        CeremonyLate, due_on=date(2024, 8, 1)
    )


def test_a_wrong_day_is_corrected_by_a_new_event_and_probation_moves_with_it() -> None:
    history = told(*TO_PROBATION)
    corrected = CeremonyCorrected(
        dossier=DOSSIER,
        act=Act(on=date(2024, 7, 20), by=GRASS_OFFICER),
        was=date(2024, 7, 15),
        held_on=date(2024, 7, 16),
        probation_ends=date(2025, 7, 16),
        reason="clerical",
        pack=PACK.name,
    )

    given(*history).when(correct()).then(corrected)
    state = given(*history, corrected).state()
    assert isinstance(state, Probationary)
    assert (state.probation.ceremony_on, state.probation.ends_on) == (date(2024, 7, 16), date(2025, 7, 16))


def test_the_right_day_passes_the_same_rules() -> None:
    history = told(*TO_PROBATION)

    given(*history).when(correct(held_on=date(2024, 7, 15))).then_nothing()
    given(*history).when(correct(held_on=date(2024, 6, 19))).then_rejected(OutOfOrder)
    given(*history).when(correct(held_on=date(2024, 7, 21))).then_rejected(NotYetHappened)
    given(*history).when(correct(held_on=date(2024, 8, 12), on=date(2024, 8, 15))).then_rejected(CeremonyLate)


def test_once_the_cell_has_voted_on_recognition_the_ceremony_stays() -> None:
    history = told(*TO_PROBATION, recognition_vote(recognition=SHORT))

    given(*history).when(correct(on=date(2025, 8, 1))).then_rejected(RecognitionBegun)
