"""Totals of the present, kept in memory and brought up to date by the lines that came since they were counted."""

from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable, Iterable, Mapping
from typing import Any
from uuid import UUID

from ketnap.common.frozen import frozen
from ketnap.common.pages import Page
from ketnap.statistics import asked as questions
from ketnap.statistics.asked import Asked, Attributes, attributes_of
from ketnap.statistics.views import ledger
from ketnap.statistics.views.ledger import Line

type Row = tuple[int, UUID | None]
type Month = tuple[int, int]

KEPT = 100_000  # numbers
TAIL = 20_000  # lines: when more came, counting anew is cheaper
LONG = 50_000  # positions: as above


@frozen
class By[K: Hashable]:
    """How lines are put together: as the ledger counts them, and the key of one line that comes afterwards."""

    name: str
    count: Callable[[Page, Asked], Awaitable[Mapping[K, int]]]
    key: Callable[[Line, UUID | None], K]


ROW: By[Row] = By(name="row", count=questions.by_row, key=lambda line, row: (line.measure, row))
MONTH: By[Month] = By(
    name="month",
    count=questions.by_month,
    key=lambda line, _: (line.effective_on.year, line.effective_on.month),
)
ATTRIBUTES: By[Attributes] = By(
    name="attributes", count=questions.by_attributes, key=lambda line, _: attributes_of(line.attributes)
)


@frozen
class Tally:
    position: int
    totals: Any  # Any: by keys of the kind that its own key names

    @property
    def size(self) -> int:
        """Numbers; a tally without any takes room, too."""
        return len(self.totals) + 1


class Tail:
    """The latest lines of the ledger, read once each."""

    def __init__(self) -> None:
        self._of: object = None
        self._since = self._until = 0
        self._lines: list[Line] = []

    async def between(self, page: Page, after: int, until: int) -> list[Line] | None:
        """The lines behind a position, up to another; None when they are too many, or too old to be here."""
        if until - after > LONG:
            return None
        generation = page.generation(ledger.model)
        if generation != self._of or after < self._since:
            self._of, self._since, self._until, self._lines = generation, after, after, []
        if until > self._until:
            read_from = self._until
            new = await ledger.between(page, read_from, until, TAIL + 1)
            if (generation, read_from) != (self._of, self._until):  # somebody else was here meanwhile
                return await self.between(page, after, until)
            self._lines += new
            self._until = until
        if len(self._lines) > TAIL:
            self._since, self._lines = self._until, []
        if after < self._since:
            return None
        first = bisect_right(self._lines, after, key=_position)
        return self._lines[first : bisect_right(self._lines, until, key=_position)]


def _position(line: Line) -> int:
    return line.position


class Tallies:
    """What was counted for the present position is not counted again: the lines since are added to it."""

    def __init__(self) -> None:
        self._kept: OrderedDict[Hashable, Tally] = OrderedDict()
        self._numbers = 0
        self._tail = Tail()

    async def of[K: Hashable](self, page: Page, asked: Asked, by: By[K]) -> Mapping[K, int]:
        """Totals of what is known at the page's position."""
        key = (
            page.generation(ledger.model),
            by.name,
            asked.measures,
            asked.spans.key,
            asked.since,
            asked.until,
            asked.persons.key,
        )
        known = self._kept.get(key)
        totals = await self._brought_forward(page, asked, by, known) if known else None
        if totals is None:
            totals = await by.count(page, asked)
        self._keep(key, Tally(position=asked.known, totals=totals))
        return totals

    def _keep(self, key: Hashable, tally: Tally) -> None:
        known = self._kept.get(key)
        if known is not None and known.position > tally.position:
            return
        self._kept[key] = tally
        self._kept.move_to_end(key)
        self._numbers += tally.size - (known.size if known else 0)
        while self._numbers > KEPT:
            _, gone = self._kept.popitem(last=False)
            self._numbers -= gone.size

    async def _brought_forward[K: Hashable](
        self, page: Page, asked: Asked, by: By[K], known: Tally
    ) -> Mapping[K, int] | None:
        if known.position > asked.known:
            return None
        lines = await self._tail.between(page, known.position, asked.known)
        return None if lines is None else _added(known.totals, asked, by, lines)


def _added[K: Hashable](
    totals: Mapping[K, int], asked: Asked, by: By[K], lines: Iterable[Line]
) -> Mapping[K, int]:
    changed: dict[K, int] | None = None
    for line in lines:
        row = _row(asked, line)
        if row is None:
            continue
        if changed is None:
            changed = dict(totals)
        key = by.key(line, row[0])
        changed[key] = changed.get(key, 0) + line.delta
    return totals if changed is None else changed


def _row(asked: Asked, line: Line) -> tuple[UUID | None] | None:
    """As `Spans.row`, of a line that is asked for."""
    if line.measure not in asked.measures or not asked.since <= line.effective_on <= asked.until:
        return None
    if not asked.persons.everybody and not asked.persons.admits(line.attributes):
        return None
    return asked.spans.row(line.unit, line.effective_on)
