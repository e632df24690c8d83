"""Where each instance of a read model stands, and which one readers follow."""

from collections.abc import Iterable, Sequence
from typing import Any

from ketnap.common.database import Driver
from ketnap.common.decider import Rejected
from ketnap.common.frozen import frozen
from ketnap.common.readmodel import AnyModel


@frozen
class Cursor:
    """One instance: every entry up to `position` is folded into it."""

    instance: int
    definition: int
    position: int
    live: bool
    refolds: int
    """How often something behind the cursor was folded again: what was read of it by position must be read anew."""


class BeingRebuilt(Rejected):
    """Trang này đang được dựng lại cho phiên bản mới. Hãy tải lại sau ít phút.

    This page is being rebuilt for a new release. Ask again in a few minutes.
    """

    status = 503


_FIELDS = ("instance", "definition", "position", "live", "refolds")


async def cursors(db: Driver, model: AnyModel) -> list[Cursor]:
    """All instances, the oldest first."""
    return (await of_all(db, [model])).get(model.name, [])


async def of_all(db: Driver, models: Iterable[AnyModel]) -> dict[str, list[Cursor]]:
    rows = await db.fetch(
        f"SELECT projection, {', '.join(_FIELDS)} FROM core.cursors WHERE projection = ANY ($1::text[]) ORDER BY instance",
        [model.name for model in models],
    )
    return by_projection(rows)


def by_projection(rows: Iterable[Any]) -> dict[str, list[Cursor]]:  # Any: records of either driver
    found: dict[str, list[Cursor]] = {}
    for row in rows:
        found.setdefault(row["projection"], []).append(Cursor(**{name: row[name] for name in _FIELDS}))
    return found


def follow(model: AnyModel, there: Sequence[Cursor]) -> Cursor:
    """The live instance; a release that is older than it goes on with its own newest.

    Raises:
        BeingRebuilt: the live one was made by an older release, and ours has not caught up with it.
    """
    live = next((cursor for cursor in there if cursor.live), None)
    if live is not None and live.definition >= model.definition:
        mine = [cursor for cursor in there if cursor.definition == model.definition]
        if mine:
            return live if live in mine else mine[-1]
    raise BeingRebuilt
