"""Who the people are: fictitious names, birth dates, codes for the breakdowns, numbers that nobody bears."""

import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from ketnap.common.frozen import frozen
from ketnap.contracts.registry import Hierarchy, Occupation, Sex, UnitKind
from ketnap.packs.pack import Pack
from ketnap.packs.shape import Category, Simulation
from ketnap.rules.months import add_months
from ketnap.rules.rounding import Percent
from ketnap.simulator.names import MAJORITY, styles

YOUTH_UNION_UNTIL = 30  # years: after that only officers of the Union stay
IN_YOUTH_UNION = 85  # of a hundred young people who are considered for the Party
CIVIL = {Occupation.PUPIL: "lower_secondary"}

NUMBER = 10**8
MEMBER, CANDIDATE, TRAFFIC = "9990", "9991", "9992"
"""Citizen numbers begin with the code of a province, 001 to 096: no number of a person begins with 999."""


@frozen
class Person:
    """All that registry is told of somebody."""

    id: UUID
    name: str
    birth_date: date
    sex: str
    citizen_number: str
    minority: bool
    religious: bool
    youth_union: bool
    occupation: str
    education: str
    qualification: str
    employer: str | None


class People:
    """Makes them, each from the key of their slot, so that one more changes no other."""

    def __init__(self, pack: Pack, simulation: Simulation) -> None:
        self._pack = pack
        self._simulation = simulation
        self._numbers: set[str] = set()
        taken = {row.institution for row in pack.units if row.institution}
        self._free_employers = [
            row.code
            for row in pack.units
            if row.hierarchy == Hierarchy.NONE and row.kind == UnitKind.EMPLOYER and row.code not in taken
        ]

    def candidate(self, key: str, category: Category, cell: str, voted_on: date) -> Person:
        """Of an age at which the cell may vote on that day."""
        dice = random.Random(f"{self._simulation.seed} person {key}")
        sex = Sex.FEMALE if _happens(dice, category.women) else Sex.MALE
        minority = _happens(dice, category.minority)
        occupation = _drawn(dice, category.occupations)
        born = _birth_date(dice, category.ages, voted_on)
        age = (voted_on - born).days // 365
        young = age <= YOUTH_UNION_UNTIL and dice.randrange(100) < IN_YOUTH_UNION
        return Person(
            id=_uuid(dice),
            name=self._name(dice, sex, minority=minority),
            birth_date=born,
            sex=sex,
            citizen_number=self._number(CANDIDATE, dice),
            minority=minority,
            religious=_happens(dice, category.religious),
            youth_union=young or occupation in {Occupation.PUPIL, Occupation.STUDENT},
            occupation=occupation,
            education=CIVIL.get(Occupation(occupation), category.education),
            qualification=_drawn(dice, category.qualifications),
            employer=self._employer(dice, cell) if category.employers else None,
        )

    def twin(self, key: str, of: Person) -> Person:
        """The same human once more, with a mistyped number."""
        dice = random.Random(f"{self._simulation.seed} twin {key}")
        return replace(of, id=_uuid(dice), citizen_number=self._number(CANDIDATE, dice))

    def member(self, cell: str, number: int) -> Person:
        """An official member known by name when the roll opens."""
        dice = random.Random(f"{self._simulation.seed} member {cell} {number}")
        sex = dice.choice((Sex.FEMALE, Sex.MALE))
        return Person(
            id=self._pack.ids.member(cell, number),
            name=self._name(dice, sex, minority=dice.randrange(100) < 10),  # noqa: PLR2004 - of a hundred
            birth_date=date(dice.randrange(1964, 1992), dice.randrange(1, 13), dice.randrange(1, 29)),
            sex=sex,
            citizen_number=self._number(MEMBER, dice),
            minority=False,
            religious=False,
            youth_union=False,
            occupation=Occupation.STATE_OFFICIAL,
            education="upper_secondary",
            qualification="university",
            employer=None,
        )

    def _name(self, dice: random.Random, sex: str, *, minority: bool) -> str:
        style = _drawn(dice, self._simulation.peoples) if minority else MAJORITY
        return styles()[style].name(dice, sex)

    def _number(self, prefix: str, dice: random.Random) -> str:
        number = f"{prefix}{dice.randrange(NUMBER):08d}"
        while number in self._numbers:
            number = f"{prefix}{dice.randrange(NUMBER):08d}"
        self._numbers.add(number)
        return number

    def _employer(self, dice: random.Random, cell: str) -> str | None:
        """Of the cell, else one that has no party organisation."""
        for unit in self._pack.units.chain(cell):
            if institution := self._pack.units[unit].institution:
                return institution
        return dice.choice(self._free_employers) if self._free_employers else None


def _birth_date(dice: random.Random, ages: tuple[int, int], voted_on: date) -> date:
    """Of age on the day of the vote, and not yet a year older than the oldest."""
    youngest, oldest = ages
    latest = add_months(voted_on, -12 * youngest) - timedelta(days=3)
    earliest = add_months(voted_on, -12 * (oldest + 1)) + timedelta(days=31)
    young = earliest + (latest - earliest) * 2 // 5
    start = young if dice.randrange(100) < 60 else earliest  # noqa: PLR2004 - of a hundred: most are young
    return start + timedelta(days=dice.randrange((latest - start).days + 1))


def _happens(dice: random.Random, percent: str) -> bool:
    return dice.randrange(10_000) < int(Percent.parse(percent).value * 100)


def _drawn[W: str](dice: random.Random, weights: Mapping[W, int]) -> W:
    return dice.choices(list(weights), list(weights.values()))[0]


def _uuid(dice: random.Random) -> UUID:
    return UUID(int=dice.getrandbits(128), version=4)
