"""Registry's heartbeat: one event a minute, so that everybody knows how fresh the rights are that they know."""

from datetime import datetime, timedelta
from uuid import uuid4

import orjson

from ketnap.common import log
from ketnap.common.append import Append, Attempt, NewEvent
from ketnap.common.clock import Clock
from ketnap.common.database import Database, driver
from ketnap.common.ids import uuid7
from ketnap.registry import language
from ketnap.registry.language import Heartbeat

STREAM = "heartbeat"
EVERY = timedelta(minutes=1)


class Heart:
    """Beats when the last beat in the log is a minute old; two workers at once lose to each other harmlessly."""

    def __init__(self, db: Database, append: Append, clock: Clock) -> None:
        self._db = db
        self._append = append
        self._clock = clock
        self._last: datetime | None = None

    async def beat(self) -> bool:
        now = self._clock.now()
        if self._last is not None and timedelta(0) <= now - self._last < EVERY:
            return False
        async with driver(self._db) as db:
            last = await log.last(db, STREAM)
        if last is not None and now - last.recorded_at < EVERY:
            self._last = last.recorded_at
            return False
        written = language.heartbeats.write(Heartbeat())
        event = NewEvent(
            id=uuid7(),
            type=written.type,
            schema_version=written.schema_version,
            json=written.json.decode(),
            meta_json=orjson.dumps({"actor": "registry", "correlation_id": uuid4()}).decode(),
            version=(last.version if last else 0) + 1,
        )
        await self._append(Attempt(stream=STREAM, expected=last.version if last else 0, events=[event]))
        self._last = now
        return False
