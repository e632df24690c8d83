"""The people of a unit that has none below, by the state they are in."""

from enum import StrEnum

from ketnap.common.frozen import frozen
from ketnap.portal.figures import Count


class StateKind(StrEnum):
    """In the order of the way into the Party; those from ADMITTED on count what happened in the period."""

    SYMPATHISER = "sympathiser"
    IN_CLASS = "in_class"
    CERTIFIED = "certified"
    VERIFICATION = "verification"
    VOTING = "voting"
    AWAITING_DECISION = "awaiting_decision"
    AWAITING_CEREMONY = "awaiting_ceremony"
    ADMITTED = "admitted"
    RECOGNITION_DUE = "recognition_due"
    RECOGNISED = "recognised"


@frozen
class State:
    """`listed` opens the evidence with everybody who is counted."""

    kind: StateKind
    people: Count
    listed: str
