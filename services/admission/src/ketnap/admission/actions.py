"""Which role may do what in admission: every route is an action of this table."""

from typing import Final

from ketnap.contracts.registry import Role

CELL: Final = frozenset({Role.CELL_COMMITTEE})
GRASS: Final = frozenset({Role.GRASSROOTS_COMMITTEE})
BOARD: Final = frozenset({Role.ORGANISATION_BOARD})
STANDING: Final = frozenset({Role.STANDING_COMMITTEE})
READERS: Final = CELL | GRASS | BOARD | STANDING | {Role.INSPECTION}

MAY: Final[dict[str, frozenset[Role]]] = {
    "dossier.file": CELL | GRASS,
    "dossier.declare_biography": CELL | GRASS,
    "dossier.request_verification": CELL | GRASS,
    "dossier.complete_verification": CELL | GRASS,
    "dossier.raise_issue": CELL | GRASS,
    "dossier.resolve_issue": CELL | GRASS,
    "dossier.fail_verification": CELL | GRASS,
    "dossier.summarise_opinions": CELL,
    "dossier.renew_papers": CELL,
    "dossier.vote_in_cell": CELL,
    "dossier.vote_in_committee": GRASS,
    "dossier.submit": CELL | GRASS,
    "dossier.return": BOARD,
    "dossier.complete": CELL | GRASS,
    "dossier.propose": BOARD,
    "dossier.extend": STANDING,
    "dossier.sign": STANDING,
    "dossier.refuse": STANDING,
    "dossier.consent_late_ceremony": GRASS | BOARD | STANDING,
    "dossier.hold_ceremony": CELL,
    "dossier.correct_ceremony": GRASS | BOARD,
    "dossier.vote_on_recognition": CELL,
    "dossier.vote_on_strike_off": CELL,
    "dossier.recognise": STANDING,
    "dossier.strike_off": STANDING,
    "dossier.annul": STANDING,
    "dossier.withdraw": CELL | GRASS | BOARD,
    "dossier.list": READERS,
    "dossier.show": READERS,
    "dossier.papers": READERS,
}
