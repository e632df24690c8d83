"""The tree of units, or those found by name, with the numbers that statistics gives them."""

import asyncio
from collections.abc import Sequence

from ketnap.portal.answers.asking import Asking, as_id, day
from ketnap.portal.answers.numbers import Numbers
from ketnap.portal.figures import Status
from ketnap.portal.pages.units import TreeRow, Units
from ketnap.portal.services import Json

MANY = 50


async def units(ask: Asking, opened: frozenset[str], search: str) -> Units:
    here, plans, found = await asyncio.gather(
        ask.statistics(f"/units/{ask.unit}/rows"), ask.plans(), ask.units(search, MANY)
    )
    standpoint = here["standpoint"]
    rows = (
        [_row(row, ask, 0, is_open=False) for row in found["rows"]]
        if search
        else await _tree(ask, found["rows"], {as_id(unit) for unit in opened})
    )
    return Units(
        scope=ask.scope(standpoint, plans),
        freshness=ask.freshness(standpoint),
        search=search,
        rows=tuple(rows),
        left=found["left"],
        number_of_units=found["units"],
    )


async def _tree(ask: Asking, tops: Sequence[Json], opened: set[str]) -> list[TreeRow]:
    """Where the view begins is always open."""
    wanted = sorted({top["unit"] for top in tops} | opened)
    answers = await asyncio.gather(*(ask.branch(unit) for unit in wanted))
    branches = {unit: answer["rows"] for unit, answer in zip(wanted, answers, strict=True)}
    rows: list[TreeRow] = []

    def add(row: Json, depth: int) -> None:
        below = branches.get(row["unit"])
        rows.append(_row(row, ask, depth, is_open=below is not None))
        for child in below or ():
            add(child, depth + 1)

    for top in tops:
        add(top, 0)
    return rows


def _row(row: Json, ask: Asking, depth: int, *, is_open: bool) -> TreeRow:
    where = (("plan", row["plan"]),) if row["plan"] else ()
    numbers = Numbers(selection=ask.selection, where=where).of(row["unit"])
    successor = row["successor"]
    return TreeRow(
        id=row["unit"],
        name=row["name"],
        kind=row["kind"],
        url=numbers.page_of(row["unit"]),
        depth=depth,
        subunits=row["rows_below"],
        open=is_open,
        members=numbers.count(row["members"]),
        actual=numbers.count(row["actual"]),
        quota=numbers.count_if(row["quota"]),
        status=Status(row["status"]),
        small=row["small"],
        ends=day(row["ended_on"]) if row["ended_on"] else None,
        successor=successor["name"] if successor else None,
        within=_within(row["path"], {top.id for top in ask.tops}),
    )


def _within(path: Sequence[Json], tops: set[str]) -> str | None:
    """The units above, nearest first, below where the account's view begins."""
    last_top = max((n for n, one in enumerate(path) if one["unit"] in tops), default=-1)
    return ", ".join(one["name"] for one in reversed(path[last_top + 1 :])) or None
