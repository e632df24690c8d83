"""The servers under the benchmarks: PostgreSQL and Kafka as `make up` runs them, every acknowledgement on disk."""

import shutil
import tempfile
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

from ketnap.common import projector
from ketnap.common.frozen import frozen
from ketnap.common.readmodel import AnyModel
from ketnap.common.service import Core
from tests import servers
from tests.kit import fresh_database, make_topics, settings

POOL = 16


@frozen
class Stand:
    """Where the servers are."""

    postgres: str
    """postgresql://... of the superuser."""
    kafka: str
    """host:port."""


@asynccontextmanager
async def standing() -> AsyncGenerator[Stand]:
    """Servers of our own, and nothing left of them in the end."""
    folder = servers.new_folder()
    postgres = servers.Own(servers.new_postgres(folder / "postgres", durable=True))
    kafka = servers.Own(servers.new_kafka(folder / "kafka", durable=True))
    try:
        await postgres.start()
        await kafka.start()
        yield Stand(postgres=postgres.server.url(), kafka=kafka.server.address)
    finally:
        await kafka.stop()
        await postgres.stop()
        shutil.rmtree(folder)


@asynccontextmanager
async def standing_core(
    stand: Stand, service: str, models: Sequence[AnyModel] = (), province: str = "bench"
) -> AsyncGenerator[Core]:
    """What a service stands on, with an empty log of its own."""
    with tempfile.TemporaryDirectory() as folder:
        async with fresh_database(stand.postgres) as database:
            chosen = settings(database, stand.kafka, Path(folder), province=province, pool=POOL)
            core = Core(service, chosen)
            try:
                await projector.prepare(core.db, models)
                yield core
            finally:
                await core.append.close()
                await core.db.close()


async def new_topic(stand: Stand) -> str:
    name = f"b{uuid4().hex[:12]}.steps.v1"
    await make_topics(stand.kafka, [name])
    return name
