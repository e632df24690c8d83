"""Samples of training's actions."""

from typing import Any
from uuid import UUID, uuid4

from tests.access.here import PURPOSE, Here, Sample, Samples
from tests.access.registry import listed, section


async def _line(here: Here) -> UUID:
    line, owner = uuid4(), await section(here)
    said = {"programme": "awareness", "year": 2024, "classes": 2, "learners": 80, "on": here.today}
    await here.inside.do("training", f"/class-plan/{line}/plan", {"owner": owner, **said})
    await here.province.settled()
    return line


async def _sympathiser(here: Here) -> UUID:
    candidacy, _ = await listed(here)
    shown = await here.inside.see("registry", f"/candidacies/{candidacy}")
    return UUID(shown["person"])


async def _nominated(here: Here) -> tuple[UUID, UUID]:
    """A nomination, and whom it sends."""
    nomination, person = uuid4(), await _sympathiser(here)
    body = {"person": person, "unit": here.cell, "programme": "awareness", "on": here.today}
    await here.inside.do("training", f"/nominations/{nomination}/nominate", body)
    await here.province.settled()
    return nomination, person


async def _approved(here: Here) -> tuple[UUID, UUID]:
    nomination, person = await _nominated(here)
    await here.inside.do("training", f"/nominations/{nomination}/approve", {"on": here.today}, version=1)
    return nomination, person


async def _course(here: Here) -> UUID:
    course = uuid4()
    await here.inside.do("training", f"/courses/{course}/open", _opening(here))
    await here.province.settled()
    return course


def _opening(here: Here) -> dict[str, Any]:  # Any: JSON
    when = {"starts_on": here.today, "ends_on": here.today, "on": here.today}
    return {"title": "Khoá 01", "programme": "awareness", "owner": here.centre, "seats": 40, **when}


async def _enrolled(here: Here) -> tuple[UUID, UUID]:
    """A class and its learner."""
    course, (nomination, person) = await _course(here), await _approved(here)
    body = {"nomination": nomination, "on": here.today}
    await here.inside.do("training", f"/courses/{course}/enrol", body, version=1)
    await here.province.settled()
    return course, person


async def _passed(here: Here) -> tuple[UUID, UUID]:
    course, person = await _enrolled(here)
    body = {"person": person, "passed": True, "on": here.today}
    await here.inside.do("training", f"/courses/{course}/record-result", body, version=2)
    return course, person


async def class_plan_plan(here: Here) -> Sample:
    said = {"programme": "new_member", "year": 2024, "classes": 2, "learners": 80, "on": here.today}
    return Sample(path={"line": uuid4()}, body={"owner": await section(here), **said})


async def class_plan_change(here: Here) -> Sample:
    body = {"classes": 3, "learners": 90, "on": here.today}
    return Sample(path={"line": await _line(here)}, body=body, version=1)


async def class_plan_show(here: Here) -> Sample:
    return Sample(path={"line": await _line(here)})


async def class_plan_list(here: Here) -> Sample:
    await _line(here)
    return Sample(query={"unit": here.commune, "year": 2024})


async def nomination_nominate(here: Here) -> Sample:
    body = {"person": await _sympathiser(here), "unit": here.cell, "programme": "awareness"}
    return Sample(path={"nomination": uuid4()}, body={**body, "on": here.today})


async def nomination_approve(here: Here) -> Sample:
    nomination, _ = await _nominated(here)
    return Sample(path={"nomination": nomination}, body={"on": here.today}, version=1)


async def nomination_withdraw(here: Here) -> Sample:
    nomination, _ = await _nominated(here)
    body = {"because": "moved", "on": here.today}
    return Sample(path={"nomination": nomination}, body=body, version=1)


async def nomination_show(here: Here) -> Sample:
    nomination, _ = await _nominated(here)
    return Sample(path={"nomination": nomination})


async def nomination_list(here: Here) -> Sample:
    await _nominated(here)
    return Sample(query={"unit": here.cell})


async def course_open(here: Here) -> Sample:
    return Sample(path={"course": uuid4()}, body=_opening(here))


async def course_enrol(here: Here) -> Sample:
    nomination, _ = await _approved(here)
    body = {"nomination": nomination, "on": here.today}
    return Sample(path={"course": await _course(here)}, body=body, version=1)


async def course_record_leaving(here: Here) -> Sample:
    course, person = await _enrolled(here)
    body = {"person": person, "because": "absent", "on": here.today}
    return Sample(path={"course": course}, body=body, version=2)


async def course_record_result(here: Here) -> Sample:
    course, person = await _enrolled(here)
    body = {"person": person, "passed": True, "on": here.today}
    return Sample(path={"course": course}, body=body, version=2)


async def course_issue_certificate(here: Here) -> Sample:
    course, person = await _passed(here)
    body = {"person": person, "number": str(course), "on": here.today}
    return Sample(path={"course": course}, body=body, version=3)


async def course_finish(here: Here) -> Sample:
    return Sample(path={"course": await _course(here)}, body={"on": here.today}, version=1)


async def course_show(here: Here) -> Sample:
    return Sample(path={"course": await _course(here)})


async def course_list(here: Here) -> Sample:
    await _course(here)
    return Sample(query={"unit": here.commune})


async def course_roster(here: Here) -> Sample:
    course, _ = await _enrolled(here)
    return Sample(path={"course": course}, query=PURPOSE)


async def certificate_list(here: Here) -> Sample:
    course, person = await _passed(here)
    body = {"person": person, "number": str(course), "on": here.today}
    await here.inside.do("training", f"/courses/{course}/issue-certificate", body, version=3)
    await here.province.settled()
    return Sample(query={"person": person}, scope="list")


async def access_list(here: Here) -> Sample:
    course, person = await _enrolled(here)
    await here.inside.see("training", f"/courses/{course}/roster", **PURPOSE)
    return Sample(query={"person": person}, scope="list")


TRAINING: Samples = {
    "class_plan.plan": class_plan_plan,
    "class_plan.change": class_plan_change,
    "class_plan.show": class_plan_show,
    "class_plan.list": class_plan_list,
    "nomination.nominate": nomination_nominate,
    "nomination.approve": nomination_approve,
    "nomination.withdraw": nomination_withdraw,
    "nomination.show": nomination_show,
    "nomination.list": nomination_list,
    "course.open": course_open,
    "course.enrol": course_enrol,
    "course.record_leaving": course_record_leaving,
    "course.record_result": course_record_result,
    "course.issue_certificate": course_issue_certificate,
    "course.finish": course_finish,
    "course.show": course_show,
    "course.list": course_list,
    "course.roster": course_roster,
    "certificate.list": certificate_list,
    "access.list": access_list,
}
