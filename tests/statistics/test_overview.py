"""The overview adds up: rows to the total, entries to the rows, and every number to its evidence."""

from typing import Any

import pytest

from tests.statistics.proofs import numbers, prove
from tests.statistics.sample import Sample

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.parametrize("tree", ["tree_of_day", "tree_of_its_day", "restated"])
async def test_every_number_of_a_page_is_what_its_evidence_adds_up_to(lived: Sample, tree: str) -> None:
    seen: dict[Any, Any] = {}
    few = [lived.world.root, lived.thang, lived.cells[lived.an][0]]
    for unit in lived.units if tree == "tree_of_day" else few:
        for path in ("/overview", f"/units/{unit}/page", f"/units/{unit}/rows"):
            page = await lived.leader.see(path, unit=unit, tree=tree)
            for shown in numbers(page):
                await prove(lived.leader, shown, seen)
    assert len(seen) > 100
