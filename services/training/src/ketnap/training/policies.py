"""Reactions: a nomination ends with its enrolment, or with what made it possible; who is forgotten leaves the class."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from ketnap.common import log
from ketnap.common.clock import HERE
from ketnap.common.database import Database, driver
from ketnap.common.execute import Aggregate
from ketnap.common.log import Entry
from ketnap.common.policies import Policy, To
from ketnap.contracts.admission import AdmissionAnnulled, Recognised, StruckOff
from ketnap.contracts.registry import CandidacyClosed, PersonForgotten, RollChanged, SympathiserDelisted
from ketnap.training import course, language, nomination
from ketnap.training.course import LearnerEnrolled, RecordLeaving
from ketnap.training.nomination import CloseNomination, WithdrawNomination, WithdrawReason
from ketnap.training.programme import Programme
from ketnap.training.views.standings import LEFT

type Nominations = Aggregate[nomination.Command, nomination.State, nomination.Event]
type Courses = Aggregate[course.Command, course.State, course.Event]


def nomination_closes(nominations: Nominations) -> Policy:
    """Who is on a roster needs no nomination any more."""

    async def react(entry: Entry) -> Sequence[To]:
        match language.own(entry):
            case LearnerEnrolled(nomination=sent, course=enrolled_in, on=on):
                command = CloseNomination(course=enrolled_in, on=on)
                return [
                    To(
                        target=nominations.stream(sent),
                        execute=lambda intent: nominations.execute(sent, command, intent),
                    )
                ]
            case _:
                return []

    return Policy(name="nomination-closes", types=frozenset({"course.learner_enrolled"}), react=react)


def nomination_falls(nominations: Nominations, db: Database) -> Policy:
    """Who is taken off the list, or is on probation no more, is not sent to the class that was for that."""

    def ended(entry: Entry) -> tuple[UUID, Sequence[Programme], WithdrawReason, date] | None:
        match language.read(entry):
            case SympathiserDelisted(person=person, on=on):
                return person, ["awareness"], "delisted", on
            case CandidacyClosed(person=person, on=on):
                return person, ["awareness"], "candidacy_closed", on
            case (
                AdmissionAnnulled(person=person, on=on)
                | Recognised(person=person, on=on)
                | StruckOff(person=person, on=on)
            ):
                return person, ["new_member"], "probation_over", on
            case RollChanged(person=UUID() as person, change=change, on=on) if change in LEFT:
                return person, ["new_member"], "probation_over", on
            case PersonForgotten(person=person):
                return person, ["awareness", "new_member"], "forgotten", _told_on(entry)
            case _:
                return None

    async def react(entry: Entry) -> Sequence[To]:
        found = ended(entry)
        if found is None:
            return []
        person, programmes, because, on = found
        command = WithdrawNomination(because=because, on=on, today=on, by=None, heard_at=entry.position)
        keys = [nominations.claim_key("open-nomination", f"{person}/{programme}") for programme in programmes]
        async with driver(db) as connection:
            streams = [await log.holder(connection, "open-nomination", key) for key in keys]
        return [_withdraw(nominations, stream, command) for stream in streams if stream is not None]

    facts = (
        SympathiserDelisted,
        CandidacyClosed,
        AdmissionAnnulled,
        Recognised,
        StruckOff,
        RollChanged,
        PersonForgotten,
    )
    return Policy(name="nomination-falls", types=frozenset(fact.TYPE for fact in facts), react=react)


def forgotten_leave(courses: Courses, db: Database) -> Policy:
    """A learner who is forgotten before a result leaves the class: nobody could be marked by that name."""

    async def react(entry: Entry) -> Sequence[To]:
        match language.read(entry):
            case PersonForgotten(person=person):
                key = courses.claim_key("open-class", str(person))
            case _:
                return []
        async with driver(db) as connection:
            stream = await log.holder(connection, "open-class", key)
        if stream is None:
            return []
        on = _told_on(entry)
        command = RecordLeaving(person=person, because="forgotten", on=on, today=on, by=None)
        return [To(target=stream, execute=lambda intent: courses.execute(_id(stream), command, intent))]

    return Policy(name="forgotten-leave", types=frozenset({PersonForgotten.TYPE}), react=react)


def _withdraw(nominations: Nominations, stream: str, command: WithdrawNomination) -> To:
    return To(target=stream, execute=lambda intent: nominations.execute(_id(stream), command, intent))


def _id(stream: str) -> UUID:
    return UUID(stream.partition("-")[2])


def _told_on(entry: Entry) -> date:
    return datetime.fromisoformat(entry.meta["time"]).astimezone(HERE).date()
