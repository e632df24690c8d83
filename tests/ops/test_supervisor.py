"""What the supervisor promises about any process, shown with small ones."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import psutil
import pytest
import pytest_asyncio

from ketnap.ops import leftovers, place
from ketnap.ops.place import Place
from ketnap.ops.process import Process
from ketnap.ops.ready import Http
from ketnap.ops.supervisor import Supervisor
from ketnap.ops.unable import Code, Unable
from tests.servers import free_port

SERVER = """
import http.server, sys
print("listening", flush=True)
http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), http.server.SimpleHTTPRequestHandler).serve_forever()
"""


@pytest.fixture
def here(tmp_path: Path) -> Place:
    made = Place(home=tmp_path / "home")
    for folder in (made.logs, made.supervisor):
        folder.mkdir(parents=True)
    return made


@pytest_asyncio.fixture
async def supervisor(here: Place) -> AsyncIterator[Supervisor]:
    made = Supervisor(here)
    yield made
    await made.stop()


def python(name: str, code: str = SERVER, *, after: tuple[str, ...] = (), within: float = 10.0) -> Process:
    port = free_port()
    return Process(
        name=name,
        title=name.title(),
        argv=(sys.executable, "-c", code, str(port)),
        port=port,
        ready=Http(url=f"http://127.0.0.1:{port}/"),
        after=after,
        start_within=within,
        stop_within=1.0,
    )


async def start(supervisor: Supervisor, *processes: Process) -> dict[str, bool]:
    return {started.name: started.ran async for started in supervisor.start(processes)}


async def until(true: Callable[[], object]) -> None:
    async with asyncio.timeout(10):
        while not true():  # noqa: ASYNC110 - what is waited for happens in another process
            await asyncio.sleep(0.02)


async def test_what_runs_just_so_is_left_alone_and_what_changed_is_replaced(supervisor: Supervisor) -> None:
    same, changed = python("same"), python("changed")
    assert await start(supervisor, same, changed) == {"same": False, "changed": False}
    before = {row.name: row.pid for row in [child.row() for child in supervisor.children.values()]}

    assert await start(supervisor, same, python("changed")) == {"same": True, "changed": False}

    after = {name: child.row().pid for name, child in supervisor.children.items()}
    assert before["same"] == after["same"]
    assert before["changed"] != after["changed"]


async def test_a_process_starts_after_what_it_needs_and_stops_before_it(
    supervisor: Supervisor, here: Place
) -> None:
    await start(supervisor, python("base"), python("top", after=("base",)))
    base, top = (psutil.Process(supervisor.children[name].pid) for name in ("base", "top"))
    assert base.create_time() < top.create_time()

    ends: list[str] = []
    lives = {name: child.life for name, child in supervisor.children.items()}
    for name, life in lives.items():
        life.add_done_callback(lambda _, name=name: ends.append(name))  # type: ignore[misc] # mypy cannot infer it
    await supervisor.stop()

    assert ends == ["top", "base"]


async def test_what_dies_is_started_again_and_that_is_told(supervisor: Supervisor) -> None:
    await start(supervisor, python("mortal"))
    child = supervisor.children["mortal"]
    assert child.pid
    first = child.pid

    os.kill(first, signal.SIGKILL)
    await until(lambda: child.state == "ready" and child.pid != first)

    row = child.row()
    assert (row.restarts, row.note) == (1, "Mortal was ended by SIGKILL.")


async def test_what_dies_again_and_again_is_given_longer_and_longer_pauses(supervisor: Supervisor) -> None:
    await start(supervisor, python("mortal"))
    child = supervisor.children["mortal"]
    pauses = []
    for _ in range(3):
        await until(lambda: child.state == "ready")
        assert child.pid
        os.kill(child.pid, signal.SIGKILL)
        await until(lambda: child.state == "waiting")
        begun = child.since
        await until(lambda: child.state == "starting")
        pauses.append(child.since - begun)

    assert pauses == sorted(pauses)
    assert pauses[2] >= 2 * pauses[0]


async def test_a_first_start_that_ends_is_told_with_its_last_words_and_not_repeated(
    supervisor: Supervisor,
) -> None:
    with pytest.raises(Unable, match=r"Broken ended by itself: ValueError: no such setting"):
        await start(supervisor, python("broken", "raise ValueError('no such setting')"))

    assert supervisor.children["broken"].state == "failed"
    assert await start(supervisor, python("broken")) == {"broken": False}


async def test_a_full_disk_is_named_as_such(supervisor: Supervisor) -> None:
    with pytest.raises(Unable, match="No space is left for Full"):
        await start(supervisor, python("full", "raise OSError(28, 'No space left on device')"))


async def test_what_never_answers_is_ended_and_told(supervisor: Supervisor) -> None:
    silent = python("silent", "import time; time.sleep(600)", within=0.5)

    with pytest.raises(Unable, match=r"Silent (did not answer in 0 s|is not ready)"):
        await start(supervisor, silent)

    await until(lambda: supervisor.children["silent"].state == "failed")
    assert supervisor.children["silent"].pid is None


async def test_what_needs_a_failed_one_fails_with_its_reason(supervisor: Supervisor) -> None:
    with pytest.raises(Unable, match="Base ended by itself: it said nothing"):
        await start(supervisor, python("base", "raise SystemExit(0)"), python("top", after=("base",)))

    with pytest.raises(Unable, match="Base ended by itself"):
        await supervisor.children["top"].until_ready()


async def test_a_taken_port_is_refused_before_anything_starts(supervisor: Supervisor) -> None:
    stranger = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
    port = stranger.sockets[0].getsockname()[1]
    wanted = Process(
        name="wanted", title="Wanted", argv=("true",), port=port, ready=Http(url=f"http://127.0.0.1:{port}/")
    )

    with pytest.raises(Unable, match=f"Port {port} is taken by another program") as refused:
        await start(supervisor, wanted)

    assert refused.value.code == Code.CONFLICT
    stranger.close()
    await stranger.wait_closed()


async def test_what_ignores_the_request_to_stop_is_killed_with_its_own_children(
    supervisor: Supervisor,
) -> None:
    stubborn = "import signal, subprocess; signal.signal(signal.SIGTERM, signal.SIG_IGN); subprocess.Popen(['sleep', '600'])"
    await start(supervisor, python("stubborn", stubborn + SERVER))
    parent = psutil.Process(supervisor.children["stubborn"].pid)
    await until(parent.children)
    family = [parent, *parent.children(recursive=True)]

    await supervisor.stop()

    _, alive = psutil.wait_procs(family, timeout=5)
    assert not alive


async def test_stopping_twice_at_once_leaves_a_process_its_time_to_end(
    supervisor: Supervisor, tmp_path: Path
) -> None:
    tidy = f"""
import pathlib, signal, time
def tidy_up(*_):
    time.sleep(0.3)
    pathlib.Path({str(tmp_path / "tidy")!r}).touch()
    raise SystemExit
signal.signal(signal.SIGTERM, tidy_up)
"""
    await start(supervisor, python("tidy", tidy + SERVER))

    await asyncio.gather(supervisor.stop(), supervisor.stop())

    assert (tmp_path / "tidy").exists()


def test_leftovers_are_ended_and_a_number_that_is_somebody_elses_by_now_is_not(here: Place) -> None:
    left, other = [subprocess.Popen(["sleep", "600"]) for _ in range(2)]
    leftovers.remember(here, [left.pid, other.pid])
    file = here.supervisor / "children.json"
    [first, [number, born]] = json.loads(file.read_text())
    file.write_text(json.dumps([first, [number, born - 1]]))

    leftovers.sweep(here)

    assert not psutil.pid_exists(left.pid)
    assert other.poll() is None
    other.kill()
    assert {left.wait(), other.wait()} == {0, -signal.SIGKILL}  # the first was collected by the sweep


def test_a_home_is_never_made_in_a_folder_with_other_things(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("two years of work")

    with pytest.raises(Unable, match="holds other things"):
        place.make(Place(home=tmp_path))
    with pytest.raises(Unable, match="nothing of Ketnap"):
        place.delete(Place(home=tmp_path))

    assert (tmp_path / "thesis.txt").exists()
