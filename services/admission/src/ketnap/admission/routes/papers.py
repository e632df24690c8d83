"""HTTP in for the papers of a dossier: from the application to the opinions."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import APIRouter, Depends, Response
from pydantic import Field

from ketnap.admission import commands
from ketnap.admission.events import Biography
from ketnap.admission.routes.steps import Dossiers, Number, Step, Words, in_scope, unit_of
from ketnap.admission.rulebook import Rulebook
from ketnap.admission.stages import State
from ketnap.admission.views import candidacies, certificates
from ketnap.common.access import Permit
from ketnap.common.clock import Clock
from ketnap.common.execute import Intent
from ketnap.common.http import Gate, Written, guarded, intent, new_intent, within, written
from ketnap.common.reading import Reader, Wanted, wanted
from ketnap.contracts.training import Programme

People = Annotated[int, Field(ge=0, le=100)]


class Filing(Step):
    """1-KNĐ: somebody on the cell's list applies."""

    candidacy: UUID


class Declaring(Step):
    """2-KNĐ. An exception from the education floor names the area and its evidence."""

    education: Literal["literate", "primary", "lower_secondary", "upper_secondary"]
    difficult_area: Number | None = None
    area_evidence: Number | None = None
    reputable: bool = False
    reputable_evidence: Number | None = None
    remarks: Annotated[str, Field(max_length=20_000)] = ""


class RequestingVerification(Step):
    """`asked`: how many people the letter asks about."""

    letter: Number
    asked: Annotated[int, Field(ge=1, le=100)]


class CompletingVerification(Step):
    """`verifier`: the member who verified; answered and exempt together reach those asked about."""

    verifier: UUID
    answered: People
    exempt: People = 0
    conclusion: Words


class RaisingIssue(Step):
    finding: Words


class Concluding(Step):
    conclusion: Words


class Summarising(Step):
    """5-KNĐ with 3-KNĐ and 4-KNĐ."""

    opinions: Words


def create(gate: Gate, reader: Reader, dossiers: Dossiers, rules: Rulebook, clock: Clock) -> APIRouter:
    router = guarded("/dossiers", ["papers"])
    may = Depends(gate)

    @router.post("/{dossier}/file", name="dossier.file")
    async def file(
        dossier: UUID,
        body: Filing,
        response: Response,
        permit: Annotated[Permit, may],
        known: Annotated[Wanted, Depends(wanted)],
        asked: Annotated[Intent, Depends(new_intent)],
    ) -> Written:
        async def make(_: State) -> commands.Command:
            async with reader(known, candidacies.model, certificates.model) as page:
                candidacy = await candidacies.of(page, body.candidacy)
                permit.on(candidacy.unit if candidacy else None)
                certificate = (
                    await certificates.of(page, candidacy.person, Programme.AWARENESS, body.on)
                    if candidacy
                    else None
                )
                position = page.position
            return commands.FileApplication(
                dossier=dossier,
                candidacy=candidacy,
                certificate=certificate,
                position=position,
                act=body.act(permit),
                today=clock.today(),
                rules=rules,
            )

        return written(response, dossier, await dossiers.execute(dossier, make, asked))

    @router.post("/{dossier}/declare-biography", name="dossier.declare_biography")
    async def declare_biography(
        dossier: UUID,
        body: Declaring,
        response: Response,
        permit: Annotated[Permit, may],
        asked: Annotated[Intent, Depends(intent)],
    ) -> Written:
        biography = Biography(
            education=body.education,
            difficult_area=body.difficult_area,
            area_evidence=body.area_evidence,
            reputable=body.reputable,
            reputable_evidence=body.reputable_evidence,
            remarks=body.remarks,
        )
        command = commands.DeclareBiography(biography=biography, act=body.act(permit), today=clock.today())
        made = within(permit, unit_of, command)
        return written(response, dossier, await dossiers.execute(dossier, made, asked))

    @router.post("/{dossier}/request-verification", name="dossier.request_verification")
    async def request_verification(
        dossier: UUID,
        body: RequestingVerification,
        response: Response,
        permit: Annotated[Permit, may],
        asked: Annotated[Intent, Depends(intent)],
    ) -> Written:
        command = commands.RequestVerification(
            letter=body.letter, asked=body.asked, act=body.act(permit), today=clock.today()
        )
        made = within(permit, unit_of, command)
        return written(response, dossier, await dossiers.execute(dossier, made, asked))

    @router.post("/{dossier}/complete-verification", name="dossier.complete_verification")
    async def complete_verification(
        dossier: UUID,
        body: CompletingVerification,
        response: Response,
        permit: Annotated[Permit, may],
        known: Annotated[Wanted, Depends(wanted)],
        asked: Annotated[Intent, Depends(intent)],
    ) -> Written:
        async def make(state: State) -> commands.Command:
            found = in_scope(permit, state)
            async with reader(known, candidacies.model) as page:
                helpers = await candidacies.helpers(page, found.dossier.candidacy)
            return commands.CompleteVerification(
                verifier=body.verifier,
                answered=body.answered,
                exempt=body.exempt,
                conclusion=body.conclusion,
                helpers=frozenset(helpers),
                act=body.act(permit),
                today=clock.today(),
                rules=rules,
            )

        return written(response, dossier, await dossiers.execute(dossier, make, asked))

    @router.post("/{dossier}/raise-issue", name="dossier.raise_issue")
    async def raise_issue(
        dossier: UUID,
        body: RaisingIssue,
        response: Response,
        permit: Annotated[Permit, may],
        asked: Annotated[Intent, Depends(intent)],
    ) -> Written:
        command = commands.RaiseVerificationIssue(
            finding=body.finding, act=body.act(permit), today=clock.today()
        )
        made = within(permit, unit_of, command)
        return written(response, dossier, await dossiers.execute(dossier, made, asked))

    @router.post("/{dossier}/resolve-issue", name="dossier.resolve_issue")
    async def resolve_issue(
        dossier: UUID,
        body: Concluding,
        response: Response,
        permit: Annotated[Permit, may],
        asked: Annotated[Intent, Depends(intent)],
    ) -> Written:
        command = commands.ResolveVerificationIssue(
            conclusion=body.conclusion, act=body.act(permit), today=clock.today()
        )
        made = within(permit, unit_of, command)
        return written(response, dossier, await dossiers.execute(dossier, made, asked))

    @router.post("/{dossier}/fail-verification", name="dossier.fail_verification")
    async def fail_verification(
        dossier: UUID,
        body: Concluding,
        response: Response,
        permit: Annotated[Permit, may],
        asked: Annotated[Intent, Depends(intent)],
    ) -> Written:
        command = commands.FailVerification(
            conclusion=body.conclusion, act=body.act(permit), today=clock.today()
        )
        made = within(permit, unit_of, command)
        return written(response, dossier, await dossiers.execute(dossier, made, asked))

    @router.post("/{dossier}/summarise-opinions", name="dossier.summarise_opinions")
    async def summarise_opinions(
        dossier: UUID,
        body: Summarising,
        response: Response,
        permit: Annotated[Permit, may],
        asked: Annotated[Intent, Depends(intent)],
    ) -> Written:
        command = commands.SummariseOpinions(
            opinions=body.opinions, act=body.act(permit), today=clock.today()
        )
        made = within(permit, unit_of, command)
        return written(response, dossier, await dossiers.execute(dossier, made, asked))

    @router.post("/{dossier}/renew-papers", name="dossier.renew_papers")
    async def renew_papers(
        dossier: UUID,
        body: Summarising,
        response: Response,
        permit: Annotated[Permit, may],
        asked: Annotated[Intent, Depends(intent)],
    ) -> Written:
        command = commands.RenewPapers(opinions=body.opinions, act=body.act(permit), today=clock.today())
        made = within(permit, unit_of, command)
        return written(response, dossier, await dossiers.execute(dossier, made, asked))

    return router
