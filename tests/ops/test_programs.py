"""Programs of others: found on the machine, or fetched and verified."""

import gc
import hashlib
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from ketnap.ops import jars, tools, wheels
from ketnap.ops.place import cache
from ketnap.ops.tools import Tool
from ketnap.ops.unable import Code, Unable


class Mirror:
    """A repository of jars on this machine; what is not spoilt is what the real one has."""

    def __init__(self, files: dict[str, bytes]) -> None:
        class Answer(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                content = files.get(self.path.rsplit("/", 1)[1])
                self.send_response(200 if content is not None else 404)
                self.end_headers()
                self.wfile.write(content or b"")

            def log_message(self, *_: object) -> None: ...

        self.files = files
        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def mirror(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mirror]:
    """An empty cache, and two jars in the lock instead of all."""
    fetcher = wheels.folder("jgo")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    cache().mkdir()
    (cache() / fetcher.name).symlink_to(fetcher)
    files = {"one-1.0.jar": b"first", "two-2.0.jar": b"second"}
    lock = tmp_path / "kafka.lock"
    lock.write_text(
        "".join(
            f"vn.example:{name.removesuffix('.jar').replace('-', ':')} sha256:{hashlib.sha256(content).hexdigest()}\n"
            for name, content in files.items()
        )
    )
    monkeypatch.setattr(jars, "LOCK", lock)
    made = Mirror(files)
    yield made
    made.server.shutdown()
    made.server.server_close()


def silent(done: int, total: int) -> None:
    assert 0 < done <= total


def test_jars_are_fetched_once_and_verified(mirror: Mirror) -> None:
    first = jars.class_path(mirror.url, silent)
    mirror.files.clear()

    assert [file.read_bytes() for file in first] == [b"first", b"second"]
    assert jars.class_path(mirror.url, silent) == first
    assert {file.name for file in first[0].parent.iterdir()} == {"one-1.0.jar", "two-2.0.jar"}


def test_a_corrupted_jar_is_refused_and_thrown_away(mirror: Mirror) -> None:
    mirror.files["two-2.0.jar"] = b"something else"

    with pytest.raises(Unable, match=r"two-2\.0\.jar is not the file that was expected"):
        jars.class_path(mirror.url, silent)

    assert not list(cache().rglob("two-2.0.jar"))


def test_a_jar_that_was_spoilt_in_the_cache_is_fetched_anew(mirror: Mirror) -> None:
    [first, *_] = jars.class_path(mirror.url, silent)
    first.write_bytes(b"spoilt")

    assert jars.class_path(mirror.url, silent)[0].read_bytes() == b"first"


@pytest.mark.filterwarnings(
    "ignore:unclosed:ResourceWarning"
)  # jgo leaves a refused connection to the collector
def test_a_jar_that_cannot_be_fetched_is_one_sentence(mirror: Mirror) -> None:
    del mirror.files["one-1.0.jar"]
    with pytest.raises(Unable, match=r"one-1\.0\.jar could not be fetched .* look at the network"):
        jars.class_path(mirror.url, silent)

    with pytest.raises(Unable, match="could not be fetched"):
        jars.class_path("http://127.0.0.1:1", silent)
    gc.collect()


def test_the_lock_names_every_jar_with_its_digest_and_no_address() -> None:
    known = jars.listed()

    assert jars.version() == "4.3.0"
    assert len({jar.file for jar in known}) == len(known)
    assert {len(jar.sha256) for jar in known} == {64}
    assert any(jar.artifact == "log4j-slf4j-impl" for jar in known)  # without it the broker logs nothing
    assert "://" not in jars.LOCK.read_text()


def test_a_wheel_that_cannot_be_fetched_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    for tool in ("UV", "PIP"):
        monkeypatch.setenv(f"{tool}_INDEX_URL", "http://127.0.0.1:1/simple")
        monkeypatch.setenv(f"{tool}_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("PIP_RETRIES", "0")
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")

    with pytest.raises(
        Unable, match=r"The packages of jgo\.lock could not be fetched \(.+\): look at the network"
    ):
        wheels.folder("jgo")

    assert not list((tmp_path / "ketnap").iterdir())


def test_the_machines_program_is_taken_if_it_is_new_enough(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", f"{fake(tmp_path, 'tool', '17.3')}:/usr/bin:/bin")

    found = tools.find(tool(at_least=17))

    assert (found.folder, found.version, found.major) == (tmp_path, "17.3", 17)


def test_a_folder_that_was_chosen_and_does_not_fit_is_refused(tmp_path: Path) -> None:
    folder = str(fake(tmp_path, "tool", "9.6"))

    with pytest.raises(Unable, match=r"Tool 9\.6 does not fit, 15 or newer is needed"):
        tools.find(tool(at_least=15), folder)
    with pytest.raises(Unable, match=r"does not run from .*: set KETNAP_TOOL"):
        tools.find(tool(at_least=15), str(tmp_path / "nowhere"))


def test_data_made_by_another_version_are_not_touched(tmp_path: Path) -> None:
    folder = str(fake(tmp_path, "tool", "17.1"))

    with pytest.raises(Unable, match=r"Tool 17\.1 does not fit, the data were made by 15") as refused:
        tools.find(tool(at_least=15), folder, major=15)

    assert refused.value.code == Code.CONFLICT


def test_the_wheels_postgresql_java_and_node_run_where_the_machine_has_its_own() -> None:
    for each in (tools.POSTGRES, tools.JAVA, tools.NODE):
        found = tools.find(each, "wheel")

        assert found.major >= each.at_least
        assert cache() in found.folder.parents


def test_the_version_that_made_the_data_is_taken_even_if_the_machine_has_another() -> None:
    wheel = tools.find(tools.POSTGRES, "wheel")

    assert tools.find(tools.POSTGRES, major=wheel.major).major == wheel.major


def tool(*, at_least: int) -> Tool:
    return Tool(
        name="Tool",
        programs=("tool",),
        version_option="--version",
        at_least=at_least,
        setting="KETNAP_TOOL",
        wheel="jgo",
        inside_wheel="bin",
    )


def fake(folder: Path, name: str, version: str) -> Path:
    program = folder / name
    program.write_text(f"#!/bin/sh\necho '{name} (made up) {version}'\n")
    program.chmod(0o755)
    return folder
