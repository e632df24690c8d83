"""HTTP in for the ceremony: consent to a late one, the ceremony itself, its correction."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Response

from ketnap.admission import commands
from ketnap.admission.routes.steps import Dossiers, Number, Step, above, in_scope, unit_of
from ketnap.admission.rulebook import Rulebook
from ketnap.admission.stages import State
from ketnap.common.access import Permit
from ketnap.common.clock import Clock
from ketnap.common.execute import Intent
from ketnap.common.http import Gate, Written, guarded, intent, within, written
from ketnap.contracts.admission import CorrectionReason


class Consenting(Step):
    """`committee`: the superior that agrees to a ceremony after its due date."""

    committee: UUID
    instrument: Number


class Correcting(Step):
    """`held_on`: the right day; `on`: the day of the correction."""

    held_on: date
    because: Literal[CorrectionReason.CLERICAL, CorrectionReason.PAPER]


def create(gate: Gate, dossiers: Dossiers, rules: Rulebook, clock: Clock) -> APIRouter:
    router = guarded("/dossiers", ["ceremonies"])
    may = Depends(gate)

    @router.post("/{dossier}/consent-late-ceremony", name="dossier.consent_late_ceremony")
    async def consent_late_ceremony(
        dossier: UUID,
        body: Consenting,
        response: Response,
        permit: Annotated[Permit, may],
        asked: Annotated[Intent, Depends(intent)],
    ) -> Written:
        async def make(state: State) -> commands.Command:
            found = in_scope(permit, state)
            permit.on(body.committee)
            return commands.ConsentToLateCeremony(
                committee=body.committee,
                above=above(permit.tree, found.dossier.unit, body.on),
                instrument=body.instrument,
                act=body.act(permit),
                today=clock.today(),
            )

        return written(response, dossier, await dossiers.execute(dossier, make, asked))

    @router.post("/{dossier}/hold-ceremony", name="dossier.hold_ceremony")
    async def hold_ceremony(
        dossier: UUID,
        body: Step,
        response: Response,
        permit: Annotated[Permit, may],
        asked: Annotated[Intent, Depends(intent)],
    ) -> Written:
        """The day of joining; probation runs from it."""
        command = commands.HoldCeremony(act=body.act(permit), today=clock.today(), rules=rules)
        made = within(permit, unit_of, command)
        return written(response, dossier, await dossiers.execute(dossier, made, asked))

    @router.post("/{dossier}/correct-ceremony", name="dossier.correct_ceremony")
    async def correct_ceremony(
        dossier: UUID,
        body: Correcting,
        response: Response,
        permit: Annotated[Permit, may],
        asked: Annotated[Intent, Depends(intent)],
    ) -> Written:
        command = commands.CorrectCeremony(
            held_on=body.held_on, reason=body.because, act=body.act(permit), today=clock.today(), rules=rules
        )
        made = within(permit, unit_of, command)
        return written(response, dossier, await dossiers.execute(dossier, made, asked))

    return router
