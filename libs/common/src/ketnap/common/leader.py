"""One relay per service: leadership by a session's advisory lock, and the refusal to tell after a restore."""

import asyncio
from collections.abc import Sequence

import asyncpg
import structlog

from ketnap.common.database import Database, Driver, driver
from ketnap.common.metrics import Metrics
from ketnap.common.relay import LogBehindTopic, Relay, ServerChanged
from ketnap.common.worker import POLL, Bell, heard

logger = structlog.get_logger()

LOCK = 0x6B65746E6170  # "ketnap"
IDLE = (
    "3s"  # PostgreSQL ends the session of a stopped leader after this; it must be polled three times as often
)
KEEP = 0.9  # seconds between two words of a living leader
AGAIN = 1.0  # seconds before leadership is tried again


async def lead(dsn: str, db: Database, relays: Sequence[Relay], bell: Bell, metrics: Metrics) -> None:
    """For ever: become leader, tell all topics, and start anew after any failure with a new session and producer."""
    metrics.relay_leader.set(0)
    metrics.log_behind_topic.set(0)
    while True:
        try:
            await _term(dsn, db, relays, bell, metrics)
        except (LogBehindTopic, ServerChanged) as refusal:
            metrics.log_behind_topic.set(1)
            logger.error("relay_refuses", cause=str(refusal))  # noqa: TRY400 - the cause says it all
            await _remember(db, str(refusal))
        except Exception as error:  # noqa: BLE001 - whatever it was: the topic says where to go on
            logger.warning("relay_failed", error="; ".join(_causes(error)))
        finally:
            metrics.relay_leader.set(0)
        await asyncio.sleep(AGAIN)


async def _term(dsn: str, db: Database, relays: Sequence[Relay], bell: Bell, metrics: Metrics) -> None:
    session = await asyncpg.connect(
        dsn,
        timeout=3,
        command_timeout=5,
        server_settings={"idle_session_timeout": IDLE, "application_name": "ketnap relay"},
    )
    try:
        if not await session.fetchval("SELECT pg_try_advisory_lock($1)", LOCK):
            return
        async with driver(db) as connection:
            await check_server(connection)
        metrics.relay_leader.set(1)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(_keep(session))
            for relay in relays:
                relay.told = None
                tasks.create_task(_tell(relay, bell, metrics))
    except* (LogBehindTopic, ServerChanged) as refusals:
        raise refusals.exceptions[0] from None
    finally:
        session.terminate()


async def _keep(session: asyncpg.Connection) -> None:
    while True:
        await session.execute("SELECT 1")
        await asyncio.sleep(KEEP)


async def _tell(relay: Relay, bell: Bell, metrics: Metrics) -> None:
    listener = bell.listen()
    try:
        await relay.resume()
        metrics.log_behind_topic.set(0)
        async with driver(relay.db) as db:
            await db.execute("DELETE FROM core.alarms WHERE kind = 'log_behind_topic'")
        async with relay.producer() as producer:
            while True:
                await relay.tell(producer)
                await heard(listener, POLL)
    finally:
        bell.leave(listener)


async def check_server(db: Driver) -> None:
    """Raises ServerChanged when another PostgreSQL, or another life of it, holds the log since it was last told."""
    identity = await server_identity(db)
    known = await db.fetchval("SELECT server FROM core.head")
    if known is None:
        await db.execute("SELECT core.acknowledge_server($1)", identity)
    elif known != identity:
        raise ServerChanged(
            f"the log was written on server {known}, now it is {identity}: say `ketnap adopt-restored` after a restore,"
            " `ketnap confirm-failover` after a failover that lost nothing"
        )


async def server_identity(db: Driver) -> str:
    """The PostgreSQL cluster and the timeline it lives on."""
    row = await db.fetchrow(
        "SELECT (SELECT system_identifier FROM pg_control_system()) AS cluster,"
        " (SELECT timeline_id FROM pg_control_checkpoint()) AS timeline"
    )
    return f"{row['cluster']}/{row['timeline']}"


def _causes(error: BaseException) -> list[str]:
    if isinstance(error, BaseExceptionGroup):
        return [cause for inner in error.exceptions for cause in _causes(inner)]
    return [f"{type(error).__name__}: {error}"]


async def _remember(db: Database, cause: str) -> None:
    async with driver(db) as connection:
        await connection.execute(
            "INSERT INTO core.alarms (kind, about, cause) VALUES ('log_behind_topic', 'relay', $1)"
            " ON CONFLICT (kind, about) DO UPDATE SET cause = excluded.cause",
            cause,
        )
