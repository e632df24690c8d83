"""HTTP in for certificates: what a person holds."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from ketnap.common.access import Permit
from ketnap.common.http import Gate, guarded
from ketnap.common.reading import AsOf, Reader, Wanted, as_of_json, wanted
from ketnap.training.programme import Programme
from ketnap.training.views import certificates


class CertificateShown(BaseModel):
    """`valid_until` is the last day it counts by the rule pack `pack`; without one there is no limit."""

    certificate: UUID
    number: str
    person: UUID
    unit: UUID
    programme: Programme
    owner: UUID
    course: UUID
    issued_on: date
    valid_until: date | None
    pack: str | None


class CertificatesShown(BaseModel):
    certificates: list[CertificateShown]
    as_of: AsOf


def create(gate: Gate, reader: Reader) -> APIRouter:
    router = guarded("/certificates", ["certificates"])
    may = Depends(gate)

    @router.get("", name="certificate.list")
    async def of_person(
        permit: Annotated[Permit, may], known: Annotated[Wanted, Depends(wanted)], person: UUID
    ) -> CertificatesShown:
        """Certificates of a person that units within your scope sent for or issued, the latest first."""
        units = permit.units()
        async with reader(known, certificates.model) as page:
            found = await certificates.of_person(page, person, units)
            shown = [CertificateShown.model_validate(one, from_attributes=True) for one in found]
            return CertificatesShown(certificates=shown, as_of=as_of_json(page))

    return router
