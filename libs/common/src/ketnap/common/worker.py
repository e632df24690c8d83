"""The loop of every worker: take a step, and when there is nothing to do wait for the bell."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Coroutine

import structlog

from ketnap.common.logs import named

logger = structlog.get_logger()

type Step = Callable[[], Awaitable[bool]]
"""Does a bounded piece of work; True when there may be more at once."""

POLL = 1.0  # seconds: the truth when no bell rings
PATIENCE = 1.0  # seconds to breathe after a failure


class Bell:
    """Wakes those who listen. Ringing while one of them works is not lost: it looks once more."""

    def __init__(self) -> None:
        self._listeners: set[asyncio.Event] = set()

    def ring(self) -> None:
        for listener in self._listeners:
            listener.set()

    def listen(self) -> asyncio.Event:
        listener = asyncio.Event()
        self._listeners.add(listener)
        return listener

    def leave(self, listener: asyncio.Event) -> None:
        self._listeners.discard(listener)


async def heard(listener: asyncio.Event, patience: float = POLL) -> None:
    """Until the bell rings, at most `patience` seconds.

    A little less by chance: those whom one bell woke would else ask the database at one moment for ever, each over a
    connection of its own.
    """
    try:
        async with asyncio.timeout(patience * random.uniform(0.7, 1.0)):
            await listener.wait()
    except TimeoutError:
        pass
    listener.clear()


async def forever(name: str, step: Step, bell: Bell, *, poll: float = POLL) -> None:
    """Take the step for ever. A failure is logged and tried again: nothing that a step does is lost by that."""
    listener = bell.listen()
    try:
        while True:
            try:
                busy = await step()
            except Exception:
                logger.exception("step_failed", step=name)
                await asyncio.sleep(PATIENCE)
                continue
            if not busy:
                await heard(listener, poll)
    finally:
        bell.leave(listener)


async def unbroken(step: Coroutine[object, object, object], seconds: float = 2.0) -> None:
    """A step that leaves something open when it is broken off: who is stopped meanwhile lets it end first, if it does soon."""
    task = asyncio.create_task(step)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task], timeout=seconds)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        raise


async def bounded(what: str, step: Awaitable[object], seconds: float = 5.0) -> None:
    """One step of a shutdown, never for ever: nothing is lost by leaving it."""
    try:
        async with asyncio.timeout(seconds):
            await step
    except (Exception, asyncio.CancelledError) as error:  # noqa: BLE001 - aiokafka cancels itself when brokers are gone
        logger.warning("shutdown_step_left", step=what, error=named(error))
