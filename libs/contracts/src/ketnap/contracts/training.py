"""What training tells: planned classes, nominations, rosters, results, certificates."""

from datetime import date
from typing import Final
from uuid import UUID

from ketnap.contracts.fact import Fact, SourceRestored, Word


class Programme(Word):
    """The two compulsory classes."""

    AWARENESS = "awareness"  # lớp bồi dưỡng nhận thức về Đảng
    NEW_MEMBER = "new_member"  # lớp bồi dưỡng đảng viên mới
    OTHER = "other"


class ClassesPlanned(Fact, type="training.classes_planned.v1", subject="line"):
    """A line of the year's class plan: so many classes for so many learners (absolute values)."""

    line: UUID
    owner: UUID
    programme: Programme
    year: int
    classes: int
    learners: int
    on: date


class LearnerNominated(Fact, type="training.learner_nominated.v1", subject="nomination"):
    """A cell proposes to send somebody to a class."""

    nomination: UUID
    person: UUID
    unit: UUID
    programme: Programme
    on: date


class NominationApproved(Fact, type="training.nomination_approved.v1", subject="nomination"):
    """The grassroots committee sends them."""

    nomination: UUID
    person: UUID
    unit: UUID
    programme: Programme
    on: date


class NominationWithdrawn(Fact, type="training.nomination_withdrawn.v1", subject="nomination"):
    """They will not be sent."""

    nomination: UUID
    person: UUID
    unit: UUID
    programme: Programme
    on: date


class ClassOpened(Fact, type="training.class_opened.v1", subject="course"):
    """A class is open for its roster."""

    course: UUID
    programme: Programme
    owner: UUID
    line: UUID | None = None
    starts_on: date
    ends_on: date
    seats: int


class LearnerEnrolled(Fact, type="training.learner_enrolled.v1", subject="course"):
    """Somebody is on the roster."""

    course: UUID
    nomination: UUID
    person: UUID
    unit: UUID
    programme: Programme
    on: date


class LearnerLeft(Fact, type="training.learner_left.v1", subject="course"):
    """Somebody dropped out before a result."""

    course: UUID
    person: UUID
    unit: UUID
    programme: Programme
    on: date


class ResultRecorded(Fact, type="training.result_recorded.v1", subject="course"):
    """Passed or failed."""

    course: UUID
    person: UUID
    unit: UUID
    programme: Programme
    passed: bool
    on: date


class CertificateIssued(Fact, type="training.certificate_issued.v1", subject="certificate"):
    """Who passed holds a certificate; `valid_until` is the last day it counts (None: no limit)."""

    certificate: UUID
    number: str
    course: UUID
    person: UUID
    unit: UUID
    programme: Programme
    on: date
    valid_until: date | None = None


class ClassFinished(Fact, type="training.class_finished.v1", subject="course"):
    """The class is over, every learner has a result or has left."""

    course: UUID
    programme: Programme
    owner: UUID
    line: UUID | None = None
    learners: int
    passed: int
    on: date


class ForgettingDone(Fact, type="training.forgetting_done.v1", subject="person"):
    """Training has erased what it held."""

    person: UUID
    rows: int


FACTS: Final[dict[str, type[Fact]]] = {
    fact.TYPE: fact
    for fact in (
        SourceRestored,
        ClassesPlanned,
        LearnerNominated,
        NominationApproved,
        NominationWithdrawn,
        ClassOpened,
        LearnerEnrolled,
        LearnerLeft,
        ResultRecorded,
        CertificateIssued,
        ClassFinished,
        ForgettingDone,
    )
}
