"""The envelope of a fact on Kafka: CloudEvents 1.0 in binary mode, one header an attribute."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Self
from uuid import UUID

DIGITS = 18  # of a number, so that every database can hold it
ALWAYS = [("content-type", b"application/json"), ("ce_specversion", b"1.0")]
REQUIRED = ("ce_id", "ce_type", "ce_source", "ce_time", "ce_factno", "ce_epoch", "ce_position")


class NotAFact(ValueError):
    """The record lacks what every fact has: it was not told by a relay."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What stands in the headers. `factno` is dense from 1 in its topic: nothing is missing when no number is."""

    id: UUID
    type: str
    source: str
    subject: str
    time: datetime
    """When it was recorded at the source (UTC); dates of the world are fields of the data."""
    factno: int
    epoch: int
    position: int
    """In the source's log: where a relay goes on."""
    part: int
    """Which of several facts of one event, from 0."""
    correlationid: str = ""
    traceparent: str = ""
    dataschema: str = ""

    def headers(self) -> list[tuple[str, bytes]]:
        """As they stand on the record."""
        values = (
            ("ce_id", str(self.id)),
            ("ce_type", self.type),
            ("ce_source", self.source),
            ("ce_subject", self.subject),
            ("ce_time", self.time.isoformat().replace("+00:00", "Z")),
            ("ce_dataschema", self.dataschema),
            ("ce_factno", str(self.factno)),
            ("ce_epoch", str(self.epoch)),
            ("ce_position", str(self.position)),
            ("ce_part", str(self.part)),
            ("ce_correlationid", self.correlationid),
            ("traceparent", self.traceparent),
        )
        return ALWAYS + [(name, value.encode()) for name, value in values if value]

    @classmethod
    def parse(cls, headers: Iterable[tuple[str, bytes | None]]) -> Self:
        """From a record's headers, whatever they hold.

        Raises:
            NotAFact: a required attribute is missing or cannot be read.
        """
        found: dict[str, str] = {}
        for name, value in headers:
            try:
                found[name] = (value or b"").decode()
            except UnicodeDecodeError:
                continue
        missing = [name for name in REQUIRED if not found.get(name)]
        if missing:
            raise NotAFact(f"headers missing or unreadable: {', '.join(missing)}")
        try:
            return cls(
                id=UUID(found["ce_id"]),
                type=found["ce_type"],
                source=found["ce_source"],
                subject=found.get("ce_subject", ""),
                time=_instant(found["ce_time"]),
                factno=_number(found["ce_factno"], least=1),
                epoch=_number(found["ce_epoch"], least=1),
                position=_number(found["ce_position"]),
                part=_number(found.get("ce_part") or "0"),
                correlationid=found.get("ce_correlationid", ""),
                traceparent=found.get("traceparent", ""),
                dataschema=found.get("ce_dataschema", ""),
            )
        except (ValueError, OverflowError) as error:
            raise NotAFact(f"headers unreadable: {error}") from None


def _number(text: str, least: int = 0) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= DIGITS and int(text) >= least):
        raise ValueError(f"not a number from {least}: {text[:40]!r}")
    return int(text)


def _instant(text: str) -> datetime:
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError(f"an instant without its zone: {text[:40]!r}")
    return instant.astimezone(UTC)
