"""A province in the four services, and its figures as statistics counts them."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, time
from itertools import groupby
from pathlib import Path
from typing import Any

from ketnap.common.clock import HERE
from ketnap.contracts.registry import Role
from ketnap.ops.provinces import PACKS
from ketnap.packs.acts_of_pack import ActsOfPack
from ketnap.packs.check import check
from ketnap.packs.desk import Desk
from ketnap.packs.pack import Pack
from tests.kit import until as until_true
from tests.province import ISSUER
from tests.simulator.sandbox import Sandbox, sandbox

type Page = dict[str, Any]  # Any: JSON


class Statistics:
    """What an officer sees in statistics of a deployment."""

    def __init__(self, pack: Pack, desk: Desk) -> None:
        self.pack = pack
        self._desk = desk

    async def overview(self, unit: str, ready: Callable[[Page], bool]) -> Page:
        """As soon as what was recorded has arrived there."""
        found: Page = {}
        officer = self.pack.officers.who(Role.ORGANISATION_BOARD, unit)
        asked = {"unit": str(self.pack.ids.unit(unit))}

        async def arrived() -> bool:
            nonlocal found
            found = await self._desk.see(officer, "statistics", "/overview", asked, patient=True)
            return ready(found)

        await until_true(arrived, patience=60)
        return found


@asynccontextmanager
async def planned_only(postgres: str, kafka: str, folder: Path, province: str) -> AsyncGenerator[Statistics]:
    """What the pack itself does, each act on its day: organisations, plans, quotas, unit plans, classes planned."""
    pack = read(province)
    async with sandbox(postgres, kafka, folder, pack) as box:
        desk = box.desk()
        for day, acts in groupby(ActsOfPack(pack, ISSUER).all(), lambda act: act.day):
            _pass_to(box, datetime.combine(day, time(10), HERE))
            await desk.do_all(list(acts))
        yield Statistics(pack, desk)


def read(province: str) -> Pack:
    pack = check(PACKS / province).pack
    assert pack is not None
    return pack


def lines(page: Page) -> dict[str, Page]:
    """The targets of an overview by their lines."""
    return {target["line"]: target for target in page["targets"]}


def _pass_to(box: Sandbox, moment: datetime) -> None:
    if moment > box.clock.now():
        box.clock.set(moment)
