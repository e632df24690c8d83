"""What commands carry of the tree."""

from datetime import date
from uuid import UUID

from ketnap.common.tree import Tree
from ketnap.registry.place import Place
from ketnap.registry.unit import Neighbour


def place(tree: Tree, unit: UUID, day: date) -> Place:
    known = tree.units.get(unit)
    if known is None:
        return Place(unit=unit, kind="", lives=False)
    return Place(unit=unit, kind=known.kind, lives=known.lives(day))


def neighbour(tree: Tree, unit: UUID, day: date) -> Neighbour:
    known = tree.units.get(unit)
    if known is None:
        return Neighbour(unit=unit, hierarchy="", lives=False)
    days = [day, *(turning for turning in tree.turning_days() if turning > day)]
    return Neighbour(
        unit=unit,
        hierarchy=known.hierarchy,
        lives=known.lives(day),
        above=list(dict.fromkeys(up for day in days for up in tree.chain(unit, day)[1:])),
        took_over=tree.history(unit)[1:],
    )
