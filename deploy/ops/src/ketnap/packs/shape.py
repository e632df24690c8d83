"""What a province pack holds, file by file; every figure says where it stands, or that it is a sample."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from ketnap.contracts.registry import Education, Hierarchy, Qualification, Role, SchoolLevel, Sector, UnitKind
from ketnap.contracts.statistics import Strictness, TargetKind
from ketnap.contracts.training import Programme
from ketnap.packs.words import (
    Day,
    Line,
    LongText,
    Moment,
    Name,
    Names,
    PercentText,
    SourceText,
    Text,
    UnitCode,
    Whole,
    one_of,
)

type Words = Mapping[str, tuple[str, ...]]
type Weights = Mapping[str, Whole]


class Shape(BaseModel):
    """Nothing unknown in it, and it never changes."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


# province.toml


class Document(Shape):
    """A published document that figures of the pack were taken from; `when` where it bears no date."""

    id: Name
    title: Text
    issuer: Text
    number: Text | None = None
    dated: Day | None = None
    when: Text | None = None


class Swap(Shape):
    off: Day
    work: Day


class Province(Shape):
    """`root` holds the whole deployment, `issuer` is the committee whose plans these are."""

    format: Literal[1]
    code: Annotated[str, Field(pattern=r"^[a-z]+(-[a-z]+)*$", max_length=40)]
    name: Text
    name_en: Text
    shown_as: Text
    support: Text
    sample: bool
    root: UnitCode
    issuer: UnitCode
    opens_on: Day
    documents: tuple[Document, ...] = ()
    swaps: tuple[Swap, ...] = ()


# units.csv, changes.csv, instruments.csv


class UnitRow(Shape):
    """`official`, `probationary`, `roll_on`: the balance that the roll of a cell is opened with."""

    code: UnitCode
    parent: UnitCode | None = None
    hierarchy: Annotated[Hierarchy, one_of(Hierarchy)]
    kind: Annotated[UnitKind, one_of(UnitKind)]
    name: Text
    since: Annotated[Day, Field(alias="from")]
    sector: Annotated[Sector, one_of(Sector)] | None = None
    school_level: Annotated[SchoolLevel, one_of(SchoolLevel)] | None = None
    institution: UnitCode | None = None
    instrument: Name | None = None
    official: Whole | None = None
    probationary: Whole | None = None
    roll_on: Day | None = None
    source: SourceText


class ChangeRow(Shape):
    """What changes on a day: a new name, another superior, another sector or school level, or a merger `into`."""

    on: Day
    change: Annotated[str, one_of(("rename", "move", "reclassify", "merge"))]
    unit: UnitCode
    name: Text | None = None
    parent: UnitCode | None = None
    sector: Annotated[Sector, one_of(Sector)] | None = None
    school_level: Annotated[SchoolLevel, one_of(SchoolLevel)] | None = None
    into: UnitCode | None = None
    instrument: Name | None = None
    source: SourceText


class InstrumentRow(Shape):
    """`id` is what the pack calls it; the register knows it by issuer, type, number and day together."""

    id: Name
    issuer: Text
    type: Annotated[Text, Field(max_length=40)]
    number: Annotated[Text, Field(max_length=60)]
    dated: Day
    title: Annotated[LongText, Field(max_length=500)]
    cites: Names = ()
    source: SourceText

    @property
    def key(self) -> str:
        return f"{self.issuer}/{self.type}/{self.number}/{self.dated.isoformat()}"


# plans/*.toml, quotas.csv


class BasisGiven(Shape):
    instrument: Name
    text: LongText


class TargetGiven(Shape):
    line: Line
    title: Text
    kind: Annotated[TargetKind, one_of(TargetKind)]
    measure: Annotated[str, Field(max_length=60)] = "admitted"
    strictness: Annotated[Strictness, one_of(Strictness)]
    include: Words = {}
    exclude: Words = {}
    value: Whole | None = None
    percent: PercentText | None = None
    percent_until: PercentText | None = None
    base: Whole | None = None
    base_on: Day | None = None
    base_text: Annotated[str, Field(max_length=500)] = ""
    each: Words = {}
    part_of: Line | None = None
    exclusive: bool = True
    """Nobody stands in two exclusive parts of one line, so these add up."""
    rounding: Annotated[str, one_of(("TRUNC", "HALF_UP", "CEIL", "FLOOR", "MANUAL"))] = "HALF_UP"
    decimals: Annotated[Whole, Field(le=4)] = 1
    allocable: bool = False
    bases: tuple[BasisGiven, ...] = ()
    source: SourceText


class OverGiven(Shape):
    amount: Whole
    reason: LongText


class AllocationGiven(Shape):
    """One decision that divides a line; what each unit gets stands in quotas.csv under the same `decision`."""

    line: Line
    giver: UnitCode
    decision: Text
    on: Day
    reserve: Whole = 0
    over: OverGiven | None = None
    reason: LongText | None = None
    source: SourceText


class PlanGiven(Shape):
    """`curve`: what share of the whole is planned by each month's end, cumulative; empty is a straight line."""

    id: Name
    unit: UnitCode
    title: Text
    since: Annotated[Day, Field(alias="from")]
    until: Day
    instrument: Name
    drafted_on: Day
    issued_on: Day
    curve: tuple[PercentText, ...] = ()
    curve_source: SourceText | None = None
    unit_plans_due: Day | None = None
    source: SourceText
    targets: tuple[TargetGiven, ...] = ()
    allocations: tuple[AllocationGiven, ...] = ()


class QuotaRow(Shape):
    """What a unit gets by a decision; what it had proposed itself, and when it sent that."""

    plan: Name
    line: Line
    decision: Text
    unit: UnitCode
    quota: Whole
    proposed: Whole | None = None
    sent_on: Day | None = None
    source: SourceText


# classes.toml


class ClassLine(Shape):
    id: Name
    owner: UnitCode
    programme: Annotated[Programme, one_of(Programme)]
    year: Annotated[Whole, Field(ge=2000, le=2100)]
    classes: Whole
    learners: Whole
    on: Day
    instrument: Name | None = None
    source: SourceText


class Classes(Shape):
    lines: tuple[ClassLine, ...] = ()


# accounts.toml


class GrantGiven(Shape):
    role: Annotated[Role, one_of(Role)]
    unit: UnitCode


class AccountGiven(Shape):
    """`person`: the post, as the demo shows it; `name`: a fictitious name."""

    sign_in: Name
    person: Text
    name: Text
    grants: Annotated[tuple[GrantGiven, ...], Field(min_length=1)]


class Posts(Shape):
    """An account at every unit of these kinds; `{code}` and `{name}` stand for the unit's."""

    kinds: Annotated[
        tuple[Annotated[UnitKind, one_of(UnitKind)], ...],
        Field(min_length=1),
    ]
    sign_in: Text
    person: Text
    role: Annotated[Role, one_of(Role)]


class Accounts(Shape):
    accounts: tuple[AccountGiven, ...] = ()
    posts: tuple[Posts, ...] = ()


# simulation.toml, results.csv


class Category(Shape):
    """Who is admitted and where: weights of occupations and of everything else that statistics asks."""

    id: Line
    title: Text
    occupations: Weights
    sectors: tuple[Annotated[Sector, one_of(Sector)], ...] = ()
    school_levels: tuple[Annotated[SchoolLevel, one_of(SchoolLevel)], ...] = ()
    units: tuple[UnitCode, ...] = ()
    ages: tuple[Whole, Whole]
    women: PercentText
    minority: PercentText
    religious: PercentText = "0"
    education: Annotated[Education, one_of(Education)] = Education.UPPER_SECONDARY
    qualifications: Mapping[Annotated[Qualification, one_of(Qualification)], Whole]
    introduced_by: Annotated[str, one_of(("youth_union", "trade_union", "members"))] = "members"
    employers: bool = False
    """The person works for an employer of units.csv; without a cell there, the cell of residence admits."""


class Admissions(Shape):
    """So many people of a category have their ceremony in the period, both days included."""

    since: Annotated[Day, Field(alias="from")]
    until: Day
    category: Line
    people: Whole
    source: SourceText


class Course(Shape):
    """`learners`: how many there shall be on the roster; without it, whoever needs the class."""

    title: Text
    programme: Annotated[Programme, one_of(Programme)]
    owner: UnitCode
    line: Name | None = None
    starts_on: Day
    ends_on: Day
    seats: Annotated[Whole, Field(ge=1, le=1000)]
    learners: Whole | None = None
    source: SourceText


class Anniversary(Shape):
    """Around this day of the year ceremonies bunch: as many times the ordinary, in so many days before and after."""

    day: Annotated[str, Field(pattern=r"^\d{2}-\d{2}$")]
    times: Whole
    within: Whole


class Special(Shape):
    """One ceremony that is recorded late, recorded under a wrong day and corrected, or recorded twice and annulled."""

    kind: Annotated[str, one_of(("late", "corrected", "duplicate"))]
    unit: UnitCode
    """For a duplicate: the cell that records it again."""
    category: Line
    held_on: Day
    recorded_on: Day
    """When it was recorded (late), under the wrong day (corrected), or again (duplicate)."""
    recorded_as: Day | None = None
    """The wrong day (corrected)."""
    mended_on: Day | None = None
    """When it was corrected or annulled."""
    source: SourceText


class Exits(Shape):
    """Members who leave the rolls in a year by other ways than admission's."""

    year: Whole
    died: Whole = 0
    resigned: Whole = 0
    expelled: Whole = 0
    source: SourceText


class MembersTotal(Shape):
    """All members of the issuer's rolls on a day."""

    on: Day
    people: Whole
    source: SourceText


class Shares(Shape):
    """Of a hundred who are admitted, so many others end on the way, or take a longer way."""

    not_taken_up: PercentText = "6"
    delisted: PercentText = "5"
    class_dropped: PercentText = "1.5"
    class_failed: PercentText = "2"
    verification_failed: PercentText = "1"
    cell_not_passed: PercentText = "2"
    committee_not_passed: PercentText = "1"
    refused: PercentText = "1"
    withdrawn: PercentText = "2"
    helper_replaced: PercentText = "4"
    verification_issue: PercentText = "4"
    returned: PercentText = "8"
    extended: PercentText = "2"
    recorded_late: PercentText = "2"
    recognition_late: PercentText = "4"
    struck_off: PercentText = "0.5"


class Introducer(Shape):
    """A mass organisation, and the party units whose people it introduces."""

    kind: Annotated[str, one_of(("youth_union", "trade_union"))]
    unit: UnitCode
    covers: Annotated[tuple[UnitCode, ...], Field(min_length=1)]


class Afterwards(Shape):
    """People of each category admitted in an ordinary month behind the totals; they are under way before."""

    per_month: Weights


class Simulation(Shape):
    seed: Whole
    until: Moment
    recording_days: tuple[Annotated[str, one_of(("mon", "tue", "wed", "thu", "fri"))], ...] = (
        "mon",
        "wed",
        "fri",
    )
    peoples: Weights
    """Styles of names of the ethnic minorities, by weight."""
    categories: Annotated[tuple[Category, ...], Field(min_length=1)]
    admissions: tuple[Admissions, ...] = ()
    afterwards: Afterwards
    courses: tuple[Course, ...] = ()
    introducers: tuple[Introducer, ...] = ()
    anniversaries: tuple[Anniversary, ...] = ()
    specials: tuple[Special, ...] = ()
    exits: tuple[Exits, ...] = ()
    members: tuple[MembersTotal, ...] = ()
    shares: Shares = Shares()


class ResultRow(Shape):
    """Exactly so many people of a category are admitted in the unit, of those that a line of `admissions` states."""

    unit: UnitCode
    category: Line
    since: Annotated[Day, Field(alias="from")]
    until: Day
    people: Whole
    source: SourceText
