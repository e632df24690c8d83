"""Connections: SQLAlchemy for queries, its asyncpg connection for the paths that must be fast."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import asyncpg
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

type Driver = asyncpg.Connection  # asyncpg ships no types


def connect(url: str, *, pool: int = 8, name: str = "ketnap") -> AsyncEngine:
    """An engine whose connections never sit in a transaction and never wait long for a lock."""
    return create_async_engine(
        url,
        pool_size=pool,
        max_overflow=pool,
        pool_pre_ping=False,
        pool_recycle=1800,
        connect_args={
            "timeout": 3,
            "command_timeout": 60,
            "server_settings": {
                "application_name": name,
                "jit": "off",
                "lock_timeout": "2s",
                "idle_in_transaction_session_timeout": "5s",
                "search_path": "views,core",
            },
        },
    )


@asynccontextmanager
async def driver(db: AsyncEngine) -> AsyncGenerator[Driver]:
    """The asyncpg connection itself, each statement its own transaction.

    Whatever goes wrong, the connection is thrown away: after a server was killed asyncpg may be left in a state that
    it does not find its way out of, and the pool must not hand that to the next caller.
    """
    connection = await db.raw_connection()
    asyncpg_connection: Any = connection.driver_connection  # Any: the driver behind SQLAlchemy's adapter
    try:
        yield asyncpg_connection
    except BaseException:
        connection.invalidate()
        raise
    finally:
        connection.close()
