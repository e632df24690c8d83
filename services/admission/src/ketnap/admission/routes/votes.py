"""HTTP in for votes: of the cell on admission, recognition and striking off; of the grassroots committee."""

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from pydantic import Field

from ketnap.admission import commands
from ketnap.admission.events import Consent
from ketnap.admission.routes.steps import (
    CountGiven,
    Dossiers,
    Members,
    Number,
    Step,
    above,
    cells,
    in_scope,
)
from ketnap.admission.rulebook import Rulebook
from ketnap.admission.stages import State
from ketnap.admission.views import candidacies, certificates, identities, rolls
from ketnap.common.access import Permit
from ketnap.common.clock import Clock
from ketnap.common.execute import Intent
from ketnap.common.http import Gate, Trade, Written, guarded, intent, written
from ketnap.common.reading import Reader, Wanted, wanted
from ketnap.contracts.training import Programme


class Meeting(Step):
    """A meeting of the cell; `exempt_absent`: official members exempt from activity who did not come."""

    resolution: Number
    secret: bool = True
    exempt_absent: Members = 0


class IntroducerGiven(Trade):
    helper: UUID
    together_since: date


class ConsentGiven(Trade):
    instrument: Number
    on: date


class VotingInCell(Meeting):
    """6-KNĐ: the cell considers one person."""

    count: CountGiven
    beside: Literal["youth_union", "trade_union", "members"] = "members"
    committee_resolution: Number | None = None
    introducers: Annotated[list[IntroducerGiven], Field(max_length=5)]
    over_age_consent: ConsentGiven | None = None


class VotingInCommittee(Step):
    """8-KNĐ, 15-KNĐ: counted on all members of the committee."""

    committee: UUID
    resolution: Number
    members: Members
    count: CountGiven


class VotingOnRecognition(Meeting):
    """13-KNĐ; `strike_off`: the second count of the same meeting, when recognition fell short."""

    recognition: CountGiven
    strike_off: CountGiven | None = None


class VotingOnStrikeOff(Meeting):
    count: CountGiven


def create(gate: Gate, reader: Reader, dossiers: Dossiers, rules: Rulebook, clock: Clock) -> APIRouter:
    router = guarded("/dossiers", ["votes"])
    may = Depends(gate)

    @router.post("/{dossier}/vote-in-cell", name="dossier.vote_in_cell")
    async def vote_in_cell(
        dossier: UUID,
        body: VotingInCell,
        response: Response,
        permit: Annotated[Permit, may],
        known: Annotated[Wanted, Depends(wanted)],
        asked: Annotated[Intent, Depends(intent)],
    ) -> Written:
        async def make(state: State) -> commands.Command:
            found = in_scope(permit, state)
            counted = cells(permit.tree, found.dossier.unit, body.on)
            pages = (rolls.model, certificates.model, candidacies.model, identities.model)
            async with reader(known, *pages) as page:
                helpers = await candidacies.helpers(page, found.dossier.candidacy)
                born = await identities.born(page, found.dossier.person)
                roll = await rolls.of(page, counted)
                certificate = await certificates.of(page, found.dossier.person, Programme.AWARENESS, body.on)
                position = page.position
            consent = body.over_age_consent
            return commands.VoteInCell(
                resolution=body.resolution,
                secret=body.secret,
                count=body.count.count(),
                exempt_absent=body.exempt_absent,
                beside=body.beside,
                committee_resolution=body.committee_resolution,
                introducers=[
                    commands.Introducing(helper=one.helper, together_since=one.together_since)
                    for one in body.introducers
                ],
                over_age_consent=Consent(instrument=consent.instrument, on=consent.on) if consent else None,
                helpers=helpers,
                born=born,
                roll=roll,
                certificate=certificate,
                position=position,
                act=body.act(permit),
                today=clock.today(),
                rules=rules,
            )

        return written(response, dossier, await dossiers.execute(dossier, make, asked))

    @router.post("/{dossier}/vote-in-committee", name="dossier.vote_in_committee")
    async def vote_in_committee(
        dossier: UUID,
        body: VotingInCommittee,
        response: Response,
        permit: Annotated[Permit, may],
        asked: Annotated[Intent, Depends(intent)],
    ) -> Written:
        async def make(state: State) -> commands.Command:
            found = in_scope(permit, state)
            permit.on(body.committee)
            return commands.VoteInCommittee(
                committee=body.committee,
                above=above(permit.tree, found.dossier.unit, body.on),
                resolution=body.resolution,
                members=body.members,
                count=body.count.count(),
                act=body.act(permit),
                today=clock.today(),
                rules=rules,
            )

        return written(response, dossier, await dossiers.execute(dossier, make, asked))

    @router.post("/{dossier}/vote-on-recognition", name="dossier.vote_on_recognition")
    async def vote_on_recognition(
        dossier: UUID,
        body: VotingOnRecognition,
        response: Response,
        permit: Annotated[Permit, may],
        known: Annotated[Wanted, Depends(wanted)],
        asked: Annotated[Intent, Depends(intent)],
    ) -> Written:
        async def make(state: State) -> commands.Command:
            found = in_scope(permit, state)
            counted = cells(permit.tree, found.dossier.unit, body.on)
            async with reader(known, rolls.model, certificates.model) as page:
                roll = await rolls.of(page, counted)
                certificate = await certificates.of(page, found.dossier.person, Programme.NEW_MEMBER, body.on)
                position = page.position
            return commands.VoteOnRecognition(
                resolution=body.resolution,
                secret=body.secret,
                recognition=body.recognition.count(),
                strike_off=body.strike_off.count() if body.strike_off else None,
                exempt_absent=body.exempt_absent,
                roll=roll,
                certificate=certificate,
                position=position,
                act=body.act(permit),
                today=clock.today(),
                rules=rules,
            )

        return written(response, dossier, await dossiers.execute(dossier, make, asked))

    @router.post("/{dossier}/vote-on-strike-off", name="dossier.vote_on_strike_off")
    async def vote_on_strike_off(
        dossier: UUID,
        body: VotingOnStrikeOff,
        response: Response,
        permit: Annotated[Permit, may],
        known: Annotated[Wanted, Depends(wanted)],
        asked: Annotated[Intent, Depends(intent)],
    ) -> Written:
        async def make(state: State) -> commands.Command:
            found = in_scope(permit, state)
            counted = cells(permit.tree, found.dossier.unit, body.on)
            async with reader(known, rolls.model) as page:
                roll = await rolls.of(page, counted)
                position = page.position
            return commands.VoteOnStrikeOff(
                resolution=body.resolution,
                secret=body.secret,
                count=body.count.count(),
                exempt_absent=body.exempt_absent,
                roll=roll,
                position=position,
                act=body.act(permit),
                today=clock.today(),
                rules=rules,
            )

        return written(response, dossier, await dossiers.execute(dossier, make, asked))

    return router
