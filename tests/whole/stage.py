"""A whole deployment of one's own: PostgreSQL, Kafka and the services as processes that a test may kill or stop."""

import asyncio
import shutil
import sys
from collections.abc import AsyncGenerator, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
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
from ketnap.ops.process import Process
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
from tests.whole.program import ANSWERS, SECOND, InTurn, Program

PACKS = Path(__file__).parents[1] / "simulator"
STARTS = 120.0  # seconds that a service may take to answer on a busy machine


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
        argv=(sys.executable, "-m", "ketnap.ops.serve", service, "--port", str(port)),
        port=port,
        ready=Http(url=f"http://{HOST}:{port}/health/live"),
        env=running.environment(service),
    )
    return Program(process, running.deployment.folder / f"{name.replace(' ', '-')}.log")
