"""Plans that the units below were asked to send: who sent one in time, who late, who not yet."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from ketnap.common.frozen import frozen
from ketnap.statistics.standpoint import Standpoint
from ketnap.statistics.views.plans import UnitPlan


@frozen
class Sent:
    """`first`: the plan of each unit that came first; it says whether the unit was in time."""

    due: date
    first: Mapping[UUID, UnitPlan]
    in_time: Sequence[UUID]
    late: Sequence[UUID]
    missing: Sequence[UUID]


def sent_plans(at: Standpoint) -> Sent | None:
    """Of the units directly below who issued the plan; None when the plan asks for none, or is not the unit's own."""
    plan = at.plan
    if plan is None or plan.unit_plans_due is None or not at.own_plan:
        return None
    first: dict[UUID, UnitPlan] = {}
    for unit in at.ground.rows:
        sent = [
            found
            for one in at.ground.tree.history(unit)
            for found in plan.unit_plans.get(one, [])
            if found.on <= at.as_of
        ]
        if sent:
            first[unit] = min(sent, key=lambda found: (found.on, found.position))
    due = plan.unit_plans_due
    return Sent(
        due=due,
        first=first,
        in_time=[unit for unit in at.ground.rows if unit in first and first[unit].on < due],
        late=[unit for unit in at.ground.rows if unit in first and first[unit].on >= due],
        missing=[unit for unit in at.ground.rows if unit not in first],
    )
