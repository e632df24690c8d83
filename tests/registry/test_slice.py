"""Registry as a slice: over HTTP to the log, the pages and the topic."""

from collections.abc import AsyncGenerator
from pathlib import Path
from uuid import uuid4

import pytest

from ketnap.contracts.registry import Role
from ketnap.registry import app
from tests.province import Province, deployment


@pytest.fixture
async def province(postgres: str, kafka: str, tmp_path: Path) -> AsyncGenerator[Province]:
    async with deployment(
        postgres, kafka, tmp_path, {"registry": (app.create_service, app.MIGRATIONS)}
    ) as province:
        yield province


async def test_somebody_is_registered_introduced_and_put_on_the_list(province: Province) -> None:
    commune = await province.found("Đảng bộ xã Đức Thắng", "commune")
    cell = await province.found("Chi bộ thôn Bình Minh", "cell", commune)
    secretary = await province.officer("secretary", (Role.CELL_COMMITTEE, cell))
    board = await province.officer("board", (Role.ORGANISATION_BOARD, province.root))
    helper, person, candidacy = uuid4(), uuid4(), uuid4()
    identity = {"name": "Phạm Quốc Bảo", "birth_date": "2001-04-12", "sex": "male"}

    await board.do(
        "registry",
        f"/rolls/{cell}/open",
        {
            "official": 20,
            "probationary": 2,
            "named": [{"person": helper, "status": "official", "since": "2010-01-01"}],
            "on": "2023-12-31",
        },
    )
    await secretary.do(
        "registry",
        f"/people/{person}/register",
        {"unit": cell, "identity": identity, "citizen_number": "012345678901"},
    )
    await province.settled()
    await secretary.do(
        "registry",
        f"/candidacies/{candidacy}/introduce",
        {"person": person, "unit": cell, "on": "2024-01-02"},
    )
    done = await secretary.do(
        "registry",
        f"/candidacies/{candidacy}/list",
        {"resolution": "03-NQ/CB", "helpers": [helper], "on": "2024-01-02"},
        version=1,
    )

    page = await secretary.see("registry", "/candidacies", unit=cell, min_position=done["position"])
    names = await secretary.see("registry", "/people", person=[person], purpose="kiểm thử")

    assert [("sympathiser", [str(helper)])] == [(c["stage"], c["helpers"]) for c in page["candidacies"]]
    assert [p["name"] for p in names["people"]] == ["Phạm Quốc Bảo"]
