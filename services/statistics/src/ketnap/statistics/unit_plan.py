"""A unit's own plan for the year, sent up before a due day; what is late is seen to be late."""

from datetime import date
from uuid import UUID, uuid5

from ketnap.common.decider import Decider, Rejected
from ketnap.common.frozen import frozen
from ketnap.common.occurred import occurred


def unit_plan_id(plan: UUID, unit: UUID) -> UUID:
    """One plan from each unit under each plan from above."""
    return uuid5(plan, f"unit plan {unit}")


@frozen
class UnitPlanSent:
    plan: UUID
    unit: UUID
    proposed: int
    due_on: date
    on: date
    by: UUID


type Event = UnitPlanSent

NAMES: dict[str, type[Event]] = {"unit_plan.sent": UnitPlanSent}


@frozen
class SendUnitPlan:
    """`due_on`: what the plan from above asks; None: it asks for none."""

    plan: UUID
    unit: UUID
    proposed: int
    due_on: date | None
    on: date
    today: date
    by: UUID


type Command = SendUnitPlan


@frozen
class NotSent:
    pass


@frozen
class Sent:
    proposed: int
    on: date


type State = NotSent | Sent


class NotAsked(Rejected):
    """Kế hoạch cấp trên không yêu cầu đơn vị gửi kế hoạch.

    The plan from above asks units for no plan of their own.
    """


def decide(command: Command, state: State) -> list[Event]:
    match command, state:
        case SendUnitPlan(due_on=None), _:
            raise NotAsked
        case SendUnitPlan(proposed=proposed), Sent(proposed=known) if proposed == known:
            return []
        case SendUnitPlan(due_on=date() as due), _:
            occurred(command.on, today=command.today)
            return [
                UnitPlanSent(
                    plan=command.plan,
                    unit=command.unit,
                    proposed=command.proposed,
                    due_on=due,
                    on=command.on,
                    by=command.by,
                )
            ]
        case _:
            raise NotAsked


def evolve(_state: State, event: Event) -> State:
    return Sent(proposed=event.proposed, on=event.on)


decider: Decider[Command, State, Event] = Decider(initial=NotSent(), decide=decide, evolve=evolve)
