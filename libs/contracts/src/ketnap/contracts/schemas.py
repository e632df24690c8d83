"""JSON Schemas of every fact type and of the envelope, closed as the writer keeps them, and the topics they travel on."""

from datetime import date
from typing import Any, Final

from ketnap.contracts import admission, meanings, registry, statistics, training
from ketnap.contracts.fact import Fact
from ketnap.contracts.meanings import Language

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

TOPICS: Final[dict[str, dict[str, type[Fact]]]] = {
    "registry.v1": registry.FACTS,
    "registry.identity.v1": registry.IDENTITY_FACTS,
    "registry.profile.v1": registry.PROFILE_FACTS,
    "training.v1": training.FACTS,
    "admission.v1": admission.FACTS,
    "statistics.v1": statistics.FACTS,
}
"""By topic, without its province."""

RESTRICTED: Final = frozenset({"registry.identity.v1", "registry.profile.v1"})
"""Compacted topics with personal content: numbers only grow, a tombstone erases."""

HEADERS: Final[dict[str, Any]] = {  # Any: JSON
    "type": "object",
    "description": "CloudEvents 1.0, binary mode",
    "required": ["ce_id", "ce_type", "ce_source", "ce_time", "ce_factno", "ce_epoch", "ce_position"],
    "properties": {
        "content-type": {"type": "string", "const": "application/json", "description": "The value is JSON"},
        "ce_specversion": {"type": "string", "const": "1.0", "description": "Version of CloudEvents"},
        "ce_id": {
            "type": "string",
            "format": "uuid",
            "description": "The same whenever the same event is told again",
        },
        "ce_type": {"type": "string", "description": "The fact's type with its version"},
        "ce_source": {"type": "string", "description": "urn:ketnap:<province>:<service>"},
        "ce_subject": {"type": "string", "description": "Whom or what the fact is about"},
        "ce_time": {
            "type": "string",
            "format": "date-time",
            "description": "When the source recorded it (UTC)",
        },
        "ce_dataschema": {"type": "string", "description": "Where the JSON Schema is served"},
        "ce_factno": {
            "type": "string",
            "pattern": "^[1-9][0-9]*$",
            "description": "Dense from 1 in its topic: a number seen before is a duplicate, a number skipped is a loss",
        },
        "ce_epoch": {
            "type": "string",
            "pattern": "^[1-9][0-9]*$",
            "description": "Grows when the source was restored; facts of older epochs above `valid_through` are void",
        },
        "ce_position": {
            "type": "string",
            "pattern": "^[0-9]+$",
            "description": "Position of the event in the source's log",
        },
        "ce_part": {
            "type": "string",
            "pattern": "^[0-9]+$",
            "description": "Which of several facts of one event, from 0",
        },
        "ce_correlationid": {
            "type": "string",
            "format": "uuid",
            "description": "Ties together the facts of one piece of work",
        },
        "traceparent": {"type": "string", "description": "W3C trace context"},
    },
}
"""The headers of a record, each an attribute of the envelope."""


def facts() -> dict[str, type[Fact]]:
    """Every fact type by its name."""
    return {fact.TYPE: fact for topic in TOPICS.values() for fact in topic.values()}


def schema(
    fact: type[Fact], language: Language = Language.ENGLISH, *, words_at: str = "#/$defs/{model}"
) -> dict[str, Any]:  # Any: JSON
    """JSON Schema 2020-12 of one fact type; every field with its meaning and an example.

    `words_at` is where a document that holds it keeps the enumerations, which stand in `$defs` here.
    """
    made = {
        "$schema": DIALECT,
        "$id": f"urn:ketnap:schema:{fact.TYPE}",
        **fact.model_json_schema(mode="serialization", ref_template=words_at),
        "title": fact.TYPE,
        "description": meanings.of_fact(fact, language),
    }
    examples = example(fact)
    for name, field in made["properties"].items():
        field.pop("title", None)
        field["description"] = meanings.of_field(fact, name, language)
        field["examples"] = [examples[name]]
    for name, words in made.get("$defs", {}).items():
        if language is Language.VIETNAMESE:
            words["x-words"] = meanings.of_words(name)
    return made


def example(fact: type[Fact]) -> dict[str, Any]:  # Any: JSON
    """The data of one made-up fact of this type, every field filled."""
    plain = fact.model_json_schema(mode="serialization")
    made: dict[str, Any] = {}  # Any: as above
    for name, field in plain["properties"].items():
        given = meanings.example(fact, name)
        if given is None:
            made[name] = plain["$defs"][_enumeration(field)]["enum"][0]
        else:
            made[name] = given.isoformat() if isinstance(given, date) else given
    return made


def envelope_schema() -> dict[str, Any]:  # Any: JSON
    """JSON Schema 2020-12 of the headers of every record."""
    return {"$schema": DIALECT, "$id": "urn:ketnap:schema:envelope", "title": "envelope", **HEADERS}


def _enumeration(field: dict[str, Any]) -> str:  # Any: JSON
    """Name of the enumeration whose words a field takes."""
    kinds = field.get("anyOf", [field])
    return next(str(kind["$ref"]) for kind in kinds if "$ref" in kind).rpartition("/")[2]
