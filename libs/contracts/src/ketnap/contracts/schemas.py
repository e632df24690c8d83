"""JSON Schemas of every fact type, closed as the writer keeps them, and the topics they travel on."""

from typing import Any, Final

from ketnap.contracts import admission, registry, statistics, training
from ketnap.contracts.fact import Fact

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


def facts() -> dict[str, type[Fact]]:
    """Every fact type by its name."""
    return {fact.TYPE: fact for topic in TOPICS.values() for fact in topic.values()}


def schema(fact: type[Fact]) -> dict[str, Any]:  # Any: JSON
    """JSON Schema 2020-12 of one fact type."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:ketnap:schema:{fact.TYPE}",
        **fact.model_json_schema(mode="serialization"),
        "title": fact.TYPE,
    }
