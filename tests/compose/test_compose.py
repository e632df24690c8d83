"""The product in containers, as docker-compose.yml describes it."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import httpx
import pytest

from ketnap.ops.doors import DEMO_PASSWORD
from tests import servers

ROOT = Path(__file__).parents[2]
MINUTES = 20

pytestmark = pytest.mark.compose


@dataclass(frozen=True, kw_only=True)
class Containers:
    portal: str
    compose: Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def containers() -> Iterator[Containers]:
    """A province that was brought up by Docker Compose."""
    if shutil.which("docker") is None:
        pytest.skip("there is no docker command on this machine")
    engine = subprocess.run(["docker", "info"], capture_output=True, text=True, check=False)
    if engine.returncode:
        pytest.skip(f"no Docker engine answers: {engine.stderr.strip().splitlines()[-1]}")
    port = servers.free_port(0, 1)
    environment = os.environ | {"PORT": str(port), "KAFKA_PORT": str(port + 1)}
    compose = ["docker", "compose", "--project-name", f"ketnap-test-{uuid4().hex[:8]}"]

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*compose, *arguments],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=60 * MINUTES,
        )

    try:
        up = run("up", "--build", "--wait")
        assert up.returncode == 0, up.stderr[-500:] + run("logs", "--tail", "5").stdout[-6000:]
        yield Containers(portal=f"http://127.0.0.1:{port}", compose=run)
    finally:
        run("down", "--volumes", "--timeout", "5")


def test_an_officer_signs_in_and_finds_the_year(containers: Containers) -> None:
    with httpx.Client(
        base_url=containers.portal, follow_redirects=True, timeout=30, trust_env=False
    ) as browser:
        form = re.search(r'name="form" value="([^"]+)"', browser.get("/dang-nhap").text)
        assert form is not None
        page = browser.post(
            "/dang-nhap", data={"ten": "to-chuc", "mat-khau": DEMO_PASSWORD, "form": form[1], "tro-ve": "/"}
        )

    assert page.status_code == 200
    assert page.url.path == "/"
    assert "220" in page.text


def test_public_keys_are_published(containers: Containers) -> None:
    keys = httpx.get(f"{containers.portal}/.well-known/jwks.json", trust_env=False).json()["keys"]

    assert [key["crv"] for key in keys] == ["Ed25519"]


def test_the_database_adopts_no_orphans(containers: Containers) -> None:
    """PostgreSQL as process 1 would inherit whatever a check leaves behind, and start again when that is killed."""
    first = containers.compose("exec", "-T", "postgres", "cat", "/proc/1/comm")

    assert first.returncode == 0, first.stderr
    assert first.stdout.strip() != "postgres"


def test_a_second_start_lives_nothing_again(containers: Containers) -> None:
    again = containers.compose("up", "--wait")

    assert again.returncode == 0, again.stderr[-2000:]
    assert containers.compose("logs", "simulate").stdout.count("acts of officers") == 1
