"""The envelope of facts: written and read again, refused when it is none, and read by the CloudEvents SDK."""

import json
from datetime import UTC, datetime, timedelta, timezone
from uuid import uuid4

import pytest
from cloudevents.core.bindings.kafka import KafkaMessage, from_binary
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from hypothesis import given
from hypothesis import strategies as st

from ketnap.contracts.envelope import Envelope, NotAFact
from ketnap.contracts.fact import Word, fact_id
from tests.common.places import PlaceFilled

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1)
NUMBERS = st.integers(0, 10**18 - 1)
ENVELOPES = st.builds(
    Envelope,
    id=st.uuids(),
    type=TEXT,
    source=TEXT,
    subject=st.text(st.characters(exclude_categories=["Cs"])),
    time=st.datetimes(timezones=st.just(UTC)),
    factno=st.integers(1, 10**18 - 1),
    epoch=st.integers(1, 10**18 - 1),
    position=NUMBERS,
    part=NUMBERS,
    correlationid=st.just("") | TEXT,
    traceparent=st.just("") | TEXT,
    dataschema=st.just("") | TEXT,
)

WHOLE = Envelope(
    id=uuid4(),
    type="places.place_filled.v1",
    source="urn:ketnap:tinh-mau:places",
    subject=str(uuid4()),
    time=datetime(2024, 3, 2, 1, 2, 3, 456789, tzinfo=UTC),
    factno=7,
    epoch=1,
    position=12,
    part=1,
    correlationid=str(uuid4()),
    traceparent="00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    dataschema="/schemas/places.place_filled.v1.json",
)


@given(ENVELOPES)
def test_what_is_written_is_read_again(envelope: Envelope) -> None:
    assert Envelope.parse(envelope.headers()) == envelope


@given(st.lists(st.tuples(st.text(), st.none() | st.binary())))
def test_whatever_the_headers_hold_it_is_a_fact_or_none(headers: list[tuple[str, bytes | None]]) -> None:
    with pytest.raises(NotAFact):
        Envelope.parse(headers)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ce_factno", None),
        ("ce_factno", b""),
        ("ce_factno", b"\xff"),
        ("ce_factno", b"0"),
        ("ce_factno", b"-1"),
        ("ce_factno", b"1_0"),
        ("ce_factno", "٣".encode()),
        ("ce_factno", b"9" * 19),
        ("ce_epoch", b"0"),
        ("ce_position", b"1.5"),
        ("ce_part", b"x"),
        ("ce_id", b"seven"),
        ("ce_time", b"yesterday"),
        ("ce_time", b"2024-03-02T01:02:03"),
        ("ce_time", b"0001-01-01T00:00:00+14:00"),
        ("ce_type", None),
        ("ce_source", b""),
    ],
)
def test_a_header_that_cannot_be_read_makes_it_no_fact(name: str, value: bytes | None) -> None:
    headers = [(n, value if n == name else v) for n, v in WHOLE.headers()]

    with pytest.raises(NotAFact):
        Envelope.parse(headers)


def test_instants_of_other_zones_are_read_in_utc() -> None:
    headers = [(n, b"2024-03-02T08:02:03.456789+07:00" if n == "ce_time" else v) for n, v in WHOLE.headers()]

    read = Envelope.parse(headers)

    assert read.time == WHOLE.time
    assert read.time.utcoffset() == timedelta(0)
    assert WHOLE.time.astimezone(timezone(timedelta(hours=7))) == read.time


def test_the_cloudevents_sdk_reads_a_fact() -> None:
    fact = PlaceFilled(person=uuid4(), quota="north", filled=True)
    message = KafkaMessage(
        headers=dict(WHOLE.headers()), key=fact.subject_key().encode(), value=fact.model_dump_json().encode()
    )

    event = from_binary(message, JSONFormat(), CloudEvent)

    assert (event.get_id(), event.get_type(), event.get_source()) == (
        str(WHOLE.id),
        WHOLE.type,
        WHOLE.source,
    )
    assert (event.get_specversion(), event.get_subject(), event.get_time()) == (
        "1.0",
        WHOLE.subject,
        WHOLE.time,
    )
    assert event.get_datacontenttype() == "application/json"
    assert event.get_dataschema() == WHOLE.dataschema
    assert event.get_extension("factno") == "7"
    assert event.get_data() == json.loads(fact.model_dump_json())


@given(st.uuids(), TEXT, NUMBERS)
def test_the_same_event_told_again_has_the_same_id(event: object, type: str, part: int) -> None:
    assert fact_id(event, type, part) == fact_id(event, type, part)  # type: ignore[arg-type] # a UUID
    assert fact_id(event, type, part) != fact_id(event, type, part + 1)  # type: ignore[arg-type] # a UUID


class Colour(Word):
    RED = "red"
    OTHER = "other"


def test_a_word_this_version_does_not_know_reads_as_other_and_is_kept() -> None:
    known, unknown = Colour("red"), Colour("teal")

    assert known is Colour.RED
    assert known.raw == "red"
    assert unknown == Colour.OTHER
    assert unknown.raw == "teal"
    assert Colour("other").raw == "other"
