"""What registry tells: of each stored event the same facts for ever, and no name on an open topic."""

from pathlib import Path

import pytest

from ketnap.contracts import registry as contracts
from ketnap.contracts.fact import SourceRestored
from ketnap.registry import language, publisher
from ketnap.registry.language import Own
from tests import golden
from tests.golden import Json

TELLING: golden.Telling[Own] = {
    "registry.v1": publisher.facts,
    "registry.identity.v1": publisher.identities,
    "registry.profile.v1": publisher.profiles,
}
TYPES = {
    "registry.v1": publisher.TYPES,
    "registry.identity.v1": publisher.IDENTITY_TYPES,
    "registry.profile.v1": publisher.PROFILE_TYPES,
}
FACTS = {
    "registry.v1": contracts.FACTS,
    "registry.identity.v1": contracts.IDENTITY_FACTS,
    "registry.profile.v1": contracts.PROFILE_FACTS,
}
RECORDS = golden.records(Path(__file__).parent / "golden.json")
CODECS = (
    language.units,
    language.people,
    language.candidacies,
    language.rolls,
    language.accounts,
    language.forgettings,
    language.heartbeats,
)


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: f"{record['type']} {record.get('says', '')}")
def test_an_event_once_stored_tells_what_it_told(record: Json) -> None:
    event = language.own(golden.entry(record))

    assert golden.told(event, TELLING) == record["told"]


def test_every_event_that_can_be_stored_has_its_record() -> None:
    assert {record["type"] for record in RECORDS} == {name for codec in CODECS for name in codec.names}


@pytest.mark.parametrize("topic", TELLING)
def test_exactly_the_events_that_tell_something_are_read_for_a_topic(topic: str) -> None:
    assert {record["type"] for record in RECORDS if topic in record["told"]} == TYPES[topic]


@pytest.mark.parametrize("topic", TELLING)
def test_every_fact_of_the_language_is_told(topic: str) -> None:
    told = {one.get("type") or one["erased"] for record in RECORDS for one in record["told"].get(topic, ())}

    assert told == FACTS[topic].keys() - {SourceRestored.TYPE}


def test_what_is_told_on_the_open_topic_has_no_content_that_can_be_erased() -> None:
    for record in RECORDS:
        for content in record.get("content", {}).values():
            for value in content.values() if isinstance(content, dict) else [content]:
                if isinstance(value, str) and len(value) > 4:
                    assert value not in str(record["told"].get("registry.v1"))
                    assert value not in str(record["data"])
