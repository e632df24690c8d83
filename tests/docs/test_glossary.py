"""The glossary has one word for one thing and stands in the order of the Vietnamese alphabet."""

import re
from pathlib import Path
from typing import get_args
from unicodedata import normalize

import pytest

from ketnap.common.names import name_key
from ketnap.rules.status import Status

TEXT = (Path(__file__).parents[2] / "docs" / "glossary.md").read_text(encoding="utf-8")
ROW = re.compile(
    r"^\| (?P<vietnamese>[^|`]+) \| (?P<english>[^|`]+) \| `(?P<code>[a-z_]+)` \| (?P<meaning>[^|]+) \|$"
)
LINES = [line for line in TEXT.splitlines() if line.startswith("|")][2:]
ROWS = [found.groupdict() for line in LINES if (found := ROW.match(line))]


def test_every_line_of_the_table_is_a_row() -> None:
    assert len(ROWS) == len(LINES) > 100


@pytest.mark.parametrize("column", ["vietnamese", "english", "code"])
def test_no_word_stands_for_two_things(column: str) -> None:
    words = [row[column] for row in ROWS]
    assert sorted({word for word in words if words.count(word) > 1}) == []


def test_words_stand_in_the_order_of_the_vietnamese_alphabet() -> None:
    words = [row["vietnamese"] for row in ROWS]
    assert words == sorted(words, key=lambda term: [name_key(word) for word in term.split()])


def test_the_text_is_stored_composed() -> None:
    assert normalize("NFC", TEXT) == TEXT


def test_every_status_word_is_in_the_glossary() -> None:
    assert set(get_args(Status.__value__)) <= {row["code"] for row in ROWS}
