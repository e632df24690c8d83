"""Connections that nobody uses are given back, and nobody is left without one for it."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from functools import partial

import pytest
from sqlalchemy import text

from ketnap.common.database import Database
from tests.kit import Database as Made
from tests.kit import until

NAME = "ketnap-test-database"
MINE = text("SELECT count(*) FROM pg_stat_activity WHERE application_name = :name")


@pytest.fixture
async def watching(database: Made) -> AsyncGenerator[Database]:
    db = Database(database.app_url, pool=1, name="ketnap-test-watching")
    yield db
    await db.close()


async def _open(watching: Database) -> int:
    async with watching.connect() as connection:
        return int(await connection.scalar(MINE, {"name": NAME}) or 0)


async def _none_is_open(watching: Database) -> bool:
    return await _open(watching) == 0


async def _use(db: Database, connections: int) -> None:
    async with AsyncExitStack() as stack:
        used = [await stack.enter_async_context(db.connect()) for _ in range(connections)]
        for connection in used:
            await connection.execute(text("SELECT 1"))


async def test_connections_that_nobody_uses_are_closed(database: Made, watching: Database) -> None:
    db = Database(database.app_url, name=NAME)
    await _use(db, 3)
    assert await _open(watching) == 3

    await db.give_back()

    await until(partial(_none_is_open, watching))
    await _use(db, 1)
    await db.close()


async def test_connections_stay_while_one_is_in_use(database: Made, watching: Database) -> None:
    db = Database(database.app_url, name=NAME)
    await _use(db, 3)
    async with db.connect() as connection:
        await connection.execute(text("SELECT 1"))
        await db.give_back()
        assert await _open(watching) == 3
    await db.close()


async def test_whoever_stops_or_asks_while_connections_are_closed_leaves_none_behind(
    database: Made, watching: Database
) -> None:
    db = Database(database.app_url, name=NAME)
    await _use(db, 4)
    giving = asyncio.create_task(db.give_back())
    asking = [asyncio.create_task(_use(db, 1)) for _ in range(4)]
    await asyncio.sleep(0)
    giving.cancel()
    await asyncio.gather(giving, *asking, return_exceptions=True)
    await db.close()

    await until(partial(_none_is_open, watching))
