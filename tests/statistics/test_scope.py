"""Who may see what: for an officer of another unit there is nothing here, on no page and in no list of people."""

from typing import Any
from uuid import UUID, uuid4

import pytest

from ketnap.common.database import driver
from ketnap.contracts.registry import Role
from ketnap.statistics.allocation import allocation_id
from tests.statistics.sample import Sample
from tests.statistics.world import Officer

pytestmark = pytest.mark.asyncio(loop_scope="session")
WHY = {"purpose": "kiểm tra"}


async def neighbour(lived: Sample, role: Role = Role.ORGANISATION_BOARD) -> Officer:
    return await lived.world.officer(f"neighbour {uuid4()}", (role, lived.phong))


def questions(lived: Sample, unit: UUID, plan: UUID) -> list[tuple[str, dict[str, Any]]]:
    return [
        ("/overview", {"unit": unit}),
        (f"/units/{unit}/page", {"unit": unit}),
        (f"/units/{unit}/rows", {"unit": unit}),
        ("/figures/admitted", {"unit": unit}),
        ("/figures/no_such_figure", {"unit": unit}),
        ("/figures/admitted/entries", {"unit": unit, **WHY}),
        ("/plans", {"unit": unit}),
        (f"/plans/{plan}", {"unit": unit}),
        (f"/plans/{plan}/lines/admitted/units/{unit}/allocation", {}),
        ("/formula", {"unit": unit}),
    ]


@pytest.mark.parametrize("whose", ["sibling", "above", "cell of a sibling", "nobody's"])
async def test_outside_their_units_an_officer_finds_nothing(lived: Sample, whose: str) -> None:
    officer = await neighbour(lived)
    units = {
        "sibling": lived.thang,
        "above": lived.world.root,
        "cell of a sibling": lived.cells[lived.an][0],
        "nobody's": uuid4(),
    }
    for path, params in questions(lived, units[whose], lived.plan):
        status, code = await officer.refused(path, **params)
        assert (status, code) == (404, "OutOfScope"), path


async def test_in_their_own_unit_they_find_all_of_it(lived: Sample) -> None:
    officer = await neighbour(lived)
    for path, params in questions(lived, lived.phong, lived.plan):
        if "no_such_figure" not in path:
            assert (await officer.get(path, **params)).status_code == 200, path


async def test_a_unit_that_their_own_took_over_is_theirs(lived: Sample) -> None:
    officer = await lived.world.officer("successor", (Role.ORGANISATION_BOARD, lived.thang))
    for predecessor in (lived.an, lived.binh):
        assert (await officer.get("/overview", unit=predecessor)).status_code == 200


async def test_a_row_of_another_unit_shows_nobody_of_it(lived: Sample) -> None:
    officer = await neighbour(lived)
    found = await officer.see(
        "/figures/admitted/entries", unit=lived.phong, row=lived.cells[lived.an][0], since="2023-01-01", **WHY
    )
    assert (found["contributors"], found["left"]) == ([], 0)


async def test_a_search_counts_and_names_only_units_of_the_account(lived: Sample) -> None:
    officer = await neighbour(lived)
    mine = await officer.see("/units", q="chi bo", limit=200)
    theirs = await lived.leader.see("/units", q="chi bo", limit=200)

    own = {str(cell) for cell in (*lived.cells[lived.phong], lived.cells[lived.binh][2])}
    assert {row["unit"] for row in mine["rows"]} == own
    assert mine["units"] == len(own) + 1
    assert (mine["left"], len(theirs["rows"])) == (0, 14)


async def test_a_person_is_seen_by_whom_the_cell_is_seen(lived: Sample) -> None:
    officer = await neighbour(lived)
    inside = {lived.phong, *lived.cells[lived.phong], lived.cells[lived.binh][2]}
    seen = {
        life.person: (await officer.get(f"/people/{life.person}/timeline", **WHY)).status_code
        for life in lived.lives[:25]
    }
    told = {life.person: 200 if life.cell in inside else 404 for life in lived.lives[:25]}
    assert set(told.values()) == {200, 404}
    assert seen == told
    assert await officer.refused(f"/people/{uuid4()}/timeline", **WHY) == (404, "OutOfScope")


async def test_commands_reach_no_further_than_pages(lived: Sample) -> None:
    officer = await neighbour(lived)
    given = allocation_id(lived.plan, "admitted", lived.world.root)
    draft = {"unit": lived.thang, "title": "x", "period_from": "2024-01-01", "period_until": "2024-12-31"}
    commands: list[tuple[str, dict[str, Any], int | None]] = [
        (f"/plans/{uuid4()}/draft", draft, None),
        (f"/plans/{lived.plan}/submit", {}, 99),
        (
            f"/plans/{lived.plan}/lines/admitted/units/{lived.thang}/prepare",
            {"shares": {lived.phong: 1}},
            None,
        ),
        (f"/allocations/{given}/submit", {}, 3),
        (f"/plans/{lived.plan}/units/{lived.thang}/send", {"proposed": 1, "on": "2024-09-01"}, None),
    ]
    for path, body, version in commands:
        answer = await officer.send(path, body, version=version)
        assert (answer.status_code, answer.json()["code"]) == (404, "OutOfScope"), (path, answer.text)


async def test_who_may_not_read_about_people_sees_figures_without_them(lived: Sample) -> None:
    officer = await neighbour(lived, Role.ADMINISTRATOR)
    assert (await officer.see("/figures/admitted", unit=lived.phong))["may_open"] is False
    assert (await lived.leader.see("/figures/admitted", unit=lived.phong))["may_open"] is True
    entries = await officer.get("/figures/admitted/entries", unit=lived.phong, **WHY)
    timeline = await officer.get(f"/people/{lived.lives[0].person}/timeline", **WHY)
    assert {entries.status_code, timeline.status_code} <= {403, 404}


async def test_whoever_reads_about_people_is_recorded_with_the_purpose(lived: Sample) -> None:
    officer = await lived.world.officer(f"reader {uuid4()}", (Role.ORGANISATION_BOARD, lived.world.root))
    purpose = f"đối chiếu {uuid4()}"
    rows = (await officer.see("/figures/admitted", unit=lived.world.root))["rows"]
    shown = await officer.see(
        "/figures/admitted/entries", unit=lived.world.root, row=rows[0]["unit"], purpose=purpose
    )
    people = {one["person"] for one in shown["contributors"]}
    async with driver(lived.world.service.core.db) as connection:
        recorded = await connection.fetch("SELECT subject FROM core.access_log WHERE purpose = $1", purpose)

    assert people
    assert {str(row["subject"]) for row in recorded} == people
    assert (await officer.get("/figures/admitted/entries", unit=lived.world.root)).status_code == 422
