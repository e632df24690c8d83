"""Samples of statistics' actions."""

from typing import Any
from uuid import UUID, uuid4

from ketnap.contracts.registry import Role
from ketnap.statistics.allocation import allocation_id
from tests.access.here import PURPOSE, Here, Sample, Samples

LINE = "admitted"
BASIS = {"instrument": "ĐU/KH/1/2024-01-01", "text": "Kế hoạch năm 2024"}


def _target() -> dict[str, Any]:  # Any: JSON
    return {
        "line": LINE,
        "title": "Kết nạp đảng viên",
        "kind": "absolute",
        "strictness": "exact",
        "value": 12,
        "allocable": True,
        "bases": [BASIS],
    }


def _drafting(here: Here) -> dict[str, Any]:  # Any: JSON
    period = {"period_from": "2024-01-01", "period_until": "2024-12-31"}
    return {"unit": here.commune, "title": "Kế hoạch 2024", **period}


async def _drafted(here: Here, **more: str) -> UUID:
    plan = uuid4()
    board = here.holding[Role.ORGANISATION_BOARD]
    await board.do("statistics", f"/plans/{plan}/draft", _drafting(here) | more)
    await here.province.settled()
    return plan


async def _stated(here: Here, **more: str) -> UUID:
    plan, board = await _drafted(here, **more), here.holding[Role.ORGANISATION_BOARD]
    await board.do("statistics", f"/plans/{plan}/state-target", _target(), version=1)
    return plan


async def _submitted(here: Here, **more: str) -> UUID:
    plan, board = await _stated(here, **more), here.holding[Role.ORGANISATION_BOARD]
    await board.do("statistics", f"/plans/{plan}/submit", version=2)
    return plan


async def issued(here: Here, **more: str) -> UUID:
    """A plan of the commune that holds."""
    plan, leader = await _submitted(here, **more), here.holding[Role.STANDING_COMMITTEE]
    issuing = {"instrument": BASIS["instrument"], "on": here.today}
    await leader.do("statistics", f"/plans/{plan}/issue", issuing, version=3)
    await here.province.settled()
    return plan


async def _prepared(here: Here) -> UUID:
    plan, board = await issued(here), here.holding[Role.ORGANISATION_BOARD]
    way = f"/plans/{plan}/lines/{LINE}/units/{here.commune}/prepare"
    await board.do("statistics", way, {"shares": {str(here.cell): 12}})
    return allocation_id(plan, LINE, here.commune)


async def plan_draft(here: Here) -> Sample:
    return Sample(path={"id": uuid4()}, body=_drafting(here))


async def plan_state_target(here: Here) -> Sample:
    return Sample(path={"id": await _drafted(here)}, body=_target(), version=1)


async def plan_submit(here: Here) -> Sample:
    return Sample(path={"id": await _stated(here)}, version=2)


async def plan_issue(here: Here) -> Sample:
    body = {"instrument": BASIS["instrument"], "on": here.today}
    return Sample(path={"id": await _submitted(here)}, body=body, version=3)


async def plan_show(here: Here) -> Sample:
    return Sample(path={"id": await issued(here)}, query={"unit": here.commune})


async def plan_list(here: Here) -> Sample:
    return Sample(query={"unit": here.commune})


async def allocation_prepare(here: Here) -> Sample:
    path: dict[str, UUID | str] = {"id": await issued(here), "line": LINE, "unit": here.commune}
    return Sample(path=path, body={"shares": {str(here.cell): 12}})


async def allocation_show(here: Here) -> Sample:
    path: dict[str, UUID | str] = {"id": await issued(here), "line": LINE, "unit": here.commune}
    return Sample(path=path)


async def allocation_submit(here: Here) -> Sample:
    return Sample(path={"id": await _prepared(here)}, version=1)


async def allocation_issue(here: Here) -> Sample:
    allocation, board = await _prepared(here), here.holding[Role.ORGANISATION_BOARD]
    await board.do("statistics", f"/allocations/{allocation}/submit", version=1)
    body = {"decision": "12-QĐ/ĐU", "on": here.today}
    return Sample(path={"id": allocation}, body=body, version=2)


async def unit_plan_send(here: Here) -> Sample:
    body = {"proposed": 3, "on": here.today}
    plan = await issued(here, unit_plans_due="2024-02-26")
    return Sample(path={"id": plan, "unit": here.cell}, body=body)


async def page_overview(here: Here) -> Sample:
    return Sample(query={"unit": here.commune})


async def page_of_unit(here: Here) -> Sample:
    return Sample(path={"unit": here.commune})


async def page_search(_here: Here) -> Sample:
    return Sample(query={"q": "duc thang"}, scope="list")


async def figure_evidence(here: Here) -> Sample:
    figure = {"figure": "admitted"}
    return Sample(path=figure, query={"unit": here.commune})


async def figure_entries(here: Here) -> Sample:
    figure = {"figure": "admitted"}
    return Sample(path=figure, query={"unit": here.commune, **PURPOSE})


async def person_timeline(here: Here) -> Sample:
    person, candidacy = uuid4(), uuid4()
    identity = {"name": "Lê Văn An", "birth_date": "2001-04-12", "sex": "male"}
    body = {"unit": here.cell, "identity": identity, "citizen_number": str(uuid4().int)[:12]}
    await here.inside.do("registry", f"/people/{person}/register", body)
    await here.province.settled()
    introducing = {"person": person, "unit": here.cell, "on": here.today}
    await here.inside.do("registry", f"/candidacies/{candidacy}/introduce", introducing)
    await here.province.settled()
    return Sample(path={"person": person}, query=PURPOSE)


async def formula_show(here: Here) -> Sample:
    return Sample(query={"unit": here.commune})


STATISTICS: Samples = {
    "plan.draft": plan_draft,
    "plan.state_target": plan_state_target,
    "plan.submit": plan_submit,
    "plan.issue": plan_issue,
    "plan.show": plan_show,
    "plan.list": plan_list,
    "allocation.prepare": allocation_prepare,
    "allocation.show": allocation_show,
    "allocation.submit": allocation_submit,
    "allocation.issue": allocation_issue,
    "unit_plan.send": unit_plan_send,
    "page.overview": page_overview,
    "page.unit": page_of_unit,
    "page.tree": page_of_unit,
    "page.search": page_search,
    "figure.evidence": figure_evidence,
    "figure.entries": figure_entries,
    "person.timeline": person_timeline,
    "formula.show": formula_show,
}
