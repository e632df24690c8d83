"""Registry as a slice: over HTTP to the log, the pages and the topic."""

from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from ketnap.contracts.registry import Role
from tests.province import ISSUER, Officer, Province
from tests.registry.places import Places, places

pytestmark = pytest.mark.asyncio(loop_scope="module")

PURPOSE = "kiểm thử"


def problem(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json().get("code", "")


async def tell(here: Places, path: str, body: dict[str, Any], version: int | None = None) -> httpx.Response:
    """The board's command, refused or not."""
    answer = await here.board.send("registry", path, body, version=version)
    await here.province.settled()
    return answer


# People and candidacies


async def test_somebody_is_registered_introduced_and_put_on_the_list(province: Province) -> None:
    here = await places(province)
    person = await here.person("Phạm Quốc Bảo")

    candidacy = await here.listed(person)

    page = await here.secretary.see("registry", "/candidacies", unit=here.cell, stage="sympathiser")
    names = await here.secretary.see("registry", "/people", person=[person], purpose=PURPOSE)
    assert [(c["candidacy"], c["helpers"], c["version"]) for c in page["candidacies"]] == [
        (str(candidacy), [str(here.helper)], 2)
    ]
    assert [p["name"] for p in names["people"]] == ["Phạm Quốc Bảo"]


async def test_only_an_official_member_on_a_roll_helps(province: Province) -> None:
    here = await places(province)
    candidacy = await here.introduced(await here.person())
    body = {"resolution": "03-NQ/CB", "helpers": [uuid4()], "on": here.today}

    answer = await here.secretary.send("registry", f"/candidacies/{candidacy}/list", body, version=1)

    assert problem(answer) == (409, "HelperNotOfficial")


async def test_one_person_has_one_open_candidacy_and_a_new_one_after_being_taken_off(
    province: Province,
) -> None:
    here = await places(province)
    person = await here.person()
    candidacy = await here.listed(person)
    again = {"person": person, "unit": here.cell, "on": here.today}
    refused = await here.secretary.send("registry", f"/candidacies/{uuid4()}/introduce", again)
    assert problem(refused) == (409, "AlreadyClaimed")

    off = {"resolution": "07-NQ/CB", "because": "moved", "on": here.today}
    await here.secretary.do("registry", f"/candidacies/{candidacy}/delist", off, version=2)
    await here.secretary.do("registry", f"/candidacies/{uuid4()}/introduce", again)

    back = {"resolution": "09-NQ/CB", "helpers": [here.helper], "on": here.today}
    late = await here.secretary.send("registry", f"/candidacies/{candidacy}/list", back, version=3)
    assert problem(late) == (409, "AlreadyClaimed")


async def test_a_citizen_number_is_one_persons_until_it_is_corrected(province: Province) -> None:
    here = await places(province)
    person = await here.person()
    number = str(person.int)[:12]
    body = {
        "unit": here.cell,
        "identity": {"name": "Lê Văn Ân", "birth_date": "2001-04-12", "sex": "male"},
        "citizen_number": number,
    }
    taken = await here.secretary.send("registry", f"/people/{uuid4()}/register", body)
    assert problem(taken) == (409, "AlreadyClaimed")

    right = {"citizen_number": str(uuid4().int)[:12], "reason": "nhập nhầm"}
    await here.committee.do("registry", f"/people/{person}/correct-citizen-number", right, version=1)

    await here.secretary.do("registry", f"/people/{uuid4()}/register", body)


async def test_the_youth_union_introduces_and_the_cell_looks_after_them(province: Province) -> None:
    here = await places(province)
    union = uuid4()
    await tell(here, f"/units/{union}/found", founding(here, kind="mass_org", hierarchy="mass", parent=None))
    leader = await province.officer(f"union {union}", (Role.MASS_ORGANISATION, union))
    person, candidacy = await here.person("Trần Thị Ánh", by=leader, unit=union), uuid4()
    unseen = await here.secretary.get("registry", f"/people/{person}", purpose=PURPOSE)
    assert problem(unseen) == (404, "OutOfScope")

    body = {"person": person, "unit": here.cell, "introduced_by": union, "on": here.today}
    key = uuid4()
    first = await leader.do("registry", f"/candidacies/{candidacy}/introduce", body, key=key)
    await province.settled()

    shown = await here.candidacy(candidacy)
    assert (shown["stage"], shown["introduced_by"]) == ("introduced", str(union))
    seen = await here.secretary.see("registry", f"/people/{person}", purpose=PURPOSE)
    assert (seen["name"], seen["unit"]) == ("Trần Thị Ánh", str(here.cell))
    closing = {"because": "moved", "on": here.today}
    gone = await leader.send("registry", f"/candidacies/{candidacy}/close", closing, version=1)
    assert problem(gone) == (404, "OutOfScope")
    again = await leader.do("registry", f"/candidacies/{candidacy}/introduce", body, key=key)
    assert again == first
    anew = await leader.send("registry", f"/candidacies/{uuid4()}/introduce", body)
    assert problem(anew) == (404, "OutOfScope")


async def test_a_cell_introduces_to_itself_and_not_to_its_neighbour(province: Province) -> None:
    here, there = await places(province), await places(province)
    person = await here.person()
    body = {"person": person, "unit": there.cell, "on": here.today}

    directly = await here.secretary.send("registry", f"/candidacies/{uuid4()}/introduce", body)
    as_body = await here.secretary.send(
        "registry", f"/candidacies/{uuid4()}/introduce", {**body, "introduced_by": here.cell}
    )
    anothers = await here.secretary.send(
        "registry",
        f"/candidacies/{uuid4()}/introduce",
        {"person": await there.person(), "unit": here.cell, "on": here.today},
    )

    assert problem(directly) == (404, "OutOfScope")
    assert problem(as_body) == (409, "IntroducerUnfit")
    assert problem(anothers) == (404, "OutOfScope")


async def test_people_are_found_without_accents_in_vietnamese_order(province: Province) -> None:
    here = await places(province)
    for name in ("Lê Đức Đạt", "Đặng Văn An", "Lê Đức Dũng", "Trần Thị Ánh"):
        await here.person(name)
    there = await places(province)
    await there.person("Đặng Văn An")

    everybody = await here.secretary.see("registry", "/people/search", q="a", purpose=PURPOSE)
    some = await here.secretary.see("registry", "/people/search", q="ĐUC d", purpose=PURPOSE)

    assert [one["name"] for one in everybody["people"]] == ["Đặng Văn An", "Trần Thị Ánh", "Lê Đức Đạt"]
    assert [one["name"] for one in some["people"]] == ["Lê Đức Dũng", "Lê Đức Đạt"]


# Reading of personal data


async def reads(here: Places, person: UUID) -> list[tuple[str, str, str]]:
    """Who has read whose data: account, action and purpose, the latest first."""
    found = await here.province.admin.see("registry", "/access-log", person=person)
    return [(one["account"], one["action"], one["purpose"]) for one in found]


async def test_every_reading_of_personal_data_is_recorded_and_none_that_was_refused(
    province: Province,
) -> None:
    here, there = await places(province), await places(province)
    person = await here.person("Trần Thị Ánh")
    me = str(here.secretary.account)

    await here.secretary.see("registry", f"/people/{person}", purpose="xem hồ sơ")
    await here.secretary.see("registry", "/people", person=[person, uuid4()], purpose="lập danh sách")
    await here.secretary.see("registry", "/people/search", q="anh", purpose="tìm người")
    await here.secretary.see("registry", "/people/search", q="không có", purpose="tìm người khác")
    await there.secretary.see("registry", "/people", person=[person], purpose="tò mò")
    refused = await there.secretary.get("registry", f"/people/{person}", purpose="tò mò")
    unsaid = await here.secretary.get("registry", f"/people/{person}")

    assert refused.status_code == 404
    assert problem(unsaid) == (422, "Malformed")
    assert await reads(here, person) == [
        (me, "person.search", "tìm người"),
        (me, "person.names", "lập danh sách"),
        (me, "person.show", "xem hồ sơ"),
    ]


async def test_what_was_read_is_shown_to_the_inspection_of_that_unit_only(province: Province) -> None:
    here, there = await places(province), await places(province)
    person = await here.person()
    await here.secretary.see("registry", f"/people/{person}", purpose=PURPOSE)
    inside = await province.officer(f"inspection {here.commune}", (Role.INSPECTION, here.commune))
    outside = await province.officer(f"inspection {there.commune}", (Role.INSPECTION, there.commune))

    assert len(await inside.see("registry", "/access-log", person=person)) == 1
    assert await outside.see("registry", "/access-log", person=person) == []


# Units


def founding(here: Places, **more: Any) -> dict[str, Any]:  # Any: JSON
    known = {"kind": "cell", "hierarchy": "party", "parent": here.commune, "code": str(uuid4())}
    return {**known, "name": "Chi bộ thôn 2", "on": here.today, **more}


async def test_a_unit_is_founded_renamed_and_moved_each_on_its_day(province: Province) -> None:
    here, there = await places(province), await places(province)
    unit = await province.found("Chi bộ thôn 2", "cell", here.commune)
    renaming = {"name": "Chi bộ thôn Hai", "on": "2010-01-01"}
    assert problem(await tell(here, f"/units/{unit}/rename", renaming, 1)) == (200, "")
    moving = {"parent": there.commune, "on": "2020-01-01"}
    assert problem(await tell(here, f"/units/{unit}/move", moving, 2)) == (200, "")
    classifying = {"sector": "residential", "on": "2020-01-01"}
    assert problem(await tell(here, f"/units/{unit}/reclassify", classifying, 3)) == (200, "")

    then = await here.board.see("registry", f"/units/{unit}", on="2005-01-01")
    now = await here.board.see("registry", f"/units/{unit}")

    assert (then["name"], then["path"], then["sector"]) == (
        "Chi bộ thôn 2",
        [str(here.commune), str(province.root)],
        None,
    )
    assert (now["name"], now["parent"], now["sector"], now["version"]) == (
        "Chi bộ thôn Hai",
        str(there.commune),
        "residential",
        4,
    )
    children = await here.board.see("registry", f"/units/{there.commune}/children")
    assert {child["unit"] for child in children} == {str(there.cell), str(unit)}
    before = await here.board.see("registry", f"/units/{here.commune}/children", on="2005-01-01")
    assert {child["unit"] for child in before} == {str(here.cell), str(unit)}


async def test_no_circle_comes_about_by_dating_a_move_back(province: Province) -> None:
    here = await places(province)
    section, other = [await province.found(name, "section", here.commune) for name in ("Một", "Hai")]
    assert problem(await tell(here, f"/units/{section}/move", {"parent": other, "on": here.today}, 1)) == (
        200,
        "",
    )

    back = await tell(here, f"/units/{other}/move", {"parent": section, "on": "2010-01-01"}, 1)

    assert problem(back) == (409, "CircleInTree")


async def test_who_holds_a_successor_holds_its_predecessors(province: Province) -> None:
    here = await places(province)
    successor = await province.found("Chi bộ Bình Minh mới", "cell", here.commune)
    secretary = await province.officer(f"secretary {successor}", (Role.CELL_COMMITTEE, successor))
    candidacy = await here.listed(await here.person())
    assert problem(await secretary.get("registry", f"/candidacies/{candidacy}")) == (404, "OutOfScope")

    merging = {"predecessors": [here.cell], "on": here.today}
    assert problem(await tell(here, f"/units/{successor}/merge", merging, 1)) == (200, "")

    assert (await secretary.see("registry", f"/candidacies/{candidacy}"))["stage"] == "sympathiser"
    assert (await secretary.see("registry", f"/rolls/{here.cell}"))["official"] == 20
    ended = await here.board.see("registry", f"/units/{here.cell}")
    assert (ended["ended_on"], ended["successor"]) == (here.today, str(successor))


async def test_a_unit_ends_once(province: Province) -> None:
    here = await places(province)
    one, other = [await province.found(name, "cell", here.commune) for name in ("Một", "Hai")]
    merging = {"predecessors": [here.cell], "on": here.today}
    assert problem(await tell(here, f"/units/{one}/merge", merging, 1)) == (200, "")

    again = await tell(here, f"/units/{other}/merge", merging, 1)
    dated_back = await tell(here, f"/units/{other}/merge", {**merging, "on": "2010-01-01"}, 1)
    into_the_dead = await tell(
        here, f"/units/{here.cell}/merge", {"predecessors": [other], "on": here.today}, 1
    )
    circle = await tell(here, f"/units/{here.cell}/merge", {"predecessors": [one], "on": "2010-01-01"}, 1)

    assert problem(again) == (409, "PredecessorUnfit")
    assert problem(dated_back) == (409, "AlreadyClaimed")
    assert dated_back.json()["kind"] == "unit-ended"
    assert problem(into_the_dead) == (409, "UnitEnded")
    assert problem(circle) == (409, "PredecessorUnfit")


async def test_a_code_is_one_units_and_the_party_hierarchy_has_one_root(province: Province) -> None:
    here = await places(province)
    body = founding(here)
    assert problem(await tell(here, f"/units/{uuid4()}/found", body)) == (200, "")

    twice = await tell(here, f"/units/{uuid4()}/found", body)
    second_root = await tell(here, f"/units/{uuid4()}/found", founding(here, parent=None, kind="province"))

    assert (twice.status_code, twice.json()["kind"]) == (409, "unit-code")
    assert (second_root.status_code, second_root.json()["kind"]) == (409, "party-root")


async def test_who_holds_the_province_holds_employers_and_mass_organisations_too(province: Province) -> None:
    here, there = await places(province), uuid4()
    factory, union = uuid4(), uuid4()
    outside = founding(here, kind="employer", hierarchy="none", parent=None, sector="private_economy")
    root = founding(here, kind="mass_org", hierarchy="mass", parent=None)
    assert problem(await tell(here, f"/units/{factory}/found", outside)) == (200, "")
    assert problem(await tell(here, f"/units/{union}/found", root)) == (200, "")

    by_commune = await here.committee.send("registry", f"/units/{there}/found", {**root, "code": "x"})
    renamed = await tell(here, f"/units/{factory}/rename", {"name": "Công ty B", "on": here.today}, 1)
    cell = await tell(here, f"/units/{uuid4()}/found", founding(here, institution=factory))
    wrong = await tell(here, f"/units/{uuid4()}/found", founding(here, institution=here.cell))

    assert by_commune.status_code == 404
    assert problem(renamed) == (200, "")
    assert problem(cell) == (200, "")
    assert problem(wrong) == (409, "InstitutionUnfit")
    assert (await here.board.see("registry", f"/units/{union}"))["kind"] == "mass_org"
    assert (await here.committee.get("registry", f"/units/{factory}")).status_code == 404


async def test_a_roll_is_a_cells(province: Province) -> None:
    here = await places(province)
    body = {"official": 20, "probationary": 2, "on": "2023-12-31"}

    answer = await tell(here, f"/rolls/{here.commune}/open", body)

    assert problem(answer) == (409, "NotACell")


async def test_a_word_that_nobody_knows_is_not_written(province: Province) -> None:
    here = await places(province)
    grant = {"grant": uuid4(), "role": "king", "unit": here.cell, "valid_from": here.today}
    account = here.secretary.account

    found = await tell(here, f"/units/{uuid4()}/found", founding(here, kind="kingdom"))
    given = [
        await province.admin.send(
            "registry", f"/accounts/{account}/grant", {**grant, "role": role}, version=2
        )
        for role in ("king", "other")
    ]

    assert problem(found) == (422, "Malformed")
    assert [problem(answer) for answer in given] == [(422, "Malformed")] * 2


# Accounts


async def administrator(province: Province, unit: UUID, name: str) -> tuple[Officer, UUID]:
    """Somebody with the role on a unit, and the id of the grant."""
    officer, grant = Officer(province, f"{name} {uuid4()}"), uuid4()
    opening = {"person": officer.person, "issuer": ISSUER, "subject": officer.subject}
    await province.admin.do("registry", f"/accounts/{officer.account}/open", opening)
    body = {"grant": grant, "role": "administrator", "unit": unit, "valid_from": "2000-01-01"}
    await province.admin.do("registry", f"/accounts/{officer.account}/grant", body, version=1)
    await province.settled()
    return officer, grant


async def test_two_persons_remain_who_administer_the_province(province: Province) -> None:
    here = await places(province)
    await administrator(province, here.commune, "of a commune")
    third, grant = await administrator(province, province.root, "third")

    async def revoke() -> httpx.Response:
        answer = await province.admin.send(
            "registry", f"/accounts/{third.account}/revoke", {"grant": grant}, version=2
        )
        await province.settled()
        return answer

    assert problem(await revoke()) == (200, "")
    shown = await province.admin.see("registry", f"/accounts/{third.account}")
    assert (shown["grants"], shown["version"]) == ([], 3)
    me = await province.admin.see("registry", "/me")
    [mine] = me["grants"]
    last = await province.second_admin.send(
        "registry", f"/accounts/{province.admin.account}/revoke", {"grant": mine["grant"]}, version=2
    )
    assert problem(last) == (409, "TwoAdministratorsNeeded")


async def test_nobody_gives_themselves_a_role_and_no_administrator_one_above_their_unit(
    province: Province,
) -> None:
    here = await places(province)
    officer, _ = await administrator(province, here.commune, "of a commune")
    body = {"grant": uuid4(), "role": "administrator", "valid_from": "2000-01-01"}

    own = await officer.send(
        "registry", f"/accounts/{officer.account}/grant", {**body, "unit": here.cell}, version=2
    )
    above = await officer.send(
        "registry", f"/accounts/{here.secretary.account}/grant", {**body, "unit": province.root}, version=2
    )

    assert problem(own) == (409, "SelfGrant")
    assert problem(above) == (404, "OutOfScope")


async def test_a_grant_holds_on_its_days_only(province: Province) -> None:
    here = await places(province)
    officer = Officer(province, f"dated {uuid4()}")
    opening = {"person": officer.person, "issuer": ISSUER, "subject": officer.subject}
    await province.admin.do("registry", f"/accounts/{officer.account}/open", opening)
    for version, days in enumerate([("2000-01-01", "2024-01-02"), ("2024-01-03", None)], 1):
        body = {
            "grant": uuid4(),
            "role": "cell_committee",
            "unit": here.cell,
            "valid_from": days[0],
            "valid_until": days[1],
        }
        await province.admin.do("registry", f"/accounts/{officer.account}/grant", body, version=version)
    await province.settled()

    assert (await officer.get("registry", f"/rolls/{here.cell}")).status_code == 404
    assert (await officer.see("registry", "/me"))["grants"] == []


# Instruments


async def test_an_instrument_is_known_by_issuer_type_number_and_date_together(province: Province) -> None:
    here = await places(province)
    body = {
        "issuer": "TU",
        "type": "KH",
        "number": "12",
        "dated": "2024-01-02",
        "title": "Kế hoạch phát triển",
    }

    async def put(**more: Any) -> str:  # Any: JSON
        headers = here.board.headers
        client = province.clients["registry"]
        answer = await client.put("/instruments", json={**body, **more}, headers=headers)
        key: str = answer.json()["key"]
        return key

    first = await put()
    corrected = await put(title="Kế hoạch phát triển đảng viên", cites=["TW/CT/33/2019-03-18"])
    other = await put(dated="2023-01-02")

    assert first == corrected == "TU/KH/12/2024-01-02"
    assert other == "TU/KH/12/2023-01-02"
    shown = {one["key"]: one for one in await here.secretary.see("registry", "/instruments")}
    assert shown[first]["title"] == "Kế hoạch phát triển đảng viên"
    assert shown[first]["cites"] == ["TW/CT/33/2019-03-18"]
