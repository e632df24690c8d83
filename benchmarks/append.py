"""Commands by `execute` beside a transaction of its own for every command; same decider, same codec, same tables."""

import time
from collections.abc import Awaitable, Callable
from uuid import UUID, uuid4

import orjson

from benchmarks import trade
from benchmarks.stand import Stand, standing_core
from benchmarks.table import Goal, Row, Scale, compared, for_a_while, in_turn, percentile
from ketnap.common.database import driver
from ketnap.common.execute import Aggregate, Intent
from ketnap.common.frozen import frozen
from ketnap.common.ids import uuid7
from ketnap.common.log import Entry
from ketnap.common.service import Core

STEPS = 5
"""Commands on one stream, then the next stream."""

PLAIN = """
CREATE TABLE views.log (position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, id uuid NOT NULL, stream text COLLATE "C" NOT NULL,
    version bigint NOT NULL, type text NOT NULL, schema_version smallint NOT NULL, data jsonb NOT NULL, meta jsonb NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT clock_timestamp(), UNIQUE (stream, version));
CREATE INDEX ON views.log (recorded_at);
CREATE TABLE views.commands (id uuid PRIMARY KEY, fingerprint text NOT NULL, stream text NOT NULL, version bigint NOT NULL,
    position bigint NOT NULL, recorded_at timestamptz NOT NULL DEFAULT clock_timestamp());
CREATE INDEX ON views.commands (recorded_at);
"""

type Handler = Callable[[UUID, trade.TakeStep, Intent], Awaitable[object]]


@frozen
class Side:
    per_second: float
    p99: float  # milliseconds


async def measure(stand: Stand, scale: Scale) -> list[Row]:
    rows: list[Row] = []
    async with standing_core(stand, "steps") as core:
        async with driver(core.db) as db:
            await db.execute(PLAIN)
        walks = core.aggregate("walk", trade.decider, trade.codec)
        for callers, goal in ((64, Goal(bound=3)), (8, Goal(bound=1))):
            rounds, memory = await in_turn(
                scale.rounds,
                _side(scale, callers, walks.execute),
                _side(scale, callers, _one_transaction(core, walks)),
            )
            rows += (
                compared(
                    f"append, {callers} callers",
                    [(ours.per_second, other.per_second) for ours, other in rounds],
                    "commands/s",
                    goal,
                    memory,
                ),
                compared(
                    f"append, {callers} callers, p99",
                    [(ours.p99, other.p99) for ours, other in rounds],
                    "ms",
                    Goal(bound=1, most=True),
                ),
            )
    return rows


def _side(scale: Scale, callers: int, execute: Handler) -> Callable[[], Awaitable[Side]]:
    async def side() -> Side:
        people = [uuid4() for _ in range(callers)]
        asked = [0] * callers

        async def call(caller: int) -> None:
            if asked[caller] % STEPS == 0:
                people[caller] = uuid4()
            asked[caller] += 1
            await execute(people[caller], trade.take_step(people[caller]), trade.intent())

        began = time.perf_counter()
        took = await for_a_while(scale.seconds, callers, call)
        return Side(per_second=len(took) / (time.perf_counter() - began), p99=percentile(took, 0.99) * 1000)

    return side


type Walks = Aggregate[trade.TakeStep, trade.Walk, trade.StepTaken]


def _one_transaction(core: Core, walks: Walks) -> Handler:
    """As one writes it at first: read, decide and write between BEGIN and COMMIT, positions from a sequence."""

    async def execute(id: UUID, command: trade.TakeStep, intent: Intent) -> int:
        stream = walks.stream(id)
        async with driver(core.db) as db, db.transaction():
            rows = await db.fetch(
                "SELECT position, id, stream, version, type, schema_version, data::text, meta::text, recorded_at"
                " FROM views.log WHERE stream = $1 ORDER BY version",
                stream,
            )
            if await db.fetchrow("SELECT version FROM views.commands WHERE id = $1", intent.command_id):
                raise AssertionError("every command is sent once")
            state = trade.decider.fold(trade.codec.read(Entry(*row)) for row in rows)
            position = 0
            for version, event in enumerate(trade.decider.decide(command, state), len(rows) + 1):
                written = trade.codec.write(event)
                meta = {
                    "actor": intent.actor,
                    "command_id": str(intent.command_id),
                    "correlation_id": str(intent.correlation_id),
                }
                position = await db.fetchval(
                    "INSERT INTO views.log (id, stream, version, type, schema_version, data, meta)"
                    " VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING position",
                    uuid7(), stream, version, written.type, written.schema_version, written.json.decode(),
                    orjson.dumps(meta).decode(),
                )  # fmt: skip
                await db.execute(
                    "INSERT INTO views.commands (id, fingerprint, stream, version, position)"
                    " VALUES ($1, $2, $3, $4, $5)",
                    intent.command_id, intent.fingerprint, stream, version, position,
                )  # fmt: skip
        return position

    return execute
