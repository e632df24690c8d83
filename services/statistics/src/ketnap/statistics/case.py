"""What statistics knows of one subject, and the entries of the figure ledger that follow from it: a pure function."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from uuid import UUID

from ketnap.common.frozen import frozen
from ketnap.contracts import admission, registry, training
from ketnap.contracts.admission import Matter, Step
from ketnap.contracts.fact import Fact
from ketnap.contracts.registry import ProfileChanged, RollChange
from ketnap.contracts.training import Programme
from ketnap.rules.deadlines import recognition_meeting_due
from ketnap.rules.pack import NoRulePack, pack_on
from ketnap.rules.workdays import CalendarMissing, national_calendar
from ketnap.statistics.detachment import FiguresDetached
from ketnap.statistics.language import ProfileErased, Read
from ketnap.statistics.measures import Measure
from ketnap.statistics.population import age_band

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


@frozen
class Candidacy:
    unit: UUID
    introduced_by: UUID | None
    introduced_on: date
    listed_on: date | None = None
    left_on: date | None = None


@frozen
class Stood:
    """A dossier stood in a group from a day on."""

    group: int
    since: date


@frozen
class Dossier:
    unit: UUID
    stood: tuple[Stood, ...]
    ended_on: date | None = None
    decided_on: date | None = None
    ceremony_on: date | None = None
    probation_ends: date | None = None
    cell_recognised_on: date | None = None
    recognised_from: date | None = None
    struck_off_on: date | None = None
    annulled: bool = False


@frozen
class Certificate:
    programme: str
    unit: UUID
    on: date


@frozen
class Profile:
    version: int
    valid_from: date
    birth_month: str
    codes: Mapping[str, str]


@frozen
class Left:
    """A member left a roll for a cause that is not admission's."""

    person: UUID | None
    on: date


@frozen
class ClassLine:
    owner: UUID
    programme: str
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
    """One subject: a person, a cell's roll, a line of the class plan, or a class."""

    subject: str
    person: UUID | None = None
    candidacies: Mapping[UUID, Candidacy]
    dossiers: Mapping[UUID, Dossier]
    certificates: tuple[Certificate, ...] = ()
    profiles: tuple[Profile, ...] = ()
    roll: tuple[int, date] | None = None
    left: tuple[Left, ...] = ()
    line: ClassLine | None = None
    held: ClassHeld | None = None


@frozen
class Entry:
    """A line of the ledger as it should stand: reversed when it no longer follows from what is known."""

    measure: Measure
    unit: UUID
    effective_on: date
    delta: int
    person: UUID | None
    attributes: tuple[tuple[str, str], ...] = ()


def subject_of(event: Read) -> list[str]:
    """Whose case an event or fact belongs to; none: it counts nothing."""
    match event:
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
    kind, _, id = subject.partition(":")
    return Case(subject=subject, person=UUID(id) if kind == "person" else None, candidacies={}, dossiers={})


def evolve(case: Case, event: Read) -> Case:
    """Take in one event or fact."""
    match event:
        case registry.CandidateIntroduced():
            new = Candidacy(unit=event.unit, introduced_by=event.introduced_by, introduced_on=event.on)
            return replace(case, candidacies={**case.candidacies, event.candidacy: new})
        case registry.SympathiserListed(candidacy=id, on=on):
            return _candidacy(case, id, listed_on=on, left_on=None)
        case (
            registry.SympathiserDelisted(candidacy=id, on=on) | registry.CandidacyClosed(candidacy=id, on=on)
        ):
            return _candidacy(case, id, left_on=on)
        case training.CertificateIssued(programme=programme, unit=unit, on=on):
            issued = Certificate(programme=programme, unit=unit, on=on)
            return replace(case, certificates=(*case.certificates, issued))
        case ProfileChanged():
            return replace(case, profiles=(*case.profiles, _profile(event)))
        case registry.RollOpened(official=official, probationary=probationary, on=on):
            return replace(case, roll=(official + probationary, on))
        case registry.RollChanged(change=change, person=person, on=on) if change in _LEAVING:
            return replace(case, left=(*case.left, Left(person=person, on=on)))
        case training.ClassesPlanned():
            line = ClassLine(
                owner=event.owner,
                programme=event.programme,
                classes=event.classes,
                learners=event.learners,
                on=event.on if case.line is None else case.line.on,
            )
            return replace(case, line=line)
        case training.ClassFinished(owner=owner, programme=programme, on=on):
            return replace(case, held=ClassHeld(owner=owner, programme=programme, on=on))
        case _:
            return _dossier(case, event)


_LEAVING = frozenset({RollChange.DIED, RollChange.RESIGNED, RollChange.EXPELLED, RollChange.OTHER})


def _candidacy(case: Case, id: UUID, **changes: date | None) -> Case:
    known = case.candidacies.get(id)
    if known is None:
        return case
    changed = replace(known, **changes)  # type: ignore[arg-type] # the names are checked by replace itself
    return replace(case, candidacies={**case.candidacies, id: changed})


def _dossier(case: Case, event: Read) -> Case:
    match event:
        case admission.DossierOpened(dossier=id, unit=unit, on=on):
            opened = Dossier(unit=unit, stood=(Stood(group=Measure.DOSSIERS_VERIFICATION, since=on),))
            return replace(case, dossiers={**case.dossiers, id: opened})
        case admission.DossierAdvanced(dossier=id, step=step, on=on) if id in case.dossiers:
            return _with(case, id, _advanced(case.dossiers[id], step, on))
        case admission.AdmissionDecided(dossier=id, on=on) if id in case.dossiers:
            known = _advanced(case.dossiers[id], Step.DECIDED, on)
            return _with(case, id, replace(known, decided_on=on))
        case admission.DossierClosed(dossier=id, on=on) if id in case.dossiers:
            return _with(case, id, replace(case.dossiers[id], ended_on=on))
        case (
            admission.CeremonyHeld(dossier=id, on=on, probation_ends=ends)
            | admission.CeremonyCorrected(dossier=id, on=on, probation_ends=ends)
        ) if id in case.dossiers:
            return _with(case, id, replace(case.dossiers[id], ceremony_on=on, probation_ends=ends))
        case admission.CellVoted(dossier=id, matter=Matter.RECOGNITION, passed=True, on=on) if (
            id in case.dossiers
        ):
            return _with(case, id, replace(case.dossiers[id], cell_recognised_on=on))
        case admission.Recognised(dossier=id, official_from=since) if id in case.dossiers:
            return _with(case, id, replace(case.dossiers[id], recognised_from=since))
        case admission.StruckOff(dossier=id, on=on) if id in case.dossiers:
            return _with(case, id, replace(case.dossiers[id], struck_off_on=on))
        case admission.AdmissionAnnulled(dossier=id, on=on) if id in case.dossiers:
            return _with(case, id, replace(case.dossiers[id], annulled=True, ended_on=on))
        case _:
            return case


def _with(case: Case, id: UUID, dossier: Dossier) -> Case:
    return replace(case, dossiers={**case.dossiers, id: dossier})


def _advanced(dossier: Dossier, step: Step, on: date) -> Dossier:
    group = GROUPS.get(step)
    if group is None or dossier.stood[-1].group == group:
        return dossier
    return replace(dossier, stood=(*dossier.stood, Stood(group=group, since=on)))


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


# -- From what is known to what is counted


def entries(case: Case) -> dict[str, Entry]:
    """Every entry that follows from what is known, each under a key of its own."""
    return dict(_entries(case))


def _entries(case: Case) -> Iterator[tuple[str, Entry]]:
    if case.roll is not None:
        unit = UUID(case.subject.partition(":")[2])
        members, on = case.roll
        yield (
            "opening",
            Entry(measure=Measure.MEMBERS, unit=unit, effective_on=on, delta=members, person=None),
        )
        for n, left in enumerate(case.left):
            yield (
                f"left {n}",
                Entry(measure=Measure.MEMBERS, unit=unit, effective_on=left.on, delta=-1, person=left.person),
            )
    if case.line is not None:
        yield from _planned(case.line)
    if case.held is not None:
        measure = (
            Measure.AWARENESS_CLASSES_HELD
            if case.held.programme == Programme.AWARENESS
            else Measure.NEW_MEMBER_CLASSES_HELD
        )
        yield (
            "held",
            Entry(measure=measure, unit=case.held.owner, effective_on=case.held.on, delta=1, person=None),
        )
    for id, candidacy in case.candidacies.items():
        yield from _of_candidacy(case, id, candidacy)
    for id, dossier in case.dossiers.items():
        yield from _of_dossier(case, id, dossier)
    for n, certificate in enumerate(case.certificates):
        measure = (
            Measure.AWARENESS_CERTIFICATES
            if certificate.programme == Programme.AWARENESS
            else Measure.NEW_MEMBER_CERTIFICATES
        )
        yield f"certificate {n}", _counted(case, measure, certificate.unit, certificate.on)


def _planned(line: ClassLine) -> Iterator[tuple[str, Entry]]:
    awareness = line.programme == Programme.AWARENESS
    classes = Measure.AWARENESS_CLASSES_PLANNED if awareness else Measure.NEW_MEMBER_CLASSES_PLANNED
    learners = Measure.AWARENESS_LEARNERS_PLANNED if awareness else Measure.NEW_MEMBER_LEARNERS_PLANNED
    for key, measure, number in (("classes", classes, line.classes), ("learners", learners, line.learners)):
        yield (
            key,
            Entry(measure=measure, unit=line.owner, effective_on=line.on, delta=number, person=None),
        )


def _of_candidacy(case: Case, id: UUID, candidacy: Candidacy) -> Iterator[tuple[str, Entry]]:
    yield (
        f"introduced {id}",
        _counted(case, Measure.INTRODUCED, candidacy.unit, candidacy.introduced_on),
    )
    if candidacy.introduced_by is not None:
        yield (
            f"introduced by {id}",
            _counted(case, Measure.INTRODUCED_BY_MASS, candidacy.introduced_by, candidacy.introduced_on),
        )
    if candidacy.listed_on is None:
        return
    ceremonies = [d.ceremony_on for d in case.dossiers.values() if d.ceremony_on and not d.annulled]
    left = min((day for day in (candidacy.left_on, *ceremonies) if day is not None), default=None)
    certified = [
        max(c.on, candidacy.listed_on) for c in case.certificates if c.programme == Programme.AWARENESS
    ]
    for measure, since in (
        (Measure.SYMPATHISERS, candidacy.listed_on),
        (Measure.SYMPATHISERS_CERTIFIED, min(certified, default=None)),
    ):
        if since is None or (left is not None and left < since):
            continue
        yield f"{measure} {id}", _counted(case, measure, candidacy.unit, since)
        if left is not None:
            yield f"{measure} {id} left", _counted(case, measure, candidacy.unit, left, delta=-1)


def _of_dossier(case: Case, id: UUID, dossier: Dossier) -> Iterator[tuple[str, Entry]]:
    ended = dossier.ceremony_on if dossier.ceremony_on and not dossier.annulled else dossier.ended_on
    for n, stood in enumerate(dossier.stood):
        until = dossier.stood[n + 1].since if n + 1 < len(dossier.stood) else ended
        yield f"stood {n} {id}", _counted(case, Measure(stood.group), dossier.unit, stood.since)
        if until is not None:
            yield (
                f"stood {n} {id} left",
                _counted(case, Measure(stood.group), dossier.unit, max(until, stood.since), delta=-1),
            )
    if dossier.annulled:
        return
    if dossier.decided_on is not None:
        yield f"decided {id}", _counted(case, Measure.DECIDED, dossier.unit, dossier.decided_on)
    if dossier.ceremony_on is None:
        return
    yield f"admitted {id}", _counted(case, Measure.ADMITTED, dossier.unit, dossier.ceremony_on)
    yield f"member {id}", _counted(case, Measure.MEMBERS, dossier.unit, dossier.ceremony_on)
    if dossier.struck_off_on is not None:
        yield f"struck off {id}", _counted(case, Measure.STRUCK_OFF, dossier.unit, dossier.struck_off_on)
        yield (
            f"member {id} left",
            _counted(case, Measure.MEMBERS, dossier.unit, dossier.struck_off_on, delta=-1),
        )
    yield from _of_probation(case, id, dossier, dossier.ceremony_on)


def _of_probation(case: Case, id: UUID, dossier: Dossier, ceremony_on: date) -> Iterator[tuple[str, Entry]]:
    ends = dossier.probation_ends
    if ends is not None and (dossier.struck_off_on is None or dossier.struck_off_on > ends):
        yield f"ending {id}", _counted(case, Measure.PROBATION_ENDING, dossier.unit, ends)
    if dossier.recognised_from is None:
        return
    yield f"recognised {id}", _counted(case, Measure.RECOGNISED, dossier.unit, dossier.recognised_from)
    if dossier.cell_recognised_on is not None and _in_time(ceremony_on, dossier.cell_recognised_on):
        yield (
            f"recognised in time {id}",
            _counted(case, Measure.RECOGNISED_IN_TIME, dossier.unit, dossier.recognised_from),
        )


def _in_time(ceremony_on: date, cell_recognised_on: date) -> bool:
    """Did the cell act within the working days the rules give; unknown to the packs reads as no."""
    try:
        due = recognition_meeting_due(ceremony_on, pack_on(ceremony_on), national_calendar())
    except (NoRulePack, CalendarMissing):
        return False
    return cell_recognised_on <= due.due_on


def _counted(case: Case, measure: Measure, unit: UUID, on: date, *, delta: int = 1) -> Entry:
    return Entry(
        measure=measure,
        unit=unit,
        effective_on=on,
        delta=delta,
        person=case.person,
        attributes=attributes(case.profiles, on),
    )


def attributes(profiles: tuple[Profile, ...], on: date) -> tuple[tuple[str, str], ...]:
    """The person as the profile valid on a day says, the age in the bands of Form 2; nothing when none is known."""
    valid = [p for p in profiles if p.valid_from <= on] or list(profiles[:1])
    if not valid:
        return ()
    profile = max(valid, key=lambda p: (p.valid_from, p.version))
    year, month = (int(part) for part in profile.birth_month.split("-"))
    years = (on.year * 12 + on.month - year * 12 - month) // 12
    return tuple(sorted({**profile.codes, "age_band": age_band(years)}.items()))


def without_person(case: Case) -> Case:
    """What stays of a case when the person is forgotten: dates and units, no codes."""
    return replace(case, profiles=())
