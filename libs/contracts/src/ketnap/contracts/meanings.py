"""What fact types, fields, headers and words mean, in two languages, and an example of each field."""

import tomllib
from enum import StrEnum
from functools import cache
from importlib.resources import files
from typing import Any

from ketnap.contracts.fact import Fact


class Language(StrEnum):
    """The languages the published language is explained in."""

    VIETNAMESE = "vi"
    ENGLISH = "en"


def of_fact(fact: type[Fact], language: Language) -> str:
    """One sentence: what happened."""
    if language is Language.ENGLISH:
        return " ".join((fact.__doc__ or "").split())
    return str(_table()["facts"][fact.TYPE])


def of_field(fact: type[Fact], name: str, language: Language) -> str:
    """The model's own words where it has some."""
    own = fact.model_fields[name].description if language is Language.ENGLISH else None
    return own or str(_entry(fact, name)[language])


def of_header(name: str) -> str:
    """In Vietnamese; the English stands in the headers' own schema."""
    return str(_table()["headers"][name])


def of_words(enumeration: str) -> dict[str, str]:
    """In Vietnamese, by word; `other` is what a reader makes of a word it does not know."""
    return {**_table()["words"][enumeration], "other": "từ mà phiên bản này không biết"}


def example(fact: type[Fact], name: str) -> Any | None:  # Any: JSON, or a date
    """None for a word: any of its enumeration is an example."""
    return _entry(fact, name).get("example")


def _entry(fact: type[Fact], name: str) -> dict[str, Any]:  # Any: TOML
    fields: dict[str, dict[str, Any]] = _table()["fields"]  # Any: as above
    return fields.get(f"{fact.TYPE}/{name}") or fields[name]


@cache
def _table() -> dict[str, Any]:  # Any: as above
    return tomllib.loads((files("ketnap.contracts") / "meanings.toml").read_text(encoding="utf-8"))
