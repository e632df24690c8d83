"""The portal on a real PostgreSQL, its pages read from samples."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import asyncpg
import httpx
import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from ketnap.portal import accounts, build, tokens
from ketnap.portal.app import create_app
from ketnap.portal.assets import Assets
from ketnap.portal.migrate import migrate
from ketnap.portal.passwords import Passwords
from ketnap.portal.rendering import Renderer, Site
from ketnap.portal.settings import Settings
from tests.portal.shelf import Shelf

ORIGIN = "http://portal.test"
LOGIN, PASSWORD = "lan.vt", "mật khẩu đủ dài"


@pytest.fixture
async def database_url(postgres: str) -> AsyncGenerator[str]:
    """A fresh, migrated database, as the portal's own role."""
    name = f"p{uuid4().hex[:16]}"
    server = postgres.rpartition("@")[2].partition("/")[0]
    admin = await asyncpg.connect(postgres)
    for role in (f"{name}_owner", f"{name}_app"):
        await admin.execute(f"CREATE ROLE {role} LOGIN PASSWORD 'test'")
    await admin.execute(f"CREATE DATABASE {name} OWNER {name}_owner")
    await migrate(f"postgresql+asyncpg://{name}_owner:test@{server}/{name}", f"{name}_app")
    yield f"postgresql+asyncpg://{name}_app:test@{server}/{name}"
    await admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
    for role in (f"{name}_owner", f"{name}_app"):
        await admin.execute(f"DROP ROLE {role}")
    await admin.close()


@pytest.fixture(scope="session")
def web_assets() -> None:
    build.build()


@pytest.fixture(scope="session")
def passwords() -> Passwords:
    """Quick to hash: what is tested is not argon2."""
    return Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture(scope="session")
def site() -> Site:
    return Site(province="Đảng bộ tỉnh Mẫu", support="0214 380 1234", sample=True, version="0.1.0")


@pytest.fixture(scope="session")
def renderer(site: Site) -> Renderer:
    """Needs no build."""
    return Renderer(site, Assets(script="/static/portal.js", styles=("/static/portal.css",), fonts=()))


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    tokens.make_key(tmp_path, datetime(2026, 1, 1, tzinfo=UTC))
    clock = tmp_path / "clock"
    return Settings(
        province="tinh-mau",
        province_name="Đảng bộ tỉnh Mẫu",
        support="0214 380 1234",
        database_url=database_url,
        portal_url=ORIGIN,
        signing_keys=tmp_path,
        services={"registry": "http://registry.test", "statistics": "http://statistics.test"},
        sample=True,
        clock_file=clock,
    )


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
async def engine(settings: Settings) -> AsyncGenerator[AsyncEngine]:
    engine = create_async_engine(settings.database_url)
    yield engine
    await engine.dispose()


@pytest.fixture
async def app(
    settings: Settings, shelf: Shelf, passwords: Passwords, engine: AsyncEngine, web_assets: None
) -> AsyncGenerator[FastAPI]:
    """The portal, started; one account exists."""
    await accounts.add(
        engine, passwords, login=LOGIN, name="Vũ Thị Lan", password=PASSWORD, by="test", now=datetime.now(UTC)
    )
    app = create_app(settings, shelf.reads(), passwords)
    async with app.router.lifespan_context(app):
        yield app


@pytest.fixture
async def client(app: FastAPI) -> AsyncGenerator[httpx.AsyncClient]:
    """A browser without script."""
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app, raise_app_exceptions=False, client=("192.0.2.7", 1234)),
        base_url=ORIGIN,
        headers={"Origin": ORIGIN},
    ) as client:
        yield client
