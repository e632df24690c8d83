"""A whole deployment of one's own: PostgreSQL, Kafka and the services as processes that a test may kill or stop."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path

import httpx
import orjson

from ketnap.common.clock import Clock
from ketnap.common.frozen import frozen
from ketnap.common.service import Service
from ketnap.ops import catalogue, provinces
from ketnap.ops.deployment import SERVICES, Deployment
from ketnap.ops.kafka import Server as Kafka
from ketnap.ops.postgres import Server as PostgreSQL
from ketnap.ops.process import Process, birth
from ketnap.ops.ready import HOST, Http, ask
from ketnap.ops.services import WITH_LOG, Addresses, Running
from ketnap.packs.check import check
from ketnap.packs.desk import Desk
from ketnap.packs.journal import Journal
from ketnap.packs.officers import Officer
from ketnap.packs.pack import Pack
from ketnap.portal import build
from ketnap.portal.tokens import Issuer, load_keys
from tests import servers
from tests.kit import until
from tests.servers import Own

PACKS = Path(__file__).parents[1] / "simulator"
STARTS = 120.0  # seconds that a service may take to answer on a busy machine
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


async def _supervised(programs: Iterable[Program]) -> None:
    while True:
        for program in programs:
            program.supervise()
        await asyncio.sleep(0.5)


async def revived(server: Own[PostgreSQL] | Own[Kafka]) -> None:
    """Started again after a kill, however busy the machine is."""
    try:
        await server.start()
    except TimeoutError:
        await until(lambda: ask(server.server.process().ready), patience=STARTS)


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


@frozen
class Stage:
    pack: Pack
    clock: Clock
    running: Running
    postgres: Own[PostgreSQL]
    kafka: Own[Kafka]
    programs: Mapping[str, Program]
    """By service; the second instance of one is named `<service> 2`."""
    services: Mapping[str, Service]
    """Made on the same databases, and not running: for looking and counting."""
    clients: dict[str, httpx.AsyncClient]
    """Before all instances of each service."""
    issuer: Issuer
    logs: Path

    def before(self, service: str) -> httpx.AsyncClient:
        """Before all instances of a service, to be closed by whoever asked."""
        ports = [program.process.port for program in self.programs.values() if program.service == service]
        return httpx.AsyncClient(
            base_url=self.running.at.services[service], transport=InTurn(ports), timeout=ANSWERS
        )

    def desk(self, journal: Journal, patience: float = 180.0) -> Desk:
        return Desk(
            self.clients, sign=self.sign, ids=self.pack.ids, journal=journal, at_once=16, patience=patience
        )

    def sign(self, officer: Officer) -> str:
        return self.issuer.issue(officer.account, datetime.now(UTC))


@asynccontextmanager
async def stage(name: str, *, twice: bool = False) -> AsyncGenerator[Stage]:
    """With the pack of this name begun; `twice`: two instances of every service run."""
    await asyncio.to_thread(build.build)
    folder = servers.new_folder()
    database = Own(servers.new_postgres(folder / "postgres"))
    broker = Own(servers.new_kafka(folder / "kafka"))
    checked = check(PACKS / name)
    assert checked.pack is not None, checked.errors
    async with AsyncExitStack() as stack:
        stack.callback(shutil.rmtree, folder)
        stack.callback(broker.kill)
        stack.callback(database.kill)
        await database.start()
        await broker.start()
        ports = {name: servers.free_port() for name in _names(twice=twice)}
        running = Running(
            deployment=Deployment(province=name, number=0, folder=folder),
            at=Addresses(
                postgres=f"{HOST}:{database.server.port}",
                kafka=broker.server.address,
                services={service: f"http://{HOST}:{ports[service]}" for service in SERVICES},
                portal=f"http://{HOST}:{ports['portal']}",
                public_keys=(folder / "jwks.json").as_uri(),
            ),
            name=checked.pack.province.name,
            support="",
            sample=True,
        )
        await provinces.prepare(running, checked.pack, database.server.password_file)
        issuer = Issuer(running.issuer, load_keys(running.deployment.keys))
        (folder / "jwks.json").write_bytes(orjson.dumps(issuer.public_keys()))
        programs = {name: _program(running, name, port) for name, port in ports.items()}
        for program in programs.values():
            stack.callback(program.kill)
            program.start()
        supervising = asyncio.create_task(_supervised(programs.values()))
        stack.callback(supervising.cancel)
        for program in programs.values():
            await until(program.answers, patience=STARTS)
        services = {service: catalogue.create(service, running.settings(service)) for service in WITH_LOG}
        for made in services.values():
            stack.push_async_callback(made.core.db.close)
            stack.push_async_callback(made.core.append.close)
        here = Stage(
            pack=checked.pack,
            clock=Clock(running.clock),
            running=running,
            postgres=database,
            kafka=broker,
            programs=programs,
            services=services,
            clients={},
            issuer=issuer,
            logs=folder,
        )
        for service in SERVICES:
            here.clients[service] = await stack.enter_async_context(here.before(service))
        yield here


def _names(*, twice: bool) -> list[str]:
    return [*SERVICES, *(f"{service}{SECOND}" for service in SERVICES if twice)]


def _program(running: Running, name: str, port: int) -> Program:
    service = name.removesuffix(SECOND)
    process = Process(
        name=name,
        title=name,
        argv=(sys.executable, "-m", "ketnap.ops.cli", "serve", service, "--port", str(port)),
        port=port,
        ready=Http(url=f"http://{HOST}:{port}/health/live"),
        env=running.environment(service),
    )
    return Program(process, running.deployment.folder / f"{name.replace(' ', '-')}.log")
