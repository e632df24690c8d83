"""An act of an officer: one command to one service, on a day, with what must have happened before."""

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from typing import Any, Literal
from uuid import UUID

from ketnap.common.frozen import frozen
from ketnap.packs.officers import Officer

type Matching = Literal["new", "version", "latest", "any"]
"""What the act says of its record: that it is new; the version it was decided on; whichever it has; nothing."""


@frozen
class Act:
    """`needs`: keys of acts that must have been answered. `sees`: of these, one whose effect must have arrived where
    this goes. `patient`: rights or units that it relies on may still be on their way.
    """

    key: str
    day: date
    officer: Officer
    service: str
    path: str
    body: Mapping[str, Any]  # Any: JSON
    matching: Matching
    version: int = 0
    needs: tuple[str, ...] = ()
    sees: str | None = None
    patient: bool = False
    method: Literal["POST", "PUT"] = "POST"

    @property
    def content(self) -> bytes:
        return json.dumps(self.body, default=_plain, sort_keys=True, ensure_ascii=False).encode()

    @property
    def digest(self) -> str:
        said = b"\n".join((str(self.officer.account).encode(), self.path.encode(), self.content))
        return hashlib.sha256(said).hexdigest()[:32]


@frozen
class Done:
    """What the service answered."""

    service: str
    version: int
    position: int


def _plain(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"{type(value)} is no JSON")
