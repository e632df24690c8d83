"""The other end of the supervisor's socket: what the command line and the tests ask it."""

import asyncio
import fcntl
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, create_subprocess_exec
from collections.abc import AsyncIterator, Iterable
from contextlib import suppress

from ketnap.ops import leftovers, logs
from ketnap.ops.messages import (
    ANSWER,
    REQUEST,
    Answer,
    Done,
    Refused,
    Request,
    Row,
    Start,
    Started,
    Status,
    Stop,
)
from ketnap.ops.place import Place
from ketnap.ops.process import Process
from ketnap.ops.ready import hang_up
from ketnap.ops.unable import Code, Unable, from_output

UP_WITHIN = 15.0
STATUS_WITHIN = 5.0
STOP_WITHIN = 45.0
KILLED_WITHIN = 10.0
BETWEEN_LOOKS = 0.05


def supervisor_pid(place: Place) -> int | None:
    """None when none runs: it holds a lock as long as it lives, however it dies."""
    try:
        with (place.supervisor / "lock").open("r+") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return int(lock.read() or 0) or None
    except FileNotFoundError:
        pass
    return None


async def begin(place: Place, *, owner: int | None = None) -> bool:
    """Start the supervisor, False if it runs already; with an owner it ends when that process ends."""
    if supervisor_pid(place):
        return False
    leftovers.sweep(place)
    file = place.log("supervisor")
    command = [
        sys.executable,
        "-m",
        "ketnap.ops.supervisor",
        str(place.home),
        *([str(owner)] if owner else []),
    ]
    with file.open("ab") as out:
        said_before = out.tell()
        born = await create_subprocess_exec(*command, stdin=DEVNULL, stdout=out, stderr=out, cwd="/")
        left = await born.wait()  # it goes on in the background, or has said why not
    with suppress(TimeoutError):
        async with asyncio.timeout(UP_WITHIN):
            while left == 0 and supervisor_pid(place):
                with suppress(OSError):
                    _, writer = await _connect(place)
                    await hang_up(writer)
                    return True
                await asyncio.sleep(BETWEEN_LOOKS)
    raise from_output("The supervisor", logs.tail(file, said_before))


async def start(place: Place, processes: Iterable[Process]) -> AsyncIterator[Started]:
    """Each as it gets ready. Raises Unable for the first that fails."""
    async for answer in _ask(place, Start(processes=tuple(processes))):
        if isinstance(answer, Started):
            yield answer


async def status(place: Place) -> list[Row]:
    """Raises Unable when nothing runs, or it does not answer."""
    if not supervisor_pid(place):
        raise Unable(f"Nothing runs in {place.home}: `make up` starts it.", Code.NOT_FOUND)
    try:
        async with asyncio.timeout(STATUS_WITHIN):
            return [answer async for answer in _ask(place, Status()) if isinstance(answer, Row)]
    except TimeoutError:
        raise _silent() from None


async def stop(place: Place) -> bool:
    """Whatever it takes: afterwards nothing of this home runs. False when nothing ran before."""
    pid = supervisor_pid(place)
    if pid:
        with suppress(TimeoutError, Unable):
            await status(place)  # one that does not even answer this is not worth waiting for
            async with asyncio.timeout(STOP_WITHIN):
                async for _ in _ask(place, Stop()):
                    pass
                await _gone(place)
        with suppress(ProcessLookupError):
            if supervisor_pid(place):
                os.kill(pid, signal.SIGKILL)
        async with asyncio.timeout(KILLED_WITHIN):
            await _gone(place)
    leftovers.sweep(place)
    return pid is not None


async def _gone(place: Place) -> None:
    while supervisor_pid(place):  # noqa: ASYNC110 - another process, no event
        await asyncio.sleep(BETWEEN_LOOKS)


async def _ask(place: Place, request: Request) -> AsyncIterator[Answer]:
    """Raises Unable when it refuses, or goes away."""
    try:
        reader, writer = await _connect(place)
    except OSError:
        raise _silent() from None
    try:
        writer.write(REQUEST.dump_json(request) + b"\n")
        while line := await reader.readline():
            match ANSWER.validate_json(line):
                case Refused(sentence=sentence, code=code):
                    raise Unable(sentence, code)
                case Done():
                    return
                case answer:
                    yield answer
    except ConnectionError:
        pass
    finally:
        await hang_up(writer)
    raise Unable(f"The supervisor went away: see {place.log('supervisor')}.")


async def _connect(place: Place) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    return await asyncio.open_unix_connection(place.socket)


def _silent() -> Unable:
    return Unable("The supervisor does not answer: `make down` ends it, whatever it takes.")
