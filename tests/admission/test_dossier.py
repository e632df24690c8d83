"""The state diagram: what may be asked at which stage, and nothing else."""

from dataclasses import replace
from datetime import date

import pytest

from ketnap.admission.commands import Command
from ketnap.admission.dossier import claims, decider
from ketnap.admission.events import Act, DossierWithdrawn, Event
from ketnap.admission.rejections import (
    DossierExists,
    DossierUnknown,
    NotAtThisStep,
    RecognitionBegun,
    WithdrawalTooLate,
)
from ketnap.admission.stages import LABELS, NotFiled
from ketnap.common.decider import Hold, Rejected, Release
from tests.admission.builders import (
    DOSSIER,
    PERSON,
    SCHOOLED,
    SECRETARY,
    SHORT,
    TO_DECIDED,
    TO_INCONCLUSIVE,
    TO_OFFICIAL,
    TO_PROBATION,
    TO_PROPOSED,
    TO_READY,
    TO_RECOGNITION,
    TO_SIGNATURE,
    TO_SUBMITTED,
    annul,
    ballots,
    close_probation,
    committee_vote,
    complete,
    complete_verification,
    consent_late,
    correct,
    declare,
    extend,
    fail_verification,
    file,
    given,
    hold,
    propose,
    raise_issue,
    recognise,
    recognition_vote,
    refuse,
    renew,
    request,
    resolve_issue,
    send_back,
    sign,
    strike_off,
    strike_off_vote,
    submit,
    summarise,
    told,
    vote,
    withdraw,
)

DAY = date(2025, 11, 3)
CHANGED = replace(SCHOOLED, remarks="Kết hôn tháng 9")
STORIES: dict[str, list[Command]] = {
    "applied": [file()],
    "biography_declared": [file(), declare()],
    "verifying": [file(), declare(), request()],
    "verification_issue": [file(), declare(), request(), raise_issue()],
    "verified": [file(), declare(), request(), complete_verification()],
    "opinions_collected": TO_READY,
    "cell_proposed": TO_PROPOSED,
    "grass_proposed": [*TO_PROPOSED, committee_vote()],
    "submitted": TO_SUBMITTED,
    "returned": [*TO_SUBMITTED, send_back()],
    "awaiting_signature": TO_SIGNATURE,
    "decided": TO_DECIDED,
    "probationary": TO_PROBATION,
    "recognition_proposed": TO_RECOGNITION,
    "strike_off_proposed": [*TO_PROBATION, strike_off_vote()],
    "cell_inconclusive": TO_INCONCLUSIVE,
    "official": TO_OFFICIAL,
    "struck_off": [*TO_PROBATION, strike_off_vote(), committee_vote(on=date(2025, 8, 4)), strike_off()],
    "closed": [*TO_READY, vote(count=ballots(13, 4))],
    "annulled": [*TO_DECIDED, annul()],
}
ASKED: dict[str, Command] = {
    "file": file(candidacy=None),
    "declare": declare(on=DAY, biography=CHANGED),
    "request": request(on=DAY),
    "complete_verification": complete_verification(on=DAY),
    "raise_issue": raise_issue(on=DAY),
    "resolve_issue": resolve_issue(on=DAY),
    "fail_verification": fail_verification(on=DAY),
    "summarise": summarise(on=DAY),
    "renew": renew(on=DAY),
    "vote": vote(),
    "committee_vote": committee_vote(on=DAY),
    "submit": submit(on=DAY),
    "return": send_back(on=DAY),
    "complete": complete(on=DAY),
    "propose": propose(on=DAY),
    "extend": extend(on=DAY),
    "sign": sign(),
    "refuse": refuse(on=DAY),
    "consent_late": consent_late(on=DAY),
    "hold": hold(),
    "correct": correct(),
    "recognition_vote": recognition_vote(on=DAY),
    "strike_off_vote": strike_off_vote(on=DAY),
    "recognise": recognise(on=DAY),
    "strike_off": strike_off(on=DAY),
    "annul": annul(),
    "withdraw": withdraw(),
    "close_probation": close_probation(on=DAY),
}
MAY: dict[str, set[str]] = {
    "applied": {"declare", "withdraw"},
    "biography_declared": {"declare", "request", "withdraw"},
    "verifying": {"complete_verification", "raise_issue", "withdraw"},
    "verification_issue": {"resolve_issue", "fail_verification", "withdraw"},
    "verified": {"declare", "summarise", "withdraw"},
    "opinions_collected": {"declare", "renew", "vote", "withdraw"},
    "cell_proposed": {"committee_vote", "withdraw"},  # submitted only where the cell stands directly under
    "grass_proposed": {"submit", "withdraw"},
    "submitted": {"return", "propose", "extend", "refuse", "withdraw"},
    "returned": {"complete", "extend", "withdraw"},
    "awaiting_signature": {"sign", "refuse", "extend", "withdraw"},
    "decided": {"consent_late", "hold", "annul"},
    "probationary": {"correct", "recognition_vote", "strike_off_vote", "annul", "close_probation"},
    "recognition_proposed": {"committee_vote", "extend", "annul", "close_probation"},
    "strike_off_proposed": {"committee_vote", "annul", "close_probation"},
    "cell_inconclusive": {"extend", "recognise", "strike_off", "annul", "close_probation"},
    "official": {"annul"},
    "struck_off": set(),
    "closed": set(),
    "annulled": set(),
}


def test_every_stage_has_a_story_and_a_name() -> None:
    assert STORIES.keys() == MAY.keys() == {label.code for label in LABELS.values()} - {"not_filed"}
    for stage, story in STORIES.items():
        assert LABELS[type(decider.fold(told(*story)))].code == stage


@pytest.mark.parametrize("stage", STORIES)
def test_at_each_stage_that_may_be_done_which_the_rules_name_and_nothing_else(stage: str) -> None:
    state = decider.fold(told(*STORIES[stage]))

    done = set()
    for name, command in ASKED.items():
        try:
            if decider.decide(command, state):
                done.add(name)
        except Rejected:
            continue

    assert done == MAY[stage]


@pytest.mark.parametrize("stage", STORIES)
def test_what_a_stage_does_not_know_is_named_with_where_the_dossier_stands(stage: str) -> None:
    state = decider.fold(told(*STORIES[stage]))
    label = LABELS[type(state)]
    asked = propose(on=DAY) if stage != "submitted" else complete(on=DAY)

    given(*told(*STORIES[stage])).when(asked).then_rejected(NotAtThisStep, stage=label.vi, stage_en=label.en)


@pytest.mark.parametrize("name", [name for name in ASKED if name != "file"])
def test_nothing_but_filing_opens_a_dossier(name: str) -> None:
    given().when(ASKED[name]).then_rejected(DossierUnknown)


def test_the_same_application_twice_is_one_application_and_another_is_refused() -> None:
    other = file(candidacy=None)

    given(*told(file())).when(file()).then_nothing()
    given(*told(file())).when(other).then_rejected(DossierExists)
    given(*told(file(), declare())).when(file()).then_rejected(DossierExists)


@pytest.mark.parametrize("stage", [s for s in STORIES if "withdraw" in MAY[s]])
def test_a_dossier_is_withdrawn_at_any_open_stage(stage: str) -> None:
    withdrawn = DossierWithdrawn(dossier=DOSSIER, act=Act(on=DAY, by=SECRETARY), because="own_request")

    given(*told(*STORIES[stage])).when(withdraw()).then(withdrawn)


@pytest.mark.parametrize(
    "stage",
    [
        "decided",
        "probationary",
        "recognition_proposed",
        "strike_off_proposed",
        "cell_inconclusive",
        "official",
    ],
)
def test_once_decided_a_dossier_is_annulled_not_withdrawn(stage: str) -> None:
    given(*told(*STORIES[stage])).when(withdraw()).then_rejected(
        WithdrawalTooLate, decided_on=date(2024, 6, 20)
    )


@pytest.mark.parametrize("stage", ["closed", "struck_off", "annulled"])
def test_withdrawing_what_is_over_changes_nothing(stage: str) -> None:
    given(*told(*STORIES[stage])).when(withdraw()).then_nothing()


@pytest.mark.parametrize(
    "stage", ["recognition_proposed", "strike_off_proposed", "cell_inconclusive", "official"]
)
def test_after_the_vote_on_recognition_the_ceremony_is_not_corrected(stage: str) -> None:
    given(*told(*STORIES[stage])).when(correct(on=DAY)).then_rejected(RecognitionBegun)


def test_a_membership_that_ended_elsewhere_closes_probation_and_nothing_else() -> None:
    for stage, story in STORIES.items():
        happened = decider.decide(close_probation(), decider.fold(told(*story)))
        assert bool(happened) == ("close_probation" in MAY[stage])


def test_a_person_holds_one_dossier_until_it_is_over() -> None:
    held = {stage: _held(told(*story)) for stage, story in STORIES.items()}

    over = {"official", "struck_off", "closed", "annulled"}
    assert held == {stage: stage not in over for stage in STORIES}
    for ending in (
        [file(), declare(), request(), raise_issue(), fail_verification()],
        [*TO_PROPOSED, committee_vote(count=ballots(9, 6))],
        [*TO_SIGNATURE, refuse()],
        [file(), withdraw()],
        [*TO_PROBATION, close_probation()],
    ):
        assert not _held(told(*ending))


def test_a_vote_on_recognition_that_falls_short_keeps_the_dossier_open() -> None:
    short = told(*TO_PROBATION, recognition_vote(recognition=SHORT))
    refused_above = told(*TO_RECOGNITION, committee_vote(on=date(2025, 8, 4), count=ballots(9, 6)))

    assert (_held(short), _held(refused_above)) == (True, True)


def _held(events: list[Event]) -> bool:
    held = False
    for event in events:
        for claim in claims(event):
            match claim:
                case Hold(kind="open-dossier", value=value):
                    assert value == str(PERSON)
                    held = True
                case Release(kind="open-dossier"):
                    held = False
                case _:
                    raise AssertionError(claim)
    return held


def test_an_event_that_meets_a_foreign_stage_changes_nothing() -> None:
    ceremony = told(*TO_PROBATION)[-1]

    assert decider.evolve(NotFiled(), ceremony) == NotFiled()
