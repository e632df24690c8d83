"""Real servers for tests: one PostgreSQL and one Kafka for the whole run, and others that a test may kill."""

import asyncio
import os
import random
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from itertools import cycle
from pathlib import Path
from typing import Any

import psutil

from ketnap.ops import account, control, jars, kafka, keys, logs, place, postgres, ready, settings, tools
from ketnap.ops.place import Place
from ketnap.ops.process import Process, birth

HOME, OWNER, CONTAINERS = "KETNAP_TEST_HOME", "KETNAP_TEST_OWNER", "CONTAINERS"

# Below the ports that the kernel lends to clients, one of whom could take a killed server's; a share for each worker.
WORKERS, WORKER = 20, int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
PORTS = range(20_000 + 500 * (WORKER % WORKERS), 20_400 + 500 * (WORKER % WORKERS))

# Tests kill processes, never the machine: what was written is the kernel's and survives them.
NOT_DURABLE_POSTGRES = {"fsync": "off", "full_page_writes": "off"}
NOT_DURABLE_KAFKA = {"log.flush.interval.messages": "9223372036854775807"}


def begin_run() -> None:
    """Said by the process that controls the run; its workers inherit the environment."""
    os.environ[HOME] = str(new_folder())
    os.environ[OWNER] = str(os.getpid())


def end_run() -> None:
    here, owner = Place(home=Path(os.environ.pop(HOME))), os.environ.pop(OWNER)
    if os.environ.get(CONTAINERS):
        from tests import containers  # noqa: PLC0415 - only where there is a Docker engine

        containers.remove(owner)
    if here.supervisor.exists():
        in_own_loop(control.stop(here))
    shutil.rmtree(here.home)


def shared_postgres() -> str:
    """The superuser's URL. The same for all workers of a run: whoever asks first starts the server."""
    return _once("postgres", _start_shared_postgres)


def shared_kafka() -> str:
    """As `shared_postgres`: host and port."""
    return _once("kafka", _start_shared_kafka)


class Own[S: (postgres.Server, kafka.Server)]:
    """The server of one test, which may do to it what it likes; to be started on the main thread."""

    def __init__(self, server: S) -> None:
        self.server: S = server
        self.running: subprocess.Popen[bytes] | None = None

    async def start(self) -> None:
        """Returns when it answers, for the first time or again."""
        await asyncio.to_thread(self.server.prepare)
        process = self.server.process()
        file = self.server.folder.with_suffix(".log")
        with file.open("ab") as out:
            self.running = subprocess.Popen(  # noqa: ASYNC220 - it outlives this loop
                process.argv, **birth(process, out)
            )
        async with asyncio.timeout(process.start_within):
            while not await ready.ask(process.ready):
                assert self.running.poll() is None, logs.tail(file)
                await asyncio.sleep(0.05)

    async def stop(self) -> None:
        if self.running:
            self.resume()
            self.running.send_signal(self.server.process().stop_signal)
            await asyncio.to_thread(self.running.wait, self.server.process().stop_within)
            self.running = None

    def kill(self) -> None:
        """With all its children, as a machine that runs out of memory would."""
        self._signal(signal.SIGKILL)
        if self.running:
            self.running.wait()
            self.running = None

    def pause(self) -> None:
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: int) -> None:
        if self.running is None:
            return
        tree = [psutil.Process(self.running.pid)]
        tree += tree[0].children(recursive=True)
        for process in tree:
            with suppress(psutil.NoSuchProcess):
                process.send_signal(number)


def new_postgres(folder: Path, *, durable: bool = False) -> postgres.Server:
    """Not started; its folder must not exist, nor lie where unprivileged accounts cannot enter."""
    password = folder.with_suffix(".password")
    keys.password(password)
    return postgres.Server(
        folder=folder,
        found=tools.find(tools.POSTGRES, settings.load().postgres),
        port=free_port(),
        password_file=password,
        account=account.unprivileged(),
        settings={} if durable else NOT_DURABLE_POSTGRES,
    )


def new_kafka(folder: Path, *, durable: bool = False) -> kafka.Server:
    """As `new_postgres`."""
    chosen = settings.load()
    return kafka.Server(
        folder=folder,
        java=tools.find(tools.JAVA, chosen.java),
        jars=jars.class_path(chosen.maven_repository, lambda *_: None),
        port=free_port(),
        controller_port=free_port(),
        account=account.unprivileged(),
        settings={} if durable else NOT_DURABLE_KAFKA,
    )


def new_folder() -> Path:
    """In the system's place for such things, where pytest's own folders are closed to other accounts."""
    folder = Path(tempfile.mkdtemp(prefix="ketnap-tests-"))
    folder.chmod(0o711)
    return folder


def free_port(*offsets: int) -> int:
    """One that is free, as are those at these offsets behind it."""
    while True:
        port = next(_in_turn)
        if all(ready.is_free(port + offset) for offset in (0, *offsets)):
            return port


_in_turn = cycle(random.sample(PORTS, len(PORTS)))  # none is given twice before all had their turn


def in_own_loop[T](work: Coroutine[Any, Any, T]) -> T:  # Any: what coroutines are sent is of no interest
    """From synchronous code that may itself be called while a loop runs."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


def _once(name: str, start: Callable[[Place], str]) -> str:
    here = Place(home=Path(os.environ[HOME]))
    place.make(here)
    with place.alone(here):
        address = here.home / f"{name}.address"
        if not address.exists():
            address.write_text(start(here))
        return address.read_text()


def _start_shared_postgres(here: Place) -> str:
    if os.environ.get(CONTAINERS):
        from tests import containers  # noqa: PLC0415 - only where there is a Docker engine

        return containers.postgres(os.environ[OWNER])
    server = new_postgres(here.postgres)
    _start(here, server)
    return server.url()


def _start_shared_kafka(here: Place) -> str:
    if os.environ.get(CONTAINERS):
        from tests import containers  # noqa: PLC0415 - only where there is a Docker engine

        return containers.kafka(os.environ[OWNER], free_port())
    server = new_kafka(here.kafka)
    _start(here, server)
    return server.address


def _start(here: Place, server: postgres.Server | kafka.Server) -> None:
    server.prepare()
    in_own_loop(control.begin(here, owner=int(os.environ[OWNER])))
    in_own_loop(_start_in_order(here, server.process()))


async def _start_in_order(here: Place, process: Process) -> None:
    async for _ in control.start(here, [process]):
        pass
