"""One instance of a service as a process that a test may kill or stop, and the way to several of them."""

import os
import signal
import subprocess
from collections.abc import Iterable
from contextlib import suppress
from itertools import cycle
from pathlib import Path

import httpx

from ketnap.ops.process import Process, birth
from ketnap.ops.ready import HOST, ask

ANSWERS = 5.0  # seconds to an answer, before the same is asked again
SECOND = " 2"


class Program:
    """One process of a service; it comes back under the same address."""

    def __init__(self, process: Process, log: Path) -> None:
        self.process = process
        self._log = log
        self._running: subprocess.Popen[bytes] | None = None

    @property
    def name(self) -> str:
        return self.process.name

    @property
    def service(self) -> str:
        return self.process.name.removesuffix(SECOND)

    @property
    def address(self) -> str:
        return f"http://{HOST}:{self.process.port}"

    @property
    def pid(self) -> int | None:
        return self._running.pid if self._running else None

    def start(self) -> None:
        with self._log.open("ab") as out:
            self._running = subprocess.Popen(self.process.argv, **birth(self.process, out))

    def kill(self) -> None:
        if self._running:
            self._running.kill()
            self._running.wait()
            self._running = None

    def pause(self) -> None:
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        self._signal(signal.SIGCONT)

    def _signal(self, number: int) -> None:
        if self._running:
            os.kill(self._running.pid, number)

    def supervise(self) -> None:
        """Start it again when it ended by itself: at its start the database may just have been killed."""
        if self._running and self._running.poll() is not None:
            self.start()

    async def answers(self) -> bool:
        self.supervise()
        return await ask(self.process.ready)

    async def tells(self) -> bool:
        """Is it this instance that tells the others what its service's log holds."""
        with suppress(httpx.TransportError):
            async with httpx.AsyncClient(trust_env=False, timeout=ANSWERS) as client:
                metrics = await client.get(f"{self.address}/metrics")
            return "ketnap_relay_leader 1.0" in metrics.text
        return False


class InTurn(httpx.AsyncBaseTransport):
    """As the load balancer before several instances of a service: each request goes to the next of them."""

    def __init__(self, ports: Iterable[int]) -> None:
        self._ports = cycle(ports)
        self._inner = httpx.AsyncHTTPTransport()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        request.url = request.url.copy_with(port=next(self._ports))
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        await self._inner.aclose()
