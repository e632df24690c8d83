"""What every test may ask for."""

import shutil
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from ketnap.common import logs
from ketnap.ops.kafka import Server as Kafka
from ketnap.ops.postgres import Server as PostgreSQL
from tests import servers
from tests.servers import Own


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        servers.begin_run()


LONGEST = (
    "simulator/test_ninh_binh",
    "simulator/",
    "whole/",
    "ops/",
    "benchmarks/",
    "statistics/",
    "operators/",
    "access/",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest comes first: each module runs in one worker, and nobody shall wait for the last one."""
    here = str(Path(__file__).parent) + "/"

    def rank(item: pytest.Item) -> int:
        path = str(item.path).removeprefix(here)
        return next((n for n, folder in enumerate(LONGEST) if path.startswith(folder)), len(LONGEST))

    items.sort(key=rank)


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        servers.end_run()


@pytest.fixture(scope="session", autouse=True)
def plain_logs() -> None:
    """Logs as in production: one line each."""
    logs.configure(service="test", role="test", version="0", province="test", level="WARNING")


@pytest.fixture(scope="session")
def postgres() -> str:
    """postgresql://... of the superuser of the run's PostgreSQL; make databases of your own in it."""
    return servers.shared_postgres()


@pytest.fixture(scope="session")
def kafka() -> str:
    """host:port of the run's Kafka; give topics and groups names of your own."""
    return servers.shared_kafka()


@pytest.fixture
async def own_postgres() -> AsyncGenerator[Own[PostgreSQL]]:
    """Started, and the test's alone: it may be killed, paused, stopped and started again."""
    folder = servers.new_folder()
    own = Own(servers.new_postgres(folder / "postgres"))
    await own.start()
    yield own
    own.kill()
    shutil.rmtree(folder)


@pytest.fixture
async def own_kafka() -> AsyncGenerator[Own[Kafka]]:
    """As `own_postgres`; after a kill it needs five seconds, for its old session to expire."""
    folder = servers.new_folder()
    own = Own(servers.new_kafka(folder / "kafka"))
    await own.start()
    yield own
    own.kill()
    shutil.rmtree(folder)
