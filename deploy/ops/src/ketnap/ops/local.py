"""What runs on one machine without Docker, and in which order it comes to be."""

import asyncio
import threading
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from ketnap.ops import account, control, jars, kafka, keys, place, postgres, provinces, tools
from ketnap.ops.deployment import Ports, enrol
from ketnap.ops.doors import tell
from ketnap.ops.place import Place
from ketnap.ops.screen import Screen
from ketnap.ops.services import WITH_LOG, Running, on_this_machine, processes
from ketnap.ops.settings import Settings
from ketnap.ops.unable import Unable
from ketnap.packs.pack import Pack
from ketnap.portal import build

WORTH_TELLING = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Programs:
    postgres: tools.Found
    java: tools.Found
    jars: list[Path]


async def up(here: Place, settings: Settings, names: Sequence[str], screen: Screen) -> None:
    """From an empty disk to dashboards that have caught up; what is there or runs already is left as it is."""
    packs = [provinces.read(provinces.folder_of(name)) for name in names]
    chosen = {pack.code: pack for pack in packs}
    place.make(here)
    with place.alone(here):
        deployments = enrol(here, list(chosen))
        ports = Ports(base=settings.base_port)
        async with _begun(here, settings, screen):
            await asyncio.to_thread(_assets, screen)
            all_running = [
                provinces.running(
                    deployment, on_this_machine(ports, deployment.number), chosen[deployment.province]
                )
                for deployment in deployments
            ]
            for running in all_running:
                await _start(here, ports, running, chosen[running.deployment.province], screen)
            for running in all_running:
                await provinces.fill(running, chosen[running.deployment.province], screen, story=True)
    for running in all_running:
        tell(running, chosen[running.deployment.province], screen.console)


async def servers_up(here: Place, settings: Settings, screen: Screen) -> None:
    """PostgreSQL and Kafka alone."""
    place.make(here)
    with place.alone(here):
        async with _begun(here, settings, screen):
            pass


@asynccontextmanager
async def _begun(here: Place, settings: Settings, screen: Screen) -> AsyncGenerator[None]:
    """PostgreSQL and Kafka run; what was begun by us ends again when the block fails."""
    programs = await fetch(settings, screen, postgres.major(here.postgres))
    keys.password(here.keys / "postgres.password")
    database, broker = servers(here, Ports(base=settings.base_port), programs)
    began = await control.begin(here)
    try:
        with screen.working("PostgreSQL and Apache Kafka"):
            await asyncio.gather(bring_up(here, database, screen), bring_up(here, broker, screen))
        yield
    except BaseException:
        if began:
            await control.stop(here)
        raise


async def _start(here: Place, ports: Ports, running: Running, pack: Pack, screen: Screen) -> None:
    """Databases, topics and the five services of one province."""
    begun = time.monotonic()
    title = f"{pack.province.shown_as}: {', '.join(WITH_LOG)} and portal"
    with screen.working(title):
        await provinces.prepare(running, pack, here.keys / "postgres.password")
        started = [one async for one in control.start(here, processes(running, ports))]
    screen.done(title, None if all(one.ran for one in started) else time.monotonic() - begun)


def _assets(screen: Screen) -> None:
    begun = time.monotonic()
    try:
        with screen.working("Pages' scripts and styles"):
            built = build.build()
    except build.Unable as no:
        raise Unable(str(no)) from None
    if built:
        screen.done("Pages' scripts and styles", time.monotonic() - begun)


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
