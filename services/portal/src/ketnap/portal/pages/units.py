"""The tree of units, opened branch by branch or searched by a unit's name."""

from datetime import date

from ketnap.common.frozen import frozen
from ketnap.portal.figures import Count, Status
from ketnap.portal.scope import Freshness, Scope


@frozen
class TreeRow:
    """One visible row, in the order of the tree; `kind` is a code of registry's, `successor` names who took over from a unit that has ended."""

    id: str
    name: str
    kind: str
    url: str
    depth: int
    subunits: int
    open: bool
    members: Count
    actual: Count
    quota: Count | None
    status: Status
    small: bool
    ends: date | None
    successor: str | None
    within: str | None


@frozen
class Units:
    """`search` is what was typed; `left` counts the matches not sent."""

    scope: Scope
    freshness: Freshness
    search: str
    rows: tuple[TreeRow, ...]
    left: int
    number_of_units: int
