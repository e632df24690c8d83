"""The rules import the standard library only, know no clock, and hold no float in code or data."""

import ast
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "libs" / "rules" / "src" / "ketnap" / "rules"
SOURCES = sorted(FOLDER.rglob("*.py"))
DATA = sorted(FOLDER.rglob("*.toml"))


def name(path: Path) -> str:
    return path.name


@pytest.mark.parametrize("source", SOURCES, ids=name)
def test_a_module_imports_the_standard_library_and_its_siblings_only(source: Path) -> None:
    imported = {
        module
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8")))
        for module in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or "."]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    foreign = {module for module in imported if not module.startswith("ketnap.rules.")}
    assert {module.split(".")[0] for module in foreign} <= sys.stdlib_module_names


@pytest.mark.parametrize("source", SOURCES, ids=name)
def test_a_module_has_no_float_and_no_clock(source: Path) -> None:
    nodes = list(ast.walk(ast.parse(source.read_text(encoding="utf-8"))))
    assert not [
        node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, float)
    ]
    assert not [node.id for node in nodes if isinstance(node, ast.Name) and node.id == "float"]
    assert not [
        node.attr
        for node in nodes
        if isinstance(node, ast.Attribute) and node.attr in {"today", "now", "time"}
    ]


@pytest.mark.parametrize("data", DATA, ids=name)
def test_data_hold_no_float(data: Path) -> None:
    assert not [
        value for value in leaves(tomllib.loads(data.read_text(encoding="utf-8"))) if isinstance(value, float)
    ]


def leaves(value: object) -> Iterator[object]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from leaves(item)
    else:
        yield value


def test_there_is_something_to_look_at() -> None:
    assert len(SOURCES) > 10
    assert {"qd24-2021.toml", "status-1.toml", "holidays.toml"} <= {path.name for path in DATA}
