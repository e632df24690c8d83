"""Reading over HTTP: one snapshot, what it knows, and a short wait for what the asker has written."""

import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import Query
from pydantic import BaseModel

from ketnap.common import log
from ketnap.common.cursors import follow, of_all
from ketnap.common.database import Database, driver
from ketnap.common.decider import Rejected
from ketnap.common.frozen import frozen
from ketnap.common.pages import Page, as_of
from ketnap.common.readmodel import AnyModel
from ketnap.common.worker import Bell, heard


class AsOf(BaseModel):
    """Up to where an answer knows."""

    position: int
    recorded_at: str
    lag: int
    """Positions of the log not yet folded into this answer."""


class NotYet(Rejected):
    """Số liệu đang cập nhật, chưa đến vị trí {position}. Hãy tải lại sau ít giây.

    Not there yet: position {position} has not arrived. Ask again in a few seconds.
    """

    status = 202


class UnknownSource(Rejected):
    """Dịch vụ này không nghe tin từ “{source}”. Hãy dùng min_position hoặc một nguồn khác.

    This service does not hear “{source}”. Use min_position or another source.
    """

    status = 422


@frozen
class Wanted:
    """What the asker knows to be there already."""

    min_position: int = 0
    source: str | None = None
    source_position: int = 0


async def wanted(
    min_position: Annotated[
        int, Query(ge=0, le=2**62, description="A position of this service that must be known")
    ] = 0,
    after: Annotated[
        str | None,
        Query(
            pattern=r"^[a-z.]+:\d{1,18}$",
            description="Another service's position that must have landed, as admission:1234",
        ),
    ] = None,
) -> Wanted:
    source, _, position = (after or "").partition(":")
    return Wanted(min_position=min_position, source=source or None, source_position=int(position or 0))


class Reader:
    """Opens a page that knows at least what the asker knows; waits for it up to two seconds."""

    PATIENCE = 2.0  # seconds

    def __init__(self, db: Database, bell: Bell, province: str, hears: Sequence[str]) -> None:
        self._db = db
        self._bell = bell
        self._province = province
        self._hears = frozenset(hears)

    @asynccontextmanager
    async def __call__(self, known: Wanted, *models: AnyModel) -> AsyncGenerator[Page]:
        """Raises NotYet when it does not arrive in time."""
        if known.min_position or known.source:
            await self._wait(known, models)
        async with as_of(self._db, *models) as page:
            yield page

    async def _wait(self, known: Wanted, models: Sequence[AnyModel]) -> None:
        deadline = time.monotonic() + self.PATIENCE
        listener = self._bell.listen()
        try:
            while not await self._arrived(known, models):
                left = deadline - time.monotonic()
                if left <= 0:
                    raise NotYet(position=known.source_position or known.min_position)
                await heard(listener, min(left, 0.05))
        finally:
            self._bell.leave(listener)

    async def _arrived(self, known: Wanted, models: Sequence[AnyModel]) -> bool:
        needed = known.min_position
        async with driver(self._db) as db:
            if known.source is not None:
                topic = f"{self._province}.{known.source}.v1"
                if topic not in self._hears:
                    raise UnknownSource(source=known.source)
                last = await log.last(db, topic)
                if last is None or int(last.meta["position"]) < known.source_position:
                    return False
                needed = max(needed, last.position)
            there = await of_all(db, models)
        return all(follow(model, there.get(model.name, [])).position >= needed for model in models)


def as_of_json(page: Page) -> AsOf:
    """What every answer says about itself."""
    return AsOf(
        position=page.position,
        recorded_at=page.recorded_at.isoformat().replace("+00:00", "Z"),
        lag=page.head - page.position,
    )
