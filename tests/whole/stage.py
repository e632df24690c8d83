"""A whole deployment of one's own: PostgreSQL, Kafka and the services as processes that a test may kill or stop."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import httpx

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
from tests import servers
from tests.kit import until
from tests.province import TestIssuer
from tests.servers import Own

PACKS = Path(__file__).parents[1] / "simulator"
STARTS = 120.0  # seconds that a service may take to answer on a busy machine


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


@frozen
class Stage:
    pack: Pack
    clock: Clock
    running: Running
    postgres: Own[PostgreSQL]
    kafka: Own[Kafka]
    programs: Mapping[str, Program]
    """By service; a second worker of one is named `<service> 2`."""
    services: Mapping[str, Service]
    """Made on the same databases, and not running: for looking and counting."""
    clients: Mapping[str, httpx.AsyncClient]
    issuer: TestIssuer
    logs: Path

    def desk(self, journal: Journal, patience: float = 180.0) -> Desk:
        return Desk(
            self.clients, sign=self.sign, ids=self.pack.ids, journal=journal, at_once=16, patience=patience
        )

    def sign(self, officer: Officer) -> str:
        return self.issuer.token(str(officer.account))


@asynccontextmanager
async def stage(name: str, *, seconds: tuple[str, ...] = ()) -> AsyncGenerator[Stage]:
    """With the pack of this name begun; `seconds`: services of which a second worker runs."""
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
        ports = {service: servers.free_port() for service in SERVICES}
        issuer = TestIssuer(folder)
        running = Running(
            deployment=Deployment(province=name, number=0, folder=folder),
            at=Addresses(
                postgres=f"{HOST}:{database.server.port}",
                kafka=broker.server.address,
                services={service: f"http://{HOST}:{port}" for service, port in ports.items()},
                portal="https://portal.test",
                public_keys=(folder / "jwks.json").as_uri(),
            ),
            name=checked.pack.province.name,
            support="",
            sample=True,
        )
        await provinces.prepare(running, checked.pack, database.server.password_file)
        programs = {service: _program(running, issuer, service, ports[service]) for service in WITH_LOG}
        for service in seconds:
            programs[f"{service} 2"] = _program(
                running, issuer, service, servers.free_port(), role="worker", name=f"{service} 2"
            )
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
        clients = {
            service: await stack.enter_async_context(
                httpx.AsyncClient(base_url=running.at.services[service], trust_env=False, timeout=10)
            )
            for service in WITH_LOG
        }
        yield Stage(
            pack=checked.pack,
            clock=Clock(running.clock),
            running=running,
            postgres=database,
            kafka=broker,
            programs=programs,
            services=services,
            clients=clients,
            issuer=issuer,
            logs=folder,
        )


def _program(
    running: Running, issuer: TestIssuer, service: str, port: int, *, role: str = "all", name: str = ""
) -> Program:
    process = Process(
        name=name or service,
        title=name or service,
        argv=(
            sys.executable,
            *("-m", "ketnap.ops.cli", "serve", service),
            *("--role", role, "--port", str(port)),
        ),
        port=port,
        ready=Http(url=f"http://{HOST}:{port}/health/live"),
        env={
            **running.environment(service),
            "KETNAP_ISSUERS": issuer.trusted,
            "KETNAP_LOG_LEVEL": "WARNING",
        },
    )
    return Program(process, running.deployment.folder / f"{process.name.replace(' ', '-')}.log")
