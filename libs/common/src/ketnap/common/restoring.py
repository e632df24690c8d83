"""After a restore: the topic is told up to where it agrees with the log, so that everybody forgets the rest."""

from datetime import UTC, datetime
from uuid import UUID

from ketnap.common import log
from ketnap.common.database import driver
from ketnap.common.frozen import frozen
from ketnap.common.relay import Relay
from ketnap.common.topics import NOTHING, Told, facts, standing
from ketnap.contracts.envelope import Envelope
from ketnap.contracts.fact import SourceRestored, fact_id, schema_uri


@frozen
class Adopted:
    """What the topic was told: facts up to a number still hold, so many behind it never happened."""

    valid_through: int
    void: int


async def adopt_restored(relay: Relay) -> Adopted | None:
    """Tell the topic that the log was restored; None when log and topic agree.

    The last fact both agree on is found by binary search: agreement is monotone. One record is appended, numbered on,
    in the next epoch, standing for that fact's position: so the ordinary rule resumes rightly, and nothing needs a row
    that a restore could lose.
    """
    told = await standing(relay.kafka, relay.telling.topic)
    common = await _last_common(relay, told)
    if common == len(told):
        return None
    valid = told[common - 1] if common else NOTHING
    last: Told | None = told[-1]
    epoch = told[-1].epoch
    number = 0
    while (
        last is not None
    ):  # not None: a paused relay's late record bears the number, so say it again behind that one
        number, epoch = last.number + 1, epoch + 1
        offset = await _say(relay, valid, number, epoch)
        last = await _told_before(relay, offset, number, epoch)
    return Adopted(valid_through=valid.number, void=number - 1 - valid.number)


async def _last_common(relay: Relay, told: list[Told]) -> int:
    low, high = 0, len(told)
    async with driver(relay.db) as db:
        while low < high:
            middle = (low + high) // 2
            if told[middle].speaks_of(await log.at(db, told[middle].position)):
                low = middle + 1
            else:
                high = middle
    return low


async def _say(relay: Relay, valid: Told, number: int, epoch: int) -> int:
    topic = relay.telling.topic
    fact = SourceRestored(source=topic, epoch=epoch, valid_through=valid.number)
    async with driver(relay.db) as db:
        entry = await log.at(db, valid.position)
    envelope = Envelope(
        id=fact_id(entry.id if entry else UUID(int=0), fact.TYPE, epoch),
        type=fact.TYPE,
        source=relay.source,
        subject=topic,
        time=valid.time or datetime.now(UTC),
        factno=number,
        epoch=epoch,
        position=valid.position,
        part=max(valid.part, 0),
        dataschema=schema_uri(fact.TYPE),
    )
    key = f"{fact.TYPE}/{epoch}".encode()
    return await relay.send(key, fact.model_dump_json().encode(), envelope.headers())


async def _told_before(relay: Relay, offset: int, number: int, epoch: int) -> Told | None:
    """The record of an older epoch that stands before ours and bears our number or a higher one."""
    late = [
        record.told
        async for record in facts(relay.kafka, relay.telling.topic)
        if record.offset < offset and record.told.number >= number and record.told.epoch < epoch
    ]
    return max(late, key=lambda told: told.number, default=None)
