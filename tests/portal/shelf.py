"""Samples in the place of the services: what is asked for is remembered, what is answered can be changed."""

from collections.abc import Awaitable, Callable
from datetime import date

from ketnap.portal.pages.evidence import Evidence
from ketnap.portal.pages.overview import Overview
from ketnap.portal.pages.person import Person
from ketnap.portal.pages.unit import TreeView, Unit
from ketnap.portal.pages.units import Units
from ketnap.portal.reads import Reads
from ketnap.portal.scope import Selection
from ketnap.portal.services import NotThere
from tests.portal import samples


class Shelf:
    def __init__(self) -> None:
        self.asked: list[tuple[object, ...]] = []
        self.overview: Overview | Exception = samples.overview()
        self.runs = True

    def reads(self) -> Reads:
        return Reads(
            overview=self._overview,
            unit=self._unit,
            evidence=self._evidence,
            person=self._person,
            units=self._units,
            plan=self._always("plan", samples.plan()),
            help=self._always("help", samples.help_page()),
            runs=self._runs,
        )

    async def _runs(self) -> bool:
        return self.runs

    async def _overview(self, token: str, selection: Selection) -> Overview:
        self.asked.append(("overview", token, selection))
        if isinstance(self.overview, Exception):
            raise self.overview
        return self.overview

    async def _unit(self, token: str, selection: Selection, tree_view: TreeView) -> Unit:
        self.asked.append(("unit", token, selection, tree_view))
        return samples.unit(tree_view=tree_view)

    async def _evidence(
        self, token: str, selection: Selection, figure: str, known: date | None, opened: frozenset[str]
    ) -> Evidence:
        self.asked.append(("evidence", token, selection, figure, known, opened))
        return samples.evidence_page(opened="u:nb0" in opened, compared=known is not None)

    async def _person(self, token: str, selection: Selection, person: str) -> Person:
        self.asked.append(("person", token, selection, person))
        if person == "unknown":
            raise NotThere
        return samples.person()

    async def _units(self, token: str, selection: Selection, opened: frozenset[str], search: str) -> Units:
        self.asked.append(("units", token, selection, opened, search))
        return samples.units(search=search)

    def _always[T](self, name: str, page: T) -> Callable[[str, Selection], Awaitable[T]]:
        async def read(token: str, selection: Selection) -> T:
            self.asked.append((name, token, selection))
            return page

        return read
