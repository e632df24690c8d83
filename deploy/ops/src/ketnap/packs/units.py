"""The organisations of a pack as a tree: what stands where when the deployment opens."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from ketnap.contracts.registry import UnitKind
from ketnap.packs.shape import UnitRow

CELLS = frozenset({UnitKind.CELL, UnitKind.GRASS_CELL})
GRASSROOTS = frozenset({UnitKind.GRASS_COMMITTEE, UnitKind.GRASS_CELL, UnitKind.COMMUNE})
VOTING = frozenset({UnitKind.GRASS_COMMITTEE, UnitKind.COMMUNE})
"""Grassroots committees that vote on what their cells propose."""


class Units:
    """By code. Built from rows that the check has found sound, or from as many as can be read."""

    def __init__(self, rows: Iterable[UnitRow]) -> None:
        self.by_code: Mapping[str, UnitRow] = {row.code: row for row in rows}

    def __getitem__(self, code: str) -> UnitRow:
        return self.by_code[code]

    def __contains__(self, code: str) -> bool:
        return code in self.by_code

    def __iter__(self) -> Iterator[UnitRow]:
        return iter(self.by_code.values())

    @cached_property
    def _children(self) -> Mapping[str | None, list[str]]:
        children: dict[str | None, list[str]] = {}
        for row in self:
            children.setdefault(row.parent, []).append(row.code)
        return children

    def children(self, code: str) -> list[str]:
        """Directly below, by code."""
        return sorted(self._children.get(code, []))

    def chain(self, code: str) -> list[str]:
        """The unit and all above it, the nearest first; a circle ends where it closes."""
        found: dict[str, None] = {}
        here: str | None = code
        while here is not None and here in self.by_code and here not in found:
            found[here] = None
            here = self.by_code[here].parent
        return list(found)

    def below(self, code: str) -> list[str]:
        """The unit and everything under it, in the order of the tree."""
        found: dict[str, None] = {}
        waiting = [code]
        while waiting:
            here = waiting.pop()
            if here not in found:
                found[here] = None
                waiting += reversed(self.children(here))
        return list(found)

    def cells(self, code: str) -> list[str]:
        """The cells under a unit, or the unit when it is one."""
        return [one for one in self.below(code) if one in self.by_code and self[one].kind in CELLS]

    def grassroots(self, cell: str) -> str:
        """The grassroots organisation that a cell belongs to, or the cell itself."""
        return next((one for one in self.chain(cell) if self[one].kind in GRASSROOTS), cell)

    def voting(self, cell: str) -> str | None:
        """The grassroots committee that votes on what a cell proposes; none above a cell of its own."""
        return next((one for one in self.chain(cell)[1:] if self[one].kind in VOTING), None)

    def competent(self, cell: str) -> str:
        """The committee that decides: above the grassroots one that votes, or directly above the cell."""
        chain = self.chain(cell)
        voting = self.voting(cell)
        return chain[chain.index(voting) + 1] if voting else chain[1]

    def sector(self, code: str) -> str | None:
        """Its own, its institution's, or from above."""
        for one in self.chain(code):
            for said in (self[one], self.by_code.get(self[one].institution or "")):
                if said is not None and said.sector is not None:
                    return said.sector
        return None

    def school_level(self, code: str) -> str | None:
        """As `sector`."""
        for one in self.chain(code):
            for said in (self[one], self.by_code.get(self[one].institution or "")):
                if said is not None and said.school_level is not None:
                    return said.school_level
        return None

    def in_order(self) -> list[UnitRow]:
        """Superiors and institutions before those that name them."""
        outside = [row for row in self if row.hierarchy == "none"]
        roots = [row.code for row in self if row.hierarchy != "none" and row.parent is None]
        return outside + [self[code] for root in sorted(roots) for code in self.below(root)]
