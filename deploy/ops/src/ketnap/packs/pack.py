"""A province pack: all that a deployment begins with, read from one folder and found sound."""

import hashlib
from collections.abc import Mapping
from datetime import date
from functools import cached_property
from pathlib import Path

from ketnap.common.frozen import frozen
from ketnap.packs.ids import Ids
from ketnap.packs.officers import Officers
from ketnap.packs.shape import (
    Accounts,
    ChangeRow,
    ClassLine,
    InstrumentRow,
    PlanGiven,
    Province,
    QuotaRow,
    ResultRow,
    Simulation,
    UnitRow,
)
from ketnap.packs.units import Units
from ketnap.rules.workdays import Calendar, Swap, national_calendar


@frozen
class Contents:
    """What stands in the files."""

    province: Province
    units: tuple[UnitRow, ...]
    changes: tuple[ChangeRow, ...]
    instruments: tuple[InstrumentRow, ...]
    plans: tuple[PlanGiven, ...]
    quotas: tuple[QuotaRow, ...]
    class_lines: tuple[ClassLine, ...]
    accounts: Accounts
    simulation: Simulation | None
    results: tuple[ResultRow, ...]


class Pack:
    """The contents with what follows from them."""

    def __init__(self, contents: Contents, digest: str) -> None:
        self.contents = contents
        self.digest = digest
        self.ids = Ids(contents.province.code)
        self.units = Units(contents.units)
        self.officers = Officers(contents.accounts, self.units, self.ids)

    @property
    def province(self) -> Province:
        return self.contents.province

    @property
    def code(self) -> str:
        return self.contents.province.code

    @cached_property
    def instruments(self) -> Mapping[str, InstrumentRow]:
        return {row.id: row for row in self.contents.instruments}

    def instrument(self, id: str | None) -> str | None:
        """The key that the register knows it by."""
        return self.instruments[id].key if id else None

    @cached_property
    def calendar(self) -> Calendar:
        return national_calendar(Swap(off=swap.off, work=swap.work) for swap in self.province.swaps)

    def quotas(self, plan: str, line: str, decision: str) -> list[QuotaRow]:
        return [
            row
            for row in self.contents.quotas
            if (row.plan, row.line, row.decision) == (plan, line, decision)
        ]

    def quota_of(self, unit: str, year: date) -> int:
        """What a unit was given of the first allocable line of a plan that covers the day; 0: nothing."""
        for plan in self.contents.plans:
            if plan.since <= year <= plan.until:
                lines = [
                    t.line for t in plan.targets if t.allocable and t.measure == "admitted" and not t.part_of
                ]
                found = [
                    r
                    for r in self.contents.quotas
                    if r.plan == plan.id and r.unit == unit and r.line in lines
                ]
                if found:
                    return found[-1].quota
        return 0


def digest(folder: Path) -> str:
    """Of every file that belongs to the pack: another digest is another pack."""
    made = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.suffix in {".toml", ".csv"}:
            content = path.read_bytes()
            made.update(f"{path.relative_to(folder).as_posix()} {len(content)}\n".encode() + content)
    return made.hexdigest()
