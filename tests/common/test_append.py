"""The append function: order, gaplessness and one outcome an attempt, whatever is asked at the same time."""

import asyncio
import json
import sys
from collections.abc import AsyncGenerator, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ketnap.common import log
from ketnap.common.append import (
    Attempt,
    Claimed,
    Failed,
    Mismatch,
    NewEvent,
    Outcome,
    Repeated,
    Stale,
    Stored,
    append,
)
from ketnap.common.frozen import frozen
from tests.kit import Database, fresh_database


def event(version: int, json: str = "{}") -> NewEvent:
    return NewEvent(
        id=uuid4(), type="thing.done", schema_version=1, json=json, meta_json="{}", version=version
    )


def attempt(
    stream: str,
    expected: int,
    events: int = 1,
    *,
    id: UUID | None = None,
    body: str = "",
    holds: Sequence[tuple[str, bytes]] = (),
    releases: Sequence[tuple[str, bytes | None]] = (),
    json: str = "{}",
) -> Attempt:
    return Attempt(
        stream=stream,
        expected=expected,
        events=[event(expected + n, json) for n in range(1, events + 1)],
        command_id=id or uuid4(),
        fingerprint=body,
        holds=holds,
        releases=releases,
    )


@pytest.fixture
async def db(database: Database) -> AsyncGenerator[asyncpg.Connection]:
    connection = await asyncpg.connect(database.dsn)
    yield connection
    await connection.close()


# -- One call


async def test_events_of_one_call_stand_in_the_order_of_the_call(db: asyncpg.Connection) -> None:
    outcomes = await append(db, [attempt("a", 0, 2), attempt("b", 0, 1), attempt("c", 0, 3)])

    assert outcomes == [
        Stored(version=2, position=2),
        Stored(version=1, position=3),
        Stored(version=3, position=6),
    ]
    entries = await log.after(db, 0, 10)
    assert [(e.position, e.stream, e.version) for e in entries] == [
        (1, "a", 1),
        (2, "a", 2),
        (3, "b", 1),
        (4, "c", 1),
        (5, "c", 2),
        (6, "c", 3),
    ]


async def test_a_refused_attempt_takes_no_number(db: asyncpg.Connection) -> None:
    outcomes = await append(db, [attempt("a", 0), attempt("b", 7), attempt("c", 0)])

    assert outcomes == [Stored(version=1, position=1), Stale(version=0), Stored(version=1, position=2)]


async def test_an_attempt_without_events_is_answered_and_remembered(db: asyncpg.Connection) -> None:
    first = attempt("a", 0, 2)
    nothing = attempt("a", 2, 0)
    await append(db, [first])

    assert await append(db, [nothing]) == [Stored(version=2, position=2)]
    assert await append(db, [nothing]) == [Repeated(version=2, position=2)]
    assert (await log.head(db))[0] == 2


async def test_a_chain_on_one_stream_in_one_call_is_stored_in_order(db: asyncpg.Connection) -> None:
    outcomes = await append(db, [attempt("a", n) for n in range(40)])

    assert outcomes == [Stored(version=n, position=n) for n in range(1, 41)]


async def test_of_many_on_one_version_the_first_wins_without_a_call_each(db: asyncpg.Connection) -> None:
    calls = 0

    class Counting:
        async def fetch(self, *arguments: object) -> list[asyncpg.Record]:
            nonlocal calls
            calls += 1
            rows: list[asyncpg.Record] = await db.fetch(*arguments)
            return rows

    outcomes = await append(Counting(), [attempt("a", 0) for _ in range(64)])

    assert outcomes == [Stored(version=1, position=1)] + 63 * [Stale(version=1)]
    assert calls == 2


async def test_the_same_id_twice_in_one_call_is_answered_from_the_first(db: asyncpg.Connection) -> None:
    one = attempt("a", 0, id=uuid4(), body="x")
    other = replace(one, stream="b", fingerprint="y")

    assert await append(db, [one, one, other]) == [
        Stored(version=1, position=1),
        Repeated(version=1, position=1),
        Mismatch(),
    ]


async def test_the_same_claim_twice_in_one_attempt_is_one_claim(db: asyncpg.Connection) -> None:
    twice = attempt("a", 0, holds=[("k", b"1"), ("k", b"1")])

    assert await append(db, [twice]) == [Stored(version=1, position=1)]
    assert await log.holder(db, "k", b"1") == "a"


async def test_of_two_claimants_in_one_call_the_first_gets_it(db: asyncpg.Connection) -> None:
    hold = [("k", b"1")]

    outcomes = await append(db, [attempt("a", 0, holds=hold), attempt("b", 0, holds=hold)])

    assert outcomes == [Stored(version=1, position=1), Claimed(kind="k")]


async def test_a_claim_released_earlier_in_the_call_is_free(db: asyncpg.Connection) -> None:
    await append(db, [attempt("a", 0, holds=[("k", b"1")])])

    outcomes = await append(
        db, [attempt("a", 1, releases=[("k", None)]), attempt("b", 0, holds=[("k", b"1")])]
    )

    assert outcomes == [Stored(version=2, position=2), Stored(version=1, position=3)]
    assert await log.holder(db, "k", b"1") == "b"


async def test_releasing_and_holding_in_one_attempt_changes_what_is_held(db: asyncpg.Connection) -> None:
    await append(db, [attempt("a", 0, holds=[("k", b"1")])])

    await append(db, [attempt("a", 1, releases=[("k", None)], holds=[("k", b"2")])])

    assert await log.holder(db, "k", b"1") is None
    assert await log.holder(db, "k", b"2") == "a"


async def test_a_refused_attempt_neither_holds_nor_releases(db: asyncpg.Connection) -> None:
    await append(db, [attempt("a", 0, holds=[("k", b"1")])])

    await append(db, [attempt("a", 0, releases=[("k", None)]), attempt("b", 5, holds=[("j", b"1")])])

    assert await log.holder(db, "k", b"1") == "a"
    assert await log.holder(db, "j", b"1") is None


@pytest.mark.parametrize(
    "bad",
    [
        attempt("bad", 0, json='{"a": "\\u0000"}'),
        attempt("bad", 0, json="{"),
        attempt("bad", 0, json="[" * 100_000 + "]" * 100_000),
        attempt("bad\0", 0),
        replace(attempt("good-3", 0), expected=0, events=[event(1), event(1)]),
        replace(attempt("bad", 0), fingerprint=None),
        replace(attempt("bad", 0), events=[replace(event(1), version=2**63)]),
    ],
    ids=["nul", "broken", "deep", "stream", "version-twice", "no-fingerprint", "too-big"],
)
async def test_bad_data_cost_nobody_elses_work(db: asyncpg.Connection, bad: Attempt) -> None:
    attempts = [attempt(f"good-{n}", 0) for n in range(7)]
    attempts.insert(3, bad)

    outcomes = await append(db, attempts)

    assert isinstance(outcomes.pop(3), Failed)
    if bad.stream == "good-3":  # both were for one stream
        assert outcomes.count(Stored(version=1, position=7)) == 1
    assert all(isinstance(outcome, Stored) for outcome in outcomes)
    assert (await log.head(db))[0] == 7


async def test_what_failed_says_nothing_of_the_text_it_was_about(db: asyncpg.Connection) -> None:
    [outcome] = await append(db, [attempt("a", 0, json="{Nguyen")])

    assert outcome == Failed(error="invalid input syntax for type json")


async def test_a_busy_head_is_not_taken_for_bad_data(db: asyncpg.Connection, database: Database) -> None:
    owner = await asyncpg.connect(database.owner_dsn)
    await db.execute("SET lock_timeout = '100ms'")
    async with owner.transaction():
        await owner.execute("SELECT * FROM core.head FOR UPDATE")
        with pytest.raises(asyncpg.LockNotAvailableError):
            await append(db, [attempt("a", 0), attempt("b", 0)])
    await owner.close()

    assert (await log.head(db))[0] == 0


async def test_recorded_at_never_contradicts_position_even_when_the_clock_goes_back(
    db: asyncpg.Connection,
) -> None:
    for shift in (timedelta(days=365), timedelta(0), timedelta(days=-365), timedelta(days=400)):
        await append(db, [attempt("a", (await log.head(db))[0])], shift)

    entries = await log.after(db, 0, 10)

    times = [entry.recorded_at for entry in entries]
    assert times == sorted(times)
    assert times[0] == times[1] == times[2]
    assert times[0] > datetime.now(UTC) + timedelta(days=364)
    assert await log.position_at(db, times[0]) == 0
    assert await log.position_at(db, times[3]) == 3


async def test_whole_numbers_of_any_size_come_back_as_they_were(db: asyncpg.Connection) -> None:
    big = 10**40 + 7

    await append(db, [attempt("a", 0, json=f'{{"n": {big}}}')])

    [entry] = await log.stream(db, "a")
    assert entry.data == {"n": big}


# -- Any calls: the outcomes are those of some order


@frozen
class Wish:
    """An attempt as Hypothesis draws it; the model makes it real."""

    stream: int
    off: int
    events: int
    id: int | None
    body: str
    holds: frozenset[tuple[str, int]]
    releases: frozenset[tuple[str, int | None]]
    bad: bool


@frozen
class Model:
    """What the append function promises, told in Python."""

    head: int
    streams: dict[str, int]
    commands: dict[UUID, tuple[str | None, int, int]]
    claims: dict[tuple[str, bytes], str]

    def take(self, a: Attempt) -> "tuple[Model, Outcome]":
        version = self.streams.get(a.stream, 0)
        if a.command_id in self.commands:
            body, first, position = self.commands[a.command_id]
            return self, Repeated(version=first, position=position) if body == a.fingerprint else Mismatch()
        if version != a.expected:
            return self, Stale(version=version)
        taken = sorted(k for k, key in a.holds if self.claims.get((k, key), a.stream) != a.stream)
        if taken:
            return self, Claimed(kind=taken[0])
        if any(e.json == "bad" for e in a.events):
            return self, Failed(error="")
        head = self.head + len(a.events)
        version = a.events[-1].version if a.events else version
        kept = {
            c: s for c, s in self.claims.items() if s != a.stream or not {c, (c[0], None)} & set(a.releases)
        } | dict.fromkeys(a.holds, a.stream)
        commands = self.commands | (
            {a.command_id: (a.fingerprint, version, head)} if a.command_id is not None else {}
        )
        new = Model(head=head, streams=self.streams | {a.stream: version}, commands=commands, claims=kept)
        return new, Stored(version=version, position=head)


def in_order(model: Model, attempts: Sequence[Attempt], order: Sequence[int]) -> tuple[Model, list[Outcome]]:
    outcomes: dict[int, Outcome] = {}
    for n in order:
        model, outcomes[n] = model.take(attempts[n])
    return model, [outcomes[n] for n in range(len(attempts))]


WISHES = st.builds(
    Wish,
    stream=st.integers(0, 2),
    off=st.sampled_from([0, 0, 0, 0, -1, 1]),
    events=st.integers(0, 2),
    id=st.none() | st.integers(0, 5),
    body=st.sampled_from(["x", "x", "x", "y"]),
    holds=st.frozensets(st.tuples(st.sampled_from("jk"), st.integers(0, 1)), max_size=2),
    releases=st.frozensets(st.tuples(st.sampled_from("jk"), st.none() | st.integers(0, 1)), max_size=2),
    bad=st.integers(0, 14).map(lambda n: n == 0),
)


@pytest.fixture(scope="module")
def one_loop() -> Iterator[asyncio.Runner]:
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture(scope="module")
def one_database(one_loop: asyncio.Runner, postgres: str) -> Iterator[asyncpg.Connection]:
    made = fresh_database(postgres)
    database = one_loop.run(made.__aenter__())
    connection = one_loop.run(asyncpg.connect(database.dsn))
    yield connection
    one_loop.run(connection.close())
    one_loop.run(made.__aexit__(None, None, None))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(calls=st.lists(st.lists(WISHES, min_size=1, max_size=4), min_size=1, max_size=6))
def test_any_calls_are_answered_as_if_made_one_after_another(
    one_loop: asyncio.Runner, one_database: asyncpg.Connection, calls: list[list[Wish]]
) -> None:
    one_loop.run(_answered_in_some_order(one_database, calls))


async def _answered_in_some_order(db: asyncpg.Connection, calls: list[list[Wish]]) -> None:
    prefix = uuid4().hex
    began, _ = await log.head(db)
    model = Model(head=began, streams={}, commands={}, claims={})
    ids = [uuid4() for _ in range(6)]
    for wishes in calls:
        attempts = [_real(wish, model, prefix, ids) for wish in wishes]
        outcomes = [
            Failed(error="") if isinstance(outcome, Failed) else outcome
            for outcome in await append(db, attempts)
        ]
        possible = [in_order(model, attempts, order) for order in permutations(range(len(attempts)))]
        right = [after for after, expected in possible if expected == outcomes]
        assert right, f"{outcomes} is none of {[expected for _, expected in possible]}"
        model = right[0]
    entries = await log.after(db, began, 1000)
    assert [entry.position for entry in entries] == list(range(began + 1, model.head + 1))
    for stream, version in model.streams.items():
        assert [e.version for e in entries if e.stream == stream] == list(range(1, version + 1))
    held = await db.fetch("SELECT kind, key, stream FROM core.claims WHERE stream LIKE $1", f"{prefix}%")
    assert {(row["kind"], row["key"]): row["stream"] for row in held} == model.claims


def _real(wish: Wish, model: Model, prefix: str, ids: Sequence[UUID]) -> Attempt:
    stream = f"{prefix}-{wish.stream}"
    expected = max(0, model.streams.get(stream, 0) + wish.off)
    return Attempt(
        stream=stream,
        expected=expected,
        events=[
            event(expected + n, "bad" if wish.bad else "{}")
            for n in range(1, max(wish.events, 1 if wish.bad else 0) + 1)
        ],
        command_id=None if wish.id is None else ids[wish.id],
        fingerprint=wish.body,
        holds=sorted((kind, f"{prefix}{key}".encode()) for kind, key in wish.holds),
        releases=[(kind, None if key is None else f"{prefix}{key}".encode()) for kind, key in wish.releases],
    )


# -- Several processes


async def test_several_processes_have_one_winner_for_each_version_claim_and_id(database: Database) -> None:
    rounds = 60
    racer = str(Path(__file__).with_name("racer.py"))
    processes = [
        await asyncio.create_subprocess_exec(
            sys.executable, racer, database.dsn, str(seed), str(rounds), stdout=asyncio.subprocess.PIPE
        )
        for seed in range(3)
    ]
    said = [(await process.communicate())[0] for process in processes]
    told = [won for wins in said for won in json.loads(wins)]

    db = await asyncpg.connect(database.dsn)
    entries = await log.after(db, 0, 10_000)
    await db.close()
    won = sorted((what, n) for what, n, _ in told)
    assert len(won) == len(set(won))
    assert [n for what, n in won if what == "version"] == list(range(rounds))
    assert [entry.position for entry in entries] == list(range(1, len(entries) + 1))
    assert sorted(position for _, _, position in told) == [entry.position for entry in entries]
    assert [e.version for e in entries if e.stream == "contested"] == list(range(1, rounds + 1))
