"""What leaves the house: from our events to the facts of the published language."""

from collections.abc import Sequence

from ketnap.common.forgetting import ForgettingDone
from ketnap.common.log import Entry
from ketnap.common.relay import Erased
from ketnap.contracts import statistics as told
from ketnap.contracts.fact import Fact
from ketnap.statistics import language
from ketnap.statistics.allocation import AllocationIssued
from ketnap.statistics.language import Own
from ketnap.statistics.plan import PlanIssued
from ketnap.statistics.unit_plan import UnitPlanSent

TYPES = frozenset({"plan.issued", "allocation.issued", "unit_plan.sent", "forgetting.done"})


async def publish(entries: Sequence[Entry]) -> list[list[Fact | Erased]]:
    return [list(facts(language.own(entry))) for entry in entries]


def facts(event: Own) -> list[Fact]:
    """The facts of one event, for the topic `<province>.statistics.v1`."""
    match event:
        case PlanIssued():
            issued = told.PlanIssued(
                plan=event.plan,
                unit=event.unit,
                title=event.title,
                period_from=event.period_from,
                period_until=event.period_until,
                instrument=event.instrument,
                on=event.on,
            )
            stated = [
                told.TargetStated(
                    plan=event.plan,
                    line=target.line,
                    kind=told.TargetKind(target.kind),
                    measure=target.measure,
                    strictness=told.Strictness(target.strictness),
                    value=None if target.kind == "per_unit" else target.value,
                    on=event.on,
                )
                for target in event.targets
            ]
            return [issued, *stated]
        case AllocationIssued(plan=plan, line=line, shares=shares, was=was, decision=decision, on=on):
            return [
                told.QuotaIssued(
                    plan=plan,
                    line=line,
                    unit=unit,
                    quota=quota,
                    was=was.get(unit, 0),
                    decision=decision,
                    on=on,
                )
                for unit, quota in sorted(shares.items(), key=lambda item: item[0].int)
                if quota != was.get(unit, 0)
            ]
        case UnitPlanSent(plan=plan, unit=unit, proposed=proposed, due_on=due, on=on):
            return [told.UnitPlanReceived(plan=plan, unit=unit, proposed=proposed, due_on=due, on=on)]
        case ForgettingDone(person=person, rows=rows):
            return [told.ForgettingDone(person=person, rows=rows)]
        case _:
            return []
