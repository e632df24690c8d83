"""A nomination: a cell proposes to send somebody to a class, the grassroots committee approves."""

from datetime import date
from typing import Literal
from uuid import UUID

from ketnap.common.decider import Claim, Decider, Hold, Rejected, Release
from ketnap.common.frozen import frozen
from ketnap.common.occurred import occurred
from ketnap.training.programme import Programme

type WithdrawReason = Literal[
    "unfit",
    "moved",
    "own_request",
    "deceased",
    "other",
    "delisted",
    "candidacy_closed",
    "probation_over",
    "forgotten",
]


@frozen
class Basis:
    """What training knew of the person: on whose list, probationer where, up to which position of its log."""

    sympathiser_of: UUID | None
    probationer_of: UUID | None
    position: int


# Events


@frozen
class LearnerNominated:
    nomination: UUID
    person: UUID
    unit: UUID
    programme: Programme
    on: date
    by: UUID
    basis: Basis
    late_reason: str | None = None


@frozen
class NominationApproved:
    nomination: UUID
    person: UUID
    unit: UUID
    programme: Programme
    on: date
    by: UUID
    late_reason: str | None = None


@frozen
class NominationWithdrawn:
    """`by` None: what others told ended it."""

    nomination: UUID
    person: UUID
    unit: UUID
    programme: Programme
    reason: WithdrawReason
    on: date
    by: UUID | None
    late_reason: str | None = None


@frozen
class NominationClosed:
    """The learner is on the roster of a class."""

    nomination: UUID
    person: UUID
    unit: UUID
    programme: Programme
    course: UUID
    on: date


type Event = LearnerNominated | NominationApproved | NominationWithdrawn | NominationClosed

NAMES: dict[str, type[Event]] = {
    "nomination.nominated": LearnerNominated,
    "nomination.approved": NominationApproved,
    "nomination.withdrawn": NominationWithdrawn,
    "nomination.closed": NominationClosed,
}

# Commands


@frozen
class NominateLearner:
    nomination: UUID
    person: UUID
    unit: UUID
    programme: Programme
    basis: Basis
    on: date
    today: date
    by: UUID
    reason: str | None = None


@frozen
class ApproveNomination:
    on: date
    today: date
    by: UUID
    reason: str | None = None


@frozen
class WithdrawNomination:
    """`by` None: a policy follows what was heard at that position; a nomination made knowing it stands."""

    because: WithdrawReason
    on: date
    today: date
    by: UUID | None
    reason: str | None = None
    heard_at: int | None = None


@frozen
class CloseNomination:
    course: UUID
    on: date


type Command = NominateLearner | ApproveNomination | WithdrawNomination | CloseNomination

# State


@frozen
class NotNominated:
    pass


@frozen
class Nominated:
    """`known_to`: the position up to which the nomination knew."""

    nomination: UUID
    person: UUID
    unit: UUID
    programme: Programme
    since: date
    known_to: int


@frozen
class Approved:
    nomination: UUID
    person: UUID
    unit: UUID
    programme: Programme
    since: date
    known_to: int


@frozen
class Withdrawn:
    person: UUID
    unit: UUID
    programme: Programme


@frozen
class Enrolled:
    person: UUID
    unit: UUID
    programme: Programme
    course: UUID


type State = NotNominated | Nominated | Approved | Withdrawn | Enrolled


class NominationUnknown(Rejected):
    """Chưa có lượt cử đi học này.

    There is no such nomination.
    """

    status = 404


class NominationExists(Rejected):
    """Lượt cử đi học này đã được lập.

    This nomination was made already.
    """


class NotSympathiser(Rejected):
    """Người này chưa có trong danh sách cảm tình Đảng của chi bộ. Hãy ghi nghị quyết đưa vào danh sách trước khi cử đi học.

    This person is not on the cell's list of sympathisers. Record the resolution that lists them first.
    """


class NotProbationer(Rejected):
    """Người này chưa là đảng viên dự bị của chi bộ. Hãy ghi lễ kết nạp trước khi cử đi học lớp đảng viên mới.

    This person is not a probationary member of the cell. Record the ceremony first.
    """


class NominationOver(Rejected):
    """Lượt cử đi học này đã kết thúc. Hãy lập lượt mới.

    This nomination is over. Make a new one.
    """


class NotApproved(Rejected):
    """Lượt cử đi học này chưa được cấp uỷ cơ sở duyệt.

    The grassroots committee has not approved this nomination.
    """


def decide(command: Command, state: State) -> list[Event]:
    match command, state:
        case NominateLearner(), NotNominated():
            return [_nominate(command)]
        case NominateLearner(person=person), Nominated(person=known) if person == known:
            return []
        case NominateLearner(), _:
            raise NominationExists
        case _, NotNominated():
            raise NominationUnknown
        case ApproveNomination(on=on, by=by), Nominated():
            occurred(on, today=command.today, reason=command.reason, after=state.since)
            return [
                NominationApproved(
                    nomination=state.nomination,
                    person=state.person,
                    unit=state.unit,
                    programme=state.programme,
                    on=on,
                    by=by,
                    late_reason=command.reason,
                )
            ]
        case ApproveNomination(), Approved():
            return []
        case WithdrawNomination(heard_at=int(heard)), Nominated() | Approved() if heard <= state.known_to:
            return []
        case WithdrawNomination(on=on, by=by), Nominated() | Approved():
            if by is not None:
                occurred(on, today=command.today, reason=command.reason, after=state.since)
            return [
                NominationWithdrawn(
                    nomination=state.nomination,
                    person=state.person,
                    unit=state.unit,
                    programme=state.programme,
                    reason=command.because,
                    on=on,
                    by=by,
                    late_reason=command.reason,
                )
            ]
        case WithdrawNomination(), Withdrawn():
            return []
        case CloseNomination(), Nominated():
            raise NotApproved
        case CloseNomination(course=course, on=on), Approved():
            return [
                NominationClosed(
                    nomination=state.nomination,
                    person=state.person,
                    unit=state.unit,
                    programme=state.programme,
                    course=course,
                    on=on,
                )
            ]
        case CloseNomination(course=course), Enrolled(course=known) if course == known:
            return []
        case _:
            raise NominationOver


def _nominate(command: NominateLearner) -> LearnerNominated:
    occurred(command.on, today=command.today, reason=command.reason)
    match command.programme:
        case "awareness" if command.basis.sympathiser_of != command.unit:
            raise NotSympathiser
        case "new_member" if command.basis.probationer_of != command.unit:
            raise NotProbationer
        case _:
            return LearnerNominated(
                nomination=command.nomination,
                person=command.person,
                unit=command.unit,
                programme=command.programme,
                on=command.on,
                by=command.by,
                basis=command.basis,
                late_reason=command.reason,
            )


def evolve(state: State, event: Event) -> State:
    match event, state:
        case LearnerNominated(), _:
            return Nominated(
                nomination=event.nomination,
                person=event.person,
                unit=event.unit,
                programme=event.programme,
                since=event.on,
                known_to=event.basis.position,
            )
        case NominationApproved(), Nominated(known_to=known_to):
            return Approved(
                nomination=event.nomination,
                person=event.person,
                unit=event.unit,
                programme=event.programme,
                since=event.on,
                known_to=known_to,
            )
        case NominationWithdrawn(person=person, unit=unit, programme=programme), _:
            return Withdrawn(person=person, unit=unit, programme=programme)
        case NominationClosed(person=person, unit=unit, programme=programme, course=course), _:
            return Enrolled(person=person, unit=unit, programme=programme, course=course)
        case _:
            return state


def claims(event: Event) -> list[Claim]:
    """One open nomination for a person and programme."""
    match event:
        case LearnerNominated(person=person, programme=programme):
            return [Hold(kind="open-nomination", value=f"{person}/{programme}")]
        case NominationWithdrawn() | NominationClosed():
            return [Release(kind="open-nomination")]
        case NominationApproved():
            return []


decider: Decider[Command, State, Event] = Decider(
    initial=NotNominated(), decide=decide, evolve=evolve, claims=claims
)
