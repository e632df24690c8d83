"""Pages add up: rows to the total, entries to the rows, and every number to its evidence."""

from typing import Any

import pytest

from ketnap.contracts.registry import Role
from tests.statistics.proofs import numbers, prove
from tests.statistics.sample import Sample

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.parametrize("tree", ["tree_of_day", "tree_of_its_day", "restated"])
async def test_every_number_of_a_page_is_what_its_evidence_adds_up_to(lived: Sample, tree: str) -> None:
    seen: dict[Any, Any] = {}
    units = [lived.world.root, lived.thang]
    if tree == "tree_of_day":
        units += [lived.schools[0]]
    for unit in units:
        for path in ("/overview", f"/units/{unit}/page", f"/units/{unit}/rows"):
            page = await lived.leader.see(path, unit=unit, tree=tree)
            for shown in numbers(page):
                await prove(lived.leader, shown, seen, to_the_end=tree == "tree_of_day")
    assert len(seen) > 100


async def test_every_number_of_a_plan_is_what_its_evidence_adds_up_to(lived: Sample) -> None:
    seen: dict[Any, Any] = {}
    for unit in (lived.world.root, lived.thang):
        page = (await lived.leader.see(f"/plans/{lived.plan}", unit=unit))["page"]
        for shown in numbers(page):
            await prove(lived.leader, shown, seen)
        for given in page["given"]:
            [target] = [one for one in page["targets"] if one["line"] == given["line"]]
            if target["value"]:
                assert sum(act["delta"] for act in given["acts"]) == target["value"]["value"]
    assert len(seen) > 20


@pytest.mark.parametrize("tree", ["tree_of_day", "tree_of_its_day"])
async def test_the_rows_of_every_unit_add_up_to_its_total(lived: Sample, tree: str) -> None:
    for unit in lived.units:
        page = await lived.leader.see("/overview", unit=unit, tree=tree)
        for name in ("actual", "dossiers"):
            parts = sum(row["progress"][name]["value"] for row in page["rows"])
            below = page["total"][name]["value"]
            assert parts == below or not page["rows"], (unit, name)
        for name in ("members", "sympathisers", "sympathisers_certified"):
            parts = sum(row[name]["value"] for row in page["rows"])
            assert parts == page[name]["value"] or not page["rows"], (unit, name)
        quotas = sum(row["progress"]["quota"]["value"] for row in page["rows"] if row["progress"]["quota"])
        if page["quota_kept"]:
            assert quotas + page["quota_kept"]["value"] == page["total"]["quota"]["value"]


async def test_after_the_merger_the_province_has_the_same_total_in_every_view(lived: Sample) -> None:
    totals = []
    for tree in ("tree_of_day", "tree_of_its_day", "restated"):
        page = await lived.leader.see("/overview", unit=lived.world.root, tree=tree)
        quota = page["total"]["quota"]["value"]
        totals.append((page["total"]["actual"]["value"], page["members"]["value"], quota))
    assert len(set(totals)) == 1


async def test_the_merged_unit_has_the_quotas_of_its_predecessors(lived: Sample) -> None:
    evidence = await lived.leader.see("/figures/quota:admitted", unit=lived.thang)
    assert evidence["value"] == "20"
    assert {(act["unit"], act["delta"]) for act in evidence["quota_acts"]} == {
        (str(lived.an), 12),
        (str(lived.binh), 8),
    }


async def test_a_mass_organisation_without_a_plan_is_measured_by_its_introductions(lived: Sample) -> None:
    union = await lived.world.officer("union", (Role.MASS_ORGANISATION, lived.union))
    for path in ("/overview", f"/units/{lived.union}/page"):
        page = await union.see(path, unit=lived.union, year=2023)
        assert (page["main_figure"], page["counts_admissions"]) == ("introduced_by_mass", False)
        [below] = page["rows"]
        assert below["unit"] == str(lived.commune_union)
        assert page["total"]["actual"]["value"] == below["progress"]["actual"]["value"] > 0
        assert page["total"]["dossiers"]["value"] == 0


async def test_an_unchanged_page_costs_its_etag_alone(lived: Sample) -> None:
    first = await lived.leader.get("/overview", unit=lived.world.root)
    headers = {**lived.leader._headers, "If-None-Match": first.headers["etag"]}
    again = await lived.world.client.get("/overview", params={"unit": str(lived.world.root)}, headers=headers)
    assert (again.status_code, again.content) == (304, b"")
