"""Is the process alive, is it ready, and why not: for people and for probes."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping

from ketnap.common.frozen import frozen

TICK = 1.0  # seconds
STALLED = 30.0  # seconds without a tick of the loop


@frozen
class Finding:
    """One thing that was looked at."""

    ok: bool
    says: str


type Check = Callable[[], Awaitable[Finding]]


class Health:
    """`live` asks the event loop only; `ready` asks everything that this process needs to be of use."""

    def __init__(self, checks: Mapping[str, Check]) -> None:
        self._checks = dict(checks)
        self._ticked = time.monotonic()

    async def tick(self) -> None:
        """Runs for ever beside the work: a loop that is blocked does not tick."""
        while True:
            self._ticked = time.monotonic()
            await asyncio.sleep(TICK)

    def live(self) -> bool:
        return time.monotonic() - self._ticked < STALLED

    async def ready(self) -> dict[str, Finding]:
        """Every finding by its name."""
        return {name: await self._ask(check) for name, check in self._checks.items()}

    async def _ask(self, check: Check) -> Finding:
        try:
            async with asyncio.timeout(5):
                return await check()
        except Exception as error:  # noqa: BLE001 - whatever stops a check is what it found
            return Finding(ok=False, says=f"{type(error).__name__}: {error}")
