"""What a command found, on standard output: a table for people, one JSON array for programs."""

import json
import sys
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

AsJson = Annotated[bool, typer.Option("--json", help="For programs.")]


def show(
    rows: Sequence[Mapping[str, Any]],  # Any: what JSON can hold
    *,
    as_json: bool,
    empty: str = "",
) -> None:
    """Columns are the keys of the first row, in its order; `empty` is said to people when there is none."""
    if as_json:
        print(json.dumps(rows, ensure_ascii=False, default=str))
        return
    if not rows:
        print(empty)
        return
    table = Table(box=None, pad_edge=False)
    for heading in rows[0]:
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*(_cell(value) for value in row.values()))
    Console(soft_wrap=not sys.stdout.isatty(), markup=False, highlight=False).print(table)


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)
