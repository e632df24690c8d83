"""HTTP in for people: registering, reading under the eyes of the access log, forgetting."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import BaseModel, Field

from ketnap.common.access import OutOfScope, Permit
from ketnap.common.clock import Clock
from ketnap.common.database import Database
from ketnap.common.execute import Aggregate, Intent
from ketnap.common.http import (
    Gate,
    Trade,
    Written,
    correlation_of,
    guarded,
    intent,
    new_intent,
    within,
    written,
)
from ketnap.common.reading import AsOf, Reader, Wanted, as_of_json, wanted
from ketnap.common.reads import Read, record_reads
from ketnap.contracts.registry import Education, Occupation, Qualification, Sector, Sex
from ketnap.registry import person as trade
from ketnap.registry.views import forgettings, people

type People = Aggregate[trade.Command, trade.State, trade.Event]
Purpose = Annotated[
    str, Query(min_length=3, max_length=200, description="Why these data are read; kept in the access log")
]


class IdentityGiven(Trade):
    name: Annotated[str, Field(min_length=2, max_length=120)]
    birth_date: date
    sex: Sex


class Registering(Trade):
    """Somebody new: identity, citizen number, and the cell that looks after them."""

    unit: UUID
    identity: IdentityGiven
    citizen_number: Annotated[str, Field(min_length=1, max_length=20)]


class ProfileGiven(Trade):
    """Codes for the statutory breakdowns, valid from a day."""

    valid_from: date
    minority: bool
    religious: bool
    youth_union: bool
    occupation: Occupation
    education: Education
    qualification: Qualification
    employer: UUID | None = None


class CorrectingIdentity(Trade):
    identity: IdentityGiven
    reason: Annotated[str, Field(min_length=3, max_length=500)]


class CorrectingNumber(Trade):
    citizen_number: Annotated[str, Field(min_length=1, max_length=20)]
    reason: Annotated[str, Field(min_length=3, max_length=500)]


class Holding(Trade):
    instrument: Annotated[str, Field(min_length=1, max_length=300)]


class ProfileShown(BaseModel):
    valid_from: date
    minority: bool
    religious: bool
    youth_union: bool
    occupation: str
    education: str
    qualification: str
    employer: UUID | None
    employer_sector: Sector | None


class PersonShown(BaseModel):
    person: UUID
    version: int
    unit: UUID
    name: str
    birth_date: date | None
    sex: Sex | None
    profile: ProfileShown | None = None


class PeopleShown(BaseModel):
    """In the order of their names; who is out of scope, unknown or forgotten is left out."""

    people: list[PersonShown]
    as_of: AsOf


class ForgettingShown(BaseModel):
    person: UUID
    requested_on: date | None
    forgotten_on: date | None
    waiting_for: list[str]


MANY = 500


def create(gate: Gate, reader: Reader, registered: People, db: Database, clock: Clock) -> APIRouter:
    router = guarded("/people", ["people"])
    may = Depends(gate)

    @router.post("/{person}/register", name="person.register")
    async def register(
        person: UUID,
        body: Registering,
        response: Response,
        permit: Annotated[Permit, may],
        asked: Annotated[Intent, Depends(new_intent)],
    ) -> Written:
        permit.on(body.unit)
        command = trade.RegisterPerson(
            person=person,
            unit=body.unit,
            identity=_identity(body.identity),
            citizen_number=body.citizen_number,
            today=clock.today(),
            by=permit.person,
        )
        return written(response, person, await registered.execute(person, command, asked))

    @router.post("/{person}/record-profile", name="person.record_profile")
    async def record_profile(
        person: UUID,
        body: ProfileGiven,
        response: Response,
        permit: Annotated[Permit, may],
        asked: Annotated[Intent, Depends(intent)],
    ) -> Written:
        async def make(state: trade.State) -> trade.Command:
            permit.on(_unit(state))
            employer = permit.tree.units.get(body.employer) if body.employer else None
            profile = trade.Profile(
                valid_from=body.valid_from,
                minority=body.minority,
                religious=body.religious,
                youth_union=body.youth_union,
                occupation=body.occupation,
                education=body.education,
                qualification=body.qualification,
                employer=employer.id if employer else None,
                employer_sector=employer.classified(body.valid_from).sector if employer else None,
            )
            return trade.RecordProfile(profile=profile, today=clock.today(), by=permit.person)

        return written(response, person, await registered.execute(person, make, asked))

    @router.post("/{person}/correct-identity", name="person.correct_identity")
    async def correct_identity(
        person: UUID,
        body: CorrectingIdentity,
        response: Response,
        permit: Annotated[Permit, may],
        asked: Annotated[Intent, Depends(intent)],
    ) -> Written:
        command = trade.CorrectIdentity(
            identity=_identity(body.identity), reason=body.reason, today=clock.today(), by=permit.person
        )
        return written(
            response, person, await registered.execute(person, within(permit, _unit, command), asked)
        )

    @router.post("/{person}/correct-citizen-number", name="person.correct_citizen_number")
    async def correct_citizen_number(
        person: UUID,
        body: CorrectingNumber,
        response: Response,
        permit: Annotated[Permit, may],
        asked: Annotated[Intent, Depends(intent)],
    ) -> Written:
        command = trade.CorrectCitizenNumber(
            citizen_number=body.citizen_number, reason=body.reason, today=clock.today(), by=permit.person
        )
        return written(
            response, person, await registered.execute(person, within(permit, _unit, command), asked)
        )

    @router.post("/{person}/place-hold", name="person.place_hold")
    async def place_hold(
        person: UUID,
        body: Holding,
        response: Response,
        permit: Annotated[Permit, may],
        asked: Annotated[Intent, Depends(intent)],
    ) -> Written:
        command = trade.PlaceLegalHold(instrument=body.instrument, today=clock.today(), by=permit.person)
        return written(
            response, person, await registered.execute(person, within(permit, _unit, command), asked)
        )

    @router.post("/{person}/lift-hold", name="person.lift_hold")
    async def lift_hold(
        person: UUID,
        body: Holding,
        response: Response,
        permit: Annotated[Permit, may],
        asked: Annotated[Intent, Depends(intent)],
    ) -> Written:
        command = trade.LiftLegalHold(instrument=body.instrument, today=clock.today(), by=permit.person)
        return written(
            response, person, await registered.execute(person, within(permit, _unit, command), asked)
        )

    @router.post("/{person}/request-forgetting", name="person.request_forgetting")
    async def request_forgetting(
        person: UUID,
        response: Response,
        permit: Annotated[Permit, may],
        asked: Annotated[Intent, Depends(intent)],
    ) -> Written:
        command = trade.RequestForgetting(today=clock.today(), by=permit.person)
        return written(
            response, person, await registered.execute(person, within(permit, _unit, command), asked)
        )

    @router.post("/{person}/forget", name="person.forget")
    async def forget(
        person: UUID,
        response: Response,
        permit: Annotated[Permit, may],
        asked: Annotated[Intent, Depends(intent)],
    ) -> Written:
        command = trade.ForgetPerson(today=clock.today(), by=permit.person)
        return written(
            response, person, await registered.execute(person, within(permit, _unit, command), asked)
        )

    @router.get("", name="person.names")
    async def names(
        request: Request,
        permit: Annotated[Permit, may],
        known: Annotated[Wanted, Depends(wanted)],
        person: Annotated[list[UUID], Query(max_length=MANY)],
        purpose: Purpose,
    ) -> PeopleShown:
        """Names of people known by id; each reading is recorded."""
        scope = permit.units()
        async with reader(known, people.model) as page:
            found = [one for one in await people.of(page, person) if one.unit in scope]
            await record_reads(db, permit, correlation_of(request), purpose, _reads(found))
            return PeopleShown(people=[_shown(one, profile=False) for one in found], as_of=as_of_json(page))

    @router.get("/search", name="person.search")
    async def search(
        request: Request,
        permit: Annotated[Permit, may],
        known: Annotated[Wanted, Depends(wanted)],
        q: Annotated[str, Query(min_length=1, max_length=100)],
        purpose: Purpose,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> PeopleShown:
        """People whose name holds the words, accents or not; each reading is recorded."""
        async with reader(known, people.model) as page:
            found = await people.search(page, permit.units(), q, limit)
            await record_reads(db, permit, correlation_of(request), purpose, _reads(found))
            return PeopleShown(people=[_shown(one, profile=False) for one in found], as_of=as_of_json(page))

    @router.get("/forgettings", name="forgetting.list")
    async def open_forgettings(
        permit: Annotated[Permit, may], known: Annotated[Wanted, Depends(wanted)]
    ) -> list[ForgettingShown]:
        """Erasures that not every service has confirmed yet."""
        scope = permit.units()
        async with reader(known, forgettings.model) as page:
            return [
                ForgettingShown(
                    person=one.person,
                    requested_on=one.requested_on,
                    forgotten_on=one.forgotten_on,
                    waiting_for=one.open(),
                )
                for one in await forgettings.all_open(page, scope)
            ]

    @router.get("/{person}", name="person.show")
    async def show(
        request: Request,
        person: UUID,
        permit: Annotated[Permit, may],
        known: Annotated[Wanted, Depends(wanted)],
        purpose: Purpose,
    ) -> PersonShown:
        """One person; the reading is recorded."""
        async with reader(known, people.model) as page:
            found = next(iter(await people.of(page, [person])), None)
            permit.on(found.unit if found else None)
            if found is None:
                raise OutOfScope
            await record_reads(db, permit, correlation_of(request), purpose, _reads([found]))
            return _shown(found, profile=True)

    return router


def _unit(state: trade.State) -> UUID | None:
    match state:
        case trade.Registered(unit=unit) | trade.Gone(unit=unit):
            return unit
        case trade.Unregistered():
            return None


def _identity(given: IdentityGiven) -> trade.Identity:
    return trade.Identity(name=given.name, birth_date=given.birth_date, sex=given.sex)


def _reads(found: Sequence[people.Person]) -> list[Read]:
    return [Read(subject=one.person, unit=one.unit) for one in found]


def _shown(found: people.Person, *, profile: bool) -> PersonShown:
    return PersonShown(
        person=found.person,
        version=found.version,
        unit=found.unit,
        name=found.name,
        birth_date=found.birth_date,
        sex=Sex(found.sex) if found.sex else None,
        profile=ProfileShown.model_validate(found.profile, from_attributes=True)
        if profile and found.profile
        else None,
    )
