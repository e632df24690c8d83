"""The plan to date: a cumulative percentage at each month's end, and every day between."""

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from ketnap.rules.months import add_months, calendar_months


@dataclass(frozen=True, slots=True)
class PlanCurve:
    """What share of the quota is planned by the end of each month of a period, in percent."""

    starts: date
    at_month_end: tuple[Fraction, ...]

    def __post_init__(self) -> None:
        """Raise ValueError for a curve that starts inside a month, falls, or does not end at 100."""
        if self.starts.day != 1:
            raise ValueError("Đường kế hoạch phải bắt đầu từ ngày 1 của một tháng.")
        if not self.at_month_end or self.at_month_end[-1] != 100:  # noqa: PLR2004 (the whole, in percent)
            raise ValueError("Đường kế hoạch phải kết thúc ở 100%.")
        if list(self.at_month_end) != sorted(self.at_month_end) or self.at_month_end[0] < 0:
            raise ValueError("Đường kế hoạch luỹ kế không được giảm và không được âm.")

    @property
    def months(self) -> int:
        return len(self.at_month_end)

    def planned(self, day: date) -> Fraction:
        """Percent planned by the end of the day: inside a month by days, in a straight line, unrounded."""
        gone = self.months_gone(day)
        whole, part = divmod(gone, 1)
        before = self.at_month_end[whole - 1] if whole else Fraction(0)
        if not part:
            return before
        return before + (self.at_month_end[whole] - before) * part

    def months_gone(self, day: date) -> Fraction:
        """Months of the period over by the end of the day; a month begun counts by its days."""
        if day < self.starts:
            return Fraction(0)
        month = calendar_months(self.starts, day)
        if month >= self.months:
            return Fraction(self.months)
        first = add_months(self.starts, month)
        return month + Fraction((day - first).days + 1, (add_months(first, 1) - first).days)

    def months_left(self, day: date) -> int:
        """Months not yet over by the end of the day; one that has begun is one that is left."""
        gone = self.months_gone(day)
        return self.months - gone.numerator // gone.denominator
