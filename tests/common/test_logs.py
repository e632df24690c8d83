"""Logs: one JSON object a line, with the keys operators search for, and nothing of what an error quotes."""

import json
from collections.abc import Iterator

import asyncpg
import pytest
import structlog

from ketnap.common import logs
from ketnap.common.logs import named


@pytest.fixture(autouse=True)
def as_in_production(capfd: pytest.CaptureFixture[str]) -> Iterator[None]:
    structlog.reset_defaults()
    logs.configure(service="places", role="worker", version="1.2", province="tinh-mau", level="INFO")
    yield
    logs.configure(service="test", role="test", version="0", province="test", level="WARNING")


def line(capfd: pytest.CaptureFixture[str]) -> dict[str, object]:
    [only] = capfd.readouterr().out.splitlines()
    found: dict[str, object] = json.loads(only)
    return found


def test_a_line_has_the_keys_that_are_searched_for(capfd: pytest.CaptureFixture[str]) -> None:
    structlog.get_logger().info("place_taken", position=7, stream="place-1")

    found = line(capfd)
    assert str(found.pop("ts")).endswith("Z")
    assert found == {
        "event": "place_taken",
        "level": "info",
        "service": "places",
        "role": "worker",
        "version": "1.2",
        "province": "tinh-mau",
        "position": 7,
        "stream": "place-1",
    }


def test_an_exception_is_its_kind_and_its_places_never_its_text(capfd: pytest.CaptureFixture[str]) -> None:
    try:
        try:
            int("Hoàng Văn Canary")
        except ValueError as error:
            raise KeyError("Hoàng Văn Canary") from error
    except KeyError:
        structlog.get_logger().exception("broken")

    found = line(capfd)
    assert found["error"] == "KeyError"
    trace = found["trace"]
    assert isinstance(trace, list)
    assert [part for part in trace if "." not in part] == ["ValueError", "KeyError"]
    assert any(part.endswith("test_an_exception_is_its_kind_and_its_places_never_its_text") for part in trace)
    assert "Canary" not in json.dumps(found)


def test_what_is_quieter_than_wanted_is_not_written(capfd: pytest.CaptureFixture[str]) -> None:
    structlog.get_logger().debug("nothing")

    assert capfd.readouterr().out == ""


def test_an_error_is_named_with_the_code_of_postgresql() -> None:
    locked = asyncpg.LockNotAvailableError("canceling statement: row (Nguyễn)")
    group = ExceptionGroup("two", [locked, ExceptionGroup("one", [ValueError("Nguyễn")])])

    assert named(locked) == "LockNotAvailableError 55P03"
    assert named(group) == "LockNotAvailableError 55P03; ValueError"
