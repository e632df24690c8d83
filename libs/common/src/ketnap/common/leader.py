"""One relay per service: leadership by a session's advisory lock, and the refusal to tell after a restore."""

import asyncio
import contextlib
import time
from collections.abc import Collection, Iterator, Sequence

import asyncpg
import structlog

from ketnap.common.alarms import end_alarm, raise_alarm
from ketnap.common.database import Database, Driver, driver
from ketnap.common.logs import named
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
PATIENCE = 30.0  # seconds of failures after which they are an alarm
REFUSES, FAILS = "log_behind_topic", "relay_fails"


async def lead(dsn: str, db: Database, relays: Sequence[Relay], bell: Bell, metrics: Metrics) -> None:
    """For ever: become leader, tell all topics, and start anew after any failure with a new session and producer."""
    watch = Watch(db, metrics, {relay.telling.topic for relay in relays})
    while True:
        try:
            await _term(dsn, db, relays, bell, watch)
        except Exception as error:  # noqa: BLE001 - whatever it was: the topic says where to go on
            await watch.failed(error)
        finally:
            metrics.relay_leader.set(0)
        await asyncio.sleep(AGAIN)


class Watch:
    """Makes refusals and lasting failures of the relay visible, and ends their alarms when it goes on."""

    def __init__(self, db: Database, metrics: Metrics, topics: Collection[str]) -> None:
        self._db = db
        self._metrics = metrics
        self._topics = frozenset(topics)
        self._well: set[str] = set()
        self._failing_since: float | None = None
        self._alarmed = True  # an earlier process may have left one

    def leads(self) -> None:
        self._metrics.relay_leader.set(1)
        self._well.clear()

    async def failed(self, error: Exception) -> None:
        refusal = next((e for e in _leaves(error) if isinstance(e, LogBehindTopic | ServerChanged)), None)
        if refusal is not None:
            self._metrics.log_behind_topic.set(1)
            logger.error("relay_refuses", cause=str(refusal))
            await self._alarm(REFUSES, str(refusal))
            return
        logger.warning("relay_failed", error=named(error), exc_info=error)
        if self._failing_since is None:
            self._failing_since = time.monotonic()
        if time.monotonic() - self._failing_since >= PATIENCE:
            await self._alarm(FAILS, f"nothing was told for a while: {named(error)}")

    async def well(self, topic: str) -> None:
        """All that the log holds was told to this topic."""
        self._well.add(topic)
        if self._well != self._topics:
            return
        self._failing_since = None
        self._metrics.log_behind_topic.set(0)
        if self._alarmed:
            async with driver(self._db) as db:
                await end_alarm(db, REFUSES, "relay")
                await end_alarm(db, FAILS, "relay")
            self._alarmed = False

    async def _alarm(self, kind: str, cause: str) -> None:
        self._alarmed = True
        with contextlib.suppress(Exception):  # without a database the log above has to do
            async with driver(self._db) as db:
                await raise_alarm(db, kind, "relay", cause)


async def _term(dsn: str, db: Database, relays: Sequence[Relay], bell: Bell, watch: Watch) -> None:
    session = await asyncpg.connect(
        dsn,
        timeout=3,
        command_timeout=5,
        server_settings={"idle_session_timeout": IDLE, "application_name": "ketnap relay"},
    )
    try:
        while not await session.fetchval("SELECT pg_try_advisory_lock($1)", LOCK):
            for relay in relays:
                relay.acknowledged = None  # another process knows
            await asyncio.sleep(AGAIN)
        async with driver(db) as connection:
            await check_server(connection)
        watch.leads()
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(_keep(session))
            for relay in relays:
                relay.told = None
                tasks.create_task(_tell(relay, bell, watch))
    finally:
        session.terminate()


async def _keep(session: asyncpg.Connection) -> None:
    while True:
        await session.execute("SELECT 1")
        await asyncio.sleep(KEEP)


async def _tell(relay: Relay, bell: Bell, watch: Watch) -> None:
    listener = bell.listen()
    try:
        async with relay.producer() as producer:  # first: a restricted topic's fences the one before it
            while True:
                await relay.tell(producer)
                await watch.well(relay.telling.topic)
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


def _leaves(error: BaseException) -> Iterator[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from _leaves(inner)
    else:
        yield error
