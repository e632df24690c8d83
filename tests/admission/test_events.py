"""What is stored stays readable, and what is told of it never changes."""

import json
from pathlib import Path
from typing import Any

import pytest

from ketnap.admission import language, publisher
from ketnap.admission.events import NAMES, Event
from ketnap.common.forgetting import ForgettingDone
from ketnap.common.frozen import FORGOTTEN
from ketnap.common.log import Entry
from ketnap.contracts import admission
from tests.admission.builders import DOSSIER, PERSON, standing, told
from tests.admission.samples import STORIES, samples

GOLDEN = Path(__file__).parent / "golden.json"


def entry_of(event: Event, *, content: bool = True) -> Entry:
    written = language.dossiers.write(event)
    return Entry(
        position=1,
        id=PERSON,
        stream=f"dossier-{DOSSIER.id}",
        version=1,
        type=written.type,
        schema_version=written.schema_version,
        json=written.json.decode(),
        meta_json="{}",
        recorded_at=None,  # type: ignore[arg-type] # no reader of events asks for it
        content=written.content if content else None,
    )


def stored(event: Event) -> dict[str, Any]:  # Any: JSON
    written = language.dossiers.write(event)
    return {
        "type": written.type,
        "version": written.schema_version,
        "data": json.loads(written.json),
        "content": {field: json.loads(value) for field, value in written.content.items()},
        "facts": [[fact.TYPE, json.loads(fact.model_dump_json())] for fact in publisher.facts(event)],
    }


SAMPLES = samples()


def test_there_is_a_sample_of_every_event() -> None:
    assert {type(event) for event in SAMPLES.values()} == set(NAMES.values())


@pytest.mark.parametrize("name", SAMPLES)
def test_an_event_reads_as_it_was_written(name: str) -> None:
    assert language.own(entry_of(SAMPLES[name])) == SAMPLES[name]


@pytest.mark.parametrize("name", SAMPLES)
def test_stored_form_and_facts_are_those_of_the_golden_record(name: str) -> None:
    """A changed stored form needs a new schema version with its lift; a changed fact a new type."""
    assert json.loads(GOLDEN.read_text())[name] == stored(SAMPLES[name])


def test_names_of_people_stand_in_no_fact_and_words_about_them_in_no_log() -> None:
    for event in SAMPLES.values():
        written = language.dossiers.write(event)
        for content in written.content.values():
            assert content not in written.json
            assert all(content.decode() not in fact.model_dump_json() for fact in publisher.facts(event))


@pytest.mark.parametrize("story", STORIES)
def test_a_story_folds_to_the_same_stage_when_its_person_is_forgotten(story: str) -> None:
    events = told(*STORIES[story])
    erased = [language.dossiers.read(entry_of(event, content=False)) for event in events]

    assert type(standing(erased)) is type(standing(events))
    for event, forgotten in zip(events, erased, strict=True):
        for field in language.dossiers.write(event).content:
            assert getattr(forgotten, field) is FORGOTTEN


def test_exactly_the_events_that_tell_something_are_read_by_the_relay() -> None:
    telling = {language.dossiers.write(e).type for e in SAMPLES.values() if publisher.facts(e)}

    assert telling | {"forgetting.done"} == publisher.TYPES
    assert set(NAMES) - telling == publisher.SILENT


def test_every_fact_of_admission_is_told_by_something() -> None:
    told_types = {fact.TYPE for event in SAMPLES.values() for fact in publisher.facts(event)}
    [done] = publisher.facts(ForgettingDone(person=PERSON, rows=3))

    assert told_types | {done.TYPE, "source.restored.v1"} == set(admission.FACTS)


def test_every_word_of_an_event_is_a_word_of_the_published_language() -> None:
    for event in SAMPLES.values():
        for fact in publisher.facts(event):
            assert "other" not in json.loads(fact.model_dump_json()).values()
