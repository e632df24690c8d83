"""Entries folded into a page and its lines beside a commit for every entry; same fold, same tables."""

import time

from benchmarks import trade
from benchmarks.stand import Stand, standing_core
from benchmarks.table import Goal, Row, Scale, compared, in_turn
from ketnap.common import log, projector, rebuild
from ketnap.common.database import driver
from ketnap.common.readmodel import upsert
from ketnap.common.service import Core

SHARE = 40
"""The baseline folds only every so manieth part: it is a rate, and it is slow."""
BESIDE = 17_700  # facts a second on four cores


async def measure(stand: Stand, scale: Scale) -> list[Row]:
    async with standing_core(stand, "steps", [trade.model]) as core:
        await trade.fill(core, scale.events)

        async def ours() -> float:
            await _begin_anew(core)
            began = time.perf_counter()
            await projector.catch_up(core.db, core.vault, trade.model, 1)
            return scale.events / (time.perf_counter() - began)

        async def baseline() -> float:
            await _begin_anew(core)
            entries = scale.events // SHARE
            began = time.perf_counter()
            await _one_by_one(core, entries)
            return entries / (time.perf_counter() - began)

        rounds, memory = await in_turn(scale.rounds, ours, baseline)

        async def rebuilt() -> float:
            began = time.perf_counter()
            instance = await rebuild.rebuild(core.db, core.vault, trade.model)
            took = time.perf_counter() - began
            await rebuild.drop(core.db, trade.model, instance)
            return scale.events / took

        async def read() -> float:
            began = time.perf_counter()
            await _read(core)
            return scale.events / (time.perf_counter() - began)

        beside, memory_beside = await in_turn(scale.rounds, rebuilt, read)
    return [
        compared("projection", rounds, "facts/s", Goal(bound=50), memory),
        compared("rebuild", beside, "facts/s", Goal(bound=BESIDE, of_ratio=False), memory_beside),
    ]


async def _begin_anew(core: Core) -> None:
    async with driver(core.db) as db, db.transaction():
        await db.execute(f"TRUNCATE views.{trade.model.at(1).name}, views.{trade.model.lines_at(1).name}")
        await db.execute("UPDATE core.cursors SET position = 0")


async def _one_by_one(core: Core, entries: int) -> None:
    """As one writes it at first: row, line and cursor of each entry in a transaction of its own."""
    model = trade.model
    lines = model.lines_at(1)
    names = [column.name for column in lines.columns]
    insert = (
        f"INSERT INTO views.{lines.name} ({', '.join(names)})"
        f" VALUES ({', '.join(f'${n}' for n in range(1, len(names) + 1))})"
    )
    async with driver(core.db) as db:
        for entry in await log.after(db, 0, entries):
            event = model.read(entry)
            [subject] = model.subjects(event)
            async with db.transaction():
                record = await db.fetchrow(
                    f"SELECT * FROM views.{model.at(1).name} WHERE person = $1 FOR UPDATE", subject
                )
                told = trade.fold(model.load(record) if record else model.begin(subject), event, entry)
                assert told.row is not None
                await db.execute(upsert(model, 1), *([value] for value in model.dump(told.row)))
                for line in told.add:
                    await db.execute(insert, *(getattr(line, name) for name in names))
                await db.execute("UPDATE core.cursors SET position = $1", entry.position)


async def _read(core: Core) -> None:
    """What no rebuild can do without: every entry read and understood, nothing folded nor written."""
    position = 0
    async with driver(core.db) as db:
        while entries := await log.after(db, position, 2000, sorted(trade.model.types)):
            for entry in entries:
                trade.model.read(entry)
            position = entries[-1].position
