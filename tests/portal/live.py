"""The portal over real services: who signs in there is known here."""

import json
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import httpx
from fastapi import FastAPI
from sqlalchemy.ext.asyncio import create_async_engine

from ketnap.common.clock import Clock
from ketnap.portal import accounts, tokens
from ketnap.portal.answers.reads import reads
from ketnap.portal.app import create_app
from ketnap.portal.passwords import Passwords
from ketnap.portal.services import Services
from ketnap.portal.settings import Settings
from tests.portal.conftest import PASSWORD
from tests.province import ISSUER

ADDRESS = "https://portal.test"


def make_issuer(folder: Path) -> None:
    """From now on services trust the portal's own key, in the place of the tests'."""
    keys = folder / "portal-keys"
    keys.mkdir()
    tokens.make_key(keys, datetime(2026, 1, 1, tzinfo=UTC))
    known = json.loads((folder / "jwks.json").read_text())["keys"]
    issuer = tokens.Issuer(ISSUER, tokens.load_keys(keys))
    (folder / "jwks.json").write_text(json.dumps({"keys": [*known, *issuer.public_keys()["keys"]]}))


async def make_app(
    database_url: str,
    folder: Path,
    clock: Clock,
    passwords: Passwords,
    clients: Mapping[str, httpx.AsyncClient],
    people: Mapping[UUID, str],
    *,
    url: str = ADDRESS,
) -> FastAPI:
    """A portal over these services, where these accounts can sign in."""
    settings = Settings(
        province="tinh-mau",
        province_name="Đảng bộ tỉnh Mẫu",
        support="0214 380 1234",
        database_url=database_url,
        portal_url=url,
        signing_keys=folder / "portal-keys",
        services={name: f"http://{name}.test" for name in ("registry", "statistics")},
    )
    engine = create_async_engine(database_url)
    for account, login in people.items():
        await accounts.put(
            engine,
            passwords,
            account=account,
            login=login,
            name=login,
            password=PASSWORD,
            by="test",
            now=clock.now(),
        )
    await engine.dispose()
    return create_app(settings, reads(Services(clients), clock), passwords)


@asynccontextmanager
async def portal(
    database_url: str,
    folder: Path,
    clock: Clock,
    passwords: Passwords,
    clients: Mapping[str, httpx.AsyncClient],
    people: Mapping[UUID, str],
) -> AsyncGenerator[httpx.AsyncClient]:
    """A browser without script before such a portal."""
    app = await make_app(database_url, folder, clock, passwords, clients, people)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(
            transport=httpx.ASGITransport(app, raise_app_exceptions=False),
            base_url=ADDRESS,
            headers={"Origin": ADDRESS},
        ) as browser,
    ):
        yield browser
