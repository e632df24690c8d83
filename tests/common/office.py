"""Two small services: `places` gives places over HTTP and tells who has one; `counts` hears it and counts."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from ketnap.common.access import HEARD_TYPES, Permit, access_model
from ketnap.common.access import heard as heard_access
from ketnap.common.execute import Aggregate, Intent
from ketnap.common.http import (
    Gate,
    Trade,
    Written,
    any_intent,
    guarded,
    intent,
    new_intent,
    within,
    written,
)
from ketnap.common.landing import Topic
from ketnap.common.policies import Policy
from ketnap.common.reading import AsOf, Reader, Wanted, as_of_json, wanted
from ketnap.common.relay import Telling
from ketnap.common.service import Core, Service
from ketnap.common.settings import Settings
from ketnap.contracts.registry import Role
from tests.common import places

OFFICE = UUID(int=1)
MAY: dict[str, frozenset[Role]] = {
    name: frozenset({Role.CELL_COMMITTEE})
    for name in (
        "place.ask",
        "place.take",
        "place.give_back",
        "place.forgetful",
        "quota.see",
        "quota.forgetful",
        "broken",
    )
}
MIGRATIONS: Sequence[Path] = ()

type Places = Aggregate[places.Command, places.State, places.Event]


class Asking(Trade):
    person: UUID
    name: str
    quota: str
    on: date
    tags: dict[str, str] | None = None


class Taking(Trade):
    on: date
    left: int


class Shown(Trade):
    quota: str
    places: int
    taken: int
    as_of: AsOf


def router(gate: Gate, reader: Reader, asked: Places) -> APIRouter:
    api = guarded()

    @api.post("/places/{place}/ask", name="place.ask")
    async def ask(
        place: UUID,
        body: Asking,
        response: Response,
        permit: Annotated[Permit, Depends(gate)],
        wants: Annotated[Intent, Depends(new_intent)],
    ) -> Written:
        permit.on(OFFICE)
        command = places.Ask(person=body.person, name=body.name, quota=body.quota, on=body.on)
        return written(response, place, await asked.execute(place, command, wants))

    @api.post("/places/{place}/take", name="place.take")
    async def take(
        place: UUID,
        body: Taking,
        response: Response,
        permit: Annotated[Permit, Depends(gate)],
        wants: Annotated[Intent, Depends(intent)],
    ) -> Written:
        command = within(permit, _office_of, places.Take(on=body.on, left=body.left))
        return written(response, place, await asked.execute(place, command, wants))

    @api.post("/places/{place}/give-back", name="place.give_back")
    async def give_back(
        place: UUID,
        body: Taking,
        response: Response,
        permit: Annotated[Permit, Depends(gate)],
        wants: Annotated[Intent, Depends(any_intent)],
    ) -> Written:
        permit.on(OFFICE)
        return written(response, place, await asked.execute(place, places.GiveBack(on=body.on), wants))

    @api.post("/places/{place}/forgetful", name="place.forgetful")
    async def forgetful(
        place: UUID,
        body: Asking,
        response: Response,
        _permit: Annotated[Permit, Depends(gate)],
        wants: Annotated[Intent, Depends(new_intent)],
    ) -> Written:
        command = places.Ask(person=body.person, name=body.name, quota=body.quota, on=body.on)
        return written(response, place, await asked.execute(place, command, wants))

    @api.get("/quotas/{quota}", name="quota.see")
    async def see(
        quota: str,
        permit: Annotated[Permit, Depends(gate)],
        known: Annotated[Wanted, Depends(wanted)],
        note: Annotated[str, Query()] = "",
    ) -> Shown:
        permit.on(OFFICE)
        async with reader(known, places.model) as page:
            table = page.of(places.model)
            query = table.select().where(table.c.quota == quota + note)
            row = (await page.connection.execute(query)).mappings().one_or_none()
            found = places.model.load(row) if row else places.Quota(quota=quota)
            return Shown(quota=quota, places=found.places, taken=found.taken, as_of=as_of_json(page))

    @api.get("/forgetful", name="quota.forgetful")
    async def forgetful_read(_permit: Annotated[Permit, Depends(gate)]) -> str:
        return "a secret"

    @api.get("/broken", name="broken")
    async def broken(permit: Annotated[Permit, Depends(gate)]) -> str:
        permit.own()
        raise ValueError("Hoàng Văn Canary")

    return api


def _office_of(state: places.State) -> UUID | None:
    return None if isinstance(state, places.Nothing) else OFFICE


def places_service(
    settings: Settings, *, policies: Callable[[Core, Places], Sequence[Policy]] | None = None
) -> Service:
    core = Core("places", settings)
    asked = core.aggregate("place", places.decider, places.codec)

    def routers(gate: Gate, reader: Reader) -> list[APIRouter]:
        return [router(gate, reader, asked)]

    return Service(
        core,
        hears=[Topic(name=core.topic(name)) for name in ("registry.v1", "quotas.v1")],
        tells=[Telling(topic=core.topic("places.v1"), types=frozenset(places.NAMES), publish=places.publish)],
        models=[places.model],
        access_model=access_model(HEARD_TYPES, heard_access),
        may=MAY,
        routers=routers,
        policies=policies(core, asked) if policies else (),
    )


def counts_service(settings: Settings) -> Service:
    core = Core("counts", settings)
    return Service(
        core,
        hears=[Topic(name=core.topic(name)) for name in ("registry.v1", "places.v1")],
        tells=[],
        models=[places.filled],
        access_model=access_model(HEARD_TYPES, heard_access),
        may={},
        routers=lambda _gate, _reader: [],
    )


SERVICES: Mapping[str, Callable[[Settings], Service]] = {
    "places": partial(places_service),
    "counts": counts_service,
}
