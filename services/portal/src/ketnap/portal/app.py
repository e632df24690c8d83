"""The portal: the only place where its parts meet."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from importlib.metadata import version

from fastapi import APIRouter, FastAPI, Response
from fastapi.responses import JSONResponse
from starlette.staticfiles import StaticFiles

from ketnap.common.clock import Clock
from ketnap.common.database import Database
from ketnap.common.health import Finding, Health
from ketnap.portal import assets, faults, tokens
from ketnap.portal.agencies import agencies
from ketnap.portal.answers import reads as answers
from ketnap.portal.database import is_current
from ketnap.portal.desk import Desk
from ketnap.portal.entrance import entrance
from ketnap.portal.headers import SecurityHeaders
from ketnap.portal.metrics import Metrics
from ketnap.portal.passwords import Passwords
from ketnap.portal.reading import reading
from ketnap.portal.reads import Reads
from ketnap.portal.rendering import Renderer, Site
from ketnap.portal.services import Services, connect
from ketnap.portal.settings import Settings


def create(settings: Settings) -> FastAPI:
    """The portal as it runs: its pages read from the services.

    Raises:
        AssetsMissing, NoSigningKey
    """
    services = connect(settings.services)
    return create_app(settings, answers.reads(services, Clock(settings.clock_file)), services=services)


def create_app(
    settings: Settings,
    reads: Reads,
    passwords: Passwords | None = None,
    services: Services | None = None,
) -> FastAPI:
    """Nothing is connected before the application starts; the services are let go when it stops.

    Raises:
        AssetsMissing, NoSigningKey
    """
    built = assets.load()
    database = Database(settings.database, pool=settings.pool, name="ketnap-portal")
    site = Site(
        province=settings.province_name,
        support=settings.support,
        sample=settings.sample,
        version=version("ketnap"),
    )
    desk = Desk(
        renderer=Renderer(site, built),
        engine=database.engine,
        clock=Clock(settings.clock_file),
        origin=settings.portal_url,
    )
    issuer = tokens.Issuer(tokens.issuer_of(settings.province), tokens.load_keys(settings.signing_keys))
    metrics = Metrics()
    health = Health({"database": lambda: _database(database)})

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncGenerator[None]:
        tasks = [asyncio.create_task(health.tick()), asyncio.create_task(database.keep_small())]
        yield
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await database.close()
        if services is not None:
            await services.close()

    app = FastAPI(title="Ketnap portal", docs_url=None, redoc_url=None, openapi_url=None, lifespan=lifespan)
    app.include_router(entrance(desk, passwords or Passwords(), metrics, reads.runs))
    app.include_router(reading(desk, issuer, reads, site.version + built.script))
    app.include_router(agencies(desk, settings.province, site.version, settings.agencies_kafka))
    app.include_router(_probes(health, issuer))
    app.mount("/static", StaticFiles(directory=assets.DIST), name="static")
    faults.install(app, desk)
    app.add_middleware(faults.Summary, desk=desk, metrics=metrics)
    app.add_middleware(SecurityHeaders, secure=settings.secure)
    app.state.metrics = metrics
    return app


def _probes(health: Health, issuer: tokens.Issuer) -> APIRouter:
    router = APIRouter(include_in_schema=False)

    @router.get("/.well-known/jwks.json", name="public_keys")
    async def public_keys() -> Response:
        return JSONResponse(issuer.public_keys(), headers={"Cache-Control": "public, max-age=300"})

    @router.get("/health/live", name="live")
    async def live() -> Response:
        return JSONResponse({"live": health.live()}, status_code=200 if health.live() else 503)

    @router.get("/health/ready", name="ready")
    async def ready() -> Response:
        findings = await health.ready()
        ok = all(finding.ok for finding in findings.values())
        checks = {name: {"ok": finding.ok, "says": finding.says} for name, finding in findings.items()}
        return JSONResponse({"ready": ok, "checks": checks}, status_code=200 if ok else 503)

    return router


async def _database(database: Database) -> Finding:
    async with database.connect() as connection:
        current = await is_current(connection)
    return Finding(
        ok=current, says="schema is current" if current else "schema is of another release: migrate"
    )
