"""What follows from a case: against a recount that asks, day by day and in plain words, whether somebody counts."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

from hypothesis import assume, given

from ketnap.contracts import admission, registry, training
from ketnap.contracts.registry import RollChange
from ketnap.contracts.training import Programme
from ketnap.statistics.case import GROUPS
from ketnap.statistics.entries import LATE_DAYS, Entry, entries
from ketnap.statistics.measures import DOSSIERS, Measure
from tests.statistics.histories import CELLS, DAYS, PERSON, SOME, Told, case_of, histories
from tests.statistics.lives import Life

type Found = Counter[tuple[UUID, date]]


def follows(told: list[Told]) -> list[Entry]:
    return list(entries(case_of(told)).values())


def counted(found: Iterable[Entry], measure: Measure) -> Found:
    sums: Found = Counter()
    for entry in found:
        if entry.measure == measure:
            sums[entry.unit, entry.effective_on] += entry.delta
    return +sums


def on_day(found: Iterable[Entry], measure: Measure, day: date) -> int:
    return sum(e.delta for e in found if e.measure == measure and e.effective_on <= day)


# -- Flows, by the facts alone


@SOME
@given(histories())
def test_every_introduction_counts_for_the_last_cell_and_body_that_it_names(told: list[Told]) -> None:
    last = {fact.candidacy: fact for fact in _of(told, registry.CandidateIntroduced)}

    assert counted(follows(told), Measure.INTRODUCED) == Counter((f.unit, f.on) for f in last.values())
    assert counted(follows(told), Measure.INTRODUCED_BY_MASS) == Counter(
        (f.introduced_by, f.on) for f in last.values() if f.introduced_by
    )


@SOME
@given(histories())
def test_every_certificate_counts_for_its_programme(told: list[Told]) -> None:
    for programme, measure in (
        (Programme.AWARENESS, Measure.AWARENESS_CERTIFICATES),
        (Programme.NEW_MEMBER, Measure.NEW_MEMBER_CERTIFICATES),
    ):
        issued = [f for f in _of(told, training.CertificateIssued) if f.programme == programme]
        assert counted(follows(told), measure) == Counter((f.unit, f.on) for f in issued)


@SOME
@given(histories())
def test_whoever_had_a_ceremony_that_was_not_annulled_counts_on_its_day_as_known_now(
    told: list[Told],
) -> None:
    held, decided, late = Counter[Any](), Counter[Any](), Counter[Any]()
    for dossier, facts in _dossiers(told).items():
        ceremonies = [
            (f.on, recorded)
            for f, recorded in facts
            if isinstance(f, admission.CeremonyHeld | admission.CeremonyCorrected)
        ]
        first = next(
            (recorded for f, recorded in reversed(facts) if isinstance(f, admission.CeremonyHeld)), None
        )
        if any(isinstance(f, admission.AdmissionAnnulled) for f, _ in facts):
            continue
        unit = _unit_of(told, dossier)
        if ceremonies:
            day = ceremonies[-1][0]
            held[unit, day] += 1
            late[unit, day] += first is not None and (first - day).days > LATE_DAYS
        decisions = [f.on for f, _ in facts if isinstance(f, admission.AdmissionDecided)]
        if decisions:
            decided[unit, decisions[-1]] += 1

    assert counted(follows(told), Measure.ADMITTED) == held
    assert counted(follows(told), Measure.DECIDED) == decided
    assert counted(follows(told), Measure.ADMITTED_LATE) == +late


# -- Stocks, day by day


@SOME
@given(histories(), DAYS)
def test_who_stands_on_a_list_on_a_day_counts_among_the_sympathisers_of_that_day(
    told: list[Told], day: date
) -> None:
    standing = certified = 0
    for listings in _listings(told).values():
        for since, until in listings:
            taken_off = [c for c in _ceremonies(told) if since <= c] + ([until] if until else [])
            if since <= day and not any(off <= day for off in taken_off):
                standing += 1
                certified += _certified(told, day)

    assert on_day(follows(told), Measure.SYMPATHISERS, day) == standing
    assert on_day(follows(told), Measure.SYMPATHISERS_CERTIFIED, day) == certified


@SOME
@given(histories(), DAYS)
def test_a_dossier_stands_on_a_day_where_the_last_word_about_that_day_put_it(
    told: list[Told], day: date
) -> None:
    standing: Counter[Measure] = Counter()
    for facts in _dossiers(told).values():
        ended = [
            f.on for f, _ in facts if isinstance(f, admission.DossierClosed | admission.AdmissionAnnulled)
        ][-1:]
        ended += [
            f.on for f, _ in facts if isinstance(f, admission.CeremonyHeld | admission.CeremonyCorrected)
        ][-1:]
        said = [word for f, _ in facts if (word := _group(f)) is not None]
        new = [
            word
            for before, word in pairwise([None, *said])
            if word and (before is None or before[0] != word[0])
        ]
        words = [word for word in new if word[1] <= day]
        if words and not any(on <= day for on in ended):
            standing[words[-1][0]] += 1

    found = follows(told)
    assert {group: on_day(found, group, day) for group in DOSSIERS.values()} == {
        group: standing[group] for group in DOSSIERS.values()
    }


@SOME
@given(histories(), DAYS)
def test_who_sits_in_a_class_on_a_day_is_a_learner_of_that_day(told: list[Told], day: date) -> None:
    seats: list[list[date | None]] = []
    for fact, _ in told:
        match fact:
            case training.LearnerEnrolled(on=on):
                seats.append([on, None])
            case training.LearnerLeft(on=on) | training.ResultRecorded(on=on):
                for seat in seats:
                    seat[1] = seat[1] or on
            case _:
                pass
    assume(len({since for since, _ in seats}) == len(seats))
    sitting = sum(
        since is not None and since <= day and (until is None or max(day, since) < until)
        for since, until in seats
    )

    assert on_day(follows(told), Measure.AWARENESS_LEARNERS, day) == sitting


@SOME
@given(histories())
def test_no_stock_ever_falls_below_nothing(told: list[Told]) -> None:
    stocks = [
        Measure.SYMPATHISERS,
        Measure.SYMPATHISERS_CERTIFIED,
        Measure.AWARENESS_LEARNERS,
        *DOSSIERS.values(),
    ]
    found = follows(told)
    for day in {entry.effective_on for entry in found}:
        for stock in stocks:
            assert on_day(found, stock, day) >= 0


@SOME
@given(histories())
def test_the_parts_of_a_figure_are_never_more_than_the_whole(told: list[Told]) -> None:
    whole = counted(follows(told), Measure.RECOGNISED)
    judged = counted(follows(told), Measure.RECOGNISED_JUDGED)
    in_time = counted(follows(told), Measure.RECOGNISED_IN_TIME)
    assert in_time <= judged <= whole
    assert counted(follows(told), Measure.ADMITTED_LATE) <= counted(follows(told), Measure.ADMITTED)


# -- The roll


def test_an_annulled_admission_leaves_no_trace_on_the_roll() -> None:
    life = Life(CELLS[0], PERSON)
    on = date(2024, 5, 10)
    told = [(fact, on) for fact in life.admitted(on)]
    assert on_day(follows(told), Measure.MEMBERS, on) == 1

    annulled = [
        *told,
        (life.annulled(date(2024, 6, 1), on), date(2024, 6, 1)),
        (life.roll(RollChange.ANNULLED, date(2024, 6, 1)), date(2024, 6, 1)),
    ]
    assert counted(follows(annulled), Measure.MEMBERS) == Counter()
    assert counted(follows(annulled), Measure.ADMITTED) == Counter()


def test_a_corrected_ceremony_moves_the_member_with_it() -> None:
    life = Life(CELLS[0], PERSON)
    on, right = date(2024, 5, 10), date(2024, 4, 28)
    told = [*((fact, on) for fact in life.admitted(on)), (life.corrected(on, right), date(2024, 6, 1))]
    assert counted(follows(told), Measure.MEMBERS) == Counter({(CELLS[0], right): 1})


def test_who_is_listed_again_after_an_annulment_was_never_off_the_list() -> None:
    life = Life(CELLS[0], PERSON)
    listed, on, annulled = date(2024, 1, 5), date(2024, 5, 10), date(2024, 6, 1)
    told = [
        (life.introduced(listed), listed),
        (life.listed(listed), listed),
        *((f, on) for f in life.admitted(on)),
    ]
    assert [on_day(follows(told), Measure.SYMPATHISERS, day) for day in (listed, on)] == [1, 0]

    told.append((life.annulled(annulled, on), annulled))
    assert on_day(follows(told), Measure.SYMPATHISERS, on) == 1


# -- Asking the facts


def _of[F](told: list[Told], kind: type[F]) -> list[F]:
    return [fact for fact, _ in told if isinstance(fact, kind)]


def _dossiers(told: list[Told]) -> dict[UUID, list[Told]]:
    """What was told of each dossier since it was opened last."""
    found: dict[UUID, list[Told]] = {}
    for fact, recorded in told:
        dossier = getattr(fact, "dossier", None)
        if isinstance(fact, admission.DossierOpened):
            found[fact.dossier] = []
        if dossier is not None:
            found[dossier].append((fact, recorded))
    return found


def _unit_of(told: list[Told], dossier: UUID) -> UUID:
    return [f.unit for f in _of(told, admission.DossierOpened) if f.dossier == dossier][-1]


def _ceremonies(told: list[Told]) -> list[date]:
    found = []
    for facts in _dossiers(told).values():
        days = [f.on for f, _ in facts if isinstance(f, admission.CeremonyHeld | admission.CeremonyCorrected)]
        if days and not any(isinstance(f, admission.AdmissionAnnulled) for f, _ in facts):
            found.append(days[-1])
    return found


def _listings(told: list[Told]) -> dict[UUID, list[tuple[date, date | None]]]:
    """From when until when somebody stood on a list, introduction by introduction."""
    found: dict[UUID, list[tuple[date, date | None]]] = {}
    for fact, _ in told:
        match fact:
            case registry.CandidateIntroduced(candidacy=id):
                found[id] = []
            case registry.SympathiserListed(candidacy=id, on=on):
                found[id].append((on, None))
            case (
                registry.SympathiserDelisted(candidacy=id, on=on)
                | registry.CandidacyClosed(candidacy=id, on=on)
            ):
                found[id] = [(since, until or on) for since, until in found[id]]
            case _:
                pass
    return found


def _certified(told: list[Told], day: date) -> bool:
    return any(
        f.programme == Programme.AWARENESS
        and f.on <= day
        and (f.valid_until is None or day < f.valid_until + timedelta(days=1))
        for f in _of(told, training.CertificateIssued)
    )


def _group(fact: object) -> tuple[Measure, date] | None:
    match fact:
        case admission.DossierOpened(on=on):
            return Measure.DOSSIERS_VERIFICATION, on
        case admission.AdmissionDecided(on=on):
            return Measure.DOSSIERS_CEREMONY, on
        case admission.DossierAdvanced(step=step, on=on) if step in GROUPS:
            return GROUPS[step], on
        case _:
            return None
