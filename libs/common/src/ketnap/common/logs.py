"""Logs: one JSON object a line on standard output, with the keys an operator searches for, never personal data."""

import logging
import sys
import traceback
from collections.abc import Iterator
from typing import Any

import orjson
import structlog
from structlog.typing import EventDict


def configure(*, service: str, role: str, version: str, province: str, level: str = "INFO") -> None:
    """Once per process, before anything logs."""
    logging.basicConfig(stream=sys.stdout, level=logging.WARNING, format="%(message)s")
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="ts"),
            _without_texts,
            structlog.processors.JSONRenderer(serializer=_dumps),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.BytesLoggerFactory(),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(service=service, role=role, version=version, province=province)


def named(error: BaseException) -> str:
    """What kind of error it is, with PostgreSQL's code. Never its text: that may quote data."""
    if isinstance(error, BaseExceptionGroup):
        return "; ".join(named(inner) for inner in error.exceptions)
    state = getattr(getattr(error, "orig", error), "sqlstate", None)
    return f"{type(error).__name__} {state}" if state else type(error).__name__


def _without_texts(_logger: object, _method: str, event: EventDict) -> EventDict:
    """An exception as its kind and the places it passed, its causes first."""
    error = event.pop("exc_info", None)
    if error is True:
        error = sys.exception()
    if isinstance(error, BaseException):
        event["error"] = named(error)
        event["trace"] = list(_places(error))
    return event


def _places(error: BaseException) -> Iterator[str]:
    if before := error.__cause__ or error.__context__:
        yield from _places(before)
    yield named(error)
    for frame in traceback.extract_tb(error.__traceback__):
        yield f"{frame.filename}:{frame.lineno} {frame.name}"


def _dumps(event: Any, **_: Any) -> bytes:  # Any: what structlog hands over
    return orjson.dumps(event, default=str)
