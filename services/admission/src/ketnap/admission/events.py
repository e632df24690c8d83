"""What happens to a dossier, from the application to official membership, with all that its public facts need."""

from collections.abc import Sequence
from dataclasses import field
from datetime import date
from typing import Literal
from uuid import UUID

from ketnap.common.frozen import ERASABLE, Forgotten, frozen

# What several events say


@frozen
class Dossier:
    """Whose dossier it is: the same from the first event to the last."""

    id: UUID
    person: UUID
    unit: UUID
    """The cell that had the person on its list."""
    candidacy: UUID


@frozen
class Act:
    """The day it happened, who recorded it (None: a policy), and why so late."""

    on: date
    by: UUID | None
    late_reason: str | None = None


@frozen
class Count:
    """Ballots of those who may vote."""

    present: int
    yes: int
    no: int
    abstained: int = 0
    invalid: int = 0


@frozen
class Certificate:
    """A certificate as training had told of it; without `valid_until` the rule pack says how long it counts."""

    number: str
    issued_on: date
    valid_until: date | None


@frozen
class Roll:
    """Members of the cell as registry had told, summed over the cells that were merged into it."""

    cells: Sequence[UUID]
    official: int
    probationary: int


@frozen
class CertificateBasis:
    """What was known, up to which position of our own log."""

    position: int
    certificate: Certificate


@frozen
class RollBasis:
    """What was known, up to which position of our own log."""

    position: int
    roll: Roll


@frozen
class VoteBasis:
    """What was known, up to which position of our own log."""

    position: int
    roll: Roll
    certificate: Certificate


type Matter = Literal["admission", "recognition", "strike_off"]

# The papers


@frozen
class ApplicationFiled:
    """1-KNĐ. The dossier counts as drawn up on this day."""

    dossier: Dossier
    act: Act
    basis: CertificateBasis
    pack: str


type Education = Literal["literate", "primary", "lower_secondary", "upper_secondary"]


@frozen
class Biography:
    """2-KNĐ as the applicant declares it: what a rule reads, and remarks."""

    education: Education
    difficult_area: str | None = None
    """Code of the approved area where the person lives."""
    area_evidence: str | None = None
    reputable: bool = False
    reputable_evidence: str | None = None
    remarks: str = ""


@frozen
class BiographyDeclared:
    dossier: Dossier
    act: Act
    person: UUID
    again: bool
    """It changes a biography that had been verified: what changed is verified once more."""
    biography: Biography | Forgotten = field(metadata=ERASABLE)


@frozen
class VerificationRequested:
    """Letters went to the committees that must answer; `asked`: about how many people."""

    dossier: Dossier
    act: Act
    letter: str
    asked: int


@frozen
class VerificationCompleted:
    dossier: Dossier
    act: Act
    person: UUID
    verifier: UUID
    answered: int
    exempt: int
    warnings: Sequence[str]
    pack: str
    conclusion: str | Forgotten = field(metadata=ERASABLE)


@frozen
class VerificationIssueRaised:
    dossier: Dossier
    act: Act
    person: UUID
    finding: str | Forgotten = field(metadata=ERASABLE)


@frozen
class VerificationIssueResolved:
    dossier: Dossier
    act: Act
    person: UUID
    conclusion: str | Forgotten = field(metadata=ERASABLE)


@frozen
class VerificationFailed:
    """The issue cannot be resolved: the dossier is closed."""

    dossier: Dossier
    act: Act
    person: UUID
    conclusion: str | Forgotten = field(metadata=ERASABLE)


@frozen
class OpinionsSummarised:
    """5-KNĐ, with 3-KNĐ and 4-KNĐ."""

    dossier: Dossier
    act: Act
    person: UUID
    opinions: str | Forgotten = field(metadata=ERASABLE)


@frozen
class PapersRenewed:
    """The papers that grow stale were drawn up again: from this day they are fresh."""

    dossier: Dossier
    act: Act
    person: UUID
    opinions: str | Forgotten = field(metadata=ERASABLE)


# Votes and decision on admission


@frozen
class Introducer:
    """A member assigned to help; a successor took over from one who left."""

    helper: UUID
    together_since: date
    successor: bool


@frozen
class Introduction:
    beside: Literal["youth_union", "trade_union", "members"]
    committee_resolution: str | None
    introducers: Sequence[Introducer]


@frozen
class Consent:
    """Written consent of a higher committee."""

    instrument: str
    on: date


@frozen
class CellVoted:
    """6-KNĐ. The cell's vote on admission; not passed, it closes the dossier."""

    dossier: Dossier
    act: Act
    resolution: str
    secret: bool
    count: Count
    exempt_absent: int
    denominator: int
    needed: int
    passed: bool
    introduction: Introduction
    over_age_consent: Consent | None
    warnings: Sequence[str]
    basis: VoteBasis
    pack: str


@frozen
class GrassVoted:
    """8-KNĐ, 15-KNĐ. The grassroots committee's vote, counted on all its members."""

    dossier: Dossier
    act: Act
    matter: Matter
    committee: UUID
    resolution: str
    members: int
    count: Count
    needed: int
    passed: bool
    warnings: Sequence[str]
    pack: str


@frozen
class DossierSubmitted:
    dossier: Dossier
    act: Act
    competent: UUID
    """The committee that decides."""


@frozen
class DossierReturned:
    dossier: Dossier
    act: Act
    person: UUID
    remarks: str | Forgotten = field(metadata=ERASABLE)


@frozen
class DossierCompleted:
    dossier: Dossier
    act: Act


@frozen
class AdmissionProposed:
    """The decision is prepared for signature."""

    dossier: Dossier
    act: Act
    competent: UUID
    proposal: str


@frozen
class AdmissionDecided:
    """9-KNĐ. `act.on` is the day written in the decision: party age counts from it."""

    dossier: Dossier
    act: Act
    decided_by: UUID
    decision: str
    received_on: date
    members: int
    """Of the standing committee."""
    yes: int
    ceremony_due: date
    """As told that day; later it is computed anew from its inputs."""
    irregularities: Sequence[str]
    warnings: Sequence[str]
    position: int
    """What was known of the person reaches so far."""
    pack: str


@frozen
class AdmissionRefused:
    dossier: Dossier
    act: Act
    person: UUID
    decided_by: UUID
    decision: str
    warnings: Sequence[str]
    pack: str
    grounds: str | Forgotten = field(metadata=ERASABLE)


@frozen
class DecisionExtended:
    dossier: Dossier
    act: Act
    matter: Matter
    committee: UUID
    working_days: int
    instrument: str
    pack: str


# Ceremony and probation


@frozen
class LateCeremonyConsented:
    """The committee above agrees that the ceremony is held after its due date."""

    dossier: Dossier
    act: Act
    committee: UUID
    instrument: str


@frozen
class CeremonyHeld:
    """`act.on` is the date of joining; probation runs to `probation_ends`."""

    dossier: Dossier
    act: Act
    decided_on: date
    probation_ends: date
    pack: str


@frozen
class CeremonyCorrected:
    """The recorded day was wrong: the ceremony was on `held_on`, not on `was`."""

    dossier: Dossier
    act: Act
    was: date
    held_on: date
    probation_ends: date
    reason: str
    pack: str


type Outcome = Literal["recognises", "strikes_off", "short", "inconclusive"]


@frozen
class CellRecognitionVoted:
    """13-KNĐ. `short`: neither way two thirds, to be voted on again; `inconclusive`: so for the last time."""

    dossier: Dossier
    act: Act
    resolution: str
    secret: bool
    attempt: int
    recognition: Count
    strike_off: Count | None
    exempt_absent: int
    denominator: int
    needed: int
    outcome: Outcome
    warnings: Sequence[str]
    basis: VoteBasis
    pack: str


@frozen
class CellStrikeOffVoted:
    """The cell voted on striking off a probationer at another time than recognition."""

    dossier: Dossier
    act: Act
    resolution: str
    secret: bool
    count: Count
    exempt_absent: int
    denominator: int
    needed: int
    passed: bool
    warnings: Sequence[str]
    basis: RollBasis
    pack: str


@frozen
class Recognised:
    """16-KNĐ. Official from the exact end of probation, however late this was decided."""

    dossier: Dossier
    act: Act
    decided_by: UUID
    decision: str
    members: int
    yes: int
    official_from: date
    party_age_from: date
    joined_on: date
    warnings: Sequence[str]
    pack: str


@frozen
class StruckOff:
    dossier: Dossier
    act: Act
    decided_by: UUID
    decision: str
    members: int
    yes: int
    warnings: Sequence[str]
    pack: str


@frozen
class ProbationerLeft:
    """The probationer died, resigned or was expelled, as registry told."""

    dossier: Dossier
    act: Act
    cause: str


@frozen
class AdmissionAnnulled:
    """The decision was cancelled: the admission does not count. `ceremony_on` None: none was held."""

    dossier: Dossier
    act: Act
    annulled_by: UUID
    decision: str
    ceremony_on: date | None
    reason: str


@frozen
class DossierWithdrawn:
    dossier: Dossier
    act: Act
    because: str


type Event = (
    ApplicationFiled
    | BiographyDeclared
    | VerificationRequested
    | VerificationCompleted
    | VerificationIssueRaised
    | VerificationIssueResolved
    | VerificationFailed
    | OpinionsSummarised
    | PapersRenewed
    | CellVoted
    | GrassVoted
    | DossierSubmitted
    | DossierReturned
    | DossierCompleted
    | AdmissionProposed
    | AdmissionDecided
    | AdmissionRefused
    | DecisionExtended
    | LateCeremonyConsented
    | CeremonyHeld
    | CeremonyCorrected
    | CellRecognitionVoted
    | CellStrikeOffVoted
    | Recognised
    | StruckOff
    | ProbationerLeft
    | AdmissionAnnulled
    | DossierWithdrawn
)

NAMES: dict[str, type[Event]] = {
    "dossier.application_filed": ApplicationFiled,
    "dossier.biography_declared": BiographyDeclared,
    "dossier.verification_requested": VerificationRequested,
    "dossier.verification_completed": VerificationCompleted,
    "dossier.verification_issue_raised": VerificationIssueRaised,
    "dossier.verification_issue_resolved": VerificationIssueResolved,
    "dossier.verification_failed": VerificationFailed,
    "dossier.opinions_summarised": OpinionsSummarised,
    "dossier.papers_renewed": PapersRenewed,
    "dossier.cell_voted": CellVoted,
    "dossier.grass_voted": GrassVoted,
    "dossier.submitted": DossierSubmitted,
    "dossier.returned": DossierReturned,
    "dossier.completed": DossierCompleted,
    "dossier.admission_proposed": AdmissionProposed,
    "dossier.admission_decided": AdmissionDecided,
    "dossier.admission_refused": AdmissionRefused,
    "dossier.decision_extended": DecisionExtended,
    "dossier.late_ceremony_consented": LateCeremonyConsented,
    "dossier.ceremony_held": CeremonyHeld,
    "dossier.ceremony_corrected": CeremonyCorrected,
    "dossier.cell_recognition_voted": CellRecognitionVoted,
    "dossier.cell_strike_off_voted": CellStrikeOffVoted,
    "dossier.recognised": Recognised,
    "dossier.struck_off": StruckOff,
    "dossier.probationer_left": ProbationerLeft,
    "dossier.admission_annulled": AdmissionAnnulled,
    "dossier.withdrawn": DossierWithdrawn,
}
