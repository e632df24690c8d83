"""A province that has lived its story in the four services, and its figures as statistics counts them."""

from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, time
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Any

from ketnap.common.clock import HERE
from ketnap.contracts.registry import Role
from ketnap.ops.provinces import PACKS
from ketnap.packs.acts_of_pack import ActsOfPack
from ketnap.packs.check import check
from ketnap.packs.desk import Desk
from ketnap.packs.officers import Officer
from ketnap.packs.pack import Pack
from ketnap.simulator.run import Agenda, live
from tests.kit import until as until_true
from tests.province import ISSUER
from tests.simulator.sandbox import Sandbox, sandbox

PATIENCE = 300.0  # seconds: a visit may hold hundreds of acts, and other tests have the machine as well

type Page = dict[str, Any]  # Any: JSON


class Statistics:
    """What an officer sees in statistics of a deployment."""

    def __init__(self, pack: Pack, desk: Desk) -> None:
        self.pack = pack
        self._desk = desk

    async def overview(self, unit: str, ready: Callable[[Page], bool], **params: str) -> Page:
        """As soon as what was recorded has arrived there."""
        found: Page = {}

        async def arrived() -> bool:
            nonlocal found
            found = await self._see(unit, "/overview", params)
            return ready(found)

        await until_true(arrived, patience=60)
        return found

    async def figure(self, unit: str, name: str, **params: str) -> Page:
        return await self._see(unit, f"/figures/{name}", params)

    async def _see(self, unit: str, path: str, params: dict[str, str]) -> Page:
        asked = {"unit": str(self.pack.ids.unit(unit)), **params}
        page: Page = await self._desk.see(self._officer(unit), "statistics", path, asked, patient=True)
        return page

    def _officer(self, unit: str) -> Officer:
        mass = self.pack.units[unit].hierarchy == "mass"
        role = Role.MASS_ORGANISATION if mass else Role.ORGANISATION_BOARD
        return self.pack.officers.who(role, unit)


@asynccontextmanager
async def lived(postgres: str, kafka: str, folder: Path, planned: Agenda) -> AsyncGenerator[Statistics]:
    """All that was to be done, each act at its visit."""
    pack = planned.story.pack
    async with sandbox(postgres, kafka, folder, pack) as box:
        desk = box.desk(patience=PATIENCE)
        await live(planned, desk, box.clock, lambda _: None)
        yield Statistics(pack, desk)


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


def printed(percentage: Page) -> Decimal:
    """With the decimals and the rounding of its document."""
    return Decimal(str(percentage["printed"]))


def _pass_to(box: Sandbox, moment: datetime) -> None:
    if moment > box.clock.now():
        box.clock.set(moment)
