"""What happened to a person or a thing that counts, as the logs of the services hold it."""

from collections.abc import Sequence
from dataclasses import replace
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
    corrects this one. `moved_to` is the step that the dossier reached by this, told in an entry of its own up to
    `last_position`; empty where the event itself is that step.
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
    moved_to: str = ""
    last_position: int = 0

    @property
    def positions(self) -> tuple[int, int]:
        return self.position, max(self.position, self.last_position)


_IS_THE_STEP = {Happening.DOSSIER_OPENED: "applied", Happening.ADMISSION_DECIDED: "decided"}
_MOVES_DOSSIER = frozenset({*_IS_THE_STEP, Happening.CELL_VOTED, Happening.COMMITTEE_VOTED})


def joined(timeline: Sequence[TimelineEntry]) -> list[TimelineEntry]:
    """The step that a dossier reaches by a vote, a decision or its opening is told with it, not once more."""
    found: list[TimelineEntry] = []
    for entry in timeline:
        before = found[-1] if found else None
        if before is not None and _follows(entry, before):
            by_itself = _IS_THE_STEP.get(before.happening) == entry.word
            found[-1] = replace(
                before, moved_to="" if by_itself else entry.word, last_position=entry.position
            )
        else:
            found.append(entry)
    return found


def _follows(entry: TimelineEntry, before: TimelineEntry) -> bool:
    return (
        entry.happening is Happening.DOSSIER_ADVANCED
        and before.happening in _MOVES_DOSSIER
        and not before.last_position
        and (entry.on, entry.unit) == (before.on, before.unit)
        and {entry.corrects, entry.replaced_by, before.corrects, before.replaced_by} == {None}
        and not entry.counts
    )


def happening(fact: str) -> Happening:
    """By the type of a fact, `admission.ceremony_held.v1`."""
    name = fact.split(".")[1] if fact.count(".") else fact
    return Happening(name) if name in set(Happening) else Happening.OTHER
