"""A dossier from the application to official membership: which rule answers which command at which stage.

The rules stand in chapters: papers, voting, committees, deciding, ceremony.
"""

from ketnap.admission import ceremony, deciding, papers, voting
from ketnap.admission.commands import (
    AnnulAdmission,
    CloseProbation,
    Command,
    CompleteDossier,
    CompleteVerification,
    ConsentToLateCeremony,
    CorrectCeremony,
    DeclareBiography,
    ExtendDecision,
    FailVerification,
    FileApplication,
    HoldCeremony,
    ProposeAdmission,
    RaiseVerificationIssue,
    RecogniseMember,
    RefuseAdmission,
    RenewPapers,
    RequestVerification,
    ResolveVerificationIssue,
    ReturnDossier,
    SignAdmission,
    StrikeOff,
    SubmitDossier,
    SummariseOpinions,
    VoteInCell,
    VoteInCommittee,
    VoteOnRecognition,
    VoteOnStrikeOff,
    WithdrawDossier,
)
from ketnap.admission.events import (
    AdmissionAnnulled,
    AdmissionRefused,
    ApplicationFiled,
    CellVoted,
    DossierWithdrawn,
    Event,
    GrassVoted,
    ProbationerLeft,
    Recognised,
    StruckOff,
    VerificationFailed,
)
from ketnap.admission.rejections import (
    DossierExists,
    DossierUnknown,
    NotAtThisStep,
    RecognitionBegun,
    WithdrawalTooLate,
)
from ketnap.admission.stages import (
    LABELS,
    Annulled,
    Applied,
    AwaitingSignature,
    CellProposed,
    Closed,
    Decided,
    Declared,
    GrassProposed,
    Inconclusive,
    InDoubt,
    NotFiled,
    Official,
    Probationary,
    Ready,
    RecognitionProposed,
    Removed,
    Returned,
    Started,
    State,
    StrikeOffProposed,
    Submitted,
    Verified,
    Verifying,
    evolve,
)
from ketnap.common.decider import Claim, Decider, Hold, Release
from ketnap.common.occurred import occurred

OPEN_DOSSIER = "open-dossier"


def decide(command: Command, state: State) -> list[Event]:
    match command, state:
        case FileApplication(), NotFiled():
            return [papers.file_application(command)]
        case FileApplication(candidacy=known), Applied(dossier=dossier) if (
            known and known.id == dossier.candidacy
        ):
            return []
        case FileApplication(), _:
            raise DossierExists
        case _, NotFiled():
            raise DossierUnknown
        case _:
            return _decide(command, state)


def _decide(command: Command, state: Started) -> list[Event]:
    match command, state:
        # The papers
        case DeclareBiography(biography=told), Declared() | Verified() | Ready() if (
            told == state.papers.biography
        ):
            return []
        case DeclareBiography(), Applied() | Declared() | Verified() | Ready():
            return [papers.declare_biography(command, state)]
        case RequestVerification(), Declared():
            return [papers.request_verification(command, state)]
        case CompleteVerification(), Verifying():
            return [papers.complete_verification(command, state)]
        case RaiseVerificationIssue(), Verifying():
            return [papers.raise_issue(command, state)]
        case ResolveVerificationIssue(), InDoubt():
            return [papers.resolve_issue(command, state)]
        case FailVerification(), InDoubt():
            return [papers.fail_verification(command, state)]
        case SummariseOpinions(), Verified():
            return [papers.summarise_opinions(command, state)]
        case RenewPapers(act=act), Ready(papers=known) if act.on == known.drawn_up_on:
            return []
        case RenewPapers(), Ready():
            return [papers.renew_papers(command, state)]

        # Votes and decision on admission
        case VoteInCell(), Ready():
            return [voting.vote_in_cell(command, state)]
        case VoteInCommittee(), CellProposed():
            return [voting.vote_in_committee(command, state, "admission")]
        case SubmitDossier(), CellProposed() | GrassProposed():
            return [deciding.submit(command, state)]
        case ReturnDossier(), Submitted():
            return [deciding.send_back(command, state)]
        case CompleteDossier(), Returned():
            return [deciding.complete(command, state)]
        case ProposeAdmission(), Submitted():
            return [deciding.propose(command, state)]
        case ExtendDecision(), Submitted() | Returned() | AwaitingSignature():
            return [deciding.extend(command, state, "admission", already=state.proposal.extended)]
        case SignAdmission(), AwaitingSignature():
            return [deciding.sign(command, state)]
        case RefuseAdmission(), Submitted() | AwaitingSignature():
            return [deciding.refuse(command, state)]

        # Ceremony
        case ConsentToLateCeremony(act=act), Decided(admission=admission) if (
            act.on == admission.late_consent_on
        ):
            return []
        case ConsentToLateCeremony(), Decided():
            return [ceremony.consent_to_late(command, state)]
        case HoldCeremony(), Decided():
            return [ceremony.hold(command, state)]
        case CorrectCeremony(held_on=day), Probationary() if day == state.probation.ceremony_on:
            return []
        case CorrectCeremony(), Probationary():
            return [ceremony.correct(command, state)]
        case CorrectCeremony(), RecognitionProposed() | StrikeOffProposed() | Inconclusive() | Official():
            raise RecognitionBegun

        # Probation and its end
        case (
            VoteOnRecognition(resolution=resolution, act=act)
            | VoteOnStrikeOff(resolution=resolution, act=act),
            Probationary(probation=probation),
        ) if (resolution, act.on) in probation.votes:
            return []
        case VoteOnRecognition(), Probationary():
            return [voting.vote_on_recognition(command, state)]
        case VoteOnStrikeOff(), Probationary():
            return [voting.vote_on_strike_off(command, state)]
        case VoteInCommittee(), RecognitionProposed(committee=None):
            return [voting.vote_in_committee(command, state, "recognition")]
        case VoteInCommittee(), StrikeOffProposed(committee=None):
            return [voting.vote_in_committee(command, state, "strike_off")]
        case ExtendDecision(), RecognitionProposed() | Inconclusive():
            return [deciding.extend(command, state, "recognition", already=state.extended)]
        case RecogniseMember(), RecognitionProposed() | Inconclusive():
            return [deciding.recognise(command, state)]
        case StrikeOff(), StrikeOffProposed() | Inconclusive():
            return [deciding.strike_off(command, state)]
        case CloseProbation(), Probationary() | RecognitionProposed() | StrikeOffProposed() | Inconclusive():
            return [ProbationerLeft(dossier=state.dossier, act=command.act, cause=command.cause)]
        case CloseProbation(), _:
            return []

        # Ways back
        case AnnulAdmission(), Decided(admission=admission):
            return [deciding.annul(command, state, admission, None)]
        case (
            AnnulAdmission(),
            Probationary() | RecognitionProposed() | StrikeOffProposed() | Inconclusive() | Official(),
        ):
            return [deciding.annul(command, state, state.probation.admission, state.probation.ceremony_on)]
        case WithdrawDossier(), Decided(admission=admission):
            raise WithdrawalTooLate(decided_on=admission.decided_on)
        case (
            WithdrawDossier(),
            Probationary() | RecognitionProposed() | StrikeOffProposed() | Inconclusive() | Official(),
        ):
            raise WithdrawalTooLate(decided_on=state.probation.admission.decided_on)
        case WithdrawDossier(), Closed() | Removed() | Annulled():
            return []
        case WithdrawDossier(because=because, act=act), _:
            occurred(act.on, today=command.today, reason=act.late_reason)
            return [DossierWithdrawn(dossier=state.dossier, act=act, because=because)]
        case _:
            label = LABELS[type(state)]
            raise NotAtThisStep(stage=label.vi, stage_en=label.en)


def claims(event: Event) -> list[Claim]:
    """A person has one dossier at a time, until they are official or it is closed."""
    match event:
        case ApplicationFiled(dossier=dossier):
            return [Hold(kind=OPEN_DOSSIER, value=str(dossier.person))]
        case (
            CellVoted(passed=False)
            | GrassVoted(matter="admission", passed=False)
            | VerificationFailed()
            | AdmissionRefused()
            | DossierWithdrawn()
            | ProbationerLeft()
            | Recognised()
            | StruckOff()
            | AdmissionAnnulled()
        ):
            return [Release(kind=OPEN_DOSSIER)]
        case _:
            return []


decider: Decider[Command, State, Event] = Decider(
    initial=NotFiled(), decide=decide, evolve=evolve, claims=claims
)
