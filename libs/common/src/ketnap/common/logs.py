"""Logs: one JSON object a line on standard output, with the keys an operator searches for, never personal data."""

import logging
import sys
from typing import Any

import orjson
import structlog


def configure(*, service: str, role: str, version: str, province: str, level: str = "INFO") -> None:
    """Once per process, before anything logs."""
    logging.basicConfig(stream=sys.stdout, level=logging.WARNING, format="%(message)s")
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="ts"),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(serializer=_dumps),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.BytesLoggerFactory(),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(service=service, role=role, version=version, province=province)


def _dumps(event: Any, **_: Any) -> bytes:  # Any: what structlog hands over
    return orjson.dumps(event, default=str)
