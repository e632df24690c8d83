"""A service whose database went back to a backup: seen, refused, adopted, and all agree again."""

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import date
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest

from ketnap.common.clock import Clock
from ketnap.common.database import driver
from ketnap.common.service import Service
from ketnap.common.settings import Settings
from ketnap.contracts.schemas import TOPICS
from ketnap.ops.unable import Code
from ketnap.registry import app as registry
from ketnap.registry.bootstrap import FirstAdministrator, found_deployment
from ketnap.training import app as training
from tests.kit import OWNER, fresh_database, make_topics, settings, until
from tests.operators.command import ill, ketnap, looks
from tests.province import ISSUER, Province, TestIssuer
from tests.registry.builders import PROVINCE, found, named

ROOT = found(PROVINCE, kind="province", parent=None, code="01", by=named("admin"))
TODAY = date(2024, 1, 2)

CREATE: Mapping[str, Callable[[Settings], Service]] = {
    "registry": registry.create_service,
    "training": training.create_service,
}


def administrators(*subjects: str) -> list[FirstAdministrator]:
    return [
        FirstAdministrator(
            account=named(f"account of {subject}"), person=named(subject), issuer=ISSUER, subject=subject
        )
        for subject in subjects
    ]


@pytest.fixture
async def told(postgres: str, kafka: str, tmp_path: Path) -> AsyncGenerator[dict[str, Settings]]:
    code = f"t{uuid4().hex[:10]}"
    await make_topics(kafka, [f"{code}.{topic}" for topic in TOPICS])
    async with (
        fresh_database(postgres, registry.MIGRATIONS) as of_registry,
        fresh_database(postgres, training.MIGRATIONS) as of_training,
    ):
        yield {
            "registry": settings(of_registry, kafka, tmp_path, province=code),
            "training": settings(of_training, kafka, tmp_path, province=code),
        }


@asynccontextmanager
async def running(
    told: Mapping[str, Settings], folder: Path, names: Sequence[str]
) -> AsyncGenerator[Province]:
    province = Province(told["registry"].province, Clock(), TestIssuer(folder))
    async with AsyncExitStack() as stack:
        for name in names:
            province.services[name] = service = CREATE[name](told[name])
            app = service.create_app()
            await stack.enter_async_context(app.router.lifespan_context(app))
        yield province


@asynccontextmanager
async def backup(postgres: str, of: Settings) -> AsyncGenerator[Settings]:
    """The database as it is now, kept under another name."""
    server, _, name = of.database_url.rpartition("/")
    copy = f"t{uuid4().hex[:16]}"
    admin = await asyncpg.connect(postgres)

    async def copied() -> bool:
        try:
            await admin.execute(f"CREATE DATABASE {copy} OWNER {OWNER} TEMPLATE {name}")
        except asyncpg.ObjectInUseError:  # who was asked to leave is still leaving
            return False
        return True

    await until(copied)
    try:
        yield of.model_copy(update={"database_url": f"{server}/{copy}"})
    finally:
        await admin.execute(f"DROP DATABASE {copy} WITH (FORCE)")
        await admin.close()


async def alarms(service: Service) -> set[str]:
    async with driver(service.core.db) as db:
        return {row["kind"] for row in await db.fetch("SELECT kind FROM core.alarms")}


async def knows(service: Service, subject: str) -> bool:
    return (await service.access.refresh()).account(ISSUER, subject) is not None


async def test_a_restored_database_tells_nothing_until_it_was_adopted_and_then_all_agree(
    told: dict[str, Settings], postgres: str, tmp_path: Path
) -> None:
    first = administrators("ann", "bao")
    async with running(told, tmp_path, ["registry", "training"]) as province:
        await found_deployment(province.services["registry"].core, ROOT, first, TODAY)
        await province.settled()
    async with backup(postgres, told["registry"]) as restored:
        async with running(told, tmp_path, ["registry", "training"]) as province:
            lost = administrators("ann", "bao", "lost")
            await found_deployment(province.services["registry"].core, ROOT, lost, TODAY)
            await province.settled()
            assert await knows(province.services["training"], "lost")

        code, found = await looks(restored, "registry")
        assert code == Code.ERROR
        assert found["tells registry.v1"]["do"] == "ketnap adopt-restored registry"
        assert ill(found) == {"tells registry.v1"}

        now = told | {"registry": restored}
        async with running(now, tmp_path, ["registry"]) as alone:
            service = alone.services["registry"]
            await found_deployment(service.core, ROOT, administrators("ann", "bao", "late"), TODAY)

            async def refuses() -> bool:
                return await alarms(service) == {"log_behind_topic"}

            await until(refuses)
            assert "alarm log_behind_topic" in ill((await looks(restored, "registry"))[1])
            no_failover = await ketnap(restored, "confirm-failover", "registry")
            assert no_failover.code == Code.CONFLICT
            unsure = await ketnap(restored, "adopt-restored", "registry")
            assert unsure.code == Code.USAGE
            assert "ends with fact" in unsure.err

            adopted = await ketnap(restored, "adopt-restored", "registry", "--yes")

            assert adopted.code == 0, adopted.err
            lines = adopted.out.splitlines()
            assert len(lines) == 3
            assert lines[0].startswith(f"{restored.province}.registry.v1: facts up to ")
            assert all(line.endswith("log and topic agree, nothing was said") for line in lines[1:])
        async with running(now, tmp_path, ["registry", "training"]) as province:
            await province.settled()
            hears = province.services["training"]
            # settled() counts facts, and as many were landed before the restore.
            await until(lambda: knows(hears, "late"))
            assert not await knows(hears, "lost")
            assert (await ketnap(restored, "doctor", "registry", "--bad")).out == "All is well.\n"
            code, found = await looks(told["training"], "training")
            assert ill(found) == {"alarm source_restored"}

            topic = f"{restored.province}.registry.v1"
            closed = await ketnap(told["training"], "alarms", "close", "training", "source_restored", topic)

            assert closed.code == 0, closed.err
            assert (await ketnap(told["training"], "doctor", "training", "--bad")).out == "All is well.\n"


async def test_a_failover_that_lost_nothing_is_confirmed(
    told: dict[str, Settings], postgres: str, tmp_path: Path
) -> None:
    async with running(told, tmp_path, ["registry"]) as province:
        core = province.services["registry"].core
        await found_deployment(core, ROOT, administrators("ann", "bao"), TODAY)
        await province.settled()
        async with driver(core.db) as db:
            await db.execute("SELECT core.acknowledge_server('another/1')")
    code, found = await looks(told["registry"], "registry")
    assert code == Code.ERROR
    assert ill(found) == {"server"}

    confirmed = await ketnap(told["registry"], "confirm-failover", "registry")

    assert confirmed.code == 0, confirmed.err
    code, found = await looks(told["registry"], "registry")
    assert (code, ill(found)) == (0, set())
    assert found["server"]["says"].endswith(confirmed.out.strip())
