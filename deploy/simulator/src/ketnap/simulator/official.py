"""How many official members a cell has on a day: what is surely known there, and at most."""

import random
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from datetime import date

from ketnap.simulator.days import Visits
from ketnap.simulator.story import Story

SURE = 3  # visits after which everybody has heard


class Officials:
    """A vote is judged against the roll as it is known when it is recorded; facts of the last visits may be on their way."""

    def __init__(self, story: Story, visits: Visits) -> None:
        self._visits = visits
        self._opening = {row.code: row.official or 0 for row in story.pack.units}
        self._recognised = _by_cell(
            (way.slot.cell, way.days["recognised"])
            for way in story.ways
            if "recognised" in way.days and "struck_off" not in way.turns
        )
        self._gone = _by_cell((left.cell, left.on) for left in story.exits)

    def count(self, cell: str, day: date, dice: random.Random, *, passed: bool) -> dict[str, int]:
        """Ballots that are right whatever has arrived: nobody too many, and the same result."""
        recorded = self._visits.of(day) or day
        sure = self._visits.before(recorded, SURE)
        opening = self._opening[cell]
        least = opening + _until(self._recognised, cell, sure) - _until(self._gone, cell, recorded)
        most = opening + _until(self._recognised, cell, recorded) - _until(self._gone, cell, sure)
        needed = -(-2 * most // 3)
        absent = dice.randint(0, max(0, (least - needed) // 3))
        present = least - absent
        if passed:
            yes = min(present, max(needed, present - dice.randint(0, max(0, (present - needed) // 2))))
        else:
            yes = max(0, (2 * least - 1) // 3 - dice.randint(0, 1))
        return {"present": present, "yes": yes, "no": present - yes}


def _by_cell(found: Iterable[tuple[str, date]]) -> Mapping[str, list[date]]:
    days: dict[str, list[date]] = {}
    for cell, day in found:
        days.setdefault(cell, []).append(day)
    return {cell: sorted(mine) for cell, mine in days.items()}


def _until(days: Mapping[str, list[date]], cell: str, day: date) -> int:
    return bisect_right(days.get(cell, []), day)
