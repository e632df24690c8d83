"""One person's way as statistics heard of it: every fact with its position, and the figures the person stands in."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from pydantic import BaseModel

from ketnap.common.database import Database
from ketnap.common.log import Entry
from ketnap.common.pages import Page
from ketnap.common.tree import Tree
from ketnap.contracts import admission
from ketnap.statistics.definitions import DEFINITIONS
from ketnap.statistics.measures import Measure
from ketnap.statistics.told import told_at
from ketnap.statistics.views import ledger, timeline

FIGURES: Final[Mapping[int, str]] = {
    Measure.INTRODUCED: "introduced",
    Measure.AWARENESS_CERTIFICATES: "learners:awareness",
    Measure.NEW_MEMBER_CERTIFICATES: "learners:new_member",
    Measure.DECIDED: "decided",
    Measure.ADMITTED: "admitted",
    Measure.PROBATION_ENDING: "recognition_due",
    Measure.RECOGNISED: "recognised",
    Measure.STRUCK_OFF: "struck_off",
}
"""The flows that are shown on a person's page, by the name of the figure."""


class Counted(BaseModel):
    """A line of the ledger that a fact caused."""

    figure: str
    title: str
    delta: int
    on: date


class Happened(BaseModel):
    """A fact about the person: what the source told, when it was, when the source recorded it, where it stands here.

    `corrects` and `replaced_by` are positions: of the fact whose date was wrong, or that counts no more, and of the
    one that says so. `counts`: what it changed in the ledger; what is taken back stands there with −1.
    """

    position: int
    type: str
    on: date
    unit: UUID
    unit_name: str
    recorded_at: datetime
    source: str
    source_position: int
    fact: UUID
    data: dict[str, Any]  # Any: the fact's own JSON
    corrects: int | None
    replaced_by: int | None
    counts: list[Counted]


class Timeline(BaseModel):
    """`counted_in`: what of all this counts as known at the position, each figure once."""

    person: UUID
    unit: UUID
    unit_name: str
    path: list[str]
    position: int
    head: int
    happened: list[Happened]
    counted_in: list[Counted]


async def person_timeline(
    page: Page, db: Database, tree: Tree, person: UUID, unit: UUID, known: int, today: date
) -> Timeline:
    """In order of the positions, up to what was known."""
    positions = [at for at in await timeline.positions(page, person) if at <= known]
    lines = [line for line in await ledger.of_subject(page, f"person:{person}") if line.position <= known]
    entries = list((await told_at(db, positions)).values())
    corrections = _corrections(entries)
    replaced = {wrong: right for right, wrong in corrections.items()}
    return Timeline(
        person=person,
        unit=unit,
        unit_name=tree.units[unit].name(today),
        path=[tree.units[up].name(today) for up in reversed(tree.parents(unit, today))],
        position=known,
        head=page.head,
        happened=[
            _happened(
                tree,
                entry,
                [line for line in lines if line.position == entry.position],
                corrections.get(entry.position),
                replaced.get(entry.position),
            )
            for entry in entries
        ],
        counted_in=_counted_in(lines),
    )


def _happened(
    tree: Tree, entry: Entry, lines: Sequence[ledger.Line], corrects: int | None, replaced_by: int | None
) -> Happened:
    meta, data = entry.meta, entry.data
    on, unit = date.fromisoformat(data["on"]), UUID(data["unit"])
    return Happened(
        position=entry.position,
        type=entry.type,
        on=on,
        unit=unit,
        unit_name=tree.units[unit].name(on) if unit in tree.units else "",
        recorded_at=meta["time"],
        source=meta["source"],
        source_position=meta["position"],
        fact=meta["fact_id"],
        data=data,
        corrects=corrects,
        replaced_by=replaced_by,
        counts=[
            _counted(line.measure, line.delta, line.effective_on) for line in lines if line.measure in FIGURES
        ],
    )


def _counted(measure: int, delta: int, on: date) -> Counted:
    figure = FIGURES[measure]
    return Counted(figure=figure, title=DEFINITIONS[figure].title, delta=delta, on=on)


def _counted_in(lines: Sequence[ledger.Line]) -> list[Counted]:
    net: dict[tuple[int, UUID, date], int] = {}
    for line in lines:
        if line.measure in FIGURES:
            key = (line.measure, line.unit, line.effective_on)
            net[key] = net.get(key, 0) + line.delta
    return [_counted(measure, delta, on) for (measure, _, on), delta in net.items() if delta]


_OF_CEREMONY = (admission.CeremonyHeld.TYPE, admission.CeremonyCorrected.TYPE)
_TAKES_BACK = (admission.CeremonyCorrected.TYPE, admission.AdmissionAnnulled.TYPE)


def _corrections(entries: Sequence[Entry]) -> dict[int, int]:
    """By the position of what corrects or annuls, that of the ceremony which counted before."""
    found: dict[int, int] = {}
    held: dict[str, int] = {}
    for entry in entries:
        dossier = entry.data.get("dossier", "")
        if entry.type in _TAKES_BACK and dossier in held:
            found[entry.position] = held[dossier]
        if entry.type in _OF_CEREMONY:
            held[dossier] = entry.position
    return found
