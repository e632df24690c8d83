"""Memory of the stack that `make up` started, as it stands now."""

import sys
from contextlib import suppress

import psutil

from benchmarks.stand import Stand
from benchmarks.table import MIB, Goal, Row, Scale, alone
from ketnap.ops import control, place, settings

NAME = "memory of the running stack"


async def measure(_stand: Stand, _scale: Scale) -> list[Row]:
    """No row when nothing runs."""
    home = place.find(settings.load())
    supervisor = control.supervisor_pid(home)
    if supervisor is None:
        print(f"nothing runs in {home.home}: `make up` first", file=sys.stderr)
        return []
    held = held_by(psutil.Process(supervisor))
    return [alone(NAME, [held], "MiB", Goal(bound=1024, most=True, of_ratio=False))]


def held_by(process: psutil.Process) -> float:
    """MiB of a process and all below it; memory that several share counts once, where the system can tell."""
    held = 0
    for one in (process, *process.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):
            memory = one.memory_full_info()
            held += getattr(memory, "pss", memory.rss)
    return held / MIB
