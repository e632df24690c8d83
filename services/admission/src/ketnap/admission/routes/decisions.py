"""HTTP in for the decision on admission: submitted, returned, proposed, signed or refused."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from pydantic import Field

from ketnap.admission import commands
from ketnap.admission.routes.steps import (
    Dossiers,
    Members,
    Number,
    Step,
    Words,
    above,
    competent,
    in_scope,
    unit_of,
)
from ketnap.admission.rulebook import Rulebook
from ketnap.admission.stages import GrassProposed, State
from ketnap.admission.views import identities
from ketnap.common.access import Permit
from ketnap.common.clock import Clock
from ketnap.common.execute import Intent
from ketnap.common.http import Gate, Written, guarded, intent, within, written
from ketnap.common.reading import Reader, Wanted, wanted


class Submitting(Step):
    """`competent`: the committee that decides."""

    competent: UUID


class Returning(Step):
    remarks: Words


class Proposing(Step):
    """`proposal`: number of the paper put before the standing committee."""

    proposal: Number


class Extending(Step):
    """`committee`: the one that decides, and takes longer once."""

    committee: UUID
    working_days: Annotated[int, Field(ge=1, le=1000)]
    instrument: Number


class Signing(Step):
    """9-KNĐ. `on`: the day written in the decision; `members` and `yes` of the standing committee."""

    decision: Number
    received_on: date
    members: Members
    yes: Members


class Refusing(Step):
    decision: Number
    grounds: Words


def create(gate: Gate, reader: Reader, dossiers: Dossiers, rules: Rulebook, clock: Clock) -> APIRouter:
    router = guarded("/dossiers", ["decisions"])
    may = Depends(gate)

    @router.post("/{dossier}/submit", name="dossier.submit")
    async def submit(
        dossier: UUID,
        body: Submitting,
        response: Response,
        permit: Annotated[Permit, may],
        asked: Annotated[Intent, Depends(intent)],
    ) -> Written:
        """Where the grassroots committee has voted it submits, otherwise the cell does."""

        async def make(state: State) -> commands.Command:
            found = in_scope(permit, state)
            if isinstance(found, GrassProposed):
                permit.on(found.committee)
            return commands.SubmitDossier(
                competent=body.competent,
                above=above(permit.tree, found.dossier.unit, body.on),
                act=body.act(permit),
                today=clock.today(),
            )

        return written(response, dossier, await dossiers.execute(dossier, make, asked))

    @router.post("/{dossier}/return", name="dossier.return")
    async def send_back(
        dossier: UUID,
        body: Returning,
        response: Response,
        permit: Annotated[Permit, may],
        asked: Annotated[Intent, Depends(intent)],
    ) -> Written:
        async def make(state: State) -> commands.Command:
            permit.on(competent(permit.tree, in_scope(permit, state), body.on))
            return commands.ReturnDossier(remarks=body.remarks, act=body.act(permit), today=clock.today())

        return written(response, dossier, await dossiers.execute(dossier, make, asked))

    @router.post("/{dossier}/complete", name="dossier.complete")
    async def complete(
        dossier: UUID,
        body: Step,
        response: Response,
        permit: Annotated[Permit, may],
        asked: Annotated[Intent, Depends(intent)],
    ) -> Written:
        command = commands.CompleteDossier(act=body.act(permit), today=clock.today())
        made = within(permit, unit_of, command)
        return written(response, dossier, await dossiers.execute(dossier, made, asked))

    @router.post("/{dossier}/propose", name="dossier.propose")
    async def propose(
        dossier: UUID,
        body: Proposing,
        response: Response,
        permit: Annotated[Permit, may],
        asked: Annotated[Intent, Depends(intent)],
    ) -> Written:
        async def make(state: State) -> commands.Command:
            committee = competent(permit.tree, in_scope(permit, state), body.on)
            permit.on(committee)
            return commands.ProposeAdmission(
                competent=committee, proposal=body.proposal, act=body.act(permit), today=clock.today()
            )

        return written(response, dossier, await dossiers.execute(dossier, make, asked))

    @router.post("/{dossier}/extend", name="dossier.extend")
    async def extend(
        dossier: UUID,
        body: Extending,
        response: Response,
        permit: Annotated[Permit, may],
        asked: Annotated[Intent, Depends(intent)],
    ) -> Written:
        """Of admission while it is submitted, of recognition while it is proposed."""

        async def make(state: State) -> commands.Command:
            found = in_scope(permit, state)
            permit.on(body.committee)
            return commands.ExtendDecision(
                committee=body.committee,
                above=above(permit.tree, found.dossier.unit, body.on),
                working_days=body.working_days,
                instrument=body.instrument,
                act=body.act(permit),
                today=clock.today(),
                rules=rules,
            )

        return written(response, dossier, await dossiers.execute(dossier, make, asked))

    @router.post("/{dossier}/sign", name="dossier.sign")
    async def sign(
        dossier: UUID,
        body: Signing,
        response: Response,
        permit: Annotated[Permit, may],
        known: Annotated[Wanted, Depends(wanted)],
        asked: Annotated[Intent, Depends(intent)],
    ) -> Written:
        """The decision to admit, by a second person of the competent committee."""

        async def make(state: State) -> commands.Command:
            found = in_scope(permit, state)
            committee = competent(permit.tree, found, body.on)
            permit.on(committee)
            async with reader(known, identities.model) as page:
                born = await identities.born(page, found.dossier.person)
                position = page.position
            return commands.SignAdmission(
                competent=committee,
                decision=body.decision,
                received_on=body.received_on,
                members=body.members,
                yes=body.yes,
                born=born,
                position=position,
                act=body.act(permit),
                today=clock.today(),
                rules=rules,
            )

        return written(response, dossier, await dossiers.execute(dossier, make, asked))

    @router.post("/{dossier}/refuse", name="dossier.refuse")
    async def refuse(
        dossier: UUID,
        body: Refusing,
        response: Response,
        permit: Annotated[Permit, may],
        asked: Annotated[Intent, Depends(intent)],
    ) -> Written:
        async def make(state: State) -> commands.Command:
            committee = competent(permit.tree, in_scope(permit, state), body.on)
            permit.on(committee)
            return commands.RefuseAdmission(
                competent=committee,
                decision=body.decision,
                grounds=body.grounds,
                act=body.act(permit),
                today=clock.today(),
                rules=rules,
            )

        return written(response, dossier, await dossiers.execute(dossier, make, asked))

    return router
