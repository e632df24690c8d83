"""Living the story: visit by visit under a clock of its own, through the public APIs, as fast as the services go."""

import random
import time
from collections.abc import Callable
from datetime import date, datetime

from ketnap.common.clock import Clock
from ketnap.common.frozen import frozen
from ketnap.packs.acts import Act
from ketnap.packs.acts_of_pack import ActsOfPack
from ketnap.packs.desk import Desk
from ketnap.packs.pack import Pack
from ketnap.simulator.days import Visits
from ketnap.simulator.script import Script
from ketnap.simulator.story import Story, tell


@frozen
class Month:
    """What a month of the story was: told as it goes by."""

    first: date
    acts: int
    admitted: int
    admitted_this_year: int
    seconds: float


@frozen
class Lived:
    until: datetime
    acts: int
    visits: int
    seconds: float


@frozen
class Agenda:
    """All acts up to an end, by visit."""

    story: Story
    visits: Visits
    by_visit: dict[date, list[Act]]


def agenda(pack: Pack, issuer: str, until: datetime | None = None) -> Agenda:
    """Everything that will be done: the pack's own acts and the story's, each at the visit at which it is recorded.

    Raises:
        NoSimulation, Unreachable
    """
    story = tell(pack, until.date() if until else None)
    simulation = story.simulation
    visits = Visits(pack.province.opens_on, until or simulation.until, simulation.recording_days, story.diary)
    by_visit: dict[date, list[Act]] = {day: [] for day in visits.days}
    own = ActsOfPack(pack, issuer).all()
    for act in (*own, *Script(story, visits).acts(own)):
        visit = visits.of(act.day)
        if visit is not None:
            by_visit[visit].append(act)
    return Agenda(story=story, visits=visits, by_visit=by_visit)


async def live(agenda: Agenda, desk: Desk, clock: Clock, progress: Callable[[Month], None]) -> Lived:
    """Go through the visits; what is in the desk's journal was done before and is not done again.

    Raises:
        Refused, Unanswered
    """
    begun = time.monotonic()
    done = visited = 0
    months = _Months(agenda.story, progress)
    for day in agenda.visits.days:
        acts = [act for act in agenda.by_visit[day] if desk.journal.answered(act) is None]
        last = day == agenda.visits.days[-1]
        if acts or last:
            moment = agenda.visits.moment(day, random.Random(f"{agenda.story.simulation.seed} {day}"))
            if moment > clock.now():
                clock.set(moment)
                await desk.see(agenda.story.pack.officers.all[0], "registry", "/me", {}, patient=True)
            await desk.do_all(acts)
            visited += 1
            done += len(acts)
        months.passed(day, len(acts), last=last)
    return Lived(until=agenda.visits.until, acts=done, visits=visited, seconds=time.monotonic() - begun)


class _Months:
    """Tells of a month when it is over."""

    def __init__(self, story: Story, progress: Callable[[Month], None]) -> None:
        self._story = story
        self._progress = progress
        self._first: date | None = None
        self._acts = 0
        self._begun = time.monotonic()

    def passed(self, day: date, acts: int, *, last: bool) -> None:
        first = day.replace(day=1)
        if self._first is not None and self._first != first:
            self._tell(self._first, day)
        self._first = first
        self._acts += acts
        if last:
            self._tell(first, day)

    def _tell(self, first: date, day: date) -> None:
        until = min(day, _end_of(first))
        self._progress(
            Month(
                first=first,
                acts=self._acts,
                admitted=len(self._story.admitted(first, until)),
                admitted_this_year=len(self._story.admitted(first.replace(month=1), until)),
                seconds=time.monotonic() - self._begun,
            )
        )
        self._acts = 0
        self._begun = time.monotonic()


def _end_of(first: date) -> date:
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return date.fromordinal(following.toordinal() - 1)
