"""Which rows of a table are open: the page's own choice, changed by what stands in the address."""

from collections.abc import Mapping

from ketnap.common.frozen import frozen

ALL = "tat-ca"
FULLY = ":het"

# Open at first, and how many rows before the rest is folded into one.
_GROUPS = {"at_risk": (True, 15), "urge": (True, 10), "on_track": (True, 4), "achieved": (False, 4)}
_OTHERS = (False, 15)


@frozen
class Fold:
    open: bool
    rows: int


@frozen
class Folding:
    opened: frozenset[str]
    closed: frozenset[str]

    @classmethod
    def read(cls, query: tuple[tuple[str, str], ...]) -> "Folding":
        return cls(
            opened=frozenset(value for name, value in query if name == "mo"),
            closed=frozenset(value for name, value in query if name == "dong"),
        )

    @property
    def all(self) -> bool:
        return ALL in self.opened

    def group(self, kind: str, units: int, *, alone: bool = False) -> Fold:
        """A single row is never folded away: the fold would take the same place. A group `alone` is open at first."""
        open_first, rows = _OTHERS if alone else _GROUPS.get(kind, _OTHERS)
        full = self.all or kind + FULLY in self.opened
        is_open = (full or alone or open_first or kind in self.opened) and kind not in self.closed
        return Fold(open=is_open, rows=units if full or units <= rows + 1 else rows)

    def hides(self, sizes: Mapping[str, int]) -> bool:
        """Are rows of the groups folded away; by kind how many units there are."""
        folds = [(self.group(kind, units, alone=len(sizes) == 1), units) for kind, units in sizes.items()]
        return any(not fold.open or fold.rows < units for fold, units in folds)
