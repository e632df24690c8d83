"""One person's way: the stage reached and every event behind it, corrections included."""

from datetime import date
from enum import StrEnum

from ketnap.common.frozen import frozen
from ketnap.portal.scope import Freshness, Scope
from ketnap.portal.timeline import TimelineEntry


class Stage(StrEnum):
    """In the order of the way; the last is where it was left."""

    INTRODUCED = "introduced"
    SYMPATHISER = "sympathiser"
    CERTIFIED = "certified"
    APPLICANT = "applicant"
    PROPOSED = "proposed"
    DECIDED = "decided"
    PROBATIONARY = "probationary"
    OFFICIAL = "official"
    LEFT = "left"


WAY = tuple(Stage)[:-1]


@frozen
class StageReached:
    stage: Stage
    on: date


@frozen
class CountedIn:
    """A figure this person stands in."""

    title: str
    delta: int
    on: date
    evidence: str


@frozen
class Person:
    """`helpers` is None while nobody was put on the list; `purpose`: what the reading was recorded for."""

    scope: Scope
    freshness: Freshness
    name: str
    birth: date | None
    unit: str
    unit_url: str
    parent: str
    stage: Stage | None
    reached: tuple[StageReached, ...]
    certificate_until: date | None
    probation_until: date | None
    helpers: int | None
    timeline: tuple[TimelineEntry, ...]
    counted_in: tuple[CountedIn, ...]
    purpose: str
