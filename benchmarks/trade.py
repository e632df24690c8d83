"""A small trade to measure the core with: people take steps, units count them."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID, uuid4

import orjson
from sqlalchemy import BigInteger, Column, Date, Integer, MetaData, Table, Text, Uuid

from ketnap.common.append import Attempt, NewEvent, append
from ketnap.common.codec import Codec
from ketnap.common.database import driver
from ketnap.common.decider import Decider
from ketnap.common.execute import Intent
from ketnap.common.frozen import frozen
from ketnap.common.ids import uuid7
from ketnap.common.log import Entry
from ketnap.common.readmodel import Lined, ReadModel
from ketnap.common.relay import Erased, Relay, Telling
from ketnap.common.service import Core
from ketnap.contracts.fact import Fact

DAY = date(2024, 3, 2)
UNITS = [UUID(int=n) for n in range(1, 201)]
NOTE = "Đã nhận đủ hồ sơ theo quy định, chuyển chi ủy xem xét trong kỳ sinh hoạt tháng này. " * 2
"""So that an event has about 400 bytes."""


@frozen
class StepTaken:
    person: UUID
    unit: UUID
    number: int
    on: date
    note: str


@frozen
class TakeStep:
    person: UUID
    unit: UUID
    on: date
    note: str


@frozen
class Walk:
    steps: int = 0


def decide(command: TakeStep, state: Walk) -> list[StepTaken]:
    return [
        StepTaken(
            person=command.person,
            unit=command.unit,
            number=state.steps + 1,
            on=command.on,
            note=command.note,
        )
    ]


def evolve(_state: Walk, event: StepTaken) -> Walk:
    return Walk(steps=event.number)


decider: Decider[TakeStep, Walk, StepTaken] = Decider(initial=Walk(), decide=decide, evolve=evolve)
codec: Codec[StepTaken] = Codec({"step.taken": StepTaken})


def take_step(person: UUID) -> TakeStep:
    return TakeStep(person=person, unit=UNITS[person.int % len(UNITS)], on=DAY, note=NOTE)


def intent() -> Intent:
    return Intent(
        command_id=uuid4(), fingerprint="0" * 64, expected=None, actor="bench", correlation_id=uuid4()
    )


async def fill(core: Core, events: int) -> None:
    """That many steps into the log, five of each person."""
    left = events
    while left > 0:
        attempts: list[Attempt] = []
        while left > 0 and len(attempts) < 100:
            person, steps = uuid4(), min(5, left)
            attempts.append(_walk(person, steps))
            left -= steps
        async with driver(core.db) as db:
            await append(db, attempts)


def _walk(person: UUID, steps: int) -> Attempt:
    state, events = Walk(), []
    for _ in range(steps):
        [event] = decide(take_step(person), state)
        state = evolve(state, event)
        events.append(event)
    meta = orjson.dumps({"actor": "bench", "command_id": str(uuid4()), "correlation_id": str(uuid4())})
    return Attempt(
        stream=f"walk-{person}",
        expected=0,
        command_id=uuid4(),
        fingerprint="0" * 64,
        events=[
            NewEvent(
                id=uuid7(),
                type=(written := codec.write(event)).type,
                schema_version=written.schema_version,
                json=written.json.decode(),
                meta_json=meta.decode(),
                version=event.number,
            )
            for event in events
        ],
    )


class StepKnown(Fact, type="steps.step_known.v1", subject="person"):
    """Somebody took a step."""

    person: UUID
    unit: UUID
    number: int
    on: date
    note: str


async def publish(entries: Sequence[Entry]) -> list[list[Fact | Erased]]:
    return [[known(codec.read(entry))] for entry in entries]


def known(event: StepTaken) -> StepKnown:
    return StepKnown(person=event.person, unit=event.unit, number=event.number, on=event.on, note=event.note)


async def tell(core: Core, kafka: str, topic: str) -> None:
    """As after a start: find where to go on, then tell all that the log holds."""
    telling = Telling(topic=topic, types=frozenset(codec.names), publish=publish)
    relay = Relay(
        telling, province=core.province, service=core.service, db=core.db, kafka=kafka, metrics=core.metrics
    )
    async with relay.producer() as producer:
        await relay.tell(producer)


# A page with a line for each step: how many steps a person took


_metadata = MetaData()
walks = Table(
    "walks",
    _metadata,
    Column("person", Text, primary_key=True),
    Column("unit", Uuid),
    Column("steps", Integer, nullable=False),
    Column("last_on", Date),
)
walk_lines = Table(
    "walk_lines",
    _metadata,
    Column("subject", Text, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("unit", Uuid, nullable=False),
    Column("effective_on", Date, nullable=False),
    Column("delta", Integer, nullable=False),
)


@frozen
class WalkRow:
    person: str
    unit: UUID | None = None
    steps: int = 0
    last_on: date | None = None


@frozen
class Line:
    subject: str
    position: int
    ordinal: int
    unit: UUID
    effective_on: date
    delta: int


def fold(row: WalkRow, event: StepTaken | StepKnown, entry: Entry) -> Lined[WalkRow]:
    line = Line(
        subject=row.person,
        position=entry.position,
        ordinal=0,
        unit=event.unit,
        effective_on=event.on,
        delta=1,
    )
    return Lined(
        row=WalkRow(person=row.person, unit=event.unit, steps=event.number, last_on=event.on), add=[line]
    )


def _subjects(event: StepTaken | StepKnown) -> list[str]:
    return [str(event.person)]


def _begin(person: str) -> WalkRow:
    return WalkRow(person=person)


model: ReadModel[WalkRow, StepTaken | StepKnown] = ReadModel(
    table=walks,
    row=WalkRow,
    lines=walk_lines,
    indexes={"walk_lines": ["(subject)", "(unit, effective_on) INCLUDE (delta)"]},
    begin=_begin,
    types={"step.taken", StepKnown.TYPE},
    read=lambda entry: StepKnown.read(entry.json) if entry.type == StepKnown.TYPE else codec.read(entry),
    subjects=_subjects,
    fold=fold,
)
