"""Log files that several processes write to at once and that nobody has to reopen."""

import os
import shutil
from contextlib import suppress
from pathlib import Path

LIMIT = 10_000_000
KEPT = 3


def roll(file: Path, limit: int = LIMIT, kept: int = KEPT) -> None:
    """Keep a copy and empty the file itself, for its writers append and hold it open; a full disk costs the copy."""
    if not file.exists() or file.stat().st_size <= limit:
        return
    for number in range(kept - 1, 0, -1):
        with suppress(FileNotFoundError):
            _copy(file, number).replace(_copy(file, number + 1))
    with suppress(OSError):
        shutil.copyfile(file, _copy(file, 1))
    os.truncate(file, 0)


def tail(file: Path, since: int = 0, size: int = 4_000) -> str:
    """What was written last, at most `size` bytes, and nothing from before the byte `since`."""
    with file.open("rb") as content:
        content.seek(max(since, file.stat().st_size - size))
        return content.read().decode(errors="replace")


def _copy(file: Path, number: int) -> Path:
    return file.with_name(f"{file.name}.{number}")
