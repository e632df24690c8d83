"""A whole province by one command: processes, databases, topics, a lived story, dashboards."""

import asyncio
import json
import os
import re
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from ketnap.ops.doors import DEMO_PASSWORD
from tests.machine import Machine

PACK = str(Path(__file__).parents[1] / "simulator/tinh-mau")
PROVINCE = "tinh-mau"
KILLED_AFTER = "students 2024-01-15 2024-09-30 0 introduced"  # by the Youth Union; the cell has them since
LINES_KEPT = 40  # of the journal: what was written last never reached the disk


@pytest.fixture(scope="module")
def machine() -> Iterator[Machine]:
    made = Machine()
    yield made
    made.close()


def test_a_start_that_is_killed_goes_on_where_it_stood_and_tells_where_to_go(machine: Machine) -> None:
    journal = machine.home / "provinces" / PROVINCE / "journal"
    first = subprocess.Popen(
        [*machine.command, "up", "--province", PACK],
        env=machine.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    asyncio.run(_until_it_tells(first, journal, KILLED_AFTER))
    first.kill()
    first.communicate()
    journal.write_text("".join(journal.read_text().splitlines(keepends=True)[:LINES_KEPT]))

    second = machine.ketnap("up", "--province", PACK)

    assert second.returncode == 0, second.stderr
    assert "dashboards have caught up" in second.stderr
    assert f"http://127.0.0.1:{machine.base}" in second.stderr
    assert "to-chuc" in second.stderr
    keys = _answered(journal)
    assert KILLED_AFTER in keys[LINES_KEPT:]
    assert len(keys) == len(set(keys))


def test_an_officer_finds_the_year(machine: Machine) -> None:
    with _browser(machine) as browser:
        form = re.search(r'name="form" value="([^"]+)"', browser.get("/dang-nhap").text)
        assert form is not None
        answer = {"ten": "to-chuc", "mat-khau": DEMO_PASSWORD, "form": form[1], "tro-ve": "/"}
        page = browser.post("/dang-nhap", data=answer)
        evidence = re.search(r'href="(/can-cu[^"]+)"', page.text)
        assert evidence is not None
        proof = browser.get(evidence[1].replace("&amp;", "&"))

    assert (page.status_code, page.url.path) == (200, "/")
    assert "Tiến độ kết nạp đảng viên năm 2024" in page.text
    assert proof.status_code == 200


def test_an_operator_finds_all_well(machine: Machine) -> None:
    assert {row["state"] for row in machine.rows().values()} == {"ready"}
    doctor = machine.ketnap("doctor")
    assert doctor.returncode == 0, doctor.stdout + doctor.stderr
    for service in range(5):
        answer = httpx.get(f"http://127.0.0.1:{machine.base + service}/health/ready", trust_env=False)
        assert answer.status_code == 200, answer.text


def test_a_second_start_changes_nothing(machine: Machine) -> None:
    before = {name: row["pid"] for name, row in machine.rows().items()}
    journal = machine.home / "provinces" / PROVINCE / "journal"
    said = journal.read_text()

    again = machine.ketnap("up", "--province", PACK)

    assert again.returncode == 0, again.stderr
    assert "acts of officers" not in again.stderr
    assert journal.read_text() == said
    assert {name: row["pid"] for name, row in machine.rows().items()} == before


def test_a_killed_service_is_back_without_being_asked(machine: Machine) -> None:
    name = f"{PROVINCE}-statistics"
    killed = machine.rows()[name]["pid"]

    os.kill(killed, signal.SIGKILL)

    asyncio.run(_until_back(machine, name, killed))


def test_down_leaves_nothing_running(machine: Machine) -> None:
    assert machine.ketnap("down").returncode == 0
    assert machine.processes() == []


def _browser(machine: Machine) -> httpx.Client:
    return httpx.Client(
        base_url=f"http://127.0.0.1:{machine.base}", follow_redirects=True, timeout=60, trust_env=False
    )


async def _until_it_tells(process: subprocess.Popen[str], journal: Path, key: str) -> None:
    async with asyncio.timeout(600):
        while key not in _answered(journal):
            assert process.poll() is None, process.communicate()[0]
            await asyncio.sleep(0.05)


def _answered(journal: Path) -> list[str]:
    """The acts that a journal holds, but for a last line that is being written."""
    text = journal.read_text() if journal.exists() else ""
    return [json.loads(line)[0] for line in text.splitlines(keepends=True) if line.endswith("\n")]


async def _until_back(machine: Machine, name: str, killed: int) -> None:
    async with asyncio.timeout(120):
        while True:
            row = machine.rows()[name]
            if row["state"] == "ready" and row["pid"] != killed:
                return
            await asyncio.sleep(0.2)
