"""The published language: golden records of every fact type stay readable for ever, and what is written is closed."""

import json
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from ketnap.contracts import admission, asyncapi, registry, statistics, training
from ketnap.contracts.consumer import HighWater, Verdict, voids
from ketnap.contracts.envelope import DIGITS, Envelope, NotAFact
from ketnap.contracts.fact import Fact, SourceRestored
from ketnap.contracts.schemas import TOPICS, facts, schema

GOLDEN = Path(__file__).parent / "golden"


def golden() -> list[Path]:
    return sorted(GOLDEN.glob("*.json"))


def test_every_fact_type_has_a_golden_record() -> None:
    """A golden record is never changed or deleted: what was told once must be readable for ever."""
    assert {path.stem.partition("#")[0] for path in golden()} == set(facts())


@pytest.mark.parametrize("path", golden(), ids=lambda path: path.stem)
def test_a_golden_record_reads_and_writes_itself(path: Path) -> None:
    kind = facts()[path.stem.partition("#")[0]]
    recorded = json.loads(path.read_text(encoding="utf-8"))

    fact = kind.read(path.read_bytes())

    assert recorded == json.loads(fact.model_dump_json(exclude_none=True))
    jsonschema.validate(recorded, schema(kind))
    assert fact.about


@pytest.mark.parametrize("path", golden(), ids=lambda path: path.stem)
def test_a_field_of_a_later_release_is_left_out_by_readers_and_refused_from_writers(path: Path) -> None:
    kind = facts()[path.stem.partition("#")[0]]
    later = {**json.loads(path.read_text(encoding="utf-8")), "field_of_a_later_release": 1}

    assert kind.read(json.dumps(later)) == kind.read(path.read_bytes())
    with pytest.raises(ValidationError):
        kind.model_validate(later)


def test_a_word_of_a_later_release_reads_as_other_with_its_text_beside() -> None:
    told = {
        "unit": str(uuid4()),
        "kind": "orbital_cell",
        "hierarchy": "party",
        "code": "1",
        "name": "A",
        "on": "2024-01-01",
    }

    unit = registry.UnitFounded.read(json.dumps(told))

    assert unit.kind is not registry.UnitKind.CELL
    assert (unit.kind.value, unit.kind.raw) == ("other", "orbital_cell")


def test_a_type_names_its_source_and_its_version_and_stands_once() -> None:
    for topic, kinds in TOPICS.items():
        source = topic.partition(".")[0]
        for name, kind in kinds.items():
            assert name == kind.TYPE
            assert name.startswith((f"{source}.", "source."))
            assert name.rpartition(".v")[2].isdigit()
            assert kind.SUBJECT in kind.model_fields


def test_no_fact_outside_the_restricted_topics_has_room_for_a_persons_name() -> None:
    personal = {"name", "birth_date", "citizen_number", "address", "phone"}
    for kind in (
        *registry.FACTS.values(),
        *training.FACTS.values(),
        *admission.FACTS.values(),
        *statistics.FACTS.values(),
    ):
        named = personal & set(kind.model_fields)
        assert not named or kind in {registry.UnitFounded, registry.UnitRenamed}


def test_the_asyncapi_document_speaks_of_every_fact_and_of_no_other_host() -> None:
    document = asyncapi.document("tinh-mau", "1.0.0")
    text = json.dumps(document)

    assert set(facts()) == set(document["components"]["messages"])
    assert {f"tinh-mau.{topic}" for topic in TOPICS} == {c["address"] for c in document["channels"].values()}
    assert "http://" not in text
    assert "https://" not in text.replace("https://json-schema.org/draft/2020-12/schema", "")


LAST = 10**DIGITS - 1

ENVELOPES = st.builds(
    Envelope,
    id=st.uuids(),
    type=st.sampled_from(sorted(facts())),
    source=st.just("urn:ketnap:tinh-mau:registry"),
    subject=st.text(max_size=40),
    time=st.datetimes(min_value=datetime(2000, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - Hypothesis adds the zone
    factno=st.integers(1, LAST),
    epoch=st.integers(1, 1000),
    position=st.integers(0, LAST),
    part=st.integers(0, 100),
    correlationid=st.uuids().map(str),
    traceparent=st.just(""),
    dataschema=st.just("/schemas/x.json"),
)


@given(ENVELOPES)
def test_an_envelope_survives_its_headers(envelope: Envelope) -> None:
    assert envelope == Envelope.parse(envelope.headers())


@given(st.lists(st.tuples(st.text(max_size=20), st.one_of(st.none(), st.binary(max_size=20))), max_size=8))
def test_whatever_stands_in_the_headers_without_a_number_is_no_fact(
    headers: list[tuple[str, bytes | None]],
) -> None:
    with pytest.raises(NotAFact, match="headers"):
        Envelope.parse(headers)


def envelope(number: int, epoch: int = 1) -> Envelope:
    return Envelope(
        id=UUID(int=number),
        type="registry.heartbeat.v1",
        source="urn:ketnap:tinh-mau:registry",
        subject="registry",
        time=datetime(2024, 1, 1, tzinfo=UTC),
        factno=number,
        epoch=epoch,
        position=number,
        part=0,
    )


def test_a_consumer_knows_duplicates_gaps_and_what_a_restore_voids() -> None:
    water = HighWater(epoch=1, number=5)
    restored = SourceRestored(source="t", epoch=2, valid_through=4)

    assert water.judge(envelope(5)) == Verdict.DUPLICATE
    assert water.judge(envelope(6)) == Verdict.NEW
    assert water.judge(envelope(7)) == Verdict.GAP
    assert HighWater(number=5, dense=False).judge(envelope(7)) == Verdict.NEW
    water.take(envelope(6, epoch=2))
    assert water.judge(envelope(7, epoch=1)) == Verdict.VOID
    assert [voids(restored, envelope(n)) for n in (4, 5)] == [False, True]


@given(st.lists(st.integers(1, 30), max_size=60))
def test_whatever_order_the_records_come_in_each_fact_is_taken_once_and_in_order(numbers: list[int]) -> None:
    water, taken = HighWater(), []
    for number in numbers:
        if water.judge(envelope(number)) is Verdict.NEW:
            water.take(envelope(number))
            taken.append(number)

    assert taken == list(range(1, len(taken) + 1))


def test_every_fact_says_what_happened() -> None:
    for kind in facts().values():
        assert kind.__doc__
        assert kind is not Fact
