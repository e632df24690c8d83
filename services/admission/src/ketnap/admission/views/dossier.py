"""One dossier: its key dates, votes and decisions with what they knew, its clocks, and everything in order."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Column, Date, Integer, MetaData, Table, Text, Uuid, select
from sqlalchemy.dialects.postgresql import JSONB

from ketnap.admission import language
from ketnap.admission.events import (
    NAMES,
    AdmissionAnnulled,
    AdmissionDecided,
    AdmissionRefused,
    ApplicationFiled,
    CellRecognitionVoted,
    CellStrikeOffVoted,
    CellVoted,
    CeremonyCorrected,
    CeremonyHeld,
    Certificate,
    Count,
    DecisionExtended,
    Event,
    GrassVoted,
    LateCeremonyConsented,
    Matter,
    Recognised,
    Roll,
    StruckOff,
)
from ketnap.admission.progress import Clock, run, stands
from ketnap.common.frozen import frozen
from ketnap.common.log import Entry
from ketnap.common.pages import Page
from ketnap.common.readmodel import ReadModel

table = Table(
    "dossier",
    MetaData(),
    Column("dossier", Uuid, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("person", Uuid),
    Column("unit", Uuid),
    Column("candidacy", Uuid),
    Column("stage", Text, nullable=False),
    Column("since", Date),
    Column("dates", JSONB, nullable=False),
    Column("votes", JSONB, nullable=False),
    Column("decisions", JSONB, nullable=False),
    Column("clocks", JSONB, nullable=False),
    Column("timeline", JSONB, nullable=False),
)


@frozen
class Dates:
    """Days that are never the same thing."""

    applied_on: date | None = None
    decided_on: date | None = None
    received_on: date | None = None
    joined_on: date | None = None
    probation_ends: date | None = None
    official_from: date | None = None
    party_age_from: date | None = None


@frozen
class Vote:
    """`body`: the cell or the committee; `denominator`: of whom so many had to agree."""

    matter: Matter
    body: UUID
    attempt: int
    resolution: str
    on: date
    count: Count
    denominator: int
    needed: int
    passed: bool
    warnings: Sequence[str]
    roll: Roll | None
    certificate: Certificate | None
    position: int | None
    """Of the log, up to which `roll` and `certificate` were known."""
    pack: str


@frozen
class Decision:
    kind: str
    number: str
    body: UUID
    on: date
    members: int | None = None
    yes: int | None = None
    working_days: int | None = None
    flags: Sequence[str] = ()
    """Irregularities and warnings."""
    pack: str | None = None


@frozen
class Happened:
    """`type`: the event's name; what was corrected stays and is named by the correction."""

    position: int
    type: str
    on: date
    recorded_at: datetime
    by: UUID | None
    late_reason: str | None
    instead_of: date | None = None


@frozen
class Row:
    dossier: UUID
    version: int = 0
    person: UUID | None = None
    unit: UUID | None = None
    candidacy: UUID | None = None
    stage: str = ""
    since: date | None = None
    dates: Dates
    votes: list[Vote]
    decisions: list[Decision]
    clocks: list[Clock]
    timeline: list[Happened]


def fold(row: Row, event: Event, entry: Entry) -> Row:
    if isinstance(event, ApplicationFiled):
        of = event.dossier
        row = replace(row, person=of.person, unit=of.unit, candidacy=of.candidacy)
    stage, since = stands(event) or (row.stage, row.since)
    return replace(
        row,
        version=entry.version,
        stage=stage,
        since=since,
        dates=_dates(row.dates, event),
        votes=[*row.votes, *_votes(event)],
        decisions=[*row.decisions, *_decisions(event)],
        clocks=run(row.clocks, event),
        timeline=[*row.timeline, _happened(event, entry)],
    )


def _dates(dates: Dates, event: Event) -> Dates:
    on = event.act.on
    match event:
        case ApplicationFiled():
            return replace(dates, applied_on=on)
        case AdmissionDecided(received_on=received_on):
            return replace(dates, decided_on=on, received_on=received_on)
        case CeremonyHeld(probation_ends=ends):
            return replace(dates, joined_on=on, probation_ends=ends)
        case CeremonyCorrected(held_on=held_on, probation_ends=ends):
            return replace(dates, joined_on=held_on, probation_ends=ends)
        case Recognised(official_from=official_from, party_age_from=party_age_from):
            return replace(dates, official_from=official_from, party_age_from=party_age_from)
        case AdmissionAnnulled():
            return Dates(applied_on=dates.applied_on)
        case _:
            return dates


def _votes(event: Event) -> list[Vote]:
    match event:
        case CellVoted(count=count, passed=passed):
            return [_cell_vote(event, "admission", count, attempt=1, passed=passed)]
        case CellRecognitionVoted(recognition=recognition, attempt=attempt, outcome=outcome):
            first = _cell_vote(
                event, "recognition", recognition, attempt=attempt, passed=outcome == "recognises"
            )
            if event.strike_off is None:
                return [first]
            passed = outcome == "strikes_off"
            return [first, _cell_vote(event, "strike_off", event.strike_off, attempt=attempt, passed=passed)]
        case CellStrikeOffVoted(count=count, passed=passed):
            return [_cell_vote(event, "strike_off", count, attempt=1, passed=passed)]
        case GrassVoted():
            return [
                Vote(
                    matter=event.matter,
                    body=event.committee,
                    attempt=1,
                    resolution=event.resolution,
                    on=event.act.on,
                    count=event.count,
                    denominator=event.members,
                    needed=event.needed,
                    passed=event.passed,
                    warnings=event.warnings,
                    roll=None,
                    certificate=None,
                    position=None,
                    pack=event.pack,
                )
            ]
        case _:
            return []


def _cell_vote(
    event: CellVoted | CellRecognitionVoted | CellStrikeOffVoted,
    matter: Matter,
    count: Count,
    *,
    attempt: int,
    passed: bool,
) -> Vote:
    return Vote(
        matter=matter,
        body=event.dossier.unit,
        attempt=attempt,
        resolution=event.resolution,
        on=event.act.on,
        count=count,
        denominator=event.denominator,
        needed=event.needed,
        passed=passed,
        warnings=event.warnings,
        roll=event.basis.roll,
        certificate=None if isinstance(event, CellStrikeOffVoted) else event.basis.certificate,
        position=event.basis.position,
        pack=event.pack,
    )


def _decisions(event: Event) -> list[Decision]:
    on = event.act.on
    match event:
        case AdmissionDecided(irregularities=irregularities, warnings=warnings):
            return [
                Decision(
                    kind="admitted",
                    number=event.decision,
                    body=event.decided_by,
                    on=on,
                    members=event.members,
                    yes=event.yes,
                    flags=[*irregularities, *warnings],
                    pack=event.pack,
                )
            ]
        case AdmissionRefused(decision=number, decided_by=body, warnings=warnings, pack=pack):
            return [
                Decision(kind="refused", number=number, body=body, on=on, flags=list(warnings), pack=pack)
            ]
        case DecisionExtended(instrument=number, committee=body, working_days=days, pack=pack):
            return [Decision(kind="extended", number=number, body=body, on=on, working_days=days, pack=pack)]
        case LateCeremonyConsented(instrument=number, committee=body):
            return [Decision(kind="late_ceremony_consented", number=number, body=body, on=on)]
        case Recognised() | StruckOff():
            return [
                Decision(
                    kind="recognised" if isinstance(event, Recognised) else "struck_off",
                    number=event.decision,
                    body=event.decided_by,
                    on=on,
                    members=event.members,
                    yes=event.yes,
                    flags=list(event.warnings),
                    pack=event.pack,
                )
            ]
        case AdmissionAnnulled(decision=number, annulled_by=body, reason=reason):
            return [Decision(kind="annulled", number=number, body=body, on=on, flags=[reason])]
        case _:
            return []


def _happened(event: Event, entry: Entry) -> Happened:
    on, instead_of = event.act.on, None
    if isinstance(event, CeremonyCorrected):
        on, instead_of = event.held_on, event.was
    return Happened(
        position=entry.position,
        type=entry.type,
        on=on,
        recorded_at=entry.recorded_at,
        by=event.act.by,
        late_reason=event.act.late_reason,
        instead_of=instead_of,
    )


model: ReadModel[Row, Event] = ReadModel(
    table=table,
    row=Row,
    begin=lambda dossier: Row(
        dossier=UUID(dossier), dates=Dates(), votes=[], decisions=[], clocks=[], timeline=[]
    ),
    types=NAMES,
    read=language.dossiers.read,
    subjects=lambda event: [str(event.dossier.id)],
    fold=fold,
)


async def of(page: Page, dossier: UUID) -> Row | None:
    table = page.of(model)
    found = await page.connection.execute(select(table).where(table.c.dossier == dossier))
    row = found.mappings().one_or_none()
    return model.load(row) if row else None
