"""What goes wrong becomes a page that says what to do, with a code that finds the request in the log."""

import time

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ketnap.common.http import correlation_of
from ketnap.portal.desk import LIVE_HEADER, Desk, FormExpired, NotSignedIn, language_of, to_sign_in
from ketnap.portal.metrics import Metrics
from ketnap.portal.pages.error import Error, Fault
from ketnap.portal.scope import NotADay
from ketnap.portal.services import NoAnswer, NotAllowed, NotThere, Refused

logger = structlog.get_logger()

_KNOWN = (
    NotSignedIn,
    FormExpired,
    NotAllowed,
    NotThere,
    NotADay,
    NoAnswer,
    Refused,
    SQLAlchemyError,
    OSError,
    RequestValidationError,
    HTTPException,
)


def install(app: FastAPI, desk: Desk) -> None:
    async def answer(request: Request, error: Exception) -> Response:
        match error:
            case NotSignedIn() if LIVE_HEADER in request.headers or "hx-request" in request.headers:
                return Response(status_code=401)
            case NotSignedIn():
                return to_sign_in(request, expired=desk.session_cookie in request.cookies)
            case FormExpired():
                return page(desk, request, Fault.FORM_EXPIRED, 403)
            case RequestValidationError() if request.method == "POST":
                return page(desk, request, Fault.FORM_EXPIRED, 422)
            case NotAllowed():
                return page(desk, request, Fault.FORBIDDEN, 403)
            case NotADay(args=(str(typed), *_)):
                return page(desk, request, Fault.BAD_DAY, 422, typed[:40])
            case Refused():
                return page(desk, request, Fault.REFUSED, 422, error.sentence_in(language_of(request)))
            case NoAnswer() | SQLAlchemyError() | OSError():
                logger.warning("no_answer", error=f"{type(error).__name__}: {error}")
                return page(desk, request, Fault.UNAVAILABLE, 503)
            case _:
                return page(desk, request, Fault.NOT_FOUND, 404)

    for kind in _KNOWN:
        app.add_exception_handler(kind, answer)


def page(desk: Desk, request: Request, fault: Fault, status: int, said: str = "") -> Response:
    error = Error(fault=fault, status=status, code=correlation_of(request)[:8].upper(), said=said)
    return desk.page(desk.frame(request, secret=""), error, status)


class Summary:
    """One line a request in the log; whatever nobody caught becomes a page too."""

    def __init__(self, app: ASGIApp, desk: Desk, metrics: Metrics) -> None:
        self._app = app
        self._desk = desk
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith(("/health", "/static")):
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
            await send(message)

        try:
            await self._app(scope, receive, remember)
        except Exception:
            logger.exception("request_failed")
            if not status:
                await page(self._desk, request, Fault.BROKEN, 500)(scope, receive, remember)
        finally:
            action = getattr(scope.get("route"), "name", "")
            seconds = time.perf_counter() - began
            self._metrics.request(action, status, seconds)
            logger.info(
                "request",
                method=scope["method"],
                path=scope["path"],
                status=status,
                duration_ms=round(seconds * 1000, 1),
                action=action,
            )
            structlog.contextvars.unbind_contextvars("correlation_id", "actor")
