"""Connections: SQLAlchemy for queries, asyncpg itself for the paths that must be fast."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from typing import Any

import asyncpg
import sqlalchemy.exc
from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.util.concurrency import greenlet_spawn

type Driver = asyncpg.Connection  # asyncpg ships no types

CONNECT = 3.0  # seconds
COMMAND = 60.0  # seconds
UNUSED = 10.0  # seconds after which a connection is given back: each keeps some 6 MiB of the server


class Database:
    """One service's database. No connection sits in a transaction for long or waits long for a lock.

    Args:
        url: postgresql+asyncpg://... of the service's own role.
        pool: connections of each kind.
    """

    def __init__(self, url: str, *, pool: int = 8, name: str = "ketnap") -> None:
        self.dsn = url.replace("postgresql+asyncpg://", "postgresql://")
        self._settings = {
            "application_name": name,
            "jit": "off",
            "lock_timeout": "2s",
            "idle_in_transaction_session_timeout": "5s",
        }
        self._size = pool
        self._pool: Any = None  # Any: an asyncpg pool
        self._opening = asyncio.Lock()
        self.engine: AsyncEngine = create_async_engine(
            url,
            pool_size=pool,
            max_overflow=0,
            pool_recycle=1800,
            connect_args={"timeout": CONNECT, "command_timeout": COMMAND, "server_settings": self._settings},
        )
        self._used = False
        self._giving_back: asyncio.Task[None] | None = None
        event.listen(self.engine.sync_engine, "checkin", self._note)

    def connect(self) -> AsyncConnection:
        """For a query with SQLAlchemy."""
        return self.engine.connect()

    async def pool(self) -> Any:  # Any: as above
        if self._pool is None:
            async with self._opening:
                if self._pool is None:
                    self._pool = await asyncpg.create_pool(
                        self.dsn,
                        min_size=0,
                        max_size=self._size,
                        max_inactive_connection_lifetime=UNUSED,
                        timeout=CONNECT,
                        command_timeout=COMMAND,
                        server_settings=self._settings,
                        reset=_nothing_to_reset,
                    )
        return self._pool

    def _note(self, *_connection: object) -> None:
        self._used = True

    async def keep_small(self) -> None:
        """For ever: give back SQLAlchemy's connections when nobody uses one; asyncpg's pool sees to its own."""
        while True:
            await asyncio.sleep(UNUSED)
            if not self._used:
                await self.give_back()
            self._used = False

    async def give_back(self) -> None:
        """Close SQLAlchemy's connections unless somebody uses one; whoever asks meanwhile gets a new one."""
        old: Any = self.engine.pool  # Any: typed as a pool that cannot count
        if old.checkedout() or not old.checkedin():
            return
        # A new pool, before anybody can take from the old one again.
        self.engine.sync_engine.dispose(close=False)
        self._giving_back = asyncio.create_task(greenlet_spawn(old.dispose))
        await asyncio.shield(self._giving_back)  # who is stopped meanwhile leaves none open

    async def close(self) -> None:
        if self._giving_back is not None:
            await asyncio.wait([self._giving_back], timeout=CONNECT)
        await self.engine.dispose()
        if self._pool is not None:
            self._pool.terminate()


async def _nothing_to_reset(_connection: Driver) -> None:
    """Nobody sets anything beyond a transaction: a round trip saved at every release."""


@asynccontextmanager
async def driver(db: Database) -> AsyncGenerator[Driver]:
    """An asyncpg connection, each statement its own transaction.

    Whatever goes wrong, the connection is thrown away: after a server was killed asyncpg may be left in a state that
    it does not find its way out of, and nobody else must get that. When the server is lost all others go too.
    """
    pool = await db.pool()
    connection = await pool.acquire(timeout=CONNECT)
    try:
        yield connection
    except BaseException as error:
        with suppress(asyncpg.InterfaceError):  # it noticed its own end, and is back in the pool
            connection.terminate()
        if isinstance(error, Exception) and is_lost(error):
            await pool.expire_connections()
        raise
    finally:
        await pool.release(connection)


_LOST = (asyncpg.InterfaceError, asyncpg.InternalClientError, sqlalchemy.exc.TimeoutError, OSError)
_LOST_CLASSES = ("08", "53", "57", "58")
_LOST_STATES = ("40001", "40P01", "55P03", "25P03")


def is_lost(error: Exception) -> bool:
    """Is the database away, overloaded or locked: the same again may succeed. False for errors in data or in code."""
    if isinstance(error, _LOST):
        return True
    if isinstance(error, sqlalchemy.exc.DBAPIError) and error.connection_invalidated:
        return True
    state = sqlstate(error)
    return state[:2] in _LOST_CLASSES or state in _LOST_STATES


def sqlstate(error: Exception) -> str:
    """PostgreSQL's code of an error, however it came; empty when it is none of PostgreSQL's."""
    original = error.orig if isinstance(error, sqlalchemy.exc.DBAPIError) else error
    return getattr(original, "sqlstate", None) or ""
