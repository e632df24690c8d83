"""Admission on real servers: its database alone, or beside registry."""

from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from ketnap.admission.app import MODELS
from ketnap.common import projector
from ketnap.common.service import Core
from tests.kit import fresh_database, settings


@pytest.fixture
async def core(postgres: str, tmp_path: Path) -> AsyncGenerator[Core]:
    """A database with admission's pages, and nobody else."""
    async with fresh_database(postgres) as database:
        core = Core("admission", settings(database, "127.0.0.1:1", tmp_path))
        await projector.prepare(core.db, MODELS)
        yield core
        await core.append.close()
        await core.db.close()
