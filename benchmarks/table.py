"""What every benchmark returns: rows of ours beside its baseline, measured in turn in the same run."""

import asyncio
import statistics
import threading
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager

import psutil
from rich.console import Console
from rich.table import Table

from ketnap.common.frozen import frozen

MIB = 1 << 20
LOOK = 0.02  # seconds between two looks at this process's memory


@frozen
class Scale:
    """How much is measured: the defaults say something, a tiny one only shows that a benchmark works."""

    rounds: int = 5
    """Of both sides each; a ratio is the median of the rounds' ratios."""
    seconds: float = 2.0
    """Of one side of one round, where callers ask for a while."""
    events: int = 30_000
    """Of one side of one round, where so many are carried."""


@frozen
class Goal:
    """A bound of the ratio to the baseline, or of our own value."""

    bound: float
    most: bool = False
    of_ratio: bool = True

    def met(self, value: float, ratio: float | None) -> bool:
        found = ratio if self.of_ratio else value
        return found is not None and (found <= self.bound if self.most else found >= self.bound)

    def said(self, unit: str) -> str:
        return f"{'≤' if self.most else '≥'} {self.bound:,g} {'×' if self.of_ratio else unit}"


@frozen
class Row:
    """One line of the table."""

    name: str
    ours: float
    unit: str
    baseline: float | None = None
    ratio: float | None = None
    goal: Goal | None = None
    memory: float | None = None
    """MiB that this process held at its peak while our side ran."""

    @property
    def met(self) -> bool | None:
        """None without a goal."""
        return self.goal.met(self.ours, self.ratio) if self.goal else None


def compared(
    name: str,
    rounds: Sequence[tuple[float, float]],
    unit: str,
    goal: Goal | None = None,
    memory: float | None = None,
) -> Row:
    """From (ours, baseline) of every round."""
    return Row(
        name=name,
        ours=statistics.median(ours for ours, _ in rounds),
        baseline=statistics.median(baseline for _, baseline in rounds),
        ratio=statistics.median(ours / baseline for ours, baseline in rounds),
        unit=unit,
        goal=goal,
        memory=memory,
    )


def alone(
    name: str, values: Sequence[float], unit: str, goal: Goal | None = None, memory: float | None = None
) -> Row:
    """Of what has no baseline."""
    return Row(name=name, ours=statistics.median(values), unit=unit, goal=goal, memory=memory)


async def in_turn[T](
    rounds: int, ours: Callable[[], Awaitable[T]], baseline: Callable[[], Awaitable[T]]
) -> tuple[list[tuple[T, T]], float]:
    """(ours, baseline) of every round, each round the other first; and MiB at the peak of ours."""
    found: list[tuple[T, T]] = []
    peak = 0.0
    for n in range(rounds):
        before = await baseline() if n % 2 else None
        with watched() as seen:
            mine = await ours()
        peak = max(peak, *seen)
        found.append((mine, await baseline() if before is None else before))
    return found, peak


@contextmanager
def watched() -> Iterator[list[float]]:
    """MiB held by this process, looked at again and again until the block is left."""
    process, seen, over = psutil.Process(), [0.0], threading.Event()

    def look() -> None:
        while True:
            seen.append(process.memory_info().rss / MIB)
            if over.wait(LOOK):
                return

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield seen
    finally:
        over.set()
        watcher.join()


def percentile(values: Sequence[float], share: float) -> float:
    """The value that this share of all do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


async def for_a_while(seconds: float, callers: int, call: Callable[[int], Awaitable[None]]) -> list[float]:
    """So many callers, each asking again as soon as it is answered: seconds that every answer took."""
    clock = time.perf_counter
    end = clock() + seconds
    took: list[float] = []

    async def ask(caller: int) -> None:
        began = clock()
        while began < end:
            await call(caller)
            took.append(clock() - began)
            began = clock()

    await asyncio.gather(*(ask(n) for n in range(callers)))
    return took


def show(rows: Sequence[Row]) -> None:
    table = Table("", "ours", "baseline", "unit", "ratio", "goal", "", "peak MiB")
    for column in table.columns[1:]:
        column.justify = "right"
    for row in rows:
        table.add_row(
            row.name,
            _number(row.ours),
            _number(row.baseline),
            row.unit,
            "" if row.ratio is None else f"{row.ratio:.2f} ×",
            row.goal.said(row.unit) if row.goal else "",
            {None: "", True: "met", False: "MISSED"}[row.met],
            _number(row.memory),
        )
    Console(width=max(Console().width, 110)).print(table)


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if value >= 100 else f"{value:.2f}"
