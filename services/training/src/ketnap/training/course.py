"""A class: opened by its owner, filled from approved nominations, with results, certificates, and an end."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Literal
from uuid import UUID, uuid5

from ketnap.common.decider import Claim, Decider, Hold, Rejected, Release
from ketnap.common.frozen import frozen
from ketnap.common.occurred import occurred
from ketnap.rules.deadlines import certificate_valid_until
from ketnap.rules.rule_pack import RulePack
from ketnap.training.programme import Programme

type LeaveReason = Literal["own_request", "moved", "absent", "deceased", "forgotten", "other"]

OWNERS = frozenset(
    {"political_centre", "province", "bloc", "armed", "district", "commune", "grass_committee"}
)
"""A political centre, or a committee that is competent to admit (12-HD/BTCTW, II.1.1; 154-HD/BTGTW of 2020)."""

# Events


@frozen
class CourseOpened:
    course: UUID
    title: str
    programme: Programme
    owner: UUID
    line: UUID | None
    starts_on: date
    ends_on: date
    seats: int
    on: date
    by: UUID
    instrument: str | None = None
    late_reason: str | None = None


@frozen
class LearnerEnrolled:
    course: UUID
    nomination: UUID
    person: UUID
    unit: UUID
    programme: Programme
    on: date
    by: UUID
    late_reason: str | None = None


@frozen
class LearnerLeft:
    """`by` None: what others told ended it."""

    course: UUID
    person: UUID
    unit: UUID
    programme: Programme
    reason: LeaveReason
    on: date
    by: UUID | None
    late_reason: str | None = None


@frozen
class ResultRecorded:
    """A later one corrects an earlier one, and says why."""

    course: UUID
    person: UUID
    unit: UUID
    programme: Programme
    passed: bool
    on: date
    by: UUID
    reason: str | None = None


@frozen
class CertificateIssued:
    """`valid_until`: the last day it counts by the rule pack named, None where no rule limits it."""

    certificate: UUID
    number: str
    course: UUID
    owner: UUID
    line: UUID | None
    person: UUID
    unit: UUID
    programme: Programme
    on: date
    valid_until: date | None
    pack: str | None
    by: UUID
    late_reason: str | None = None


@frozen
class CourseFinished:
    """`learners`: those who have a result."""

    course: UUID
    programme: Programme
    owner: UUID
    line: UUID | None
    learners: int
    passed: int
    on: date
    by: UUID
    late_reason: str | None = None


type Event = (
    CourseOpened | LearnerEnrolled | LearnerLeft | ResultRecorded | CertificateIssued | CourseFinished
)

NAMES: dict[str, type[Event]] = {
    "course.opened": CourseOpened,
    "course.learner_enrolled": LearnerEnrolled,
    "course.learner_left": LearnerLeft,
    "course.result_recorded": ResultRecorded,
    "course.certificate_issued": CertificateIssued,
    "course.finished": CourseFinished,
}

# Commands


@frozen
class Owner:
    """The unit that opens the class, as the tree knows it on the day of the decision."""

    unit: UUID
    kind: str
    lives: bool


@frozen
class PlanLine:
    """A line of the class plan, as it stands."""

    line: UUID
    programme: Programme
    year: int


@frozen
class Sent:
    """A nomination as it stands; `approved_on` None: it is not approved, or over."""

    nomination: UUID
    person: UUID
    unit: UUID
    programme: Programme
    approved_on: date | None


@frozen
class OpenCourse:
    course: UUID
    title: str
    programme: Programme
    owner: Owner
    line: PlanLine | None
    starts_on: date
    ends_on: date
    seats: int
    on: date
    today: date
    by: UUID
    instrument: str | None = None
    reason: str | None = None


@frozen
class EnrolLearner:
    sent: Sent
    on: date
    today: date
    by: UUID
    reason: str | None = None


@frozen
class RecordLeaving:
    """`by` None: a policy; what it follows has happened."""

    person: UUID
    because: LeaveReason
    on: date
    today: date
    by: UUID | None
    reason: str | None = None


@frozen
class RecordResult:
    person: UUID
    passed: bool
    on: date
    today: date
    by: UUID
    reason: str | None = None


@frozen
class IssueCertificate:
    """`pack`: the rule pack in force on the day of issue, None when there is none."""

    person: UUID
    number: str
    pack: RulePack | None
    on: date
    today: date
    by: UUID
    reason: str | None = None


@frozen
class FinishCourse:
    on: date
    today: date
    by: UUID
    reason: str | None = None


type Command = OpenCourse | EnrolLearner | RecordLeaving | RecordResult | IssueCertificate | FinishCourse

# State


@frozen
class Learner:
    """On the roster; who left stays on it, as one who left."""

    nomination: UUID
    unit: UUID
    since: date
    left: bool = False
    passed: bool | None = None
    result_on: date | None = None
    number: str | None = None


@frozen
class NotOpened:
    pass


@frozen
class Open:
    course: UUID
    programme: Programme
    owner: UUID
    line: UUID | None
    starts_on: date
    ends_on: date
    seats: int
    learners: Mapping[UUID, Learner]

    def taken(self) -> int:
        return sum(not learner.left for learner in self.learners.values())


@frozen
class Finished:
    course: UUID
    programme: Programme
    owner: UUID
    line: UUID | None
    learners: Mapping[UUID, Learner]


type State = NotOpened | Open | Finished


class CourseUnknown(Rejected):
    """Chưa có lớp học này.

    There is no such class.
    """

    status = 404


class CourseExists(Rejected):
    """Lớp học này đã được mở.

    This class was opened already.
    """


class OwnerUnfit(Rejected):
    """Đơn vị này không mở lớp được: phải là trung tâm chính trị hoặc cấp uỷ có thẩm quyền, đang hoạt động ngày {on}.

    This unit cannot open a class: it must be a political centre or a competent committee that exists on {on}.
    """


class LineUnfit(Rejected):
    """Dòng kế hoạch được chọn thuộc chương trình hoặc năm khác. Hãy chọn dòng khác hoặc để trống.

    The chosen line of the plan is for another programme or year. Choose another one or none.
    """


class DatesUnfit(Rejected):
    """Ngày quyết định, khai giảng và bế giảng phải theo thứ tự: {on}, {starts_on}, {ends_on}. Hãy kiểm tra lại.

    Decision, first and last day must follow one another: {on}, {starts_on}, {ends_on}. Check them.
    """

    status = 422


class SeatsTaken(Rejected):
    """Lớp đã đủ {seats} học viên. Hãy chọn lớp khác.

    All {seats} seats of the class are taken. Choose another class.
    """


class NominationUnfit(Rejected):
    """Lượt cử đi học này chưa được duyệt, đã kết thúc, hoặc thuộc chương trình khác.

    This nomination is not approved, is over, or is for another programme.
    """


class AlreadyEnrolled(Rejected):
    """Người này đã có tên trong lớp theo một lượt cử khác.

    This person is on the roster already, by another nomination.
    """


class AfterCourse(Rejected):
    """Lớp bế giảng ngày {ends_on}, không ghi thêm học viên sau ngày đó.

    The class ends on {ends_on}; nobody is enrolled after that.
    """


class NotOnRoster(Rejected):
    """Người này không có tên trong lớp hoặc đã thôi học.

    This person is not on the roster, or has left.
    """


class ResultStands(Rejected):
    """Người này đã có kết quả. Muốn đính chính, hãy nêu lý do; đã cấp giấy chứng nhận thì không đính chính được.

    This person has a result. To correct it give the reason; with a certificate issued it cannot be corrected.
    """


class NotPassed(Rejected):
    """Người này chưa có kết quả đạt nên chưa được cấp giấy chứng nhận.

    This person has not passed, so no certificate is issued.
    """


class AlreadyCertified(Rejected):
    """Người này đã được cấp giấy chứng nhận số {number} của lớp này.

    This person was issued certificate {number} of this class already.
    """


class RulesMissing(Rejected):
    """Chưa có bộ quy tắc cho ngày {on} nên chưa tính được thời hạn giấy chứng nhận. Hãy kiểm tra ngày, nếu đúng thì báo bộ phận vận hành.

    There is no rule pack for {on}, so the validity of the certificate is unknown. Check the day; if it is right, tell the operators.
    """


class ResultsMissing(Rejected):
    """Còn {count} học viên chưa có kết quả. Hãy ghi kết quả hoặc ghi thôi học trước khi kết thúc lớp.

    {count} learners have no result yet. Record it, or that they left, before finishing the class.
    """


class CourseOver(Rejected):
    """Lớp học đã kết thúc.

    The class is over.
    """


def decide(command: Command, state: State) -> list[Event]:
    match command, state:
        case OpenCourse(), NotOpened():
            return [_open(command)]
        case OpenCourse(), _:
            raise CourseExists
        case _, NotOpened():
            raise CourseUnknown
        case EnrolLearner(), Open():
            return _enrol(command, state)
        case RecordLeaving(), Open():
            return _leave(command, state)
        case RecordResult(), Open():
            return _result(command, state)
        case IssueCertificate(), Open() | Finished():
            return _certificate(command, state)
        case FinishCourse(), Open():
            return [_finish(command, state)]
        case (FinishCourse(), Finished()) | (RecordLeaving(by=None), Finished()):
            return []
        case _:
            raise CourseOver


def _open(command: OpenCourse) -> CourseOpened:
    occurred(command.on, today=command.today, reason=command.reason)
    if command.owner.kind not in OWNERS or not command.owner.lives:
        raise OwnerUnfit(on=command.on)
    if not command.on <= command.starts_on <= command.ends_on:
        raise DatesUnfit(on=command.on, starts_on=command.starts_on, ends_on=command.ends_on)
    line = command.line
    if line is not None and (line.programme, line.year) != (command.programme, command.starts_on.year):
        raise LineUnfit
    return CourseOpened(
        course=command.course,
        title=command.title,
        programme=command.programme,
        owner=command.owner.unit,
        line=line.line if line else None,
        starts_on=command.starts_on,
        ends_on=command.ends_on,
        seats=command.seats,
        on=command.on,
        by=command.by,
        instrument=command.instrument,
        late_reason=command.reason,
    )


def _enrol(command: EnrolLearner, state: Open) -> list[Event]:
    sent = command.sent
    known = state.learners.get(sent.person)
    if known is not None and not known.left:
        if known.nomination == sent.nomination:
            return []
        raise AlreadyEnrolled
    if sent.approved_on is None or sent.programme != state.programme:
        raise NominationUnfit
    occurred(command.on, today=command.today, reason=command.reason, after=sent.approved_on)
    if command.on > state.ends_on:
        raise AfterCourse(ends_on=state.ends_on)
    if state.taken() >= state.seats:
        raise SeatsTaken(seats=state.seats)
    return [
        LearnerEnrolled(
            course=state.course,
            nomination=sent.nomination,
            person=sent.person,
            unit=sent.unit,
            programme=state.programme,
            on=command.on,
            by=command.by,
            late_reason=command.reason,
        )
    ]


def _leave(command: RecordLeaving, state: Open) -> list[Event]:
    learner = state.learners.get(command.person)
    if learner is None:
        raise NotOnRoster
    if learner.left or (learner.passed is not None and command.by is None):
        return []
    if learner.passed is not None:
        raise ResultStands
    if command.by is not None:
        occurred(command.on, today=command.today, reason=command.reason, after=learner.since)
    return [
        LearnerLeft(
            course=state.course,
            person=command.person,
            unit=learner.unit,
            programme=state.programme,
            reason=command.because,
            on=command.on,
            by=command.by,
            late_reason=command.reason,
        )
    ]


def _result(command: RecordResult, state: Open) -> list[Event]:
    learner = _studying(command.person, state)
    if learner.passed == command.passed:
        return []
    if learner.passed is not None and (learner.number is not None or not command.reason):
        raise ResultStands
    first = max(state.starts_on, learner.since)
    occurred(command.on, today=command.today, reason=command.reason, after=first)
    return [
        ResultRecorded(
            course=state.course,
            person=command.person,
            unit=learner.unit,
            programme=state.programme,
            passed=command.passed,
            on=command.on,
            by=command.by,
            reason=command.reason,
        )
    ]


def _certificate(command: IssueCertificate, state: Open | Finished) -> list[Event]:
    learner = _studying(command.person, state)
    if learner.number == command.number:
        return []
    if learner.number is not None:
        raise AlreadyCertified(number=learner.number)
    if not learner.passed:
        raise NotPassed
    occurred(command.on, today=command.today, reason=command.reason, after=learner.result_on)
    valid_until: date | None = None
    pack: str | None = None
    if state.programme == "awareness":
        if command.pack is None:
            raise RulesMissing(on=command.on)
        valid_until, pack = certificate_valid_until(command.on, command.pack).due_on, command.pack.name
    return [
        CertificateIssued(
            certificate=uuid5(state.course, str(command.person)),
            number=command.number,
            course=state.course,
            owner=state.owner,
            line=state.line,
            person=command.person,
            unit=learner.unit,
            programme=state.programme,
            on=command.on,
            valid_until=valid_until,
            pack=pack,
            by=command.by,
            late_reason=command.reason,
        )
    ]


def _finish(command: FinishCourse, state: Open) -> CourseFinished:
    here = [learner for learner in state.learners.values() if not learner.left]
    missing = sum(learner.passed is None for learner in here)
    if missing:
        raise ResultsMissing(count=missing)
    last = max([state.ends_on, *(learner.result_on for learner in here if learner.result_on)])
    occurred(command.on, today=command.today, reason=command.reason, after=last)
    return CourseFinished(
        course=state.course,
        programme=state.programme,
        owner=state.owner,
        line=state.line,
        learners=len(here),
        passed=sum(bool(learner.passed) for learner in here),
        on=command.on,
        by=command.by,
        late_reason=command.reason,
    )


def _studying(person: UUID, state: Open | Finished) -> Learner:
    learner = state.learners.get(person)
    if learner is None or learner.left:
        raise NotOnRoster
    return learner


def evolve(state: State, event: Event) -> State:
    match event, state:
        case CourseOpened(), _:
            return Open(
                course=event.course,
                programme=event.programme,
                owner=event.owner,
                line=event.line,
                starts_on=event.starts_on,
                ends_on=event.ends_on,
                seats=event.seats,
                learners={},
            )
        case LearnerEnrolled(person=person, nomination=nomination, unit=unit, on=on), Open(learners=learners):
            learner = Learner(nomination=nomination, unit=unit, since=on)
            return replace(state, learners={**learners, person: learner})
        case LearnerLeft(person=person), Open(learners=learners):
            left = replace(learners[person], left=True)
            return replace(state, learners={**learners, person: left})
        case ResultRecorded(person=person, passed=passed, on=on), Open(learners=learners):
            marked = replace(learners[person], passed=passed, result_on=on)
            return replace(state, learners={**learners, person: marked})
        case CertificateIssued(person=person, number=number), Open(learners=learners):
            certified = replace(learners[person], number=number)
            return replace(state, learners={**learners, person: certified})
        case CertificateIssued(person=person, number=number), Finished(learners=learners):
            certified = replace(learners[person], number=number)
            return replace(state, learners={**learners, person: certified})
        case CourseFinished(), Open():
            return Finished(
                course=state.course,
                programme=state.programme,
                owner=state.owner,
                line=state.line,
                learners=state.learners,
            )
        case _:
            return state


def claims(event: Event) -> list[Claim]:
    """Nobody learns in two open classes; an issuer gives a number of a programme once."""
    match event:
        case LearnerEnrolled(person=person):
            return [Hold(kind="open-class", value=str(person))]
        case LearnerLeft(person=person):
            return [Release(kind="open-class", value=str(person))]
        case CourseFinished():
            return [Release(kind="open-class")]
        case CertificateIssued(owner=owner, programme=programme, number=number):
            return [Hold(kind="certificate-number", value=f"{owner}/{programme}/{number}")]
        case CourseOpened() | ResultRecorded():
            return []


decider: Decider[Command, State, Event] = Decider(
    initial=NotOpened(), decide=decide, evolve=evolve, claims=claims
)
