"""Policies: the only reactions across services. A fact becomes a command, once, or a visible case."""

from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID, uuid5

import structlog

from ketnap.common import log
from ketnap.common.append import Repeated, Stored
from ketnap.common.database import Database, driver
from ketnap.common.decider import Rejected
from ketnap.common.execute import Conflict, Intent
from ketnap.common.frozen import frozen
from ketnap.common.log import Entry

logger = structlog.get_logger()

BATCH = 100
NAME = "policies"


@frozen
class To:
    """The command a policy wants: which record, and how to execute it under an intent of ours."""

    target: str
    execute: Callable[[Intent], Awaitable[Stored | Repeated]]


@frozen
class Policy:
    """From entries of these types to commands; the name is part of the command's id, so it never changes."""

    name: str
    types: frozenset[str]
    react: Callable[[Entry], Awaitable[Sequence[To]]]


class Policies:
    """Reads the log with a cursor of its own. A replay is silent: the command's id is made of fact and policy."""

    def __init__(self, db: Database, policies: Sequence[Policy]) -> None:
        self._db = db
        self._policies = policies
        self._types = sorted({name for policy in policies for name in policy.types})

    async def step(self) -> bool:
        """React to the next entries; True when there may be more."""
        if not self._policies:
            return False
        async with driver(self._db) as db:
            await db.execute(
                "INSERT INTO core.cursors (projection, instance, definition, position, live) VALUES ($1, 1, 1, 0, true)"
                " ON CONFLICT DO NOTHING",
                NAME,
            )
            cursor = await db.fetchval("SELECT position FROM core.cursors WHERE projection = $1", NAME)
            head, _ = await log.head(db)
            entries = await log.after(db, cursor, BATCH, self._types, head)
        for entry in entries:
            await self._react(entry)
        until = entries[-1].position if len(entries) == BATCH else head
        if until > cursor:
            async with driver(self._db) as db:
                await db.execute(
                    "UPDATE core.cursors SET position = $2, moved_at = clock_timestamp()"
                    " WHERE projection = $1 AND position < $2",
                    NAME,
                    until,
                )
        return until < head

    async def _react(self, entry: Entry) -> None:
        for policy in self._policies:
            if entry.type not in policy.types:
                continue
            for n, to in enumerate(await policy.react(entry)):
                command_id = uuid5(entry.id, f"{policy.name}#{n}")
                try:
                    await to.execute(_intent(entry, command_id))
                except Conflict:
                    raise  # somebody was faster five times: the entry comes again
                except Rejected as rejected:
                    await self._open_case(policy, entry, to, command_id, rejected)

    async def _open_case(
        self, policy: Policy, entry: Entry, to: To, command_id: UUID, rejected: Rejected
    ) -> None:
        logger.warning("policy_rejected", policy=policy.name, position=entry.position, target=to.target)
        async with driver(self._db) as db:
            await db.execute(
                "INSERT INTO core.cases (id, policy, position, target, cause) VALUES ($1, $2, $3, $4, $5)"
                " ON CONFLICT DO NOTHING",
                command_id,
                policy.name,
                entry.position,
                to.target,
                f"{type(rejected).__name__}: {rejected.sentence()}",
            )


def _intent(entry: Entry, command_id: UUID) -> Intent:
    meta = entry.meta
    return Intent(
        command_id=command_id,
        fingerprint=str(command_id),
        expected=None,
        actor="policy",
        correlation_id=UUID(meta["correlation_id"]) if meta.get("correlation_id") else command_id,
        causation_id=UUID(bytes=entry.id.bytes),  # asyncpg's class of its own is no JSON
        traceparent=meta.get("traceparent"),
    )
