"""Names over the real registry and statistics: who may see them sees them, and each reading has a purpose."""

from collections.abc import AsyncGenerator
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import pytest

from ketnap.common.frozen import frozen
from ketnap.contracts.registry import Role
from ketnap.portal.passwords import Passwords
from ketnap.registry import app as registry
from ketnap.statistics import app as statistics
from tests.portal.live import make_issuer, portal
from tests.portal.reader import read
from tests.portal.test_sign_in import sign_in
from tests.province import deployment
from tests.registry.places import places

SERVICES = {
    "registry": (registry.create_service, registry.MIGRATIONS),
    "statistics": (statistics.create_service, statistics.MIGRATIONS),
}


@frozen
class Here:
    visitor: httpx.AsyncClient
    commune: UUID
    cell: UUID
    person: UUID

    @property
    def evidence(self) -> str:
        return f"/can-cu?so=introduced&don-vi={self.commune}&mo=u:{self.cell}"


@pytest.fixture
async def here(
    postgres: str, kafka: str, tmp_path: Path, database_url: str, passwords: Passwords, web_assets: None
) -> AsyncGenerator[Here]:
    """Somebody was introduced; three accounts: of the commune, of its neighbour, and of an administrator."""
    async with deployment(postgres, kafka, tmp_path, SERVICES) as province:
        make_issuer(tmp_path)
        place = await places(province)
        neighbour = await province.found("Đảng bộ xã Tân Phong", "commune")
        person = await place.person("Phạm Quốc Bảo")
        await place.introduced(person)
        people = {uuid4(): "xa", uuid4(): "lang-gieng", uuid4(): "quan-tri"}
        grants = (
            (Role.GRASSROOTS_COMMITTEE, place.commune),
            (Role.GRASSROOTS_COMMITTEE, neighbour),
            (Role.ADMINISTRATOR, province.root),
        )
        for account, grant in zip(people, grants, strict=True):
            await province.officer(str(account), grant)
        await province.settled()
        async with portal(
            database_url, tmp_path, province.clock, passwords, province.clients, people
        ) as visitor:
            yield Here(visitor=visitor, commune=place.commune, cell=place.cell, person=person)


async def test_a_name_is_shown_to_who_may_see_it_and_to_nobody_else(here: Here) -> None:
    visitor, person = here.visitor, f"/nguoi/{here.person}"
    await sign_in(visitor, login="xa")
    evidence = read((await visitor.get(here.evidence)).text)
    [link] = evidence.all("a", "name", where=lambda node: node["href"].startswith(person))
    assert link.text == "Phạm Quốc Bảo"
    assert "mục đích “Mở căn cứ: Quần chúng được giới thiệu”" in evidence.text
    page = read((await visitor.get(link["href"])).text)
    assert page.one("h1").text == "Phạm Quốc Bảo"
    assert "Ngày sinh 12/4/2001" in page.text
    assert "Giới thiệu quần chúng ưu tú" in page.one("table", "timeline").text
    assert page.one(where=lambda node: node.attributes.get("aria-current") == "step").text.startswith(
        "Được giới thiệu"
    )

    visitor.cookies.clear()
    await sign_in(visitor, login="lang-gieng")
    for path in (here.evidence, person):
        answer = await visitor.get(path)
        assert (answer.status_code, "Quốc Bảo" in answer.text) == (404, False)

    visitor.cookies.clear()
    await sign_in(visitor, login="quan-tri")
    answer = await visitor.get(here.evidence)
    assert (answer.status_code, "Quốc Bảo" in answer.text) == (200, False)
    assert "không xem được tên người" in answer.text
    answer = await visitor.get(person)
    assert (answer.status_code, "Quốc Bảo" in answer.text) == (403, False)
