"""What the pages read, one function per page, each asked with the officer's own token."""

from collections.abc import Awaitable, Callable
from datetime import date

from ketnap.common.frozen import frozen
from ketnap.portal.pages.evidence import Evidence
from ketnap.portal.pages.help import Help
from ketnap.portal.pages.overview import Overview
from ketnap.portal.pages.person import Person
from ketnap.portal.pages.plan import Plan
from ketnap.portal.pages.unit import TreeView, Unit
from ketnap.portal.pages.units import Units
from ketnap.portal.scope import Selection

type Opened = frozenset[str]


@frozen
class Reads:
    """The first argument of each page is the token, the second what the address asks for.

    `evidence` is asked for a figure's opaque id, a day of knowledge to compare with, and the rows that are open;
    `units` for the rows that are open and the name that is searched. `runs` is for whoever has not signed in yet:
    is all there that the pages need?
    """

    overview: Callable[[str, Selection], Awaitable[Overview]]
    unit: Callable[[str, Selection, TreeView], Awaitable[Unit]]
    evidence: Callable[[str, Selection, str, date | None, Opened], Awaitable[Evidence]]
    person: Callable[[str, Selection, str], Awaitable[Person]]
    units: Callable[[str, Selection, Opened, str], Awaitable[Units]]
    plan: Callable[[str, Selection], Awaitable[Plan]]
    help: Callable[[str, Selection], Awaitable[Help]]
    runs: Callable[[], Awaitable[bool]]
