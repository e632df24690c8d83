"""The files of one pack as they could be read, each value with its place."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ketnap.common.frozen import frozen
from ketnap.packs.findings import Finding, Spot, error
from ketnap.packs.reading import Placed, Read, read_table, read_toml
from ketnap.packs.shape import (
    Accounts,
    ChangeRow,
    Classes,
    InstrumentRow,
    PlanGiven,
    Province,
    QuotaRow,
    ResultRow,
    Simulation,
    UnitRow,
)

KNOWN = frozenset(
    {
        "province.toml",
        "units.csv",
        "changes.csv",
        "instruments.csv",
        "quotas.csv",
        "classes.toml",
        "accounts.toml",
        "simulation.toml",
        "results.csv",
    }
)


@frozen
class Files:
    province: Read[Province]
    units: Read[UnitRow]
    changes: Read[ChangeRow]
    instruments: Read[InstrumentRow]
    plans: tuple[Read[PlanGiven], ...]
    quotas: Read[QuotaRow]
    classes: Read[Classes]
    accounts: Read[Accounts]
    simulation: Read[Simulation]
    results: Read[ResultRow]

    @property
    def every(self) -> tuple[Read[Any], ...]:  # Any: whatever they hold
        return (
            self.province,
            self.units,
            self.changes,
            self.instruments,
            *self.plans,
            self.quotas,
            self.classes,
            self.accounts,
            self.simulation,
            self.results,
        )

    @property
    def plans_given(self) -> list[Placed[PlanGiven]]:
        return [placed for read in self.plans for placed in read.values]

    @property
    def plans_lost(self) -> frozenset[str]:
        return frozenset().union(*(read.lost for read in self.plans))


def read_files(folder: Path) -> Files:
    """All that is there; what must be there and is not becomes a finding."""
    plans = sorted((folder / "plans").glob("*.toml")) if (folder / "plans").is_dir() else []
    return Files(
        province=read_toml(folder / "province.toml", "province.toml", Province),
        units=read_table(folder / "units.csv", "units.csv", UnitRow, "code"),
        changes=_table_if_there(folder, "changes.csv", ChangeRow, "unit"),
        instruments=_table_if_there(folder, "instruments.csv", InstrumentRow, "id"),
        plans=tuple(read_toml(path, f"plans/{path.name}", PlanGiven) for path in plans),
        quotas=_table_if_there(folder, "quotas.csv", QuotaRow, "unit"),
        classes=_toml_if_there(folder, "classes.toml", Classes),
        accounts=read_toml(folder / "accounts.toml", "accounts.toml", Accounts),
        simulation=_toml_if_there(folder, "simulation.toml", Simulation),
        results=_table_if_there(folder, "results.csv", ResultRow, "unit"),
    )


def strangers(folder: Path) -> Iterator[Finding]:
    """Files that nobody would read: misspelt names, mostly."""
    for path in sorted(folder.iterdir()):
        read = path.name in KNOWN or path.name == "plans" or path.suffix == ".md" or path.name.startswith(".")
        if not read:
            yield error("unknown_file", Spot(file=path.name), known=", ".join(sorted(KNOWN)))
    if (folder / "plans").is_dir():
        for path in sorted((folder / "plans").iterdir()):
            if path.suffix != ".toml" and not path.name.startswith("."):
                yield error("unknown_file", Spot(file=f"plans/{path.name}"), known="plans/*.toml")


def _table_if_there[V: (ChangeRow, InstrumentRow, QuotaRow, ResultRow)](
    folder: Path, name: str, model: type[V], key: str
) -> Read[V]:
    return read_table(folder / name, name, model, key) if (folder / name).exists() else Read()


def _toml_if_there[V: (Classes, Simulation)](folder: Path, name: str, model: type[V]) -> Read[V]:
    return read_toml(folder / name, name, model) if (folder / name).exists() else Read()
