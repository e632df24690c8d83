"""The runner as its users meet it: the command, real PostgreSQL, real Kafka, and all that goes wrong."""

import os
import pwd
import re
import resource
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import asyncpg
import psutil
import pytest

from ketnap.common.personal import read_key
from ketnap.ops import kafka, place, postgres, ready, tools
from ketnap.ops.deployment import SERVICES
from ketnap.ops.unable import Code, Unable
from tests import servers
from tests.machine import KAFKA, POSTGRES, Machine
from tests.servers import Own


@pytest.fixture
def machine() -> Iterator[Machine]:
    made = Machine()
    yield made
    made.close()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """30 MB, where a server's data do not fit."""
    if os.geteuid() != 0:
        pytest.skip("only root may mount a disk")
    folder = servers.new_folder()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=30m,mode=711", "ketnap-test", folder], check=True)
    yield folder
    subprocess.run(["umount", folder], check=True)
    folder.rmdir()


def test_a_first_start_makes_everything_and_a_second_one_changes_nothing(machine: Machine) -> None:
    first = machine.ketnap("infra", "up")
    rows = machine.rows()
    second = machine.ketnap("infra", "up")

    assert first.returncode == 0, first.stderr
    assert re.search(r"PostgreSQL \d+\.\d+ … \d+\.\d s\n", first.stderr)
    assert re.search(r"Apache Kafka 4\.3\.0 … \d+\.\d s\n", first.stderr)
    assert {row["state"] for row in rows.values()} == {"ready"}
    assert second.returncode == 0, second.stderr
    assert second.stderr.count("was running") == 2
    assert machine.rows() == rows


def test_keys_are_for_their_owner_alone_and_never_made_again(machine: Machine) -> None:
    folder = machine.home.parent / "keys"

    first = machine.ketnap("init", str(folder))
    made = {file: file.read_bytes() for file in folder.iterdir()}
    second = machine.ketnap("init", str(folder))

    assert set(first.stdout.split()) == {str(file) for file in made}
    assert {file.stat().st_mode & 0o777 for file in made} == {0o600}
    assert len(read_key(folder / "master.key")) == len(read_key(folder / "pepper.key")) == 32
    assert len(set(made.values())) == len(made) == 3 + 2 * len(SERVICES)
    assert second.stdout == ""
    assert made == {file: file.read_bytes() for file in folder.iterdir()}


async def test_down_keeps_the_data_and_leaves_nothing_running(machine: Machine) -> None:
    machine.ketnap("infra", "up")
    before = await machine.identities()
    url = f"postgresql://postgres:{(machine.home / 'keys/postgres.password').read_text()}@127.0.0.1"
    connection = await asyncpg.connect(f"{url}:{machine.base + POSTGRES}/postgres")
    await connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    await connection.close()

    down = machine.ketnap("down")
    assert down.returncode == 0, down.stderr
    assert machine.processes() == []
    assert machine.ketnap("status").returncode == Code.NOT_FOUND

    machine.ketnap("infra", "up")
    assert await machine.identities() == before
    connection = await asyncpg.connect(f"{url}:{machine.base + POSTGRES}/postgres")
    assert await connection.fetchval("SELECT answer FROM kept") == 42
    await connection.close()


async def test_a_killed_supervisor_takes_everything_with_it_and_the_next_start_is_as_any(
    machine: Machine,
) -> None:
    machine.ketnap("infra", "up")
    before = await machine.identities()
    running = machine.processes()
    assert len(running) > 3

    os.kill(machine.supervisor(), signal.SIGKILL)
    _, alive = psutil.wait_procs(running, timeout=15)

    assert alive == []
    assert machine.ketnap("status").returncode == Code.NOT_FOUND
    again = machine.ketnap("infra", "up")
    assert again.returncode == 0, again.stderr
    assert await machine.identities() == before


async def test_killed_servers_are_started_again_and_that_is_told(machine: Machine) -> None:
    machine.ketnap("infra", "up")
    before = await machine.identities()

    for row in machine.rows().values():
        os.kill(row["pid"], signal.SIGKILL)

    assert await machine.identities() == before
    again = machine.ketnap("infra", "up")
    assert again.returncode == 0, again.stderr
    for row in machine.rows().values():
        assert (row["state"], row["restarts"]) == ("ready", 1)
        assert row["note"].endswith("was ended by SIGKILL.")


def test_down_ends_a_supervisor_that_hangs_and_servers_that_hang(machine: Machine) -> None:
    machine.ketnap("infra", "up")
    os.kill(machine.rows()["postgres"]["pid"], signal.SIGSTOP)
    os.kill(machine.supervisor(), signal.SIGSTOP)

    down = machine.ketnap("down")

    assert down.returncode == 0, down.stderr
    assert machine.processes() == []


async def test_another_postgresql_on_the_port_is_refused_in_one_sentence(
    own_postgres: Own[postgres.Server],
) -> None:
    machine = Machine(own_postgres.server.port - POSTGRES)

    up = machine.ketnap("infra", "up")

    assert up.returncode == Code.CONFLICT
    assert f"Port {own_postgres.server.port} is taken by another PostgreSQL" in up.stderr
    assert "Traceback" not in up.stderr
    machine.close()


async def test_another_kafka_on_the_port_is_refused_in_one_sentence(own_kafka: Own[kafka.Server]) -> None:
    machine = Machine(own_kafka.server.port - KAFKA)

    up = machine.ketnap("infra", "up")

    assert up.returncode == Code.CONFLICT
    assert f"is taken by another Apache Kafka (cluster {own_kafka.server.cluster_id()})" in up.stderr
    assert "Traceback" not in up.stderr
    machine.close()


async def test_a_server_that_lets_us_in_but_is_not_ours_is_never_ready(
    own_postgres: Own[postgres.Server], kafka: str
) -> None:
    server, port = own_postgres.server, int(kafka.split(":")[1])
    as_asked = server.process().ready
    assert isinstance(as_asked, ready.PostgreSQL)
    assert await ready.ask(as_asked)

    for stranger in (replace(as_asked, system_identifier="1"), ready.Kafka(port=port, cluster_id="ours")):
        with pytest.raises(Unable, match="a server with another identity") as refused:
            await ready.ask(stranger)
        assert refused.value.code == Code.CONFLICT


def test_a_disk_without_room_is_refused_before_anything_is_written(
    machine: Machine, small_disk: Path
) -> None:
    machine.environment["KETNAP_HOME"] = str(small_disk / "home")

    up = machine.ketnap("infra", "up")

    assert up.returncode == Code.ERROR
    assert up.stderr == (
        f"No space is left for {small_disk}/home (500 MB are needed): "
        "free some, or choose a folder on another disk with KETNAP_HOME.\n"
    )


def test_a_disk_that_fills_up_on_the_way_is_named_and_leaves_no_half_made_data(small_disk: Path) -> None:
    server = servers.new_postgres(small_disk / "postgres")

    with pytest.raises(Unable, match="No space is left for PostgreSQL's initdb"):
        server.prepare()

    assert not server.data.exists()


def test_files_that_may_not_grow_end_in_one_sentence(machine: Machine) -> None:
    limit = partial(resource.setrlimit, resource.RLIMIT_FSIZE, (100_000, 100_000))

    up = machine.ketnap("infra", "up", preexec_fn=limit)

    assert up.returncode == Code.ERROR
    assert "Traceback" not in up.stderr
    assert len(up.stderr.splitlines()) == 1


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has privileges to drop")
def test_root_gives_its_privileges_away(machine: Machine) -> None:
    machine.ketnap("infra", "up")

    assert {psutil.Process(row["pid"]).uids().real for row in machine.rows().values()} != {0}


def test_an_ordinary_user_can_do_it_all_with_nothing_but_wheels(machine: Machine) -> None:
    for tool in (tools.POSTGRES, tools.JAVA):
        tools.find(tool, "wheel")
    machine.environment |= {
        "KETNAP_POSTGRES": "wheel",
        "KETNAP_JAVA": "wheel",
        "XDG_CACHE_HOME": str(place.cache().parent),
    }
    nobody = pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else os.geteuid()
    if os.geteuid() == 0:
        os.chown(machine.home.parent, nobody, -1)
        machine.run_as(nobody)

    up = machine.ketnap("infra", "up")

    assert up.returncode == 0, up.stderr
    rows = machine.rows()
    assert rows["postgres"]["title"].startswith("PostgreSQL 17.")
    owners = {process.uids().real for process in machine.processes()}
    assert owners == {nobody}
    assert machine.ketnap("down").returncode == 0
    assert machine.processes() == []
