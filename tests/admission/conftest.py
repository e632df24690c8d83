"""Admission on real servers: its database alone, or beside registry."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from ketnap.admission import app as admission
from ketnap.common import projector
from ketnap.common.service import Core
from ketnap.registry import app as registry
from tests.admission.places import START, Places, places
from tests.kit import fresh_database, settings
from tests.province import deployment
from tests.teller import Teller


@pytest.fixture
async def core(postgres: str, tmp_path: Path) -> AsyncGenerator[Core]:
    """A database with admission's pages, and nobody else."""
    async with fresh_database(postgres) as database:
        core = Core("admission", settings(database, "127.0.0.1:1", tmp_path))
        await projector.prepare(core.db, admission.MODELS)
        yield core
        await core.append.close()
        await core.db.close()


@pytest.fixture
async def here(postgres: str, kafka: str, tmp_path: Path) -> AsyncGenerator[Places]:
    """Admission beside registry, hearing training, with a commune in it."""
    services = {
        "registry": (registry.create_service, registry.MIGRATIONS),
        "admission": (admission.create_service, admission.MIGRATIONS),
    }
    async with deployment(postgres, kafka, tmp_path, services, today=START) as province:
        yield await places(province, Teller(kafka, f"{province.code}.training.v1"))
