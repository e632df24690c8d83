"""Reactions: the roll and the candidacies follow what admission decided; who is to be forgotten is erased."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from uuid import UUID

from ketnap.common import log
from ketnap.common.append import Repeated, Stored
from ketnap.common.database import Database, driver
from ketnap.common.execute import Aggregate, Intent
from ketnap.common.log import Entry
from ketnap.common.policies import Policy, To
from ketnap.contracts.admission import (
    AdmissionAnnulled,
    CeremonyCorrected,
    CeremonyHeld,
    Recognised,
    StruckOff,
)
from ketnap.contracts.fact import Fact
from ketnap.registry import candidacy, language, roll

type Rolls = Aggregate[roll.Command, roll.State, roll.Event]
type Candidacies = Aggregate[candidacy.Command, candidacy.State, candidacy.Event]


def roll_follows(rolls: Rolls, today: Callable[[], date]) -> Policy:
    """The roll of the cell follows admission's decisions."""

    def command_for(fact: Fact) -> tuple[UUID, roll.Command] | None:
        match fact:
            case CeremonyHeld(unit=unit, person=person, dossier=dossier, on=on):
                return unit, roll.AdmitMember(unit=unit, person=person, dossier=dossier, on=on)
            case CeremonyCorrected(unit=unit, person=person, on=on):
                return unit, roll.CorrectAdmissionDate(person=person, on=on)
            case Recognised(unit=unit, person=person, official_from=since):
                return unit, roll.RecogniseMember(person=person, official_from=since)
            case StruckOff(unit=unit, person=person, on=on):
                return unit, _remove(person, "struck_off", on)
            case AdmissionAnnulled(unit=unit, person=person, on=on, ceremony_on=date()):
                return unit, _remove(person, "annulled", on)
            case _:
                return None

    def _remove(person: UUID, cause: str, on: date) -> roll.RemoveMember:
        return roll.RemoveMember(
            person=person, status="probationary", cause=cause, on=on, today=max(today(), on), by=None
        )

    async def react(entry: Entry) -> Sequence[To]:
        fact = language.read(entry)
        found = command_for(fact) if isinstance(fact, Fact) else None
        if found is None:
            return []
        unit, command = found
        return [To(target=rolls.stream(unit), execute=lambda intent: rolls.execute(unit, command, intent))]

    types = (CeremonyHeld, CeremonyCorrected, Recognised, StruckOff, AdmissionAnnulled)
    return Policy(name="roll-follows", types=frozenset(fact.TYPE for fact in types), react=react)


def candidacy_ends(candidacies: Candidacies, db: Database) -> Policy:
    """Who is an official member, or was struck off, is no candidate any more."""

    async def react(entry: Entry) -> Sequence[To]:
        match language.read(entry):
            case Recognised(person=person, on=on) | StruckOff(person=person, on=on):
                key = candidacies.claim_key("open-candidacy", str(person))
            case _:
                return []
        async with driver(db) as connection:
            stream = await log.holder(connection, "open-candidacy", key)
        if stream is None:
            return []
        return [To(target=stream, execute=_close(candidacies, UUID(stream.partition("-")[2]), on))]

    return Policy(name="candidacy-ends", types=frozenset({Recognised.TYPE, StruckOff.TYPE}), react=react)


def _close(candidacies: Candidacies, id: UUID, on: date) -> Callable[[Intent], Awaitable[Stored | Repeated]]:
    return lambda intent: candidacies.execute(id, candidacy.CloseCandidacy(on=on), intent)
