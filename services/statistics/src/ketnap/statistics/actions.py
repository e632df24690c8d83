"""Which role may do what in statistics: every route is an action of this table."""

from typing import Final

from ketnap.contracts.registry import Role

EVERYBODY: Final = frozenset(Role) - {Role.OTHER}
READERS: Final = EVERYBODY - {Role.MASS_ORGANISATION, Role.ADMINISTRATOR}
PLANNERS: Final = frozenset({Role.ORGANISATION_BOARD, Role.GRASSROOTS_COMMITTEE, Role.MASS_ORGANISATION})
SIGNERS: Final = frozenset({Role.STANDING_COMMITTEE, Role.MASS_ORGANISATION})

MAY: Final[dict[str, frozenset[Role]]] = {
    "plan.draft": PLANNERS,
    "plan.state_target": PLANNERS,
    "plan.submit": PLANNERS,
    "plan.issue": SIGNERS,
    "plan.show": EVERYBODY,
    "plan.list": EVERYBODY,
    "allocation.prepare": PLANNERS,
    "allocation.submit": PLANNERS,
    "allocation.issue": SIGNERS,
    "allocation.show": EVERYBODY,
    "unit_plan.send": PLANNERS,
    "page.overview": EVERYBODY,
    "page.unit": EVERYBODY,
    "page.tree": EVERYBODY,
    "page.search": EVERYBODY,
    "figure.evidence": EVERYBODY,
    "figure.entries": READERS,
    "person.timeline": READERS,
    "formula.show": EVERYBODY,
}
