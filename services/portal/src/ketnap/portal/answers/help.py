"""The help page from the formula that statistics computes by."""

import asyncio
from decimal import Decimal

from ketnap.portal.answers.asking import Asking
from ketnap.portal.figures import Step
from ketnap.portal.pages.help import Curve, CurvePoint, Help, Part, StatusFormula, StepProbability
from ketnap.portal.services import Json


async def help_page(ask: Asking) -> Help:
    branch, plans = await asyncio.gather(ask.statistics(f"/units/{ask.unit}/rows"), ask.plans())
    standpoint = branch["standpoint"]
    plan = {"plan": standpoint["plan"]} if standpoint["plan"] else {}
    answer = await ask.formula(**plan)
    return Help(
        scope=ask.scope(standpoint, plans),
        freshness=ask.freshness(standpoint),
        formula=_formula(answer),
        curve=_curve(answer["curve"]),
    )


def _formula(answer: Json) -> StatusFormula:
    return StatusFormula(
        version=answer["version"],
        achieved_from=Decimal(answer["achieved_from"]),
        on_track_gap=Decimal(answer["on_track_gap"]),
        urge_forecast=Decimal(answer["urge_forecast"]),
        small_quota=answer["small_quota"],
        steps=tuple(
            StepProbability(step=Step(step["code"]), probability=Decimal(step["probability"]))
            for step in answer["steps"]
        ),
        parts=tuple(
            Part(term=part["term"], text=part["text"], rounding=part["rounding"]) for part in answer["parts"]
        ),
    )


def _curve(curve: Json) -> Curve:
    return Curve(
        title=curve["plan_title"],
        straight=curve["straight"],
        points=tuple(
            CurvePoint(year=point["year"], month=point["month"], percent=Decimal(point["percent"]))
            for point in curve["points"]
        ),
    )
