"""The pages over the real statistics service: every number opens its evidence, and the evidence says that number."""

import re
from collections.abc import AsyncGenerator
from datetime import date
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from ketnap.contracts.registry import Role
from ketnap.portal import formats
from ketnap.portal.passwords import Passwords
from tests.portal.live import make_issuer, portal
from tests.portal.reader import Node, read
from tests.portal.test_sign_in import sign_in
from tests.statistics.sample import Sample, sample
from tests.statistics.world import world

LEADER, SECRETARY = "lan", "binh"


def registry(request: httpx.Request) -> httpx.Response:
    """Stands in for the names: everybody is called after their id."""
    if request.url.path == "/instruments":
        return httpx.Response(200, json=[])
    if request.url.path == "/people":
        people = [{"person": id, "name": f"Người {id[:4]}"} for id in request.url.params.get_list("person")]
        return httpx.Response(200, json={"people": people})
    id = request.url.path.removeprefix("/people/")
    return httpx.Response(200, json={"person": id, "name": f"Người {id[:4]}", "birth_date": "2000-02-03"})


@pytest.fixture
async def lived(postgres: str, tmp_path: Path) -> AsyncGenerator[Sample]:
    async with world(postgres, tmp_path, today=date(2024, 6, 30)) as made:
        make_issuer(tmp_path)
        yield await sample(made)


@pytest.fixture
async def visitor(
    lived: Sample, database_url: str, tmp_path: Path, passwords: Passwords, web_assets: None
) -> AsyncGenerator[httpx.AsyncClient]:
    leader, secretary = uuid4(), uuid4()
    await lived.world.officer(str(leader), (Role.STANDING_COMMITTEE, lived.world.root))
    await lived.world.officer(str(secretary), (Role.GRASSROOTS_COMMITTEE, lived.thang))
    clients = {
        "statistics": lived.world.client,
        "registry": httpx.AsyncClient(
            transport=httpx.MockTransport(registry), base_url="http://registry.test"
        ),
    }
    people = {leader: LEADER, secretary: SECRETARY}
    async with portal(database_url, tmp_path, lived.world.clock, passwords, clients, people) as made:
        yield made


@pytest.fixture
async def lost(
    lived: Sample, database_url: str, tmp_path: Path, passwords: Passwords, web_assets: None
) -> AsyncGenerator[httpx.AsyncClient]:
    """A portal that nobody answers."""

    def refuse(_request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    clients = {
        name: httpx.AsyncClient(transport=httpx.MockTransport(refuse), base_url=f"http://{name}.test")
        for name in ("registry", "statistics")
    }
    async with portal(
        database_url, tmp_path, lived.world.clock, passwords, clients, {uuid4(): LEADER}
    ) as made:
        yield made


async def see(visitor: httpx.AsyncClient, path: str) -> Node:
    answer = await visitor.get(path)
    assert answer.status_code == 200, f"{path}: {answer.status_code} {read(answer.text).text[:400]}"
    return read(answer.text)


def numbers(page: Node) -> dict[str, str]:
    """The numbers of a page that lead to evidence, by their address."""
    links = page.one("main").all("a", "figure", where=lambda node: node["href"].startswith("/can-cu"))
    return {link["href"]: link.text for link in links}


def whole(text: str) -> set[str]:
    """The numbers of a text that have a decimal, as they are printed without it."""
    told = (Decimal(one.replace(".", "").replace(",", ".")) for one in re.findall(r"[\d.]+,\d", text))
    return {formats.number(one, 0, language="vi") for one in told}


async def test_every_number_on_a_page_is_found_in_its_evidence(
    visitor: httpx.AsyncClient, lived: Sample
) -> None:
    assert (await sign_in(visitor, login=LEADER)).status_code == 303
    proved: set[str] = set()
    for path in ("/", f"/don-vi?don-vi={lived.thang}", "/chi-tieu", "/tra-cuu", "/?nam=2023"):
        for address, number in numbers(await see(visitor, path)).items():
            if address in proved:
                continue
            proved.add(address)
            evidence = (await see(visitor, address)).one("main").text
            assert number in evidence or number in whole(evidence), f"{path}: {number} is not in {address}"
    assert len(proved) > 100


async def test_an_account_sees_its_own_part_of_the_tree_and_nothing_else(
    visitor: httpx.AsyncClient, lived: Sample
) -> None:
    await sign_in(visitor, login=SECRETARY)
    assert "Đảng bộ xã Đức Thắng" in (await see(visitor, "/")).one("p", "subject").text
    beyond = (lived.world.root, lived.phong, uuid4(), "khong-phai-ma")
    for path in (
        *(f"{page}?don-vi={unit}" for unit in beyond for page in ("/", "/don-vi", "/chi-tieu", "/huong-dan")),
        *(f"/can-cu?so=admitted&don-vi={unit}" for unit in beyond),
        f"/nguoi/{uuid4()}",
        "/nguoi/khong-phai-ma",
        "/can-cu?so=..%2Foverview",
        "/can-cu?so=admitted%3Funit%3D1",
    ):
        answer = await visitor.get(path)
        assert (answer.status_code, "ngoài phạm vi" in answer.text) == (404, True), path


async def test_what_a_service_refuses_is_told_in_its_own_words(
    visitor: httpx.AsyncClient, lived: Sample
) -> None:
    await sign_in(visitor, login=LEADER)
    answer = await visitor.get("/?biet-den=999999999")
    assert answer.status_code == 422
    assert "Sổ mới đến vị trí" in read(answer.text).one("div", "message").text
    visitor.cookies.set("ngon-ngu", "en", domain="portal.test")
    assert "The log has come to position" in (await visitor.get("/?biet-den=999999999")).text


async def test_a_figure_of_an_earlier_day_as_known_then_leads_to_todays_by_its_entries(
    visitor: httpx.AsyncClient, lived: Sample
) -> None:
    await sign_in(visitor, login=LEADER)
    page = await see(visitor, "/can-cu?so=admitted&so-voi=30/6/2024")
    told = page.id("thay-doi")
    assert "cộng khớp" in told.text
    then = next(link for link in told.all("a") if link.text == "Xem số hôm đó")
    was = (await see(visitor, then["href"])).one("p", "result").text
    now = page.one("p", "result").text
    assert told.one("h2").text == f"Vì sao thay đổi: từ {was} lên {now}"
    report = await see(visitor, "/?tai-ngay=30/6/2024&biet-den=30/6/2024")
    assert report.one("main").all("dd", "big")[0].text.startswith(f"{was}/")
    assert "Đang xem số như đã biết đến ngày 30/6/2024" in report.text


async def test_the_tree_of_each_day_and_of_today_count_a_merged_unit_differently(
    visitor: httpx.AsyncClient, lived: Sample
) -> None:
    await sign_in(visitor, login=LEADER)
    members = []
    for view in ("cay-ngay", "duong-thoi"):
        page = await see(visitor, f"/don-vi?don-vi={lived.thang}&cay={view}")
        [chosen] = [a for a in page.one("div", "segments").all("a") if "aria-current" in a.attributes]
        assert chosen["id"] == f"cay-{view}"
        members.append(page.one("table", "subunits").all("tr")[-1].text)
    assert members[0] != members[1]


async def test_when_the_services_do_not_answer_the_page_says_so(lost: httpx.AsyncClient) -> None:
    assert (await sign_in(lost, login=LEADER)).status_code == 303
    for path in ("/", "/don-vi", "/can-cu?so=admitted", "/tra-cuu", "/chi-tieu", "/huong-dan"):
        answer = await lost.get(path)
        assert (answer.status_code, "Máy chủ số liệu không trả lời" in answer.text) == (503, True)
