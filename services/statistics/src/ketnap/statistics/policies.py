"""Reactions: before somebody is forgotten, the figures they stand in are detached from them."""

from collections.abc import Awaitable, Callable
from uuid import UUID

from ketnap.common.database import Database, driver
from ketnap.common.execute import Aggregate, Intent
from ketnap.common.ids import uuid7
from ketnap.common.log import Entry
from ketnap.common.pages import as_of
from ketnap.statistics import detachment
from ketnap.statistics.detachment import DetachFigures, Residue
from ketnap.statistics.views import ledger

type Detachments = Aggregate[DetachFigures, detachment.State, detachment.Event]


class LedgerBehind(Exception):
    """The ledger has not folded what came before; the forgetting comes again."""


def detach(detachments: Detachments, db: Database) -> Callable[[Entry, UUID, Intent], Awaitable[None]]:
    """What must be done before the content of a person is erased here."""

    async def before(entry: Entry, person: UUID, intent: Intent) -> None:
        async with as_of(db, ledger.model) as page:
            if page.position < entry.position - 1:
                raise LedgerBehind
            lines = await ledger.of_subject(page, f"person:{person}")
        async with driver(db) as connection:
            done = await connection.fetchval(
                "SELECT count(*) FROM core.log WHERE stream = $1", detachments.stream(person)
            )
        if done:
            return
        residue = [
            Residue(
                measure=line.measure,
                unit=line.unit,
                effective_on=line.effective_on,
                recorded_on=line.recorded_on,
                position=line.position,
                ordinal=line.ordinal,
                delta=line.delta,
                attributes=line.attributes,
            )
            for line in lines
        ]
        detaching = Intent(
            command_id=uuid7(),
            fingerprint=str(intent.command_id),
            expected=None,
            actor=intent.actor,
            correlation_id=intent.correlation_id,
            causation_id=intent.causation_id,
        )
        await detachments.execute(person, DetachFigures(person=person, lines=residue), detaching)

    return before
