"""Policies: the only reactions across services. A fact becomes a command, once, or a visible case."""

from collections.abc import Awaitable, Callable, Sequence
from uuid import UUID, uuid5

import structlog

from ketnap.common import log
from ketnap.common.append import Busy, OutcomeUnknown, Repeated, Stored
from ketnap.common.database import Database, driver, is_lost
from ketnap.common.decider import Rejected
from ketnap.common.execute import Conflict, Intent
from ketnap.common.folding import cause_of
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
        self._policies = {policy.name: policy for policy in policies}
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
            void = await log.voids(db, head)
        for entry in entries:
            if entry not in void:
                for policy in self._policies.values():
                    if entry.type in policy.types:
                        await self._react(policy, entry)
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

    async def react_again(self, case: UUID) -> bool:
        """What a policy could not do is tried anew; True when nothing of that entry is left to do.

        Raises:
            LookupError: there is no such case, or its policy is no more.
        """
        async with driver(self._db) as db:
            row = await db.fetchrow("SELECT policy, position FROM core.cases WHERE id = $1", case)
            entry = await log.at(db, row["position"]) if row else None
        if entry is None or row["policy"] not in self._policies:
            raise LookupError(f"case {case}")
        return await self._react(self._policies[row["policy"]], entry)

    async def _react(self, policy: Policy, entry: Entry) -> bool:
        """A rejection becomes a case, and so does what a policy cannot read: others go on, the cause is visible."""
        done = [unread := uuid5(entry.id, policy.name)]
        try:
            wanted = await policy.react(entry)
        except Exception as error:
            if _may_pass(error):
                raise
            await self._open_case(unread, policy, entry, entry.stream, error)
            return False
        for n, to in enumerate(wanted):
            command_id = uuid5(entry.id, f"{policy.name}#{n}")
            try:
                await to.execute(_intent(entry, command_id))
            except Exception as error:
                if _may_pass(error):
                    raise
                await self._open_case(command_id, policy, entry, to.target, error)
            else:
                done.append(command_id)
        await self._close_cases(done)
        return len(done) == len(wanted) + 1

    async def _open_case(self, id: UUID, policy: Policy, entry: Entry, target: str, error: Exception) -> None:
        logger.warning(
            "policy_case", policy=policy.name, position=entry.position, target=target, exc_info=error
        )
        async with driver(self._db) as db:
            await db.execute(
                "INSERT INTO core.cases (id, policy, position, target, cause) VALUES ($1, $2, $3, $4, $5)"
                " ON CONFLICT (id) DO UPDATE SET cause = excluded.cause",
                id,
                policy.name,
                entry.position,
                target,
                f"{type(error).__name__}: {error.sentence()}"
                if isinstance(error, Rejected)
                else cause_of(error),
            )

    async def _close_cases(self, ids: Sequence[UUID]) -> None:
        async with driver(self._db) as db:
            await db.execute(
                "UPDATE core.cases SET closed_at = clock_timestamp(), closed_by = 'policy'"
                " WHERE id = ANY ($1::uuid[]) AND closed_at IS NULL",
                ids,
            )


def _may_pass(error: Exception) -> bool:
    """Nothing is wrong with the command: the entry comes again."""
    return isinstance(error, Conflict | Busy | OutcomeUnknown) or is_lost(error)


def _intent(entry: Entry, command_id: UUID) -> Intent:
    meta = entry.meta
    return Intent(
        command_id=command_id,
        fingerprint=str(command_id),
        expected=None,
        actor="policy",
        correlation_id=_uuid(meta.get("correlation_id")) or command_id,
        causation_id=entry.id,
        traceparent=meta.get("traceparent"),
    )


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None
