"""Golden records: an event as it was once stored, and the facts that were told of it, for ever the same bytes."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from ketnap.common.codec import Codec
from ketnap.common.log import Entry
from ketnap.common.relay import Erased
from ketnap.contracts.fact import Fact

type Json = Any  # Any: JSON
type Telling[E] = Mapping[str, Callable[[E], Sequence[Fact | Erased]]]
"""By topic, without its province: what is told of an event."""


def records(path: Path) -> list[Json]:
    found: list[Json] = json.loads(path.read_text(encoding="utf-8"))
    return found


def entry(record: Json) -> Entry:
    """The entry of the log that holds the event; without `content` it was erased."""
    read = Entry(
        position=1,
        id=UUID(int=1),
        stream="golden",
        version=1,
        type=record["type"],
        schema_version=record["schema_version"],
        json=json.dumps(record["data"]),
        meta_json="{}",
        recorded_at=datetime(2024, 1, 2, tzinfo=UTC),
    )
    read.content = {name: json.dumps(value).encode() for name, value in record.get("content", {}).items()}
    return read


def told[E](event: E, telling: Telling[E]) -> Json:
    """The facts of an event as they stand on their topics."""
    return {
        topic: [_record(fact) for fact in facts] for topic, tell in telling.items() if (facts := tell(event))
    }


def record[E](event: E, codec: Codec[E], telling: Telling[E]) -> Json:
    """A golden record of an event, to be kept from the release on in which it is first stored."""
    written = codec.write(event)
    content = {name: json.loads(value) for name, value in written.content.items()}
    return {
        "type": written.type,
        "schema_version": written.schema_version,
        "data": json.loads(written.json),
        **({"content": content} if content else {}),
        "told": told(event, telling),
    }


def _record(fact: Fact | Erased) -> Json:
    match fact:
        case Erased(type=kind, key=key, about=about):
            return {"erased": kind, "key": key, "about": about}
        case _:
            return {"type": fact.TYPE, "key": fact.subject_key(), "data": json.loads(fact.model_dump_json())}
