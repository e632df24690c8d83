"""Statistics on a real database."""

from collections.abc import AsyncGenerator
from datetime import date
from pathlib import Path

import pytest

from tests.statistics.world import World, world


@pytest.fixture
async def province(postgres: str, tmp_path: Path) -> AsyncGenerator[World]:
    """30 June 2024, a province without anything but its root."""
    async with world(postgres, tmp_path, today=date(2024, 6, 30)) as made:
        yield made
