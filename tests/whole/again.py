"""Made from the log once more: read models rebuilt beside the live ones, a database restored to an earlier moment."""

from uuid import UUID, uuid4

import asyncpg

from ketnap.common import rebuild
from ketnap.common.database import Database, driver
from ketnap.common.restoring import adopt_restored
from ketnap.common.service import Service
from ketnap.ops import catalogue
from tests.kit import until
from tests.whole.agreement import Services, disagreements
from tests.whole.stage import STARTS, Stage

SETTLES = 180.0  # seconds


async def settled(here: Stage) -> None:
    """Until log, topic and landed facts are one and the same everywhere, and all of it is folded."""
    await _settled(here.services, here)


async def _settled(services: Services, here: Stage, alarm: str | None = None, silent: str = "") -> None:
    """`alarm`: one that belongs there; `silent`: a service whose topic is of another log."""
    found: list[str] = ["nobody has looked yet"]

    async def agreed() -> bool:
        nonlocal found
        told = await disagreements(services, here.running.at.kafka, silent=silent)
        found = [one for one in told if alarm is None or f"alarm ('{alarm}'" not in one]
        return not found

    try:
        await until(agreed, patience=SETTLES)
    except AssertionError:
        raise AssertionError(found) from None


async def rebuilt_the_same(service: Service) -> None:
    """Every read model beside the live one; readers are switched over and back."""
    db, vault = service.core.db, service.core.vault
    for model in service.models:
        live = await _live(db, model.name)
        beside = await rebuild.rebuild(db, vault, model)
        digests = await rebuild.compare(db, vault, model)
        assert digests[live] == digests[beside], model.name
        await rebuild.switch(db, model, beside)
        assert await _live(db, model.name) == beside
        await rebuild.switch(db, model, live)
        await rebuild.drop(db, model, beside)


async def _live(db: Database, projection: str) -> int:
    async with driver(db) as connection:
        instance: int = await connection.fetchval(
            "SELECT instance FROM core.cursors WHERE projection = $1 AND live", projection
        )
    return instance


async def restored_and_adopted(here: Stage) -> None:
    """Registry's database goes back to a copy while the topics know more; then everybody forgets what it forgot."""
    registry, name = here.services["registry"], here.running.deployment.database("registry")
    unit = here.pack.province.root
    admin = await asyncpg.connect(here.postgres.server.url())
    try:
        await _down(here, registry, admin, name)
        await admin.execute(f'CREATE DATABASE backup TEMPLATE "{name}"')
        await _up(here)
        lost = await _found_unit(here, unit)
        await settled(here)
        assert {await _knows(here, service, lost) for service in here.services} == {True}
        await _down(here, registry, admin, name)
        await admin.execute(f'DROP DATABASE "{name}"')
        await admin.execute(f'CREATE DATABASE "{name}" TEMPLATE backup')
    finally:
        await admin.close()
    await _up(here)

    async def refuses() -> bool:
        async with driver(registry.core.db) as db:
            return bool(await db.fetchval("SELECT count(*) FROM core.alarms WHERE kind = 'log_behind_topic'"))

    await until(refuses, patience=SETTLES)
    kept = await _found_unit(here, unit)
    adopted = [await adopt_restored(relay) for relay in registry.relays]
    assert any(adopted), "registry's topic was ahead"
    await _settled(here.services, here, "source_restored")  # stays until somebody has looked
    assert {await _knows(here, service, kept) for service in here.services} == {True}
    assert {await _knows(here, service, lost) for service in here.services} == {False}


async def _down(here: Stage, service: Service, admin: asyncpg.Connection, database: str) -> None:
    """Nobody is connected to its database any more."""
    for program in here.programs.values():
        if program.service == service.core.service:
            program.kill()
    await (await service.core.db.pool()).expire_connections()
    await service.core.db.engine.dispose()

    async def alone() -> bool:
        await admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", database
        )
        return not await admin.fetchval("SELECT count(*) FROM pg_stat_activity WHERE datname = $1", database)

    await until(alone)


async def _up(here: Stage) -> None:
    for program in here.programs.values():
        if program.pid is None:
            program.start()
    for program in here.programs.values():
        await until(program.answers, patience=STARTS)


async def _found_unit(here: Stage, parent: str) -> UUID:
    unit, officer = uuid4(), here.pack.officers.administrators(parent)[0]
    body = {
        "kind": "bloc",
        "hierarchy": "party",
        "parent": str(here.pack.ids.unit(parent)),
        "code": str(unit),
    }
    answer = await here.clients["registry"].post(
        f"/units/{unit}/found",
        json={**body, "name": "Đảng bộ Khối mới", "on": here.clock.today().isoformat()},
        headers={"Authorization": f"Bearer {here.sign(officer)}", "Idempotency-Key": str(uuid4())},
    )
    assert answer.status_code == 200, answer.text
    return unit


async def _knows(here: Stage, service: str, unit: UUID) -> bool:
    """As a process that starts now would: of a restored database nobody remembers anything."""
    made = catalogue.create(service, here.services[service].core.settings)
    try:
        await made.access.refresh()
        return unit in made.access.tree.units
    finally:
        await made.core.append.close()
        await made.core.db.close()
