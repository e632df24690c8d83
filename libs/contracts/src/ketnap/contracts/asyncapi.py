"""The AsyncAPI 3.0 document of a deployment: its topics, every fact type on them, and the headers they carry."""

from typing import Any, Final

from ketnap.contracts.fact import Fact, schema_uri
from ketnap.contracts.schemas import RESTRICTED, TOPICS, schema

HEADERS: Final[dict[str, Any]] = {  # Any: JSON
    "type": "object",
    "description": "CloudEvents 1.0, binary mode",
    "required": ["ce_id", "ce_type", "ce_source", "ce_time", "ce_factno", "ce_epoch", "ce_position"],
    "properties": {
        "content-type": {"type": "string", "const": "application/json"},
        "ce_specversion": {"type": "string", "const": "1.0"},
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
        "ce_position": {"type": "string", "description": "Position of the event in the source's log"},
        "ce_part": {"type": "string", "description": "Which of several facts of one event, from 0"},
        "ce_correlationid": {"type": "string", "format": "uuid"},
        "traceparent": {"type": "string", "description": "W3C trace context"},
    },
}

_OPEN: Final = "Kept for ever, one partition, total order. `ce_factno` is dense from 1: nothing is missing when no number is."
_RESTRICTED: Final = "Restricted and compacted: the latest value of each key is kept, a null value erases it. Numbers only grow."


def document(province: str, version: str) -> dict[str, Any]:  # Any: JSON
    """The document of one deployment, self-contained: no address of another host is in it."""
    channels: dict[str, Any] = {}  # Any: JSON
    operations: dict[str, Any] = {}  # Any: JSON
    messages: dict[str, Any] = {}  # Any: JSON
    for topic, facts in TOPICS.items():
        name = topic.replace(".", "_")
        for fact in facts.values():
            messages[fact.TYPE] = _message(fact)
        channels[name] = {
            "address": f"{province}.{topic}",
            "title": topic,
            "description": _RESTRICTED if topic in RESTRICTED else _OPEN,
            "messages": {
                fact.TYPE: {"$ref": f"#/components/messages/{fact.TYPE}"} for fact in facts.values()
            },
            "bindings": {"kafka": {"partitions": 1, "bindingVersion": "0.5.0"}},
        }
        operations[f"tell_{name}"] = {
            "action": "send",
            "channel": {"$ref": f"#/channels/{name}"},
            "title": f"Facts of {topic}",
        }
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": f"Ketnap: {province}",
            "version": version,
            "description": "What the services of one deployment tell: facts about party-member development, thin, without names of people.",
            "license": {"name": "CC BY 4.0"},
        },
        "defaultContentType": "application/json",
        "channels": channels,
        "operations": operations,
        "components": {"messages": messages, "schemas": {"headers": HEADERS}},
    }


def _message(fact: type[Fact]) -> dict[str, Any]:  # Any: JSON
    return {
        "name": fact.TYPE,
        "title": fact.TYPE,
        "summary": " ".join((fact.__doc__ or "").split()),
        "contentType": "application/json",
        "headers": {"$ref": "#/components/schemas/headers"},
        "payload": {**schema(fact), "x-dataschema": schema_uri(fact.TYPE)},
    }
