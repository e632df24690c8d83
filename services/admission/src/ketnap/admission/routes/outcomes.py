"""HTTP in for how a dossier ends: recognised, struck off, annulled, withdrawn."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from ketnap.admission import commands
from ketnap.admission.routes.steps import Dossiers, Members, Number, Step, above, in_scope, unit_of
from ketnap.admission.rulebook import Rulebook
from ketnap.admission.stages import State
from ketnap.common.access import Permit
from ketnap.common.clock import Clock
from ketnap.common.execute import Intent
from ketnap.common.http import Gate, Written, guarded, intent, within, written
from ketnap.contracts.admission import AnnulReason


class DecidingAbove(Step):
    """`decided_by`: the committee above the cell; `members` and `yes` of its standing committee."""

    decided_by: UUID
    decision: Number
    members: Members
    yes: Members


class Annulling(Step):
    annulled_by: UUID
    decision: Number
    because: Literal[AnnulReason.CONDITIONS, AnnulReason.PROCEDURE, AnnulReason.DUPLICATE]


class Withdrawing(Step):
    because: Literal["own_request", "moved", "unfit", "deceased"]


def create(gate: Gate, dossiers: Dossiers, rules: Rulebook, clock: Clock) -> APIRouter:
    router = guarded("/dossiers", ["outcomes"])
    may = Depends(gate)

    @router.post("/{dossier}/recognise", name="dossier.recognise")
    async def recognise(
        dossier: UUID,
        body: DecidingAbove,
        response: Response,
        permit: Annotated[Permit, may],
        asked: Annotated[Intent, Depends(intent)],
    ) -> Written:
        """The decision to recognise, by a second person."""

        async def make(state: State) -> commands.Command:
            found = in_scope(permit, state)
            permit.on(body.decided_by)
            return commands.RecogniseMember(
                decided_by=body.decided_by,
                above=above(permit.tree, found.dossier.unit, body.on),
                decision=body.decision,
                members=body.members,
                yes=body.yes,
                act=body.act(permit),
                today=clock.today(),
                rules=rules,
            )

        return written(response, dossier, await dossiers.execute(dossier, make, asked))

    @router.post("/{dossier}/strike-off", name="dossier.strike_off")
    async def strike_off(
        dossier: UUID,
        body: DecidingAbove,
        response: Response,
        permit: Annotated[Permit, may],
        asked: Annotated[Intent, Depends(intent)],
    ) -> Written:
        """The decision to strike off a probationer, by a second person."""

        async def make(state: State) -> commands.Command:
            found = in_scope(permit, state)
            permit.on(body.decided_by)
            return commands.StrikeOff(
                decided_by=body.decided_by,
                above=above(permit.tree, found.dossier.unit, body.on),
                decision=body.decision,
                members=body.members,
                yes=body.yes,
                act=body.act(permit),
                today=clock.today(),
                rules=rules,
            )

        return written(response, dossier, await dossiers.execute(dossier, make, asked))

    @router.post("/{dossier}/annul", name="dossier.annul")
    async def annul(
        dossier: UUID,
        body: Annulling,
        response: Response,
        permit: Annotated[Permit, may],
        asked: Annotated[Intent, Depends(intent)],
    ) -> Written:
        """The decision is cancelled, by another person than the one who signed it."""

        async def make(state: State) -> commands.Command:
            found = in_scope(permit, state)
            permit.on(body.annulled_by)
            return commands.AnnulAdmission(
                annulled_by=body.annulled_by,
                above=above(permit.tree, found.dossier.unit, body.on),
                decision=body.decision,
                reason=body.because,
                act=body.act(permit),
                today=clock.today(),
            )

        return written(response, dossier, await dossiers.execute(dossier, make, asked))

    @router.post("/{dossier}/withdraw", name="dossier.withdraw")
    async def withdraw(
        dossier: UUID,
        body: Withdrawing,
        response: Response,
        permit: Annotated[Permit, may],
        asked: Annotated[Intent, Depends(intent)],
    ) -> Written:
        command = commands.WithdrawDossier(because=body.because, act=body.act(permit), today=clock.today())
        made = within(permit, unit_of, command)
        return written(response, dossier, await dossiers.execute(dossier, made, asked))

    return router
