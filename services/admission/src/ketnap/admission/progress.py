"""What pages show of a dossier's progress: the stage after each event, and the clocks with their inputs."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Literal
from uuid import UUID

from ketnap.admission.events import (
    AdmissionAnnulled,
    AdmissionDecided,
    AdmissionProposed,
    AdmissionRefused,
    ApplicationFiled,
    BiographyDeclared,
    CellRecognitionVoted,
    CellStrikeOffVoted,
    CellVoted,
    CeremonyCorrected,
    CeremonyHeld,
    DecisionExtended,
    DossierCompleted,
    DossierReturned,
    DossierSubmitted,
    DossierWithdrawn,
    Event,
    GrassVoted,
    OpinionsSummarised,
    PapersRenewed,
    ProbationerLeft,
    Recognised,
    StruckOff,
    VerificationCompleted,
    VerificationFailed,
    VerificationIssueRaised,
    VerificationIssueResolved,
    VerificationRequested,
)
from ketnap.admission.rulebook import Rulebook
from ketnap.admission.stages import (
    LABELS,
    Annulled,
    Applied,
    AwaitingSignature,
    CellProposed,
    Closed,
    Decided,
    Declared,
    GrassProposed,
    Inconclusive,
    InDoubt,
    Official,
    Probationary,
    Ready,
    RecognitionProposed,
    Removed,
    Returned,
    Started,
    StrikeOffProposed,
    Submitted,
    Verified,
    Verifying,
)
from ketnap.common.frozen import frozen
from ketnap.rules.deadlines import (
    Deadline,
    ceremony_due,
    decision_due,
    papers_fresh_until,
    recognition_decision_due,
    recognition_meeting_due,
    working_days_late,
)
from ketnap.rules.workdays import CalendarMissing


def stands(event: Event) -> tuple[str, date] | None:
    """The stage that the event leads to and since when it counts; None: the stage stays."""
    stage = _stage(event)
    if stage is None:
        return None
    match event:
        case Recognised(official_from=since) | CeremonyCorrected(held_on=since):
            return LABELS[stage].code, since
        case _:
            return LABELS[stage].code, event.act.on


def _stage(event: Event) -> type[Started] | None:
    match event:
        case ApplicationFiled():
            return Applied
        case BiographyDeclared():
            return Declared
        case VerificationRequested():
            return Verifying
        case VerificationIssueRaised():
            return InDoubt
        case VerificationCompleted() | VerificationIssueResolved():
            return Verified
        case OpinionsSummarised():
            return Ready
        case CellVoted(passed=True):
            return CellProposed
        case GrassVoted(matter="admission", passed=True):
            return GrassProposed
        case DossierSubmitted() | DossierCompleted():
            return Submitted
        case DossierReturned():
            return Returned
        case AdmissionProposed():
            return AwaitingSignature
        case AdmissionDecided():
            return Decided
        case CeremonyHeld() | CeremonyCorrected():
            return Probationary
        case CellRecognitionVoted(outcome="recognises"):
            return RecognitionProposed
        case CellRecognitionVoted(outcome="strikes_off") | CellStrikeOffVoted(passed=True):
            return StrikeOffProposed
        case CellRecognitionVoted(outcome="inconclusive"):
            return Inconclusive
        case GrassVoted(matter="recognition" | "strike_off", passed=False):
            return Probationary
        case Recognised():
            return Official
        case StruckOff():
            return Removed
        case AdmissionAnnulled():
            return Annulled
        case (
            CellVoted() | GrassVoted(passed=False) | VerificationFailed() | AdmissionRefused()
            | DossierWithdrawn() | ProbationerLeft()
        ):  # fmt: skip
            return Closed
        case _:
            return None


# Clocks

type Rule = Literal["papers", "decision", "ceremony", "recognition_meeting", "recognition_decision"]


@frozen
class Clock:
    """The inputs of a deadline; the day it is due is computed from them, with the calendar of today."""

    rule: Rule
    starts_on: date
    """Papers: drawn up; decision: the cell's meeting; ceremony: the decision; recognition meeting: the ceremony."""
    received_on: date | None = None
    extended_by: int = 0
    pack: str
    unit: UUID | None
    """Who must act; None: not known yet."""
    done_on: date | None = None


def run(clocks: Sequence[Clock], event: Event) -> list[Clock]:
    """The clocks after an event: some begin, some end, some are set anew."""
    cell, on = event.dossier.unit, event.act.on
    match event:
        case ApplicationFiled(pack=pack):
            return [Clock(rule="papers", starts_on=on, pack=pack, unit=cell)]
        case PapersRenewed():
            return _change(clocks, "papers", starts_on=on)
        case CellVoted(passed=True, pack=pack):
            decision = Clock(rule="decision", starts_on=on, pack=pack, unit=None)
            return [*_change(clocks, "papers", done_on=on), decision]
        case DossierSubmitted(competent=competent):
            return _change(clocks, "decision", unit=competent)
        case DecisionExtended(matter=matter, working_days=days):
            rule: Rule = "decision" if matter == "admission" else "recognition_decision"
            return _change(clocks, rule, extended_by=days)
        case AdmissionDecided(received_on=received_on, pack=pack):
            ceremony = Clock(rule="ceremony", starts_on=on, received_on=received_on, pack=pack, unit=cell)
            return [*_change(clocks, "decision", done_on=on), ceremony]
        case AdmissionRefused():
            return _change(clocks, "decision", done_on=on)
        case CeremonyHeld(pack=pack):
            meeting = Clock(rule="recognition_meeting", starts_on=on, pack=pack, unit=cell)
            return [*_change(clocks, "ceremony", done_on=on), meeting]
        case CeremonyCorrected(held_on=held_on):
            moved = _change(clocks, "recognition_meeting", starts_on=held_on)
            return [replace(c, done_on=held_on) if c.rule == "ceremony" else c for c in moved]
        case CellRecognitionVoted(outcome="recognises" | "inconclusive", pack=pack):
            decision = Clock(rule="recognition_decision", starts_on=on, pack=pack, unit=None)
            return [*_change(clocks, "recognition_meeting", done_on=on), decision]
        case CellRecognitionVoted():
            return _change(clocks, "recognition_meeting", done_on=on)
        case GrassVoted(matter="recognition", passed=False):
            return [clock for clock in clocks if clock.rule != "recognition_decision"]
        case Recognised(decided_by=decided_by) | StruckOff(decided_by=decided_by):
            decided = _change(clocks, "recognition_decision", done_on=on, unit=decided_by)
            return [clock for clock in decided if clock.done_on]
        case (
            CellVoted() | GrassVoted(matter="admission", passed=False) | VerificationFailed()
            | DossierWithdrawn() | ProbationerLeft() | AdmissionAnnulled()
        ):  # fmt: skip
            return [clock for clock in clocks if clock.done_on]
        case _:
            return list(clocks)


def running(clocks: Sequence[Clock]) -> Clock | None:
    """The clock that runs: the last one begun that is not over."""
    return next((clock for clock in reversed(clocks) if clock.done_on is None), None)


@frozen
class Due:
    """When a clock runs out; `days_late`: working days by which it had, when it was stopped or else today."""

    due_on: date
    basis: str
    days_late: int


def due(clock: Clock, rules: Rulebook, today: date) -> Due | None:
    """None: the calendar does not reach so far."""
    try:
        deadline = _deadline(clock, rules)
        late = working_days_late(deadline, clock.done_on or today, rules.calendar)
    except CalendarMissing:
        return None
    return Due(due_on=deadline.due_on, basis=str(deadline.basis), days_late=late)


def _deadline(clock: Clock, rules: Rulebook) -> Deadline:
    pack, calendar, start = rules.named(clock.pack), rules.calendar, clock.starts_on
    match clock.rule:
        case "papers":
            return papers_fresh_until(start, pack)
        case "decision":
            return decision_due(start, pack, calendar, extended_by=clock.extended_by)
        case "ceremony":
            found = ceremony_due(issued_on=start, received_on=clock.received_on, pack=pack, calendar=calendar)
            assert found is not None  # noqa: S101 - only without the day of receipt it may not have started
            return found
        case "recognition_meeting":
            return recognition_meeting_due(start, pack, calendar)
        case "recognition_decision":
            return recognition_decision_due(start, pack, calendar, extended_by=clock.extended_by)


def _change(
    clocks: Sequence[Clock],
    rule: Rule,
    **changes: date | int | UUID,
) -> list[Clock]:
    """The running clock of this rule set anew; what is over stays as it was."""
    return [
        replace(clock, **changes)  # type: ignore[arg-type] # each caller names a field and its value
        if clock.rule == rule and clock.done_on is None
        else clock
        for clock in clocks
    ]
