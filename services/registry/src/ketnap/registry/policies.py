"""Reactions: the roll and the candidacies follow what admission decided; who is to be forgotten is erased."""

from collections.abc import Callable, Sequence
from datetime import date
from uuid import UUID

from ketnap.common import log
from ketnap.common.database import Database, driver
from ketnap.common.execute import Aggregate
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
from ketnap.registry import candidacy, language, person, roll
from ketnap.registry.candidacy import CandidateIntroduced
from ketnap.registry.language import Own
from ketnap.registry.person import MovePerson, PersonForgotten
from ketnap.registry.roll import MemberLeft

ANNULLED = "annulled"
DIED = "died"

type People = Aggregate[person.Command, person.State, person.Event]
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
                return unit, _remove(person, ANNULLED, on)
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
    """Who is an official member, has left the roll, or was forgotten, is no candidate any more."""

    def reason_for(event: Own | Fact) -> tuple[UUID, candidacy.CloseReason, date] | None:
        match event:
            case Recognised(person=person, on=on) | StruckOff(person=person, on=on):
                return person, "membership_decided", on
            case MemberLeft(person=UUID() as person, cause=cause, on=on) if cause != ANNULLED:
                return person, "deceased" if cause == DIED else "membership_decided", on
            case PersonForgotten(person=person, on=on):
                return person, "forgotten", on
            case _:
                return None

    async def react(entry: Entry) -> Sequence[To]:
        found = reason_for(language.read(entry))
        if found is None:
            return []
        person, because, on = found
        key = candidacies.claim_key("open-candidacy", str(person))
        async with driver(db) as connection:
            stream = await log.holder(connection, "open-candidacy", key)
        if stream is None:
            return []
        command = candidacy.CloseCandidacy(because=because, on=on, today=on, by=None)
        open_one = UUID(stream.partition("-")[2])
        return [To(target=stream, execute=lambda intent: candidacies.execute(open_one, command, intent))]

    types = frozenset({Recognised.TYPE, StruckOff.TYPE, "roll.member_left", "person.forgotten"})
    return Policy(name="candidacy-ends", types=types, react=react)


def person_follows(people: People) -> Policy:
    """Who was introduced to a cell is looked after by that cell, whoever registered them."""

    async def react(entry: Entry) -> Sequence[To]:
        match language.read(entry):
            case CandidateIntroduced(person=person, unit=unit, on=on):
                command = MovePerson(unit=unit, on=on)
            case _:
                return []
        return [
            To(
                target=people.stream(person),
                execute=lambda intent: people.execute(person, command, intent),
            )
        ]

    return Policy(name="person-follows", types=frozenset({"candidacy.introduced"}), react=react)
