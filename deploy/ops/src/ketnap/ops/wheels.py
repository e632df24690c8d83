"""Packages that only some machines need, each set pinned by hashes and kept out of the product's environment."""

import hashlib
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from ketnap.ops.place import cache
from ketnap.ops.settings import CHECKOUT
from ketnap.ops.unable import FULL_IN_WORDS, Unable, disk_is_full

LOCKS = CHECKOUT / "deploy/local"


def folder(name: str) -> Path:
    """Where the packages of `deploy/local/<name>.lock` are; installed if they are not there yet."""
    lock = LOCKS / f"{name}.lock"
    edition = hashlib.sha256(lock.read_bytes() + str(sys.implementation.cache_tag).encode()).hexdigest()
    target = cache() / f"{name}-{edition[:12]}"
    if target.exists():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=f"{name}-") as part:
        _install(name, lock, Path(part) / "packages")
        if not target.exists():
            (Path(part) / "packages").rename(target)
    return target


def _install(name: str, lock: Path, target: Path) -> None:
    tool = shutil.which("uv")
    installer = (
        [tool, "pip", "install", "--python", sys.executable]
        if tool
        else [sys.executable, "-m", "pip", "install"]
    )
    options = ["--quiet", "--no-deps", "--require-hashes", "--only-binary", ":all:"]
    done = subprocess.run(
        [*installer, *options, "--target", target, "-r", lock], capture_output=True, text=True, check=False
    )
    if done.returncode == 0:
        return
    if any(words in done.stderr for words in FULL_IN_WORDS):
        raise disk_is_full(target.parent.parent)
    said = done.stderr.strip().splitlines() or ["no reason given"]
    raise Unable(
        f"The packages of {lock.name} could not be fetched ({said[-1].strip()}): "
        f"look at the network and try again, or install {name} on this machine."
    )
