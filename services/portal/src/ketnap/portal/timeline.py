"""What happened to a person or a thing that counts, as the logs of the services hold it."""

from datetime import date, datetime
from enum import StrEnum

from ketnap.common.frozen import frozen


class Happening(StrEnum):
    """By the names of the facts; OTHER for one that this release does not know."""

    CANDIDATE_INTRODUCED = "candidate_introduced"
    SYMPATHISER_LISTED = "sympathiser_listed"
    HELPER_REPLACED = "helper_replaced"
    SYMPATHISER_DELISTED = "sympathiser_delisted"
    CANDIDACY_CLOSED = "candidacy_closed"
    LEARNER_NOMINATED = "learner_nominated"
    NOMINATION_APPROVED = "nomination_approved"
    NOMINATION_WITHDRAWN = "nomination_withdrawn"
    LEARNER_ENROLLED = "learner_enrolled"
    LEARNER_LEFT = "learner_left"
    RESULT_RECORDED = "result_recorded"
    CERTIFICATE_ISSUED = "certificate_issued"
    CLASSES_PLANNED = "classes_planned"
    CLASS_FINISHED = "class_finished"
    DOSSIER_OPENED = "dossier_opened"
    DOSSIER_ADVANCED = "dossier_advanced"
    CELL_VOTED = "cell_voted"
    COMMITTEE_VOTED = "committee_voted"
    ADMISSION_DECIDED = "admission_decided"
    DOSSIER_CLOSED = "dossier_closed"
    CEREMONY_HELD = "ceremony_held"
    CEREMONY_CORRECTED = "ceremony_corrected"
    ADMISSION_ANNULLED = "admission_annulled"
    RECOGNISED = "recognised"
    STRUCK_OFF = "struck_off"
    ROLL_OPENED = "roll_opened"
    ROLL_CHANGED = "roll_changed"
    PROFILE_CHANGED = "profile_changed"
    OTHER = "other"


@frozen
class Votes:
    yes: int
    of: int
    passed: bool


@frozen
class Counted:
    """A line of the figure ledger that the fact caused."""

    title: str
    delta: int


@frozen
class TimelineEntry:
    """An event as the log holds it.

    `word` says more in the trade's own codes: the step reached, the reason, the matter of a vote, the programme.
    `detail` is data (the number of a decision or certificate). `replaced_by` is the position of the later entry that
    corrects this one.
    """

    happening: Happening
    on: date
    recorded_at: datetime
    position: int
    unit: str
    word: str = ""
    detail: str = ""
    votes: Votes | None = None
    counts: tuple[Counted, ...] = ()
    corrects: int | None = None
    replaced_by: int | None = None


def happening(fact: str) -> Happening:
    """By the type of a fact, `admission.ceremony_held.v1`."""
    name = fact.split(".")[1] if fact.count(".") else fact
    return Happening(name) if name in set(Happening) else Happening.OTHER
