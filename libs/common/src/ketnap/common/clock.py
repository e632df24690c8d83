"""Now and today. One clock for a deployment; a sandbox may shift it to live through another year."""

import os
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

HERE = ZoneInfo("Asia/Ho_Chi_Minh")
NO_SHIFT = timedelta(0)


class Clock:
    """The system's clock, shifted by what `sandbox` holds: a file with a number of seconds, absent in production.

    `moved` is called when the shift is seen to have changed.
    """

    def __init__(self, sandbox: Path | None = None, moved: Callable[[], None] = lambda: None) -> None:
        self._sandbox = sandbox
        self._moved = moved
        self._seen: tuple[int, int] | None = None
        self._shift = NO_SHIFT

    def shift(self) -> timedelta:
        if self._sandbox is None:
            return NO_SHIFT
        try:
            stat = os.stat(self._sandbox)  # noqa: PTH116 - once a request: Path.stat is three times slower
        except FileNotFoundError:
            return NO_SHIFT
        if self._seen != (stat.st_mtime_ns, stat.st_ino):
            self._shift = timedelta(seconds=float(self._sandbox.read_text()))
            self._seen = (stat.st_mtime_ns, stat.st_ino)
            self._moved()
        return self._shift

    def now(self) -> datetime:
        """This instant, in UTC."""
        return datetime.now(UTC) + self.shift()

    def today(self) -> date:
        """The date where the officers live."""
        return self.now().astimezone(HERE).date()

    def set(self, now: datetime) -> None:
        """Shift a sandbox so that it is `now`. The file is replaced in one step: every process sees old or new."""
        if self._sandbox is None:
            raise ValueError("only a sandbox has a clock that can be set")
        beside = self._sandbox.with_suffix(f".{os.getpid()}")
        beside.write_text(str((now - datetime.now(UTC)).total_seconds()))
        beside.replace(self._sandbox)


def day_of(instant: datetime) -> date:
    """The date of an instant where the officers live."""
    return instant.astimezone(HERE).date()
