"""Figures outlive the people in them: before somebody is forgotten their lines are detached from the person."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from ketnap.common.decider import Decider
from ketnap.common.frozen import frozen


@frozen
class Residue:
    """One line of the ledger as it stays, without the person: codes and bands only."""

    measure: int
    unit: UUID
    effective_on: date
    position: int
    ordinal: int
    delta: int
    attributes: Mapping[str, str]


@frozen
class FiguresDetached:
    """`lines`: every line of the person from before it was told that they are to be forgotten."""

    person: UUID
    lines: Sequence[Residue]


type Event = FiguresDetached

NAMES: dict[str, type[Event]] = {"figures.detached": FiguresDetached}


@frozen
class DetachFigures:
    person: UUID
    lines: Sequence[Residue]


@frozen
class Attached:
    pass


@frozen
class Detached:
    pass


type State = Attached | Detached


def decide(command: DetachFigures, state: State) -> list[Event]:
    match state:
        case Attached():
            return [FiguresDetached(person=command.person, lines=list(command.lines))]
        case Detached():
            return []


def evolve(_state: State, _event: Event) -> State:
    return Detached()


decider: Decider[DetachFigures, State, Event] = Decider(initial=Attached(), decide=decide, evolve=evolve)
