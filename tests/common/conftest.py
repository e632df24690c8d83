"""The core on real servers."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from ketnap.common import projector
from ketnap.common.execute import Aggregate
from ketnap.common.service import Core
from tests.common import places
from tests.kit import Database, fresh_database, settings

type Places = Aggregate[places.Command, places.State, places.Event]


@pytest.fixture
async def database(postgres: str) -> AsyncGenerator[Database]:
    async with fresh_database(postgres) as database:
        yield database


@pytest.fixture
def database_owner(database: Database) -> str:
    return database.owner_dsn


@pytest.fixture
async def core(database: Database, tmp_path: Path) -> AsyncGenerator[Core]:
    core = Core("places", settings(database, "127.0.0.1:1", tmp_path))
    await projector.prepare(core.db, [places.model])
    yield core
    await core.append.close()
    await core.db.close()


@pytest.fixture
def asked(core: Core) -> Places:
    return core.aggregate("place", places.decider, places.codec)
