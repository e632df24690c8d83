"""What a deployment tells, topic by topic: the generated AsyncAPI document as a person reads it."""

import json
from typing import Any

from ketnap.common.frozen import frozen


@frozen
class Field:
    """`words` with their meanings, where the language has some; `kind` is a type of JSON Schema or its format."""

    name: str
    kind: str
    required: bool
    meaning: str
    example: str
    words: tuple[tuple[str, str], ...]


@frozen
class Message:
    type: str
    meaning: str
    fields: tuple[Field, ...]
    example: str
    """As it stands in the record's value."""
    schema: str


@frozen
class Topic:
    """`repeated` are the types explained at an earlier topic."""

    name: str
    address: str
    promise: str
    restricted: bool
    messages: tuple[Message, ...]
    repeated: tuple[str, ...]

    @property
    def types(self) -> tuple[str, ...]:
        """All fact types that may come on the topic."""
        return (*(message.type for message in self.messages), *self.repeated)


@frozen
class Asyncapi:
    about: str
    headers: tuple[Field, ...]
    topics: tuple[Topic, ...]


def read(document: dict[str, Any]) -> Asyncapi:  # Any: JSON
    """What the document holds, in its order."""
    explained: set[str] = set()
    topics = []
    for channel in document["channels"].values():
        new = [name for name in channel["messages"] if name not in explained]
        topics.append(
            Topic(
                name=channel["title"],
                address=channel["address"],
                promise=channel["description"],
                restricted=channel["x-restricted"],
                messages=tuple(_message(document, name) for name in new),
                repeated=tuple(name for name in channel["messages"] if name in explained),
            )
        )
        explained.update(new)
    headers = _fields(document, document["components"]["schemas"]["headers"])
    return Asyncapi(about=document["info"]["description"], headers=headers, topics=tuple(topics))


def _message(document: dict[str, Any], type: str) -> Message:  # Any: JSON
    told = document["components"]["messages"][type]
    [example] = told["examples"]
    return Message(
        type=type,
        meaning=told["summary"],
        fields=_fields(document, told["payload"]),
        example=json.dumps(example["payload"], ensure_ascii=False, indent=1),
        schema=told["payload"]["x-dataschema"],
    )


def _fields(document: dict[str, Any], schema: dict[str, Any]) -> tuple[Field, ...]:  # Any: JSON
    return tuple(
        _field(document, name, field, required=name in schema.get("required", []))
        for name, field in schema["properties"].items()
    )


def _field(
    document: dict[str, Any], name: str, field: dict[str, Any], *, required: bool
) -> Field:  # Any: JSON
    told = next((kind for kind in field.get("anyOf", [field]) if kind.get("type") != "null"), field)
    words = document["components"]["schemas"][told["$ref"].rpartition("/")[2]] if "$ref" in told else {}
    meanings: dict[str, str] = words.get("x-words", {})
    [example] = field.get("examples", [""])
    return Field(
        name=name,
        kind=_kind(told),
        required=required,
        meaning=field.get("description", ""),
        example=example if isinstance(example, str) else json.dumps(example, ensure_ascii=False),
        words=tuple((word, meanings.get(word, "")) for word in words.get("enum", ())),
    )


def _kind(schema: dict[str, Any]) -> str:  # Any: JSON
    if "$ref" in schema:
        return "word"
    if schema["type"] == "array":
        return f"{_kind(schema['items'])}[]"
    return str(schema.get("format", schema["type"]))
