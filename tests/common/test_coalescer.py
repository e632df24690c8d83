"""Callers at the same time share one statement, and nobody's trouble is another's."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from uuid import uuid4

import asyncpg
import pytest

from ketnap.common import log
from ketnap.common.append import (
    Attempt,
    Busy,
    Coalescer,
    NewEvent,
    Outcome,
    OutcomeUnknown,
    Repeated,
    Stale,
    Stored,
)
from ketnap.common.database import driver
from ketnap.common.service import Core
from tests.kit import Database, until


def attempt() -> Attempt:
    event = NewEvent(id=uuid4(), type="t", schema_version=1, json="{}", meta_json="{}", version=1)
    return Attempt(stream=str(uuid4()), expected=0, events=[event], command_id=uuid4(), fingerprint="")


async def head(core: Core) -> int:
    async with driver(core.db) as db:
        return (await log.head(db))[0]


@asynccontextmanager
async def head_locked(database: Database) -> AsyncGenerator[asyncpg.Connection]:
    """Nobody can append inside the block; what comes is a connection that sees who waits."""
    owner = await asyncpg.connect(database.owner_dsn)
    watch = await asyncpg.connect(database.dsn)
    async with owner.transaction():
        await owner.execute("SELECT FROM core.head FOR UPDATE")
        yield watch
    await owner.close()
    await watch.close()


async def waiting_for_the_head(watch: asyncpg.Connection) -> int:
    waiting: int = await watch.fetchval(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    return waiting


async def under_way(
    core: Core, watch: asyncpg.Connection, attempts: Sequence[Attempt]
) -> list[asyncio.Task[Outcome]]:
    """One caller after another, each alone in a statement that waits for the head."""
    asked: list[asyncio.Task[Outcome]] = []
    for one in attempts:
        asked.append(asyncio.create_task(core.append(one)))
        await until(partial(_are_waiting, watch, len(asked)))
    return asked


async def all_under_way(core: Core, watch: asyncpg.Connection) -> list[asyncio.Task[Outcome]]:
    """As many callers as there may be statements."""
    return await under_way(core, watch, [attempt() for _ in range(Coalescer.FLIGHTS)])


async def _are_waiting(watch: asyncpg.Connection, count: int) -> bool:
    return await waiting_for_the_head(watch) == count


async def test_who_comes_while_all_statements_are_under_way_joins_the_next_one(
    core: Core, database: Database
) -> None:
    async with head_locked(database) as watch:
        first = await all_under_way(core, watch)
        others = [asyncio.create_task(core.append(attempt())) for _ in range(30)]
        await asyncio.sleep(0)
        assert await waiting_for_the_head(watch) == Coalescer.FLIGHTS
    outcomes = await asyncio.gather(*first, *others)

    stored = [outcome.position for outcome in outcomes if isinstance(outcome, Stored)]
    assert sorted(stored[:2]) == [1, 2]
    assert stored[2:] == list(range(3, 33))
    assert core.metrics.registry.get_sample_value("ketnap_append_batch_size_count") == 3
    assert core.metrics.registry.get_sample_value("ketnap_append_batch_size_sum") == 32


async def test_when_too_many_wait_the_next_one_is_told_that_nothing_was_written(
    core: Core, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Coalescer, "BOUND", 3)
    async with head_locked(database) as watch:
        first = await all_under_way(core, watch)
        others = [asyncio.create_task(core.append(attempt())) for _ in range(3)]
        await asyncio.sleep(0)
        with pytest.raises(Busy):
            await core.append(attempt())
    await asyncio.gather(*first, *others)

    assert await head(core) == 5


async def test_a_caller_who_goes_away_takes_nobody_along(core: Core, database: Database) -> None:
    async with head_locked(database) as watch:
        first = await all_under_way(core, watch)
        waiting = [asyncio.create_task(core.append(attempt())) for _ in range(3)]
        await asyncio.sleep(0)
        first[0].cancel()
        waiting[1].cancel()
        await asyncio.sleep(0)
    answers = await asyncio.gather(*first, *waiting, return_exceptions=True)

    assert [type(answer) for answer in answers] == [
        asyncio.CancelledError,
        Stored,
        Stored,
        asyncio.CancelledError,
        Stored,
    ]
    assert await head(core) == 4  # what was under way is stored, what still waited is not


async def told(core: Core, database: Database, attempts: Sequence[Attempt]) -> set[type[Outcome]]:
    """What each is told that is under way while the others are."""
    async with head_locked(database) as watch:
        asked = await under_way(core, watch, attempts)
    return {type(outcome) for outcome in await asyncio.gather(*asked)}


async def test_two_statements_under_way_apply_one_command_once_and_one_version_once(
    core: Core, database: Database
) -> None:
    mine = attempt()

    assert await told(core, database, [mine, mine]) == {Stored, Repeated}
    assert await head(core) == 1

    other = replace(mine, command_id=uuid4(), stream=str(uuid4()))
    rival = replace(other, command_id=uuid4())

    assert await told(core, database, [other, rival]) == {Stored, Stale}
    assert await head(core) == 2


async def test_a_lost_connection_leaves_the_outcome_unknown_and_the_same_again_tells_it(
    core: Core, database: Database
) -> None:
    mine = [attempt() for _ in range(5)]
    async with head_locked(database) as watch:
        asked = [asyncio.create_task(core.append(one)) for one in mine]
        await until(lambda: _are_waiting(watch, 1))
        await watch.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
        )
        answers = await asyncio.gather(*asked, return_exceptions=True)

    assert {type(answer) for answer in answers} == {OutcomeUnknown}
    assert "password" not in str(answers[0])
    again = await asyncio.gather(*(core.append(one) for one in mine))
    once_more = await asyncio.gather(*(core.append(one) for one in mine))
    assert [type(answer) for answer in again] == 5 * [Stored]
    assert [type(answer) for answer in once_more] == 5 * [Repeated]
    assert await head(core) == 5


async def test_a_busy_head_is_an_unknown_outcome_not_bad_data(core: Core, database: Database) -> None:
    async with head_locked(database):
        with pytest.raises(OutcomeUnknown, match="LockNotAvailableError 55P03"):
            await core.append(attempt())

    assert isinstance(await core.append(attempt()), Stored)


async def test_after_the_server_cut_every_line_the_next_call_of_each_finds_a_new_one(
    core: Core, database: Database
) -> None:
    async def ask() -> int:
        async with driver(core.db) as db:
            await db.execute("SELECT pg_sleep(0.05)")
            return (await log.head(db))[0]

    await asyncio.gather(*(ask() for _ in range(8)))
    watch = await asyncpg.connect(database.dsn)
    await watch.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    await watch.close()

    await asyncio.gather(ask(), return_exceptions=True)  # fails, unless the line was seen to be cut before
    rest = await asyncio.gather(*(ask() for _ in range(8)), return_exceptions=True)

    assert rest == 8 * [0]


async def test_closing_waits_for_what_is_under_way(core: Core, database: Database) -> None:
    async with head_locked(database) as watch:
        [asked] = await under_way(core, watch, [attempt()])
        closing = asyncio.create_task(core.append.close())
        await asyncio.sleep(0)
        assert not closing.done()
    await closing

    assert asked.done()
