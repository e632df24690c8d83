"""Reactions: a dossier is withdrawn with the name on the list, and closed with the membership; who is to be forgotten is erased.

Certificates cause no command: a vote reads those that are known on its day, and says which one it relied on.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from typing import Final
from uuid import UUID

from ketnap.admission import language
from ketnap.admission.commands import CloseProbation, Command, WithdrawDossier
from ketnap.admission.dossier import OPEN_DOSSIER
from ketnap.admission.events import Act, Event
from ketnap.admission.stages import State
from ketnap.common import log
from ketnap.common.append import Repeated, Stored
from ketnap.common.clock import day_of
from ketnap.common.database import Database, driver
from ketnap.common.execute import Aggregate, Intent
from ketnap.common.log import Entry
from ketnap.common.policies import Policy, To
from ketnap.contracts.registry import PersonForgotten, RollChange, RollChanged, SympathiserDelisted

type Dossiers = Aggregate[Command, State, Event]

LATE: Final = "theo sổ đăng ký"  # why a policy records late: it acts when registry tells
LEFT: Final = frozenset({RollChange.DIED, RollChange.RESIGNED, RollChange.EXPELLED})


def withdrawn_with_the_name(dossiers: Dossiers, db: Database, today: Callable[[], date]) -> Policy:
    """Who is off the cell's list, or is to be forgotten, applies no more.

    Once admission is decided the command is rejected and becomes a case: the committee must look at its decision.
    """

    async def react(entry: Entry) -> Sequence[To]:
        match language.heard(entry):
            case SympathiserDelisted(person=person, reason=reason, on=on):
                because = reason.value
            case PersonForgotten(person=person):
                because, on = "forgotten", day_of(entry.recorded_at)
            case _:
                return []
        act = Act(on=on, by=None, late_reason=LATE)
        command = WithdrawDossier(because=because, act=act, today=max(today(), on))
        return await _to_open_dossier(dossiers, db, person, command)

    types = frozenset({SympathiserDelisted.TYPE, PersonForgotten.TYPE})
    return Policy(name="withdrawn-with-the-name", types=types, react=react)


def closed_with_the_membership(dossiers: Dossiers, db: Database) -> Policy:
    """Who died, resigned or was expelled in probation will not be recognised."""

    async def react(entry: Entry) -> Sequence[To]:
        match language.heard(entry):
            case RollChanged(change=change, person=UUID() as person, on=on) if change in LEFT:
                command = CloseProbation(cause=change.value, act=Act(on=on, by=None, late_reason=LATE))
                return await _to_open_dossier(dossiers, db, person, command)
            case _:
                return []

    return Policy(name="closed-with-the-membership", types=frozenset({RollChanged.TYPE}), react=react)


def forgotten_person(entry: Entry) -> UUID:
    """Whom registry asks to forget."""
    return PersonForgotten.read(entry.json).person


async def _to_open_dossier(dossiers: Dossiers, db: Database, person: UUID, command: Command) -> Sequence[To]:
    key = dossiers.claim_key(OPEN_DOSSIER, str(person))
    async with driver(db) as connection:
        stream = await log.holder(connection, OPEN_DOSSIER, key)
    if stream is None:
        return []
    return [To(target=stream, execute=_execute(dossiers, UUID(stream.partition("-")[2]), command))]


def _execute(
    dossiers: Dossiers, id: UUID, command: Command
) -> Callable[[Intent], Awaitable[Stored | Repeated]]:
    return lambda intent: dossiers.execute(id, command, intent)
