"""Rules of the papers: from the application to the opinions that the cell will read."""

from datetime import date

from ketnap.admission.checks import check_day
from ketnap.admission.commands import (
    CompleteVerification,
    DeclareBiography,
    FailVerification,
    FileApplication,
    RaiseVerificationIssue,
    RenewPapers,
    RequestVerification,
    ResolveVerificationIssue,
    SummariseOpinions,
)
from ketnap.admission.events import (
    ApplicationFiled,
    BiographyDeclared,
    Certificate,
    CertificateBasis,
    Dossier,
    OpinionsSummarised,
    PapersRenewed,
    VerificationCompleted,
    VerificationFailed,
    VerificationIssueRaised,
    VerificationIssueResolved,
    VerificationRequested,
)
from ketnap.admission.rejections import (
    AnswersMissing,
    CertificateExpired,
    CertificateMissing,
    EvidenceMissing,
    NotASympathiser,
    VerifierIsHelper,
)
from ketnap.admission.stages import Applied, Declared, InDoubt, Ready, Verified, Verifying
from ketnap.common.occurred import occurred
from ketnap.rules.deadlines import certificate_valid_until
from ketnap.rules.rule_pack import RulePack


def file_application(command: FileApplication) -> ApplicationFiled:
    """By somebody on the cell's list whose certificate of the awareness class is valid that day."""
    act, known = command.act, command.candidacy
    if known is None or known.listed_on is None:
        raise NotASympathiser
    occurred(act.on, today=command.today, reason=act.late_reason, after=known.listed_on)
    pack = command.rules.on(act.on)
    certificate = valid(command.certificate, act.on, pack)
    return ApplicationFiled(
        dossier=Dossier(id=command.dossier, person=known.person, unit=known.unit, candidacy=known.id),
        act=act,
        basis=CertificateBasis(position=command.position, certificate=certificate),
        pack=pack.name,
    )


def declare_biography(
    command: DeclareBiography, state: Applied | Declared | Verified | Ready
) -> BiographyDeclared:
    """An exception from the education floor comes with its evidence; a change after verification is verified again."""
    check_day(command.act, command.today, state)
    told = command.biography
    if told.reputable and not (told.difficult_area and told.reputable_evidence):
        raise EvidenceMissing
    if told.difficult_area and not told.area_evidence:
        raise EvidenceMissing
    return BiographyDeclared(
        dossier=state.dossier,
        act=command.act,
        person=state.dossier.person,
        again=isinstance(state, Verified | Ready),
        biography=told,
    )


def request_verification(command: RequestVerification, state: Declared) -> VerificationRequested:
    check_day(command.act, command.today, state)
    return VerificationRequested(
        dossier=state.dossier, act=command.act, letter=command.letter, asked=command.asked
    )


def complete_verification(command: CompleteVerification, state: Verifying) -> VerificationCompleted:
    """Everybody asked about has been answered for, or is exempt."""
    check_day(command.act, command.today, state)
    if command.answered + command.exempt < state.asked:
        raise AnswersMissing(asked=state.asked, answered=command.answered, exempt=command.exempt)
    pack = command.rules.on(command.act.on)
    warnings: list[str] = []
    if command.verifier in command.helpers:
        if pack.verifier_is_helper == "block":
            raise VerifierIsHelper
        warnings.append("verifier_is_helper")
    return VerificationCompleted(
        dossier=state.dossier,
        act=command.act,
        person=state.dossier.person,
        verifier=command.verifier,
        answered=command.answered,
        exempt=command.exempt,
        warnings=warnings,
        pack=pack.name,
        conclusion=command.conclusion,
    )


def raise_issue(command: RaiseVerificationIssue, state: Verifying) -> VerificationIssueRaised:
    check_day(command.act, command.today, state)
    return VerificationIssueRaised(
        dossier=state.dossier, act=command.act, person=state.dossier.person, finding=command.finding
    )


def resolve_issue(command: ResolveVerificationIssue, state: InDoubt) -> VerificationIssueResolved:
    check_day(command.act, command.today, state)
    return VerificationIssueResolved(
        dossier=state.dossier, act=command.act, person=state.dossier.person, conclusion=command.conclusion
    )


def fail_verification(command: FailVerification, state: InDoubt) -> VerificationFailed:
    check_day(command.act, command.today, state)
    return VerificationFailed(
        dossier=state.dossier, act=command.act, person=state.dossier.person, conclusion=command.conclusion
    )


def summarise_opinions(command: SummariseOpinions, state: Verified) -> OpinionsSummarised:
    check_day(command.act, command.today, state)
    return OpinionsSummarised(
        dossier=state.dossier, act=command.act, person=state.dossier.person, opinions=command.opinions
    )


def renew_papers(command: RenewPapers, state: Ready) -> PapersRenewed:
    """3-KNĐ, 4-KNĐ and the opinions are drawn up again; certificate, biography and verification stay."""
    check_day(command.act, command.today, state)
    return PapersRenewed(
        dossier=state.dossier, act=command.act, person=state.dossier.person, opinions=command.opinions
    )


def valid(certificate: Certificate | None, on: date, pack: RulePack) -> Certificate:
    """The certificate of the awareness class, when it counts on the day."""
    if certificate is None or certificate.issued_on > on:
        raise CertificateMissing(on=on)
    valid_until = certificate.valid_until or certificate_valid_until(certificate.issued_on, pack).due_on
    if on > valid_until:
        raise CertificateExpired(
            number=certificate.number, issued_on=certificate.issued_on, valid_until=valid_until, on=on
        )
    return certificate
