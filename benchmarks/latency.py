"""From a command to the page of another service, at a steady rate, beside a bare chain of INSERT, Kafka and INSERT."""

import asyncio
import multiprocessing
import time
from bisect import bisect_left
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from uuid import uuid4

import asyncpg
import uvloop
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from benchmarks import trade
from benchmarks.stand import Stand, new_topic, standing_core
from benchmarks.table import Goal, Row, Scale, compared, in_turn, percentile
from ketnap.common import logs, projector
from ketnap.common.access import HEARD_TYPES, access_model, heard
from ketnap.common.database import driver
from ketnap.common.landing import Topic
from ketnap.common.readmodel import AnyModel
from ketnap.common.relay import Telling
from ketnap.common.service import Core, Service
from ketnap.common.settings import Settings
from tests.kit import make_topics, until

RATE = 50  # commands a second
LOOK = 0.002  # seconds between two looks at the page's cursor: so much is measured too long at most
WARM = 5  # commands before anything counts
PATIENCE = 180.0  # seconds: the other process must first start


async def measure(stand: Stand, scale: Scale) -> list[Row]:
    province = f"b{uuid4().hex[:10]}"
    async with (
        standing_core(stand, "steps", province=province) as steps,
        standing_core(stand, "counts", [trade.model], province) as counts,
        _chain(stand, steps, counts) as chain,
    ):
        topic = steps.topic("steps.v1")
        await make_topics(stand.kafka, [topic])
        service = _steps(steps, topic)
        await projector.prepare(steps.db, service.models)
        with _other_process(counts.settings):
            async with service.running():
                path = _Path(steps, counts)
                for _ in range(WARM):
                    await path.command()
                    await chain()
                await path.arrived()

                async def ours() -> float:
                    return await path.p95(scale.seconds)

                async def baseline() -> float:
                    return percentile(await at_rate(scale.seconds, chain), 0.95) * 1000

                rounds, memory = await in_turn(scale.rounds, ours, baseline)
    goal = Goal(bound=100, most=True, of_ratio=False)
    return [compared(f"command to another's page, {RATE}/s, p95", rounds, "ms", goal, memory)]


async def at_rate[T](seconds: float, call: Callable[[], Awaitable[T]]) -> list[T]:
    """Called when its time has come, whether or not earlier ones have ended."""
    began = time.perf_counter()

    async def due(n: int) -> T:
        await asyncio.sleep(began + n / RATE - time.perf_counter())
        return await call()

    return await asyncio.gather(*(due(n) for n in range(max(1, round(seconds * RATE)))))


class _Path:
    """The two services, asked at one end and looked at on the other."""

    def __init__(self, steps: Core, counts: Core) -> None:
        self._walks = steps.aggregate("walk", trade.decider, trade.codec)
        self._counts = counts
        self._topic = steps.topic("steps.v1")
        self._asked: dict[int, float] = {}
        self._folded: dict[int, int] = {}

    async def command(self) -> None:
        began, person = time.perf_counter(), uuid4()
        answer = await self._walks.execute(person, trade.take_step(person), trade.intent())
        self._asked[answer.position] = began

    async def arrived(self) -> None:
        """Until the page of the other service holds everything asked for."""

        async def there() -> bool:
            async with driver(self._counts.db) as db:
                rows = await db.fetch(
                    "SELECT (meta->>'position')::bigint, position FROM core.log WHERE stream = $1",
                    self._topic,
                )
                self._folded = dict(rows)
                cursor = await _cursor(db)
            return all(self._folded.get(position, cursor + 1) <= cursor for position in self._asked)

        await until(there, patience=PATIENCE)

    async def p95(self, seconds: float) -> float:
        """Milliseconds."""
        self._asked.clear()
        looks: list[tuple[int, float]] = []

        async def look() -> None:
            async with driver(self._counts.db) as db:
                while True:
                    looks.append((await _cursor(db), time.perf_counter()))
                    await asyncio.sleep(LOOK)

        looking = asyncio.create_task(look())
        await at_rate(seconds, self.command)
        await self.arrived()
        looks.append((max(self._folded.values()), time.perf_counter()))
        looking.cancel()
        await asyncio.gather(looking, return_exceptions=True)
        seen = [
            looks[bisect_left(looks, (self._folded[position], 0.0))][1] - began
            for position, began in self._asked.items()
        ]
        return percentile(seen, 0.95) * 1000


async def _cursor(db: asyncpg.Connection) -> int:
    position: int = await db.fetchval(
        "SELECT position FROM core.cursors WHERE projection = $1", trade.model.name
    )
    return position


def _steps(core: Core, topic: str) -> Service:
    telling = Telling(topic=topic, types=frozenset(trade.codec.names), publish=trade.publish)
    return _service(core, hears=[], tells=[telling], models=[])


def _counts(core: Core) -> Service:
    return _service(core, hears=[Topic(name=core.topic("steps.v1"))], tells=[], models=[trade.model])


def _service(
    core: Core, *, hears: Sequence[Topic], tells: Sequence[Telling], models: Sequence[AnyModel]
) -> Service:
    return Service(
        core,
        hears=hears,
        tells=tells,
        models=models,
        access_model=access_model(HEARD_TYPES, heard),
        may={},
        routers=lambda _gate, _reader: [],
    )


@contextmanager
def _other_process(settings: Settings) -> Iterator[None]:
    """The service that hears and folds, by itself as in production."""
    process = multiprocessing.get_context("spawn").Process(target=_hear_and_fold, args=(settings,))
    process.start()
    try:
        yield
    finally:
        process.terminate()
        process.join()


def _hear_and_fold(settings: Settings) -> None:
    logs.configure(service="counts", role="worker", version="0", province=settings.province, level="ERROR")
    uvloop.run(_for_ever(settings))


async def _for_ever(settings: Settings) -> None:
    service = _counts(Core("counts", settings))
    await projector.prepare(service.core.db, service.models)
    async with service.running():
        await asyncio.Event().wait()


@asynccontextmanager
async def _chain(stand: Stand, steps: Core, counts: Core) -> AsyncGenerator[Callable[[], Awaitable[float]]]:
    """The least that brings a row from one database through Kafka into another; a call gives the seconds it took."""
    topic = await new_topic(stand)
    for core in (steps, counts):
        async with driver(core.db) as db:
            await db.execute("CREATE TABLE views.chain (id text PRIMARY KEY, data jsonb)")
    insert = "INSERT INTO views.chain VALUES ($1, $2)"
    arrived: dict[bytes, asyncio.Future[None]] = {}
    producer = AIOKafkaProducer(bootstrap_servers=stand.kafka, acks="all", enable_idempotence=True)
    consumer = AIOKafkaConsumer(bootstrap_servers=stand.kafka, enable_auto_commit=False)
    await producer.start()
    await consumer.start()
    consumer.assign([TopicPartition(topic, 0)])
    await consumer.seek_to_beginning()

    async def hear() -> None:
        async for record in consumer:
            async with driver(counts.db) as db:
                await db.execute(insert, record.key.decode(), record.value.decode())
            arrived[record.key].set_result(None)

    async def call() -> float:
        began, person = time.perf_counter(), uuid4()
        [event] = trade.decide(trade.take_step(person), trade.Walk())
        value = trade.known(event).model_dump_json()
        key = str(person).encode()
        arrived[key] = asyncio.get_running_loop().create_future()
        async with driver(steps.db) as db:
            await db.execute(insert, str(person), value)
        await producer.send_and_wait(topic, value.encode(), key, partition=0)
        await arrived[key]
        return time.perf_counter() - began

    hearing = asyncio.create_task(hear())
    try:
        yield call
    finally:
        hearing.cancel()
        await asyncio.gather(hearing, return_exceptions=True)
        await consumer.stop()
        await producer.stop()
