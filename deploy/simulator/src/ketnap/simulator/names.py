"""Fictitious names of people, put together from parts that are usual among their people."""

import random
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from ketnap.common.frozen import frozen

MAJORITY = "kinh"


@frozen
class Style:
    """How the names of one people are made."""

    order: Sequence[str]
    parts: Mapping[str, Sequence[str]]
    weights: Mapping[str, Sequence[int]]
    glue: str

    def name(self, dice: random.Random, sex: str) -> str:
        return self.glue.join(self._part(dice, part, sex) for part in self.order)

    def _part(self, dice: random.Random, part: str, sex: str) -> str:
        key = part if part in self.parts else f"{part}_{sex}"
        return dice.choices(self.parts[key], self.weights.get(key))[0]


@cache
def styles() -> Mapping[str, Style]:
    """By the name that simulation.toml uses."""
    text = (files("ketnap.simulator") / "names.toml").read_text(encoding="utf-8")
    return {name: _style(table) for name, table in tomllib.loads(text).items()}


def _style(table: Mapping[str, Any]) -> Style:  # Any: TOML
    parts: dict[str, Sequence[str]] = {}
    weights: dict[str, Sequence[int]] = {}
    for key, value in table.items():
        match value:
            case dict():
                parts[key], weights[key] = list(value), list(value.values())
            case list() if key != "order":
                parts[key] = value
    return Style(order=table["order"], parts=parts, weights=weights, glue=table.get("glue", " "))
