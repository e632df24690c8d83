"""Run one service: its API, its worker, or both, told by KETNAP_* what it needs."""

import asyncio
from enum import StrEnum
from importlib.metadata import version

import uvicorn
from fastapi import FastAPI
from prometheus_client import CollectorRegistry, start_http_server
from pydantic import ValidationError

from ketnap.common import logs
from ketnap.common.service import configure_logs
from ketnap.common.settings import Settings
from ketnap.ops import catalogue
from ketnap.ops.unable import Code, Unable, not_told
from ketnap.portal import app as portal
from ketnap.portal.assets import AssetsMissing
from ketnap.portal.settings import Settings as PortalSettings
from ketnap.portal.tokens import NoSigningKey


class Role(StrEnum):
    ALL = "all"
    API = "api"
    WORKER = "worker"


def serve(service: str, role: Role, *, host: str, port: int, metrics_port: int) -> None:
    """Until a signal ends it; what is under way is finished first."""
    app, registry = _portal(role) if service == catalogue.PORTAL else _with_log(service, role)
    if metrics_port:
        start_http_server(metrics_port, addr=host, registry=registry)
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        loop="uvloop",
        access_log=False,
        log_config=None,
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=5,
    )
    asyncio.run(uvicorn.Server(config).serve())


def _with_log(service: str, role: Role) -> tuple[FastAPI, CollectorRegistry]:
    try:
        settings = Settings()
    except ValidationError as error:
        raise not_told(error) from None
    configure_logs(settings, service, role)
    made = catalogue.create(service, settings)
    return made.create_app(
        api=role is not Role.WORKER, worker=role is not Role.API
    ), made.core.metrics.registry


def _portal(role: Role) -> tuple[FastAPI, CollectorRegistry]:
    """It has pages and no worker."""
    if role is Role.WORKER:
        raise Unable("The portal has no worker: leave out --role, or say api.", Code.USAGE)
    try:
        settings = PortalSettings()
    except ValidationError as error:
        raise not_told(error) from None
    logs.configure(
        service=catalogue.PORTAL,
        role=role,
        version=version("ketnap"),
        province=settings.province,
        level=settings.log_level,
    )
    try:
        app = portal.create(settings)
    except (AssetsMissing, NoSigningKey) as lacking:
        raise Unable(str(lacking)) from None
    return app, app.state.metrics.registry
