"""A province lives its story while every process is killed, or stopped for a while, at random moments."""

import asyncio
import os
import random
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial

import pytest
import pytest_asyncio

from ketnap.common.clock import HERE
from ketnap.common.frozen import frozen
from ketnap.packs.journal import Journal
from ketnap.simulator.run import Agenda, agenda, live
from tests.kit import until
from tests.province import ISSUER
from tests.whole.again import rebuilt_the_same, restored_and_adopted, settled
from tests.whole.agreement import commands_lost, counted, recount
from tests.whole.stage import STARTS, Program, Stage, revived, stage

TORTURE = float(os.environ.get("KETNAP_TORTURE_MINUTES", "0")) * 60
UNTIL = None if TORTURE else datetime(2024, 6, 30, 17, tzinfo=HERE)
CALM = (0.5, 3.0)  # seconds between two blows
STILL = (1.0, 6.0)  # seconds that a process is stopped


class Blows:
    """Everything is killed once, in an order by chance; under torture again and again until the story is over."""

    def __init__(self, here: Stage, seed: int) -> None:
        self._here = here
        self._chance = random.Random(seed)
        self._programs = [*here.programs.values()]
        self._starting: list[Program] = []
        self.dealt: list[str] = [f"seed {seed}"]

    async def deal(self, over: asyncio.Event) -> None:
        first = True
        while first or (TORTURE and not over.is_set()):
            first = False
            blows: list[Callable[[], Awaitable[None]]] = [
                *(partial(self._kill, program) for program in self._programs),
                *(partial(self._still, program) for program in self._chance.sample(self._programs, 2)),
                self._kill_postgres,
                self._kill_kafka,
            ]
            self._chance.shuffle(blows)
            for blow in blows:
                await asyncio.sleep(self._chance.uniform(*CALM))  # the moment is what chance decides here
                await blow()

    async def _kill(self, program: Program) -> None:
        """Of the services two at most are starting at any time: the machine shall do something else as well."""
        self.dealt.append(f"kill {program.name}")
        program.kill()
        program.start()
        self._starting.append(program)
        if len(self._starting) > 1:
            await until(self._starting.pop(0).answers, patience=STARTS)

    async def _still(self, program: Program) -> None:
        self.dealt.append(f"stop {program.name}")
        program.pause()
        try:
            await asyncio.sleep(self._chance.uniform(*STILL))
        finally:
            program.resume()

    async def _kill_postgres(self) -> None:
        self.dealt.append("kill postgres")
        self._here.postgres.kill()
        await revived(self._here.postgres)

    async def _kill_kafka(self) -> None:
        self.dealt.append("kill kafka")
        self._here.kafka.kill()
        await revived(self._here.kafka)


@frozen
class Lived:
    here: Stage
    story: Agenda
    journal: Journal
    blows: Blows


@asynccontextmanager
async def _lived() -> AsyncGenerator[Lived]:
    seed = random.randrange(2**32)
    async with stage("tinh-mau", seconds=("registry",)) as here:
        story, journal, over = agenda(here.pack, ISSUER, UNTIL), Journal(), asyncio.Event()
        blows = Blows(here, seed)
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


@pytest.mark.kill
@pytest.mark.asyncio(loop_scope="module")
async def test_every_page_rebuilt_beside_the_live_one_is_the_same(lived: Lived) -> None:
    await settled(lived.here)

    for service in lived.here.services.values():
        await rebuilt_the_same(service)


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
