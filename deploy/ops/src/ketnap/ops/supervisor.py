"""The one parent of all that runs in a home: it takes requests on a socket, and dies last."""

import asyncio
import fcntl
import logging
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import IO

import psutil
from pydantic import ValidationError

from ketnap.ops import leftovers, logs
from ketnap.ops.child import Child
from ketnap.ops.messages import ANSWER, REQUEST, Answer, Done, Refused, Start, Started, Status, Stop
from ketnap.ops.place import Place
from ketnap.ops.process import Process
from ketnap.ops.unable import Unable

HOUSEKEEPING = 1.0
ASKED_WITHIN = 5.0
LONGEST_LINE = 4_000_000
LOCK_TRIES, LOCK_PAUSE = 20, 0.05

log = logging.getLogger(__name__)


class Supervisor:
    def __init__(self, place: Place) -> None:
        self.place = place
        self.children: dict[str, Child] = {}
        self.over = asyncio.Event()

    async def start(self, processes: Iterable[Process]) -> AsyncIterator[Started]:
        """Each as it gets ready; what already runs just so is left alone. Raises Unable for the first that fails."""
        waiting = []
        for process in processes:
            child = self.children.get(process.name)
            if child and (child.process != process or child.state == "failed"):
                await self._stop(child)
                child = None
            waiting.append(
                asyncio.create_task(_started(child or self._begin(process), ran=child is not None))
            )
        try:
            for started in asyncio.as_completed(waiting):
                yield await started
        finally:
            for task in waiting:
                task.cancel()

    async def stop(self) -> None:
        """Everything, and first what nobody needs any more."""
        while self.children:
            needed = {name for child in self.children.values() for name in child.process.after}
            last = [child for name, child in self.children.items() if name not in needed]
            await asyncio.gather(*(self._stop(child) for child in last or list(self.children.values())))

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async def say(answer: Answer) -> None:
            writer.write(ANSWER.dump_json(answer) + b"\n")
            await writer.drain()

        with suppress(ConnectionError, TimeoutError):
            try:
                async with asyncio.timeout(ASKED_WITHIN):
                    line = await reader.readline()
                await self._answer(line, say)
            except Unable as no:
                await say(Refused(sentence=no.sentence, code=no.code))
            except ValidationError:
                await say(Refused(sentence="The supervisor is of another version: run `make down` first."))
        writer.close()

    async def keep_house(self, owner: psutil.Process | None) -> None:
        """Roll the logs; end everything when the process for whom it all runs is gone."""
        while True:
            await asyncio.sleep(HOUSEKEEPING)
            for file in self.place.logs.glob("*.log"):
                logs.roll(file)
            if owner and not owner.is_running():
                self.over.set()

    async def _answer(self, line: bytes, say: Callable[[Answer], Awaitable[None]]) -> None:
        request = REQUEST.validate_json(line)
        match request:
            case Start(processes=processes):
                async for started in self.start(processes):
                    await say(started)
            case Status():
                for child in self.children.values():
                    await say(child.row())
            case Stop():
                await self.stop()
        await say(Done())
        if isinstance(request, Stop):
            self.over.set()

    def _begin(self, process: Process) -> Child:
        needed = [self.children[name] for name in process.after]
        child = Child(process, self.place.log(process.name), needed, self._remember)
        self.children[process.name] = child
        return child

    async def _stop(self, child: Child) -> None:
        await child.stop()
        self.children.pop(child.process.name, None)
        log.info("%s is stopped", child.process.name)

    def _remember(self) -> None:
        with suppress(OSError):  # a full disk must not end what runs
            leftovers.remember(self.place, [child.pid for child in self.children.values() if child.pid])


async def _started(child: Child, *, ran: bool) -> Started:
    await child.until_ready()
    return Started(name=child.process.name, title=child.process.title, ran=ran)


async def supervise(place: Place, owner: psutil.Process | None) -> None:
    supervisor = Supervisor(place)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(number, supervisor.over.set)
    leftovers.sweep(place)
    place.socket.unlink(missing_ok=True)
    server = await asyncio.start_unix_server(supervisor.serve, place.socket, limit=LONGEST_LINE)
    place.socket.chmod(0o600)
    house = asyncio.create_task(supervisor.keep_house(owner))
    await asyncio.wait(
        {asyncio.create_task(supervisor.over.wait()), house}, return_when=asyncio.FIRST_COMPLETED
    )
    server.close()
    await supervisor.stop()
    place.socket.unlink(missing_ok=True)


def main() -> None:
    """Arguments: the home folder and, if there is one, the process whose end is ours too."""
    place = Place(home=Path(sys.argv[1]))
    owner = psutil.Process(int(sys.argv[2])) if sys.argv[2:] else None
    logging.basicConfig(format="%(asctime)s %(message)s", level=logging.INFO)
    for noisy in ("aiokafka", "httpx"):
        logging.getLogger(noisy).setLevel(logging.CRITICAL)
    with (place.supervisor / "lock").open("a+") as lock:
        if not _locked(lock):
            return  # another one was faster, and will be found
        lock.truncate(0)
        if child := os.fork():
            lock.write(str(child))
            lock.flush()
            os._exit(0)  # whoever started us need not wait; the lock goes on with the child
        os.setsid()
        asyncio.run(supervise(place, owner))


def _locked(file: IO[str]) -> bool:
    """With some patience: whoever asks whether a supervisor runs holds the lock for a moment."""
    for _ in range(LOCK_TRIES):
        with suppress(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        time.sleep(LOCK_PAUSE)
    return False


if __name__ == "__main__":
    main()
