"""The overview adds up: rows to the total, entries to the rows, and every number to its evidence."""

from typing import Any

import pytest

from tests.statistics.proofs import numbers, prove
from tests.statistics.sample import sample
from tests.statistics.world import World


@pytest.mark.parametrize("tree", ["tree_of_day", "tree_of_its_day", "restated"])
async def test_every_number_of_a_page_is_what_its_evidence_adds_up_to(province: World, tree: str) -> None:
    made = await sample(province)
    seen: dict[Any, Any] = {}
    for unit in made.units:
        for path in ("/overview", f"/units/{unit}/page", f"/units/{unit}/rows"):
            page = await made.leader.see(path, unit=unit, tree=tree)
            for shown in numbers(page):
                await prove(made.leader, shown, seen)
    assert len(seen) > 100
