"""What leaves the house: from our events to the facts of the published language."""

from collections.abc import Sequence

from ketnap.common.forgetting import ForgettingDone
from ketnap.common.log import Entry
from ketnap.common.relay import Erased
from ketnap.contracts import training as told
from ketnap.contracts.fact import Fact
from ketnap.training import language
from ketnap.training.class_plan import ClassesPlanned, PlanChanged
from ketnap.training.course import (
    CertificateIssued,
    CourseFinished,
    CourseOpened,
    LearnerEnrolled,
    LearnerLeft,
    ResultRecorded,
)
from ketnap.training.language import Own
from ketnap.training.nomination import (
    LearnerNominated,
    NominationApproved,
    NominationClosed,
    NominationWithdrawn,
)
from ketnap.training.programme import Programme

TYPES = frozenset(
    {
        "class_plan.planned",
        "class_plan.changed",
        "nomination.nominated",
        "nomination.approved",
        "nomination.withdrawn",
        "course.opened",
        "course.learner_enrolled",
        "course.learner_left",
        "course.result_recorded",
        "course.certificate_issued",
        "course.finished",
        "forgetting.done",
    }
)


async def publish(entries: Sequence[Entry]) -> list[list[Fact | Erased]]:
    return [list(facts(language.own(entry))) for entry in entries]


def facts(event: Own) -> list[Fact]:
    """The facts of one event, for the topic `<province>.training.v1`."""
    match event:
        case ClassesPlanned() | PlanChanged():
            return [
                told.ClassesPlanned(
                    line=event.line,
                    owner=event.owner,
                    programme=_programme(event.programme),
                    year=event.year,
                    classes=event.classes,
                    learners=event.learners,
                    on=event.on,
                )
            ]
        case LearnerNominated():
            return [
                told.LearnerNominated(
                    nomination=event.nomination,
                    person=event.person,
                    unit=event.unit,
                    programme=_programme(event.programme),
                    on=event.on,
                )
            ]
        case NominationApproved():
            return [
                told.NominationApproved(
                    nomination=event.nomination,
                    person=event.person,
                    unit=event.unit,
                    programme=_programme(event.programme),
                    on=event.on,
                )
            ]
        case NominationWithdrawn():
            return [
                told.NominationWithdrawn(
                    nomination=event.nomination,
                    person=event.person,
                    unit=event.unit,
                    programme=_programme(event.programme),
                    on=event.on,
                )
            ]
        case NominationClosed():
            return []  # the class tells that the learner is enrolled
        case CourseOpened():
            return [
                told.ClassOpened(
                    course=event.course,
                    programme=_programme(event.programme),
                    owner=event.owner,
                    line=event.line,
                    starts_on=event.starts_on,
                    ends_on=event.ends_on,
                    seats=event.seats,
                )
            ]
        case LearnerEnrolled():
            return [
                told.LearnerEnrolled(
                    course=event.course,
                    nomination=event.nomination,
                    person=event.person,
                    unit=event.unit,
                    programme=_programme(event.programme),
                    on=event.on,
                )
            ]
        case LearnerLeft():
            return [
                told.LearnerLeft(
                    course=event.course,
                    person=event.person,
                    unit=event.unit,
                    programme=_programme(event.programme),
                    on=event.on,
                )
            ]
        case ResultRecorded():
            return [
                told.ResultRecorded(
                    course=event.course,
                    person=event.person,
                    unit=event.unit,
                    programme=_programme(event.programme),
                    passed=event.passed,
                    on=event.on,
                )
            ]
        case CertificateIssued():
            return [
                told.CertificateIssued(
                    certificate=event.certificate,
                    number=event.number,
                    course=event.course,
                    person=event.person,
                    unit=event.unit,
                    programme=_programme(event.programme),
                    on=event.on,
                    valid_until=event.valid_until,
                )
            ]
        case CourseFinished():
            return [
                told.ClassFinished(
                    course=event.course,
                    programme=_programme(event.programme),
                    owner=event.owner,
                    line=event.line,
                    learners=event.learners,
                    passed=event.passed,
                    on=event.on,
                )
            ]
        case ForgettingDone(person=person, rows=rows):
            return [told.ForgettingDone(person=person, rows=rows)]


def _programme(programme: Programme) -> told.Programme:
    return told.Programme(programme)
