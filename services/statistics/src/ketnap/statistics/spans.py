"""Which lines of the ledger belong to a unit: for every unit that counts the days on which it does, and in which row."""

from collections.abc import Hashable, Iterable
from datetime import date
from uuid import UUID

from ketnap.common.frozen import frozen

ALWAYS = date(1900, 1, 1)
NEVER = date(2200, 1, 1)


@frozen
class Span:
    """A unit from a day until the day before another; `row` None: outside every row."""

    unit: UUID
    row: UUID | None
    since: date = ALWAYS
    until: date = NEVER


class Spans:
    """Many spans, as arrays for a question. Equal keys mean equal spans."""

    def __init__(self, key: Hashable, spans: Iterable[Span]) -> None:
        self.key = key
        self.all = frozenset(spans)
        ordered = sorted(self.all, key=lambda span: (span.unit.int, span.since))
        self.rows = list(dict.fromkeys(span.row for span in ordered))
        number = {row: n for n, row in enumerate(self.rows)}
        self.units = [span.unit for span in ordered]
        self.since = [span.since for span in ordered]
        self.until = [span.until for span in ordered]
        self.parts = [number[span.row] for span in ordered]
        self._of_unit: dict[UUID, list[Span]] = {}
        for span in ordered:
            self._of_unit.setdefault(span.unit, []).append(span)

    def row(self, unit: UUID, on: date) -> tuple[UUID | None] | None:
        """The row in which something counts that happened in a unit on a day, in a tuple; None: it does not count."""
        for span in self._of_unit.get(unit, ()):
            if span.since <= on < span.until:
                return (span.row,)
        return None

    def only(self, row: UUID | None) -> "Spans":
        """Those of one row."""
        return Spans((self.key, row), (span for span in self.all if span.row == row))
