"""Events and commands of training, with defaults for all that a test is not about."""

from datetime import date
from typing import Any
from uuid import UUID, uuid5

from ketnap.rules.pack import pack_on
from ketnap.training.class_plan import ChangePlan, ClassesPlanned, PlanChanged, PlanClasses
from ketnap.training.course import (
    CertificateIssued,
    CourseFinished,
    CourseOpened,
    EnrolLearner,
    FinishCourse,
    IssueCertificate,
    LearnerEnrolled,
    LearnerLeft,
    OpenCourse,
    Owner,
    RecordLeaving,
    RecordResult,
    ResultRecorded,
    Sent,
)
from ketnap.training.nomination import (
    ApproveNomination,
    Basis,
    CloseNomination,
    LearnerNominated,
    NominateLearner,
    NominationApproved,
    NominationClosed,
    NominationWithdrawn,
    WithdrawNomination,
)

NAMES = UUID("5d1c3b0e-9a77-4a52-8f0c-0d9d2a3c4b5e")


def named(name: str) -> UUID:
    """The same id for the same name."""
    return uuid5(NAMES, name)


LINE, NOMINATION, COURSE = named("line"), named("nomination"), named("course")
CELL, CENTRE, COMMUNE = named("cell"), named("centre"), named("commune")
ANN, BAO, CHI = named("ann"), named("bao"), named("chi")
OFFICER, OTHER_OFFICER = named("officer"), named("other officer")
DECIDED, TODAY = date(2024, 3, 1), date(2024, 3, 15)
FIRST_DAY, LAST_DAY = date(2024, 3, 4), date(2024, 3, 8)
PACK = pack_on(LAST_DAY)

# Any in these signatures: each field has a type of its own


def planned(**more: Any) -> ClassesPlanned:
    known = {"line": LINE, "owner": COMMUNE, "programme": "awareness", "year": 2024}
    return ClassesPlanned(**{**known, "classes": 4, "learners": 320, "on": DECIDED, "by": OFFICER, **more})


def plan_changed(**more: Any) -> PlanChanged:
    known = {"line": LINE, "owner": COMMUNE, "programme": "awareness", "year": 2024}
    return PlanChanged(**{**known, "classes": 3, "learners": 240, "on": DECIDED, "by": OFFICER, **more})


def plan(**more: Any) -> PlanClasses:
    known = {"line": LINE, "owner": COMMUNE, "programme": "awareness", "year": 2024}
    said = {"classes": 4, "learners": 320, "on": DECIDED, "today": TODAY, "by": OFFICER}
    return PlanClasses(**{**known, **said, **more})


def change(**more: Any) -> ChangePlan:
    said = {"classes": 3, "learners": 240, "on": DECIDED, "today": TODAY, "by": OFFICER}
    return ChangePlan(**{**said, **more})


KNOWN = Basis(sympathiser_of=CELL, probationer_of=None, position=7)


def nominated(**more: Any) -> LearnerNominated:
    known = {"nomination": NOMINATION, "person": ANN, "unit": CELL, "programme": "awareness"}
    return LearnerNominated(**{**known, "on": DECIDED, "by": OFFICER, "basis": KNOWN, **more})


def approved(**more: Any) -> NominationApproved:
    known = {"nomination": NOMINATION, "person": ANN, "unit": CELL, "programme": "awareness"}
    return NominationApproved(**{**known, "on": DECIDED, "by": OFFICER, **more})


def withdrawn(**more: Any) -> NominationWithdrawn:
    known = {"nomination": NOMINATION, "person": ANN, "unit": CELL, "programme": "awareness"}
    return NominationWithdrawn(**{**known, "reason": "moved", "on": DECIDED, "by": OFFICER, **more})


def closed(**more: Any) -> NominationClosed:
    known = {"nomination": NOMINATION, "person": ANN, "unit": CELL, "programme": "awareness"}
    return NominationClosed(**{**known, "course": COURSE, "on": FIRST_DAY, **more})


def nominate(**more: Any) -> NominateLearner:
    known = {"nomination": NOMINATION, "person": ANN, "unit": CELL, "programme": "awareness"}
    said = {"basis": KNOWN, "on": DECIDED, "today": TODAY, "by": OFFICER}
    return NominateLearner(**{**known, **said, **more})


def approve(**more: Any) -> ApproveNomination:
    return ApproveNomination(**{"on": DECIDED, "today": TODAY, "by": OFFICER, **more})


def withdraw(**more: Any) -> WithdrawNomination:
    return WithdrawNomination(**{"because": "moved", "on": DECIDED, "today": TODAY, "by": OFFICER, **more})


def close(**more: Any) -> CloseNomination:
    return CloseNomination(**{"course": COURSE, "on": FIRST_DAY, **more})


def opened(**more: Any) -> CourseOpened:
    known = {"course": COURSE, "title": "Khoá 01/2024", "programme": "awareness", "owner": CENTRE}
    when = {"starts_on": FIRST_DAY, "ends_on": LAST_DAY, "seats": 2, "on": DECIDED, "by": OFFICER}
    return CourseOpened(**{**known, "line": None, **when, **more})


def open_course(**more: Any) -> OpenCourse:
    owner = Owner(unit=CENTRE, kind="political_centre", lives=True)
    known = {"course": COURSE, "title": "Khoá 01/2024", "programme": "awareness", "owner": owner}
    when = {"starts_on": FIRST_DAY, "ends_on": LAST_DAY, "seats": 2, "on": DECIDED}
    return OpenCourse(**{**known, "line": None, **when, "today": TODAY, "by": OFFICER, **more})


def enrolled(person: UUID = ANN, **more: Any) -> LearnerEnrolled:
    known = {"course": COURSE, "nomination": nomination_of(person), "person": person, "unit": CELL}
    return LearnerEnrolled(**{**known, "programme": "awareness", "on": FIRST_DAY, "by": OFFICER, **more})


def nomination_of(person: UUID) -> UUID:
    return uuid5(person, "nomination")


def sent(person: UUID = ANN, **more: Any) -> Sent:
    known = {"nomination": nomination_of(person), "person": person, "unit": CELL}
    return Sent(**{**known, "programme": "awareness", "approved_on": DECIDED, **more})


def enrol(of: Sent | None = None, **more: Any) -> EnrolLearner:
    return EnrolLearner(**{"sent": of or sent(), "on": FIRST_DAY, "today": TODAY, "by": OFFICER, **more})


def left(person: UUID = ANN, **more: Any) -> LearnerLeft:
    known = {"course": COURSE, "person": person, "unit": CELL, "programme": "awareness"}
    return LearnerLeft(**{**known, "reason": "absent", "on": LAST_DAY, "by": OFFICER, **more})


def record_leaving(person: UUID = ANN, **more: Any) -> RecordLeaving:
    said = {"person": person, "because": "absent", "on": LAST_DAY, "today": TODAY, "by": OFFICER}
    return RecordLeaving(**{**said, **more})


def marked(person: UUID = ANN, **more: Any) -> ResultRecorded:
    known = {"course": COURSE, "person": person, "unit": CELL, "programme": "awareness"}
    return ResultRecorded(**{**known, "passed": True, "on": LAST_DAY, "by": OFFICER, **more})


def mark(person: UUID = ANN, **more: Any) -> RecordResult:
    said = {"person": person, "passed": True, "on": LAST_DAY, "today": TODAY, "by": OFFICER}
    return RecordResult(**{**said, **more})


def certified(person: UUID = ANN, **more: Any) -> CertificateIssued:
    known = {"course": COURSE, "owner": CENTRE, "line": None, "person": person, "unit": CELL}
    issued = {
        "certificate": uuid5(COURSE, str(person)),
        "number": "112",
        "programme": "awareness",
        "on": LAST_DAY,
        "valid_until": date(2029, 3, 8),
        "pack": PACK.name,
        "by": OFFICER,
    }
    return CertificateIssued(**{**known, **issued, **more})


def certify(person: UUID = ANN, **more: Any) -> IssueCertificate:
    said = {"person": person, "number": "112", "pack": PACK, "on": LAST_DAY, "today": TODAY, "by": OFFICER}
    return IssueCertificate(**{**said, **more})


def finished(**more: Any) -> CourseFinished:
    known = {"course": COURSE, "programme": "awareness", "owner": CENTRE, "line": None}
    return CourseFinished(**{**known, "learners": 1, "passed": 1, "on": LAST_DAY, "by": OFFICER, **more})


def finish(**more: Any) -> FinishCourse:
    return FinishCourse(**{"on": LAST_DAY, "today": TODAY, "by": OFFICER, **more})
