"""The life of one process: born, ready, dead, born again, until somebody stops it."""

import asyncio
import logging
import os
import signal
import time
from asyncio.subprocess import Process as Running
from asyncio.subprocess import create_subprocess_exec
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Self

from ketnap.ops import logs, ready
from ketnap.ops.messages import Row, State
from ketnap.ops.process import Process, birth
from ketnap.ops.unable import Unable, from_os, from_output

FIRST_PAUSE, LONGEST_PAUSE = 0.2, 30.0
STEADY = 30.0
BETWEEN_QUESTIONS = 0.05
KILLED_WITHIN = 5.0

log = logging.getLogger(__name__)


class Child:
    def __init__(
        self, process: Process, file: Path, needed: Sequence[Self], changed: Callable[[], None]
    ) -> None:
        self.process = process
        self.file = file
        self.needed = needed
        self.changed = changed
        self.state: State = "starting"
        self.since = time.time()
        self.pid: int | None = None
        self.restarts = 0
        self.note = ""
        self.ready = asyncio.Event()
        self.stopping = False
        self.life = asyncio.create_task(self._keep())
        # How it ended is told to whoever waits; asyncio need not complain when nobody does.
        self.life.add_done_callback(lambda life: life.cancelled() or life.exception())

    def row(self) -> Row:
        return Row(
            name=self.process.name,
            title=self.process.title,
            state=self.state,
            port=self.process.port,
            pid=self.pid,
            since=self.since,
            restarts=self.restarts,
            note=self.note,
        )

    async def until_ready(self) -> None:
        """Raises Unable when it fails, or is not ready in its time."""
        answering = asyncio.create_task(self.ready.wait())
        within = self.process.start_within + sum(child.process.start_within for child in self.needed)
        await asyncio.wait({answering, self.life}, timeout=within, return_when=asyncio.FIRST_COMPLETED)
        answering.cancel()
        if self.ready.is_set():
            return
        if self.life.done() and not self.life.cancelled():
            self.life.result()
        raise Unable(f"{self.process.title} is not ready: {self.note or 'it was stopped'}")

    async def stop(self) -> None:
        """Bounded in time: what does not stop when asked is killed."""
        if not self.stopping:
            self.stopping = True  # cancelled once more it would not wait for the process to end
            self.life.cancel()
        await asyncio.wait([self.life])

    async def _keep(self) -> None:
        """A life that never got ready is the last one: somebody waits for it and is told why."""
        try:
            for child in self.needed:
                await child.until_ready()
            if not ready.is_free(self.process.port):
                raise await ready.taken(self.process.port)
            pause = FIRST_PAUSE
            while True:
                born = time.monotonic()
                end = await self._live()
                if self.restarts == 0 and self.state != "ready":
                    raise end
                pause = FIRST_PAUSE if time.monotonic() - born > STEADY else min(2 * pause, LONGEST_PAUSE)
                self.restarts += 1
                self._becomes("waiting", end.sentence)
                await asyncio.sleep(pause)
        except Unable as end:
            self._becomes("failed", end.sentence)
            raise

    async def _live(self) -> Unable:
        """One life, from birth to its end, and the sentence about that end."""
        try:
            with self.file.open("ab") as out:
                said_before = out.tell()
                running = await create_subprocess_exec(*self.process.argv, **birth(self.process, out))
        except OSError as error:
            return from_os(error)
        self.pid = running.pid
        self._becomes("starting")
        ended, answers = asyncio.create_task(running.wait()), asyncio.create_task(self._answers())
        try:
            within = self.process.start_within
            await asyncio.wait({ended, answers}, timeout=within, return_when=asyncio.FIRST_COMPLETED)
            if not ended.done():
                if not answers.done():
                    return Unable(f"{self.process.title} did not answer in {within:.0f} s: see {self.file}.")
                answers.result()
                self._becomes("ready")
                self.ready.set()
            if (number := await ended) < 0:
                return Unable(f"{self.process.title} was ended by {signal.Signals(-number).name}.")
            return from_output(self.process.title, logs.tail(self.file, said_before))
        except Unable as stranger:
            return stranger
        except OSError as error:
            return from_os(error)
        finally:
            answers.cancel()
            self.ready.clear()
            await _end(running, self.process)
            self.pid = None
            self.changed()

    async def _answers(self) -> None:
        while not await ready.ask(self.process.ready):  # noqa: ASYNC110 - another process, no event
            await asyncio.sleep(BETWEEN_QUESTIONS)

    def _becomes(self, state: State, note: str = "") -> None:
        self.state, self.since, self.note = state, time.time(), note or self.note
        log.info("%s is %s%s", self.process.name, state, f": {note}" if note else "")
        self.changed()


async def _end(running: Running, process: Process) -> None:
    for number, within in ((process.stop_signal, process.stop_within), (signal.SIGKILL, KILLED_WITHIN)):
        if running.returncode is None:
            with suppress(ProcessLookupError):
                running.send_signal(number)
            with suppress(TimeoutError):
                await asyncio.wait_for(running.wait(), within)
    with suppress(ProcessLookupError):
        os.killpg(running.pid, signal.SIGKILL)  # its own children, should it have left any
