"""What is asked of a dossier. A command carries all that is looked at: today, the rules, and what was known of others."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal
from uuid import UUID

from ketnap.admission.events import Act, Biography, Certificate, Consent, Count, Roll
from ketnap.admission.rulebook import Rulebook
from ketnap.common.frozen import frozen

# What commands say of others, up to a position of our own log


@frozen
class Candidacy:
    """As registry had told; `listed_on` None: not on the cell's list."""

    id: UUID
    person: UUID
    unit: UUID
    listed_on: date | None


# The papers


@frozen
class FileApplication:
    dossier: UUID
    candidacy: Candidacy | None
    certificate: Certificate | None
    position: int
    act: Act
    today: date
    rules: Rulebook


@frozen
class DeclareBiography:
    biography: Biography
    act: Act
    today: date


@frozen
class RequestVerification:
    letter: str
    asked: int
    act: Act
    today: date


@frozen
class CompleteVerification:
    """`helpers`: who helps the person, as registry had told."""

    verifier: UUID
    answered: int
    exempt: int
    conclusion: str
    helpers: frozenset[UUID]
    act: Act
    today: date
    rules: Rulebook


@frozen
class RaiseVerificationIssue:
    finding: str
    act: Act
    today: date


@frozen
class ResolveVerificationIssue:
    conclusion: str
    act: Act
    today: date


@frozen
class FailVerification:
    conclusion: str
    act: Act
    today: date


@frozen
class SummariseOpinions:
    opinions: str
    act: Act
    today: date


@frozen
class RenewPapers:
    opinions: str
    act: Act
    today: date


# Votes and decision on admission


@frozen
class Introducing:
    """A helper, and since when they have worked, studied or lived with the applicant."""

    helper: UUID
    together_since: date


@frozen
class VoteInCell:
    """`helpers`: whether each took over from one who left; `born`: None when registry has not told."""

    resolution: str
    secret: bool
    count: Count
    exempt_absent: int
    beside: Literal["youth_union", "trade_union", "members"]
    committee_resolution: str | None
    introducers: Sequence[Introducing]
    over_age_consent: Consent | None
    helpers: Mapping[UUID, bool]
    born: date | None
    roll: Roll | None
    certificate: Certificate | None
    position: int
    act: Act
    today: date
    rules: Rulebook


@frozen
class VoteInCommittee:
    """`above`: the units above the cell on the day, the nearest first."""

    committee: UUID
    above: Sequence[UUID]
    resolution: str
    members: int
    count: Count
    act: Act
    today: date
    rules: Rulebook


@frozen
class SubmitDossier:
    competent: UUID
    above: Sequence[UUID]
    act: Act
    today: date


@frozen
class ReturnDossier:
    remarks: str
    act: Act
    today: date


@frozen
class CompleteDossier:
    act: Act
    today: date


@frozen
class ProposeAdmission:
    """`competent`: the committee it was submitted to, or its successor."""

    competent: UUID
    proposal: str
    act: Act
    today: date


@frozen
class SignAdmission:
    """`members` and `yes` of the standing committee of `competent`."""

    competent: UUID
    decision: str
    received_on: date
    members: int
    yes: int
    born: date | None
    position: int
    act: Act
    today: date
    rules: Rulebook


@frozen
class RefuseAdmission:
    competent: UUID
    decision: str
    grounds: str
    act: Act
    today: date
    rules: Rulebook


@frozen
class ExtendDecision:
    committee: UUID
    above: Sequence[UUID]
    working_days: int
    instrument: str
    act: Act
    today: date
    rules: Rulebook


# Ceremony and probation


@frozen
class ConsentToLateCeremony:
    committee: UUID
    above: Sequence[UUID]
    instrument: str
    act: Act
    today: date


@frozen
class HoldCeremony:
    act: Act
    today: date
    rules: Rulebook


@frozen
class CorrectCeremony:
    held_on: date
    reason: str
    act: Act
    today: date
    rules: Rulebook


@frozen
class VoteOnRecognition:
    """`strike_off`: the second count of the same meeting, when recognition fell short."""

    resolution: str
    secret: bool
    recognition: Count
    strike_off: Count | None
    exempt_absent: int
    roll: Roll | None
    certificate: Certificate | None
    position: int
    act: Act
    today: date
    rules: Rulebook


@frozen
class VoteOnStrikeOff:
    resolution: str
    secret: bool
    count: Count
    exempt_absent: int
    roll: Roll | None
    position: int
    act: Act
    today: date
    rules: Rulebook


@frozen
class RecogniseMember:
    decided_by: UUID
    above: Sequence[UUID]
    decision: str
    members: int
    yes: int
    act: Act
    today: date
    rules: Rulebook


@frozen
class StrikeOff:
    decided_by: UUID
    above: Sequence[UUID]
    decision: str
    members: int
    yes: int
    act: Act
    today: date
    rules: Rulebook


@frozen
class CloseProbation:
    cause: str
    act: Act


@frozen
class AnnulAdmission:
    annulled_by: UUID
    above: Sequence[UUID]
    decision: str
    reason: str
    act: Act
    today: date


@frozen
class WithdrawDossier:
    because: str
    act: Act
    today: date


type Command = (
    FileApplication
    | DeclareBiography
    | RequestVerification
    | CompleteVerification
    | RaiseVerificationIssue
    | ResolveVerificationIssue
    | FailVerification
    | SummariseOpinions
    | RenewPapers
    | VoteInCell
    | VoteInCommittee
    | SubmitDossier
    | ReturnDossier
    | CompleteDossier
    | ProposeAdmission
    | SignAdmission
    | RefuseAdmission
    | ExtendDecision
    | ConsentToLateCeremony
    | HoldCeremony
    | CorrectCeremony
    | VoteOnRecognition
    | VoteOnStrikeOff
    | RecogniseMember
    | StrikeOff
    | CloseProbation
    | AnnulAdmission
    | WithdrawDossier
)
