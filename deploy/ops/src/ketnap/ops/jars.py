"""Kafka's jars: fetched by their coordinates, and kept only if they are the bytes that we know."""

import hashlib
import importlib
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ketnap.ops import wheels
from ketnap.ops.place import cache
from ketnap.ops.unable import FULL, Unable, disk_is_full

ROOTS = wheels.LOCKS / "kafka.in"
LOCK = wheels.LOCKS / "kafka.lock"
AT_ONCE = 8

type Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Jar:
    group: str
    artifact: str
    version: str
    sha256: str

    @property
    def file(self) -> str:
        return f"{self.artifact}-{self.version}.jar"


def listed() -> list[Jar]:
    jars = []
    for line in LOCK.read_text().splitlines():
        coordinates, digest = line.split(" sha256:")
        group, artifact, version = coordinates.split(":")
        jars.append(Jar(group=group, artifact=artifact, version=version, sha256=digest))
    return jars


def version() -> str:
    return next(jar.version for jar in listed() if jar.artifact == "kafka_2.13")


def class_path(mirror: str, progress: Progress) -> list[Path]:
    """All jars of the lock, those that are missing or spoilt fetched anew."""
    jars = listed()
    target = cache() / f"kafka-{_sha256(LOCK)[:12]}"
    target.mkdir(parents=True, exist_ok=True)
    missing = [jar for jar in jars if not _is_whole(target / jar.file, jar)]
    if missing:
        _fetch(missing, target, mirror, progress)
    return [target / jar.file for jar in jars]


def relock() -> None:
    """Write the lock anew from its roots; whoever does this vouches for what was downloaded."""
    with tempfile.TemporaryDirectory() as folder:
        maven = _maven("", Path(folder))
        roots = [line for line in ROOTS.read_text().splitlines() if not line.startswith("#")]
        given, needed = maven.resolver.resolve([maven.create_dependency(f"{root}!") for root in roots])
        lines = {
            f"{one.groupId}:{one.artifactId}:{one.version} sha256:{_sha256(one.artifact.resolve())}"
            for one in [*given, *needed]
            if one.scope in (None, "compile", "runtime")
        }
    LOCK.write_text("".join(f"{line}\n" for line in sorted(lines)))


def _fetch(jars: list[Jar], target: Path, mirror: str, progress: Progress) -> None:
    with tempfile.TemporaryDirectory(dir=target) as part, ThreadPoolExecutor(AT_ONCE) as threads:
        maven = _maven(mirror, Path(part))
        fetching = [threads.submit(_fetch_one, maven, jar, target) for jar in jars]
        try:
            for number, done in enumerate(as_completed(fetching), start=1):
                done.result()
                progress(number, len(jars))
        finally:
            threads.shutdown(cancel_futures=True)


def _fetch_one(maven: Any, jar: Jar, target: Path) -> None:  # Any: jgo is no part of our environment
    try:
        got = maven.project(jar.group, jar.artifact).at_version(jar.version).artifact().resolve()
    except (OSError, RuntimeError) as error:
        if isinstance(error, OSError) and error.errno in FULL:
            raise disk_is_full(target) from error
        raise Unable(
            f"{jar.file} could not be fetched ({type(error).__name__}): look at the network and try again, "
            "or name a mirror of Maven Central with KETNAP_MAVEN_REPOSITORY."
        ) from error
    if not _is_whole(got, jar):
        raise Unable(
            f"{jar.file} is not the file that was expected, so it was thrown away: try again, "
            "and if that does not help ask whoever runs the mirror or the proxy in between."
        )
    got.replace(target / jar.file)


def _maven(mirror: str, store: Path) -> Any:  # Any: jgo is no part of our environment
    """The library jgo knows where Maven Central is; it only warns of a wrong checksum, so that is left to us."""
    folder = str(wheels.folder("jgo"))
    if folder not in sys.path:
        sys.path.append(folder)
    jgo = importlib.import_module("jgo.maven")
    repositories = {"mirror": mirror} if mirror else None
    return jgo.MavenContext(repo_cache=store, local_repos=[], remote_repos=repositories, timeout=30)


def _is_whole(file: Path, jar: Jar) -> bool:
    return file.exists() and _sha256(file) == jar.sha256


def _sha256(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
