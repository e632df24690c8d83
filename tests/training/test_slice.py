"""Training as a slice: over HTTP to the log, the pages and the topic, beside registry."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest

from ketnap.contracts import admission as decided
from ketnap.contracts import registry, training
from ketnap.contracts.fact import Fact
from ketnap.contracts.registry import Role
from tests.province import Province
from tests.training.places import Places, places
from tests.voices import Voice

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def told(province: Province) -> list[Any]:  # Any: facts of all types
    """What training has told so far, as its consumers hear it."""
    await province.settled()
    pool = await province.services["registry"].core.db.pool()
    rows = await pool.fetch(
        "SELECT type, data::text FROM core.log WHERE stream = $1 ORDER BY version",
        f"{province.code}.training.v1",
    )
    return [training.FACTS[row["type"]].read(row["data"]) for row in rows]


async def cases(province: Province) -> list[str]:
    """What a policy of training wanted and a rule refused."""
    pool = await province.services["training"].core.db.pool()
    return [row["cause"] for row in await pool.fetch("SELECT cause FROM core.cases ORDER BY opened_at")]


def ceremony(here: Places, person: UUID, dossier: UUID) -> decided.CeremonyHeld:
    return decided.CeremonyHeld(
        dossier=dossier,
        person=person,
        unit=here.cell,
        on=here.today,
        decided_on=here.today,
        probation_ends=date(2025, 1, 2),
    )


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
            "on": here.today,
        },
    )
    ann, bao = await here.sympathiser("Trần Thị Ánh"), await here.sympathiser("Phạm Quốc Bảo")
    sent = {person: await here.approved(person) for person in (ann, bao)}
    course = await here.course(line=line)

    for version, nomination in enumerate(sent.values(), 1):
        await here.on_course(course, "enrol", version=version, nomination=nomination)
    await here.on_course(course, "record-result", version=3, person=ann, passed=True)
    await here.on_course(course, "record-result", version=4, person=bao, passed=False)
    await here.on_course(course, "issue-certificate", version=5, person=ann, number="112")
    done = await here.on_course(course, "finish", version=6)

    page = await here.board.see("training", f"/courses/{course}", min_position=done["position"])
    assert [page[name] for name in ("stage", "taken", "seats", "version")] == ["finished", 2, 40, 7]
    await province.settled()
    roster = await here.director.see("training", f"/courses/{course}/roster", purpose="kiểm thử")
    assert [(n["name"], n["passed"], n["number"]) for n in roster["learners"]] == [
        ("Trần Thị Ánh", True, "112"),
        ("Phạm Quốc Bảo", False, None),
    ]
    [planned] = (await here.board.see("training", "/class-plan", unit=here.commune, year=2024))["lines"]
    assert [planned[n] for n in ("classes", "held", "learners", "certified")] == [2, 1, 80, 1]
    [certificate] = (await here.secretary.see("training", "/certificates", person=ann))["certificates"]
    assert certificate["number"] == "112"
    assert certificate["valid_until"] == "2029-01-02"
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
    assert facts[-2].valid_until == date(2029, 1, 2)
    assert (facts[-1].learners, facts[-1].passed, facts[-1].line) == (2, 1, line)


async def test_a_nomination_says_what_was_known_when_it_was_made(province: Province) -> None:
    here = await places(province)
    person = await here.sympathiser()

    nomination = await here.nominated(person)

    pool = await province.services["training"].core.db.pool()
    basis = orjson.loads(
        await pool.fetchval(
            "SELECT data->'basis' FROM core.log WHERE stream = $1", f"nomination-{nomination}"
        )
    )
    heard_at = await pool.fetchval(
        "SELECT max(position) FROM core.log WHERE type = $1", registry.SympathiserListed.TYPE
    )
    assert (basis["sympathiser_of"], basis["probationer_of"]) == (str(here.cell), None)
    assert basis["position"] >= heard_at


async def test_who_is_on_no_list_of_the_cell_is_not_nominated(province: Province) -> None:
    here = await places(province)
    body = {"person": uuid4(), "unit": here.cell, "programme": "awareness", "on": here.today}

    answer = await here.secretary.send("training", f"/nominations/{uuid4()}/nominate", body)
    new_member = await here.secretary.send(
        "training", f"/nominations/{uuid4()}/nominate", {**body, "programme": "new_member"}
    )

    assert (answer.status_code, answer.json()["code"]) == (409, "NotSympathiser")
    assert (new_member.status_code, new_member.json()["code"]) == (409, "NotProbationer")


async def test_a_person_is_nominated_once_and_learns_in_one_class(province: Province) -> None:
    here = await places(province)
    person = await here.sympathiser()
    nomination = await here.approved(person)
    again = await here.secretary.send(
        "training",
        f"/nominations/{uuid4()}/nominate",
        {"person": person, "unit": here.cell, "programme": "awareness", "on": here.today},
    )
    assert (again.status_code, again.json()["kind"]) == (409, "open-nomination")

    first, second = await here.course(), await here.course()
    await here.on_course(first, "enrol", version=1, nomination=nomination)
    await province.settled()
    another = await here.approved(person)
    both = await here.director.send(
        "training", f"/courses/{second}/enrol", {"nomination": another, "on": here.today}, version=1
    )
    assert (both.status_code, both.json()["kind"]) == (409, "open-class")

    await here.on_course(first, "record-leaving", version=2, person=person, because="absent")
    await here.on_course(second, "enrol", version=1, nomination=another)


async def test_a_number_is_given_once_by_an_issuer_and_again_by_another(province: Province) -> None:
    here, there = await places(province), await places(province)
    for place, status in ((here, 200), (here, 409), (there, 200)):
        person = await place.sympathiser()
        nomination = await place.approved(person)
        course = await place.course()
        await place.on_course(course, "enrol", version=1, nomination=nomination)
        await place.on_course(course, "record-result", version=2, person=person, passed=True)

        answer = await place.director.send(
            "training",
            f"/courses/{course}/issue-certificate",
            {"person": person, "number": "7/2024", "on": place.today},
            version=3,
        )

        assert answer.status_code == status
        await province.settled()


async def test_two_officers_on_the_same_version_do_not_both_take_the_last_seat(province: Province) -> None:
    here = await places(province)
    nominations = [await here.approved(await here.sympathiser()) for _ in range(2)]
    course = await here.course(seats=1)
    await here.on_course(course, "enrol", version=1, nomination=nominations[0])

    stale = await here.director.send(
        "training", f"/courses/{course}/enrol", {"nomination": nominations[1], "on": here.today}, version=1
    )
    full = await here.director.send(
        "training", f"/courses/{course}/enrol", {"nomination": nominations[1], "on": here.today}, version=2
    )

    assert (stale.status_code, stale.json()["code"]) == (412, "Conflict")
    assert (full.status_code, full.json()["code"]) == (409, "SeatsTaken")


# Scope of what a command names


async def test_a_class_takes_nobody_whose_cell_its_owner_does_not_serve(province: Province) -> None:
    here, there = await places(province), await places(province)
    nomination = await there.approved(await there.sympathiser())
    course = await here.course()
    body = {"nomination": nomination, "on": here.today}

    out_of_scope = await here.director.send("training", f"/courses/{course}/enrol", body, version=1)
    unknown = await here.director.send(
        "training", f"/courses/{course}/enrol", {**body, "nomination": uuid4()}, version=1
    )
    by_both = await here.board.send("training", f"/courses/{course}/enrol", body, version=1)

    assert (out_of_scope.status_code, out_of_scope.json()["code"]) == (404, "OutOfScope")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "OutOfScope")
    assert by_both.status_code == 200


async def test_a_centre_that_serves_two_communes_takes_learners_of_both(province: Province) -> None:
    here, there = await places(province), await places(province)
    serving = await province.officer(
        f"serving {here.commune}",
        (Role.POLITICAL_CENTRE, here.commune),
        (Role.POLITICAL_CENTRE, there.commune),
    )
    course = await here.course()
    for version, place in enumerate((here, there), 1):
        nomination = await place.approved(await place.sympathiser())
        body = {"nomination": nomination, "on": here.today}
        await serving.do("training", f"/courses/{course}/enrol", body, version=version)


async def test_a_class_fulfils_a_line_of_its_own_committee_or_one_above(province: Province) -> None:
    here, there = await places(province), await places(province)
    lines = {}
    for owner in (province.root, here.commune, there.commune):
        lines[owner] = uuid4()
        await here.board.do(
            "training",
            f"/class-plan/{lines[owner]}/plan",
            {
                "owner": owner,
                "programme": "awareness",
                "year": 2025 if owner == province.root else 2024,
                "classes": 1,
                "learners": 40,
                "on": here.today,
            },
        )

    await here.course(line=lines[here.commune])
    opening = {
        "title": "Khoá 02/2024",
        "programme": "awareness",
        "owner": here.centre,
        "starts_on": here.today,
        "ends_on": here.today,
        "seats": 40,
        "on": here.today,
    }
    answers = [
        await here.director.send("training", f"/courses/{uuid4()}/open", {**opening, "line": line})
        for line in (lines[there.commune], uuid4(), lines[province.root])
    ]

    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [
        (404, "OutOfScope"),
        (404, "OutOfScope"),
        (409, "LineUnfit"),  # the line of the province may be used, in its year
    ]


async def test_a_roster_is_read_by_name_with_a_purpose_and_each_reading_is_recorded(
    province: Province,
) -> None:
    here = await places(province)
    person = await here.sympathiser("Trần Thị Ánh")
    nomination = await here.approved(person)
    course = await here.course()
    await here.on_course(course, "enrol", version=1, nomination=nomination)
    await province.settled()

    unsaid = await here.director.get("training", f"/courses/{course}/roster")
    not_theirs = await here.secretary.get("training", f"/courses/{course}/roster", purpose="tò mò")
    await here.director.see("training", f"/courses/{course}/roster", purpose="lập danh sách lớp")

    assert (unsaid.status_code, not_theirs.status_code) == (422, 404)
    found = await province.admin.see("training", "/access-log", person=person)
    assert [(one["account"], one["action"], one["purpose"], one["unit"]) for one in found] == [
        (str(here.director.account), "course.roster", "lập danh sách lớp", str(here.cell))
    ]


async def test_an_older_cells_sympathiser_is_sent_by_its_successor(province: Province) -> None:
    here = await places(province)
    person = await here.sympathiser()
    successor = await province.found("Chi bộ Bình Minh mới", "cell", here.commune)
    merging = {"predecessors": [here.cell], "on": here.today}
    await here.board.do("registry", f"/units/{successor}/merge", merging, version=1)
    await province.settled()
    body = {"person": person, "programme": "awareness", "on": here.today}

    by_the_old = await here.committee.send(
        "training", f"/nominations/{uuid4()}/nominate", {**body, "unit": here.cell}
    )
    await here.committee.do("training", f"/nominations/{uuid4()}/nominate", {**body, "unit": successor})

    assert (by_the_old.status_code, by_the_old.json()["code"]) == (409, "NotSympathiser")


# Reactions


async def test_a_delisted_sympathiser_is_not_sent_and_may_be_nominated_anew(province: Province) -> None:
    here = await places(province)
    person = await here.sympathiser()
    nominations = await here.nominated(person)

    await here.delisted(person)

    after = await here.nomination(nominations)
    assert (after["stage"], after["reason"], after["version"]) == ("withdrawn", "delisted", 2)
    assert await cases(province) == []


async def test_who_is_enrolled_stays_in_the_class_when_the_cell_takes_the_name_off(
    province: Province,
) -> None:
    here = await places(province)
    person = await here.sympathiser()
    nomination = await here.approved(person)
    course = await here.course()
    await here.on_course(course, "enrol", version=1, nomination=nomination)
    await province.settled()

    await here.delisted(person)

    assert (await here.nomination(nomination))["stage"] == "enrolled"
    page = await here.director.see("training", f"/courses/{course}")
    assert [one["left_on"] for one in page["learners"]] == [None]
    assert await cases(province) == []


@pytest.mark.parametrize("end", ["recognised", "struck_off", "annulled"])
async def test_a_probationer_is_sent_to_the_other_class_while_on_probation(
    province: Province, admission: Voice, end: str
) -> None:
    here = await places(province)
    person, dossier = await here.sympathiser(), uuid4()
    await admission.tell(ceremony(here, person, dossier))
    nomination = await here.approved(person, "new_member")
    assert (await here.nomination(nomination))["stage"] == "approved"
    known = {"dossier": dossier, "person": person, "unit": here.cell, "on": here.today}
    ends: dict[str, Fact] = {
        "recognised": decided.Recognised(**known, official_from=here.today, decision="1-QĐ"),
        "struck_off": decided.StruckOff(**known, decision="1-QĐ"),
        "annulled": decided.AdmissionAnnulled(
            **known, ceremony_on=here.today, reason=decided.AnnulReason.CONDITIONS
        ),
    }

    await admission.tell(ends[end])

    after = await here.nomination(nomination)
    assert (after["stage"], after["reason"]) == ("withdrawn", "probation_over")
    assert await cases(province) == []
