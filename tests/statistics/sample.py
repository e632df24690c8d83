"""A small province that has lived through two years: every kind of fact, a merger, corrections, quotas at three levels."""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol
from uuid import UUID, uuid4

from ketnap.contracts.admission import AnnulReason, Step
from ketnap.contracts.fact import Fact
from ketnap.contracts.registry import (
    Hierarchy,
    Occupation,
    Qualification,
    RollChange,
    RollOpened,
    SchoolLevel,
    Sector,
    Sex,
    UnitKind,
    UnitMoved,
    UnitsMerged,
)
from ketnap.contracts.training import ClassesPlanned, ClassFinished, Programme
from ketnap.rules.months import add_months
from tests.statistics.lives import Life
from tests.statistics.plans import Committee, absolute, committee, target
from tests.statistics.world import Officer, World, topic_of

TODAY = date(2024, 9, 30)
MERGED_ON = date(2024, 7, 1)
OCCUPATIONS = (
    Occupation.STATE_OFFICIAL,
    Occupation.ENTERPRISE_WORKER,
    Occupation.STUDENT,
    Occupation.PUPIL,
    Occupation.FARMER,
)


class Say(Protocol):
    def __call__(self, fact: Fact, on: date, late: int = 0) -> None: ...


@dataclass(kw_only=True)
class Sample:
    """`an` and `binh` were merged into `thang` on 1 July 2024; one cell of `binh` went to `phong` instead."""

    world: World
    an: UUID
    binh: UUID
    thang: UUID
    phong: UUID
    bloc: UUID
    schools: list[UUID]
    union: UUID
    commune_union: UUID
    cells: dict[UUID, list[UUID]]
    lives: list[Life]
    leader: Officer
    plan: UUID
    body: Committee

    @property
    def units(self) -> list[UUID]:
        return [self.world.root, self.thang, self.phong, self.bloc, self.cells[self.an][0], self.schools[0]]


async def sample(world: World, *, people: int = 60, seed: int = 7) -> Sample:
    chance = random.Random(seed)
    world.pass_to(date(2023, 1, 2))
    an = await world.found("Đảng bộ xã Đức An", UnitKind.COMMUNE)
    binh = await world.found("Đảng bộ xã Đức Bình", UnitKind.COMMUNE)
    phong = await world.found("Đảng bộ xã Tân Phong", UnitKind.COMMUNE)
    bloc = await world.found("Đảng bộ Khối", UnitKind.BLOC)
    union = await world.found("Tỉnh đoàn Mẫu", UnitKind.MASS_ORG, hierarchy=Hierarchy.MASS)
    commune_union = await world.found("Đoàn xã Đức An", UnitKind.MASS_ORG, union, hierarchy=Hierarchy.MASS)
    cells: dict[UUID, list[UUID]] = {}
    for commune in (an, binh, phong):
        cells[commune] = [
            await world.found(f"Chi bộ thôn {n}", parent=commune, sector=Sector.RESIDENTIAL) for n in range(3)
        ]
    schools = [
        await world.found(
            f"Chi bộ trường THPT {n}",
            UnitKind.GRASS_CELL,
            bloc,
            sector=Sector.PUBLIC_UNIT,
            school_level=SchoolLevel.UPPER_SECONDARY,
        )
        for n in range(3)
    ]
    firm = await world.found("Chi bộ Công ty May", UnitKind.GRASS_CELL, bloc, sector=Sector.PRIVATE_ECONOMY)
    office = await world.found("Chi bộ Sở Xây dựng", UnitKind.GRASS_CELL, bloc, sector=Sector.AGENCY)
    cells[bloc] = [*schools, firm, office]
    every = [cell for group in cells.values() for cell in group]
    for cell in every:
        opened = RollOpened(
            unit=cell, official=chance.randrange(10, 40), probationary=2, on=date(2022, 12, 31)
        )
        await world.tell(opened)
    await world.tell(*_classes(bloc))
    lives = [Life(chance.choice(every)) for _ in range(people)]
    told: list[tuple[date, Fact]] = []
    for life in lives:
        told += _life(life, chance, union=commune_union)
    told.sort(key=lambda one: one[0])
    await _tell(world, [(on, fact) for on, fact in told if on < MERGED_ON])
    world.pass_to(date(2024, 6, 30))
    body = await committee(world)
    plan = await _plan(body, an, binh, phong, bloc, union)
    await _below(world, plan, an, cells[an])
    for unit, on in ((an, "2024-02-20"), (bloc, "2024-02-26"), (phong, "2024-03-05")):
        sender = await committee(world, unit)
        await sender.board.do(
            f"/plans/{plan}/units/{unit}/send", {"proposed": 9, "on": on, "reason": "nhập sau"}
        )
    world.pass_to(MERGED_ON)
    thang = await world.found("Đảng bộ xã Đức Thắng", UnitKind.COMMUNE, on=MERGED_ON)
    moved = [
        UnitMoved(unit=cell, parent=thang, on=MERGED_ON, instrument="BTV/QĐ/318/2024-06-20")
        for cell in (*cells[an], *cells[binh][:2])
    ]
    moved.append(UnitMoved(unit=cells[binh][2], parent=phong, on=MERGED_ON))
    merger = UnitsMerged(
        into=thang, predecessors=[an, binh], on=MERGED_ON, instrument="BTV/QĐ/318/2024-06-20"
    )
    await world.tell(*moved, merger)
    await _tell(world, [(on, fact) for on, fact in told if MERGED_ON <= on <= TODAY])
    world.pass_to(TODAY)
    return Sample(
        world=world,
        an=an,
        binh=binh,
        thang=thang,
        phong=phong,
        bloc=bloc,
        schools=schools,
        union=union,
        commune_union=commune_union,
        cells=cells,
        lives=lives,
        leader=body.leader,
        plan=plan,
        body=body,
    )


async def _tell(world: World, told: list[tuple[date, Fact]]) -> None:
    """Each recorded on its day, many before they are folded, those of one topic together."""
    for start in range(0, len(told), 100):
        part = told[start : start + 100]
        for topic in dict.fromkeys(topic_of(fact) for _, fact in part):
            await world.tell_on([(on, fact) for on, fact in part if topic_of(fact) == topic])
        await world.settle()


def _classes(owner: UUID) -> list[Fact]:
    line, course = uuid4(), uuid4()
    return [
        ClassesPlanned(
            line=line,
            owner=owner,
            programme=Programme.AWARENESS,
            year=2024,
            classes=4,
            learners=320,
            on=date(2022, 12, 20),
        ),
        ClassesPlanned(
            line=uuid4(),
            owner=owner,
            programme=Programme.NEW_MEMBER,
            year=2024,
            classes=3,
            learners=240,
            on=date(2022, 12, 20),
        ),
        ClassFinished(
            course=course,
            programme=Programme.AWARENESS,
            owner=owner,
            line=line,
            learners=80,
            passed=78,
            on=date(2024, 3, 15),
        ),
    ]


def _life(life: Life, chance: random.Random, union: UUID) -> list[tuple[date, Fact]]:
    """Days on which each fact is told; the last of them may lie ahead of today."""
    begun = date(2023, 1, 5) + timedelta(days=chance.randrange(540))
    told: list[tuple[date, Fact]] = []

    def say(fact: Fact, on: date, late: int = 0) -> None:
        told.append((on + timedelta(days=late), fact))

    say(
        life.profile(
            date(2020, 1, 1),
            born=f"{chance.randrange(1970, 2006)}-0{chance.randrange(1, 10)}",
            sex=chance.choice((Sex.FEMALE, Sex.MALE)),
            minority=chance.random() < 0.3,
            religious=chance.random() < 0.1,
            youth_union=chance.random() < 0.6,
            occupation=chance.choice(OCCUPATIONS),
            qualification=chance.choice((Qualification.UNIVERSITY, Qualification.NONE)),
        ),
        begun,
    )
    say(life.introduced(begun, union if chance.random() < 0.4 else None), begun)
    listed = begun + timedelta(days=chance.randrange(5, 30))
    say(life.listed(listed), listed)
    if chance.random() < 0.15:
        say(life.delisted(listed + timedelta(days=20)), listed + timedelta(days=20))
        return told
    enrolled = listed + timedelta(days=chance.randrange(5, 20))
    say(life.enrolled(enrolled), enrolled)
    certified = enrolled + timedelta(days=7)
    say(life.passed(certified), certified)
    say(life.certified(certified, valid_until=add_months(certified, 60)), certified)
    applied = certified + timedelta(days=chance.randrange(5, 30))
    say(life.applied(applied), applied)
    day = applied
    for step in (Step.VERIFYING, Step.OPINIONS_COLLECTED, Step.CELL_PROPOSED):
        day += timedelta(days=chance.randrange(1, 15))
        say(life.advanced(step, day), day)
    if chance.random() < 0.15:
        say(life.not_admitted(day), day, late=2)
        return told
    day += timedelta(days=5)
    say(life.advanced(Step.SUBMITTED, day), day)
    decided = day + timedelta(days=chance.randrange(5, 25))
    say(life.decided(decided), decided)
    say(life.advanced(Step.DECIDED, decided), decided)
    held = decided + timedelta(days=chance.randrange(5, 25))
    late = 20 if chance.random() < 0.15 else 0
    say(life.held(held), held, late)
    say(life.roll(RollChange.ADMITTED, held), held, late)
    _afterwards(life, chance, held, late, say)
    return told


def _afterwards(life: Life, chance: random.Random, held: date, late: int, say: Say) -> None:
    what = chance.random()
    after = late + 10
    if what < 0.1:
        say(life.corrected(held, held + timedelta(days=4)), held, after)
    elif what < 0.15:
        say(life.annulled(held + timedelta(days=after), held, AnnulReason.DUPLICATE), held, after)
        say(life.roll(RollChange.ANNULLED, held + timedelta(days=after)), held, after)
    elif what < 0.2:
        say(life.struck_off(held + timedelta(days=60)), held, 60)
        say(life.roll(RollChange.STRUCK_OFF, held + timedelta(days=60)), held, 60)
    else:
        ends = add_months(held, 12)
        say(life.voted(ends + timedelta(days=10)), ends, 10)
        say(life.recognised(ends, ends + timedelta(days=30)), ends, 30)
        say(life.closed(ends + timedelta(days=30)), ends, 31)
    if chance.random() < 0.2:
        again = life.profile(
            held - timedelta(days=30), version=2, sex=Sex.FEMALE, occupation=Occupation.STUDENT
        )
        say(again, held, after + 5)


async def _plan(body: Committee, an: UUID, binh: UUID, phong: UUID, bloc: UUID, union: UUID) -> UUID:
    students = {"occupation": ["student"]}
    plan = await body.plan(
        absolute(40, rounding="TRUNC"),
        target("students", value=10, part_of="admitted", include=students),
        target("others", value=30, part_of="admitted", exclude=students),
        target(
            "of_members",
            kind="range_of_base",
            percent="3",
            percent_until="4%",
            base=400,
            base_on="2023-12-31",
            strictness="at_least",
        ),
        target(
            "by_formula",
            kind="percent_of_base",
            percent="4",
            base=5465,
            base_on="2023-12-31",
            value=220,
            rounding="MANUAL",
        ),
        target(
            "workers",
            kind="share_of_measure",
            percent="2",
            strictness="at_least",
            include={"occupation": ["enterprise_worker"]},
            base=191,
            base_on="2023-12-31",
        ),
        target(
            "pupils",
            kind="per_unit",
            value=1,
            strictness="at_least",
            include={"occupation": ["pupil"]},
            each_include={"school_level": ["upper_secondary"]},
        ),
        target(
            "workers_shown",
            kind="breakdown",
            include={"occupation": ["enterprise_worker"]},
            rounding="TRUNC",
            decimals=1,
        ),
        target("sources", measure="introduced", value=60),
        target("pool", measure="sympathisers", value=25),
        unit_plans_due="2024-02-26",
        curve=[str(p) for p in (2, 6, 12, 20, 30, 42, 52, 62, 72, 82, 92, 100)],
    )
    await body.give(plan, {an: 12, binh: 8, phong: 3, bloc: 15}, reserve=2, reason="số liệu cũ")
    return plan


async def _below(world: World, plan: UUID, unit: UUID, cells: list[UUID]) -> None:
    below = await committee(world, unit)
    await below.give(plan, {cells[0]: 6, cells[1]: 4, cells[2]: 2}, on="2024-01-20", reason="số liệu cũ")
