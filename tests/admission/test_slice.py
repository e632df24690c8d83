"""Admission as a slice: over HTTP to the log, the pages and the topic, beside registry."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from fastapi.routing import APIRoute

from ketnap.admission.actions import MAY
from ketnap.contracts import admission
from ketnap.contracts.registry import Role
from ketnap.contracts.training import Programme
from tests.admission.places import START, WHY, Places, Steps
from tests.kit import until
from tests.province import Province


async def told(province: Province) -> list[Any]:  # Any: facts of all types
    """What admission has told so far, as registry heard it."""
    pool = await province.services["registry"].core.db.pool()
    rows = await pool.fetch(
        "SELECT type, data::text FROM core.log WHERE stream = $1 ORDER BY version",
        f"{province.code}.admission.v1",
    )
    return [admission.FACTS[row["type"]].read(row["data"]) for row in rows]


async def roll_becomes(here: Places, official: int, probationary: int) -> None:
    """Registry's policy follows what was decided."""

    async def there() -> bool:
        page = await here.board.see("registry", f"/rolls/{here.cell}")
        return (page["official"], page["probationary"]) == (official, probationary)

    await until(there)
    await here.province.settled()


async def test_from_the_application_to_official_membership(here: Places) -> None:
    province = here.province
    person, candidacy = await here.sympathiser()
    case = Steps(here, candidacy)
    await case.to_ready()
    await here.pass_to(date(2023, 3, 1))
    await case.to_proposed(date(2023, 3, 1))
    await here.pass_to(date(2023, 3, 10))
    await case.to_signature(date(2023, 3, 10))
    await here.pass_to(date(2023, 4, 3))
    await case.sign(date(2023, 4, 3))

    [waiting] = (
        await here.secretary.see("admission", "/dossiers", unit=here.cell, min_position=case.position)
    )["dossiers"]
    assert (waiting["stage"], waiting["due"]["rule"], waiting["due"]["due_on"]) == (
        "decided",
        "ceremony",
        "2023-05-18",
    )

    await here.pass_to(date(2023, 4, 26))
    await case.do(here.secretary, "hold-ceremony", date(2023, 4, 26))
    await province.settled()
    await roll_becomes(here, 20, 3)

    await here.pass_to(date(2024, 5, 6))
    await here.certify(person, "34/CN-ĐVM", Programme.NEW_MEMBER, date(2023, 11, 14))
    await case.do(
        here.secretary,
        "vote-on-recognition",
        date(2024, 5, 6),
        resolution="09-NQ/CB",
        recognition=case.ballot(18),
    )
    await case.do(
        here.committee,
        "vote-in-committee",
        date(2024, 5, 6),
        committee=here.commune,
        resolution="10-NQ/ĐU",
        members=15,
        count=case.ballot(12),
    )
    await here.pass_to(date(2024, 5, 20))
    await case.do(
        here.leader,
        "recognise",
        date(2024, 5, 20),
        decided_by=province.root,
        decision="150-QĐ/TU",
        members=9,
        yes=8,
    )
    await province.settled()

    await roll_becomes(here, 21, 2)

    async def candidacy_closed() -> bool:
        page = await here.secretary.see("registry", "/candidacies", unit=here.cell)
        return [one["stage"] for one in page["candidacies"]] == ["closed"]

    await until(candidacy_closed)
    facts = await told(province)
    assert [(fact.TYPE.split(".")[1], getattr(fact, "step", None)) for fact in facts] == [
        ("dossier_opened", None),
        ("dossier_advanced", "applied"),
        ("dossier_advanced", "biography_declared"),
        ("dossier_advanced", "verifying"),
        ("dossier_advanced", "verified"),
        ("dossier_advanced", "opinions_collected"),
        ("cell_voted", None),
        ("dossier_advanced", "cell_proposed"),
        ("committee_voted", None),
        ("dossier_advanced", "grass_proposed"),
        ("dossier_advanced", "submitted"),
        ("admission_decided", None),
        ("dossier_advanced", "decided"),
        ("ceremony_held", None),
        ("cell_voted", None),
        ("committee_voted", None),
        ("recognised", None),
    ]
    assert {(fact.dossier, fact.person, fact.unit) for fact in facts} == {(case.dossier, person, here.cell)}
    recognised = facts[-1]
    assert (recognised.official_from, recognised.on) == (date(2024, 4, 26), date(2024, 5, 20))

    page = await here.inspector.see(
        "admission", f"/dossiers/{case.dossier}", purpose=WHY, min_position=case.position
    )
    assert (page["stage"], page["since"], page["due"]) == ("official", "2024-04-26", None)
    assert page["dates"]["party_age_from"] == "2023-04-03"
    assert page["dates"]["joined_on"] == "2023-04-26"
    first = page["votes"][0]
    assert (first["roll"]["official"], first["certificate"]["number"]) == (20, "112/CN")
    assert first["roll"]["cells"] == [str(here.cell)]
    assert 0 < first["position"] <= page["as_of"]["position"]
    assert first["pack"].startswith("QD24-2021@")
    assert page["votes"][2]["roll"]["probationary"] == 3
    assert [clock["days_late"] for clock in page["clocks"]] == [0, 0, 0, 0, 0]
    assert len(page["timeline"]) == page["version"] == case.version


async def test_the_second_person_is_another_person(here: Places) -> None:
    _, candidacy = await here.sympathiser()
    both = await here.province.officer(
        "both",
        (Role.ORGANISATION_BOARD, here.province.root),
        (Role.STANDING_COMMITTEE, here.province.root),
        (Role.CELL_COMMITTEE, here.cell),
    )
    case = Steps(here, candidacy)
    await case.to_ready()
    signing = {"decision": "101-QĐ/TU", "received_on": START, "members": 9, "yes": 7}
    await case.do(
        both,
        "vote-in-cell",
        START,
        resolution="05-NQ/CB",
        count=case.ballot(17),
        introducers=case.introducers(),
    )
    await case.to_signature(START)

    assert await case.refused(both, "sign", START, **signing) == (409, "ClerkMayNotSign")

    _, second_candidacy = await here.sympathiser()
    other = Steps(here, second_candidacy)
    await other.to_ready()
    await other.to_proposed(START)
    await other.do(
        here.committee,
        "vote-in-committee",
        START,
        committee=here.commune,
        resolution="08-NQ/ĐU",
        members=15,
        count=other.ballot(12),
    )
    await other.do(here.committee, "submit", START, competent=here.province.root)
    await other.do(both, "propose", START, proposal="21-TTr/BTC")
    assert await other.refused(both, "sign", START, **signing) == (409, "SecondPersonNeeded")
    await other.sign(START)
    annulling = {"annulled_by": here.province.root, "decision": "160-QĐ/TU", "because": "procedure"}
    assert await other.refused(here.leader, "annul", START, **annulling) == (409, "SecondPersonNeeded")
    await other.do(here.second_leader, "annul", START, **annulling)


async def test_a_vote_that_falls_short_closes_the_dossier_and_a_new_one_may_be_filed(here: Places) -> None:
    person, candidacy = await here.sympathiser()
    case = Steps(here, candidacy)
    await case.to_ready()
    second = Steps(here, candidacy)
    assert await second.refused(here.secretary, "file", START, candidacy=candidacy) == (409, "AlreadyClaimed")

    await case.do(
        here.secretary,
        "vote-in-cell",
        START,
        resolution="05-NQ/CB",
        count=case.ballot(13, 4),
        introducers=case.introducers(),
    )
    await second.do(here.secretary, "file", START, candidacy=candidacy)
    await here.province.settled()

    page = await here.secretary.see("admission", "/dossiers", unit=here.cell, person=person)
    assert sorted(one["stage"] for one in page["dossiers"]) == ["applied", "closed"]
    [closed] = [fact for fact in await told(here.province) if fact.TYPE.endswith("dossier_closed.v1")]
    assert closed.reason == admission.CloseReason.CELL_NOT_PASSED


async def test_commands_say_what_they_saw_and_are_answered_twice_the_same(here: Places) -> None:
    _, candidacy = await here.sympathiser()
    case = Steps(here, candidacy)
    await case.do(here.secretary, "file", START, candidacy=candidacy)
    declaring = {"on": START, "education": "upper_secondary"}
    key = uuid4()

    unversioned = await case.ask(here.secretary, "declare-biography", declaring, version=None)
    first = await case.ask(here.secretary, "declare-biography", declaring, key=key)
    again = await case.ask(here.secretary, "declare-biography", declaring, key=key)
    reused = await case.ask(
        here.secretary, "declare-biography", {**declaring, "education": "primary"}, key=key
    )
    stale = await case.ask(here.secretary, "declare-biography", {**declaring, "remarks": "Khác"})
    case.version = 2
    malformed = await case.ask(here.secretary, "request-verification", {"on": START, "letter": "12-CV"})
    early = await case.ask(here.secretary, "summarise-opinions", {"on": START, "opinions": "Nhất trí"})
    tomorrow = START + timedelta(days=1)
    future = await case.ask(
        here.secretary, "request-verification", {"on": tomorrow, "letter": "12-CV", "asked": 1}
    )

    assert (unversioned.status_code, unversioned.json()["code"]) == (428, "VersionMissing")
    assert (first.status_code, first.headers["etag"], first.json()["version"]) == (200, '"2"', 2)
    assert (again.status_code, again.json()) == (200, first.json())
    assert (reused.status_code, reused.json()["code"]) == (422, "ReusedKey")
    assert (stale.status_code, stale.json()["code"], stale.json()["version"]) == (412, "Conflict", 2)
    assert (malformed.status_code, malformed.json()["code"]) == (422, "Malformed")
    assert (early.status_code, early.json()["code"]) == (409, "NotAtThisStep")
    assert "đã khai lý lịch" in early.json()["detail"]
    assert "biography declared" in early.json()["detail_en"]
    assert (future.status_code, future.json()["code"]) == (409, "NotYetHappened")


async def test_what_lies_outside_ones_scope_does_not_exist(here: Places) -> None:
    _, candidacy = await here.sympathiser()
    elsewhere = await here.province.found("Chi bộ thôn Hưng Đạo", "cell", here.commune)
    stranger = await here.province.officer("stranger", (Role.CELL_COMMITTEE, elsewhere))
    case = Steps(here, candidacy)
    unfiled = Steps(here, candidacy)
    assert await unfiled.refused(stranger, "file", START, candidacy=candidacy) == (404, "OutOfScope")
    assert await unfiled.refused(here.secretary, "file", START, candidacy=uuid4()) == (404, "OutOfScope")
    await case.to_ready()
    await here.province.settled()

    for verb, body in (
        ("declare-biography", {"education": "primary"}),
        ("complete-verification", {"verifier": uuid4(), "answered": 1, "conclusion": "Tốt"}),
        ("withdraw", {"because": "own_request"}),
    ):
        assert await case.refused(stranger, verb, START, **body) == (404, "OutOfScope")
    nowhere = Steps(here, candidacy)
    nowhere.version = 1
    assert await nowhere.refused(here.secretary, "hold-ceremony", START) == (404, "OutOfScope")
    assert (await stranger.get("admission", f"/dossiers/{case.dossier}", purpose=WHY)).status_code == 404
    assert (await stranger.get("admission", "/dossiers", unit=here.cell)).status_code == 404
    assert (await stranger.see("admission", "/dossiers", unit=elsewhere))["dossiers"] == []
    assert await case.refused(here.inspector, "withdraw", START, because="own_request") == (
        403,
        "NotYourRole",
    )
    assert (await here.secretary.get("admission", f"/dossiers/{uuid4()}", purpose=WHY)).status_code == 404


async def test_a_committee_acts_only_where_it_is_the_competent_one(here: Places) -> None:
    _, candidacy = await here.sympathiser()
    local = await here.province.officer(
        "local", (Role.STANDING_COMMITTEE, here.commune), (Role.ORGANISATION_BOARD, here.commune)
    )
    case = Steps(here, candidacy)
    await case.to_ready()
    await case.to_proposed(START)
    voting = {"resolution": "08-NQ/ĐU", "members": 15, "count": case.ballot(12)}

    beside = await here.province.found("Đảng bộ xã Tân Phong", "commune")
    assert await case.refused(here.committee, "vote-in-committee", START, committee=beside, **voting) == (
        404,
        "OutOfScope",
    )
    await case.do(here.committee, "vote-in-committee", START, committee=here.commune, **voting)
    assert await case.refused(here.secretary, "submit", START, competent=here.province.root) == (
        404,
        "OutOfScope",
    )
    await case.do(here.committee, "submit", START, competent=here.province.root)
    for verb, body in (
        ("return", {"remarks": "Thiếu giấy"}),
        ("propose", {"proposal": "21-TTr/BTC"}),
        ("refuse", {"decision": "1", "grounds": "Chưa đủ"}),
        ("extend", {"committee": here.province.root, "working_days": 10, "instrument": "7"}),
        ("sign", {"decision": "1", "received_on": START, "members": 9, "yes": 9}),
    ):
        assert await case.refused(local, verb, START, **body) == (404, "OutOfScope")
    await case.do(here.leader, "extend", START, committee=here.province.root, working_days=10, instrument="7")
    await case.do(here.board, "return", START, remarks="Thiếu giấy khai sinh")
    await case.do(here.committee, "complete", START)
    await case.do(here.leader, "refuse", START, decision="102-TB/TU", grounds="Chưa đủ điều kiện")


async def test_a_cell_directly_under_the_competent_committee_submits_itself(here: Places) -> None:
    _, candidacy = await here.sympathiser()
    case = Steps(here, candidacy)
    await case.to_ready()
    await case.to_proposed(START)

    refused = await case.refused(here.secretary, "submit", START, competent=here.province.root)
    assert refused == (409, "GrassVoteNeeded")
    await case.do(here.secretary, "submit", START, competent=here.commune)


async def test_a_late_ceremony_needs_consent_and_a_wrong_day_is_corrected(here: Places) -> None:
    _, candidacy = await here.sympathiser()
    case = Steps(here, candidacy)
    await case.to_ready()
    await case.to_proposed(START)
    await case.to_signature(START)
    await case.sign(START)
    late, later = date(2023, 3, 20), date(2023, 3, 22)
    await here.pass_to(late)

    answer = await case.ask(here.secretary, "hold-ceremony", {"on": late})
    assert (answer.status_code, answer.json()["code"]) == (409, "CeremonyLate")
    await case.do(
        here.committee, "consent-late-ceremony", late, committee=here.commune, instrument="15-CV/ĐU"
    )
    await case.do(here.secretary, "hold-ceremony", late)
    await here.pass_to(later)
    await case.do(here.committee, "correct-ceremony", later, held_on=date(2023, 3, 21), because="clerical")
    await here.province.settled()

    corrected = (await told(here.province))[-1]
    assert (corrected.was, corrected.on, corrected.probation_ends) == (
        date(2023, 3, 20),
        date(2023, 3, 21),
        date(2024, 3, 21),
    )
    page = await here.board.see("admission", f"/dossiers/{case.dossier}", purpose=WHY)
    assert page["timeline"][-1]["instead_of"] == "2023-03-20"


async def test_a_probationer_is_struck_off(here: Places) -> None:
    _, candidacy = await here.sympathiser()
    case = Steps(here, candidacy)
    await case.to_ready()
    await case.to_proposed(START)
    await case.to_signature(START)
    await case.sign(START)
    await case.do(here.secretary, "hold-ceremony", START)
    await roll_becomes(here, 20, 3)
    await case.do(
        here.secretary, "vote-on-strike-off", START, resolution="11-NQ/CB", count=case.ballot(16, 2)
    )
    await case.do(
        here.committee,
        "vote-in-committee",
        START,
        committee=here.commune,
        resolution="12-NQ/ĐU",
        members=15,
        count=case.ballot(11),
    )
    await case.do(
        here.leader,
        "strike-off",
        START,
        decided_by=here.province.root,
        decision="151-QĐ/TU",
        members=9,
        yes=6,
    )
    await here.province.settled()

    assert (await told(here.province))[-1].TYPE == "admission.struck_off.v1"
    await roll_becomes(here, 20, 2)


async def test_papers_are_read_on_record_and_gone_when_the_person_is_forgotten(here: Places) -> None:
    province = here.province
    person, candidacy = await here.sympathiser()
    case = Steps(here, candidacy)
    await case.do(here.secretary, "file", START, candidacy=candidacy)
    await case.do(here.secretary, "declare-biography", START, education="primary", remarks="Quê Đức Thắng")
    await case.do(here.committee, "request-verification", START, letter="12-CV/ĐU", asked=1)
    await case.do(here.committee, "raise-issue", START, finding="Thiếu xác nhận nơi sinh")
    await case.do(here.committee, "resolve-issue", START, conclusion="Đã xác nhận")
    address = f"/dossiers/{case.dossier}/papers"

    page = await here.board.see("admission", address, purpose="thẩm định", min_position=case.position)
    assert [paper["type"] for paper in page["papers"]] == [
        "dossier.biography_declared",
        "dossier.verification_issue_raised",
        "dossier.verification_issue_resolved",
    ]
    assert page["papers"][0]["content"]["remarks"] == "Quê Đức Thắng"
    assert page["papers"][1]["content"] == "Thiếu xác nhận nơi sinh"
    pool = await province.services["admission"].core.db.pool()
    reads = await pool.fetch("SELECT account, action, subject, unit, purpose FROM core.access_log")
    assert [tuple(read) for read in reads] == [
        (str(here.board.account), "dossier.papers", person, here.cell, "thẩm định")
    ]
    assert (await here.board.get("admission", address)).status_code == 422  # no purpose

    registered = await here.committee.do("registry", f"/people/{person}/request-forgetting", version=1)
    await here.board.do("registry", f"/people/{person}/forget", version=registered["version"])
    await province.settled()

    async def erased() -> bool:
        waiting = await here.board.see("registry", "/people/forgettings")
        return "admission" not in waiting[0]["waiting_for"]

    await until(erased)
    await province.settled()
    assert (await here.board.see("admission", address, purpose=WHY))["papers"] == []
    shown = await here.board.see("admission", f"/dossiers/{case.dossier}", purpose=WHY)
    assert shown["stage"] == "closed"
    for table in ("personal", "person_key"):
        assert await pool.fetchval(f"SELECT count(*) FROM core.{table} WHERE subject = $1", person) == 0  # noqa: S608 - of two
    for row in await pool.fetch("SELECT tablename FROM pg_tables WHERE schemaname IN ('core', 'views')"):
        schema = await pool.fetchval(
            "SELECT schemaname FROM pg_tables WHERE tablename = $1", row["tablename"]
        )
        dumped = await pool.fetchval(f"SELECT string_agg(t::text, '') FROM {schema}.{row['tablename']} t")  # noqa: S608 - names from the catalogue
        assert "Thiếu xác nhận nơi sinh" not in (dumped or "")
        assert "Quê Đức Thắng" not in (dumped or "")
        assert "1999-04-12" not in (dumped or "")


async def test_a_name_off_the_list_withdraws_the_dossier(here: Places) -> None:
    person, candidacy = await here.sympathiser()
    case = Steps(here, candidacy)
    await case.to_ready()
    await here.secretary.do(
        "registry",
        f"/candidacies/{candidacy}/delist",
        {"resolution": "07-NQ/CB", "because": "moved", "on": START},
        version=2,
    )
    await here.province.settled()

    async def withdrawn() -> bool:
        page = await here.secretary.see("admission", "/dossiers", unit=here.cell, person=person)
        return bool(page["dossiers"][0]["stage"] == "closed")

    await until(withdrawn)
    assert await case.refused(here.secretary, "renew-papers", START, opinions="Nhất trí") == (412, "Conflict")


async def test_cells_merged_before_the_vote_count_together(here: Places) -> None:
    province = here.province
    _, candidacy = await here.sympathiser()
    case = Steps(here, candidacy)
    await case.to_ready()
    other = await province.found("Chi bộ thôn Hưng Đạo", "cell", here.commune)
    await here.board.do(
        "registry", f"/rolls/{other}/open", {"official": 10, "probationary": 0, "on": "2022-12-31"}
    )
    await here.pass_to(date(2023, 2, 1))
    merged = {"predecessors": [here.cell], "on": "2023-02-01"}
    await here.board.do("registry", f"/units/{other}/merge", merged, version=1)
    await province.settled()
    secretary = await province.officer("new-secretary", (Role.CELL_COMMITTEE, other))

    day = date(2023, 2, 1)
    voting = {"resolution": "05-NQ/CB", "introducers": case.introducers()}
    short = await case.ask(secretary, "vote-in-cell", {"on": day, "count": case.ballot(31), **voting})
    assert (short.status_code, short.json()["code"], short.json()["denominator"]) == (
        409,
        "PresentExceedsRoll",
        30,
    )
    await case.do(secretary, "vote-in-cell", day, count=case.ballot(20, 10), **voting)

    page = await here.board.see(
        "admission", f"/dossiers/{case.dossier}", purpose=WHY, min_position=case.position
    )
    [vote] = page["votes"]
    assert (vote["denominator"], vote["needed"], vote["passed"]) == (30, 20, True)
    assert set(vote["roll"]["cells"]) == {str(here.cell), str(other)}
    await case.do(
        here.committee,
        "vote-in-committee",
        day,
        committee=here.commune,
        resolution="08-NQ/ĐU",
        members=15,
        count=case.ballot(12),
    )


async def test_every_route_names_an_action_and_every_action_has_its_route(here: Places) -> None:
    routes = [
        route
        for router in here.province.services["admission"].routers
        for route in router.routes
        if isinstance(route, APIRoute)
    ]

    assert {route.name for route in routes} == set(MAY)
    assert len(routes) == len({(route.path, *sorted(route.methods or ())) for route in routes})


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.OTHER])
def test_who_only_reads_may_do_nothing(role: Role) -> None:
    done = {action for action, roles in MAY.items() if role in roles}

    reading = {"dossier.list", "dossier.show", "dossier.papers"}
    if role in {Role.ADMINISTRATOR, Role.POLITICAL_CENTRE, Role.MASS_ORGANISATION}:
        assert done == set()
    elif role is Role.INSPECTION:
        assert done == reading
    else:
        assert done > reading
