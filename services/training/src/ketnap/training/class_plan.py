"""A line of the year's class plan: so many classes of a programme for so many learners, changed by a new event."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from ketnap.common.decider import Claim, Decider, Hold, Rejected
from ketnap.common.frozen import frozen
from ketnap.common.occurred import occurred
from ketnap.training.programme import Programme

# Events


@frozen
class ClassesPlanned:
    line: UUID
    owner: UUID
    programme: Programme
    year: int
    classes: int
    learners: int
    on: date
    by: UUID
    instrument: str | None = None
    late_reason: str | None = None


@frozen
class PlanChanged:
    """The numbers after the change."""

    line: UUID
    owner: UUID
    programme: Programme
    year: int
    classes: int
    learners: int
    on: date
    by: UUID
    instrument: str | None = None
    late_reason: str | None = None


type Event = ClassesPlanned | PlanChanged

NAMES: dict[str, type[Event]] = {
    "class_plan.planned": ClassesPlanned,
    "class_plan.changed": PlanChanged,
}

# Commands


@frozen
class PlanClasses:
    line: UUID
    owner: UUID
    programme: Programme
    year: int
    classes: int
    learners: int
    on: date
    today: date
    by: UUID
    instrument: str | None = None
    reason: str | None = None


@frozen
class ChangePlan:
    """0 classes for 0 learners: the line is given up."""

    classes: int
    learners: int
    on: date
    today: date
    by: UUID
    instrument: str | None = None
    reason: str | None = None


type Command = PlanClasses | ChangePlan

# State


@frozen
class NotPlanned:
    pass


@frozen
class Planned:
    line: UUID
    owner: UUID
    programme: Programme
    year: int
    classes: int
    learners: int
    since: date


type State = NotPlanned | Planned


class LineUnknown(Rejected):
    """Chưa có dòng kế hoạch này.

    There is no such line of the plan.
    """

    status = 404


class LineExists(Rejected):
    """Dòng kế hoạch này đã được lập với nội dung khác. Hãy điều chỉnh dòng đó.

    This line was planned already, with another content. Change that line.
    """


class NumbersUnfit(Rejected):
    """Số lớp {classes} và số học viên {learners} không khớp: có lớp phải có học viên, mỗi lớp ít nhất một người.

    {classes} classes for {learners} learners do not fit: classes need learners, at least one each.
    """

    status = 422


def decide(command: Command, state: State) -> list[Event]:
    match command, state:
        case PlanClasses(classes=classes, learners=learners), NotPlanned():
            occurred(command.on, today=command.today, reason=command.reason)
            if not 0 < classes <= learners:
                raise NumbersUnfit(classes=classes, learners=learners)
            return [
                ClassesPlanned(
                    line=command.line,
                    owner=command.owner,
                    programme=command.programme,
                    year=command.year,
                    classes=classes,
                    learners=learners,
                    on=command.on,
                    by=command.by,
                    instrument=command.instrument,
                    late_reason=command.reason,
                )
            ]
        case PlanClasses(), Planned():
            if (command.owner, command.programme, command.year, command.classes, command.learners) == (
                state.owner,
                state.programme,
                state.year,
                state.classes,
                state.learners,
            ):
                return []
            raise LineExists
        case ChangePlan(), NotPlanned():
            raise LineUnknown
        case ChangePlan(classes=classes, learners=learners), Planned():
            if (classes, learners) == (state.classes, state.learners):
                return []
            occurred(command.on, today=command.today, reason=command.reason, after=state.since)
            if (classes, learners) != (0, 0) and not 0 < classes <= learners:
                raise NumbersUnfit(classes=classes, learners=learners)
            return [
                PlanChanged(
                    line=state.line,
                    owner=state.owner,
                    programme=state.programme,
                    year=state.year,
                    classes=classes,
                    learners=learners,
                    on=command.on,
                    by=command.by,
                    instrument=command.instrument,
                    late_reason=command.reason,
                )
            ]
        case _:
            raise LineUnknown


def evolve(state: State, event: Event) -> State:
    match event, state:
        case ClassesPlanned(), _:
            return Planned(
                line=event.line,
                owner=event.owner,
                programme=event.programme,
                year=event.year,
                classes=event.classes,
                learners=event.learners,
                since=event.on,
            )
        case PlanChanged(classes=classes, learners=learners, on=on), Planned():
            return replace(state, classes=classes, learners=learners, since=on)
        case _:
            return state


def claims(event: Event) -> list[Claim]:
    """One line a year for each owner and programme."""
    match event:
        case ClassesPlanned(owner=owner, programme=programme, year=year):
            return [Hold(kind="plan-line", value=f"{owner}/{programme}/{year}")]
        case PlanChanged():
            return []


decider: Decider[Command, State, Event] = Decider(
    initial=NotPlanned(), decide=decide, evolve=evolve, claims=claims
)
