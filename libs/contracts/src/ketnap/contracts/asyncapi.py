"""The AsyncAPI 3.0 document of a deployment: its topics, every fact type on them, and the headers they carry."""

from typing import Any, Final

from ketnap.contracts import meanings
from ketnap.contracts.fact import Fact, schema_uri
from ketnap.contracts.meanings import Language
from ketnap.contracts.schemas import HEADERS, RESTRICTED, TOPICS, example, schema

_OPEN: Final = {
    Language.ENGLISH: "Kept for ever, one partition, total order. `ce_factno` is dense from 1: nothing is missing when no number is.",
    Language.VIETNAMESE: "Giữ mãi mãi, một phân vùng, trật tự toàn phần. `ce_factno` liên tục từ 1: không thiếu số nào là không thiếu tin nào.",
}
_RESTRICTED: Final = {
    Language.ENGLISH: "Restricted and compacted: the latest value of each key is kept, a null value erases it. Numbers only grow.",
    Language.VIETNAMESE: "Hạn chế và nén: mỗi khoá giữ giá trị mới nhất, giá trị rỗng là xoá. Số tin chỉ tăng.",
}
_ABOUT: Final = {
    Language.ENGLISH: "What the services of one deployment tell: facts about party-member development, thin, without names of people.",
    Language.VIETNAMESE: "Điều các dịch vụ của một tỉnh nói ra: tin về công tác phát triển đảng viên, mỏng, không có họ tên.",
}


def document(
    province: str, version: str, language: Language = Language.ENGLISH
) -> dict[str, Any]:  # Any: JSON
    """The document of one deployment, self-contained: no address of another host is in it."""
    channels: dict[str, Any] = {}  # Any: JSON
    operations: dict[str, Any] = {}  # Any: JSON
    messages: dict[str, Any] = {}  # Any: JSON
    schemas: dict[str, Any] = {"headers": _headers(language)}  # Any: JSON
    for topic, facts in TOPICS.items():
        name = topic.replace(".", "_")
        for fact in facts.values():
            messages[fact.TYPE] = message = _message(fact, language)
            schemas |= message["payload"].pop("$defs", {})
        channels[name] = {
            "address": f"{province}.{topic}",
            "title": topic,
            "description": (_RESTRICTED if topic in RESTRICTED else _OPEN)[language],
            "messages": {
                fact.TYPE: {"$ref": f"#/components/messages/{fact.TYPE}"} for fact in facts.values()
            },
            "bindings": {"kafka": {"partitions": 1, "bindingVersion": "0.5.0"}},
            "x-restricted": topic in RESTRICTED,
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
            "description": _ABOUT[language],
            "license": {"name": "CC BY 4.0"},
        },
        "defaultContentType": "application/json",
        "channels": channels,
        "operations": operations,
        "components": {"messages": messages, "schemas": schemas},
    }


def _message(fact: type[Fact], language: Language) -> dict[str, Any]:  # Any: JSON
    return {
        "name": fact.TYPE,
        "title": fact.TYPE,
        "summary": meanings.of_fact(fact, language),
        "contentType": "application/json",
        "headers": {"$ref": "#/components/schemas/headers"},
        "payload": {
            **schema(fact, language, words_at="#/components/schemas/{model}"),
            "x-dataschema": schema_uri(fact.TYPE),
        },
        "examples": [{"name": fact.TYPE, "payload": example(fact)}],
    }


def _headers(language: Language) -> dict[str, Any]:  # Any: JSON
    if language is Language.ENGLISH:
        return HEADERS
    told = {
        name: {**header, "description": meanings.of_header(name)}
        for name, header in HEADERS["properties"].items()
    }
    return {**HEADERS, "properties": told}
