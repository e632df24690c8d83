"""From what is known of a subject to what is counted: a pure function from a case to the entries of the figure ledger."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from ketnap.common.frozen import frozen
from ketnap.contracts.training import Programme
from ketnap.rules.deadlines import recognition_meeting_due
from ketnap.rules.pack import NoRulePack, pack_on
from ketnap.rules.workdays import CalendarMissing, national_calendar
from ketnap.statistics.case import Candidacy, Case, Certificate, ClassLine, Dossier, Profile, Stood
from ketnap.statistics.measures import Measure
from ketnap.statistics.population import age_band

LATE_DAYS: Final = 7
"""A ceremony recorded more than so many days after it was held is recorded late."""

type Days = tuple[date, date | None]
"""From a day until the day before another, or for ever."""

_CERTIFICATES = {
    Programme.AWARENESS: Measure.AWARENESS_CERTIFICATES,
    Programme.NEW_MEMBER: Measure.NEW_MEMBER_CERTIFICATES,
}
_HELD = {
    Programme.AWARENESS: Measure.AWARENESS_CLASSES_HELD,
    Programme.NEW_MEMBER: Measure.NEW_MEMBER_CLASSES_HELD,
}
_PLANNED = {
    Programme.AWARENESS: (Measure.AWARENESS_CLASSES_PLANNED, Measure.AWARENESS_LEARNERS_PLANNED),
    Programme.NEW_MEMBER: (Measure.NEW_MEMBER_CLASSES_PLANNED, Measure.NEW_MEMBER_LEARNERS_PLANNED),
}


@frozen
class Entry:
    """A line of the ledger as it should stand: reversed when it no longer follows from what is known.

    `of`: the key of the entry whose attributes it has. Who goes off a stock is what they were when they came on it.
    """

    measure: Measure
    unit: UUID
    effective_on: date
    delta: int
    person: UUID | None
    of: str
    attributes: tuple[tuple[str, str], ...] = ()


def entries(case: Case) -> dict[str, Entry]:
    """Every entry that follows from what is known, each under a key of its own."""
    attributes = _attributes_of(case)
    return {
        key: Entry(
            measure=plain.measure,
            unit=plain.unit,
            effective_on=plain.on,
            delta=plain.delta,
            person=case.person,
            of=plain.of or key,
            attributes=attributes(plain.of or key, plain.as_of or plain.on),
        )
        for key, plain in _counted(case)
    }


@frozen
class Plain:
    """An entry before it says who: `of` is the key, `as_of` the day of the entry that it takes back."""

    measure: Measure
    unit: UUID
    on: date
    delta: int = 1
    as_of: date | None = None
    of: str | None = None


type Found = Iterator[tuple[str, Plain]]


def _counted(case: Case) -> Found:
    yield from _of_roll(case)
    if case.line is not None:
        yield from _of_line(case.line)
    if case.held is not None and case.held.programme in _HELD:
        measure = _HELD[Programme(case.held.programme)]
        yield "held", Plain(measure=measure, unit=case.held.owner, on=case.held.on)
    for n, certificate in enumerate(case.certificates):
        if certificate.programme in _CERTIFICATES:
            measure = _CERTIFICATES[Programme(certificate.programme)]
            yield f"certificate {n}", Plain(measure=measure, unit=certificate.unit, on=certificate.on)
    for seat in case.seats:
        key = f"seat {seat.course}"
        yield from _stock(key, Measure.AWARENESS_LEARNERS, seat.unit, [(seat.since, seat.until)])
    for id, candidacy in case.candidacies.items():
        yield from _of_candidacy(case, id, candidacy)
    for id, dossier in case.dossiers.items():
        yield from _of_dossier(case, id, dossier)


def _of_roll(case: Case) -> Found:
    """Who was taken on by admission stands on the roll from the ceremony as it is known now, or not at all."""
    if case.opening is not None:
        members, on = case.opening
        yield "opening", Plain(measure=Measure.MEMBERS, unit=case.id, on=on, delta=members)
    annulled = 0
    for n, joined in enumerate(case.joined):
        found = (d for d in case.dossiers.values() if d.unit == joined.unit and joined.on in d.ceremonies)
        dossier = next(found, None)
        if dossier is not None and dossier.annulled:
            annulled += 1
            continue
        on = dossier.ceremony_on if dossier and dossier.ceremony_on else joined.on
        yield f"member {n}", Plain(measure=Measure.MEMBERS, unit=joined.unit, on=on)
    for n, left in enumerate(case.left):
        if left.annulled and annulled:
            annulled -= 1
            continue
        yield f"left {n}", Plain(measure=Measure.MEMBERS, unit=left.unit, on=left.on, delta=-1)


def _of_line(line: ClassLine) -> Found:
    """Counted in the year that the plan is for, however early or late it was made."""
    if line.programme not in _PLANNED:
        return
    classes, learners = _PLANNED[Programme(line.programme)]
    on = min(max(line.on, date(line.year, 1, 1)), date(line.year, 12, 31))
    yield "classes", Plain(measure=classes, unit=line.owner, on=on, delta=line.classes)
    yield "learners", Plain(measure=learners, unit=line.owner, on=on, delta=line.learners)


def _of_candidacy(case: Case, id: UUID, candidacy: Candidacy) -> Found:
    unit, on = candidacy.unit, candidacy.introduced_on
    yield f"introduced {id}", Plain(measure=Measure.INTRODUCED, unit=unit, on=on)
    if candidacy.introduced_by is not None:
        body = candidacy.introduced_by
        yield f"introduced by {id}", Plain(measure=Measure.INTRODUCED_BY_MASS, unit=body, on=on)
    ceremonies = [d.ceremony_on for d in case.dossiers.values() if d.ceremony_on and not d.annulled]
    for n, listing in enumerate(candidacy.listings):
        admitted = min((day for day in ceremonies if day >= listing.since), default=None)
        days = (listing.since, _earliest(listing.until, admitted))
        yield from _stock(f"listed {id} {n}", Measure.SYMPATHISERS, unit, [days])
        certified = _within(days, _valid(case.certificates))
        yield from _stock(f"certified {id} {n}", Measure.SYMPATHISERS_CERTIFIED, unit, certified)


def _of_dossier(case: Case, id: UUID, dossier: Dossier) -> Found:
    unit, held_on = dossier.unit, dossier.ceremony_on
    ended = _earliest(held_on, dossier.ended_on)
    for group, days in _stands(dossier.stood, ended):
        yield from _stock(f"stood {id}", group, unit, [days])
    if dossier.annulled:
        return
    if dossier.decided_on is not None:
        yield f"decided {id}", Plain(measure=Measure.DECIDED, unit=unit, on=dossier.decided_on)
    if held_on is None:
        return
    yield f"admitted {id}", Plain(measure=Measure.ADMITTED, unit=unit, on=held_on)
    if dossier.recorded_on is not None and (dossier.recorded_on - held_on).days > LATE_DAYS:
        yield f"admitted late {id}", Plain(measure=Measure.ADMITTED_LATE, unit=unit, on=held_on)
    if dossier.struck_off_on is not None:
        yield f"struck off {id}", Plain(measure=Measure.STRUCK_OFF, unit=unit, on=dossier.struck_off_on)
    yield from _of_probation(case, id, dossier, held_on)


def _of_probation(case: Case, id: UUID, dossier: Dossier, held_on: date) -> Found:
    unit, ends, since = dossier.unit, dossier.probation_ends, dossier.recognised_from
    left = (left.on for left in case.left if left.on >= held_on and not left.annulled)
    gone = _earliest(dossier.struck_off_on, *left)
    if ends is not None and (gone is None or gone > ends):
        yield f"ending {id}", Plain(measure=Measure.PROBATION_ENDING, unit=unit, on=ends)
    if since is None:
        return
    yield f"recognised {id}", Plain(measure=Measure.RECOGNISED, unit=unit, on=since)
    due = _meeting_due(held_on)
    if due is None:
        return
    yield f"recognised judged {id}", Plain(measure=Measure.RECOGNISED_JUDGED, unit=unit, on=since)
    if dossier.cell_recognised_on is not None and dossier.cell_recognised_on <= due:
        yield f"recognised in time {id}", Plain(measure=Measure.RECOGNISED_IN_TIME, unit=unit, on=since)


def _meeting_due(held_on: date) -> date | None:
    """Until when the cell must have met about recognition; None: no rule pack, or no calendar reaches so far."""
    try:
        return recognition_meeting_due(held_on, pack_on(held_on), national_calendar()).due_on
    except (NoRulePack, CalendarMissing):
        return None


# -- Days


def _stock(key: str, measure: Measure, unit: UUID, spans: Iterable[Days]) -> Found:
    """On a stock from a day, off it on another; who comes and goes on one day was never on it."""
    for since, until in spans:
        if until is not None and until <= since:
            continue
        on = f"{key} {since}"
        yield on, Plain(measure=measure, unit=unit, on=since)
        if until is not None:
            yield f"{on} off", Plain(measure=measure, unit=unit, on=until, delta=-1, as_of=since, of=on)


def _stands(stood: Sequence[Stood], ended: date | None) -> list[tuple[Measure, Days]]:
    """In each group from its day until a later word says another: also where the days run against the words."""
    found: list[tuple[Measure, Days]] = []
    until = ended
    for one in reversed(stood):
        if until is None or one.since < until:
            found.append((one.group, (one.since, until)))
            until = one.since
    return found[::-1]


def _valid(certificates: Sequence[Certificate]) -> list[Days]:
    """On which days an awareness certificate counted, joined where they meet."""
    spans = sorted(
        (c.on, c.valid_until + timedelta(days=1) if c.valid_until else date.max)
        for c in certificates
        if c.programme == Programme.AWARENESS
    )
    joined: list[tuple[date, date]] = []
    for since, until in spans:
        if joined and since <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], until))
        else:
            joined.append((since, until))
    return [(since, until if until < date.max else None) for since, until in joined]


def _within(days: Days, spans: Iterable[Days]) -> list[Days]:
    found = [(max(days[0], since), _earliest(days[1], until)) for since, until in spans]
    return [(since, until) for since, until in found if until is None or since < until]


def _earliest(*days: date | None) -> date | None:
    return min((day for day in days if day is not None), default=None)


# -- Who


def _attributes_of(case: Case) -> Callable[[str, date], tuple[tuple[str, str], ...]]:
    if case.codes is not None:
        codes = case.codes
        return lambda key, _: tuple(sorted(codes.get(key, {}).items()))
    return lambda _, on: attributes(case.profiles, on)


def attributes(profiles: Sequence[Profile], on: date) -> tuple[tuple[str, str], ...]:
    """The person as the profile valid on a day says, the age in the bands of Form 2; nothing when none is known."""
    valid = [p for p in profiles if p.valid_from <= on] or list(profiles[:1])
    if not valid:
        return ()
    profile = max(valid, key=lambda p: (p.valid_from, p.version))
    year, month = (int(part) for part in profile.birth_month.split("-"))
    years = (on.year * 12 + on.month - year * 12 - month) // 12
    return tuple(sorted({**profile.codes, "age_band": age_band(years)}.items()))


def codes_of(
    case: Case, residue: Mapping[tuple[int, UUID, date], Mapping[str, str]]
) -> dict[str, Mapping[str, str]]:
    """What a residue keeps of a person, by the keys of the entries that follow from the case."""
    found = ((key, (e.measure, e.unit, e.effective_on)) for key, e in entries(case).items() if e.of == key)
    return {key: residue[line] for key, line in found if residue.get(line)}
