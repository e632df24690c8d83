"""Values: immutable, slotted, built by keyword; and content that may be forgotten."""

from dataclasses import dataclass, field
from typing import Any, dataclass_transform, final


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(field,))
def frozen[T](cls: type[T]) -> type[T]:
    return dataclass(frozen=True, slots=True, kw_only=True)(cls)


@final
@frozen
class Forgotten:
    """Stands where content of a person stood whose data were erased."""


FORGOTTEN = Forgotten()

ERASABLE: dict[str, Any] = {"erasable": True}
"""`name: str | Forgotten = field(metadata=ERASABLE)`: stored beside the log, sealed, and gone when forgotten.

Such an event names the person it speaks of in a field `person`. (Any: the type that dataclasses ask for.)
"""
