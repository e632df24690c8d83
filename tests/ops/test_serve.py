"""A service as a process: what it says when it cannot start, and what it does not carry with it."""

import os
import subprocess
import sys

import pytest

from ketnap.ops.unable import Code

UNTOLD = {name: value for name, value in os.environ.items() if not name.startswith("KETNAP_")}


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], env=UNTOLD, capture_output=True, text=True, check=False, timeout=300
    )


@pytest.mark.parametrize("service", ["registry", "portal"])
def test_a_service_that_was_not_told_what_it_needs_says_so_in_a_sentence(service: str) -> None:
    done = run("-m", "ketnap.ops.serve", service)

    assert done.returncode == Code.USAGE
    assert "KETNAP_PROVINCE" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_command_becomes_the_service() -> None:
    done = run("-m", "ketnap.ops.cli", "serve", "registry", "--role", "worker", "--metrics-port", "9001")

    assert done.returncode == Code.USAGE
    assert "KETNAP_PROVINCE" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("service", "without"),
    [
        ("registry", {"typer", "alembic", "jinja2", "ketnap.simulator", "ketnap.portal"}),
        ("statistics", {"typer", "alembic", "jinja2", "ketnap.simulator", "ketnap.portal"}),
        ("portal", {"typer", "alembic", "faststream", "aiokafka", "ketnap.simulator"}),
    ],
)
def test_a_service_carries_nothing_in_memory_that_only_others_need(service: str, without: set[str]) -> None:
    done = run("-c", f"import sys, ketnap.ops.serve, ketnap.{service}.app; print(*sys.modules)")

    loaded = set(done.stdout.split())
    assert f"ketnap.{service}.app" in loaded
    assert not without & loaded
