"""The plan curve as it is published: what share of the number is planned by the end of each month."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from pydantic import BaseModel

from ketnap.statistics.shown import decimal
from ketnap.statistics.standpoint import Standpoint


class CurvePoint(BaseModel):
    """Cumulative, in percent: two decimals half up, and exact as `25/3`."""

    year: int
    month: int
    percent: Decimal
    exact: str


class CurveShown(BaseModel):
    """`straight`: the plan states none, so every month is planned the same."""

    plan: UUID | None
    plan_title: str | None
    since: date
    period_until: date
    straight: bool
    points: list[CurvePoint]


def curve_shown(at: Standpoint) -> CurveShown:
    points = []
    begins = at.since.replace(day=1)
    for exact in at.curve.at_month_end:
        points.append(
            CurvePoint(year=begins.year, month=begins.month, percent=decimal(exact, 2), exact=str(exact))
        )
        begins = (begins.replace(day=28) + timedelta(days=4)).replace(day=1)
    return CurveShown(
        plan=at.plan.plan if at.plan else None,
        plan_title=at.plan.title if at.plan else None,
        since=at.since,
        period_until=at.period_until,
        straight=not (at.plan and at.plan.curve),
        points=points,
    )
