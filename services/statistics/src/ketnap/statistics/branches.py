"""The tree of units, branch by branch or by name, each unit with its numbers."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from datetime import date
from uuid import UUID

from pydantic import BaseModel

from ketnap.common.names import name_fold, name_key
from ketnap.contracts.registry import Hierarchy
from ketnap.statistics.counts import Counts
from ketnap.statistics.definitions import definition
from ketnap.statistics.ground import Seen
from ketnap.statistics.overview import number
from ketnap.statistics.progress import Progress, main_of, preload, rows, total
from ketnap.statistics.shown import Number, StandpointShown
from ketnap.statistics.standpoint import Standpoint


class Named(BaseModel):
    unit: UUID
    name: str


class TreeRow(BaseModel):
    """One unit. `path`: the units above, from the top; `successor`: who took over from a unit that has ended."""

    unit: UUID
    name: str
    kind: str
    hierarchy: str
    path: list[Named]
    rows_below: int
    founded_on: date
    ended_on: date | None
    successor: Named | None
    plan: UUID | None
    members: Number
    actual: Number
    quota: Number | None
    small: bool
    status: str


class Branch(BaseModel):
    """The units directly below one, by code, on one standpoint."""

    standpoint: StandpointShown
    rows: list[TreeRow]


class Found(BaseModel):
    """Units by name in the order of the Vietnamese alphabet; `left`: how many more there are."""

    rows: list[TreeRow]
    left: int
    units: int
    """All units of the account's view."""


async def branch(counts: Counts, shown: StandpointShown) -> Branch:
    main = main_of(counts.at)
    await preload(counts, main)
    found = [
        _row(counts.at, row.unit, row.members, row.progress) for row in await rows(counts, main) if row.unit
    ]
    return Branch(standpoint=shown, rows=found)


async def numbered(counts: Counts) -> TreeRow:
    """The standpoint's unit itself."""
    main = main_of(counts.at)
    await counts.preload([main.counted, definition("members"), *(step for step, _ in main.steps.values())])
    return _row(counts.at, counts.at.unit, await number(counts, "members"), await total(counts, main))


def _row(at: Standpoint, unit: UUID, members: Number, progress: Progress) -> TreeRow:
    tree, day = at.ground.tree, at.ground.day
    known = tree.units[unit]
    ended = known.ended_on if known.ended_on is not None and known.ended_on <= at.as_of else None
    successor = known.successor if ended and known.successor in tree.units else None
    return TreeRow(
        unit=unit,
        name=known.name(day),
        kind=known.kind,
        hierarchy=known.hierarchy,
        path=[Named(unit=up, name=tree.units[up].name(day)) for up in reversed(tree.parents(unit, day))],
        rows_below=len(tree.children(unit, day)),
        founded_on=known.founded_on,
        ended_on=ended,
        successor=Named(unit=successor, name=tree.units[successor].name(at.as_of)) if successor else None,
        plan=at.plan.plan if at.plan else None,
        members=members,
        actual=progress.actual,
        quota=progress.quota,
        small=progress.small,
        status=progress.status,
    )


async def found(
    seen: Seen,
    counts_of: Callable[[UUID], Awaitable[Counts]],
    scope: Collection[UUID],
    tops: Sequence[UUID],
    words: str,
    hierarchy: Hierarchy | None,
    limit: int,
    today: date,
) -> Found:
    """Units whose name has, or had, all the words, those that have ended too; without words the tops themselves."""
    units = seen.tree.units
    wanted = name_fold(words).split()
    among = scope if wanted else tops
    matching = [
        unit
        for unit in among
        if unit in units
        and hierarchy in (None, units[unit].hierarchy)
        and any(all(word in name for word in wanted) for name in seen.folded_names(unit))
    ]
    matching.sort(key=lambda unit: (name_key(units[unit].name(today)), units[unit].code, unit))
    rows = [await numbered(await counts_of(unit)) for unit in matching[:limit]]
    return Found(rows=rows, left=len(matching) - len(rows), units=len(scope))
