"""Which role may do what in training: every route is an action of this table."""

from typing import Final

from ketnap.contracts.registry import Role

PLANNERS: Final = frozenset({Role.ORGANISATION_BOARD, Role.STANDING_COMMITTEE})
CELLS: Final = frozenset({Role.CELL_COMMITTEE, Role.GRASSROOTS_COMMITTEE, Role.ORGANISATION_BOARD})
COMMITTEES: Final = frozenset({Role.GRASSROOTS_COMMITTEE, Role.ORGANISATION_BOARD})
OWNERS: Final = frozenset({Role.POLITICAL_CENTRE, Role.ORGANISATION_BOARD})
READERS: Final = CELLS | OWNERS | {Role.STANDING_COMMITTEE, Role.INSPECTION}

MAY: Final[dict[str, frozenset[Role]]] = {
    "class_plan.plan": PLANNERS,
    "class_plan.change": PLANNERS,
    "class_plan.show": READERS,
    "class_plan.list": READERS,
    "nomination.nominate": CELLS,
    "nomination.approve": COMMITTEES,
    "nomination.withdraw": CELLS,
    "nomination.show": READERS,
    "nomination.list": READERS,
    "course.open": OWNERS,
    "course.enrol": OWNERS,
    "course.record_leaving": OWNERS,
    "course.record_result": OWNERS,
    "course.issue_certificate": OWNERS,
    "course.finish": OWNERS,
    "course.show": READERS,
    "course.list": READERS,
    "course.roster": OWNERS | {Role.STANDING_COMMITTEE, Role.INSPECTION},
    "certificate.list": READERS,
    "access.list": frozenset({Role.ADMINISTRATOR, Role.INSPECTION}),
}
