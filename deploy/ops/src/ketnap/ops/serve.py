"""Run one service: its API, its worker, or both, told by KETNAP_* what it needs.

`python -m ketnap.ops.serve` is the process that stays: it loads what its service needs, and not the command line.
"""

import argparse
import asyncio
import sys
from enum import StrEnum
from importlib.metadata import version

import uvicorn
from fastapi import FastAPI
from prometheus_client import CollectorRegistry, start_http_server
from pydantic import ValidationError

from ketnap.common import logs
from ketnap.common.settings import Settings
from ketnap.ops.deployment import PORTAL
from ketnap.ops.unable import Code, Unable, from_os, not_told


class Role(StrEnum):
    ALL = "all"
    API = "api"
    WORKER = "worker"


def command(service: str, role: Role, *, host: str, port: int, metrics_port: int) -> list[str]:
    """What starts the process."""
    return [
        sys.executable,
        *("-m", "ketnap.ops.serve", service),
        *("--role", role, "--host", host, "--port", str(port), "--metrics-port", str(metrics_port)),
    ]


def serve(service: str, role: Role, *, host: str, port: int, metrics_port: int) -> None:
    """Until a signal ends it; what is under way is finished first."""
    app, registry = _portal(role) if service == PORTAL else _with_log(service, role)
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
    from ketnap.common.service import configure_logs  # noqa: PLC0415 - the portal does not need this in memory
    from ketnap.ops import catalogue  # noqa: PLC0415 - as above

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
    from ketnap.portal import app as portal  # noqa: PLC0415 - the others do not need this in memory
    from ketnap.portal.assets import AssetsMissing  # noqa: PLC0415 - as above
    from ketnap.portal.settings import Settings as PortalSettings  # noqa: PLC0415 - as above
    from ketnap.portal.tokens import NoSigningKey  # noqa: PLC0415 - as above

    if role is Role.WORKER:
        raise Unable("The portal has no worker: leave out --role, or say api.", Code.USAGE)
    try:
        settings = PortalSettings()
    except ValidationError as error:
        raise not_told(error) from None
    logs.configure(
        service=PORTAL,
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


def main() -> None:
    parser = argparse.ArgumentParser(prog="ketnap serve")
    parser.add_argument("service")
    parser.add_argument("--role", type=Role, choices=list(Role), default=Role.ALL)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--metrics-port", type=int, default=0)
    asked = parser.parse_args()
    try:
        serve(
            asked.service,
            asked.role,
            host=asked.host,
            port=asked.port,
            metrics_port=asked.metrics_port,
        )
    except (OSError, Unable) as error:
        no = error if isinstance(error, Unable) else from_os(error)
        print(no.sentence, file=sys.stderr)
        sys.exit(no.code)


if __name__ == "__main__":
    main()
