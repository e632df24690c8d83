"""Waiting until everything that was written has arrived wherever it is read."""

import asyncio
from collections.abc import Callable

import httpx
from prometheus_client.parser import text_string_to_metric_families

from ketnap.common import log
from ketnap.common.cursors import of_all
from ketnap.common.database import driver
from ketnap.common.service import Service
from ketnap.common.topics import tail
from ketnap.ops import catalogue
from ketnap.ops.services import WITH_LOG, Running

ROUNDS = 3  # a fact may lead to a command, and its event to another fact
MEASURED = 2.0  # seconds after which a service's metrics are of now
PAUSE = 0.25


async def all_arrived(running: Running, say: Callable[[str], None]) -> None:
    """Told, landed and folded, in every service of a deployment, with all that follows from it."""
    services = {name: catalogue.create(name, running.settings(name)) for name in WITH_LOG}
    try:
        for _ in range(ROUNDS):
            await asyncio.sleep(MEASURED)
            for name in WITH_LOG:
                await _told(running, name, say)
            for service in services.values():
                await _landed(service, say)
            for service in services.values():
                await _folded(service, say)
    finally:
        for service in services.values():
            await service.core.append.close()
            await service.core.db.close()


async def _told(running: Running, name: str, say: Callable[[str], None]) -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        while left := _lag((await client.get(f"{running.at.services[name]}/metrics")).text):
            say(f"{name} has {left} events to look at")
            await asyncio.sleep(PAUSE)


def _lag(metrics: str) -> int:
    return max(
        int(sample.value)
        for family in text_string_to_metric_families(metrics)
        if family.name == "ketnap_relay_lag_events"
        for sample in family.samples
    )


async def _landed(service: Service, say: Callable[[str], None]) -> None:
    core = service.core
    for topic in service.hears:
        end = (await tail(core.settings.kafka_url, topic.name)).number
        async with driver(core.db) as db:
            while (left := end - await log.version(db, topic.name)) > 0:
                say(f"{core.service} has {left} facts to land")
                await asyncio.sleep(PAUSE)


async def _folded(service: Service, say: Callable[[str], None]) -> None:
    core = service.core
    async with driver(core.db) as db:
        head, _ = await log.head(db)
        while True:
            there = await of_all(db, service.models)
            least = min(cursor.position for cursors in there.values() for cursor in cursors if cursor.live)
            if least >= head:
                return
            say(f"{core.service} has {head - least} entries to fold")
            await asyncio.sleep(PAUSE)
