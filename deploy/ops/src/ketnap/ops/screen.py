"""Progress for people, on standard error: one line for each thing done, with its time."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console
from rich.markup import escape

SELDOM = 10.0  # seconds between two lines about the same work, where a line cannot be written over


def _console() -> Console:
    return Console(stderr=True, highlight=False, soft_wrap=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    console: Console = field(default_factory=_console)
    now: Callable[[], float] = time.monotonic

    @contextmanager
    def working(self, what: str) -> Iterator[Callable[[str], None]]:
        """Call what is yielded to say more: beside a spinner on a terminal, elsewhere as a line now and then."""
        said = self.now()

        def line(more: str) -> None:
            nonlocal said
            if self.now() - said >= SELDOM:
                said = self.now()
                self.say(f"  {what}: {more}")

        if not self.console.is_terminal:
            yield line
            return
        with self.console.status(escape(what)) as spinner:
            yield lambda more: spinner.update(escape(f"{what}: {more}"))

    def done(self, what: str, seconds: float | None) -> None:
        """`seconds` is None for what was there already."""
        how = "was running" if seconds is None else f"{seconds:.1f} s"
        self.console.print(f"[green]✓[/green] {escape(what)} … {how}")

    def say(self, sentence: str) -> None:
        self.console.print(sentence, markup=False)
