"""Training beside registry, on real servers."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from ketnap.registry import app as registry
from ketnap.training import app as training
from tests.province import Province, deployment
from tests.voices import Voice


@pytest.fixture
async def province(postgres: str, kafka: str, tmp_path: Path) -> AsyncGenerator[Province]:
    services = {
        "registry": (registry.create_service, registry.MIGRATIONS),
        "training": (training.create_service, training.MIGRATIONS),
    }
    async with deployment(postgres, kafka, tmp_path, services) as province:
        yield province


@pytest.fixture
async def admission(province: Province, kafka: str) -> Voice:
    """Admission's voice."""
    return Voice(province, kafka, "admission")
