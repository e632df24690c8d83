"""One person's way: the stage reached and every event behind it, corrections included."""

from datetime import date, datetime
from enum import StrEnum

from ketnap.common.frozen import frozen
from ketnap.portal.scope import Freshness, Scope
from ketnap.portal.timeline import TimelineEntry


class Stage(StrEnum):
    """In the order of the way; the last three are alternatives."""

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
    """`name` and `birth` are None when the person's data were erased; `access` says who opened the page and why."""

    scope: Scope
    freshness: Freshness
    name: str | None
    birth: date | None
    unit: str
    unit_url: str
    parent: str
    stage: Stage
    reached: tuple[StageReached, ...]
    certificate_until: date | None
    probation_until: date | None
    helpers: int
    timeline: tuple[TimelineEntry, ...]
    counted_in: tuple[CountedIn, ...]
    opened_by: str
    opened_at: datetime
    purpose: str
