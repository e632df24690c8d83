"""What the ledger counts: a number for each measure as stored, never changed, and what each means."""

from enum import IntEnum
from typing import Final


class Measure(IntEnum):
    """Flows happen on a day; stocks (marked) come and go and are what the days so far add up to."""

    MEMBERS = 1  # stock: all members on the rolls
    INTRODUCED = 2
    INTRODUCED_BY_MASS = 3  # credited to the mass organisation that introduced
    SYMPATHISERS = 4  # stock: on a cell's list
    SYMPATHISERS_CERTIFIED = 5  # stock: of these, with an awareness certificate that is valid
    AWARENESS_CERTIFICATES = 6
    NEW_MEMBER_CERTIFICATES = 7
    ADMITTED = 8  # by the day of the ceremony
    DECIDED = 9  # by the day of the decision
    PROBATION_ENDING = 10  # by the day on which the twelve months end
    RECOGNISED = 11  # by the day on which the twelve months end
    RECOGNISED_IN_TIME = 12  # of these, considered by the cell in the time the rules give
    STRUCK_OFF = 13
    ADMITTED_LATE = 14  # of the admitted, recorded long after the ceremony
    RECOGNISED_JUDGED = 15  # of the recognised, those for whom rules and calendar are known
    DOSSIERS_VERIFICATION = 20  # stock
    DOSSIERS_VOTING = 21  # stock
    DOSSIERS_DECISION = 22  # stock
    DOSSIERS_CEREMONY = 23  # stock
    AWARENESS_CLASSES_PLANNED = 30
    AWARENESS_LEARNERS_PLANNED = 31
    AWARENESS_CLASSES_HELD = 32
    NEW_MEMBER_CLASSES_PLANNED = 33
    NEW_MEMBER_LEARNERS_PLANNED = 34
    NEW_MEMBER_CLASSES_HELD = 35
    AWARENESS_LEARNERS = 36  # stock: on the roster of an awareness class, without a result


DOSSIERS: Final = {
    "verification": Measure.DOSSIERS_VERIFICATION,
    "voting": Measure.DOSSIERS_VOTING,
    "awaiting_decision": Measure.DOSSIERS_DECISION,
    "awaiting_ceremony": Measure.DOSSIERS_CEREMONY,
}
"""By the step codes of the status formula."""
