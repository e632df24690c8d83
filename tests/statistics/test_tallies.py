"""What is brought forward from page to page is what counting anew finds, whatever is told meanwhile."""

import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from ketnap.common import rebuild
from ketnap.contracts.registry import (
    Hierarchy,
    PersonForgotten,
    Sex,
    UnitFounded,
    UnitKind,
    UnitMoved,
    UnitsMerged,
)
from ketnap.statistics.views import ledger
from tests.statistics.histories import CELLS, PERSON, UNION, Told, histories
from tests.statistics.lives import Life
from tests.statistics.plans import Committee, absolute, committee, target
from tests.statistics.world import World, world

AN, BINH = UUID(int=600), UUID(int=601)
TODAY = date(2025, 3, 1)
REORGANISED = date(2024, 7, 1)
HALF = date(2024, 6, 30)
WOMEN = {"sex": ["female"]}

type Turn = Literal["merge", "move", "forget", "react", "rebuild", "back"]
TURNS: st.SearchStrategy[Turn | None] = st.sampled_from(
    [None, None, None, "merge", "move", "forget", "react", "rebuild", "back"]
)


@settings(
    max_examples=6,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(told=histories(most=10), turns=st.lists(TURNS, min_size=10, max_size=10))
async def test_figures_brought_forward_are_those_counted_anew(
    postgres: str, told: list[Told], turns: list[Turn | None]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with world(postgres, Path(folder), today=TODAY) as here:
            body = await begin(here)
            done: set[Turn] = set()
            for (fact, on), turn in zip(told, turns, strict=False):
                await here.tell_on([(on, fact)])
                await here.settle(policies=False)
                await compare(body)
                if turn is not None and (turn not in done or turn in {"react", "rebuild", "back"}):
                    done.add(turn)
                    await take(here, turn)
                    await compare(body)
            await here.settle()
            await compare(body)


async def test_what_came_before_figures_were_detached_is_counted_anew_with_what_they_keep(
    postgres: str, tmp_path: Path
) -> None:
    async with world(postgres, tmp_path, today=TODAY) as here:
        body = await begin(here)
        life = Life(CELLS[0], PERSON)
        await here.tell(
            life.profile(date(2024, 1, 2), sex=Sex.FEMALE),
            life.introduced(date(2024, 1, 10)),
            life.listed(date(2024, 2, 1)),
        )
        await take(here, "forget")
        await here.tell_unfolded(life.delisted(date(2024, 5, 1)))
        await here.settle(policies=False)
        before = await women(body)
        await take(here, "react")

        assert before == 1  # nobody knows who left the list
        assert await women(body) == 0
        await compare(body)


async def women(body: Committee) -> int:
    page = await body.leader.see("/overview", unit=UUID(int=1), year=2024)
    found: int = next(one["actual"]["value"] for one in page["targets"] if one["line"] == "women")
    return found


async def begin(here: World) -> Committee:
    """Two communes with a cell each, and a plan in which women on the lists are counted for themselves."""
    units = [
        (AN, UnitKind.COMMUNE, here.root, Hierarchy.PARTY),
        (BINH, UnitKind.COMMUNE, here.root, Hierarchy.PARTY),
        (CELLS[0], UnitKind.CELL, AN, Hierarchy.PARTY),
        (CELLS[1], UnitKind.CELL, BINH, Hierarchy.PARTY),
        (UNION, UnitKind.MASS_ORG, None, Hierarchy.MASS),
    ]
    for unit, kind, parent, hierarchy in units:
        await here.tell(
            UnitFounded(
                unit=unit,
                kind=kind,
                hierarchy=hierarchy,
                parent=parent,
                code=f"{unit.int:06d}",
                name=f"Đơn vị {unit.int}",
                on=date(2000, 1, 1),
            )
        )
    body = await committee(here)
    plan = await body.plan(absolute(30), target("women", value=3, measure="sympathisers", include=WOMEN))
    await body.give(plan, {AN: 20, BINH: 8}, reserve=2)
    return body


async def take(here: World, turn: Turn) -> None:
    core = here.service.core
    match turn:
        case "merge":
            await here.tell_unfolded(UnitsMerged(into=BINH, predecessors=[AN], on=REORGANISED))
            await here.settle(policies=False)
        case "move":
            await here.tell_unfolded(UnitMoved(unit=CELLS[1], parent=AN, on=REORGANISED))
            await here.settle(policies=False)
        case "forget":
            await here.tell_unfolded(PersonForgotten(person=PERSON))
            await here.settle(policies=False)
        case "react":
            await here.settle()
        case "rebuild":
            instance = await rebuild.rebuild(core.db, core.vault, ledger.model)
            await rebuild.switch(core.db, ledger.model, instance)
        case "back":
            await rebuild.switch(core.db, ledger.model, 1)


async def compare(body: Committee) -> None:
    """Every page as of now, and the same as known at its position, for which nothing is kept."""
    for path, params in questions():
        now = await body.leader.see(path, **params)
        position = now["standpoint"]["position"]
        anew = await body.leader.see(path, **params, known=position)
        assert shown(now) == shown(anew), (path, params)


def questions() -> Sequence[tuple[str, dict[str, Any]]]:
    return [
        ("/overview", {"unit": UUID(int=1), "year": 2024}),
        ("/overview", {"unit": UUID(int=1), "year": 2024, "as_of": HALF, "tree": "tree_of_its_day"}),
        ("/overview", {"unit": BINH, "year": 2023}),
        (f"/units/{UUID(int=1)}/rows", {"year": 2024}),
    ]


def shown(page: dict[str, Any]) -> dict[str, Any]:
    return {**page, "standpoint": {**page["standpoint"], "latest": None}}
