"""The evidence of a figure: definition, numerator and denominator, what was known, and the entries it is made of."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

import orjson
from pydantic import BaseModel

from ketnap.common.database import Database, driver
from ketnap.common.frozen import frozen
from ketnap.common.pages import Page
from ketnap.contracts import admission
from ketnap.contracts.registry import ProfileChanged
from ketnap.rules.rounding import Rounding
from ketnap.rules.status_formula import formula
from ketnap.statistics.definitions import Definition, FigureUnknown, definition, of_measure
from ketnap.statistics.measures import DOSSIERS
from ketnap.statistics.plan import Target
from ketnap.statistics.population import EVERYBODY, Population
from ketnap.statistics.shown import Number, Percentage, StandpointShown, decimal, percentage
from ketnap.statistics.standpoint import Counts, Standpoint, quota_of, quotas_of
from ketnap.statistics.targets import rounding_of
from ketnap.statistics.views import ledger, quotas
from ketnap.statistics.views.ledger import Line

MOST = 100_000  # lines that one figure may be made of

CHANGES: Mapping[str, str] = {
    admission.CeremonyCorrected.TYPE: "ceremony_corrected",
    admission.AdmissionAnnulled.TYPE: "annulled",
    ProfileChanged.TYPE: "profile_corrected",
}


class DefinitionShown(BaseModel):
    """`population`: words by attribute that everybody counted has, and that nobody counted has."""

    code: str
    version: int
    title: str
    text: str
    unit_of_measure: str
    stock: bool
    population: dict[str, dict[str, list[str]]]


class ForecastTerm(BaseModel):
    step: str
    dossiers: Number
    probability: Decimal


class QuotaAct(BaseModel):
    """One entry of the quota ledger: an allocation or an adjustment by a decision."""

    kind: str
    delta: int
    on: date
    decision: str
    giver: UUID
    position: int


class EvidenceRow(BaseModel):
    """A unit below and its part; `unit` None: what belongs to no row."""

    unit: UUID | None
    name: str | None
    value: int
    plus: int
    minus: int
    quota: int | None


class EntryShown(BaseModel):
    """A line of the ledger: +1 or −1 on a day, recorded at a position. `person` None: the data were erased."""

    person: UUID | None
    unit: UUID
    unit_name: str
    delta: int
    on: date
    position: int
    recorded_on: date
    type: str


class Change(BaseModel):
    """A line that makes the difference: counted now and not then, or then and not now."""

    kind: str
    delta: int
    entry: EntryShown


class Comparison(BaseModel):
    """`was` + the changes = `now`."""

    as_of: date
    position: int
    known_on: date | None
    was: int
    now: int
    was_percent: Percentage | None
    changes: list[Change]


class Sibling(BaseModel):
    """Another percentage that the plan's reports print from the same source."""

    title: str
    percent: Percentage


class Evidence(BaseModel):
    standpoint: StandpointShown
    figure: str
    definition: DefinitionShown
    value: Decimal
    percent: Percentage | None
    numerator: Number
    denominator: Number | None
    forecast: list[ForecastTerm]
    quota_acts: list[QuotaAct]
    rows: list[EvidenceRow]
    entries: list[EntryShown]
    """Those of the row that was opened."""
    comparison: Comparison | None
    siblings: list[Sibling]
    units: int
    digest: str
    """SHA-256 over the definition, the standpoint and every line: the same figure has the same digest for ever."""


@frozen
class Made:
    """What a figure is made of: a definition that counts, perhaps over a denominator, perhaps with a forecast."""

    counted: Definition
    target: Target | None = None
    share: bool = False
    forecast: bool = False
    quota: bool = False


def made_of(figure: str, at: Standpoint) -> Made:
    """Raises FigureUnknown."""
    family, _, member = figure.partition(":")
    if family in {"line", "rate", "quota"}:
        target = at.plan.target(member) if at.plan else None
        if target is None:
            raise FigureUnknown(figure=figure)
        counted = of_measure(target.measure, target.title, target.population)
        return Made(counted=counted, target=target, share=family == "rate", quota=family == "quota")
    if figure == "forecast":
        return Made(counted=definition("admitted"), forecast=True)
    return Made(counted=definition(figure))


async def evidence(
    page: Page,
    db: Database,
    at: Standpoint,
    shown: StandpointShown,
    figure: str,
    *,
    opened: UUID | None,
    compared: Standpoint | None,
) -> Evidence:
    """Everything that stands behind a figure; `opened` says of which row the entries are wanted.

    Raises:
        FigureUnknown
    """
    made = made_of(figure, at)
    counts = Counts(page, at)
    lines = [] if made.quota else await _lines(page, at, made.counted)
    number = sum(line.delta for line in lines)
    denominator = await _denominator(page, counts, made)
    percent = (
        percentage(number, denominator.value, rounding_of(made.target), figure)
        if made.share and made.target and denominator
        else None
    )
    terms = await _terms(counts) if made.forecast else []
    acts = await _acts(page, at, made)
    quota = sum(act.delta for act in acts) or (denominator.value if made.quota and denominator else 0)
    return Evidence(
        standpoint=shown,
        figure=figure,
        definition=_definition(made.counted),
        value=_value(number, percent, terms, quota=quota if made.quota else None),
        percent=percent,
        numerator=Number(value=quota if made.quota else number, figure=_counted_figure(figure)),
        denominator=denominator if made.share else None,
        forecast=terms,
        quota_acts=acts,
        rows=await _rows(page, at, made, lines),
        entries=await _entries(db, at, [line for line in lines if _in_row(at, line, opened)])
        if opened
        else [],
        comparison=await _comparison(page, db, at, compared, made, lines, denominator) if compared else None,
        siblings=await _siblings(counts),
        units=len(at.ground.rows),
        digest=_digest(figure, at, made, lines, acts),
    )


def _counted_figure(figure: str) -> str:
    family, _, member = figure.partition(":")
    return f"line:{member}" if family == "rate" else figure


def _value(
    number: int, percent: Percentage | None, terms: Sequence[ForecastTerm], quota: int | None
) -> Decimal:
    if quota is not None:
        return Decimal(quota)
    if percent is not None:
        return percent.printed
    if terms:
        steps = formula()
        return decimal(sum((t.dossiers.value * steps.probability(t.step) for t in terms), Fraction(number)))
    return Decimal(number)


async def _lines(page: Page, at: Standpoint, counted: Definition) -> list[Line]:
    asked = at.asked(counted.measures, stock=counted.stock, population=counted.population.of_persons())
    found = await ledger.entries_of(page, asked, limit=MOST)
    units = counted.population.of_units()
    return [line for line in found if _counts(at, line, counted, units)]


def _counts(at: Standpoint, line: Line, counted: Definition, units: Population) -> bool:
    if counted.late_days is not None and (line.recorded_on - line.effective_on).days <= counted.late_days:
        return False
    segment = at.ground.segment(line.effective_on)
    return at.ground.belongs(line.unit, segment) and (
        units.everybody or units.admits(at.ground.classes(line.unit, segment))
    )


async def _denominator(page: Page, counts: Counts, made: Made) -> Number | None:
    at = counts.at
    if made.target is None:
        return None
    match made.target.kind:
        case "share_of_measure" | "breakdown":
            whole = of_measure(made.target.measure, made.target.title, EVERYBODY)
            return Number(value=await counts.total(whole), figure=made.target.measure)
        case "range_of_base":
            return Number(value=made.target.base or 0, figure="members")
        case _:
            quota = await quota_of(page, at, made.target, at.unit)
            return Number(value=quota, figure=f"quota:{made.target.line}") if quota is not None else None


async def _terms(counts: Counts) -> list[ForecastTerm]:
    steps = formula()
    return [
        ForecastTerm(
            step=step,
            dossiers=Number(
                value=await counts.total(definition(f"dossiers:{step}")), figure=f"dossiers:{step}"
            ),
            probability=Rounding("HALF_UP", 2).of(steps.probability(step)),
        )
        for step in DOSSIERS
    ]


async def _acts(page: Page, at: Standpoint, made: Made) -> list[QuotaAct]:
    if made.target is None or at.plan is None:
        return []
    found = []
    for unit in at.ground.tree.history(at.unit):
        found += await quotas.decisions(
            page, at.plan.plan, made.target.line, unit, until=at.as_of, known=at.known
        )
    return [
        QuotaAct(
            kind=act.kind,
            delta=act.delta,
            on=act.effective_on,
            decision=act.decision,
            giver=act.giver,
            position=act.position,
        )
        for act in found
    ]


def _row_of(at: Standpoint, line: Line) -> UUID | None:
    return at.ground.row(line.unit, at.ground.segment(line.effective_on))


def _in_row(at: Standpoint, line: Line, opened: UUID | None) -> bool:
    row = _row_of(at, line)
    return row == opened or (row is None and opened == at.unit)


async def _rows(page: Page, at: Standpoint, made: Made, lines: Sequence[Line]) -> list[EvidenceRow]:
    """The greatest part first; rows with neither a part nor a quota are left out."""
    given = await quotas_of(page, at, made.target, at.ground.rows) if made.target else {}
    parts: dict[UUID | None, list[int]] = {unit: [] for unit in at.ground.rows}
    for line in lines:
        parts.setdefault(_row_of(at, line), []).append(line.delta)
    rows = [
        EvidenceRow(
            unit=unit,
            name=at.ground.tree.units[unit].name(at.as_of) if unit else None,
            value=(given.get(unit, 0) if unit else 0) if made.quota else sum(deltas),
            plus=sum(delta for delta in deltas if delta > 0),
            minus=-sum(delta for delta in deltas if delta < 0),
            quota=given.get(unit) if unit else None,
        )
        for unit, deltas in parts.items()
    ]
    shown = [row for row in rows if row.plus or row.minus or row.quota]
    return sorted(shown, key=lambda row: (-row.value, row.name or ""))


async def _entries(db: Database, at: Standpoint, lines: Sequence[Line]) -> list[EntryShown]:
    """In order of the day and the position, people whose lines cancel out left out."""
    net: dict[str, int] = {}
    for line in lines:
        net[line.subject] = net.get(line.subject, 0) + line.delta
    counted = [line for line in lines if net[line.subject]]
    types = await _types(db, [line.position for line in counted])
    return sorted((_entry(at, line, types) for line in counted), key=lambda entry: (entry.on, entry.position))


def _entry(at: Standpoint, line: Line, types: Mapping[int, str]) -> EntryShown:
    return EntryShown(
        person=line.person,
        unit=line.unit,
        unit_name=at.ground.tree.units[line.unit].name(at.as_of),
        delta=line.delta,
        on=line.effective_on,
        position=line.position,
        recorded_on=line.recorded_on,
        type=types.get(line.position, ""),
    )


async def _types(db: Database, positions: Sequence[int]) -> Mapping[int, str]:
    async with driver(db) as connection:
        rows = await connection.fetch(
            "SELECT position, type FROM core.log WHERE position = ANY ($1::bigint[])", sorted(set(positions))
        )
    return {row["position"]: row["type"] for row in rows}


async def _comparison(
    page: Page,
    db: Database,
    at: Standpoint,
    then: Standpoint,
    made: Made,
    lines: Sequence[Line],
    denominator: Number | None,
) -> Comparison:
    before = await _lines(page, then, made.counted)
    keys_now = {(line.position, line.ordinal, line.subject) for line in lines}
    keys_then = {(line.position, line.ordinal, line.subject) for line in before}
    come = [line for line in lines if (line.position, line.ordinal, line.subject) not in keys_then]
    gone = [line for line in before if (line.position, line.ordinal, line.subject) not in keys_now]
    types = await _types(db, [line.position for line in (*come, *gone)])
    changes = [
        *(
            Change(kind=_change(line, types, then), delta=line.delta, entry=_entry(at, line, types))
            for line in come
        ),
        *(
            Change(kind="no_longer_counted", delta=-line.delta, entry=_entry(at, line, types))
            for line in gone
        ),
    ]
    was = sum(line.delta for line in before)
    return Comparison(
        as_of=then.as_of,
        position=then.known,
        known_on=then.known_on,
        was=was,
        now=sum(line.delta for line in lines),
        was_percent=percentage(was, denominator.value, rounding_of(made.target), "")
        if made.share and made.target and denominator
        else None,
        changes=sorted(changes, key=lambda change: (change.entry.position, -change.delta)),
    )


def _change(line: Line, types: Mapping[int, str], then: Standpoint) -> str:
    known = CHANGES.get(types.get(line.position, ""))
    if known is not None:
        return known
    return "recorded_late" if line.effective_on <= then.until else "new"


async def _siblings(counts: Counts) -> list[Sibling]:
    found: list[Sibling] = []
    for target in counts.at.plan.targets if counts.at.plan else []:
        if target.kind != "breakdown":
            continue
        actual = await counts.total(of_measure(target.measure, target.title, target.population))
        whole = await counts.total(of_measure(target.measure, target.title, EVERYBODY))
        share = percentage(actual, whole, rounding_of(target), f"rate:{target.line}")
        if share is not None:
            found.append(Sibling(title=target.title, percent=share))
    return found


def _definition(counted: Definition) -> DefinitionShown:
    return DefinitionShown(
        code=counted.code,
        version=counted.version,
        title=counted.title,
        text=counted.text,
        unit_of_measure=counted.unit_of_measure,
        stock=counted.stock,
        population={
            "include": {a: list(words) for a, words in counted.population.include.items()},
            "exclude": {a: list(words) for a, words in counted.population.exclude.items()},
        },
    )


def _digest(figure: str, at: Standpoint, made: Made, lines: Sequence[Line], acts: Sequence[QuotaAct]) -> str:
    canonical = {
        "figure": figure,
        "definition": [made.counted.code, made.counted.version],
        "unit": str(at.unit),
        "plan": str(at.plan.plan) if at.plan else None,
        "since": at.since,
        "until": at.until,
        "as_of": at.as_of,
        "known": at.known,
        "tree": at.ground.view,
        "lines": [
            [ln.position, ln.ordinal, ln.measure, str(ln.unit), ln.effective_on, ln.delta] for ln in lines
        ],
        "acts": [[act.position, act.delta, act.on] for act in acts],
    }
    return hashlib.sha256(orjson.dumps(canonical, option=orjson.OPT_SORT_KEYS)).hexdigest()
