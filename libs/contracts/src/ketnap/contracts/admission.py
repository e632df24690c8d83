"""What admission tells: where a dossier stands, how was voted, what was decided, when, on what basis."""

from datetime import date
from typing import Final
from uuid import UUID

from ketnap.contracts.fact import Fact, SourceRestored, Word


class Step(Word):
    """Where a dossier stands between the application and the ceremony."""

    APPLIED = "applied"
    BIOGRAPHY_DECLARED = "biography_declared"
    VERIFYING = "verifying"
    VERIFICATION_ISSUE = "verification_issue"
    VERIFIED = "verified"
    OPINIONS_COLLECTED = "opinions_collected"
    CELL_PROPOSED = "cell_proposed"
    GRASS_PROPOSED = "grass_proposed"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    DECIDED = "decided"
    OTHER = "other"


class Matter(Word):
    """What a body votes on."""

    ADMISSION = "admission"
    RECOGNITION = "recognition"
    STRIKE_OFF = "strike_off"
    OTHER = "other"


class CloseReason(Word):
    """How a dossier ended without a member."""

    CELL_NOT_PASSED = "cell_not_passed"
    GRASS_NOT_PASSED = "grass_not_passed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    VERIFICATION = "verification"
    OTHER = "other"


class CorrectionReason(Word):
    """Why a recorded date was wrong."""

    CLERICAL = "clerical"
    PAPER = "paper"
    OTHER = "other"


class AnnulReason(Word):
    """Why an admission does not count."""

    CONDITIONS = "conditions"  # conditions of the Charter, Article 1, were not met
    PROCEDURE = "procedure"  # wrong authority or procedure
    DUPLICATE = "duplicate"  # the same admission was recorded twice
    OTHER = "other"


class DossierOpened(Fact, type="admission.dossier_opened.v1", subject="dossier"):
    """Somebody holding a valid certificate applied."""

    dossier: UUID
    person: UUID
    unit: UUID
    """The cell."""
    on: date


class DossierAdvanced(Fact, type="admission.dossier_advanced.v1", subject="dossier"):
    """The dossier stands at `step` from `on`."""

    dossier: UUID
    person: UUID
    unit: UUID
    step: Step
    on: date


class CellVoted(Fact, type="admission.cell_voted.v1", subject="dossier"):
    """The cell voted; passed when 3 × yes is at least 2 × officials."""

    dossier: UUID
    person: UUID
    unit: UUID
    matter: Matter
    attempt: int
    officials: int
    present: int
    yes: int
    passed: bool
    on: date


class CommitteeVoted(Fact, type="admission.committee_voted.v1", subject="dossier"):
    """The grassroots committee voted."""

    dossier: UUID
    person: UUID
    unit: UUID
    committee: UUID
    matter: Matter
    members: int
    yes: int
    passed: bool
    on: date


class AdmissionDecided(Fact, type="admission.admission_decided.v1", subject="dossier"):
    """The competent committee decided to admit; party age counts from `on`."""

    dossier: UUID
    person: UUID
    unit: UUID
    decided_by: UUID
    decision: str
    on: date
    received_on: date
    ceremony_due: date
    pack: str
    """Rule pack used: code@version#hash."""


class DossierClosed(Fact, type="admission.dossier_closed.v1", subject="dossier"):
    """The dossier ended without admission."""

    dossier: UUID
    person: UUID
    unit: UUID
    reason: CloseReason
    on: date


class CeremonyHeld(Fact, type="admission.ceremony_held.v1", subject="dossier"):
    """The person joined; a year of probation runs from `on`."""

    dossier: UUID
    person: UUID
    unit: UUID
    on: date
    decided_on: date
    probation_ends: date


class CeremonyCorrected(Fact, type="admission.ceremony_corrected.v1", subject="dossier"):
    """The date of the ceremony was recorded wrongly: it was `on`, not `was`."""

    dossier: UUID
    person: UUID
    unit: UUID
    was: date
    on: date
    probation_ends: date
    reason: CorrectionReason


class AdmissionAnnulled(Fact, type="admission.admission_annulled.v1", subject="dossier"):
    """The decision was cancelled: this admission does not count."""

    dossier: UUID
    person: UUID
    unit: UUID
    ceremony_on: date | None = None
    """The ceremony that does not count any more; None: none was held."""
    on: date
    reason: AnnulReason


class Recognised(Fact, type="admission.recognised.v1", subject="dossier"):
    """Official member from the exact end of probation, however late it was decided."""

    dossier: UUID
    person: UUID
    unit: UUID
    official_from: date
    on: date
    """The day of the decision."""
    decision: str


class StruckOff(Fact, type="admission.struck_off.v1", subject="dossier"):
    """A probationer's name was struck off."""

    dossier: UUID
    person: UUID
    unit: UUID
    on: date
    decision: str


class ForgettingDone(Fact, type="admission.forgetting_done.v1", subject="person"):
    """Admission has erased what it held."""

    person: UUID
    rows: int


FACTS: Final[dict[str, type[Fact]]] = {
    fact.TYPE: fact
    for fact in (
        SourceRestored,
        DossierOpened,
        DossierAdvanced,
        CellVoted,
        CommitteeVoted,
        AdmissionDecided,
        DossierClosed,
        CeremonyHeld,
        CeremonyCorrected,
        AdmissionAnnulled,
        Recognised,
        StruckOff,
        ForgettingDone,
    )
}
