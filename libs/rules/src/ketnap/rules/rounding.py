"""Rounding with a name: five modes over exact fractions, and percentages that were text, never floats."""

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal, assert_never

type Mode = Literal["TRUNC", "HALF_UP", "CEIL", "FLOOR", "MANUAL"]
COMPUTED_MODES: tuple[Mode, ...] = ("TRUNC", "HALF_UP", "CEIL", "FLOOR")
MODES: tuple[Mode, ...] = (*COMPUTED_MODES, "MANUAL")

type Exact = int | Fraction | Decimal

_PERCENT = re.compile(r"([0-9]+(?:[.,][0-9]+)?) ?%?")

_WORDS: dict[Mode, str] = {
    "TRUNC": "cắt bớt",
    "HALF_UP": "làm tròn nửa lên",
    "CEIL": "làm tròn lên",
    "FLOOR": "làm tròn xuống",
    "MANUAL": "số do người có thẩm quyền ấn định",
}


class NotComputed(ValueError):
    """Số này do người có thẩm quyền ấn định, không tính ra được."""


@dataclass(frozen=True, slots=True)
class Rounding:
    """How one published figure is rounded; mode and decimals are stored with the figure."""

    mode: Mode
    decimals: int = 0

    def of(self, exact: Exact) -> Decimal:
        """The figure as published, with exactly `decimals` places. Raises NotComputed for MANUAL.

        TRUNC cuts towards zero, HALF_UP takes a half away from zero, CEIL and FLOOR go up and down.
        """
        scaled = fraction(exact) * 10**self.decimals
        return _with_places(self._whole(scaled), self.decimals)

    def percent(self, part: Exact, whole: Exact) -> Decimal:
        """`part` in percent of `whole`. Raises ZeroDivisionError: of nothing there is no percentage, show “–”."""
        return self.of(100 * fraction(part) / fraction(whole))

    def words(self) -> str:
        """The rounding as the evidence page names it."""
        if self.mode == "MANUAL":
            return _WORDS[self.mode]
        return f"{_WORDS[self.mode]}, {self.decimals} chữ số" if self.decimals else _WORDS[self.mode]

    def _whole(self, scaled: Fraction) -> int:
        down = scaled.numerator // scaled.denominator
        up = -(-scaled.numerator // scaled.denominator)
        match self.mode:
            case "FLOOR":
                return down
            case "CEIL":
                return up
            case "TRUNC":
                return down if scaled >= 0 else up
            case "HALF_UP":
                half = Fraction(1, 2)
                return _floor(scaled + half) if scaled >= 0 else -_floor(half - scaled)
            case "MANUAL":
                raise NotComputed("Cách làm tròn MANUAL cần số đã được phê duyệt, không tính từ công thức.")
            case _:
                assert_never(self.mode)


@dataclass(frozen=True, slots=True, order=True)
class Percent:
    """A percentage of a target as written in a plan, exact."""

    value: Decimal

    @classmethod
    def parse(cls, text: str) -> "Percent":
        """From “4%”, “2.5” or “2,5 %”. Raises ValueError for anything else, also for two marks as in “1.234,5”."""
        found = _PERCENT.fullmatch(text.strip())
        if found is None:
            raise ValueError(f"“{text}” không phải là tỷ lệ phần trăm; viết như 4% hoặc 2,5%.")
        return cls(Decimal(found[1].replace(",", ".")))

    def of(self, base: Exact) -> Fraction:
        return fraction(base) * Fraction(self.value) / 100

    def __str__(self) -> str:
        return f"{self.value:f}%".replace(".", ",")


def fraction(number: Exact) -> Fraction:
    """The number itself, exact. Raises TypeError for a float: what it stands for was lost before it came."""
    match number:
        case int() | Fraction() | Decimal():
            return Fraction(number)
        case _:
            raise TypeError(f"{number!r} is not exact")


def reproducing_modes(published: Decimal, part: Exact, whole: Exact) -> tuple[Mode, ...]:
    """The modes that give a published percentage, at its own number of places; none: the figure contradicts its parts."""
    places = len(f"{published:f}".partition(".")[2])
    return tuple(mode for mode in COMPUTED_MODES if Rounding(mode, places).percent(part, whole) == published)


def _floor(number: Fraction) -> int:
    return number.numerator // number.denominator


def _with_places(whole: int, places: int) -> Decimal:
    # Built from its digits: arithmetic would round to the precision of the context.
    sign = 1 if whole < 0 else 0
    return Decimal((sign, tuple(int(digit) for digit in str(abs(whole))), -places))
