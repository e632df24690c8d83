"""One person's page: the facts that statistics heard, the name that registry gives."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from ketnap.portal.answers.asking import Asking, as_id, day
from ketnap.portal.answers.happened import happened
from ketnap.portal.answers.numbers import Numbers
from ketnap.portal.pages.person import CountedIn, Person, Stage, StageReached
from ketnap.portal.services import Json
from ketnap.portal.timeline import Happening, TimelineEntry, joined

_ORDER = {stage: n for n, stage in enumerate(Stage)}
PURPOSE = "Xem dòng thời gian của một người"

_REACHES = {
    Happening.CANDIDATE_INTRODUCED: Stage.INTRODUCED,
    Happening.SYMPATHISER_LISTED: Stage.SYMPATHISER,
    Happening.DOSSIER_OPENED: Stage.APPLICANT,
    Happening.ADMISSION_DECIDED: Stage.DECIDED,
    Happening.CEREMONY_HELD: Stage.PROBATIONARY,
    Happening.CEREMONY_CORRECTED: Stage.PROBATIONARY,
    Happening.RECOGNISED: Stage.OFFICIAL,
    Happening.SYMPATHISER_DELISTED: Stage.LEFT,
    Happening.DOSSIER_CLOSED: Stage.LEFT,
    Happening.ADMISSION_ANNULLED: Stage.LEFT,
    Happening.STRUCK_OFF: Stage.LEFT,
    Happening.ROLL_CHANGED: Stage.LEFT,  # of this the timeline tells only who left
}


async def person(ask: Asking, id: str) -> Person:
    id = as_id(id)
    standpoint, plans = await asyncio.gather(ask.statistics(f"/units/{ask.unit}/rows"), ask.plans())
    standpoint = standpoint["standpoint"]
    told, identity = await asyncio.gather(
        ask.of_person(id, PURPOSE, standpoint["position"]),
        ask.registry(f"/people/{id}", purpose=PURPOSE),
    )
    facts = told["happened"]
    timeline = [happened(fact) for fact in facts]
    way = _way(timeline)
    listed = _last(facts, "helpers")
    return Person(
        scope=ask.scope(standpoint, plans),
        freshness=ask.freshness(standpoint),
        name=identity["name"],
        birth=day(identity["birth_date"]) if identity["birth_date"] else None,
        unit=told["unit_name"],
        unit_url=ask.numbers(standpoint).page_of(told["unit"]),
        parent=told["path"][-1] if told["path"] else "",
        stage=way[-1].stage if way else None,
        reached=tuple(way),
        certificate_until=_day(_last(facts, "valid_until")),
        probation_until=_day(_last(facts, "probation_ends")),
        helpers=len(listed) if listed is not None else None,
        timeline=tuple(reversed(joined(timeline))),
        counted_in=tuple(_counted_in(one, ask, told["unit"]) for one in told["counted_in"]),
        purpose=PURPOSE,
    )


def _way(timeline: Sequence[TimelineEntry]) -> list[StageReached]:
    """The stages in the order they were reached; what is taken back, or begun again, is reached no more."""
    way: list[StageReached] = []
    for entry in timeline:
        stage = _stage(entry)
        if stage is None or entry.replaced_by is not None:
            continue
        way = [one for one in way if _ORDER[one.stage] < _ORDER[stage]]
        way.append(StageReached(stage=stage, on=entry.on))
    return way


def _stage(entry: TimelineEntry) -> Stage | None:
    match entry.happening:
        case Happening.CERTIFICATE_ISSUED:
            return Stage.CERTIFIED if entry.word == "awareness" else None
        case Happening.CELL_VOTED:
            passed = entry.votes is not None and entry.votes.passed
            return Stage.PROPOSED if entry.word == "admission" and passed else None
        case _:
            return _REACHES.get(entry.happening)


def _last(facts: Sequence[Json], field: str) -> list[str] | str | None:
    """What the last fact that speaks of it says."""
    return next((fact["data"][field] for fact in reversed(facts) if fact["data"].get(field)), None)


def _day(text: list[str] | str | None) -> date | None:
    return day(text) if isinstance(text, str) else None


def _counted_in(one: Json, ask: Asking, unit: str) -> CountedIn:
    on = day(one["on"])
    year = replace(ask.selection, unit=unit, year=on.year, as_of=None)
    return CountedIn(
        title=one["title"],
        delta=one["delta"],
        on=on,
        evidence=Numbers(selection=year, where=()).evidence(one["figure"]),
    )
