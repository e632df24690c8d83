"""HTTP in for classes: opening, roster, results, certificates, the end."""

from datetime import date
from typing import Annotated, Literal
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
from ketnap.contracts.registry import Sex
from ketnap.rules.pack import NoRulePack, pack_on
from ketnap.rules.rule_pack import RulePack
from ketnap.training import class_plan, nomination
from ketnap.training import course as trade
from ketnap.training.programme import Programme
from ketnap.training.routes.class_plan import Plans
from ketnap.training.routes.nominations import Nominations, unit_of
from ketnap.training.views import courses, names

type Courses = Aggregate[trade.Command, trade.State, trade.Event]
Reason = Annotated[str, Field(min_length=3, max_length=500)]
Purpose = Annotated[
    str, Query(min_length=3, max_length=200, description="Why these data are read; kept in the access log")
]


class Opening(Trade):
    """A class of a political centre or a competent committee; `line` is the line of the plan it fulfils."""

    title: Annotated[str, Field(min_length=1, max_length=200)]
    programme: Programme
    owner: UUID
    line: UUID | None = None
    starts_on: date
    ends_on: date
    seats: Annotated[int, Field(ge=1, le=1000)]
    on: date
    instrument: Annotated[str, Field(min_length=1, max_length=300)] | None = None
    reason: Reason | None = None


class Enrolling(Trade):
    nomination: UUID
    on: date
    reason: Reason | None = None


class Leaving(Trade):
    person: UUID
    because: Literal["own_request", "moved", "absent", "deceased", "other"]
    on: date
    reason: Reason | None = None


class Marking(Trade):
    """`reason` is needed when it corrects an earlier result."""

    person: UUID
    passed: bool
    on: date
    reason: Reason | None = None


class Certifying(Trade):
    person: UUID
    number: Annotated[str, Field(min_length=1, max_length=60)]
    on: date
    reason: Reason | None = None


class Finishing(Trade):
    on: date
    reason: Reason | None = None


class LearnerShown(BaseModel):
    person: UUID
    unit: UUID
    nomination: UUID
    enrolled_on: date
    left_on: date | None
    passed: bool | None
    certificate: UUID | None
    number: str | None


class CourseShown(BaseModel):
    """`taken` of `seats`; learners by id, in the order of enrolment."""

    course: UUID
    version: int
    title: str
    programme: Programme
    owner: UUID
    line: UUID | None
    starts_on: date
    ends_on: date
    seats: int
    taken: int
    stage: str
    learners: list[LearnerShown]


class CoursesShown(BaseModel):
    courses: list[CourseShown]
    as_of: AsOf


class NamedLearner(LearnerShown):
    """The name is empty when the person was forgotten."""

    name: str
    birth_date: date | None
    sex: Sex | None


class RosterShown(BaseModel):
    """In the order of the names."""

    course: UUID
    learners: list[NamedLearner]
    as_of: AsOf


def create(
    gate: Gate,
    reader: Reader,
    opened: Courses,
    sent: Nominations,
    planned: Plans,
    db: Database,
    clock: Clock,
) -> APIRouter:
    router = guarded("/courses", ["classes"])
    may = Depends(gate)

    @router.post("/{course}/open", name="course.open")
    async def open_course(
        course: UUID,
        body: Opening,
        response: Response,
        permit: Annotated[Permit, may],
        asked: Annotated[Intent, Depends(new_intent)],
    ) -> Written:
        permit.on(body.owner)
        owner = permit.tree.units[body.owner]

        async def make(_: trade.State) -> trade.Command:
            return trade.OpenCourse(
                course=course,
                title=body.title,
                programme=body.programme,
                owner=trade.Owner(unit=owner.id, kind=owner.kind, lives=owner.lives(body.on)),
                line=await _line(permit, planned, body.line, body.owner, clock.today())
                if body.line
                else None,
                starts_on=body.starts_on,
                ends_on=body.ends_on,
                seats=body.seats,
                on=body.on,
                today=clock.today(),
                by=permit.person,
                instrument=body.instrument,
                reason=body.reason,
            )

        return written(response, course, await opened.execute(course, make, asked))

    @router.post("/{course}/enrol", name="course.enrol")
    async def enrol(
        course: UUID,
        body: Enrolling,
        response: Response,
        permit: Annotated[Permit, may],
        asked: Annotated[Intent, Depends(intent)],
    ) -> Written:
        async def make(state: trade.State) -> trade.Command:
            permit.on(_owner(state))
            found, _ = await sent.state(body.nomination)
            permit.on(unit_of(found))
            return trade.EnrolLearner(
                sent=_sent(body.nomination, found),
                on=body.on,
                today=clock.today(),
                by=permit.person,
                reason=body.reason,
            )

        return written(response, course, await opened.execute(course, make, asked))

    @router.post("/{course}/record-leaving", name="course.record_leaving")
    async def record_leaving(
        course: UUID,
        body: Leaving,
        response: Response,
        permit: Annotated[Permit, may],
        asked: Annotated[Intent, Depends(intent)],
    ) -> Written:
        command = trade.RecordLeaving(
            person=body.person,
            because=body.because,
            on=body.on,
            today=clock.today(),
            by=permit.person,
            reason=body.reason,
        )
        return written(response, course, await opened.execute(course, within(permit, _owner, command), asked))

    @router.post("/{course}/record-result", name="course.record_result")
    async def record_result(
        course: UUID,
        body: Marking,
        response: Response,
        permit: Annotated[Permit, may],
        asked: Annotated[Intent, Depends(intent)],
    ) -> Written:
        command = trade.RecordResult(
            person=body.person,
            passed=body.passed,
            on=body.on,
            today=clock.today(),
            by=permit.person,
            reason=body.reason,
        )
        return written(response, course, await opened.execute(course, within(permit, _owner, command), asked))

    @router.post("/{course}/issue-certificate", name="course.issue_certificate")
    async def issue_certificate(
        course: UUID,
        body: Certifying,
        response: Response,
        permit: Annotated[Permit, may],
        asked: Annotated[Intent, Depends(intent)],
    ) -> Written:
        command = trade.IssueCertificate(
            person=body.person,
            number=body.number,
            pack=_pack(body.on),
            on=body.on,
            today=clock.today(),
            by=permit.person,
            reason=body.reason,
        )
        return written(response, course, await opened.execute(course, within(permit, _owner, command), asked))

    @router.post("/{course}/finish", name="course.finish")
    async def finish(
        course: UUID,
        body: Finishing,
        response: Response,
        permit: Annotated[Permit, may],
        asked: Annotated[Intent, Depends(intent)],
    ) -> Written:
        command = trade.FinishCourse(on=body.on, today=clock.today(), by=permit.person, reason=body.reason)
        return written(response, course, await opened.execute(course, within(permit, _owner, command), asked))

    @router.get("", name="course.list")
    async def of_owner(
        permit: Annotated[Permit, may],
        known: Annotated[Wanted, Depends(wanted)],
        unit: UUID,
        programme: Programme | None = None,
        stage: Literal["open", "finished"] | None = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> CoursesShown:
        """Classes of owners in the subtree of a unit, the latest first."""
        permit.on(unit)
        owners = permit.tree.subtree(unit, clock.today()) & permit.units()
        async with reader(known, courses.model) as page:
            found = await courses.of_owners(page, owners, programme, stage, limit)
            return CoursesShown(courses=[_shown(one) for one in found], as_of=as_of_json(page))

    @router.get("/{course}", name="course.show")
    async def show(
        course: UUID, permit: Annotated[Permit, may], known: Annotated[Wanted, Depends(wanted)]
    ) -> CourseShown:
        async with reader(known, courses.model) as page:
            found = await courses.one(page, course)
        if found is None:
            raise OutOfScope
        permit.on(found.owner)
        return _shown(found)

    @router.get("/{course}/roster", name="course.roster")
    async def roster(
        request: Request,
        course: UUID,
        permit: Annotated[Permit, may],
        known: Annotated[Wanted, Depends(wanted)],
        purpose: Purpose,
    ) -> RosterShown:
        """The learners by name; each reading is recorded."""
        async with reader(known, courses.model, names.model) as page:
            found = await courses.one(page, course)
            if found is None:
                raise OutOfScope
            permit.on(found.owner)
            learners = {one.person: one for one in found.learners}
            known_names = {name.person: name for name in await names.of(page, learners)}
            in_order = [*known_names, *(person for person in learners if person not in known_names)]
            reads = [Read(subject=person, unit=learners[person].unit) for person in known_names]
            await record_reads(db, permit, correlation_of(request), purpose, reads)
            return RosterShown(
                course=course,
                learners=[_named(learners[person], known_names.get(person)) for person in in_order],
                as_of=as_of_json(page),
            )

    return router


async def _line(permit: Permit, planned: Plans, line: UUID, owner: UUID, today: date) -> trade.PlanLine:
    """The line, when its owner stands above the class owner or within the officer's own scope."""
    state, _ = await planned.state(line)
    match state:
        case class_plan.NotPlanned():
            raise OutOfScope
        case class_plan.Planned(owner=planner, programme=programme, year=year):
            if planner not in permit.tree.chain(owner, today):
                permit.on(planner)
            return trade.PlanLine(line=line, programme=programme, year=year)


def _sent(id: UUID, state: nomination.State) -> trade.Sent:
    match state:
        case nomination.NotNominated():
            raise OutOfScope
        case _:
            return trade.Sent(
                nomination=id,
                person=state.person,
                unit=state.unit,
                programme=state.programme,
                approved_on=state.since if isinstance(state, nomination.Approved) else None,
            )


def _pack(day: date) -> RulePack | None:
    try:
        return pack_on(day)
    except NoRulePack:
        return None


def _owner(state: trade.State) -> UUID | None:
    match state:
        case trade.NotOpened():
            return None
        case _:
            return state.owner


def _shown(found: courses.Course) -> CourseShown:
    return CourseShown.model_validate(found, from_attributes=True)


def _named(learner: courses.Learner, name: names.Name | None) -> NamedLearner:
    return NamedLearner(
        **LearnerShown.model_validate(learner, from_attributes=True).model_dump(),
        name=name.name if name else "",
        birth_date=name.birth_date if name else None,
        sex=Sex(name.sex) if name and name.sex else None,
    )
