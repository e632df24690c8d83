"""Which role may do what in registry: every route is an action of this table."""

from typing import Final

from ketnap.contracts.registry import Role

ADMIN: Final = frozenset({Role.ADMINISTRATOR})
BOARD: Final = frozenset({Role.ORGANISATION_BOARD})
CELLS: Final = frozenset({Role.CELL_COMMITTEE, Role.GRASSROOTS_COMMITTEE, Role.ORGANISATION_BOARD})
COMMITTEES: Final = frozenset({Role.GRASSROOTS_COMMITTEE, Role.ORGANISATION_BOARD})
INTRODUCERS: Final = CELLS | {Role.MASS_ORGANISATION}
READERS: Final = CELLS | {Role.STANDING_COMMITTEE, Role.INSPECTION, Role.POLITICAL_CENTRE}
EVERYBODY: Final = frozenset(Role) - {Role.OTHER}

MAY: Final[dict[str, frozenset[Role]]] = {
    "unit.found": ADMIN | BOARD,
    "unit.rename": ADMIN | BOARD,
    "unit.move": ADMIN | BOARD,
    "unit.reclassify": ADMIN | BOARD,
    "unit.merge": ADMIN | BOARD,
    "unit.show": EVERYBODY,
    "unit.children": EVERYBODY,
    "person.register": INTRODUCERS,
    "person.record_profile": INTRODUCERS,
    "person.correct_identity": COMMITTEES,
    "person.correct_citizen_number": COMMITTEES,
    "person.place_hold": BOARD | {Role.INSPECTION},
    "person.lift_hold": BOARD | {Role.INSPECTION},
    "person.request_forgetting": COMMITTEES,
    "person.forget": BOARD | ADMIN,
    "person.show": READERS,
    "person.names": READERS,
    "person.search": READERS,
    "forgetting.list": BOARD | ADMIN,
    "candidacy.introduce": INTRODUCERS,
    "candidacy.list_sympathiser": CELLS,
    "candidacy.replace_helper": CELLS,
    "candidacy.delist": CELLS,
    "candidacy.close": CELLS,
    "candidacy.show": READERS,
    "candidacy.list": READERS,
    "roll.open": COMMITTEES,
    "roll.remove": CELLS,
    "roll.show": READERS,
    "account.open": ADMIN,
    "account.grant": ADMIN,
    "account.revoke": ADMIN,
    "account.show": ADMIN,
    "account.me": EVERYBODY,
    "instrument.record": ADMIN | BOARD,
    "instrument.list": EVERYBODY,
    "access.list": ADMIN | {Role.INSPECTION},
}
