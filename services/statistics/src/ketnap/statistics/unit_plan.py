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
    late_reason: str | None = None


type Event = UnitPlanSent

NAMES: dict[str, type[Event]] = {"unit_plan.sent": UnitPlanSent}


@frozen
class SendUnitPlan:
    """`due_on`: before this day the plan from above asks for it; None: it asks for none."""

    plan: UUID
    unit: UUID
    proposed: int
    due_on: date | None
    on: date
    today: date
    by: UUID
    reason: str | None = None


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
    """Không có kế hoạch đã ban hành của cấp trên yêu cầu đơn vị gửi kế hoạch. Hãy kiểm tra lại kế hoạch đã chọn.

    No issued plan from above asks this unit for a plan of its own. Check which plan was chosen.
    """


def decide(command: Command, state: State) -> list[Event]:
    match command, state:
        case SendUnitPlan(due_on=None), _:
            raise NotAsked
        case SendUnitPlan(proposed=proposed), Sent(proposed=known) if proposed == known:
            return []
        case SendUnitPlan(due_on=date() as due), _:
            occurred(command.on, today=command.today, reason=command.reason)
            return [
                UnitPlanSent(
                    plan=command.plan,
                    unit=command.unit,
                    proposed=command.proposed,
                    due_on=due,
                    on=command.on,
                    by=command.by,
                    late_reason=command.reason,
                )
            ]
        case _:
            raise NotAsked


def evolve(_state: State, event: Event) -> State:
    return Sent(proposed=event.proposed, on=event.on)


decider: Decider[Command, State, Event] = Decider(initial=NotSent(), decide=decide, evolve=evolve)
