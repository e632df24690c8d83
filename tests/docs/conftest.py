"""A core that tells facts, for what is written for developers of other agencies."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from ketnap.common.service import Core
from tests.kit import fresh_database, settings


@pytest.fixture
async def core(postgres: str, tmp_path: Path) -> AsyncGenerator[Core]:
    async with fresh_database(postgres) as database:
        core = Core("places", settings(database, "127.0.0.1:1", tmp_path))
        yield core
        await core.append.close()
        await core.db.close()
