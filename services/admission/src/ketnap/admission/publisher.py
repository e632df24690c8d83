"""What leaves the house: from our events to the facts of the published language."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from ketnap.admission import language
from ketnap.admission.events import (
    AdmissionAnnulled,
    AdmissionDecided,
    AdmissionRefused,
    ApplicationFiled,
    BiographyDeclared,
    CellRecognitionVoted,
    CellStrikeOffVoted,
    CellVoted,
    CeremonyCorrected,
    CeremonyHeld,
    Count,
    Dossier,
    DossierCompleted,
    DossierReturned,
    DossierSubmitted,
    DossierWithdrawn,
    GrassVoted,
    OpinionsSummarised,
    Recognised,
    StruckOff,
    VerificationCompleted,
    VerificationFailed,
    VerificationIssueRaised,
    VerificationIssueResolved,
    VerificationRequested,
)
from ketnap.admission.language import Own
from ketnap.common.forgetting import ForgettingDone
from ketnap.common.log import Entry
from ketnap.common.relay import Erased
from ketnap.contracts import admission as told
from ketnap.contracts.admission import CloseReason, Matter, Step
from ketnap.contracts.fact import Fact

SILENT: Final = frozenset(
    {
        "dossier.papers_renewed",
        "dossier.admission_proposed",
        "dossier.decision_extended",
        "dossier.late_ceremony_consented",
        "dossier.probationer_left",  # registry has told of it
    }
)
TYPES: Final = (frozenset(language.dossiers.names) | frozenset(language.forgettings.names)) - SILENT


async def publish(entries: Sequence[Entry]) -> list[list[Fact | Erased]]:
    return [list(facts(language.own(entry))) for entry in entries]


def facts(event: Own) -> list[Fact]:
    """The facts of one event, for the topic `<province>.admission.v1`."""
    match event:
        case ApplicationFiled(dossier=dossier, act=act):
            opened = told.DossierOpened(
                dossier=dossier.id, person=dossier.person, unit=dossier.unit, on=act.on
            )
            return [opened, _advanced(dossier, Step.APPLIED, act.on)]
        case BiographyDeclared(dossier=dossier, act=act):
            return [_advanced(dossier, Step.BIOGRAPHY_DECLARED, act.on)]
        case VerificationRequested(dossier=dossier, act=act):
            return [_advanced(dossier, Step.VERIFYING, act.on)]
        case (
            VerificationCompleted(dossier=dossier, act=act) | VerificationIssueResolved(dossier=dossier, act=act)
        ):  # fmt: skip
            return [_advanced(dossier, Step.VERIFIED, act.on)]
        case VerificationIssueRaised(dossier=dossier, act=act):
            return [_advanced(dossier, Step.VERIFICATION_ISSUE, act.on)]
        case VerificationFailed(dossier=dossier, act=act):
            return [_closed(dossier, CloseReason.VERIFICATION, act.on)]
        case OpinionsSummarised(dossier=dossier, act=act):
            return [_advanced(dossier, Step.OPINIONS_COLLECTED, act.on)]
        case CellVoted(dossier=dossier, act=act, count=count, passed=passed):
            voted = _cell_voted(event, Matter.ADMISSION, count, attempt=1, passed=passed)
            if passed:
                return [voted, _advanced(dossier, Step.CELL_PROPOSED, act.on)]
            return [voted, _closed(dossier, CloseReason.CELL_NOT_PASSED, act.on)]
        case GrassVoted(dossier=dossier, act=act):
            return [_committee_voted(event), *_after_committee(event)]
        case DossierSubmitted(dossier=dossier, act=act) | DossierCompleted(dossier=dossier, act=act):
            return [_advanced(dossier, Step.SUBMITTED, act.on)]
        case DossierReturned(dossier=dossier, act=act):
            return [_advanced(dossier, Step.RETURNED, act.on)]
        case AdmissionDecided(dossier=dossier, act=act):
            decided = told.AdmissionDecided(
                dossier=dossier.id,
                person=dossier.person,
                unit=dossier.unit,
                decided_by=event.decided_by,
                decision=event.decision,
                on=act.on,
                received_on=event.received_on,
                ceremony_due=event.ceremony_due,
                pack=event.pack,
            )
            return [decided, _advanced(dossier, Step.DECIDED, act.on)]
        case AdmissionRefused(dossier=dossier, act=act):
            return [_closed(dossier, CloseReason.REFUSED, act.on)]
        case CeremonyHeld(dossier=dossier, act=act, decided_on=decided_on, probation_ends=ends):
            return [
                told.CeremonyHeld(
                    dossier=dossier.id,
                    person=dossier.person,
                    unit=dossier.unit,
                    on=act.on,
                    decided_on=decided_on,
                    probation_ends=ends,
                )
            ]
        case CeremonyCorrected(dossier=dossier, was=was, held_on=held_on, probation_ends=ends, reason=reason):
            return [
                told.CeremonyCorrected(
                    dossier=dossier.id,
                    person=dossier.person,
                    unit=dossier.unit,
                    was=was,
                    on=held_on,
                    probation_ends=ends,
                    reason=told.CorrectionReason(reason),
                )
            ]
        case CellRecognitionVoted(recognition=count, attempt=attempt, outcome=outcome):
            for_recognition = _cell_voted(
                event, Matter.RECOGNITION, count, attempt=attempt, passed=outcome == "recognises"
            )
            if event.strike_off is None:
                return [for_recognition]
            passed = outcome == "strikes_off"
            return [
                for_recognition,
                _cell_voted(event, Matter.STRIKE_OFF, event.strike_off, attempt=attempt, passed=passed),
            ]
        case CellStrikeOffVoted(count=count, passed=passed):
            return [_cell_voted(event, Matter.STRIKE_OFF, count, attempt=1, passed=passed)]
        case Recognised(dossier=dossier, act=act, official_from=official_from, decision=decision):
            return [
                told.Recognised(
                    dossier=dossier.id,
                    person=dossier.person,
                    unit=dossier.unit,
                    official_from=official_from,
                    on=act.on,
                    decision=decision,
                )
            ]
        case StruckOff(dossier=dossier, act=act, decision=decision):
            return [
                told.StruckOff(
                    dossier=dossier.id,
                    person=dossier.person,
                    unit=dossier.unit,
                    on=act.on,
                    decision=decision,
                )
            ]
        case AdmissionAnnulled(dossier=dossier, act=act, ceremony_on=ceremony_on, reason=reason):
            return [
                told.AdmissionAnnulled(
                    dossier=dossier.id,
                    person=dossier.person,
                    unit=dossier.unit,
                    ceremony_on=ceremony_on,
                    on=act.on,
                    reason=told.AnnulReason(reason),
                )
            ]
        case DossierWithdrawn(dossier=dossier, act=act):
            return [_closed(dossier, CloseReason.WITHDRAWN, act.on)]
        case ForgettingDone(person=person, rows=rows):
            return [told.ForgettingDone(person=person, rows=rows)]
        case _:
            return []


def _advanced(dossier: Dossier, step: Step, on: date) -> Fact:
    return told.DossierAdvanced(
        dossier=dossier.id, person=dossier.person, unit=dossier.unit, step=step, on=on
    )


def _closed(dossier: Dossier, reason: CloseReason, on: date) -> Fact:
    return told.DossierClosed(
        dossier=dossier.id, person=dossier.person, unit=dossier.unit, reason=reason, on=on
    )


def _cell_voted(
    event: CellVoted | CellRecognitionVoted | CellStrikeOffVoted,
    matter: Matter,
    count: Count,
    *,
    attempt: int,
    passed: bool,
) -> Fact:
    """`officials` are those who count: the denominator."""
    return told.CellVoted(
        dossier=event.dossier.id,
        person=event.dossier.person,
        unit=event.dossier.unit,
        matter=matter,
        attempt=attempt,
        officials=event.denominator,
        present=count.present,
        yes=count.yes,
        passed=passed,
        on=event.act.on,
    )


def _committee_voted(event: GrassVoted) -> Fact:
    return told.CommitteeVoted(
        dossier=event.dossier.id,
        person=event.dossier.person,
        unit=event.dossier.unit,
        committee=event.committee,
        matter=Matter(event.matter),
        members=event.members,
        yes=event.count.yes,
        passed=event.passed,
        on=event.act.on,
    )


def _after_committee(event: GrassVoted) -> list[Fact]:
    match event:
        case GrassVoted(matter="admission", passed=True):
            return [_advanced(event.dossier, Step.GRASS_PROPOSED, event.act.on)]
        case GrassVoted(matter="admission", passed=False):
            return [_closed(event.dossier, CloseReason.GRASS_NOT_PASSED, event.act.on)]
        case _:
            return []
