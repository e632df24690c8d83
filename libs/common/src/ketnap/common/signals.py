"""Wake-ups across processes: NOTIFY after the commit, from another connection; polling stays the truth."""

import asyncio

import asyncpg
import structlog

from ketnap.common.logs import named
from ketnap.common.worker import Bell

logger = structlog.get_logger()

CHANNEL = "ketnap_log"
AGAIN = 1.0  # seconds before a lost connection is made anew
ALIVE = 15.0  # seconds between two looks at a silent connection


async def signals(dsn: str, bell: Bell, appended: asyncio.Event) -> None:
    """For ever: tell the other processes when this one appended, ring the bell when they did."""
    while True:
        try:
            await _while_connected(dsn, bell, appended)
        except Exception as error:  # noqa: BLE001 - asyncpg raises three unrelated kinds when a server dies
            logger.warning("signals_lost", error=named(error))
        await asyncio.sleep(AGAIN)


async def _while_connected(dsn: str, bell: Bell, appended: asyncio.Event) -> None:
    connection = await asyncpg.connect(dsn, timeout=3, command_timeout=5)
    try:
        own = connection.get_server_pid()
        await connection.add_listener(CHANNEL, lambda _c, pid, _ch, _p: bell.ring() if pid != own else None)
        bell.ring()  # what was said while nobody listened
        appended.set()
        while True:
            try:
                async with asyncio.timeout(ALIVE):
                    await appended.wait()
            except TimeoutError:
                await connection.execute("SELECT 1")
                continue
            appended.clear()
            await connection.execute(f"NOTIFY {CHANNEL}")
    finally:
        connection.terminate()
