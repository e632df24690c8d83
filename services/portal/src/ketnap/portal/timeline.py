"""What happened to a person, as the logs of the services hold it."""

from datetime import date, datetime
from enum import StrEnum

from ketnap.common.frozen import frozen


class Happening(StrEnum):
    INTRODUCED = "introduced"
    LISTED = "listed"
    HELPER_ASSIGNED = "helper_assigned"
    CLASS_ATTENDED = "class_attended"
    CERTIFIED = "certified"
    APPLIED = "applied"
    VERIFICATION_ASKED = "verification_asked"
    VERIFIED = "verified"
    OPINION_GIVEN = "opinion_given"
    CELL_VOTED = "cell_voted"
    COMMITTEE_VOTED = "committee_voted"
    ADMISSION_DECIDED = "admission_decided"
    CEREMONY_HELD = "ceremony_held"
    RECOGNITION_VOTED = "recognition_voted"
    RECOGNISED = "recognised"
    TRANSFERRED = "transferred"
    RETURNED = "returned"
    REFUSED = "refused"
    ANNULLED = "annulled"
    STRUCK_OFF = "struck_off"


@frozen
class Votes:
    in_favour: int
    of: int


@frozen
class TimelineEntry:
    """An event as the log holds it.

    `detail` is data (a number, a place). `delta` is what it did to the figure the reader came from, 0 for nothing.
    `replaced_by` is the position of the later entry that corrects this one.
    """

    happening: Happening
    on: date
    recorded_at: datetime
    position: int
    unit: str
    detail: str | None = None
    votes: Votes | None = None
    delta: int = 0
    corrects: int | None = None
    reason: str | None = None
    replaced_by: int | None = None
