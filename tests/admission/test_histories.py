"""Whatever officers do, in whatever order: what holds for every history."""

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from ketnap.admission.commands import Candidacy, Command
from ketnap.admission.dossier import claims, decider
from ketnap.admission.events import (
    AdmissionDecided,
    AdmissionProposed,
    ApplicationFiled,
    BiographyDeclared,
    CellRecognitionVoted,
    CellStrikeOffVoted,
    CellVoted,
    CeremonyCorrected,
    CeremonyHeld,
    Count,
    DossierSubmitted,
    Event,
    GrassVoted,
    OpinionsSummarised,
    Recognised,
    Roll,
    StruckOff,
    VerificationCompleted,
    VerificationIssueResolved,
    VerificationRequested,
)
from ketnap.admission.progress import Clock, run, running, stands
from ketnap.admission.stages import (
    LABELS,
    Annulled,
    AwaitingSignature,
    Closed,
    Inconclusive,
    NotFiled,
    Official,
    Probationary,
    RecognitionProposed,
    Removed,
)
from ketnap.common.decider import Hold, Rejected
from ketnap.common.frozen import FORGOTTEN
from ketnap.rules.months import add_months
from tests.admission.builders import (
    ABOVE,
    AWARENESS,
    BOARD_OFFICER,
    CANDIDACY,
    CELL,
    COMPETENT,
    GRASS,
    GRASS_OFFICER,
    NEW_MEMBER,
    SECOND_OFFICER,
    SECRETARY,
    STANDING_OFFICER,
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
    vote,
    withdraw,
)

OFFICERS = [SECRETARY, GRASS_OFFICER, BOARD_OFFICER, STANDING_OFFICER, SECOND_OFFICER]
OVER = (Official, Removed, Closed, Annulled)
FIRST = date(2023, 11, 1)
LEARNT = replace(NEW_MEMBER, issued_on=FIRST)


@st.composite
def counts(draw: st.DrawFn) -> Count:
    return ballots(draw(st.integers(0, 24)), draw(st.integers(0, 6)))


rolls = st.builds(Roll, cells=st.just([CELL]), official=st.integers(0, 24), probationary=st.integers(0, 3))
above = st.sampled_from([ABOVE, [COMPETENT], [GRASS]])
committees = st.sampled_from([GRASS, COMPETENT])
MORE: dict[Callable[..., Command], dict[str, st.SearchStrategy[Any]]] = {  # Any: fields of all types
    declare: {},
    request: {"asked": st.integers(1, 4)},
    complete_verification: {"answered": st.integers(0, 4)},
    raise_issue: {},
    resolve_issue: {},
    fail_verification: {},
    summarise: {},
    renew: {},
    vote: {"count": counts(), "roll": rolls, "born": st.dates(date(1960, 1, 1), date(2008, 1, 1))},
    committee_vote: {
        "count": counts(),
        "members": st.integers(1, 24),
        "committee": committees,
        "above": above,
    },
    submit: {"competent": committees, "above": above},
    send_back: {},
    complete: {},
    propose: {},
    extend: {"working_days": st.integers(0, 40)},
    sign: {"yes": st.integers(0, 9), "received_on": st.dates(FIRST, date(2026, 6, 1))},
    refuse: {},
    consent_late: {},
    hold: {},
    correct: {"held_on": st.dates(FIRST, date(2026, 6, 1))},
    recognition_vote: {
        "recognition": counts(),
        "strike_off": st.none() | counts(),
        "roll": rolls,
        "resolution": st.sampled_from(["1", "2", "3", "4"]),
        "certificate": st.sampled_from([None, LEARNT]),
    },
    strike_off_vote: {"count": counts(), "roll": rolls},
    recognise: {"yes": st.integers(0, 9), "decided_by": committees, "above": above},
    strike_off: {"yes": st.integers(0, 9), "decided_by": committees, "above": above},
    annul: {},
    withdraw: {},
    close_probation: {},
}
# Taken in this order with what usually passes, so that the machine also gets far.
PATH: list[Callable[..., Command]] = [
    declare,
    request,
    complete_verification,
    summarise,
    vote,
    committee_vote,
    submit,
    propose,
    sign,
    hold,
]
END: list[Callable[..., Command]] = [recognition_vote, committee_vote, recognise]


class Officers(RuleBasedStateMachine):
    """Two people, six dossiers, five officers, and days that pass."""

    def __init__(self) -> None:
        super().__init__()
        self.today = FIRST
        self.histories: dict[UUID, list[Event]] = {UUID(int=100 + n): [] for n in range(6)}
        self.holders: dict[str, UUID] = {}

    def person(self, dossier: UUID) -> UUID:
        return UUID(int=dossier.int % 2 + 1)

    def give(self, dossier: UUID, command: Command) -> None:
        """As the command handler does: decide, then claim, then append."""
        history = self.histories[dossier]
        try:
            happened = decider.decide(command, decider.fold(history))
        except Rejected:
            return
        for event in happened:
            for claim in claims(event):
                if isinstance(claim, Hold):
                    if self.holders.get(claim.value, dossier) != dossier:
                        return
                    self.holders[claim.value] = dossier
                else:
                    self.holders = {v: d for v, d in self.holders.items() if d != dossier}
        history += happened

    @rule(days=st.integers(0, 70))
    def days_pass(self, days: int) -> None:
        self.today = min(self.today + timedelta(days=days), date(2026, 5, 1))

    @rule(dossier=st.sampled_from(range(6)))
    def somebody_applies(self, dossier: int) -> None:
        id = UUID(int=100 + dossier)
        known = Candidacy(id=CANDIDACY, person=self.person(id), unit=CELL, listed_on=date(2023, 6, 1))
        self.give(id, file(dossier=id, candidacy=known, certificate=AWARENESS, on=self.today))

    @rule(dossier=st.sampled_from(range(6)), data=st.data())
    def an_officer_does_anything(self, dossier: int, data: st.DataObject) -> None:
        make = data.draw(st.sampled_from(list(MORE)))
        more = {name: data.draw(strategy) for name, strategy in MORE[make].items()}
        on = self.today - timedelta(days=data.draw(st.integers(-2, 20)))
        by = data.draw(st.sampled_from(OFFICERS))
        self.give(UUID(int=100 + dossier), make(on=on, today=self.today, by=by, **more))

    @rule(dossier=st.sampled_from(range(6)), steps=st.integers(1, 10))
    def a_dossier_goes_on_as_it_should(self, dossier: int, steps: int) -> None:
        id = UUID(int=100 + dossier)
        for _ in range(steps):
            state = decider.fold(self.histories[id])
            if isinstance(state, Probationary):
                self.today = max(self.today, state.probation.ends_on + timedelta(days=1))
            for make in [*PATH, *END]:
                more: dict[str, Any] = {}  # Any: as above
                if make is sign:
                    more["received_on"] = self.today
                if make is recognition_vote:
                    more["certificate"] = LEARNT
                self.give(id, make(on=self.today, today=self.today, **more))
                if decider.fold(self.histories[id]) != state:
                    break

    @invariant()
    def nobody_is_official_before_probation_is_over(self) -> None:
        for history in self.histories.values():
            for n, event in enumerate(history):
                if isinstance(event, Recognised):
                    ceremony = _last_ceremony(history[:n])
                    assert event.official_from == add_months(ceremony, 12) < event.act.on

    @invariant()
    def a_person_has_at_most_one_open_dossier_and_an_open_one_is_held(self) -> None:
        open_dossiers = [
            (str(self.person(id)), id)
            for id, history in self.histories.items()
            if not isinstance(decider.fold(history), (NotFiled, *OVER))
        ]
        assert dict(open_dossiers) == self.holders
        assert len(open_dossiers) == len(self.holders)

    @invariant()
    def a_vote_passes_when_three_times_yes_reach_twice_the_members(self) -> None:
        for history in self.histories.values():
            for event in history:
                match event:
                    case CellVoted() | CellStrikeOffVoted():
                        assert event.passed == (3 * event.count.yes >= 2 * event.denominator)
                        assert event.denominator == event.basis.roll.official
                    case GrassVoted():
                        assert event.passed == (3 * event.count.yes >= 2 * event.members)
                    case CellRecognitionVoted():
                        recognised = 3 * event.recognition.yes >= 2 * event.denominator
                        assert (event.outcome == "recognises") == recognised
                    case _:
                        continue

    @invariant()
    def no_step_without_the_ones_before(self) -> None:
        for history in self.histories.values():
            for n, event in enumerate(history):
                before = {type(earlier) for earlier in history[:n]}
                assert NEEDS.get(type(event), set()) <= before
                if type(event) is OpinionsSummarised:
                    assert before & {VerificationCompleted, VerificationIssueResolved}
                if type(event) is not ApplicationFiled:
                    assert type(history[0]) is ApplicationFiled

    @invariant()
    def who_prepared_did_not_sign(self) -> None:
        for history in self.histories.values():
            for n, event in enumerate(history):
                if isinstance(event, AdmissionDecided | Recognised | StruckOff):
                    hands = {
                        earlier.act.by for earlier in history[:n] if isinstance(earlier, _HANDS[type(event)])
                    }
                    assert event.act.by not in hands

    @invariant()
    def pages_and_rules_agree_on_the_stage(self) -> None:
        for history in self.histories.values():
            shown = [stage for event in history if (stage := stands(event))]
            state = decider.fold(history)
            if history:
                assert shown[-1][0] == LABELS[type(state)].code

    @invariant()
    def a_clock_runs_exactly_while_somebody_must_act(self) -> None:
        for history in self.histories.values():
            clocks: list[Clock] = []
            for event in history:
                clocks = run(clocks, event)
            state = decider.fold(history)
            if isinstance(state, NotFiled | Official | Removed | Closed | Annulled):
                assert running(clocks) is None
            elif isinstance(state, AwaitingSignature | RecognitionProposed | Inconclusive):
                assert running(clocks) is not None

    @invariant()
    def a_history_folds_again_even_when_its_people_are_forgotten(self) -> None:
        for history in self.histories.values():
            erased = [_forgotten(event) for event in history]
            assert type(decider.fold(erased)) is type(decider.fold(history))


NEEDS: dict[type[Event], set[type[Event]]] = {
    VerificationRequested: {BiographyDeclared},
    VerificationCompleted: {VerificationRequested},
    CellVoted: {OpinionsSummarised},
    DossierSubmitted: {CellVoted},
    AdmissionProposed: {DossierSubmitted},
    AdmissionDecided: {AdmissionProposed},
    CeremonyHeld: {AdmissionDecided},
    CellRecognitionVoted: {CeremonyHeld},
    Recognised: {CellRecognitionVoted},
}
_HANDS: dict[type[Event], tuple[type[Event], ...]] = {
    AdmissionDecided: (CellVoted, DossierSubmitted, AdmissionProposed),
    Recognised: (CellRecognitionVoted,),
    StruckOff: (CellRecognitionVoted, CellStrikeOffVoted),
}


def _last_ceremony(history: list[Event]) -> date:
    days = [
        event.act.on if isinstance(event, CeremonyHeld) else event.held_on
        for event in history
        if isinstance(event, CeremonyHeld | CeremonyCorrected)
    ]
    return days[-1]


def _forgotten(event: Event) -> Event:
    erasable = {field.name: FORGOTTEN for field in fields(event) if field.metadata.get("erasable")}
    return replace(event, **erasable)  # type: ignore[arg-type] # fields that may be forgotten


TestOfficers = Officers.TestCase
TestOfficers.settings = settings(max_examples=120, stateful_step_count=30, deadline=None)


def test_the_machine_gets_as_far_as_a_member() -> None:
    officers = Officers()
    officers.somebody_applies(0)
    officers.a_dossier_goes_on_as_it_should(0, 13)

    assert isinstance(decider.fold(officers.histories[UUID(int=100)]), Official)
