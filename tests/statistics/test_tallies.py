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
from ketnap.contracts.registry import Hierarchy, PersonForgotten, UnitFounded, UnitKind, UnitMoved, UnitsMerged
from ketnap.statistics.views import ledger
from tests.statistics.histories import CELLS, PERSON, UNION, Told, histories
from tests.statistics.plans import Committee, absolute, committee, target
from tests.statistics.world import World, world

AN, BINH = UUID(int=600), UUID(int=601)
TODAY = date(2025, 3, 1)
REORGANISED = date(2024, 7, 1)
WOMEN = {"sex": ["female"]}

type Turn = Literal["merge", "move", "forget", "react", "rebuild", "back"]
TURNS: st.SearchStrategy[Turn | None] = st.sampled_from(
    [None, None, None, "merge", "move", "forget", "react", "rebuild", "back"]
)


@settings(
    max_examples=8,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(told=histories(most=12), turns=st.lists(TURNS, min_size=12, max_size=12))
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


async def begin(here: World) -> Committee:
    """Two communes with a cell each, and a plan in which women are counted for themselves."""
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
    plan = await body.plan(absolute(30), target("women", value=3, include=WOMEN))
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
        ("/overview", {"unit": UUID(int=1), "year": 2024, "tree": "tree_of_its_day"}),
        ("/overview", {"unit": BINH, "year": 2023}),
        (f"/units/{UUID(int=1)}/rows", {"year": 2024, "as_of": date(2024, 6, 30)}),
    ]


def shown(page: dict[str, Any]) -> dict[str, Any]:
    return {**page, "standpoint": {**page["standpoint"], "latest": None}}
