"""Registry and training on real servers, one deployment for the tests of a module."""

from collections.abc import AsyncGenerator

import pytest
import pytest_asyncio

from ketnap.registry import app as registry
from ketnap.training import app as training
from tests.province import Province, deployment
from tests.voices import Voice


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def province(
    postgres: str, kafka: str, tmp_path_factory: pytest.TempPathFactory
) -> AsyncGenerator[Province]:
    services = {
        "registry": (registry.create_service, registry.MIGRATIONS),
        "training": (training.create_service, training.MIGRATIONS),
    }
    async with deployment(postgres, kafka, tmp_path_factory.mktemp("province"), services) as province:
        yield province


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def admission(province: Province, kafka: str) -> Voice:
    """Admission's voice."""
    return Voice(province, kafka, "admission")
