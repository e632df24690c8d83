"""Facts landed once more, from the topic's first number, each at the position of the log where it stood."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

import asyncpg

from ketnap.common.append import BAD_DATA, NewEvent, Sealed
from ketnap.common.database import Driver, sqlstate
from ketnap.common.frozen import frozen
from ketnap.common.landing import Topic, entry_of, plain_of, unreadable
from ketnap.common.personal import Vault
from ketnap.common.records import Heard, as_base64, sift
from ketnap.common.topics import facts
from ketnap.contracts.envelope import Envelope


@frozen
class LandedAgain:
    """How many stand in the log now; how many of them were gone from it, and how many stood there otherwise."""

    facts: int
    lost: int
    otherwise: int


class PlacesUnknown(Exception):
    """Not all entries that the log lacks are this topic's: in which order they were heard is known to nobody."""


class TopicLacks(Exception):
    """The topic does not hold a fact that was landed."""


@frozen
class _Place:
    """Where a fact stands, or stood: its position, and by which id and since when the log knows it."""

    position: int
    id: UUID
    recorded_at: datetime


async def land_again(db: Driver, vault: Vault, kafka: str, topic: Topic) -> LandedAgain:
    """Replace what was landed of one topic by what the topic says, all of it or nothing.

    Positions stay, so that everything said "as known" holds, and so do the ids from which policies make those of their
    commands. Nobody writes the log meanwhile. Read models are not folded again by this.

    Args:
        db: a connection of the owner of the database; a service may not change its log.
        vault: of the service.
        kafka: host:port.
        topic: as the service hears it.

    Raises:
        PlacesUnknown, TopicLacks: nothing was changed.
    """
    heard = [
        Heard(envelope=Envelope.parse(record.headers), offset=record.offset, value=record.value)
        async for record in facts(kafka, topic.name)
    ]
    new = sift(heard, seen=0, epoch=0, dense=not topic.restricted).new
    async with db.transaction():
        await db.execute("SELECT FROM core.head FOR UPDATE")
        before = await _standing(db, topic)
        places = await _places(db, topic, new)
        wanted = [fact for fact in new if fact.number in places]
        await db.execute(
            "DELETE FROM core.log WHERE stream = $1 AND version = ANY ($2::bigint[])",
            topic.name,
            [fact.number for fact in wanted],
        )
        for fact in wanted:
            await _store(db, topic, fact, places[fact.number])
        if topic.restricted:
            await _seal(db, vault, topic, wanted, places)
        after = await _standing(db, topic)
    return LandedAgain(
        facts=len(after),
        lost=len(after) - len(before),
        otherwise=sum(after[number] != stood for number, stood in before.items()),
    )


async def _standing(db: Driver, topic: Topic) -> dict[int, tuple[str, str, str]]:
    rows = await db.fetch(
        "SELECT version, type, data::text, (meta - 'offset')::text FROM core.log WHERE stream = $1",
        topic.name,
    )
    return {row[0]: (row[1], row[2], row[3]) for row in rows}


async def _places(db: Driver, topic: Topic, new: Sequence[Heard]) -> dict[int, _Place]:
    """By number. What the log lacks, in order of the numbers, stood where the log has holes."""
    rows = await db.fetch(
        "SELECT version, position, id, recorded_at FROM core.log WHERE stream = $1", topic.name
    )
    places = {row[0]: _Place(position=row[1], id=row[2], recorded_at=row[3]) for row in rows}
    told = {fact.number for fact in new}
    if not topic.restricted and (gone := places.keys() - told):
        raise TopicLacks(f"{topic.name} does not hold fact {min(gone)}")
    holes = await db.fetch(
        "SELECT n FROM core.head, generate_series(1, head.position) n"
        " WHERE NOT EXISTS (SELECT FROM core.log WHERE log.position = n) ORDER BY n"
    )
    lost = [fact for fact in new if fact.number not in places]
    for (hole,), fact in zip(holes, lost, strict=False):
        places[fact.number] = await _place(db, hole, fact)
    in_order = [places[number].position for number in sorted(places)]
    if len(holes) > len(lost) or in_order != sorted(in_order):
        raise PlacesUnknown(f"the log lacks {len(holes)} entries, not all of them of {topic.name}")
    return places


async def _place(db: Driver, hole: int, fact: Heard) -> _Place:
    """It was recorded here when the source had recorded it, and between what stands before and behind it."""
    before, behind = await db.fetchrow(
        "SELECT (SELECT recorded_at FROM core.log WHERE position < $1 ORDER BY position DESC LIMIT 1),"
        " (SELECT recorded_at FROM core.log WHERE position > $1 ORDER BY position LIMIT 1)",
        hole,
    )
    at = min(fact.envelope.time, behind or fact.envelope.time)
    return _Place(position=hole, id=fact.envelope.id, recorded_at=max(at, before or at))


async def _store(db: Driver, topic: Topic, fact: Heard, place: _Place) -> None:
    event = entry_of(topic, fact)
    try:
        async with db.transaction():
            await _insert(db, topic, event, place)
    except asyncpg.PostgresError as error:
        if sqlstate(error)[:2] not in BAD_DATA:
            raise
        await _insert(db, topic, unreadable(event, as_base64(fact.value), error.args[0]), place)


async def _insert(db: Driver, topic: Topic, event: NewEvent, place: _Place) -> None:
    await db.execute(
        "INSERT INTO core.log (position, id, stream, version, type, schema_version, data, meta, recorded_at)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7::text::jsonb, $8::text::jsonb, $9)",
        place.position,
        place.id,
        topic.name,
        event.version,
        event.type,
        event.schema_version,
        event.json,
        event.meta_json,
        place.recorded_at,
    )


async def _seal(
    db: Driver, vault: Vault, topic: Topic, wanted: Sequence[Heard], places: Mapping[int, _Place]
) -> None:
    """Content that is gone and was not erased stands beside the log again."""
    plains = {fact.number: plain for fact in wanted if (plain := plain_of(fact)) is not None}
    erased = {plain.person: number for number, plain in plains.items() if not plain.fields}
    rows = await db.fetch(
        "SELECT version FROM core.log JOIN core.personal USING (position) WHERE stream = $1", topic.name
    )
    there = {row[0] for row in rows}
    missing = [
        plain
        for number, plain in plains.items()
        if plain.fields and number not in there and number > erased.get(plain.person, 0)
    ]
    sealed: Mapping[int, Sequence[Sealed]] = await vault.seal(db, topic.name, missing)
    await db.executemany(
        "INSERT INTO core.personal (position, field, subject, ciphertext) VALUES ($1, $2, $3, $4)",
        [
            (places[number].position, one.field, one.subject, one.ciphertext)
            for number, kept in sealed.items()
            for one in kept
        ],
    )
