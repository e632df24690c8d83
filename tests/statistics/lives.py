"""People on their way into the Party, as the facts of one life."""

from datetime import date
from uuid import UUID, uuid4

from ketnap.contracts.admission import (
    AdmissionAnnulled,
    AdmissionDecided,
    AnnulReason,
    CellVoted,
    CeremonyCorrected,
    CeremonyHeld,
    CloseReason,
    CorrectionReason,
    DossierAdvanced,
    DossierClosed,
    DossierOpened,
    Matter,
    Recognised,
    Step,
    StruckOff,
)
from ketnap.contracts.fact import Fact
from ketnap.contracts.registry import (
    CandidacyClosed,
    CandidateIntroduced,
    DelistReason,
    Education,
    Occupation,
    ProfileChanged,
    Qualification,
    RollChange,
    RollChanged,
    Sector,
    Sex,
    SympathiserDelisted,
    SympathiserListed,
)
from ketnap.contracts.training import (
    CertificateIssued,
    LearnerEnrolled,
    LearnerLeft,
    Programme,
    ResultRecorded,
)
from ketnap.rules.months import add_months

COURSE = UUID(int=5)


class Life:
    """One person, one candidacy, one dossier; make another Life of the same person for the next."""

    def __init__(self, cell: UUID, person: UUID | None = None) -> None:
        self.cell = cell
        self.person = person or uuid4()
        self.candidacy = uuid4()
        self.dossier = uuid4()

    # -- Registry

    def introduced(self, on: date, by: UUID | None = None) -> Fact:
        return CandidateIntroduced(
            candidacy=self.candidacy, person=self.person, unit=self.cell, introduced_by=by, on=on
        )

    def listed(self, on: date) -> Fact:
        return SympathiserListed(
            candidacy=self.candidacy, person=self.person, unit=self.cell, helpers=[UUID(int=7)], on=on
        )

    def delisted(self, on: date) -> Fact:
        return SympathiserDelisted(
            candidacy=self.candidacy,
            person=self.person,
            unit=self.cell,
            reason=DelistReason.OWN_REQUEST,
            on=on,
        )

    def closed(self, on: date) -> Fact:
        return CandidacyClosed(candidacy=self.candidacy, person=self.person, unit=self.cell, on=on)

    def roll(self, change: RollChange, on: date) -> Fact:
        return RollChanged(
            unit=self.cell, change=change, person=self.person, official=20, probationary=1, on=on
        )

    def profile(
        self,
        valid_from: date,
        *,
        version: int = 1,
        born: str = "1995-06",
        sex: Sex = Sex.FEMALE,
        minority: bool = False,
        religious: bool = False,
        youth_union: bool = False,
        occupation: Occupation = Occupation.STATE_OFFICIAL,
        qualification: Qualification = Qualification.UNIVERSITY,
        employer_sector: Sector | None = None,
    ) -> Fact:
        return ProfileChanged(
            person=self.person,
            version=version,
            valid_from=valid_from,
            birth_month=born,
            sex=sex,
            minority=minority,
            religious=religious,
            youth_union=youth_union,
            occupation=occupation,
            education=Education.UPPER_SECONDARY,
            qualification=qualification,
            employer_sector=employer_sector,
        )

    # -- Training

    def enrolled(self, on: date, course: UUID = COURSE) -> Fact:
        return LearnerEnrolled(
            course=course,
            nomination=self.candidacy,
            person=self.person,
            unit=self.cell,
            programme=Programme.AWARENESS,
            on=on,
        )

    def left_class(self, on: date, course: UUID = COURSE) -> Fact:
        return LearnerLeft(
            course=course, person=self.person, unit=self.cell, programme=Programme.AWARENESS, on=on
        )

    def passed(self, on: date, course: UUID = COURSE) -> Fact:
        return ResultRecorded(
            course=course,
            person=self.person,
            unit=self.cell,
            programme=Programme.AWARENESS,
            passed=True,
            on=on,
        )

    def certified(
        self, on: date, programme: Programme = Programme.AWARENESS, valid_until: date | None = None
    ) -> Fact:
        return CertificateIssued(
            certificate=uuid4(),
            number="112",
            course=UUID(int=5),
            person=self.person,
            unit=self.cell,
            programme=programme,
            on=on,
            valid_until=valid_until,
        )

    # -- Admission

    def applied(self, on: date) -> Fact:
        return DossierOpened(dossier=self.dossier, person=self.person, unit=self.cell, on=on)

    def advanced(self, step: Step, on: date) -> Fact:
        return DossierAdvanced(dossier=self.dossier, person=self.person, unit=self.cell, step=step, on=on)

    def decided(self, on: date) -> Fact:
        return AdmissionDecided(
            dossier=self.dossier,
            person=self.person,
            unit=self.cell,
            decided_by=UUID(int=1),
            decision="412-QĐ/ĐUK",
            on=on,
            received_on=on,
            ceremony_due=add_months(on, 1),
            pack="QD24-2021@1#0",
        )

    def not_admitted(self, on: date) -> Fact:
        return DossierClosed(
            dossier=self.dossier,
            person=self.person,
            unit=self.cell,
            reason=CloseReason.CELL_NOT_PASSED,
            on=on,
        )

    def held(self, on: date) -> Fact:
        return CeremonyHeld(
            dossier=self.dossier,
            person=self.person,
            unit=self.cell,
            on=on,
            decided_on=on,
            probation_ends=add_months(on, 12),
        )

    def corrected(self, was: date, on: date) -> Fact:
        return CeremonyCorrected(
            dossier=self.dossier,
            person=self.person,
            unit=self.cell,
            was=was,
            on=on,
            probation_ends=add_months(on, 12),
            reason=CorrectionReason.PAPER,
        )

    def annulled(
        self, on: date, ceremony_on: date | None, reason: AnnulReason = AnnulReason.CONDITIONS
    ) -> Fact:
        return AdmissionAnnulled(
            dossier=self.dossier,
            person=self.person,
            unit=self.cell,
            ceremony_on=ceremony_on,
            on=on,
            reason=reason,
        )

    def voted(self, on: date, *, matter: Matter = Matter.RECOGNITION, passed: bool = True) -> Fact:
        return CellVoted(
            dossier=self.dossier,
            person=self.person,
            unit=self.cell,
            matter=matter,
            attempt=1,
            officials=20,
            present=19,
            yes=17 if passed else 3,
            passed=passed,
            on=on,
        )

    def recognised(self, official_from: date, on: date) -> Fact:
        return Recognised(
            dossier=self.dossier,
            person=self.person,
            unit=self.cell,
            official_from=official_from,
            on=on,
            decision="9-QĐ",
        )

    def struck_off(self, on: date) -> Fact:
        return StruckOff(dossier=self.dossier, person=self.person, unit=self.cell, on=on, decision="10-QĐ")

    def admitted(self, on: date) -> list[Fact]:
        """All that it takes, as far as figures see it: application, decision, ceremony, the roll."""
        return [
            self.applied(add_months(on, -3)),
            self.advanced(Step.SUBMITTED, add_months(on, -1)),
            self.decided(add_months(on, -1)),
            self.held(on),
            self.roll(RollChange.ADMITTED, on),
        ]
