"""Every number on a page, asked for its evidence: the same value, rows that add up to it, entries that add up to rows."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, urlencode

from tests.statistics.world import Officer

TO_THE_END = {"admitted", "members", "sympathisers", "rate:admitted"}
"""Figures whose rows are all followed to their entries; of the others one row is."""


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
    before = page.get("year_before")
    earlier = before["repeat"] if before else ""
    return list(dict.fromkeys(_numbers(page, "", standpoint["unit"], standpoint["repeat"], earlier)))


def _numbers(value: Any, where: str, unit: str | None, repeat: str, earlier: str) -> Iterator[Shown]:
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
                days = earlier if "year_before" in name else _of_plan(name, value, repeat)
                yield from _numbers(inner, f"{where}.{name}", unit, days, earlier)
        case list():
            for n, inner in enumerate(value):
                yield from _numbers(inner, f"{where}[{n}]", unit, repeat, earlier)
        case _:
            pass


def _of_plan(name: str, holder: dict[str, Any], repeat: str) -> str:
    """The quota of a year, and what is measured by it, is asked for with the plan of that year."""
    if "period" not in holder or name not in {"quota", "percent"}:
        return repeat
    asked = dict(parse_qsl(repeat))
    for gone in ("since", "until"):
        asked.pop(gone, None)
    return urlencode({**asked, "plan": holder["plan"]})


async def prove(
    officer: Officer, shown: Shown, seen: dict[Any, Any], *, to_the_end: bool = True
) -> dict[str, Any]:
    """Ask for the evidence and add it up again; else to its rows, and only some figures to their entries."""
    key = (shown.figure, shown.unit, shown.repeat)
    if key not in seen:
        seen[key] = await _evidence(officer, *key, to_the_end=to_the_end)
    evidence = seen[key]
    percent = evidence["percent"] or {}
    values = {Decimal(evidence["value"]), Decimal(percent.get("printed") or "NaN")}
    assert shown.printed in values, (shown, values)
    return dict(evidence)


async def _evidence(
    officer: Officer, figure: str, unit: str, repeat: str, *, to_the_end: bool
) -> dict[str, Any]:
    asked = dict(parse_qsl(repeat))
    evidence: dict[str, Any] = await officer.see(f"/figures/{figure}", unit=unit, **asked)
    rows = evidence["rows"]
    number = evidence["numerator"]["value"]
    assert sum(row["value"] for row in rows) == number, (figure, number, rows)
    assert all(row["plus"] - row["minus"] == row["value"] for row in rows), rows
    if evidence["has_entries"]:
        for row in rows if figure in TO_THE_END else rows[:to_the_end]:
            await _entries(officer, figure, unit, asked, row)
    if evidence["quota_acts"] and figure.startswith("quota:"):
        assert sum(act["delta"] for act in evidence["quota_acts"]) == number
    return evidence


async def _entries(
    officer: Officer, figure: str, unit: str, asked: dict[str, str], row: dict[str, Any]
) -> None:
    total, behind = 0, 0
    limit = 7 if figure == "admitted" else 200
    while True:
        part = await officer.see(
            f"/figures/{figure}/entries",
            unit=unit,
            **asked,
            **({"row": row["unit"]} if row["unit"] else {}),
            purpose="kiểm tra",
            behind=behind,
            limit=limit,
        )
        for one in part["contributors"]:
            assert sum(entry["delta"] for entry in one["entries"]) == one["value"]
            total += one["value"]
        if part["next"] is None:
            assert part["left"] == 0
            break
        behind = part["next"]
    assert total == row["value"], (figure, row, total)
