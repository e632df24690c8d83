"""Where a dossier can stand, what each stage still has to know, and how events lead from one to the next."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from ketnap.admission.events import (
    AdmissionAnnulled,
    AdmissionDecided,
    AdmissionProposed,
    AdmissionRefused,
    ApplicationFiled,
    Biography,
    BiographyDeclared,
    CellRecognitionVoted,
    CellStrikeOffVoted,
    CellVoted,
    CeremonyCorrected,
    CeremonyHeld,
    DecisionExtended,
    Dossier,
    DossierCompleted,
    DossierReturned,
    DossierSubmitted,
    DossierWithdrawn,
    Event,
    GrassVoted,
    LateCeremonyConsented,
    OpinionsSummarised,
    Outcome,
    PapersRenewed,
    ProbationerLeft,
    Recognised,
    StruckOff,
    VerificationCompleted,
    VerificationFailed,
    VerificationIssueRaised,
    VerificationIssueResolved,
    VerificationRequested,
)
from ketnap.common.frozen import Forgotten, frozen

# What several stages know


@frozen
class Papers:
    drawn_up_on: date
    biography: Biography | Forgotten


@frozen
class Proposal:
    """The cell's resolution and the hands it went through: clerks entered a vote, preparers passed it on."""

    met_on: date
    over_age_consent_on: date | None
    clerks: frozenset[UUID]
    preparers: frozenset[UUID] = frozenset()
    extended: bool = False


@frozen
class Admission:
    decided_on: date
    decided_by: UUID
    signed_by: UUID | None
    received_on: date
    pack: str
    late_consent_on: date | None = None


@frozen
class Probation:
    """`attempts` of the cell to recognise, the clerks who entered a vote, its votes by resolution and day."""

    admission: Admission
    ceremony_on: date
    ends_on: date
    attempts: int = 0
    clerks: frozenset[UUID] = frozenset()
    votes: frozenset[tuple[str, date]] = frozenset()


# The stages


@frozen
class NotFiled:
    pass


@frozen
class Applied:
    dossier: Dossier
    since: date
    drawn_up_on: date


@frozen
class Declared:
    dossier: Dossier
    since: date
    papers: Papers


@frozen
class Verifying:
    dossier: Dossier
    since: date
    papers: Papers
    asked: int


@frozen
class InDoubt:
    dossier: Dossier
    since: date
    papers: Papers


@frozen
class Verified:
    dossier: Dossier
    since: date
    papers: Papers


@frozen
class Ready:
    """Opinions are collected: the cell may consider it."""

    dossier: Dossier
    since: date
    papers: Papers


@frozen
class CellProposed:
    dossier: Dossier
    since: date
    proposal: Proposal


@frozen
class GrassProposed:
    dossier: Dossier
    since: date
    proposal: Proposal
    committee: UUID


@frozen
class Submitted:
    dossier: Dossier
    since: date
    proposal: Proposal
    competent: UUID


@frozen
class Returned:
    dossier: Dossier
    since: date
    proposal: Proposal
    competent: UUID


@frozen
class AwaitingSignature:
    dossier: Dossier
    since: date
    proposal: Proposal
    competent: UUID


@frozen
class Decided:
    dossier: Dossier
    since: date
    admission: Admission


@frozen
class Probationary:
    dossier: Dossier
    since: date
    probation: Probation


@frozen
class RecognitionProposed:
    """By the cell; `committee`: and by the grassroots committee."""

    dossier: Dossier
    since: date
    probation: Probation
    committee: UUID | None = None
    extended: bool = False


@frozen
class StrikeOffProposed:
    """By the cell; `committee`: and by the grassroots committee."""

    dossier: Dossier
    since: date
    probation: Probation
    committee: UUID | None = None


@frozen
class Inconclusive:
    """The cell has voted for the last time, neither way with two thirds: those above decide."""

    dossier: Dossier
    since: date
    probation: Probation
    extended: bool = False


@frozen
class Official:
    dossier: Dossier
    since: date
    probation: Probation


@frozen
class Removed:
    """The name was struck off."""

    dossier: Dossier
    since: date


@frozen
class Closed:
    dossier: Dossier
    since: date


@frozen
class Annulled:
    dossier: Dossier
    since: date


type Started = (
    Applied
    | Declared
    | Verifying
    | InDoubt
    | Verified
    | Ready
    | CellProposed
    | GrassProposed
    | Submitted
    | Returned
    | AwaitingSignature
    | Decided
    | Probationary
    | RecognitionProposed
    | StrikeOffProposed
    | Inconclusive
    | Official
    | Removed
    | Closed
    | Annulled
)
type State = NotFiled | Started


AFTER_RECOGNITION_VOTE: dict[
    Outcome, type[RecognitionProposed | StrikeOffProposed | Inconclusive | Probationary]
] = {
    "recognises": RecognitionProposed,
    "strikes_off": StrikeOffProposed,
    "inconclusive": Inconclusive,
    "short": Probationary,
}


def evolve(state: State, event: Event) -> State:
    dossier, on, by = event.dossier, event.act.on, event.act.by
    match event, state:
        case ApplicationFiled(), _:
            return Applied(dossier=dossier, since=on, drawn_up_on=on)
        case BiographyDeclared(biography=biography), Applied(drawn_up_on=day):
            return Declared(dossier=dossier, since=on, papers=Papers(drawn_up_on=day, biography=biography))
        case BiographyDeclared(biography=biography), Declared() | Verified() | Ready():
            return Declared(dossier=dossier, since=on, papers=replace(state.papers, biography=biography))
        case VerificationRequested(asked=asked), Declared(papers=papers):
            return Verifying(dossier=dossier, since=on, papers=papers, asked=asked)
        case VerificationIssueRaised(), Verifying(papers=papers):
            return InDoubt(dossier=dossier, since=on, papers=papers)
        case ((VerificationCompleted() | VerificationIssueResolved()), Verifying() | InDoubt()):
            return Verified(dossier=dossier, since=on, papers=state.papers)
        case OpinionsSummarised(), Verified(papers=papers):
            return Ready(dossier=dossier, since=on, papers=papers)
        case PapersRenewed(), Ready(papers=papers):
            return replace(state, since=on, papers=replace(papers, drawn_up_on=on))
        case CellVoted(passed=True, over_age_consent=consent), Ready():
            return CellProposed(
                dossier=dossier,
                since=on,
                proposal=Proposal(
                    met_on=on,
                    over_age_consent_on=consent.on if consent else None,
                    clerks=_hands(by),
                ),
            )
        case GrassVoted(passed=True, committee=committee), CellProposed(proposal=proposal):
            clerks = proposal.clerks | _hands(by)
            return GrassProposed(
                dossier=dossier, since=on, proposal=replace(proposal, clerks=clerks), committee=committee
            )
        case DossierSubmitted(competent=competent), CellProposed() | GrassProposed():
            return Submitted(
                dossier=dossier, since=on, proposal=_prepared(state.proposal, by), competent=competent
            )
        case DossierReturned(), Submitted(proposal=proposal, competent=competent):
            return Returned(dossier=dossier, since=on, proposal=proposal, competent=competent)
        case DossierCompleted(), Returned(proposal=proposal, competent=competent):
            return Submitted(dossier=dossier, since=on, proposal=_prepared(proposal, by), competent=competent)
        case AdmissionProposed(competent=competent), Submitted(proposal=proposal):
            return AwaitingSignature(
                dossier=dossier, since=on, proposal=_prepared(proposal, by), competent=competent
            )
        case DecisionExtended(), Submitted() | Returned() | AwaitingSignature():
            return replace(state, proposal=replace(state.proposal, extended=True))
        case DecisionExtended(), RecognitionProposed() | Inconclusive():
            return replace(state, extended=True)
        case AdmissionDecided(), AwaitingSignature():
            admission = Admission(
                decided_on=on,
                decided_by=event.decided_by,
                signed_by=by,
                received_on=event.received_on,
                pack=event.pack,
            )
            return Decided(dossier=dossier, since=on, admission=admission)
        case LateCeremonyConsented(), Decided(admission=admission):
            return replace(state, admission=replace(admission, late_consent_on=on))
        case CeremonyHeld(probation_ends=ends), Decided(admission=admission):
            probation = Probation(admission=admission, ceremony_on=on, ends_on=ends)
            return Probationary(dossier=dossier, since=on, probation=probation)
        case CeremonyCorrected(held_on=day, probation_ends=ends), Probationary(probation=probation):
            return replace(state, since=day, probation=replace(probation, ceremony_on=day, ends_on=ends))
        case CellRecognitionVoted(attempt=attempt), Probationary(probation=probation):
            voted = replace(_voted(probation, event), attempts=attempt)
            return AFTER_RECOGNITION_VOTE[event.outcome](dossier=dossier, since=on, probation=voted)
        case CellStrikeOffVoted(passed=passed), Probationary(probation=probation):
            stage = StrikeOffProposed if passed else Probationary
            return stage(dossier=dossier, since=on, probation=_voted(probation, event))
        case GrassVoted(passed=True, committee=committee), RecognitionProposed() | StrikeOffProposed():
            return replace(state, since=on, committee=committee, probation=_voted(state.probation, event))
        case GrassVoted(passed=False), RecognitionProposed() | StrikeOffProposed():
            return Probationary(dossier=dossier, since=on, probation=_voted(state.probation, event))
        case Recognised(), RecognitionProposed() | Inconclusive():
            return Official(dossier=dossier, since=event.official_from, probation=state.probation)
        case StruckOff(), StrikeOffProposed() | Inconclusive():
            return Removed(dossier=dossier, since=on)
        case (
            (CellVoted(passed=False) | VerificationFailed() | AdmissionRefused() | DossierWithdrawn() | ProbationerLeft()), _
        ) | (GrassVoted(passed=False), CellProposed()):  # fmt: skip
            return Closed(dossier=dossier, since=on)
        case AdmissionAnnulled(), _:
            return Annulled(dossier=dossier, since=on)
        case _:
            return state


def _hands(by: UUID | None) -> frozenset[UUID]:
    return frozenset({by} if by else ())


def _prepared(proposal: Proposal, by: UUID | None) -> Proposal:
    return replace(proposal, preparers=proposal.preparers | _hands(by))


def _voted(probation: Probation, event: CellRecognitionVoted | CellStrikeOffVoted | GrassVoted) -> Probation:
    return replace(
        probation,
        clerks=probation.clerks | _hands(event.act.by),
        votes=probation.votes | {(event.resolution, event.act.on)},
    )


# How the stages are called


@frozen
class Label:
    code: str
    vi: str
    en: str


LABELS: dict[type[State], Label] = {
    stage: Label(code=code, vi=vi, en=en)
    for stage, code, vi, en in (
        (NotFiled, "not_filed", "chưa lập", "not filed"),
        (Applied, "applied", "đã nộp đơn", "applied"),
        (Declared, "biography_declared", "đã khai lý lịch", "biography declared"),
        (Verifying, "verifying", "đang thẩm tra", "being verified"),
        (InDoubt, "verification_issue", "vướng thẩm tra", "verification issue"),
        (Verified, "verified", "đã thẩm tra", "verified"),
        (Ready, "opinions_collected", "đã tổng hợp ý kiến", "opinions collected"),
        (CellProposed, "cell_proposed", "chi bộ đã đề nghị", "proposed by the cell"),
        (GrassProposed, "grass_proposed", "đảng uỷ cơ sở đã đề nghị", "proposed by the grassroots committee"),
        (Submitted, "submitted", "đã trình", "submitted"),
        (Returned, "returned", "trả lại bổ sung", "returned for completion"),
        (AwaitingSignature, "awaiting_signature", "chờ ký quyết định", "awaiting signature"),
        (Decided, "decided", "đã có quyết định, chờ lễ kết nạp", "decided, ceremony due"),
        (Probationary, "probationary", "đảng viên dự bị", "probationary member"),
        (RecognitionProposed, "recognition_proposed", "đề nghị công nhận", "recognition proposed"),
        (StrikeOffProposed, "strike_off_proposed", "đề nghị xoá tên", "strike-off proposed"),
        (Inconclusive, "cell_inconclusive", "chi bộ không quyết được", "the cell is inconclusive"),
        (Official, "official", "đảng viên chính thức", "official member"),
        (Removed, "struck_off", "đã xoá tên", "struck off"),
        (Closed, "closed", "đã kết thúc", "closed"),
        (Annulled, "annulled", "đã huỷ", "annulled"),
    )
}
