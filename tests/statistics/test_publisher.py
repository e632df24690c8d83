"""What statistics stores stays readable, and of each stored event it tells the same facts for ever."""

import json
from pathlib import Path

import pytest

from ketnap.contracts import statistics as contracts
from ketnap.contracts.fact import SourceRestored
from ketnap.statistics import language, publisher
from ketnap.statistics.language import Own
from ketnap.statistics.plan import PlanIssued
from tests import golden
from tests.golden import Json

TOPIC = "statistics.v1"
TELLING: golden.Telling[Own] = {TOPIC: publisher.facts}
RECORDS = golden.records(Path(__file__).parent / "golden.json")
CODECS = (
    language.plans,
    language.allocations,
    language.unit_plans,
    language.detachments,
    language.forgettings,
)


def named(record: Json) -> str:
    return str(record["type"])


@pytest.mark.parametrize("record", RECORDS, ids=named)
def test_an_event_once_stored_tells_what_it_told(record: Json) -> None:
    event = language.own(golden.entry(record))

    assert golden.told(event, TELLING) == record["told"]


@pytest.mark.parametrize("record", RECORDS, ids=named)
def test_an_event_is_stored_today_as_it_was(record: Json) -> None:
    """A changed stored form needs a new schema version with its lift."""
    event = language.own(golden.entry(record))
    [codec] = [codec for codec in CODECS if record["type"] in codec.names]
    written = codec.write(event)  # type: ignore[arg-type] # the codec of its type

    assert (written.type, written.schema_version) == (record["type"], record["schema_version"])
    assert json.loads(written.json) == record["data"]


def test_every_event_that_can_be_stored_has_its_record() -> None:
    assert {record["type"] for record in RECORDS} == {name for codec in CODECS for name in codec.names}


def test_exactly_the_events_that_tell_something_are_read() -> None:
    assert {record["type"] for record in RECORDS if record["told"]} == publisher.TYPES


def test_every_fact_of_the_language_is_told() -> None:
    told = {one["type"] for record in RECORDS for one in record["told"].get(TOPIC, ())}

    assert told == contracts.FACTS.keys() - {SourceRestored.TYPE}


def test_every_kind_of_target_and_every_strictness_is_a_word_of_the_language() -> None:
    [issued] = [r for r in RECORDS if r["type"] == "plan.issued"]
    event = language.own(golden.entry(issued))
    assert isinstance(event, PlanIssued)
    told = [fact for fact in publisher.facts(event) if isinstance(fact, contracts.TargetStated)]

    assert {fact.kind for fact in told} == set(contracts.TargetKind) - {contracts.TargetKind.OTHER}
    assert {fact.strictness for fact in told} == set(contracts.Strictness) - {contracts.Strictness.OTHER}


def test_a_number_that_counts_for_each_organisation_is_told_as_no_total() -> None:
    told = [one for record in RECORDS for one in record["told"].get(TOPIC, ())]
    values = {one["data"]["kind"]: one["data"]["value"] for one in told if "target_stated" in one["type"]}

    assert values == {
        "absolute": 220,
        "percent_of_base": 220,
        "range_of_base": None,
        "share_of_measure": None,
        "per_unit": None,
        "breakdown": None,
    }


def test_a_share_that_did_not_change_is_not_told_again() -> None:
    [issued] = [r for r in RECORDS if r["type"] == "allocation.issued"]
    told = [one["data"] for one in issued["told"][TOPIC]]
    data = issued["data"]

    assert {one["unit"]: (one["was"], one["quota"]) for one in told} == {
        unit: (data["was"][unit], quota)
        for unit, quota in data["shares"].items()
        if quota != data["was"][unit]
    }
    assert len(told) < len(data["shares"])
