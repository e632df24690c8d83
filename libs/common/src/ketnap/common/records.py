"""What a record of a topic is: a fact in its envelope, or a stray; and which of a batch of facts are new."""

import base64
from collections.abc import Sequence
from typing import Any

import orjson

from ketnap.common.frozen import frozen
from ketnap.contracts.envelope import Envelope, NotAFact


@frozen
class Heard:
    """One record as it came, its envelope read."""

    envelope: Envelope
    offset: int
    value: bytes | None

    @property
    def number(self) -> int:
        return self.envelope.factno

    @property
    def epoch(self) -> int:
        return self.envelope.epoch


@frozen
class Stray:
    """A record that is no fact."""

    offset: int
    headers: Sequence[tuple[str, bytes | None]]
    value: bytes | None
    cause: str

    def kept_headers(self) -> bytes:
        """A line each: name, "=", value in base64."""
        return b"\n".join(
            name.encode(errors="backslashreplace") + b"=" + base64.b64encode(value or b"")
            for name, value in self.headers
        )


def read(record: Any) -> Heard | Stray:  # Any: aiokafka ships no types
    """What a record is; never raises."""
    try:
        envelope = Envelope.parse(record.headers)
    except NotAFact as error:
        return Stray(offset=record.offset, headers=record.headers, value=record.value, cause=str(error))
    return Heard(envelope=envelope, offset=record.offset, value=record.value)


@frozen
class Sifted:
    new: Sequence[Heard]
    doubled: Sequence[Heard]
    """Of numbers that are there already."""
    missing: int | None
    """The first number that is missing before one that came."""


def sift(heard: Sequence[Heard], *, seen: int, epoch: int, dense: bool) -> Sifted:
    """What to land behind the fact `seen` of `epoch`. What an older epoch tells is void and left out."""
    new: list[Heard] = []
    doubled: list[Heard] = []
    early: dict[int, Heard] = {}
    for fact in heard:
        if fact.epoch < epoch:
            continue
        if fact.number <= seen:
            doubled.append(fact)
            continue
        if fact.number > seen + 1 and dense:
            early[fact.number] = fact
            continue
        next_one: Heard | None = fact
        while next_one is not None and next_one.epoch >= epoch:
            new.append(next_one)
            seen, epoch = next_one.number, next_one.epoch
            next_one = early.pop(seen + 1, None)
    missing = any(fact.number > seen and fact.epoch >= epoch for fact in early.values())
    return Sifted(new=new, doubled=doubled, missing=seen + 1 if missing else None)


def as_json(value: bytes | None) -> tuple[str, str | None]:
    """A record's value as JSON text, or base64 in JSON and the reason why it had to be."""
    if value is None:
        return "null", None
    try:
        text = value.decode()
        orjson.loads(value)
    except (UnicodeDecodeError, orjson.JSONDecodeError) as error:
        return as_base64(
            value
        ), f"{type(error).__name__} at {getattr(error, 'pos', getattr(error, 'start', 0))}"
    return text, None


def as_base64(value: bytes | None) -> str:
    return orjson.dumps({"base64": base64.b64encode(value or b"").decode()}).decode()
