"""What runs on one machine without Docker, and in which order it comes to be."""

import asyncio
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ketnap.ops import account, control, jars, kafka, keys, place, postgres, tools
from ketnap.ops.deployment import SERVICES, Ports, enrol
from ketnap.ops.messages import Row
from ketnap.ops.place import Place
from ketnap.ops.screen import Screen
from ketnap.ops.settings import CHECKOUT, Settings
from ketnap.ops.unable import Code, Unable

PACKS = CHECKOUT / "deploy/provinces"
WORTH_TELLING = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Programs:
    postgres: tools.Found
    java: tools.Found
    jars: list[Path]


async def up(here: Place, settings: Settings, provinces: Sequence[str], screen: Screen) -> list[Row]:
    """From an empty disk to everything ready; what is there or runs already is left as it is."""
    place.make(here)
    with place.alone(here):
        programs = await fetch(settings, screen, postgres.major(here.postgres))
        keys.password(here.keys / "postgres.password")
        for deployment in enrol(here, provinces):
            keys.make(deployment.keys, SERVICES)
        database, broker = servers(here, Ports(base=settings.base_port), programs)
        began = await control.begin(here)
        try:
            with screen.working("PostgreSQL and Apache Kafka"):
                await asyncio.gather(bring_up(here, database, screen), bring_up(here, broker, screen))
        except BaseException:
            if began:
                await control.stop(here)
            raise
        return await control.status(here)


async def fetch(settings: Settings, screen: Screen, major: int | None = None) -> Programs:
    """The programs that everything runs on; `major` is the version of PostgreSQL that made the data."""
    interrupted, begun = threading.Event(), time.monotonic()

    def tell(done: int, total: int) -> None:
        if interrupted.is_set():
            raise Unable("Interrupted.")
        more(f"{done} of {total} jars")

    with screen.working("Programs") as more:
        try:
            found, java, class_path = await asyncio.gather(
                asyncio.to_thread(tools.find, tools.POSTGRES, settings.postgres, major),
                asyncio.to_thread(tools.find, tools.JAVA, settings.java),
                asyncio.to_thread(jars.class_path, settings.maven_repository, tell),
            )
        finally:
            interrupted.set()
    if (seconds := time.monotonic() - begun) > WORTH_TELLING:
        screen.done("Programs fetched", seconds)
    return Programs(postgres=found, java=java, jars=class_path)


def servers(here: Place, ports: Ports, programs: Programs) -> tuple[postgres.Server, kafka.Server]:
    who = account.unprivileged()
    database = postgres.Server(
        folder=here.postgres,
        found=programs.postgres,
        port=ports.postgres,
        password_file=here.keys / "postgres.password",
        account=who,
    )
    broker = kafka.Server(
        folder=here.kafka,
        java=programs.java,
        jars=programs.jars,
        port=ports.kafka,
        controller_port=ports.controller,
        account=who,
    )
    return database, broker


async def bring_up(here: Place, server: postgres.Server | kafka.Server, screen: Screen) -> None:
    begun = time.monotonic()
    await asyncio.to_thread(server.prepare)
    async for started in control.start(here, [server.process()]):
        screen.done(started.title, None if started.ran else time.monotonic() - begun)


def packs() -> list[str]:
    """The provinces whose packs are in this checkout."""
    found = sorted(folder.name for folder in PACKS.glob("*/"))
    if not found:
        raise Unable(f"There is no province pack in {PACKS}.", Code.NOT_FOUND)
    return found
