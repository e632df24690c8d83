"""A province lives its story while each of two instances of every service is killed, and stopped, at random moments."""

import asyncio
import os
import random
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime

import httpx
import pytest
import pytest_asyncio

from ketnap.common import log
from ketnap.common.clock import HERE
from ketnap.common.database import driver
from ketnap.common.frozen import frozen
from ketnap.contracts.registry import Role
from ketnap.ops.deployment import SERVICES
from ketnap.packs.journal import Journal
from ketnap.simulator.run import Agenda, agenda, live
from tests.kit import until
from tests.whole.again import rebuilt_the_same, restored_and_adopted, settled
from tests.whole.agreement import commands_lost, counted, recount
from tests.whole.blows import Blows
from tests.whole.browser import form_in, signed_in
from tests.whole.figures import BLOC, figures
from tests.whole.program import SECOND
from tests.whole.stage import STARTS, Stage, stage
from tests.whole.truncated import landed_again_the_same, reacted_again

TORTURE = float(os.environ.get("KETNAP_TORTURE_MINUTES", "0")) * 60
UNTIL = None if TORTURE else datetime(2024, 6, 30, 17, tzinfo=HERE)


@frozen
class Lived:
    here: Stage
    story: Agenda
    journal: Journal
    blows: Blows


@asynccontextmanager
async def _lived() -> AsyncGenerator[Lived]:
    seed = random.randrange(2**32)
    async with stage("tinh-mau", twice=True) as here:
        story, journal, over = agenda(here.pack, here.running.issuer, UNTIL), Journal(), asyncio.Event()
        blows = Blows(here, seed, again=bool(TORTURE))
        dealing = asyncio.create_task(blows.deal(over))
        try:
            await live(story, here.desk(journal), here.clock, lambda _: None)
        finally:
            over.set()
            await dealing
        for program in here.programs.values():
            await until(program.answers, patience=STARTS)
        yield Lived(here=here, story=story, journal=journal, blows=blows)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def lived() -> AsyncGenerator[Lived]:
    async with _lived() as made:
        yield made


async def _nothing_is_lost(lived: Lived) -> None:
    here = lived.here
    acts = [act for acts in lived.story.by_visit.values() for act in acts]
    await settled(here)
    assert await commands_lost(here.services, here.pack.ids, lived.journal, acts) == [], lived.blows.dealt
    said, meant = await counted(here.services["statistics"], here.clock.today()), await recount(here.services)
    assert said == meant, lived.blows.dealt
    assert all((meant.admitted, meant.introduced, meant.members)), "a story of nothing would prove nothing"


@pytest.mark.kill
@pytest.mark.asyncio(loop_scope="module")
async def test_whatever_is_killed_nothing_is_lost_and_nothing_happens_twice(lived: Lived) -> None:
    await _nothing_is_lost(lived)

    dealt = set(lived.blows.dealt)
    assert dealt >= {f"kill {name}" for name in (*lived.here.programs, "postgres", "kafka")}
    assert dealt >= {f"stop {service}{n}" for service in SERVICES for n in ("", SECOND)}


@pytest.mark.kill
@pytest.mark.asyncio(loop_scope="module")
async def test_who_signed_in_goes_on_at_either_portal_and_is_out_at_both(lived: Lived) -> None:
    here = lived.here
    one, other = (here.programs[name] for name in ("portal", f"portal{SECOND}"))
    async with signed_in(here, here.pack.officers.who(Role.ORGANISATION_BOARD, BLOC)) as browser:
        cookies = browser.cookies
    async with httpx.AsyncClient(cookies=cookies, trust_env=False, timeout=STARTS) as browser:
        one.pause()
        try:
            page = await browser.get(f"{other.address}/")
        finally:
            one.resume()
        assert page.status_code == 200, page.headers
        out = await browser.post(f"{one.address}/dang-xuat", data={"form": form_in(page)})
        assert out.status_code == 303, out.text
    async with httpx.AsyncClient(cookies=cookies, trust_env=False, timeout=STARTS) as browser:
        assert (await browser.get(f"{other.address}/")).headers["location"].startswith("/dang-nhap")


@pytest.mark.kill
@pytest.mark.asyncio(loop_scope="module")
async def test_every_page_rebuilt_beside_the_live_one_is_the_same(lived: Lived) -> None:
    await settled(lived.here)

    for service in lived.here.services.values():
        await rebuilt_the_same(service)


@pytest.mark.kill
@pytest.mark.asyncio(loop_scope="module")
async def test_landed_facts_that_are_gone_are_landed_again_and_every_figure_and_page_is_the_same(
    lived: Lived,
) -> None:
    await settled(lived.here)
    statistics, today = lived.here.services["statistics"], lived.here.clock.today().isoformat()
    async with driver(statistics.core.db) as db:
        known, _ = await log.head(db)
    asked = {"known": str(known), "as_of": today, "tree_day": today}
    before = await figures(lived.here, **asked)

    await landed_again_the_same(lived.here)

    assert {name: said["digest"] for name, said in (await figures(lived.here, **asked)).items()} == {
        name: said["digest"] for name, said in before.items()
    }
    await reacted_again(lived.here)
    await _nothing_is_lost(lived)


@pytest.mark.kill
@pytest.mark.asyncio(loop_scope="module")
async def test_registry_restored_to_an_earlier_moment_tells_nothing_until_it_is_adopted(lived: Lived) -> None:
    await settled(lived.here)

    await restored_and_adopted(lived.here)


@pytest.mark.kill
@pytest.mark.skipif(not TORTURE, reason="asked for by KETNAP_TORTURE_MINUTES")
async def test_story_after_story_under_blows() -> None:
    ends = time.monotonic() + TORTURE
    while time.monotonic() < ends:
        async with _lived() as lived:
            await _nothing_is_lost(lived)
