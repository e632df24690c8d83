"""The evidence of a figure: definition, parts, what was known, and who stands behind it."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import orjson
from pydantic import BaseModel

from ketnap.common.database import Database
from ketnap.common.log import Entry
from ketnap.statistics import asked as questions
from ketnap.statistics.asked import Counted
from ketnap.statistics.comparison import Comparison, comparison
from ketnap.statistics.counts import Counts
from ketnap.statistics.definitions import Definition, FigureUnknown, counted_by
from ketnap.statistics.figures import Figure, Part, figure_of
from ketnap.statistics.meanings import Meaning, meanings
from ketnap.statistics.overview import number
from ketnap.statistics.shown import Number, Percentage, StandpointShown
from ketnap.statistics.standpoint import Standpoint
from ketnap.statistics.targets import (
    PopulationShown,
    TargetShown,
    judged,
    population_shown,
)
from ketnap.statistics.told import told_at
from ketnap.statistics.views.ledger import Line
from ketnap.statistics.views.quotas import Act


class DefinitionShown(BaseModel):
    """`counts`: the words under the number; `population`: whom it is narrowed to."""

    code: str
    version: int
    title: str
    text: str
    counts: str
    stock: bool
    population: PopulationShown


class ForecastTerm(BaseModel):
    step: str
    dossiers: Number
    probability: Decimal


class QuotaAct(BaseModel):
    """A change of what was given or kept: `kind` is plan, allocation, adjustment, reserve or over_allocation.

    `decision`: the decision's number, of a plan the key of its instrument.
    """

    kind: str
    delta: int
    on: date
    decision: str
    giver: UUID
    giver_name: str
    unit: UUID | None
    unit_name: str | None
    position: int


class EvidenceRow(BaseModel):
    """A part of the figure; `plus` − `minus` = `value`.

    `of`: unit; outside (the unit itself, no row); kept (of a quota, not with the rows); excess (allotted beyond it);
    stated (in the plan). `on`: the day, where the part is something of one day.
    """

    unit: UUID | None
    name: str | None
    of: str
    value: int
    plus: int
    minus: int
    quota: int | None
    on: date | None


class Sibling(BaseModel):
    """Another percentage that the plan's reports print from the same source."""

    line: str
    title: str
    people: Number
    percent: Percentage


class Evidence(BaseModel):
    """`rows` add up to `numerator`, the entries of a row to its value.

    `may_open`: the account may ask who stands behind the entries. `denominator_counts`: the words under the denominator. `otherwise`: the same counted in another way: admissions by the day of the decision.
    `digest`: SHA-256 over the definition, the standpoint, the parts and every line; the same figure has the same for ever.
    """

    standpoint: StandpointShown
    figure: str
    title: str
    definition: DefinitionShown
    meanings: list[Meaning]
    value: Decimal
    percent: Percentage | None
    numerator: Number
    denominator: Number | None
    denominator_counts: str | None
    plus: int
    minus: int
    forecast: list[ForecastTerm]
    quota_acts: list[QuotaAct]
    rows: list[EvidenceRow]
    has_entries: bool
    may_open: bool
    otherwise: Number | None
    comparison: Comparison | None
    target: TargetShown | None
    siblings: list[Sibling]
    units: int
    digest: str


async def evidence(
    counts: Counts,
    db: Database,
    shown: StandpointShown,
    name: str,
    *,
    may_open: bool,
    compared: Standpoint | None,
) -> Evidence:
    """Everything that stands behind a figure.

    Raises:
        FigureUnknown, and of a comparison NotEarlier, OtherPeriod, TooManyChanges
    """
    at = counts.at
    found = await figure_of(counts, name)
    line = found.target.line if found.target else None
    targets = await judged(counts, lambda target: target.line == line or target.kind == "breakdown")
    target = next((t for t in targets if t.line == line), None)
    otherwise = await number(counts, "decided") if found.counted and "admitted" in name else None
    lines = await questions.digest(counts.page, found.asked) if found.asked else ""
    return Evidence(
        standpoint=shown,
        figure=name,
        title=found.definition.title,
        definition=_definition(found.definition, found.counted),
        meanings=meanings(at, found, otherwise),
        value=found.value,
        percent=found.percent,
        numerator=Number(value=found.number, figure=_numerator(found)),
        denominator=found.denominator,
        denominator_counts=counted_by(found.denominator.figure) if found.denominator else None,
        plus=sum(part.plus for part in found.parts),
        minus=sum(part.minus for part in found.parts),
        forecast=[
            ForecastTerm(step=t.step, dossiers=t.dossiers, probability=t.probability) for t in found.terms
        ],
        quota_acts=[act_shown(at, act) for act in found.acts],
        rows=[_row(at, part) for part in found.parts],
        has_entries=found.asked is not None,
        may_open=may_open,
        otherwise=otherwise,
        comparison=await comparison(counts, db, found, compared) if compared else None,
        target=target,
        siblings=_siblings(targets),
        units=len(at.ground.rows),
        digest=_digest(at, found, lines),
    )


def _numerator(found: Figure) -> str:
    """The name of the number above the line, or of the figure itself."""
    family, _, rest = found.name.partition(":")
    match family:
        case "share":
            return rest
        case "rate" | "forecast" if found.target is not None:
            return f"line:{found.target.line}"
        case "forecast":
            return "admitted"
        case _:
            return found.name


def _definition(shown: Definition, counted: Definition | None) -> DefinitionShown:
    return DefinitionShown(
        code=shown.code,
        version=shown.version,
        title=shown.title,
        text=shown.text,
        counts=counted.counts if counted else shown.counts,
        stock=counted.stock if counted else shown.stock,
        population=population_shown(counted.population if counted else shown.population),
    )


def act_shown(at: Standpoint, act: Act) -> QuotaAct:
    return QuotaAct(
        kind=act.kind,
        delta=act.delta,
        on=act.effective_on,
        decision=act.decision,
        giver=act.giver,
        giver_name=at.ground.name(act.giver),
        unit=act.unit,
        unit_name=at.ground.name(act.unit) if act.unit else None,
        position=act.position,
    )


def _row(at: Standpoint, part: Part) -> EvidenceRow:
    return EvidenceRow(
        unit=part.row,
        name=at.ground.name(part.row) if part.row else None,
        of=part.of,
        value=part.value,
        plus=part.plus,
        minus=part.minus,
        quota=part.quota,
        on=part.on,
    )


def _siblings(targets: Sequence[TargetShown]) -> list[Sibling]:
    return [
        Sibling(line=t.line, title=t.title, people=t.actual, percent=t.percent)
        for t in targets
        if t.kind == "breakdown" and t.percent is not None
    ]


def _digest(at: Standpoint, found: Figure, lines: str) -> str:
    canonical = {
        "figure": found.name,
        "definition": [found.definition.code, found.definition.version],
        "unit": str(at.unit),
        "plan": str(at.plan.plan) if at.plan else None,
        "since": at.since,
        "until": at.until,
        "as_of": at.as_of,
        "tree": [at.ground.view, at.ground.day],
        "value": str(found.value),
        "parts": [[str(part.row), part.of, part.value] for part in found.parts],
        "lines": lines,
        "acts": [[act.position, act.delta, act.effective_on] for act in found.acts],
    }
    return hashlib.sha256(orjson.dumps(canonical, option=orjson.OPT_SORT_KEYS)).hexdigest()


# -- Who stands behind a row


class EntryShown(BaseModel):
    """A line of the ledger: what it adds on which day, made from a fact at a position, recorded by its source."""

    delta: int
    on: date
    position: int
    recorded_at: datetime
    type: str
    unit: UUID
    unit_name: str


class Contributor(BaseModel):
    """Who or what counts. `person` None: a cell's roll, a class, a line of the class plan, or somebody whose data were erased.

    `on` and `position`: of the entry that made it count last; `entries`: all of its entries here, which add up to `value`.
    """

    person: UUID | None
    kind: str
    erased: bool
    value: int
    on: date
    position: int
    unit: UUID
    unit_name: str
    entries: list[EntryShown]


class Entries(BaseModel):
    """Some of those behind one row, in the order of their last positions."""

    standpoint: StandpointShown
    figure: str
    row: UUID | None
    contributors: list[Contributor]
    left: int
    next: int | None
    """Ask `behind` this for the next part; None: this was the last."""


class NoEntries(FigureUnknown):
    """Chỉ số “{figure}” không cộng từ bút toán. Căn cứ của nó nằm ở các dòng và quyết định.

    The figure “{figure}” is not added up from entries. Its evidence is in its rows and decisions.
    """


async def entries(
    counts: Counts,
    db: Database,
    shown: StandpointShown,
    name: str,
    *,
    row: UUID | None,
    behind: int,
    limit: int,
) -> Entries:
    """Who counts in a row (None: outside every row), those whose lines cancel out left out.

    Raises:
        FigureUnknown, NoEntries
    """
    at = counts.at
    found = await figure_of(counts, name)
    if found.asked is None:
        raise NoEntries(figure=name)
    asked = replace(found.asked, spans=found.asked.spans.only(row))
    who, left = await questions.subjects(counts.page, asked, behind=behind, limit=limit)
    lines = await questions.lines_of(counts.page, asked, [one.subject for one in who])
    told = await told_at(db, (line.position for line in lines))
    by_subject: dict[str, list[Line]] = {}
    for line in lines:
        by_subject.setdefault(line.subject, []).append(line)
    return Entries(
        standpoint=shown,
        figure=name,
        row=row,
        contributors=[_contributor(at, one, by_subject[one.subject], told) for one in who],
        left=left,
        next=who[-1].last if left else None,
    )


def _contributor(
    at: Standpoint, one: Counted, lines: Sequence[Line], told: Mapping[int, Entry]
) -> Contributor:
    sign = 1 if one.value > 0 else -1
    last = next(line for line in reversed(lines) if line.delta * sign > 0)
    kind = one.subject.partition(":")[0]
    return Contributor(
        person=last.person,
        kind=kind,
        erased=kind == "person" and last.person is None,
        value=one.value,
        on=last.effective_on,
        position=last.position,
        unit=last.unit,
        unit_name=at.ground.name(last.unit),
        entries=[_entry(at, line, told) for line in lines],
    )


def _entry(at: Standpoint, line: Line, told: Mapping[int, Entry]) -> EntryShown:
    entry = told[line.position]
    return EntryShown(
        delta=line.delta,
        on=line.effective_on,
        position=line.position,
        recorded_at=entry.meta.get("time", entry.recorded_at),
        type=entry.type,
        unit=line.unit,
        unit_name=at.ground.name(line.unit),
    )
