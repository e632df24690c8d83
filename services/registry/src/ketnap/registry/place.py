"""A unit as the tree knows it on the day in question: what a command may ask of it."""

from datetime import date
from uuid import UUID

from ketnap.common.decider import Rejected
from ketnap.common.frozen import frozen

CELLS = frozenset({"cell", "grass_cell"})
MASS_ORGANISATION = "mass_org"


@frozen
class Place:
    unit: UUID
    kind: str
    lives: bool


class NotACell(Rejected):
    """Đơn vị này không phải chi bộ đang hoạt động ngày {on}. Hãy chọn đúng chi bộ.

    This unit is no cell that exists on {on}. Choose the cell.
    """


def check_cell(place: Place, on: date) -> None:
    """Only a cell considers candidates and keeps a roll.

    Raises:
        NotACell
    """
    if place.kind not in CELLS or not place.lives:
        raise NotACell(on=on)
