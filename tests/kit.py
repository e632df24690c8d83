"""What tests on real servers share: throw-away databases and topics, keys, waiting for a condition."""

import asyncio
import base64
import hashlib
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import uuid4

import asyncpg
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from ketnap.common.frozen import frozen
from ketnap.common.migrate import HERE as CORE
from ketnap.common.migrate import migrate
from ketnap.common.settings import Settings

OWNER, APP = "tests_owner", "tests_app"
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
    """Copied from one that was migrated once, and dropped in the end. `superuser`: postgresql://... of one who may."""
    admin = await asyncpg.connect(superuser)
    try:
        template = await _template(admin, superuser, locations)
        database = _database(f"t{uuid4().hex[:16]}", superuser)
        await admin.execute(f"CREATE DATABASE {database.name} OWNER {OWNER} TEMPLATE {template}")
        try:
            yield database
        finally:
            await admin.execute(f"DROP DATABASE IF EXISTS {database.name} WITH (FORCE)")
    finally:
        await admin.close()


async def _template(admin: asyncpg.Connection, superuser: str, locations: Sequence[Path]) -> str:
    """Named after the migrations it holds, so that it serves every run that has the same."""
    files = sorted(file for folder in (CORE, *locations) for file in folder.rglob("*") if file.is_file())
    told = hashlib.sha256(b"".join(file.read_bytes() for file in files if "__pycache__" not in file.parts))
    name = f"tests_{told.hexdigest()[:16]}"
    await admin.execute("SELECT pg_advisory_lock(hashtext('tests'))")
    try:
        if not await admin.fetchval("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", name):
            for role in (OWNER, APP):
                await admin.execute(
                    f"DO $$ BEGIN CREATE ROLE {role} LOGIN PASSWORD 'test'; EXCEPTION WHEN duplicate_object THEN END $$"
                )
            made = _database(f"t{uuid4().hex[:16]}", superuser)
            await admin.execute(f"CREATE DATABASE {made.name} OWNER {OWNER}")
            await migrate(made.owner_url, APP, locations)
            await admin.execute(f"ALTER DATABASE {made.name} RENAME TO {name}")
    finally:
        await admin.execute("SELECT pg_advisory_unlock(hashtext('tests'))")
    return name


def _database(name: str, superuser: str) -> Database:
    server = superuser.rpartition("@")[2].partition("/")[0]
    return Database(
        name=name,
        owner_url=f"postgresql+asyncpg://{OWNER}:test@{server}/{name}",
        app_url=f"postgresql+asyncpg://{APP}:test@{server}/{name}",
    )


async def make_topics(kafka: str, names: Sequence[str], partitions: int = 1) -> None:
    """As `ketnap topics apply` makes them, unless a test wants others."""
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    await admin.start()
    try:
        await admin.create_topics(
            [NewTopic(name, num_partitions=partitions, replication_factor=1) for name in names]
        )
        await until(lambda: _are_there(admin, names, partitions))  # Kafka answers before it knows them itself
    finally:
        await admin.close()


async def _are_there(admin: AIOKafkaAdminClient, names: Sequence[str], partitions: int) -> bool:
    found = await admin.describe_topics(list(names))
    return all(len(topic["partitions"]) == partitions for topic in found) and len(found) == len(names)


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
