"""What every page reads, answered by the services."""

from datetime import date

from ketnap.common.clock import Clock
from ketnap.portal.answers.asking import Asking, asking
from ketnap.portal.answers.evidence import evidence
from ketnap.portal.answers.help import help_page
from ketnap.portal.answers.numbers import Asked
from ketnap.portal.answers.overview import overview
from ketnap.portal.answers.person import person
from ketnap.portal.answers.plan import plan
from ketnap.portal.answers.unit import unit
from ketnap.portal.answers.units import units
from ketnap.portal.pages.evidence import Evidence
from ketnap.portal.pages.help import Help
from ketnap.portal.pages.overview import Overview
from ketnap.portal.pages.person import Person
from ketnap.portal.pages.plan import Plan
from ketnap.portal.pages.unit import TreeView, Unit
from ketnap.portal.pages.units import Units
from ketnap.portal.reads import Opened, Reads
from ketnap.portal.scope import Selection
from ketnap.portal.services import Services


def reads(services: Services, clock: Clock) -> Reads:
    async def ask(token: str, selection: Selection) -> Asking:
        return await asking(services, token, selection, clock.now())

    async def read_overview(token: str, at: Selection) -> Overview:
        return await overview(await ask(token, at))

    async def read_unit(token: str, at: Selection, tree_view: TreeView) -> Unit:
        return await unit(await ask(token, at), tree_view)

    async def read_evidence(
        token: str, at: Selection, figure: str, compared: date | None, opened: Opened
    ) -> Evidence:
        return await evidence(await ask(token, at), Asked.read(figure), compared, opened)

    async def read_person(token: str, at: Selection, id: str) -> Person:
        return await person(await ask(token, at), id)

    async def read_units(token: str, at: Selection, opened: Opened, search: str) -> Units:
        return await units(await ask(token, at), opened, search)

    async def read_plan(token: str, at: Selection) -> Plan:
        return await plan(await ask(token, at))

    async def read_help(token: str, at: Selection) -> Help:
        return await help_page(await ask(token, at))

    return Reads(
        overview=read_overview,
        unit=read_unit,
        evidence=read_evidence,
        person=read_person,
        units=read_units,
        plan=read_plan,
        help=read_help,
        runs=services.run,
    )
