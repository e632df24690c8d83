"""Finding benchmarks and running each in a process of its own."""

import asyncio
import importlib
import multiprocessing
import pkgutil
import sys
from collections.abc import Awaitable, Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import uvloop

from benchmarks.stand import Stand, standing
from benchmarks.table import Row, Scale, show
from ketnap.common import logs
from ketnap.common.garbage import look_seldom

type Measure = Callable[[Stand, Scale], Awaitable[list[Row]]]

PARTS = {"__main__", "running", "stand", "table", "trade"}


def names() -> list[str]:
    """All benchmarks; whoever adds a module adds one."""
    found = pkgutil.iter_modules([str(Path(__file__).parent)])
    return [module.name for module in found if module.name not in PARTS]


def find(name: str) -> Measure:
    measure: Measure = importlib.import_module(f"benchmarks.{name}").measure
    return measure


def measure(name: str, stand: Stand, scale: Scale) -> list[Row]:
    async def measured() -> list[Row]:
        return await find(name)(stand, scale)

    look_seldom()
    logs.configure(service="bench", role="bench", version="0", province="bench", level="ERROR")
    return uvloop.run(measured())


async def run(chosen: list[str], scale: Scale) -> bool:
    """Measure, print, and say whether every goal was met."""
    rows: list[Row] = []
    fresh = multiprocessing.get_context("spawn")
    async with standing() as stand:
        with ProcessPoolExecutor(1, mp_context=fresh, max_tasks_per_child=1) as processes:
            for name in chosen:
                print(f"{name} …", file=sys.stderr)
                rows += await asyncio.wrap_future(processes.submit(measure, name, stand, scale))
    show(rows)
    return all(row.met is not False for row in rows)
