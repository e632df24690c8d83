"""Progress for people, on standard error: one line for each thing done, with its time."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console
from rich.markup import escape


def _console() -> Console:
    return Console(stderr=True, highlight=False, soft_wrap=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    console: Console = field(default_factory=_console)

    @contextmanager
    def working(self, what: str) -> Iterator[Callable[[str], None]]:
        """A spinner, on terminals only; call what is yielded to say more."""
        with self.console.status(escape(what)) as spinner:
            yield lambda more: spinner.update(escape(f"{what}: {more}"))

    def done(self, what: str, seconds: float | None) -> None:
        """`seconds` is None for what was there already."""
        how = "was running" if seconds is None else f"{seconds:.1f} s"
        self.console.print(f"[green]✓[/green] {escape(what)} … {how}")

    def say(self, sentence: str) -> None:
        self.console.print(sentence, markup=False)
