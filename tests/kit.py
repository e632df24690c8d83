"""What tests on real servers share: throw-away databases and topics, keys, waiting for a condition."""

import asyncio
import base64
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import asyncpg
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from ketnap.common.frozen import frozen
from ketnap.common.migrate import migrate
from ketnap.common.settings import Settings

PATIENCE = 30.0  # seconds: a condition that does not come true by then never will


@frozen
class Database:
    """A fresh database: the owner migrates, the service's role works."""

    name: str
    owner_url: str
    app_url: str

    @property
    def dsn(self) -> str:
        return self.app_url.replace("postgresql+asyncpg", "postgresql")

    @property
    def owner_dsn(self) -> str:
        return self.owner_url.replace("postgresql+asyncpg", "postgresql")


@asynccontextmanager
async def fresh_database(superuser: str, locations: Sequence[Path] = ()) -> AsyncGenerator[Database]:
    """Made, migrated, and dropped in the end. `superuser`: postgresql://... of one who may."""
    name = f"t{uuid4().hex[:16]}"
    server = superuser.rpartition("@")[2].partition("/")[0]
    admin = await asyncpg.connect(superuser)
    try:
        for role in (f"{name}_owner", f"{name}_app"):
            await admin.execute(f"CREATE ROLE {role} LOGIN PASSWORD 'test'")
        await admin.execute(f"CREATE DATABASE {name} OWNER {name}_owner")
        database = Database(
            name=name,
            owner_url=f"postgresql+asyncpg://{name}_owner:test@{server}/{name}",
            app_url=f"postgresql+asyncpg://{name}_app:test@{server}/{name}",
        )
        await migrate(database.owner_url, f"{name}_app", locations)
        try:
            yield database
        finally:
            await admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            for role in (f"{name}_owner", f"{name}_app"):
                await admin.execute(f"DROP ROLE {role}")
    finally:
        await admin.close()


async def make_topics(kafka: str, names: Sequence[str]) -> None:
    """With one partition each, as `ketnap topics apply` makes them."""
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    try:
        await admin.create_topics([NewTopic(name, num_partitions=1, replication_factor=1) for name in names])
    finally:
        await admin.close()


async def until(condition: Callable[[], Awaitable[object]], *, patience: float = PATIENCE) -> None:
    """Wait for a condition, or fail saying which one never came true."""
    deadline = time.monotonic() + patience
    while not await condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"never true: {condition}")
        await asyncio.sleep(0.02)


def key_file(folder: Path, name: str) -> Path:
    """A file with a key as `ketnap init` makes it."""
    path = folder / name
    path.write_text(base64.b64encode(name.encode().ljust(32, b"."))[:44].decode())
    return path


def settings(
    database: Database, kafka: str, folder: Path, *, province: str = "tinh-mau", **more: object
) -> Settings:
    return Settings.model_validate(
        {
            "province": province,
            "database_url": database.app_url,
            "kafka_url": kafka,
            "master_key_file": key_file(folder, "master"),
            "pepper_file": key_file(folder, "pepper"),
            **more,
        }
    )
