"""Days of the trade: working days back and forth, days on which ceremonies bunch, days on which officers record."""

import random
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta

from ketnap.common.clock import HERE
from ketnap.packs.shape import Anniversary
from ketnap.rules.workdays import Calendar, CalendarMissing

DAY = timedelta(days=1)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Diary:
    """What one province's calendar makes of days."""

    def __init__(self, calendar: Calendar, anniversaries: Sequence[Anniversary]) -> None:
        self._calendar = calendar
        self._anniversaries = anniversaries

    def works(self, day: date) -> bool:
        """In years whose holidays are not known yet, whatever is planned there, Monday to Friday."""
        try:
            return self._calendar.is_working(day)
        except CalendarMissing:
            return day.weekday() < WEEKDAYS.index("sat")

    def after(self, day: date, working_days: int) -> date:
        """So many working days later."""
        while working_days:
            day += DAY
            working_days -= self.works(day)
        return day

    def before(self, day: date, working_days: int) -> date:
        """So many working days earlier."""
        while working_days:
            day -= DAY
            working_days -= self.works(day)
        return day

    def working(self, since: date, until: date) -> list[date]:
        """The working days of a period, both ends included."""
        return [day for day in each(since, until) if self.works(day)]

    def ceremonies(self, since: date, until: date, people: int, dice: random.Random) -> list[date]:
        """Days for so many ceremonies, in order: more of them around the anniversaries."""
        days = self.working(since, until)
        if not days or not people:
            return []
        return sorted(dice.choices(days, [self._weight(day) for day in days], k=people))

    def _weight(self, day: date) -> int:
        return max([1, *(one.times for one in self._anniversaries if _near(one, day))])


def each(since: date, until: date) -> Iterator[date]:
    """Every day of a period, both ends included."""
    return (since + n * DAY for n in range((until - since).days + 1))


def _near(anniversary: Anniversary, day: date) -> bool:
    month, number = map(int, anniversary.day.split("-"))
    try:
        return abs((day - date(day.year, month, number)).days) <= anniversary.within
    except ValueError:
        return False


def add_months(day: date, months: int) -> date:
    """The first day of the month so many months later."""
    whole = day.year * 12 + day.month - 1 + months
    return date(whole // 12, whole % 12 + 1, 1)


class Visits:
    """The days on which the offices record what has happened, from the opening to the end."""

    def __init__(self, opens_on: date, until: datetime, weekdays: Sequence[str], diary: Diary) -> None:
        self.until = until.replace(tzinfo=HERE)
        last = until.date()
        wanted = {WEEKDAYS.index(name) for name in weekdays}
        ordinary = (
            day for day in each(opens_on + DAY, last - DAY) if day.weekday() in wanted and diary.works(day)
        )
        self.days = [opens_on, *ordinary, last]

    def of(self, day: date) -> date | None:
        """When something of a day is recorded; None: after the end."""
        at = bisect_left(self.days, day)
        return self.days[at] if at < len(self.days) else None

    def before(self, day: date, visits: int) -> date:
        """The visit so many visits earlier, or the first."""
        return self.days[max(0, bisect_left(self.days, day) - visits)]

    def moment(self, day: date, dice: random.Random) -> datetime:
        """When on that day: some time in office hours; on the last day the very end."""
        if day == self.days[-1]:
            return self.until
        minutes = dice.randrange(8 * 60, 16 * 60)
        return datetime.combine(day, time(minutes // 60, minutes % 60), HERE)
