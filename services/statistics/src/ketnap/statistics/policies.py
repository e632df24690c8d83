"""Reactions: before somebody is forgotten, the figures they stand in are detached from them."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from uuid import UUID, uuid5

from ketnap.common.database import Database, driver
from ketnap.common.execute import Aggregate, Intent
from ketnap.common.log import Entry
from ketnap.common.pages import Page, as_of
from ketnap.statistics import detachment
from ketnap.statistics.detachment import DetachFigures, Residue
from ketnap.statistics.views import ledger

type Detachments = Aggregate[DetachFigures, detachment.State, detachment.Event]


class LedgerBehind(Exception):
    """The ledger has not folded all that was known of the person; the forgetting comes again."""


def detach(detachments: Detachments, db: Database) -> Callable[[Entry, UUID, Intent], Awaitable[None]]:
    """What must be done before the content of a person is erased here.

    The function raises LedgerBehind while figures of the person are not folded, or are parked: what is erased then
    could never be counted.
    """

    async def before(entry: Entry, person: UUID, intent: Intent) -> None:
        subject = f"person:{person}"
        async with as_of(db, ledger.model) as page:
            if page.position < entry.position - 1 or await _is_parked(db, page, subject):
                raise LedgerBehind(subject)
            lines = await ledger.of_subject(page, subject, before=entry.position)
        residue = [
            Residue(
                measure=line.measure,
                unit=line.unit,
                effective_on=line.effective_on,
                position=line.position,
                ordinal=line.ordinal,
                delta=line.delta,
                attributes=line.attributes,
            )
            for line in lines
        ]
        detaching = replace(intent, command_id=uuid5(intent.command_id, "figures"))
        await detachments.execute(person, DetachFigures(person=person, lines=residue), detaching)

    return before


async def _is_parked(db: Database, page: Page, subject: str) -> bool:
    async with driver(db) as connection:
        parked: bool = await connection.fetchval(
            "SELECT EXISTS (SELECT FROM core.parked WHERE projection = $1 AND instance = $2 AND subject = $3)",
            ledger.model.name,
            page.instances[ledger.model.name],
            subject,
        )
    return parked
