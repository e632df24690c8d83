"""What a check found: a stable code for machines, a sentence for officers, the rule behind it."""

from dataclasses import dataclass
from typing import Literal

from ketnap.rules.basis import LegalBasis

type Switch = Literal["block", "warn"]
SWITCHES: tuple[Switch, ...] = ("block", "warn")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    code: str
    severity: Switch
    sentence: str
    basis: LegalBasis | None = None  # None: no rule is broken, the values contradict one another
    remedy: str = ""  # code of what to do next, where the next step is not the same form again
