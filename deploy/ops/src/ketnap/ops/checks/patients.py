"""All that the doctor looks at, in the order in which things depend on one another."""

from contextlib import suppress

import httpx
from sqlalchemy.ext.asyncio import create_async_engine

from ketnap.common.logs import named
from ketnap.common.policies import NAME as POLICIES
from ketnap.common.service import Service
from ketnap.ops.checks import delivery, folded, storage
from ketnap.ops.checks.look import Check, Look, bad
from ketnap.portal.database import is_current


async def look_at(service: Service) -> list[Look]:
    """Everything about one service, whether it runs or not; without its database only that."""
    first = await _database(service)
    if not first.ok:
        return [first]
    checks: dict[str, Check] = {
        "schema": lambda: storage.schema(service),
        "server": lambda: storage.server(service),
        "clock": lambda: storage.clock(service),
        "log": lambda: storage.entries(service),
        "keys": lambda: storage.keys(service),
        "rights": lambda: storage.rights(service),
        **{
            f"tells {delivery.short(relay.telling.topic)}": delivery.telling(service, relay)
            for relay in service.relays
        },
        **{
            f"hears {delivery.short(topic.name)}": delivery.hearing(service, topic) for topic in service.hears
        },
        **{f"view {model.name}": folded.view(service, model.name) for model in service.models},
        "policies": folded.view(service, POLICIES),
        "parked": lambda: folded.parked(service),
        "cases": lambda: folded.cases(service),
    }
    looks = [first, *[await _guarded(service, about, check) for about, check in checks.items()]]
    return looks + await delivery.alarms(service)


async def look_at_portal(database: str) -> list[Look]:
    """Its database and schema: the portal holds nothing else."""
    engine = create_async_engine(database)
    try:
        async with engine.connect() as connection:
            current = await is_current(connection)
    except Exception as error:  # noqa: BLE001 - whatever stops it is what was found
        return [_no_database("portal", error)]
    finally:
        await engine.dispose()
    says = "as this release needs it" if current else "of another release"
    return [
        Look(service="portal", about="database", ok=True, says="answers"),
        Look(
            service="portal",
            about="schema",
            ok=current,
            says=says,
            do="" if current else "ketnap migrate portal",
        ),
    ]


async def look_at_process(service: str, url: str) -> Look:
    """What the running process says of itself."""
    try:
        async with httpx.AsyncClient(timeout=10, trust_env=False) as client:
            answer = await client.get(f"{url}/health/ready")
        checks = answer.json()["checks"]
    except (httpx.HTTPError, ValueError, KeyError) as error:
        says = f"does not answer at {url} ({named(error)})"
        return Look(service=service, about="process", ok=False, says=says, do="ketnap up, then ketnap logs")
    ill = [f"{name}: {check['says']}" for name, check in checks.items() if not check["ok"]]
    do = "the lines below; else ketnap logs" if ill else ""
    return Look(service=service, about="process", ok=not ill, says="; ".join(ill) or "ready", do=do)


async def _database(service: Service) -> Look:
    """Asked once more before it is said to be away: a busy server may take its time to let us in."""
    with suppress(Exception):
        return await storage.database(service)
    try:
        return await storage.database(service)
    except Exception as error:  # noqa: BLE001 - as above
        return _no_database(service.core.service, error)


async def _guarded(service: Service, about: str, check: Check) -> Look:
    """A look that fails is one that found something wrong."""
    try:
        return await check()
    except Exception as error:  # noqa: BLE001 - as above
        says = f"could not be looked at: {named(error)}"
        return bad(service, about, says, "heal what stands above, then look again")


def _no_database(service: str, error: Exception) -> Look:
    says = f"does not answer ({named(error)})"
    do = "ketnap up; else look at its address and password"
    return Look(service=service, about="database", ok=False, says=says, do=do)
