"""Training as a slice: over HTTP to the log, the pages and the topic, beside registry."""

from datetime import date
from typing import Any
from uuid import uuid4

from ketnap.contracts import training
from tests.province import Province
from tests.training.places import places


async def told(province: Province) -> list[Any]:  # Any: facts of all types
    """What training has told so far, as its consumers hear it."""
    pool = await province.services["registry"].core.db.pool()
    rows = await pool.fetch(
        "SELECT type, data::text FROM core.log WHERE stream = $1 ORDER BY version",
        f"{province.code}.training.v1",
    )
    return [training.FACTS[row["type"]].read(row["data"]) for row in rows]


async def test_from_the_list_to_the_certificate(province: Province) -> None:
    here = await places(province)
    line = uuid4()
    await here.board.do(
        "training",
        f"/class-plan/{line}/plan",
        {
            "owner": here.commune,
            "programme": "awareness",
            "year": 2024,
            "classes": 2,
            "learners": 80,
            "on": "2024-01-02",
        },
    )
    ann, bao = await here.sympathiser("Trần Thị Ánh"), await here.sympathiser("Phạm Quốc Bảo")
    sent = {person: await here.approved(person) for person in (ann, bao)}
    course = await here.course(line=line)

    for version, nomination in enumerate(sent.values(), 1):
        await here.director.do(
            "training",
            f"/courses/{course}/enrol",
            {"nomination": nomination, "on": "2024-01-02"},
            version=version,
        )
    await here.pass_to(date(2024, 1, 8))
    await here.director.do(
        "training",
        f"/courses/{course}/record-result",
        {"person": ann, "passed": True, "on": "2024-01-06"},
        version=3,
    )
    await here.director.do(
        "training",
        f"/courses/{course}/record-result",
        {"person": bao, "passed": False, "on": "2024-01-06"},
        version=4,
    )
    await here.director.do(
        "training",
        f"/courses/{course}/issue-certificate",
        {"person": ann, "number": "112", "on": "2024-01-08"},
        version=5,
    )
    done = await here.director.do("training", f"/courses/{course}/finish", {"on": "2024-01-08"}, version=6)
    await province.settled()

    page = await here.board.see("training", f"/courses/{course}", min_position=done["position"])
    assert (page["stage"], page["taken"], page["seats"], page["version"]) == ("finished", 2, 40, 7)
    roster = await here.director.see("training", f"/courses/{course}/roster", purpose="kiểm thử")
    assert [(n["name"], n["passed"], n["number"]) for n in roster["learners"]] == [
        ("Trần Thị Ánh", True, "112"),
        ("Phạm Quốc Bảo", False, None),
    ]
    [planned] = (await here.board.see("training", "/class-plan", unit=here.commune, year=2024))["lines"]
    assert tuple(planned[n] for n in ("classes", "learners", "held", "certified")) == (2, 80, 1, 1)
    [certificate] = (await here.secretary.see("training", "/certificates", person=ann))["certificates"]
    assert ("112", "2029-01-08", str(here.centre)) == (
        certificate["number"],
        certificate["valid_until"],
        certificate["owner"],
    )
    assert certificate["pack"].startswith("QD24-2021@")
    queue = await here.committee.see("training", "/nominations", unit=here.commune, stage="enrolled")
    assert {n["person"] for n in queue["nominations"]} == {str(ann), str(bao)}
    assert {n["course"] for n in queue["nominations"]} == {str(course)}

    facts = await told(province)
    assert [fact.TYPE.split(".")[1] for fact in facts] == [
        "classes_planned",
        "learner_nominated",
        "nomination_approved",
        "learner_nominated",
        "nomination_approved",
        "class_opened",
        "learner_enrolled",
        "learner_enrolled",
        "result_recorded",
        "result_recorded",
        "certificate_issued",
        "class_finished",
    ]
    assert facts[-2].valid_until == date(2029, 1, 8)
    assert (2, 1, line) == (facts[-1].learners, facts[-1].passed, facts[-1].line)
