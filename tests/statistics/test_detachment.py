"""Figures detached from a person once, and never again."""

from datetime import date
from uuid import UUID

from ketnap.common.testing import scenario
from ketnap.statistics.detachment import DetachFigures, FiguresDetached, Residue, decider

given = scenario(decider)
PERSON = UUID(int=1)
LINE = Residue(
    measure=8,
    unit=UUID(int=2),
    effective_on=date(2024, 5, 1),
    position=7,
    ordinal=0,
    delta=1,
    attributes={"sex": "female"},
)
DETACHED = FiguresDetached(person=PERSON, lines=[LINE])


def test_the_lines_stay_without_the_person() -> None:
    given().when(DetachFigures(person=PERSON, lines=[LINE])).then(DETACHED)


def test_who_stands_in_no_figure_leaves_none() -> None:
    given().when(DetachFigures(person=PERSON, lines=[])).then(FiguresDetached(person=PERSON, lines=[]))


def test_it_is_done_once_whatever_would_be_left_later() -> None:
    given(DETACHED).when(DetachFigures(person=PERSON, lines=[])).then_nothing()
