"""What the routes of dossiers share: a step in a body, the cell and those above it, what was known."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from ketnap.admission.commands import Command
from ketnap.admission.events import Act, Count, Event
from ketnap.admission.stages import AwaitingSignature, NotFiled, Returned, Started, State, Submitted
from ketnap.common.access import OutOfScope, Permit
from ketnap.common.execute import Aggregate
from ketnap.common.http import Trade
from ketnap.common.tree import Tree

type Dossiers = Aggregate[Command, State, Event]
Number = Annotated[str, Field(min_length=1, max_length=200)]
Words = Annotated[str, Field(min_length=3, max_length=20_000)]
Members = Annotated[int, Field(ge=0, le=100_000)]


class Step(Trade):
    """On which day it happened; more than 30 days back with the reason for recording it late."""

    on: date
    reason: Annotated[str, Field(min_length=3, max_length=500)] | None = None

    def act(self, permit: Permit) -> Act:
        return Act(on=self.on, by=permit.person, late_reason=self.reason)


class CountGiven(Trade):
    """Ballots of the official members present, as in the minutes."""

    present: Members
    yes: Members
    no: Members
    abstained: Members = 0
    invalid: Members = 0

    def count(self) -> Count:
        return Count(
            present=self.present, yes=self.yes, no=self.no, abstained=self.abstained, invalid=self.invalid
        )


def unit_of(state: State) -> UUID | None:
    """The cell of the dossier; None: there is no such dossier."""
    return None if isinstance(state, NotFiled) else state.dossier.unit


def in_scope(permit: Permit, state: State) -> Started:
    """The dossier, when this may be done in its cell.

    Raises:
        OutOfScope, NotYourRole
    """
    if isinstance(state, NotFiled):
        raise OutOfScope
    permit.on(state.dossier.unit)
    return state


def living(tree: Tree, unit: UUID, day: date) -> UUID:
    """The unit itself, or the one that had taken over by that day."""
    found = tree.units[unit]
    while found.ended_on is not None and found.ended_on <= day and found.successor is not None:
        found = tree.units[found.successor]
    return found.id


def above(tree: Tree, unit: UUID, day: date) -> list[UUID]:
    """The units above the cell that day, the nearest first."""
    return tree.parents(living(tree, unit, day), day)


def cells(tree: Tree, unit: UUID, day: date) -> list[UUID]:
    """The cell that day and all that had been merged into it by then."""
    cell = living(tree, unit, day)
    return [one for one in tree.history(cell) if one == cell or living(tree, one, day) == cell]


def competent(tree: Tree, state: Started, day: date) -> UUID:
    """The committee it was submitted to, or its successor; at other stages the cell, which decides nothing."""
    match state:
        case Submitted(competent=unit) | Returned(competent=unit) | AwaitingSignature(competent=unit):
            return living(tree, unit, day)
        case _:
            return state.dossier.unit
