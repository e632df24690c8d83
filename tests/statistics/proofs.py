"""Every number on a page, asked for its evidence: the same value, rows that add up to it, entries that add up to rows."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl

from tests.statistics.world import Officer


@dataclass(frozen=True)
class Shown:
    """A number as a page shows it, and where its evidence is."""

    where: str
    unit: str
    repeat: str
    figure: str
    printed: Decimal


def numbers(page: dict[str, Any]) -> list[Shown]:
    """Numbers, percentages and estimates, each with the unit and the days that it is for."""
    standpoint = page["standpoint"]
    return list(dict.fromkeys(_numbers(page, "", standpoint["unit"], standpoint["repeat"])))


def _numbers(value: Any, where: str, unit: str | None, repeat: str) -> Iterator[Shown]:
    match value:
        case {"figure": str(figure), "printed": printed}:
            if unit is not None:
                yield Shown(where, unit, repeat, figure, Decimal(printed))
        case {"figure": str(figure), "value": number}:
            if unit is not None:
                yield Shown(where, unit, repeat, figure, Decimal(str(number)))
        case dict():
            unit = value["unit"] if "unit" in value and where.count("[") else unit
            repeat = value["period"]["repeat"] if "period" in value else repeat
            for name, inner in value.items():
                days = value["year_before"]["repeat"] if _is_of_year_before(name, value) else repeat
                yield from _numbers(inner, f"{where}.{name}", unit, days)
        case list():
            before = repeat
            for n, inner in enumerate(value):
                yield from _numbers(inner, f"{where}[{n}]", unit, before)
        case _:
            pass


def _is_of_year_before(name: str, holder: dict[str, Any]) -> bool:
    return name.endswith("year_before_total") and bool(holder.get("year_before"))


async def prove(officer: Officer, shown: Shown, seen: dict[Any, Any]) -> dict[str, Any]:
    """Ask for the evidence and add it up again."""
    key = (shown.figure, shown.unit, shown.repeat)
    if key not in seen:
        seen[key] = await _evidence(officer, *key)
    evidence = seen[key]
    percent = evidence["percent"] or {}
    values = {Decimal(evidence["value"]), Decimal(percent.get("printed") or "NaN")}
    assert shown.printed in values, (shown, values)
    return dict(evidence)


async def _evidence(officer: Officer, figure: str, unit: str, repeat: str) -> dict[str, Any]:
    asked = dict(parse_qsl(repeat))
    evidence: dict[str, Any] = await officer.see(f"/figures/{figure}", unit=unit, **asked)
    rows = evidence["rows"]
    number = evidence["numerator"]["value"]
    assert sum(row["value"] for row in rows) == number, (figure, number, rows)
    assert all(row["plus"] - row["minus"] == row["value"] for row in rows), rows
    if evidence["has_entries"]:
        for row in rows:
            await _entries(officer, figure, unit, asked, row)
    if evidence["quota_acts"] and figure.startswith("quota:"):
        assert sum(act["delta"] for act in evidence["quota_acts"]) == number
    return evidence


async def _entries(
    officer: Officer, figure: str, unit: str, asked: dict[str, str], row: dict[str, Any]
) -> None:
    total, behind = 0, 0
    while True:
        part = await officer.see(
            f"/figures/{figure}/entries",
            unit=unit,
            **asked,
            **({"row": row["unit"]} if row["unit"] else {}),
            purpose="kiểm tra",
            behind=behind,
            limit=7,
        )
        for one in part["contributors"]:
            assert sum(entry["delta"] for entry in one["entries"]) == one["value"]
            total += one["value"]
        if part["next"] is None:
            assert part["left"] == 0
            break
        behind = part["next"]
    assert total == row["value"], (figure, row, total)
