"""Working days: Monday to Friday, less public holidays and their days in lieu, with days swapped by decision."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files

from ketnap.rules.basis import CONFIDENCES, Confidence
from ketnap.rules.tables import Table, read_toml
from ketnap.rules.wording import written

_DAY = timedelta(days=1)
_SATURDAY = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Holiday:
    """A public holiday of the Labour Code 2019, Art. 112(1); days in lieu follow from Art. 111(3)."""

    day: date
    name: str
    confidence: Confidence
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Swap:
    """A working day given off against a day of rest that is worked instead."""

    off: date
    work: date


class CalendarMissing(LookupError):
    """Chưa có lịch ngày nghỉ lễ của năm cần tính."""


class SwapRefused(ValueError):
    """Hoán đổi ngày làm việc không hợp lệ."""


class Calendar:
    """Which days are worked in the given years; it knows nothing of other years and says so."""

    def __init__(self, *, years: Iterable[int], holidays: Iterable[date], swaps: Iterable[Swap] = ()) -> None:
        """Raise SwapRefused for a swap that gives off a free day, or that works a working day or a holiday."""
        holidays = frozenset(holidays)
        swaps = tuple(swaps)
        free = holidays | _days_in_lieu(holidays)
        for swap in swaps:
            if _at_rest(swap.off) or swap.off in free:
                raise SwapRefused(f"Ngày {written(swap.off)} vốn đã là ngày nghỉ, không hoán đổi được.")
            if not _at_rest(swap.work) or swap.work in free:
                raise SwapRefused(f"Ngày {written(swap.work)} không phải ngày nghỉ hằng tuần để làm bù.")
        self.years = frozenset(years)
        self._off = free | {swap.off for swap in swaps}
        self._worked_instead = frozenset(swap.work for swap in swaps)

    def is_working(self, day: date) -> bool:
        """Raises CalendarMissing for a day of a year without data."""
        if day.year not in self.years:
            raise CalendarMissing(
                f"Chưa có lịch ngày nghỉ lễ của năm {day.year}, nên chưa tính được hạn theo ngày làm việc. "
                f"Báo bộ phận vận hành nạp lịch của năm {day.year}."
            )
        return day in self._worked_instead or not (_at_rest(day) or day in self._off)

    def add(self, day: date, working_days: int) -> date:
        """The day on which so many working days after `day` are over; `day` itself is not counted.

        Civil Code 2015, Art. 147(2) and 148(1). None to add gives `day` back. Raises CalendarMissing.
        """
        if working_days < 0:
            raise ValueError("working days are counted forward")
        while working_days:
            day += _DAY
            working_days -= self.is_working(day)
        return day

    def count(self, start: date, end: date) -> int:
        """Working days after `start` up to and including `end`; negative when `end` is before `start`."""
        if end < start:
            return -self.count(end, start)
        days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
        return sum(1 for day in days if self.is_working(day))


@cache
def national_holidays() -> tuple[Holiday, ...]:
    """Labour Code 2019, Art. 112(1), with the days that the Prime Minister chose each year for Tết and 2/9."""
    return tuple(holiday for year in _national() for holiday in year.holidays)


@cache
def proclaimed_swaps() -> tuple[Swap, ...]:
    """Swaps decided for state bodies nationwide; a province says in its pack which ones it follows."""
    return tuple(swap for year in _national() for swap in year.swaps)


def national_calendar(swaps: Iterable[Swap] = ()) -> Calendar:
    """The calendar of the years in the package's data, with the swaps that a province follows."""
    return Calendar(
        years=[year.year for year in _national()],
        holidays=[holiday.day for holiday in national_holidays()],
        swaps=swaps,
    )


def _at_rest(day: date) -> bool:
    # Five days of eight hours in state bodies: Decision 188/1999/QĐ-TTg.
    return day.weekday() >= _SATURDAY


def _days_in_lieu(holidays: frozenset[date]) -> frozenset[date]:
    """Labour Code 2019, Art. 111(3): a day of rest lost to a holiday is given on the next working day."""
    in_lieu: set[date] = set()
    for holiday in sorted(holidays):
        if _at_rest(holiday):
            day = holiday
            while _at_rest(day) or day in holidays or day in in_lieu:
                day += _DAY
            in_lieu.add(day)
    return frozenset(in_lieu)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Year:
    year: int
    holidays: tuple[Holiday, ...]
    swaps: tuple[Swap, ...]


@cache
def _national() -> tuple[_Year, ...]:
    file = files("ketnap.rules") / "holidays.toml"
    return read_toml(file.read_bytes(), file.name, lambda table: table.read_each("years", _year))


def _year(table: Table) -> _Year:
    confidence = table.one_of("confidence", CONFIDENCES)
    sources = table.texts("sources")

    def holiday(entry: Table) -> Holiday:
        own = entry.one_of("confidence", CONFIDENCES) if entry.has("confidence") else confidence
        return Holiday(day=entry.day("day"), name=entry.text("name"), confidence=own, sources=sources)

    def swap(entry: Table) -> Swap:
        return Swap(off=entry.day("off"), work=entry.day("work"))

    return _Year(
        year=table.whole("year"),
        holidays=table.read_each("holidays", holiday),
        swaps=table.read_each("swaps", swap),
    )
