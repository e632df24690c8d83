"""HTTP in for the access log: the same route in every service that shows personal data."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel

from ketnap.common.access import Permit
from ketnap.common.database import Database
from ketnap.common.http import Gate, guarded
from ketnap.common.reads import reads_of


class ReadShown(BaseModel):
    """One reading: by which account, of whose data, where that person stood, and why."""

    at: datetime
    account: str
    action: str
    subject: UUID
    unit: UUID | None
    purpose: str


def create(gate: Gate, db: Database) -> APIRouter:
    router = guarded("", ["access log"])
    may = Depends(gate)

    @router.get("/access-log", name="access.list")
    async def reads(
        permit: Annotated[Permit, may],
        person: UUID | None = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 100,
    ) -> list[ReadShown]:
        """Who read whose data in this service, the latest first."""
        found = await reads_of(db, person, permit.units(), limit)
        return [ReadShown.model_validate(one, from_attributes=True) for one in found]

    return router
