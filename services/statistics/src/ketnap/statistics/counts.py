"""The counts of one standpoint: every figure asked of the ledger once, from memory where it is the present."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from ketnap.common.pages import Page
from ketnap.statistics.asked import Asked, Attributes
from ketnap.statistics.definitions import Definition
from ketnap.statistics.standpoint import Standpoint
from ketnap.statistics.tallies import ATTRIBUTES, MONTH, ROW, By, Tallies

type Rows = Mapping[UUID | None, int]


class Counts:
    """Adds up what belongs to a unit and to each of its rows."""

    def __init__(self, page: Page, at: Standpoint, tallies: Tallies) -> None:
        self.page = page
        self.at = at
        self.tallies = tallies
        self._found: dict[tuple[object, ...], Rows] = {}

    def of(self, at: Standpoint) -> "Counts":
        """Those of another standpoint on the same page."""
        return Counts(self.page, at, self.tallies)

    async def preload(self, definitions: Sequence[Definition]) -> None:
        """One question for many figures of everybody."""
        alike: dict[tuple[object, ...], list[Asked]] = {}
        for definition in definitions:
            asked = self.at.asked(definition)
            alike.setdefault(_without_measures(asked), []).append(asked)
        for key, all_asked in alike.items():
            measures = tuple(sorted({measure for asked in all_asked for measure in asked.measures}))
            found: dict[int, dict[UUID | None, int]] = {measure: {} for measure in measures}
            totals = await self._totals(replace(all_asked[0], measures=measures), ROW)
            for (measure, row), value in totals.items():
                if value:
                    found[measure][row] = value
            self._found.update({(*key, measure): rows for measure, rows in found.items()})

    async def rows(self, definition: Definition) -> Rows:
        """By row; what belongs to the unit itself and to no row stands under None."""
        asked = self.at.asked(definition)
        keys = [(*_without_measures(asked), measure) for measure in asked.measures]
        if any(key not in self._found for key in keys):
            await self.preload([definition])
        if len(keys) == 1:
            return self._found[keys[0]]
        totals: dict[UUID | None, int] = {}
        for key in keys:
            for row, value in self._found[key].items():
                totals[row] = totals.get(row, 0) + value
        return totals

    async def total(self, definition: Definition) -> int:
        return sum((await self.rows(definition)).values())

    async def months(self, definition: Definition) -> Mapping[tuple[int, int], int]:
        """By (year, month)."""
        return await self._totals(self.at.asked(definition), MONTH)

    async def attributes(self, definition: Definition) -> Mapping[Attributes, int]:
        """By what the people are."""
        return await self._totals(self.at.asked(definition), ATTRIBUTES)

    async def _totals[K: Hashable](self, asked: Asked, by: By[K]) -> Mapping[K, int]:
        if self.at.latest:
            return await self.tallies.of(self.page, asked, by)
        return await by.count(self.page, asked)


def _without_measures(asked: Asked) -> tuple[object, ...]:
    return (asked.spans.key, asked.since, asked.until, asked.persons.key)
