"""Before the first day: schema, topics and the first administrators; and the descriptions that are published."""

import json
import shutil
from collections.abc import AsyncGenerator
from pathlib import Path
from random import choices
from string import ascii_lowercase

import asyncpg
import pytest

from ketnap.common.settings import Settings
from ketnap.contracts.schemas import TOPICS
from ketnap.ops.unable import Code
from tests.kit import Database, fresh_database, settings
from tests.operators.command import ill, ketnap, looks

SAMPLE = Path(__file__).parents[1] / "simulator/tinh-mau"
ISSUER = "https://portal.test"


@pytest.fixture
async def database(postgres: str) -> AsyncGenerator[Database]:
    """Of an older release: without what registry itself needs."""
    async with fresh_database(postgres) as database:
        yield database


@pytest.fixture
def registry(database: Database, kafka: str, tmp_path: Path) -> Settings:
    code = "".join(choices(ascii_lowercase, k=12))  # Kafka is shared, and a pack's code is a topic's prefix
    return settings(database, kafka, tmp_path, province=code)


@pytest.fixture
def pack(registry: Settings, tmp_path: Path) -> Path:
    """The smallest one, as that of this deployment."""
    folder = tmp_path / registry.province
    shutil.copytree(SAMPLE, folder)
    file = folder / "province.toml"
    file.write_text(file.read_text().replace('"tinh-mau"', f'"{registry.province}"'))
    return folder


async def test_a_deployment_comes_to_be_step_by_step_and_each_step_twice_is_once(
    registry: Settings, database: Database, pack: Path
) -> None:
    owner = {"KETNAP_DATABASE_OWNER_URL": database.owner_url}
    _, found = await looks(registry, "registry")
    assert {"schema", "topic registry.v1"} <= ill(found)
    assert found["schema"]["do"] == "ketnap migrate registry"
    assert found["topic registry.v1"]["do"] == "ketnap topics apply"
    assert found["rights"]["says"] == "not folded yet"

    migrated = [await ketnap(registry, "migrate", "registry", **owner) for _ in range(2)]
    applied = [await ketnap(registry, "topics", "apply") for _ in range(2)]
    founded = [
        await ketnap(registry, "grant", "first-admin", str(pack), "--issuer", ISSUER) for _ in range(2)
    ]

    assert [done.code for done in migrated + applied + founded] == [0] * 6, founded[0].err
    assert [sorted(done.out.split()) for done in applied] == [
        [f"{registry.province}.{topic}" for topic in sorted(TOPICS)],
        [],
    ]
    assert founded[0].out == founded[1].out
    assert len(founded[0].out.splitlines()) == 2
    _, found = await looks(registry, "registry")
    assert not {"schema", "topic registry.v1", "log"} & ill(found)
    assert found["log"]["says"] == "5 entries without a gap"
    connection = await asyncpg.connect(database.owner_dsn)
    assert await connection.fetchval("SELECT count(*) FROM core.log WHERE type = 'account.opened'") == 2
    await connection.close()


async def test_the_pack_of_another_province_is_refused(registry: Settings) -> None:
    done = await ketnap(registry, "grant", "first-admin", str(SAMPLE), "--issuer", ISSUER)

    assert done.code == Code.CONFLICT
    assert done.err == f"The pack is that of tinh-mau, the deployment is {registry.province}.\n"


async def test_migrating_without_the_owner_is_refused_in_one_sentence(registry: Settings) -> None:
    done = await ketnap(registry, "migrate", "registry")

    assert done.code == Code.USAGE
    assert done.err == "KETNAP_DATABASE_OWNER_URL is missing.\n"


@pytest.mark.parametrize("service", ["registry", "training", "admission", "statistics"])
async def test_the_api_of_a_service_is_described(registry: Settings, service: str) -> None:
    done = await ketnap(registry, "openapi", service)

    assert done.code == 0, done.err
    described = json.loads(done.out)
    assert described["info"]["title"] == f"Ketnap {service}"
    assert len(described["paths"]) > 3


async def test_the_facts_of_a_deployment_are_described(registry: Settings) -> None:
    done = await ketnap(registry, "asyncapi")

    assert done.code == 0, done.err
    addresses = {channel["address"] for channel in json.loads(done.out)["channels"].values()}
    assert addresses == {f"{registry.province}.{topic}" for topic in TOPICS}
