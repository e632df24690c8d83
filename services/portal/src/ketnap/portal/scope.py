"""What the officer looks at: year, unit, day of the world and day of knowledge; the same four stand in the address."""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Self
from urllib.parse import urlencode

from ketnap.common.frozen import frozen

LATE_AFTER_SECONDS = 120

_DAY = re.compile(r"(?P<d>\d{1,2})/(?P<m>\d{1,2})/(?P<y>\d{4})")


class NotADay(ValueError):
    """Not a day of the calendar; carries what was typed."""


@frozen
class Selection:
    """What the address asks for; None means the default: this year, the viewer's unit, today, all that is known."""

    year: int | None = None
    unit: str | None = None
    as_of: date | None = None
    known: date | int | None = None

    @classmethod
    def read(cls, query: Iterable[tuple[str, str]]) -> Self:
        """Reads `nam`, `don-vi`, `tai-ngay` and `biet-den`. Raises NotADay; an unreadable year is ignored."""
        asked = {name: value.strip() for name, value in query if value.strip()}
        year = asked.get("nam", "")
        known = asked.get("biet-den", "").replace(".", "")
        return cls(
            year=int(year) if re.fullmatch(r"\d{4}", year) else None,
            unit=asked.get("don-vi"),
            as_of=day(asked["tai-ngay"]) if "tai-ngay" in asked else None,
            known=(int(known) if re.fullmatch(r"\d{1,18}", known) else day(asked["biet-den"]))
            if known
            else None,
        )

    @property
    def live(self) -> bool:
        return self.as_of is None and self.known is None

    def but(self, **changes: int | str | date | None) -> "Selection":
        return replace(self, **changes)  # type: ignore[arg-type]  # names are checked by replace itself

    def query(self, *more: tuple[str, str]) -> str:
        """The address's query in canonical form, with further parameters behind; empty or beginning with "?"."""
        own = (
            ("nam", self.year),
            ("don-vi", self.unit),
            ("tai-ngay", self.as_of),
            ("biet-den", self.known),
        )
        query = urlencode([(name, str(value)) for name, value in own if value is not None] + list(more))
        return f"?{query}" if query else ""


@frozen
class UnitChoice:
    id: str
    name: str


@frozen
class Known:
    """Up to where the log was read; `on` is the day when the officer asked for one, `latest` when nothing is left out."""

    position: int
    on: date | None
    latest: bool


@frozen
class Scope:
    """What the page shows in truth, with what may be chosen instead."""

    year: int
    years: tuple[int, ...]
    unit: UnitChoice
    units: tuple[UnitChoice, ...]
    as_of: date
    today: date
    known: Known


@frozen
class Freshness:
    """`recorded_at` is the instant of the entry at the position shown, `lag_seconds` how far that is behind the log.

    None: an older knowledge was asked for, so there is no lag.
    """

    recorded_at: datetime
    lag_seconds: int | None
    tree_day: date

    @property
    def late(self) -> bool:
        return self.lag_seconds is not None and self.lag_seconds > LATE_AFTER_SECONDS


@frozen
class Crumb:
    name: str
    url: str


def day(text: str) -> date:
    """Reads 30/9/2024 or 2024-09-30. Raises NotADay."""
    try:
        if match := _DAY.fullmatch(text):
            return date(int(match["y"]), int(match["m"]), int(match["d"]))
        return date.fromisoformat(text)
    except ValueError:
        raise NotADay(text) from None
