"""What a check finds: where it stands, what is wrong, how to mend it, in Vietnamese and English."""

from collections.abc import Mapping
from typing import Literal

from ketnap.common.frozen import frozen
from ketnap.packs.sentences import SENTENCES

type Severity = Literal["error", "note"]
type Language = Literal["vi", "en"]


@frozen
class Spot:
    """A place in a file: the line where it is known, and the column of a table or the key of a TOML file."""

    file: str
    line: int | None = None
    name: str = ""

    def __str__(self) -> str:
        return ":".join(part for part in (self.file, str(self.line or ""), self.name) if part)


@frozen
class Finding:
    """Notes leave the pack usable, errors do not."""

    code: str
    spot: Spot
    facts: Mapping[str, object]
    severity: Severity = "error"

    def sentence(self, language: Language) -> str:
        vietnamese, english = SENTENCES[self.code]
        template = vietnamese if language == "vi" else english
        said = {name: str(value) if name in OURS else _said(value) for name, value in self.facts.items()}
        return template.format(**said)


def error(code: str, spot: Spot, /, **facts: object) -> Finding:
    return Finding(code=code, spot=spot, facts=facts)


def note(code: str, spot: Spot, /, **facts: object) -> Finding:
    return Finding(code=code, spot=spot, facts=facts, severity="note")


LONGEST = 80
OURS = frozenset({"allowed", "columns", "known"})
"""What we list ourselves is told to the end."""


def _said(value: object) -> str:
    """Short, on one line, whatever stood in the file."""
    text = " ".join(str(value).split())
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
