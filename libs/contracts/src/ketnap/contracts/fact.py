"""The root of every public fact: closed when written, tolerant when read."""

from enum import StrEnum
from typing import Any, ClassVar, Self
from uuid import UUID, uuid5

from pydantic import BaseModel, ConfigDict


class Fact(BaseModel):
    """What a service tells the others, for ever: ids, units, dates of the world, words, counts; no names of people.

    `subject` names the field that says whom or what the fact is about.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)

    TYPE: ClassVar[str] = ""
    SUBJECT: ClassVar[str] = ""

    def __init_subclass__(
        cls, *, type: str = "", subject: str = "", **kwargs: Any
    ) -> None:  # Any: pydantic's own
        super().__init_subclass__(**kwargs)
        if type:
            cls.TYPE = type
            cls.SUBJECT = subject

    @classmethod
    def read(cls, value: str | bytes) -> Self:
        """From JSON; fields that this version does not know are left out.

        Raises:
            pydantic.ValidationError: a known field is missing or does not fit.
        """
        return cls.model_validate_json(value, extra="ignore")

    @property
    def about(self) -> str:
        """The value of the subject's field."""
        return str(getattr(self, self.SUBJECT))

    def subject_key(self) -> str:
        """The record's key where a topic is compacted: one value is kept for each."""
        return self.about


class Word(StrEnum):
    """An open enumeration: a word that this version does not know reads as `other`, its text beside it in `raw`."""

    @property
    def raw(self) -> str:
        """The word as it was written."""
        return str(self.__dict__.get("unknown", self.value))

    @property
    def unknown(self) -> str | None:
        """The text of a word that this version does not know."""
        return self.__dict__.get("unknown")

    @classmethod
    def _missing_(cls, value: object) -> Self:
        word = str.__new__(cls, "other")
        word._name_ = "OTHER"
        word._value_ = "other"
        word.__dict__["unknown"] = str(value)
        return word


class SourceRestored(Fact, type="source.restored.v1", subject="source"):
    """The source went back to an older moment: facts of older epochs numbered above `valid_through` never happened."""

    source: str
    """The topic this record stands in."""
    epoch: int
    """Grows by one at each restore."""
    valid_through: int
    """Number of the last fact that still holds."""


def fact_id(event: UUID, type: str, part: int) -> UUID:
    """The id of a fact: the same whenever the same event is told again."""
    return uuid5(event, f"{type}#{part}")


def source_uri(province: str, service: str) -> str:
    """CloudEvents `source` of a service of one deployment."""
    return f"urn:ketnap:{province}:{service}"


def schema_uri(type: str) -> str:
    """CloudEvents `dataschema`: where the portal serves the JSON Schema of a fact type."""
    return f"/schemas/{type}.json"
