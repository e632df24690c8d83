"""The doctor between services: is all told, is all landed, and which alarms stand."""

from collections.abc import Mapping
from datetime import UTC, datetime

from ketnap.common import log
from ketnap.common.database import driver
from ketnap.common.landing import Topic
from ketnap.common.log import Entry
from ketnap.common.relay import Relay
from ketnap.common.service import Service
from ketnap.common.topics import Told, tail
from ketnap.ops.checks.look import Check, Look, bad, good

LATE = 60.0  # seconds from recorded to told and landed
BATCH = 500


def telling(service: Service, relay: Relay) -> Check:
    topic = relay.telling.topic
    about = f"tells {short(topic)}"

    async def check() -> Look:
        told = await _tail(service, topic)
        if isinstance(told, Look):
            return told
        async with driver(service.core.db) as db:
            entry = await log.at(db, told.position)
            head, _ = await log.head(db)
        if not told.speaks_of(entry):
            return bad(
                service,
                about,
                f"the topic's fact {told.number} stands for position {told.position},"
                f" which this log {'holds otherwise' if entry else f'does not reach (it ends at {head})'}",
                f"ketnap adopt-restored {service.core.service}",
            )
        waiting = await _untold(service, relay, told)
        if waiting is None:
            return good(service, about, f"{told.number} facts, all told")
        age = _age(service, waiting)
        says = f"{told.number} facts; position {waiting.position} waits for {age:.0f} s"
        if age < LATE:
            return good(service, about, says)
        return bad(
            service,
            about,
            says,
            f"is the worker of {service.core.service} up? ketnap logs '*{service.core.service}*'",
        )

    return check


async def _untold(service: Service, relay: Relay, told: Told) -> Entry | None:
    """The first entry that became a fact which nobody told yet; most entries of some types become none."""
    position = told.position - 1 if told.part >= 0 else told.position
    async with driver(service.core.db) as db:
        while entries := await log.after(db, position, BATCH, sorted(relay.telling.types)):
            for entry, facts in zip(entries, await relay.telling.publish(entries), strict=True):
                if facts and (entry.position, len(facts) - 1) > told.place:
                    return entry
            position = entries[-1].position
    return None


def hearing(service: Service, topic: Topic) -> Check:
    about = f"hears {short(topic.name)}"

    async def check() -> Look:
        told = await _tail(service, topic.name)
        if isinstance(told, Look):
            return told
        async with driver(service.core.db) as db:
            landed = await log.version(db, topic.name)
            count = await db.fetchval("SELECT count(*) FROM core.log WHERE stream = $1", topic.name)
        if count != landed and not topic.restricted:
            says = f"{count} facts are there, the last is number {landed}"
            return bad(service, about, says, "restore this database from the backup")
        if landed > told.number:
            says = f"{landed} facts landed, but the topic ends at {told.number}: it lost records"
            return bad(
                service, about, says, f"its source must tell them again: ketnap doctor {_source(topic)}"
            )
        if landed == told.number:
            return good(service, about, f"{landed} facts, all landed")
        age = (service.core.clock.now() - (told.time or datetime.now(UTC))).total_seconds()
        says = f"{told.number - landed} facts behind, the topic's last is {max(age, 0):.0f} s old"
        if age < LATE:
            return good(service, about, says)
        do = f"see the alarms below and ketnap logs '*{service.core.service}*'"
        return bad(service, about, says, do)

    return check


async def _tail(service: Service, topic: str) -> Told | Look:
    try:
        return await tail(service.core.settings.kafka_url, topic)
    except LookupError as error:
        return bad(service, f"topic {short(topic)}", str(error), "ketnap topics apply")


async def alarms(service: Service) -> list[Look]:
    async with driver(service.core.db) as db:
        rows = await db.fetch("SELECT kind, about, cause FROM core.alarms ORDER BY since")
    return [
        bad(service, f"alarm {row['kind']}", f"{row['about']}: {row['cause']}", _heals(service, row))
        for row in rows
    ]


def _heals(service: Service, row: Mapping[str, str]) -> str:
    close = f"then ketnap alarms close {service.core.service} {row['kind']} {row['about']}"
    match row["kind"]:
        case "gap":
            return "ketnap relay refill, at the source of the topic, from the number named"
        case "log_behind_topic":
            return f"ketnap adopt-restored {service.core.service}, or what the cause says"
        case "relay_fails":
            return "see that Apache Kafka answers and that its disk has room"
        case "source_restored":
            return f"tell the officers what to look at again, {close}"
        case _:
            return f"look who wrote to the topic, {close}"


def _age(service: Service, entry: Entry) -> float:
    return max(0.0, (service.core.clock.now() - entry.recorded_at).total_seconds())


def short(topic: str) -> str:
    """Without the province, which is the same for all."""
    return topic.partition(".")[2]


def _source(topic: Topic) -> str:
    return topic.name.split(".")[1]
