"""One event of every kind, from stories that officers told."""

from collections.abc import Sequence
from datetime import date

from ketnap.admission.commands import Command
from ketnap.admission.events import NAMES, Event
from tests.admission.builders import (
    CONSENT,
    SHORT,
    TO_DECIDED,
    TO_INCONCLUSIVE,
    TO_OFFICIAL,
    TO_PROBATION,
    TO_READY,
    TO_SIGNATURE,
    TO_SUBMITTED,
    annul,
    ballots,
    close_probation,
    committee_vote,
    complete,
    consent_late,
    correct,
    declare,
    extend,
    fail_verification,
    file,
    raise_issue,
    recognition_vote,
    refuse,
    renew,
    request,
    resolve_issue,
    second_committee_vote,
    send_back,
    strike_off,
    strike_off_vote,
    told,
    vote,
    withdraw,
)

IN_DOUBT: list[Command] = [file(), declare(), request(), raise_issue()]

STORIES: dict[str, Sequence[Command]] = {
    "ordinary": TO_OFFICIAL,
    "resolved": [*IN_DOUBT, resolve_issue()],
    "unverifiable": [*IN_DOUBT, fail_verification()],
    "renewed": [*TO_READY, renew()],
    "over age": [*TO_READY, vote(over_age_consent=CONSENT)],
    "not passed in the cell": [*TO_READY, vote(count=ballots(10))],
    "not passed above": [*TO_SUBMITTED[:-2], committee_vote(count=ballots(9, 6))],
    "returned": [*TO_SUBMITTED, extend(on=date(2024, 5, 28)), send_back(), complete()],
    "refused": [*TO_SIGNATURE, refuse()],
    "late": [*TO_DECIDED, consent_late()],
    "corrected": [*TO_PROBATION, correct()],
    "short": [*TO_PROBATION, recognition_vote(recognition=SHORT)],
    "inconclusive": TO_INCONCLUSIVE,
    "struck off": [*TO_PROBATION, strike_off_vote(), second_committee_vote(), strike_off()],
    "struck off at recognition": [
        *TO_PROBATION,
        recognition_vote(recognition=ballots(3, 14), strike_off=ballots(14, 3)),
        second_committee_vote(count=ballots(9, 6)),
    ],
    "strike-off short": [*TO_PROBATION, strike_off_vote(count=ballots(13, 4))],
    "left": [*TO_PROBATION, close_probation()],
    "annulled": [*TO_OFFICIAL, annul()],
    "withdrawn": [file(), withdraw()],
}


def samples() -> dict[str, Event]:
    """By the name they are stored under; of several kinds of outcome each is there."""
    found: dict[str, Event] = {}
    names = {cls: name for name, cls in NAMES.items()}
    for story, commands in STORIES.items():
        for event in told(*commands):
            name = names[type(event)]
            if all(event != other for other in found.values()):
                found[name if name not in found else f"{name} ({story})"] = event
    return found
