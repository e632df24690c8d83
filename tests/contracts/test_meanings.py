"""Everything in the published language is explained in both languages, with an example that fits."""

import json
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import jsonschema
import pytest

from ketnap.contracts import asyncapi
from ketnap.contracts.envelope import REQUIRED
from ketnap.contracts.fact import Fact
from ketnap.contracts.meanings import Language
from ketnap.contracts.schemas import HEADERS, envelope_schema, example, facts, schema
from tests.contracts.test_facts import envelope

TABLE = tomllib.loads((files("ketnap.contracts") / "meanings.toml").read_text(encoding="utf-8"))
EVERY = pytest.mark.parametrize("fact", facts().values(), ids=lambda fact: fact.TYPE)


@EVERY
def test_the_example_of_a_fact_fills_every_field_and_fits_the_closed_model(fact: type[Fact]) -> None:
    made = example(fact)

    assert set(made) == set(fact.model_fields)
    assert fact.model_validate_json(json.dumps(made)).model_dump(mode="json") == made
    jsonschema.validate(made, schema(fact))


@EVERY
@pytest.mark.parametrize("language", Language)
def test_every_fact_and_field_says_what_it_means(fact: type[Fact], language: Language) -> None:
    explained = schema(fact, language)

    assert explained["description"]
    for name, field in explained["properties"].items():
        assert field["description"], name
        assert field["examples"] == [example(fact)[name]]


@EVERY
def test_every_word_has_a_vietnamese_meaning(fact: type[Fact]) -> None:
    for name, words in schema(fact, Language.VIETNAMESE).get("$defs", {}).items():
        assert list(words["x-words"]) == words["enum"], name


def used() -> dict[str, set[str]]:
    by_field = {
        f"{fact.TYPE}/{name}" if f"{fact.TYPE}/{name}" in TABLE["fields"] else name
        for fact in facts().values()
        for name in fact.model_fields
    }
    words = {name for fact in facts().values() for name in schema(fact).get("$defs", {})}
    return {"facts": set(facts()), "fields": by_field, "headers": set(HEADERS["properties"]), "words": words}


def test_nothing_is_explained_that_is_not_there() -> None:
    assert {part: set(entries) for part, entries in TABLE.items()} == used()


def test_english_stands_in_the_table_only_where_a_model_does_not_say_it_itself() -> None:
    said = {
        entry
        for entry, texts in TABLE["fields"].items()
        for fact in facts().values()
        for name, field in fact.model_fields.items()
        if entry in {f"{fact.TYPE}/{name}", name} and "en" in texts and not field.description
    }
    assert said == {entry for entry, texts in TABLE["fields"].items() if "en" in texts}


def test_the_headers_of_a_record_fit_the_schema_of_the_envelope() -> None:
    headers = {name: value.decode() for name, value in envelope(7).headers()}

    jsonschema.validate(headers, envelope_schema())
    assert set(envelope_schema()["required"]) == set(REQUIRED)
    assert set(headers) <= set(HEADERS["properties"])
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**headers, "ce_factno": "0"}, envelope_schema())


def shape(node: Any) -> Any:  # Any: JSON
    """Without what people read."""
    if isinstance(node, dict):
        texts = {"description", "summary"}
        return {
            name: shape(value)
            for name, value in node.items()
            if name != "x-words" and not (name in texts and isinstance(value, str))
        }
    return [shape(item) for item in node] if isinstance(node, list) else node


def test_the_document_says_the_same_in_both_languages() -> None:
    vietnamese, english = (asyncapi.document("tinh-mau", "1.0.0", language) for language in Language)

    assert shape(vietnamese) == shape(english)
    assert vietnamese != english


def references(node: Any) -> Iterator[str]:  # Any: JSON
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        node = list(node.values())
    if isinstance(node, list):
        for item in node:
            yield from references(item)


def test_every_reference_of_the_document_leads_to_something_in_it() -> None:
    document = asyncapi.document("tinh-mau", "1.0.0")
    named = set(references(document))

    assert "#/components/schemas/UnitKind" in named
    for name in named:
        found = document
        for step in name.removeprefix("#/").split("/"):
            found = found[step]
        assert found


def test_a_word_of_the_document_has_one_list_of_values() -> None:
    document = asyncapi.document("tinh-mau", "1.0.0")
    for fact in facts().values():
        for name, words in schema(fact).get("$defs", {}).items():
            assert document["components"]["schemas"][name] == words
