"""Histories of one person as they might be told: late, out of order, corrected, taken back; never without a beginning."""

from collections.abc import Callable
from datetime import date, timedelta
from uuid import UUID

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from ketnap.contracts.admission import Step
from ketnap.contracts.fact import Fact
from ketnap.contracts.registry import Qualification, RollChange, Sex
from ketnap.contracts.training import Programme
from ketnap.rules.months import add_months
from ketnap.statistics.case import Case, begin, evolve
from tests.statistics.lives import Life

PERSON, UNION = UUID(int=100), UUID(int=200)
CELLS = (UUID(int=300), UUID(int=301))
FIRST = date(2023, 1, 1)
DAYS = st.integers(0, 700).map(lambda n: FIRST + timedelta(days=n))

SOME = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])

type Told = tuple[Fact, date]
"""A fact, and the day on which its source recorded it."""


@st.composite
def histories(draw: DrawFn, *, most: int = 16) -> list[Told]:
    told: list[Told] = []
    lives: list[Life] = []
    for _ in range(draw(st.integers(1, most))):
        begun = [life for life in lives if _introduced(told, life)]
        opened = [life for life in lives if _opened(told, life)]
        if not lives or (len(lives) < 3 and draw(st.integers(0, 5)) == 0):
            lives.append(_new(draw(st.sampled_from(CELLS)), len(lives)))
        life = draw(st.sampled_from(lives))
        on = draw(DAYS)
        can: list[Callable[[], Fact]] = _always(draw, life, on, len(told))
        if life in begun:
            can += _of_candidacy(life, on)
        if life in opened:
            can += _of_dossier(draw, life, on)
        told.append((draw(st.sampled_from(can))(), on + timedelta(days=draw(st.integers(0, 20)))))
    return told


def _new(cell: UUID, number: int) -> Life:
    life = Life(cell, PERSON)
    life.candidacy, life.dossier = UUID(int=400 + number), UUID(int=500 + number)
    return life


def _introduced(told: list[Told], life: Life) -> bool:
    return any(life.introduced(FIRST).TYPE == f.TYPE and f.candidacy == life.candidacy for f, _ in told)  # type: ignore[attr-defined] # of this type


def _opened(told: list[Told], life: Life) -> bool:
    return any(life.applied(FIRST).TYPE == f.TYPE and f.dossier == life.dossier for f, _ in told)  # type: ignore[attr-defined] # of this type


def _always(draw: DrawFn, life: Life, on: date, number: int) -> list[Callable[[], Fact]]:
    return [
        lambda: life.introduced(on, draw(st.sampled_from([None, UNION]))),
        lambda: life.applied(on),
        lambda: life.enrolled(on),
        lambda: life.left_class(on),
        lambda: life.passed(on),
        lambda: life.certified(
            on, draw(st.sampled_from(Programme)), draw(st.sampled_from([None, add_months(on, 6)]))
        ),
        lambda: life.roll(draw(st.sampled_from([RollChange.ADMITTED, RollChange.DIED])), on),
        lambda: life.profile(
            on,
            version=number + 1,
            sex=draw(st.sampled_from([Sex.FEMALE, Sex.MALE])),
            qualification=draw(st.sampled_from([Qualification.UNIVERSITY, Qualification.NONE])),
        ),
    ]


def _of_candidacy(life: Life, on: date) -> list[Callable[[], Fact]]:
    return [lambda: life.listed(on), lambda: life.delisted(on), lambda: life.closed(on)]


def _of_dossier(draw: DrawFn, life: Life, on: date) -> list[Callable[[], Fact]]:
    return [
        lambda: life.advanced(draw(st.sampled_from([step for step in Step if step != Step.OTHER])), on),
        lambda: life.decided(on),
        lambda: life.not_admitted(on),
        lambda: life.held(on),
        lambda: life.corrected(on, draw(DAYS)),
        lambda: life.voted(on),
        lambda: life.recognised(on, on),
        lambda: life.struck_off(on),
        lambda: life.annulled(on, on),
    ]


def case_of(told: list[Told]) -> Case:
    case = begin(f"person:{PERSON}")
    for fact, recorded_on in told:
        case = evolve(case, fact, recorded_on)
    return case
