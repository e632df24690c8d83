"""Where a rule is written, and how sure we are of its wording."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from ketnap.rules.wording import written

type Confidence = Literal["V", "S", "M"]
CONFIDENCES: tuple[Confidence, ...] = ("V", "S", "M")


@dataclass(frozen=True, slots=True, kw_only=True)
class Instrument:
    """A document that makes rules; its number alone does not tell it from others of other years."""

    issuer: str
    type: str
    number: str  # empty for the Charter and for laws known by their name
    signed_on: date

    def __str__(self) -> str:
        name = f"{self.type} {self.number}" if self.number else self.type
        return f"{name} ngày {written(self.signed_on)} ({self.issuer})"


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalBasis:
    """Confidence: V the rule was seen on a public page, S in a secondary source only, M is from memory."""

    instrument: Instrument | None  # None: a practice that no document was found for
    clause: str
    confidence: Confidence
    sources: tuple[str, ...]  # addresses of the pages seen
    note: str

    def __str__(self) -> str:
        if self.instrument is None:
            return self.clause
        return f"{self.clause}, {self.instrument}"
