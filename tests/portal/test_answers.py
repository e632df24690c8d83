"""The pages over the real statistics service: every number opens its evidence, and the evidence says that number."""

from collections.abc import AsyncGenerator
from datetime import date
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from ketnap.contracts.registry import Role
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


async def see(visitor: httpx.AsyncClient, path: str) -> Node:
    answer = await visitor.get(path)
    assert answer.status_code == 200, f"{path}: {answer.status_code} {read(answer.text).text[:400]}"
    return read(answer.text)


def numbers(page: Node) -> dict[str, str]:
    """The numbers of a page that lead to evidence, by their address."""
    links = page.one("main").all("a", "figure", where=lambda node: node["href"].startswith("/can-cu"))
    return {link["href"]: link.text for link in links}


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
            rounded = number.replace(".", "")
            assert number in evidence or f"{rounded}," in evidence, f"{path}: {number} is not in {address}"
    assert len(proved) > 100
