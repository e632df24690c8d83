"""Facts landed once more: each where it stood, whatever became of it there; nothing where the order is not known."""

from collections.abc import AsyncGenerator, Sequence
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from ketnap.common import log
from ketnap.common.database import driver
from ketnap.common.landing import Landing, Topic
from ketnap.common.log import Entry
from ketnap.common.relanding import LandedAgain, PlacesUnknown, TopicLacks, land_again
from ketnap.common.service import Core
from tests.common.test_landing import record
from tests.common.topic import delete_before, foreign_producer, new_topic, raw
from tests.kit import Database

PERSON = UUID(int=5)


@pytest.fixture
async def owner(database: Database) -> AsyncGenerator[asyncpg.Connection]:
    connection = await asyncpg.connect(database.owner_dsn)
    yield connection
    await connection.close()


async def heard(
    core: Core, kafka: str, facts: Sequence[Any], *, restricted: bool = False
) -> Topic:  # Any: as aiokafka's
    """A topic that holds these facts, and the log that has landed them."""
    topic = Topic(name=await new_topic(kafka), restricted=restricted)
    async with foreign_producer(kafka) as producer:
        for fact in facts:
            await producer.send_and_wait(topic.name, fact.value, fact.key, partition=0, headers=fact.headers)
    lands = Landing(
        topic, db=core.db, append=core.append, vault=core.vault, metrics=core.metrics, now=core.clock.now
    )
    await lands.take(await raw(kafka, topic.name))
    return topic


async def standing(core: Core) -> list[Entry]:
    """The whole log, its content opened."""
    async with driver(core.db) as db:
        entries = await log.after(db, 0, 1000)
        await core.vault.open(db, entries)
    return entries


def told(entries: Sequence[Entry]) -> list[tuple[object, ...]]:
    return [(e.position, e.id, e.stream, e.version, e.type, e.json, e.meta, e.content) for e in entries]


async def test_what_was_changed_by_hand_is_as_the_topic_says_again(
    core: Core, kafka: str, owner: asyncpg.Connection
) -> None:
    topic = await heard(core, kafka, [record(n) for n in range(1, 6)])
    before = told(await standing(core))
    await owner.execute("""UPDATE core.log SET data = '{"places": 7}', meta = '{}' WHERE version IN (2, 5)""")

    done = await land_again(owner, core.vault, kafka, topic)

    assert done == LandedAgain(facts=5, lost=0, otherwise=2)
    assert told(await standing(core)) == before


async def test_facts_that_are_gone_take_their_places_again_between_those_of_others(
    core: Core, kafka: str, owner: asyncpg.Connection
) -> None:
    first = await heard(core, kafka, [record(n) for n in range(1, 4)])
    await heard(core, kafka, [record(n) for n in range(1, 3)])
    lands = Landing(
        first, db=core.db, append=core.append, vault=core.vault, metrics=core.metrics, now=core.clock.now
    )
    async with foreign_producer(kafka) as producer:
        for fact in (record(4), record(5)):
            await producer.send_and_wait(first.name, fact.value, fact.key, partition=0, headers=fact.headers)
    await lands.take((await raw(kafka, first.name))[:4])
    before = await standing(core)
    await owner.execute("DELETE FROM core.log WHERE stream = $1", first.name)

    done = await land_again(owner, core.vault, kafka, first)

    assert done == LandedAgain(facts=4, lost=4, otherwise=0), "the fifth is landed in its turn"
    after = await standing(core)
    assert told(after) == told(before)
    assert [entry.recorded_at for entry in after] == sorted(entry.recorded_at for entry in after)


async def test_where_facts_of_two_topics_are_gone_nothing_is_changed(
    core: Core, kafka: str, owner: asyncpg.Connection
) -> None:
    first = await heard(core, kafka, [record(n) for n in range(1, 4)])
    await heard(core, kafka, [record(n) for n in range(1, 3)])
    await owner.execute("DELETE FROM core.log WHERE version > 1")
    before = told(await standing(core))

    with pytest.raises(PlacesUnknown):
        await land_again(owner, core.vault, kafka, first)

    assert told(await standing(core)) == before


async def test_a_topic_that_lacks_what_was_landed_is_refused(
    core: Core, kafka: str, owner: asyncpg.Connection
) -> None:
    topic = await heard(core, kafka, [record(n) for n in range(1, 4)])
    before = told(await standing(core))
    await delete_before(kafka, topic.name, 2)

    with pytest.raises(TopicLacks):
        await land_again(owner, core.vault, kafka, topic)

    assert told(await standing(core)) == before


async def test_what_no_database_takes_is_kept_as_before(
    core: Core, kafka: str, owner: asyncpg.Connection
) -> None:
    values = [b"no json", rb'{"a": "\u0000"}', None, b'{"places": 1}']
    topic = await heard(core, kafka, [record(n, value=value) for n, value in enumerate(values, 1)])
    before = told(await standing(core))
    await owner.execute("DELETE FROM core.log")

    await land_again(owner, core.vault, kafka, topic)

    assert told(await standing(core)) == before


async def test_content_of_people_stands_beside_the_log_again_and_what_was_erased_does_not(
    core: Core, kafka: str, owner: asyncpg.Connection
) -> None:
    said = [
        (str(UUID(int=5)), b'{"name": "An"}'),
        (str(UUID(int=6)), b'{"name": "Ba"}'),
        (str(UUID(int=5)), None),
    ]
    facts = [record(n, subject=who, value=value) for n, (who, value) in enumerate(said, 1)]
    topic = await heard(core, kafka, facts, restricted=True)
    before = told(await standing(core))
    assert [bool(entry[-1]) for entry in before] == [False, True, False]
    await owner.execute("DELETE FROM core.log")
    await owner.execute("DELETE FROM core.personal")

    await land_again(owner, core.vault, kafka, topic)

    assert told(await standing(core)) == before


async def test_whoever_was_forgotten_is_not_remembered_by_it(
    core: Core, kafka: str, owner: asyncpg.Connection
) -> None:
    value = b'{"name": "An"}'
    topic = await heard(core, kafka, [record(1, subject=str(PERSON), value=value)], restricted=True)
    await owner.execute("SELECT core.forget($1)", PERSON)
    core.vault.forget(PERSON)
    await owner.execute("DELETE FROM core.log")

    await land_again(owner, core.vault, kafka, topic)

    assert await owner.fetchval("SELECT count(*) FROM core.personal") == 0
    assert [entry.content for entry in await standing(core)] == [{}]
