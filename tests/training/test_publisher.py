"""What training tells: of each stored event the same facts for ever."""

from pathlib import Path

import pytest

from ketnap.contracts import training as contracts
from ketnap.contracts.fact import SourceRestored
from ketnap.training import language, publisher
from ketnap.training.language import Own
from tests import golden
from tests.golden import Json

TOPIC = "training.v1"
TELLING: golden.Telling[Own] = {TOPIC: publisher.facts}
RECORDS = golden.records(Path(__file__).parent / "golden.json")
CODECS = (language.plans, language.nominations, language.courses, language.forgettings)


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record["type"])
def test_an_event_once_stored_tells_what_it_told(record: Json) -> None:
    event = language.own(golden.entry(record))

    assert golden.told(event, TELLING) == record["told"]


def test_every_event_that_can_be_stored_has_its_record() -> None:
    assert {record["type"] for record in RECORDS} == {name for codec in CODECS for name in codec.names}


def test_exactly_the_events_that_tell_something_are_read() -> None:
    assert {record["type"] for record in RECORDS if record["told"]} == publisher.TYPES


def test_every_fact_of_the_language_is_told() -> None:
    told = {one["type"] for record in RECORDS for one in record["told"].get(TOPIC, ())}

    assert told == contracts.FACTS.keys() - {SourceRestored.TYPE}
