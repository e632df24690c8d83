"""Statistics on a real database."""

from collections.abc import AsyncGenerator
from datetime import date
from pathlib import Path

import pytest
import pytest_asyncio

from tests.statistics.sample import Sample, sample
from tests.statistics.world import World, world


@pytest.fixture
async def province(postgres: str, tmp_path: Path) -> AsyncGenerator[World]:
    """30 June 2024, a province without anything but its root."""
    async with world(postgres, tmp_path, today=date(2024, 6, 30)) as made:
        yield made


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def lived(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncGenerator[Sample]:
    """A province of two years, for tests that only read it; they run in the session's loop."""
    folder = tmp_path_factory.mktemp("lived")
    async with world(postgres, folder, today=date(2024, 6, 30)) as made:
        yield await sample(made)
