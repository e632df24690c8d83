"""Where the test of scope takes place, and what a sample of an action is."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import field
from typing import Any, Literal
from uuid import UUID

from ketnap.common.frozen import frozen
from ketnap.contracts.registry import Role
from tests.province import Officer, Province


@frozen
class Here:
    """One commune with a cell and a political centre; officers inside it and in the commune next to it."""

    province: Province
    commune: UUID
    cell: UUID
    centre: UUID
    inside: Officer
    """Holds every role on the commune."""
    outside: Officer
    """Holds every role on the commune next to it."""
    holding: Mapping[Role, Officer]
    """Each holds one role on the commune."""

    @property
    def today(self) -> str:
        return self.province.clock.today().isoformat()


@frozen
class Sample:
    """A request that must succeed for who may make it.

    `scope`: `unit` is a record or a unit (out of scope it is not found), `list` a list without a unit (out of scope it
    is empty), `none` belongs to no unit.
    """

    path: Mapping[str, UUID | str] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)  # Any: what httpx takes
    body: Mapping[str, Any] | None = None  # Any: JSON
    version: int | None = None
    scope: Literal["unit", "list", "none"] = "unit"


type Samples = Mapping[str, Callable[[Here], Awaitable[Sample]]]

NAMES = ("Đức Thắng", "Bình Minh")
PURPOSE = {"purpose": "kiểm thử phạm vi"}


async def make_here(province: Province) -> Here:
    commune, beside = [await province.found(f"Đảng bộ xã {name}", "commune") for name in NAMES]
    roles = [role for role in Role if role is not Role.OTHER]
    return Here(
        province=province,
        commune=commune,
        cell=await province.found("Chi bộ thôn Bình Minh", "cell", commune),
        centre=await province.found("Trung tâm chính trị", "political_centre", commune),
        inside=await province.officer("inside", *((role, commune) for role in roles)),
        outside=await province.officer("outside", *((role, beside) for role in roles)),
        holding={role: await province.officer(role.value, (role, commune)) for role in roles},
    )
