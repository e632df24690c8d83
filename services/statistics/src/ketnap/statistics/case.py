"""What statistics knows of one subject: a person, a cell's roll, a line of the class plan, or a class."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from uuid import UUID

from ketnap.common.frozen import frozen
from ketnap.contracts import admission, registry, training
from ketnap.contracts.admission import Matter, Step
from ketnap.contracts.fact import Fact
from ketnap.contracts.registry import ProfileChanged, RollChange
from ketnap.contracts.training import Programme
from ketnap.statistics.detachment import FiguresDetached
from ketnap.statistics.language import ProfileErased, Read
from ketnap.statistics.measures import Measure

GROUPS: Mapping[Step, Measure] = {
    Step.APPLIED: Measure.DOSSIERS_VERIFICATION,
    Step.BIOGRAPHY_DECLARED: Measure.DOSSIERS_VERIFICATION,
    Step.VERIFYING: Measure.DOSSIERS_VERIFICATION,
    Step.VERIFICATION_ISSUE: Measure.DOSSIERS_VERIFICATION,
    Step.VERIFIED: Measure.DOSSIERS_VERIFICATION,
    Step.OPINIONS_COLLECTED: Measure.DOSSIERS_VOTING,
    Step.CELL_PROPOSED: Measure.DOSSIERS_VOTING,
    Step.GRASS_PROPOSED: Measure.DOSSIERS_VOTING,
    Step.SUBMITTED: Measure.DOSSIERS_DECISION,
    Step.RETURNED: Measure.DOSSIERS_DECISION,
    Step.DECIDED: Measure.DOSSIERS_CEREMONY,
}
"""The group of the status formula that a dossier's step belongs to."""


class NeverBegan(Exception):
    """A fact goes on with a candidacy or dossier of which nobody told the beginning."""


class WordUnknown(Exception):
    """A roll changed in a way that this version does not know: who counts it must know whether somebody came or left."""


@frozen
class Listing:
    """On a cell's list from a day until the day before another."""

    since: date
    until: date | None = None


@frozen
class Candidacy:
    unit: UUID
    introduced_by: UUID | None
    introduced_on: date
    listings: tuple[Listing, ...] = ()


@frozen
class Stood:
    """A dossier stood in a group from a day on."""

    group: Measure
    since: date


@frozen
class Dossier:
    """`ceremonies`: the day as recorded first, then as corrected; the last one counts."""

    unit: UUID
    stood: tuple[Stood, ...]
    ended_on: date | None = None
    decided_on: date | None = None
    ceremonies: tuple[date, ...] = ()
    recorded_on: date | None = None
    probation_ends: date | None = None
    cell_recognised_on: date | None = None
    recognised_from: date | None = None
    struck_off_on: date | None = None
    annulled: bool = False

    @property
    def ceremony_on(self) -> date | None:
        return self.ceremonies[-1] if self.ceremonies else None


@frozen
class Certificate:
    programme: str
    unit: UUID
    on: date
    valid_until: date | None = None


@frozen
class Seat:
    """On the roster of a class until the result, or until leaving it."""

    course: UUID
    unit: UUID
    since: date
    until: date | None = None


@frozen
class Joined:
    """A roll took somebody on."""

    unit: UUID
    on: date


@frozen
class Left:
    """A roll lost a member; `person` None: one whom the opening balance counts without a name."""

    unit: UUID
    on: date
    annulled: bool = False


@frozen
class Profile:
    version: int
    valid_from: date
    birth_month: str
    codes: Mapping[str, str]


@frozen
class ClassLine:
    owner: UUID
    programme: str
    year: int
    classes: int
    learners: int
    on: date


@frozen
class ClassHeld:
    owner: UUID
    programme: str
    on: date


@frozen
class Case:
    """`codes`: when the person was forgotten, what of the profiles stays, by the key of the entry that has it."""

    subject: str
    candidacies: Mapping[UUID, Candidacy]
    dossiers: Mapping[UUID, Dossier]
    certificates: tuple[Certificate, ...] = ()
    seats: tuple[Seat, ...] = ()
    joined: tuple[Joined, ...] = ()
    left: tuple[Left, ...] = ()
    profiles: tuple[Profile, ...] = ()
    codes: Mapping[str, Mapping[str, str]] | None = None
    opening: tuple[int, date] | None = None
    line: ClassLine | None = None
    held: ClassHeld | None = None

    @property
    def id(self) -> UUID:
        return UUID(self.subject.partition(":")[2])

    @property
    def person(self) -> UUID | None:
        """None for what is no person, and for one who was forgotten."""
        return self.id if self.subject.startswith("person:") and self.codes is None else None


def subject_of(event: Read) -> list[str]:
    """Whose case an event or fact belongs to; none: it counts nothing."""
    match event:
        case registry.RollChanged(person=UUID() as person):
            return [f"person:{person}"]
        case registry.RollOpened(unit=unit) | registry.RollChanged(unit=unit):
            return [f"roll:{unit}"]
        case training.ClassesPlanned(line=line):
            return [f"line:{line}"]
        case training.ClassFinished(course=course):
            return [f"class:{course}"]
        case ProfileErased(person=person) | FiguresDetached(person=person):
            return [f"person:{person}"]
        case Fact() if "person" in type(event).model_fields:
            return [f"person:{getattr(event, 'person')}"]  # noqa: B009 - the field was looked up by its name
        case _:
            return []


def begin(subject: str) -> Case:
    return Case(subject=subject, candidacies={}, dossiers={})


def evolve(case: Case, event: Read, recorded_on: date) -> Case:
    """Take in one fact, recorded by its source on a day.

    Raises:
        NeverBegan, WordUnknown
    """
    match event:
        case registry.CandidateIntroduced():
            new = Candidacy(unit=event.unit, introduced_by=event.introduced_by, introduced_on=event.on)
            return replace(case, candidacies={**case.candidacies, event.candidacy: new})
        case registry.SympathiserListed(candidacy=id, on=on):
            known = _candidacy(case, id)
            return _candidate(case, id, replace(known, listings=(*known.listings, Listing(since=on))))
        case (
            registry.SympathiserDelisted(candidacy=id, on=on) | registry.CandidacyClosed(candidacy=id, on=on)
        ):
            return _candidate(case, id, _off_the_list(_candidacy(case, id), on))
        case registry.RollOpened(official=official, probationary=probationary, on=on):
            return replace(case, opening=(official + probationary, on))
        case registry.RollChanged(change=RollChange.ADMITTED, unit=unit, on=on):
            return replace(case, joined=(*case.joined, Joined(unit=unit, on=on)))
        case registry.RollChanged(change=RollChange.RECOGNISED):
            return case
        case registry.RollChanged(change=RollChange.OTHER as change) if change.raw != change:
            raise WordUnknown(change.raw)
        case registry.RollChanged(change=change, unit=unit, on=on):
            left = Left(unit=unit, on=on, annulled=change == RollChange.ANNULLED)
            return replace(case, left=(*case.left, left))
        case training.CertificateIssued(programme=programme, unit=unit, on=on, valid_until=valid):
            issued = Certificate(programme=programme, unit=unit, on=on, valid_until=valid)
            return replace(case, certificates=(*case.certificates, issued))
        case training.LearnerEnrolled(programme=Programme.AWARENESS, course=course, unit=unit, on=on):
            return replace(case, seats=(*case.seats, Seat(course=course, unit=unit, since=on)))
        case (
            training.LearnerLeft(programme=Programme.AWARENESS, course=course, on=on)
            | training.ResultRecorded(programme=Programme.AWARENESS, course=course, on=on)
        ):
            seats = tuple(_until(seat, on) if seat.course == course else seat for seat in case.seats)
            return replace(case, seats=seats)
        case training.ClassesPlanned():
            return replace(case, line=_line(event, case.line))
        case training.ClassFinished(owner=owner, programme=programme, on=on):
            return replace(case, held=ClassHeld(owner=owner, programme=programme, on=on))
        case ProfileChanged():
            return replace(case, profiles=(*case.profiles, _profile(event)))
        case ProfileErased():
            return case
        case _:
            return _dossier(case, event, recorded_on)


def _candidacy(case: Case, id: UUID) -> Candidacy:
    if id not in case.candidacies:
        raise NeverBegan(f"candidacy {id}")
    return case.candidacies[id]


def _candidate(case: Case, id: UUID, candidacy: Candidacy) -> Case:
    return replace(case, candidacies={**case.candidacies, id: candidacy})


def _off_the_list(candidacy: Candidacy, on: date) -> Candidacy:
    return replace(candidacy, listings=tuple(_until(listing, on) for listing in candidacy.listings))


def _until[S: (Listing, Seat)](span: S, on: date) -> S:
    return replace(span, until=on) if span.until is None else span


def _line(fact: training.ClassesPlanned, known: ClassLine | None) -> ClassLine:
    """What was stated last, counted from the day it was first stated."""
    return ClassLine(
        owner=fact.owner,
        programme=fact.programme,
        year=fact.year,
        classes=fact.classes,
        learners=fact.learners,
        on=known.on if known else fact.on,
    )


def _profile(fact: ProfileChanged) -> Profile:
    codes = {
        "sex": str(fact.sex),
        "minority": _yes(fact.minority),
        "religious": _yes(fact.religious),
        "youth_union": _yes(fact.youth_union),
        "occupation": str(fact.occupation),
        "education": str(fact.education),
        "qualification": str(fact.qualification),
    }
    if fact.employer_sector is not None:
        codes["employer_sector"] = str(fact.employer_sector)
    return Profile(
        version=fact.version, valid_from=fact.valid_from, birth_month=fact.birth_month, codes=codes
    )


def _yes(holds: bool) -> str:
    return "true" if holds else "false"


def _dossier(case: Case, event: Read, recorded_on: date) -> Case:
    match event:
        case admission.DossierOpened(dossier=id, unit=unit, on=on):
            opened = Dossier(unit=unit, stood=(Stood(group=Measure.DOSSIERS_VERIFICATION, since=on),))
            return replace(case, dossiers={**case.dossiers, id: opened})
        case admission.CellVoted(matter=matter, passed=passed) if matter != Matter.RECOGNITION or not passed:
            return case
        case (
            admission.DossierAdvanced()
            | admission.AdmissionDecided()
            | admission.DossierClosed()
            | admission.CeremonyHeld()
            | admission.CeremonyCorrected()
            | admission.CellVoted()
            | admission.Recognised()
            | admission.StruckOff()
            | admission.AdmissionAnnulled()
        ):
            known = case.dossiers.get(event.dossier)
            if known is None:
                raise NeverBegan(f"dossier {event.dossier}")
            went_on = _goes_on(known, event, recorded_on)
            return (
                case
                if went_on == known
                else replace(case, dossiers={**case.dossiers, event.dossier: went_on})
            )
        case _:
            return case


def _goes_on(dossier: Dossier, event: Fact, recorded_on: date) -> Dossier:
    match event:
        case admission.DossierAdvanced(step=step, on=on):
            return _advanced(dossier, step, on)
        case admission.AdmissionDecided(on=on):
            return replace(_advanced(dossier, Step.DECIDED, on), decided_on=on)
        case admission.DossierClosed(on=on):
            return replace(dossier, ended_on=on)
        case admission.CeremonyHeld(on=on, probation_ends=ends):
            return replace(dossier, ceremonies=(on,), recorded_on=recorded_on, probation_ends=ends)
        case admission.CeremonyCorrected(on=on, probation_ends=ends):
            return replace(dossier, ceremonies=(*dossier.ceremonies, on), probation_ends=ends)
        case admission.CellVoted(on=on):
            return replace(dossier, cell_recognised_on=on)
        case admission.Recognised(official_from=since):
            return replace(dossier, recognised_from=since)
        case admission.StruckOff(on=on):
            return replace(dossier, struck_off_on=on)
        case admission.AdmissionAnnulled(on=on):
            return replace(dossier, annulled=True, ended_on=on)
        case _:
            return dossier


def _advanced(dossier: Dossier, step: Step, on: date) -> Dossier:
    group = GROUPS.get(step)
    if group is None or dossier.stood[-1].group == group:
        return dossier
    return replace(dossier, stood=(*dossier.stood, Stood(group=group, since=on)))
