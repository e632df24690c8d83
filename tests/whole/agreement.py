"""What must hold whatever happened: log, topic and landed facts are one and the same; figures are what a recount says."""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

import orjson

from ketnap.common import log
from ketnap.common.cursors import cursors
from ketnap.common.database import driver
from ketnap.common.frozen import frozen
from ketnap.common.log import RESTORED
from ketnap.common.relay import Erased, Telling
from ketnap.common.service import Service
from ketnap.common.topics import facts, standing
from ketnap.contracts.fact import fact_id
from ketnap.packs.acts import Act
from ketnap.packs.ids import Ids
from ketnap.packs.journal import Journal
from ketnap.statistics.measures import Measure
from ketnap.statistics.views import ledger

BESIDE_THE_LOG = "/instruments"  # a register

type Services = Mapping[str, Service]
type Told = list[tuple[int, int, str]]
"""Position, part, and id of every fact."""


async def disagreements(services: Services, kafka: str, *, silent: str = "") -> list[str]:
    """Of every topic: what its log says, what stands in it, and what those who hear it have landed.

    `silent`: a service whose own topics are of another log.
    """
    found: list[str] = []
    for name, service in services.items():
        for relay in service.relays:
            if name != silent:
                found += await _of_topic(service, relay.telling, services, kafka)
        found += await _within(service)
    return found


async def _of_topic(service: Service, telling: Telling, services: Services, kafka: str) -> list[str]:
    name = telling.topic
    said = await told_by_log(service, telling)
    stands = [fact for fact in await standing(kafka, name) if fact.type != RESTORED]
    found: list[str] = []
    if [(fact.position, fact.part, str(fact.id)) for fact in stands] != said:
        found.append(f"{name}: {len(said)} facts in the log, {len(stands)} in the topic, or others")
    numbers = [fact.number for fact in await standing(kafka, name)]
    if (
        not telling.restricted
        and numbers != list(range(1, len(numbers) + 1))
        and not await _restored(kafka, name)
    ):
        found.append(f"{name}: numbers are not dense")
    for listener in services.values():
        if name in {topic.name for topic in listener.hears}:
            landed = await _landed(listener, name)
            missing = [fact for fact in stands if landed.get(fact.number) != str(fact.id)]
            if missing or (not telling.restricted and len(landed) < len(stands)):
                found.append(f"{name}: {len(missing)} facts not landed in {listener.core.service}")
    return found


async def _restored(kafka: str, topic: str) -> bool:
    return any([record.told.type == RESTORED async for record in facts(kafka, topic)])


async def told_by_log(service: Service, telling: Telling) -> Told:
    """What its log says that a topic must hold."""
    async with driver(service.core.db) as db:
        entries = await log.after(db, 0, 10_000_000, sorted(telling.types))
    told: Told = []
    for entry, parts in zip(entries, await telling.publish(entries), strict=True):
        for part, fact in enumerate(parts):
            kind = fact.type if isinstance(fact, Erased) else fact.TYPE
            told.append((entry.position, part, str(fact_id(entry.id, kind, part))))
    return told


async def _landed(listener: Service, topic: str) -> dict[int, str]:
    async with driver(listener.core.db) as db:
        rows = await db.fetch(
            "SELECT version, meta->>'fact_id' AS id FROM core.log WHERE stream = $1 ORDER BY version", topic
        )
    return {row["version"]: row["id"] for row in rows}


async def _within(service: Service) -> list[str]:
    """Positions without a hole, everything folded, nothing parked, no alarm, no case left over."""
    name = service.core.service
    async with driver(service.core.db) as db:
        head, _ = await log.head(db)
        count, last = await db.fetchrow("SELECT count(*), coalesce(max(position), 0) FROM core.log")
        parked = await db.fetch("SELECT projection, subject, cause FROM core.parked")
        alarms = await db.fetch("SELECT kind, about, cause FROM core.alarms")
        behind = [
            cursor.instance
            for model in service.models
            for cursor in await cursors(db, model)
            if cursor.position < head
        ]
        reacting = await db.fetchval("SELECT count(*) FROM core.cursors WHERE position < $1", head)
    found = [f"{name}: parked {tuple(row)}" for row in parked]
    found += [f"{name}: alarm {tuple(row)}" for row in alarms]
    if not (count == last == head):
        found.append(f"{name}: {count} entries, the last at {last}, head at {head}")
    if behind or reacting:
        found.append(f"{name}: not folded up to {head}")
    return found


# -- Commands


async def commands_lost(services: Services, ids: Ids, journal: Journal, acts: list[Act]) -> list[str]:
    """Acts that were answered but do not stand in the log, once, where the answer said."""
    found: list[str] = []
    for name, service in services.items():
        async with driver(service.core.db) as db:
            rows = await db.fetch(
                "SELECT meta->>'command_id' AS command, count(DISTINCT stream) AS streams, min(version) AS low,"
                " max(version) AS high, max(position) AS position, count(*) AS events FROM core.log"
                " WHERE meta ? 'command_id' GROUP BY 1"
            )
        stored = {row["command"]: row for row in rows}
        found += [
            f"{name}: {command} was applied twice"
            for command, row in stored.items()
            if row["streams"] > 1 or row["high"] - row["low"] + 1 != row["events"]
        ]
        for act in acts:
            done = journal.answered(act)
            if done is None or act.service != name or act.path.startswith(BESIDE_THE_LOG):
                continue
            row = stored.get(str(ids.command(act.key, act.digest)))
            if row is None or (row["high"], row["position"]) != (done.version, done.position):
                found.append(f"{name}: {act.key} was answered {done}, stands as {row}")
    return found


# -- Figures


@frozen
class Figures:
    """Totals by unit, from the logs of those who decide, counted without the ledger."""

    admitted: dict[UUID, int]
    introduced: dict[UUID, int]
    members: dict[UUID, int]


async def recount(services: Services) -> Figures:
    """From the events of admission and registry themselves."""
    held: dict[str, UUID] = {}
    for event in await _events(services["admission"], "dossier.ceremony_held", "dossier.admission_annulled"):
        if event["type"] == "dossier.ceremony_held":
            held[event["stream"]] = UUID(event["data"]["dossier"]["unit"])
        else:
            held.pop(event["stream"], None)
    introduced = Counter(
        UUID(event["data"]["unit"]) for event in await _events(services["registry"], "candidacy.introduced")
    )
    members: dict[UUID, int] = {}
    for event in await _events(
        services["registry"],
        *("roll.opened", "roll.member_admitted", "roll.member_recognised", "roll.member_left"),
    ):
        said = event["data"]
        members[UUID(said["unit"])] = said["official"] + said["probationary"]
    return Figures(
        admitted=dict(Counter(held.values())),
        introduced=dict(introduced),
        members={unit: number for unit, number in members.items() if number},
    )


async def counted(statistics: Service, until: date) -> Figures:
    """From the ledger."""
    async with driver(statistics.core.db) as db:
        there = await cursors(db, ledger.model)
        live = next(cursor.instance for cursor in there if cursor.live)
        rows = await db.fetch(
            f"SELECT measure, unit, sum(delta)::int AS number FROM views.{ledger.model.lines_at(live).name}"  # noqa: S608 - of our own
            " WHERE effective_on <= $1 GROUP BY 1, 2 HAVING sum(delta) <> 0",
            until,
        )
    by_measure: dict[int, dict[UUID, int]] = {}
    for row in rows:
        by_measure.setdefault(row["measure"], {})[row["unit"]] = row["number"]
    return Figures(
        admitted=by_measure.get(Measure.ADMITTED, {}),
        introduced=by_measure.get(Measure.INTRODUCED, {}),
        members=by_measure.get(Measure.MEMBERS, {}),
    )


async def _events(service: Service, *types: str) -> list[dict[str, Any]]:  # Any: JSON
    async with driver(service.core.db) as db:
        rows = await db.fetch(
            "SELECT stream, type, data::text FROM core.log WHERE type = ANY ($1) ORDER BY position", types
        )
    return [{"stream": row["stream"], "type": row["type"], "data": orjson.loads(row["data"])} for row in rows]
