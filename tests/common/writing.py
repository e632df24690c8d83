"""Put things into a log as the product does, and see what became of them."""

import asyncio
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import orjson

from ketnap.common import log, projector, rebuild
from ketnap.common.append import Attempt, NewEvent, Outcome
from ketnap.common.database import driver
from ketnap.common.execute import Intent
from ketnap.common.readmodel import AnyModel
from ketnap.common.service import Core
from ketnap.contracts.fact import Fact, SourceRestored
from tests.common import places
from tests.common.places import QuotaGiven
from tests.kit import Database

DAY = date(2024, 3, 2)
QUOTAS = "tinh-mau.quotas.v1"


def intent(expected: int | None = None, key: UUID | None = None, body: str = "") -> Intent:
    return Intent(
        command_id=key or uuid4(), fingerprint=body, expected=expected, actor="ann", correlation_id=uuid4()
    )


async def heard(
    core: Core,
    *facts: Fact | tuple[str, str],
    stream: str = QUOTAS,
    epoch: int = 1,
    subject: str | None = None,
) -> Outcome:
    """Land these facts behind what the stream holds; (type, JSON) for one that nobody could have written."""
    async with driver(core.db) as db:
        stands = await log.version(db, stream)
    events = [_event(fact, stands + n, epoch, subject) for n, fact in enumerate(facts, 1)]
    return await core.append(Attempt(stream=stream, expected=stands, events=events))


async def quota(core: Core, name: str = "north", places: int = 10) -> None:
    await heard(core, QuotaGiven(quota=name, places=places))


async def restored(core: Core, valid_through: int, epoch: int = 2) -> None:
    await heard(core, SourceRestored(source=QUOTAS, epoch=epoch, valid_through=valid_through), epoch=epoch)


async def took(core: Core, quota: str = "north", count: int = 1) -> list[UUID]:
    """So many people ask for a place and take it."""
    asked = core.aggregate("place", places.decider, places.codec)

    async def one() -> UUID:
        place = uuid4()
        ask = places.Ask(person=uuid4(), name="Lê Thị Ánh", quota=quota, on=DAY)
        await asked.execute(place, ask, intent(0))
        await asked.execute(place, places.Take(on=DAY, left=1), intent(1))
        return place

    return list(await asyncio.gather(*(one() for _ in range(count))))


async def fold(core: Core, model: AnyModel = places.model, instance: int = 1, limit: int = 500) -> None:
    """Until the instance has caught up."""
    while await projector.advance(core.db, core.vault, model, instance, limit=limit):
        pass


async def rows(core: Core, model: AnyModel = places.model, instance: int = 1) -> list[dict[str, Any]]:
    async with driver(core.db) as db:
        found = await db.fetch(
            f"SELECT * FROM views.{model.at(instance).name} ORDER BY {model.subject_column}"  # noqa: S608 - our names
        )
    return [dict(row) for row in found]


async def parked(core: Core) -> dict[str, tuple[int, str]]:
    async with driver(core.db) as db:
        found = await db.fetch("SELECT subject, since, cause FROM core.parked WHERE instance = 1")
    return {row["subject"]: (row["since"], row["cause"]) for row in found}


async def same_as_rebuilt(core: Core, model: AnyModel = places.model) -> bool:
    """Is every instance equal to a new one folded from the beginning."""
    beside = await rebuild.rebuild(core.db, core.vault, model)
    found = await rebuild.compare(core.db, core.vault, model)
    await rebuild.drop(core.db, model, beside)
    return len(set(found.values())) == 1


async def lose(core: Core, database: Database, position: int) -> None:
    """The log goes back to a position, as a restored backup would hold it, and the service starts anew on it."""
    owner = await asyncpg.connect(database.owner_dsn)
    async with owner.transaction():
        for table in ("log", "commands", "personal"):
            await owner.execute(f"DELETE FROM core.{table} WHERE position > $1", position)  # noqa: S608 - our names
        await owner.execute("DELETE FROM core.claims")
        await owner.execute("UPDATE core.head SET position = $1", position)
        await owner.execute("UPDATE core.cursors SET position = least(position, $1)", position)
    await owner.close()
    pool = await core.db.pool()
    await pool.expire_connections()


def _event(fact: Fact | tuple[str, str], number: int, epoch: int, subject: str | None) -> NewEvent:
    kind, json = (fact.TYPE, fact.model_dump_json()) if isinstance(fact, Fact) else fact
    about = fact.about if isinstance(fact, Fact) else ""
    meta = {
        "fact_id": str(uuid4()),
        "subject": about if subject is None else subject,
        "time": datetime.now(UTC).isoformat(),
        "epoch": epoch,
        "position": number,
        "part": 0,
        "offset": number - 1,
    }
    return NewEvent(
        id=uuid4(),
        type=kind,
        schema_version=1,
        json=json,
        meta_json=orjson.dumps(meta).decode(),
        version=number,
    )


def shown(found: Sequence[dict[str, Any]]) -> dict[str, tuple[int, int]]:
    """Places and taken by quota."""
    return {row["quota"]: (row["places"], row["taken"]) for row in found}
