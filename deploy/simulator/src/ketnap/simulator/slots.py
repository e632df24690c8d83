"""Who is admitted where and when: the totals of a pack, divided among cells and days, and those who come after."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from ketnap.common.frozen import frozen
from ketnap.packs.pack import Pack
from ketnap.packs.shape import Admissions, Category, Simulation
from ketnap.packs.units import Units
from ketnap.simulator.days import Diary, add_months
from ketnap.simulator.spread import share_of, spread

HORIZON = 15  # months behind the end for which people are under way

ENDINGS = (
    "not_taken_up",
    "delisted",
    "class_dropped",
    "class_failed",
    "verification_failed",
    "cell_not_passed",
    "committee_not_passed",
    "refused",
    "withdrawn",
)
"""Ways that do not lead to a ceremony; each has its share in simulation.toml."""


class Unreachable(Exception):
    """A total cannot be reached under the rules; says why, in both languages."""

    def __init__(self, vietnamese: str, english: str) -> None:
        super().__init__(english)
        self.vietnamese = vietnamese
        self.english = english


@frozen
class Slot:
    """A place for one person: `ceremony_on` is the day of the ceremony, or would be."""

    key: str
    category: Category
    cell: str
    ceremony_on: date
    ending: str = "admitted"
    recorded_on: date | None = None
    recorded_as: date | None = None
    mended_on: date | None = None
    twin_of: str | None = None
    """The slot of the person whose ceremony this one records again."""


class Slots:
    """All of them; a longer horizon only adds slots behind those that are there."""

    def __init__(self, pack: Pack, simulation: Simulation, diary: Diary, until: date) -> None:
        self._pack = pack
        self._simulation = simulation
        self._diary = diary
        self._until = until
        self._categories = {category.id: category for category in simulation.categories}
        self._cells = {category.id: cells_of(pack, category) for category in simulation.categories}

    def all(self) -> list[Slot]:
        """In the order of their keys' periods.

        Raises:
            Unreachable
        """
        stated = [slot for line in self._simulation.admissions for slot in self._line(line)]
        slots = [*stated, *self._afterwards()]
        return self._with_specials(slots)

    # -- What the totals state

    def _line(self, line: Admissions) -> Iterator[Slot]:
        category = self._categories[line.category]
        name = f"{line.category} {line.since} {line.until}"
        dice = random.Random(f"{self._simulation.seed} {name}")
        counts = self._by_cell(line, category, dice)
        people = sum(counts.values())
        days = self._diary.ceremonies(line.since, line.until, people, dice)
        if people and not days:
            raise Unreachable(
                f"diện “{line.category}” từ {line.since} đến {line.until} không có ngày làm việc nào.",
                f"“{line.category}” from {line.since} to {line.until} has no working day.",
            )
        cells = [cell for cell, count in counts.items() for _ in range(count)]
        dice.shuffle(cells)
        for n, (cell, day) in enumerate(zip(cells, days, strict=True)):
            yield Slot(key=f"{name} {n}", category=category, cell=cell, ceremony_on=day)
        yield from self._others(name, category, people, (line.since, line.until), counts)

    def _by_cell(self, line: Admissions, category: Category, dice: random.Random) -> dict[str, int]:
        """The pinned units get what results.csv says, the others share the rest."""
        cells = self._cells[category.id]
        pins = [
            row
            for row in self._pack.contents.results
            if (row.category, row.since, row.until) == (line.category, line.since, line.until)
        ]
        counts: dict[str, int] = {}
        free = set(cells)
        for pin in pins:
            inside = {cell for cell in cells if pin.unit in self._pack.units.chain(cell)} & free
            if pin.people and not inside:
                raise Unreachable(
                    f"“{pin.unit}” không có chi bộ nào nhận được diện “{line.category}” ({pin.people} người).",
                    f"“{pin.unit}” has no cell that could admit “{line.category}” ({pin.people} people).",
                )
            counts |= self._among(pin.people, inside, line.since, dice)
            free -= inside
        rest = line.people - sum(counts.values())
        if rest and not free:
            raise Unreachable(
                f"diện “{line.category}” còn {rest} người chưa có chi bộ nào nhận.",
                f"{rest} people of “{line.category}” are left and no cell may admit them.",
            )
        return counts | self._among(rest, free, line.since, dice)

    def _among(self, people: int, cells: set[str], day: date, dice: random.Random) -> dict[str, int]:
        """By the quotas of grassroots organisations where all have one, else by members; then by members of cells."""
        units = self._pack.units
        by_unit: dict[str, list[str]] = {}
        for cell in sorted(cells):
            by_unit.setdefault(units.grassroots(cell), []).append(cell)
        quotas = {unit: self._pack.quota_of(unit, day) for unit in by_unit}
        weights = (
            quotas if all(quotas.values()) else {u: _members(units, mine) for u, mine in by_unit.items()}
        )
        counts: dict[str, int] = {}
        for unit, count in spread(people, weights).items():
            mine = by_unit[unit]
            drawn = dice.choices(mine, [_members(units, [cell]) for cell in mine], k=count)
            counts |= {cell: drawn.count(cell) for cell in mine if cell in drawn}
        return counts

    def _others(
        self,
        name: str,
        category: Category,
        people: int,
        period: tuple[date, date],
        counts: Mapping[str, int],
    ) -> Iterator[Slot]:
        """Those of the same cells and months who do not come to a ceremony."""
        dice = random.Random(f"{self._simulation.seed} {name} others")
        cells = sorted(cell for cell, count in counts.items() if count)
        for ending in ENDINGS:
            number = share_of(people, getattr(self._simulation.shares, ending)) if cells else 0
            for n, day in enumerate(self._diary.ceremonies(*period, number, dice)):
                cell = dice.choice(cells)
                if ending == "committee_not_passed" and self._pack.units.voting(cell) is None:
                    continue
                yield Slot(
                    key=f"{name} {ending} {n}", category=category, cell=cell, ceremony_on=day, ending=ending
                )

    # -- Those who are under way when it ends

    def _afterwards(self) -> Iterator[Slot]:
        first = max(
            [self._simulation.until.date(), *(line.until for line in self._simulation.admissions)]
        ) + timedelta(days=1)
        for n in range(_months(first, self._until) + HORIZON):
            since = max(first, add_months(first, n))
            until = add_months(since, 1) - timedelta(days=1)
            for id, people in self._simulation.afterwards.per_month.items():
                yield from self._month(self._categories[id], since, until, people)

    def _month(self, category: Category, since: date, until: date, people: int) -> Iterator[Slot]:
        name = f"{category.id} {since:%Y-%m}"
        dice = random.Random(f"{self._simulation.seed} {name}")
        cells = set(self._cells[category.id])
        if not cells:
            return
        counts = self._drawn(people, sorted(cells), since, dice)
        days = self._diary.ceremonies(since, until, people, dice)
        drawn = [cell for cell, count in counts.items() for _ in range(count)]
        dice.shuffle(drawn)
        for n, (cell, day) in enumerate(zip(drawn, days, strict=False)):
            yield Slot(key=f"{name} {n}", category=category, cell=cell, ceremony_on=day)
        yield from self._others(name, category, people, (since, until), counts)

    def _drawn(self, people: int, cells: Sequence[str], day: date, dice: random.Random) -> dict[str, int]:
        """Few people a month: drawn, not divided, else the small organisations would never have anybody."""
        units = self._pack.units
        weights = [
            max(self._pack.quota_of(units.grassroots(cell), day), 1) * _members(units, [cell])
            for cell in cells
        ]
        drawn = dice.choices(cells, weights, k=people)
        return {cell: drawn.count(cell) for cell in sorted(set(drawn))}

    # -- Single ceremonies that a pack tells of

    def _with_specials(self, slots: list[Slot]) -> list[Slot]:
        for n, special in enumerate(self._simulation.specials):
            at = self._fitting(slots, special.category, special.held_on, special.unit, special.kind)
            chosen = slots[at]
            if special.kind == "duplicate":
                slots[at] = replace(chosen, ceremony_on=special.held_on)
                slots.append(
                    Slot(
                        key=f"special {n}",
                        category=chosen.category,
                        cell=special.unit,
                        ceremony_on=special.held_on,
                        ending="duplicate",
                        recorded_on=special.recorded_on,
                        mended_on=special.mended_on,
                        twin_of=chosen.key,
                    )
                )
            else:
                slots[at] = replace(
                    chosen,
                    ceremony_on=special.held_on,
                    recorded_on=special.recorded_on,
                    recorded_as=special.recorded_as,
                    mended_on=special.mended_on,
                )
        return slots

    def _fitting(self, slots: Sequence[Slot], category: str, day: date, unit: str, kind: str) -> int:
        """An ordinary slot of the category, of the same stated period or month, in the unit (for a duplicate: elsewhere)."""
        for n, slot in enumerate(slots):
            inside = unit in self._pack.units.chain(slot.cell)
            ordinary = slot.ending == "admitted" and slot.recorded_on is None
            same = slot.category.id == category and self._same_period(slot.ceremony_on, day, category)
            if ordinary and same and inside == (kind != "duplicate"):
                return n
        raise Unreachable(
            f"không có ai diện “{category}” ở “{unit}” trong kỳ có ngày {day} để ghi trường hợp “{kind}”.",
            f"nobody of “{category}” at “{unit}” is admitted in the period of {day}, as the case “{kind}” needs.",
        )

    def _same_period(self, one: date, other: date, category: str) -> bool:
        for line in self._simulation.admissions:
            if line.category == category and line.since <= one <= line.until:
                return line.since <= other <= line.until
        return (one.year, one.month) == (other.year, other.month)


def cells_of(pack: Pack, category: Category) -> list[str]:
    """The cells under the issuer that admit people of a category."""
    units = pack.units
    return [
        cell
        for cell in units.cells(pack.province.issuer)
        if (not category.units or any(unit in units.chain(cell) for unit in category.units))
        and (not category.sectors or units.sector(cell) in category.sectors)
        and (not category.school_levels or units.school_level(cell) in category.school_levels)
    ]


def _members(units: Units, cells: Sequence[str]) -> int:
    return sum(units[cell].official or 0 for cell in cells)


def _months(since: date, until: date) -> int:
    return max(0, (until.year - since.year) * 12 + until.month - since.month)
