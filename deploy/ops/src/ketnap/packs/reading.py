"""Reading the files of a pack: what Excel and editors save is taken, whatever else is named with its line."""

import csv
import difflib
import io
import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from ketnap.common.frozen import frozen
from ketnap.packs.findings import Finding, Spot, error, note
from ketnap.packs.positions import Positions
from ketnap.packs.sentences import SENTENCES

LARGEST = 5_000_000  # bytes: no pack is near it, and nothing larger is read into memory
DELIMITERS = ",;\t"
AT = re.compile(r"\(at line (\d+), column (\d+)\)")


@frozen
class Placed[V: BaseModel]:
    """A value with its place: a line of a table, or a path in a TOML file."""

    value: V
    file: str
    row: int | None = None
    positions: Positions | None = None
    path: tuple[str | int, ...] = ()

    def spot(self, name: str = "", *inner: str | int) -> Spot:
        """Of one of its fields, by the name that the file uses."""
        if self.positions is None:
            return Spot(file=self.file, line=self.row, name=name)
        whole = (*self.path, *([name] if name else []), *inner)
        return Spot(file=self.file, line=self.positions.line(whole), name=_dotted(whole))

    def inner[W: BaseModel](self, value: W, *path: str | int) -> "Placed[W]":
        """A part of it."""
        return Placed(value=value, file=self.file, positions=self.positions, path=(*self.path, *path))


@frozen
class Read[V: BaseModel]:
    """`lost`: what identified the rows that could not be read, so that nobody is told twice."""

    values: tuple[Placed[V], ...] = ()
    lost: frozenset[str] = frozenset()
    findings: tuple[Finding, ...] = ()


def read_table[V: BaseModel](path: Path, name: str, model: type[V], key: str) -> Read[V]:
    """The rows of a CSV file with a heading line."""
    text, findings = _text(path, name)
    if text is None:
        return Read(findings=tuple(findings))
    values: list[Placed[V]] = []
    lost: set[str] = set()
    columns = [field.alias or column for column, field in model.model_fields.items()]
    for line, row, wrong in _rows(text, name, columns, _required(model)):
        findings += wrong
        if row is None:
            continue
        try:
            values.append(Placed(value=model.model_validate(row), file=name, row=line))
        except ValidationError as invalid:
            lost.add(row.get(key, ""))
            findings += [
                _finding(problem, Spot(file=name, line=line, name=str((problem["loc"] or ("",))[0])), columns)
                for problem in invalid.errors()
            ]
    return Read(values=tuple(values), lost=frozenset(lost), findings=tuple(findings))


def read_toml[V: BaseModel](path: Path, name: str, model: type[V]) -> Read[V]:
    """One TOML file as one value."""
    text, findings = _text(path, name)
    if text is None:
        return Read(findings=tuple(findings))
    table, wrong = _toml(text, name)
    if table is None:
        return Read(findings=(*findings, *wrong))
    positions = Positions(text)
    try:
        placed = Placed(value=model.model_validate(table), file=name, positions=positions)
    except ValidationError as invalid:
        findings += [_in_toml(problem, name, positions, model) for problem in invalid.errors()]
        lost = table.get("id")
        return Read(
            lost=frozenset([lost] if isinstance(lost, str) else []),
            findings=tuple(findings),
        )
    return Read(values=(placed,), findings=tuple(findings))


# Bytes to text


def _text(path: Path, name: str) -> tuple[str | None, list[Finding]]:
    spot = Spot(file=name)
    try:
        if path.stat().st_size > LARGEST:
            return None, [error("file_too_large", spot, limit=LARGEST)]
        content = path.read_bytes()
    except OSError:
        return None, [error("file_unreadable", spot)]
    if content.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in content[:4]:
        return None, [error("utf_16", spot)]
    findings = []
    if content.startswith(b"\xef\xbb\xbf"):
        findings.append(note("saved_with_bom", spot))
        content = content[3:]
    try:
        text = content.decode()
    except UnicodeDecodeError as broken:
        line = content.count(b"\n", 0, broken.start) + 1
        return None, [error("not_utf_8", Spot(file=name, line=line))]
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    for number, line_text in enumerate(text.split("\n"), 1):
        if "\0" in line_text:
            return None, [*findings, error("nul_in_text", Spot(file=name, line=number))]
        if not unicodedata.is_normalized("NFC", line_text):
            findings.append(note("decomposed_text", Spot(file=name, line=number)))
            break
    return unicodedata.normalize("NFC", text), findings


# Tables


def _rows(
    text: str, name: str, columns: Sequence[str], required: Sequence[str]
) -> Iterator[tuple[int, dict[str, str] | None, list[Finding]]]:
    """Each row that is not empty, with its line; None where it cannot be read."""
    heading = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=heading.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    header: list[str] | None = None
    begins = 1
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as broken:
            yield begins, None, [error("table_broken", Spot(file=name, line=reader.line_num), what=broken)]
            return
        if cells is None:
            break
        line, begins = begins, reader.line_num + 1
        cells = [cell.strip() for cell in cells]
        if not any(cells):
            continue
        if header is None:
            header = cells
            wrong = list(_heading(header, columns, required, Spot(file=name, line=line)))
            if delimiter != ",":
                wrong.append(note("other_delimiter", Spot(file=name), delimiter=_named(delimiter)))
            yield line, None, wrong
            if any(finding.severity == "error" for finding in wrong):
                return
        elif len(cells) > len(header) and any(cells[len(header) :]):
            spot = Spot(file=name, line=line)
            yield line, None, [error("too_many_cells", spot, cells=len(cells), columns=len(header))]
        else:
            yield (
                line,
                {column: cell for column, cell in zip(header, cells, strict=False) if cell and column},
                [],
            )
    if header is None:
        yield 1, None, [error("table_empty", Spot(file=name, line=1), columns=", ".join(columns))]


def _heading(
    header: Sequence[str], columns: Sequence[str], required: Sequence[str], spot: Spot
) -> Iterator[Finding]:
    for column in header:
        if column and column not in columns:
            yield error("unknown_column", spot, column=column, known=_near(column, columns))
    for column in sorted({column for column in header if column and header.count(column) > 1}):
        yield error("column_twice", spot, column=column)
    for column in required:
        if column not in header:
            yield error("column_missing", spot, column=column)


def _required(model: type[BaseModel]) -> list[str]:
    return [field.alias or name for name, field in model.model_fields.items() if field.is_required()]


def _named(delimiter: str) -> str:
    return "TAB" if delimiter == "\t" else delimiter


# TOML


def _toml(text: str, name: str) -> tuple[dict[str, Any] | None, list[Finding]]:  # Any: TOML
    try:
        return tomllib.loads(text), []
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as broken:
        found = AT.search(str(broken))
        line = int(found[1]) if found else text.count("\n") + 1
        code = "toml_no_such_day" if "date" in str(broken).lower() else "toml_broken"
        what = AT.sub("", str(broken)).strip()
        spot = Spot(file=name, line=line)
        return None, [error(code, spot, column=found[2] if found else "–", what=what)]


def _in_toml(problem: ErrorDetails, name: str, positions: Positions, model: type[BaseModel]) -> Finding:
    path = tuple(problem["loc"])
    around = path[:-1] if problem["type"] == "missing" else path
    spot = Spot(file=name, line=positions.line(around), name=_dotted(path))
    return _finding(problem, spot, _fields_at(model, path[:-1]))


def _dotted(path: Sequence[str | int]) -> str:
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def _fields_at(model: type[BaseModel], path: Sequence[str | int]) -> list[str]:
    """The names that may stand in the table at a path."""
    here: Any = model  # Any: a type of any of the fields
    for part in path:
        if isinstance(part, str) and isinstance(here, type) and issubclass(here, BaseModel):
            field = next((f for n, f in here.model_fields.items() if part in (n, f.alias)), None)
            here = _model_in(field.annotation) if field else None
    if not (isinstance(here, type) and issubclass(here, BaseModel)):
        return []
    return [field.alias or name for name, field in here.model_fields.items()]


def _model_in(annotation: Any) -> Any:  # Any: what a field is declared as
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in getattr(annotation, "__args__", ()) if (found := _model_in(part))), None)


# What pydantic says, in words of the pack

_SAID: Mapping[str, str] = {
    "missing": "value_missing",
    "extra_forbidden": "unknown_key",
    "string_type": "not_text",
    "string_too_short": "value_missing",
    "string_too_long": "text_too_long",
    "string_pattern_mismatch": "malformed",
    "bool_type": "not_yes_or_no",
    "bool_parsing": "not_yes_or_no",
    "tuple_type": "not_a_list",
    "list_type": "not_a_list",
    "mapping_type": "not_a_table",
    "dict_type": "not_a_table",
    "model_type": "not_a_table",
    "model_attributes_type": "not_a_table",
    "literal_error": "not_a_word",
    "too_short": "list_too_short",
    "less_than_equal": "number_out_of_range",
    "greater_than_equal": "number_out_of_range",
}


def _finding(problem: ErrorDetails, spot: Spot, fields: Sequence[str]) -> Finding:
    facts: dict[str, object] = {"value": problem.get("input"), "allowed": "", **(problem.get("ctx") or {})}
    facts["field"] = str(problem["loc"][-1]) if problem["loc"] else ""
    facts["known"] = _near(str(facts["field"]), fields)
    if problem["type"] == "literal_error":
        facts["allowed"] = facts.get("expected", "")
    code = _SAID.get(problem["type"], problem["type"])
    if code not in SENTENCES:
        facts["what"] = problem["msg"]
        code = "unfit"
    return error(code, spot, **facts)


def _near(word: str, known: Sequence[str]) -> str:
    """Those names that look alike, else all."""
    return ", ".join(difflib.get_close_matches(word, known, n=3, cutoff=0.6) or known)
