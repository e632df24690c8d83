"""What may befall a deployment: a process is killed, or stands still while the other instance takes over its work."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from functools import partial

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from tests.kit import until
from tests.whole.program import Program
from tests.whole.stage import STARTS, Stage, revived

CALM = (0.5, 3.0)  # seconds between two blows
MEMBERS = 5  # of what Kafka answers of a consumer group


class Blows:
    """Everything is killed once, and stands still once, in an order by chance; with `again` until the story is over."""

    def __init__(self, here: Stage, seed: int, *, again: bool) -> None:
        self._here = here
        self._again = again
        self._chance = random.Random(seed)
        self._starting: list[Program] = []
        self.dealt: list[str] = [f"seed {seed}"]

    async def deal(self, over: asyncio.Event) -> None:
        first = True
        while first or (self._again and not over.is_set()):
            first = False
            blows: list[Callable[[], Awaitable[None]]] = [
                *(partial(self._kill, program) for program in self._here.programs.values()),
                self._stand_still,
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

    async def _kill_postgres(self) -> None:
        self.dealt.append("kill postgres")
        self._here.postgres.kill()
        await revived(self._here.postgres)

    async def _kill_kafka(self) -> None:
        self.dealt.append("kill kafka")
        self._here.kafka.kill()
        await revived(self._here.kafka)

    async def _stand_still(self) -> None:
        """Of every service first who tells, then the other: each past its lease and its sessions, until it is replaced."""
        await until(self._all_work, patience=STARTS)
        pairs = [await self._teller_first(pair) for pair in self._pairs()]
        await self._stop([teller for teller, _ in pairs], [other for _, other in pairs])
        await until(self._all_work, patience=STARTS)
        await self._stop([other for _, other in pairs], [teller for teller, _ in pairs])

    async def _stop(self, still: Sequence[Program], others: Sequence[Program]) -> None:
        for program in still:
            self.dealt.append(f"stop {program.name}")
            program.pause()
        try:
            for other in others:
                await until(partial(self._has_taken_over, other), patience=STARTS)
        finally:
            for program in still:
                program.resume()

    async def _has_taken_over(self, program: Program) -> bool:
        if program.service not in self._here.services:
            return await program.answers()
        return await program.tells() and await self._hear(program.service) == {1}

    async def _all_work(self) -> bool:
        """Both instances of every service answer, hear, and one of them tells."""
        for pair in self._pairs():
            if not all([await program.answers() for program in pair]):
                return False
            service = pair[0].service
            if service in self._here.services and (
                await self._hear(service) != {2} or not any([await program.tells() for program in pair])
            ):
                return False
        return True

    async def _hear(self, service: str) -> set[int]:
        """How many hear each of the topics that a service hears."""
        core, found = self._here.services[service].core, set[int]()
        admin = AIOKafkaAdminClient(bootstrap_servers=self._here.running.at.kafka)
        with suppress(KafkaError):  # just killed
            await admin.start()
            for topic in self._here.services[service].hears:
                group = f"{core.province}.{service}.hears.{topic.name}"
                [answer] = await admin.describe_consumer_groups(
                    [group]
                )  # aiokafka misreads an answer of several
                found |= {len(described[MEMBERS]) for described in answer.groups}
        await admin.close()
        return found

    def _pairs(self) -> list[list[Program]]:
        programs = self._here.programs.values()
        return [[one for one in programs if one.service == service] for service in self._here.clients]

    @staticmethod
    async def _teller_first(pair: Sequence[Program]) -> tuple[Program, Program]:
        one, other = pair
        return (other, one) if other.service != "portal" and await other.tells() else (one, other)
