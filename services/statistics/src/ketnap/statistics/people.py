"""One person's way as statistics heard of it: every fact with its position, and the figures the person stands in."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import BaseModel

from ketnap.common import log
from ketnap.common.database import Database, driver
from ketnap.common.pages import Page
from ketnap.common.tree import Tree
from ketnap.statistics.measures import Measure
from ketnap.statistics.views import ledger, timeline

FIGURES = {
    Measure.ADMITTED: "admitted",
    Measure.DECIDED: "decided",
    Measure.INTRODUCED: "introduced",
    Measure.AWARENESS_CERTIFICATES: "learners:awareness",
    Measure.NEW_MEMBER_CERTIFICATES: "learners:new_member",
    Measure.RECOGNISED: "recognised",
    Measure.STRUCK_OFF: "struck_off",
}
"""The flows that are shown on a person's page, by the name of the figure."""


class Happened(BaseModel):
    """A fact about the person: what the source told, when it was, when it was recorded here and there."""

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
    counts: list["Counted"]


class Counted(BaseModel):
    """A line of the ledger that this fact caused."""

    figure: str
    delta: int
    on: date


class Timeline(BaseModel):
    person: UUID
    unit: UUID
    known: int
    head: int
    happened: list[Happened]


async def person_timeline(
    page: Page, db: Database, tree: Tree, person: UUID, unit: UUID, known: int
) -> Timeline:
    """In order of the positions, up to what was known."""
    positions = [at for at in await timeline.positions(page, person) if at <= known]
    lines = await ledger.of_subject(page, f"person:{person}")
    async with driver(db) as connection:
        entries = [entry for at in positions if (entry := await log.at(connection, at))]
    happened = []
    for entry in entries:
        meta, data = entry.meta, entry.data
        happened.append(
            Happened(
                position=entry.position,
                type=entry.type,
                on=data["on"],
                unit=data["unit"],
                unit_name=tree.units[UUID(data["unit"])].name(date.fromisoformat(data["on"])),
                recorded_at=meta["time"],
                source=meta["source"],
                source_position=meta["position"],
                fact=meta["fact_id"],
                data=data,
                counts=[
                    Counted(figure=FIGURES[Measure(line.measure)], delta=line.delta, on=line.effective_on)
                    for line in lines
                    if line.position == entry.position and line.measure in FIGURES
                ],
            )
        )
    return Timeline(person=person, unit=unit, known=known, head=page.head, happened=happened)
