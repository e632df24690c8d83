"""Statistics as a slice: plans and quotas over HTTP, figures from facts heard, evidence down to the entries."""

from collections.abc import AsyncGenerator
from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from ketnap.contracts.admission import CeremonyHeld, DossierOpened
from ketnap.contracts.registry import Role
from ketnap.registry import app as registry
from ketnap.statistics import app as statistics
from tests.kit import until
from tests.province import Officer, Province, deployment
from tests.teller import Teller


@pytest.fixture
async def province(postgres: str, kafka: str, tmp_path: Path) -> AsyncGenerator[Province]:
    services = {
        "registry": (registry.create_service, registry.MIGRATIONS),
        "statistics": (statistics.create_service, statistics.MIGRATIONS),
    }
    async with deployment(postgres, kafka, tmp_path, services, today=date(2024, 6, 30)) as province:
        yield province


async def landed(province: Province, topic: str, number: int) -> None:
    async def there() -> bool:
        pool = await province.services["statistics"].core.db.pool()
        found = await pool.fetchval("SELECT max(version) FROM core.log WHERE stream = $1", topic)
        return bool(found == number)

    await until(there)
    await province.settled()


async def issue_plan(board: Officer, leader: Officer, unit: UUID, value: int) -> UUID:
    plan = uuid4()
    body = {"unit": unit, "title": "Kế hoạch 2024", "period_from": "2024-01-01", "period_until": "2024-12-31"}
    await board.do("statistics", f"/plans/{plan}/draft", body)
    target = {
        "line": "admitted",
        "title": "Kết nạp đảng viên",
        "kind": "absolute",
        "strictness": "exact",
        "value": value,
        "rounding": "TRUNC",
        "allocable": True,
        "bases": [{"instrument": "BTV/KH/1/2024-01-01", "text": "Kế hoạch năm 2024"}],
    }
    await board.do("statistics", f"/plans/{plan}/state-target", target, version=1)
    await board.do("statistics", f"/plans/{plan}/submit", version=2)
    issuing = {"instrument": "BTV/KH/1/2024-01-01", "on": "2024-01-05"}
    await leader.do("statistics", f"/plans/{plan}/issue", issuing, version=3)
    return plan


async def test_a_quota_given_and_ceremonies_heard_become_a_figure_with_its_entries(
    province: Province, kafka: str
) -> None:
    commune = await province.found("Đảng bộ xã Đức Thắng", "commune")
    cell = await province.found("Chi bộ thôn Bình Minh", "cell", commune)
    other = await province.found("Đảng bộ xã Tân Phong", "commune")
    board = await province.officer("board", (Role.ORGANISATION_BOARD, province.root))
    leader = await province.officer("leader", (Role.STANDING_COMMITTEE, province.root))
    plan = await issue_plan(board, leader, province.root, 12)
    await province.settled()
    shares = {"shares": {str(commune): 8, str(other): 4}}
    done = await board.do(
        "statistics",
        f"/plans/{plan}/lines/admitted/units/{province.root}/prepare",
        shares,
        params={"min_position": 1},
    )
    allocation = done["allocation"]
    await board.do("statistics", f"/allocations/{allocation}/submit", version=1)
    await leader.do(
        "statistics", f"/allocations/{allocation}/issue", {"decision": "12-QĐ", "on": "2024-01-10"}, version=2
    )
    teller = Teller(kafka, f"{province.code}.admission.v1")
    people = [uuid4() for _ in range(3)]
    for n, person in enumerate(people):
        dossier = uuid4()
        await teller.tell(
            DossierOpened(dossier=dossier, person=person, unit=cell, on=date(2024, 2, 1)),
            CeremonyHeld(
                dossier=dossier,
                person=person,
                unit=cell,
                on=date(2024, 5, 10 + n),
                decided_on=date(2024, 5, 1),
                probation_ends=date(2025, 5, 10 + n),
            ),
        )
    await landed(province, f"{province.code}.admission.v1", 6)

    overview = await leader.see("statistics", "/overview", unit=province.root)
    evidence = await leader.see("statistics", "/figures/rate:admitted", unit=province.root)
    entries = await leader.see(
        "statistics", "/figures/rate:admitted/entries", unit=province.root, row=commune, purpose="kiểm thử"
    )
    earlier = await leader.see("statistics", "/overview", unit=province.root, as_of="2024-05-10")
    timeline = await leader.see("statistics", f"/people/{people[0]}/timeline", purpose="kiểm thử")

    assert (
        overview["total"]["actual"]["value"],
        overview["total"]["quota"]["value"],
        overview["total"]["percent"]["printed"],
    ) == (3, 12, "25.0")
    rows = {row["unit"]: row["progress"] for row in overview["rows"]}
    assert (rows[str(commune)]["quota"]["value"], rows[str(commune)]["actual"]["value"]) == (8, 3)
    assert rows[str(other)]["small"]
    assert earlier["total"]["actual"]["value"] == 1
    assert {str(person) for person in people} == {one["person"] for one in entries["contributors"]}
    assert (len(evidence["digest"]), evidence["value"]) == (64, "25.0")
    assert [happened["type"] for happened in timeline["happened"]] == [
        "admission.dossier_opened.v1",
        "admission.ceremony_held.v1",
    ]
    page = await leader.see("statistics", f"/units/{commune}/page")
    assert [str(cell)] == [row["unit"] for row in page["rows"]]
    assert page["rows"][0]["progress"]["actual"]["value"] == 3
    tree = await leader.see("statistics", "/units", q="duc thang")
    assert [row["name"] for row in tree["rows"]] == ["Đảng bộ xã Đức Thắng"]
