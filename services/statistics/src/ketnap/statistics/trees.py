"""The tree of units as it was known at a position, kept so that it need not be made again."""

from bisect import bisect_right
from operator import itemgetter

from ketnap.common.access import Access
from ketnap.statistics.ground import Seen

KEPT = 8


class Trees:
    """Trees that never change, one for each time that something was told of units."""

    def __init__(self, access: Access) -> None:
        self._access = access
        self._told: object = None
        self._seen: dict[int, Seen] = {}

    def at(self, position: int) -> Seen:
        """As known at a position of our log, as far as access has read it."""
        told = self._access.told_of_units
        if told is not self._told:
            self._told, self._seen = told, {}
        number = bisect_right(told, position, key=itemgetter(0))
        if number not in self._seen:
            while len(self._seen) >= KEPT:
                self._seen.pop(next(iter(self._seen)))
            self._seen[number] = Seen([fact for _, fact in told[:number]])
        return self._seen[number]
