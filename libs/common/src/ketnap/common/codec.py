"""From stored to meant and back: explicit names, old versions lifted, erasable content taken apart and put together."""

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any, get_type_hints
from uuid import UUID

from pydantic import TypeAdapter

from ketnap.common.frozen import FORGOTTEN
from ketnap.common.log import Entry

type Lift = Callable[[dict[str, Any]], dict[str, Any]]  # Any: JSON


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """An event ready to be stored: what everybody may keep, and what may be erased, by field, as JSON."""

    type: str
    schema_version: int
    json: bytes
    person: UUID | None
    content: Mapping[str, bytes]


class NewerVersion(Exception):
    """An entry has a version that this release does not know: a later one wrote it."""


class Codec[E]:
    """The events of one aggregate.

    Args:
        names: stored name to class; never changed, never derived from a class name.
        lifts: for (name, schema version n) the pure function that makes version n + 1 of it.
    """

    def __init__(
        self, names: Mapping[str, type[E]], lifts: Mapping[tuple[str, int], Lift] | None = None
    ) -> None:
        self.names = dict(names)
        self._lifts = dict(lifts or {})
        self._adapters: dict[str, TypeAdapter[E]] = {
            name: TypeAdapter(cls) for name, cls in self.names.items()
        }
        self._name_of = {cls: name for name, cls in self.names.items()}
        self._erasable = {name: _erasable(cls) for name, cls in self.names.items()}
        self._versions = {name: self._version(name) for name in self.names}
        for name, version in self._lifts:
            if name not in self.names or (version > 1 and (name, version - 1) not in self._lifts):
                raise ValueError(f"the lift of {name} from version {version} leads from nowhere")
        self.personal_types = frozenset(name for name, fields in self._erasable.items() if fields)

    def read(self, entry: Entry) -> E:
        """The event that an entry holds; erasable content that was not opened reads as forgotten.

        Raises:
            KeyError: the entry is of a type that this codec does not know.
            NewerVersion: a later release wrote it.
            pydantic.ValidationError: the stored JSON does not mean such an event.
        """
        adapter = self._adapters[entry.type]
        if entry.schema_version > self._versions[entry.type]:
            raise NewerVersion(f"{entry.type} of version {entry.schema_version}")
        erasable = self._erasable[entry.type]
        if not erasable and entry.schema_version == self._versions[entry.type]:
            event: E = adapter.validator.validate_json(entry.json)  # a call less than the adapter's own
            return event
        data = entry.data
        for version in range(entry.schema_version, self._versions[entry.type]):
            data = self._lifts[entry.type, version](data)
        for field, content in erasable.items():
            data[field] = content.validate_json(entry.content[field]) if field in entry.content else FORGOTTEN
        return adapter.validate_python(data)

    def write(self, event: E) -> Written:
        name = self._name_of[type(event)]
        erasable = self._erasable[name]
        adapter = self._adapters[name]
        if not erasable:
            json = adapter.dump_json(event)
            return Written(type=name, schema_version=self._versions[name], json=json, person=None, content={})
        person: UUID = event.person  # type: ignore[attr-defined] # checked by _erasable
        return Written(
            type=name,
            schema_version=self._versions[name],
            json=adapter.dump_json(event, exclude=set(erasable)),
            person=person,
            content={
                field: adapter.dump_json(getattr(event, field))
                for field, adapter in erasable.items()
                if getattr(event, field) is not FORGOTTEN
            },
        )

    def _version(self, name: str) -> int:
        return 1 + max((version for lifted, version in self._lifts if lifted == name), default=0)


def _erasable(cls: type) -> dict[str, TypeAdapter[Any]]:  # Any: each field has a type of its own
    hints = get_type_hints(cls)
    fields = {
        field.name: TypeAdapter(hints[field.name])
        for field in dataclasses.fields(cls)
        if field.metadata.get("erasable")
    }
    if fields and "person" not in {field.name for field in dataclasses.fields(cls)}:
        raise TypeError(f"{cls.__name__} has erasable content and must name the person it speaks of")
    return fields
