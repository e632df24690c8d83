"""The targets of four published plans, as statistics shows them: each by its own kind, exactly."""

from collections.abc import Hashable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from ketnap.contracts.fact import Fact
from ketnap.contracts.registry import SchoolLevel, UnitKind
from ketnap.statistics.asked import Asked
from ketnap.statistics.counts import Counts
from ketnap.statistics.figures import figure_of
from ketnap.statistics.ground import Place, Seen, TreeView
from ketnap.statistics.measures import Measure
from ketnap.statistics.plan import Target
from ketnap.statistics.population import Population
from ketnap.statistics.standpoint import Standpoint
from ketnap.statistics.tallies import By, Tallies, _added
from ketnap.statistics.targets import TargetShown, judged
from ketnap.statistics.views.ledger import Line
from ketnap.statistics.views.plans import Issue, Plan
from tests.statistics.test_ground import founded
from tests.statistics.test_plan import BASES, target

ROOT, FIRM, SCHOOLS = UUID(int=1), UUID(int=2), [UUID(int=10 + n) for n in range(3)]
SINCE, UNTIL = date(2024, 1, 1), date(2024, 12, 31)
PUPILS = Population(include={"occupation": ["pupil"]}, exclude={})
WORKERS = Population(include={"occupation": ["enterprise_worker"]}, exclude={})
SCHOOL = Population(include={"school_level": ["upper_secondary"]}, exclude={})


class Remembered(Counts):
    """Counts lines that stand in memory."""

    def __init__(self, at: Standpoint, lines: Sequence[Line]) -> None:
        super().__init__(None, at, Tallies())  # type: ignore[arg-type] # nothing is read from a page
        self.lines = lines

    def of(self, at: Standpoint) -> "Remembered":
        return Remembered(at, self.lines)

    async def _totals[K: Hashable](self, asked: Asked, by: By[K]) -> Mapping[K, int]:
        return _added({}, asked, by, self.lines)


def school(unit: UUID) -> Fact:
    return founded(unit, ROOT, UnitKind.GRASS_CELL).model_copy(
        update={"school_level": SchoolLevel.UPPER_SECONDARY}
    )


def standing(*targets: Target, as_of: date = UNTIL, unit: UUID = ROOT) -> Standpoint:
    told = [founded(ROOT, None, UnitKind.PROVINCE), founded(FIRM, ROOT, UnitKind.GRASS_CELL)]
    seen = Seen([*told, *(school(unit) for unit in SCHOOLS)])
    place = Place(unit=unit, day=as_of, view=TreeView.TREE_OF_DAY, since=SINCE, until=as_of)
    plan = Plan(
        plan=UUID(int=99),
        unit=ROOT,
        title="Kế hoạch 2024",
        period_from=SINCE,
        period_until=UNTIL,
        unit_plans_due=None,
        curve=[],
        issues=[Issue(instrument="KH/1", targets=list(targets), on=SINCE, position=1)],
        unit_plans={},
    )
    return Standpoint(
        plan=plan,
        since=SINCE,
        period_until=UNTIL,
        as_of=as_of,
        known=10_000,
        known_on=None,
        latest=True,
        recorded_at=datetime(2024, 12, 31, tzinfo=UTC),
        ground=seen.ground(place),
    )


def admitted(number: int, unit: UUID = FIRM, **attributes: str) -> list[Line]:
    return [
        Line(
            measure=Measure.ADMITTED,
            unit=unit,
            effective_on=date(2024, 5, 1),
            position=n,
            ordinal=0,
            delta=1,
            person=None,
            attributes=attributes,
            subject=f"person:{n}",
        )
        for n in range(1, number + 1)
    ]


async def shown(lines: Sequence[Line], *targets: Target, as_of: date = UNTIL) -> list[TargetShown]:
    return await judged(Remembered(standing(*targets, as_of=as_of), lines))


async def one(lines: Sequence[Line], target: Target, **more: Any) -> TargetShown:
    [found] = await shown(lines, target, **more)
    return found


# -- Ninh Bình: 300, of which 227 were reached


async def test_227_of_300_are_75_6_percent_cut_and_75_7_rounded() -> None:
    cut = await one(admitted(227), target(value=300, rounding="TRUNC"))
    rounded = await one(admitted(227), target(value=300))

    assert cut.percent is not None
    assert (cut.percent.printed, cut.percent.rounding, cut.percent.decimals) == (Decimal("75.6"), "TRUNC", 1)
    assert (cut.percent.numerator, cut.percent.denominator) == (227, 300)
    assert rounded.percent is not None
    assert rounded.percent.printed == Decimal("75.7")
    assert (cut.value and cut.value.value, cut.needed, cut.standing) == (300, 73, "not_met")


async def test_a_number_not_reached_stays_open_until_the_period_is_over() -> None:
    assert (await one(admitted(227), target(value=300), as_of=date(2024, 6, 30))).standing == "open"
    assert (await one(admitted(300), target(value=300), as_of=date(2024, 6, 30))).standing == "met"


# -- Lào Cai: 220 approved where 4 % of 5.465 are 218,6; 135 + 40 + 30 + 15

BY_FORMULA = target(
    line="by_formula",
    kind="percent_of_base",
    percent="4",
    base=5465,
    base_on=date(2023, 12, 31),
    value=220,
    rounding="MANUAL",
)


async def test_220_stand_beside_the_218_6_that_the_formula_gives() -> None:
    formula = (await one(admitted(219), BY_FORMULA)).formula

    assert formula is not None
    assert (formula.exact, formula.proposed, formula.difference) == (Decimal("218.6"), 219, Decimal("1.4"))
    assert (formula.base.number.value, formula.base.on, formula.rounding) == (
        5465,
        date(2023, 12, 31),
        "MANUAL",
    )
    assert formula.approved_percent is not None
    assert formula.approved_percent.printed == Decimal("4.0")


@pytest.mark.parametrize(
    ("reached", "standing", "by_percent"),
    [(218, "not_met", False), (219, "not_met", True), (220, "met", True)],
)
async def test_the_approved_number_decides_and_the_percentage_is_shown_beside(
    reached: int, standing: str, by_percent: bool
) -> None:
    found = await one(admitted(reached), BY_FORMULA)

    assert (found.standing, found.formula and found.formula.reached) == (standing, by_percent)


async def test_what_was_approved_has_a_figure_of_its_own() -> None:
    counts = Remembered(standing(BY_FORMULA), admitted(219))
    found = await figure_of(counts, "approved:by_formula")

    assert (found.value, found.number, found.denominator and found.denominator.value) == (
        Decimal("4.0"),
        220,
        5465,
    )
    assert sum(part.value for part in found.parts) == 220


async def test_lines_that_somebody_could_stand_in_twice_are_named() -> None:
    whole = target(value=220, allocable=True)
    kinds = {
        "residential": (135, Population(include={"unit_sector": ["residential"]}, exclude={})),
        "offices": (40, Population(include={"unit_sector": ["agency"]}, exclude={})),
        "workers": (30, WORKERS),
        "pupils": (15, PUPILS),
    }
    parts = [
        target(line=line, value=value, part_of="admitted", population=population)
        for line, (value, population) in kinds.items()
    ]
    found = {one.line: one.overlaps for one in await shown([], whole, *parts)}

    assert found == {
        "admitted": [],
        "residential": ["workers", "pupils"],
        "offices": ["workers", "pupils"],
        "workers": ["residential", "offices"],
        "pupils": ["residential", "offices"],
    }


# -- Đà Lạt: at least one pupil in each school, at least 2 % workers

PER_SCHOOL = target(
    line="pupils", kind="per_unit", value=1, strictness="at_least", population=PUPILS, each=SCHOOL
)


async def test_each_school_is_judged_by_itself_and_a_surplus_helps_nobody() -> None:
    pupils = [*admitted(5, SCHOOLS[0], occupation="pupil"), *admitted(1, SCHOOLS[1], occupation="pupil")]
    found = await one([*pupils, *admitted(3, SCHOOLS[2], occupation="farmer")], PER_SCHOOL)

    assert [(o.unit, o.actual.value, o.met) for o in found.organisations] == [
        (SCHOOLS[0], 5, True),
        (SCHOOLS[1], 1, True),
        (SCHOOLS[2], 0, False),
    ]
    assert (found.organisations_met and found.organisations_met.value) == 2
    assert (found.organisations_all and found.organisations_all.value) == 3
    assert (found.least, found.value, found.needed, found.standing) == (1, None, 1, "not_met")


async def test_it_is_met_when_every_school_has_met_it() -> None:
    pupils = [line for unit in SCHOOLS for line in admitted(1, unit, occupation="pupil")]
    assert (await one(pupils, PER_SCHOOL)).standing == "met"


async def test_where_there_is_no_such_organisation_there_is_nothing_to_judge() -> None:
    found = await judged(Remembered(standing(PER_SCHOOL, unit=FIRM), []))
    assert (found[0].standing, found[0].organisations) == ("not_judged", [])


SHARE = target(
    line="workers",
    kind="share_of_measure",
    value=None,
    percent="2",
    strictness="at_least",
    population=WORKERS,
    base=191,
    base_on=date(2023, 12, 31),
)


@pytest.mark.parametrize(("workers", "needed", "standing"), [(3, 1, "not_met"), (4, 0, "met")])
async def test_2_percent_of_191_are_3_82_so_four_people(workers: int, needed: int, standing: str) -> None:
    lines = [
        *admitted(workers, occupation="enterprise_worker"),
        *admitted(191 - workers, occupation="farmer"),
    ]
    found = await one(lines, SHARE)

    assert found.formula is not None
    assert (found.formula.exact, found.formula.proposed) == (Decimal("3.82"), 4)
    assert (found.whole and found.whole.value, found.needed, found.standing) == (191, needed, standing)


async def test_a_share_is_taken_of_all_that_were_admitted_whatever_the_example_said() -> None:
    found = await one(
        [*admitted(4, occupation="enterprise_worker"), *admitted(246, occupation="farmer")], SHARE
    )

    assert found.percent is not None
    assert (found.percent.printed, found.whole and found.whole.value) == (Decimal("1.6"), 250)
    assert (found.needed, found.standing) == (1, "not_met")


async def test_of_nobody_there_is_no_share() -> None:
    found = await one([], SHARE)
    assert (found.percent, found.standing) == (None, "not_met")


# -- Kon Tum: 3 to 4 % of all members

BAND = target(
    line="of_members",
    kind="range_of_base",
    value=None,
    percent="3",
    percent_until="4%",
    base=5465,
    base_on=date(2023, 12, 31),
    strictness="at_least",
)


@pytest.mark.parametrize(
    ("reached", "band", "needed", "standing"),
    [
        (163, "below", 1, "not_met"),  # 3 % are 163,95
        (164, "within", 0, "met"),
        (218, "within", 0, "met"),  # 4 % are 218,6
        (219, "above", 0, "met"),
    ],
)
async def test_a_band_of_3_to_4_percent_is_placed_by_exact_numbers(
    reached: int, band: str, needed: int, standing: str
) -> None:
    found = await one(admitted(reached), BAND)

    assert (found.band, found.needed, found.standing) == (band, needed, standing)
    assert found.formula is not None
    assert (found.formula.percent, found.formula.percent_until) == (Decimal(3), Decimal(4))
    assert found.formula.exact == Decimal("163.95")


async def test_a_band_that_prints_3_0_percent_may_be_missed_all_the_same() -> None:
    found = await one(admitted(163), BAND)
    assert found.percent is not None
    assert (found.percent.printed, found.band) == (Decimal("3.0"), "below")


# -- What reports print


async def test_a_breakdown_is_printed_and_not_judged() -> None:
    """Published as 35,34 % of 815, half up."""
    part = target(line="minority", kind="breakdown", value=None, population=PUPILS, decimals=2)
    found = await one([*admitted(288, occupation="pupil"), *admitted(527, occupation="farmer")], part)

    assert found.percent is not None
    assert (found.percent.printed, found.standing, found.value) == (Decimal("35.34"), "not_judged", None)


async def test_every_target_names_its_legal_bases() -> None:
    for found in await shown([], target(), BY_FORMULA, PER_SCHOOL, SHARE, BAND):
        assert [(b.instrument, b.text, b.source) for b in found.bases] == [
            (b.instrument, b.text, b.source) for b in BASES
        ]


async def test_what_the_issuer_must_reach_is_not_judged_below() -> None:
    """A band of all members, or a share of all admissions, is no number that a unit was given."""
    found = await judged(Remembered(standing(SHARE, BAND, unit=FIRM), admitted(3)))
    assert [one.standing for one in found] == ["not_judged", "not_judged"]
