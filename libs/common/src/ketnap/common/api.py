"""An API as an application: probes, errors as problems, one summary line a request."""

import time
from collections.abc import Sequence
from http import HTTPStatus

import structlog
from fastapi import APIRouter, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Lifespan, Message, Receive, Scope, Send

from ketnap.common.append import Busy, OutcomeUnknown
from ketnap.common.database import is_lost, sqlstate
from ketnap.common.decider import Rejected
from ketnap.common.health import Health
from ketnap.common.http import Broken, Malformed, NoSuchAddress, NotNow, WrongMethod, correlation_of, problem
from ketnap.common.logs import named
from ketnap.common.metrics import Metrics

logger = structlog.get_logger()


def create_app(
    *,
    title: str,
    routers: Sequence[APIRouter],
    health: Health,
    metrics: Metrics,
    lifespan: Lifespan[FastAPI],
) -> FastAPI:
    """An API with its probes, its errors as problem+json, and one summary line a request in the log."""
    app = FastAPI(title=title, docs_url=None, redoc_url=None, lifespan=lifespan)
    for router in routers:
        app.include_router(router)
    app.include_router(_probes(health, metrics))
    app.add_exception_handler(Rejected, _rejected)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(Busy, _not_now)
    app.add_exception_handler(OutcomeUnknown, _not_now)
    app.add_middleware(Summary, metrics=metrics)
    return app


def _probes(health: Health, metrics: Metrics) -> APIRouter:
    probes = APIRouter(include_in_schema=False)

    @probes.get("/health/live")
    async def live() -> Response:
        return JSONResponse({"live": health.live()}, status_code=200 if health.live() else 503)

    @probes.get("/health/ready")
    async def ready() -> Response:
        findings = await health.ready()
        ok = all(finding.ok for finding in findings.values())
        body = {"ready": ok, "checks": {name: {"ok": f.ok, "says": f.says} for name, f in findings.items()}}
        return JSONResponse(body, status_code=200 if ok else 503)

    @probes.get("/metrics")
    async def scrape() -> Response:
        return Response(metrics.render(), media_type="text/plain; version=0.0.4")

    return probes


async def _rejected(request: Request, error: Exception) -> Response:
    assert isinstance(error, Rejected)  # noqa: S101 - registered for Rejected only
    return problem(request, error)


async def _malformed(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - registered for it only
    places = "; ".join(
        f"{'.'.join(str(part) for part in found['loc'][1:]) or found['loc'][0]}: {found['msg']}"
        for found in error.errors()
    )
    return problem(request, Malformed(what=places[:1000].encode(errors="backslashreplace").decode()))


async def _http(request: Request, error: Exception) -> Response:
    match getattr(error, "status_code", None):
        case HTTPStatus.NOT_FOUND:
            return problem(request, NoSuchAddress())
        case HTTPStatus.METHOD_NOT_ALLOWED:
            return problem(request, WrongMethod())
        case _:
            return problem(request, Malformed(what=str(error)))


async def _not_now(request: Request, error: Exception) -> Response:
    logger.warning("not_now", error=f"{type(error).__name__} {error}")
    return problem(request, NotNow())


class Summary:
    """One line a request; whatever nobody caught becomes a problem with a code to tell the operators."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(("/health", "/metrics")):
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        structlog.contextvars.bind_contextvars(correlation_id=correlation_of(request))
        began = time.perf_counter()
        status = 0

        async def remember(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [
                    *message.get("headers", []),
                    (b"x-correlation-id", correlation_of(request).encode()),
                ]
            await send(message)

        try:
            await self._app(scope, receive, remember)
        except Exception as error:  # noqa: BLE001 - whatever nobody caught is answered and logged here
            answer = _unexpected(request, error)
            if not status:
                await problem(request, answer)(scope, receive, remember)
        finally:
            action = getattr(request.state, "action", "")
            seconds = time.perf_counter() - began
            self._metrics.requests.labels(action, str(status)).observe(seconds)
            logger.info(
                "request",
                method=scope["method"],
                path=scope["path"],
                status=status,
                duration_ms=round(seconds * 1000, 1),
                action=action,
            )
            structlog.contextvars.unbind_contextvars("correlation_id", "actor", "action")


def _unexpected(request: Request, error: Exception) -> Rejected:
    if is_lost(error):
        logger.warning("database_lost", error=named(error))
        return NotNow()
    logger.error("request_failed", exc_info=error)
    if sqlstate(error).startswith("22"):
        return Malformed(what="text or number that cannot be stored")
    return Broken(correlation_id=correlation_of(request))
