"""What a killed supervisor may have left behind: remembered while it runs, and ended before the next one starts."""

import json
from collections.abc import Iterable
from contextlib import suppress

import psutil

from ketnap.ops.place import Place

WITHIN = 5.0


def remember(place: Place, pids: Iterable[int]) -> None:
    """A number alone is nobody: with the time of birth it is one process for ever."""
    born = []
    for pid in pids:
        with suppress(psutil.NoSuchProcess):
            born.append([pid, psutil.Process(pid).create_time()])
    (place.supervisor / "children.json").write_text(json.dumps(born))


def sweep(place: Place) -> None:
    file = place.supervisor / "children.json"
    if not file.exists():
        return
    left: list[psutil.Process] = []
    for pid, born in json.loads(file.read_text() or "[]"):
        with suppress(psutil.NoSuchProcess):
            process = psutil.Process(pid)
            if process.create_time() == born:
                left += [process, *process.children(recursive=True)]
    for process in left:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(left, timeout=WITHIN)
    file.unlink()
