"""Policies: a fact becomes a command once, or a visible case; a replay is silent."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from uuid import UUID, uuid4

import pytest

from ketnap.common import log
from ketnap.common.append import Repeated, Stored
from ketnap.common.database import driver
from ketnap.common.execute import Intent
from ketnap.common.log import Entry
from ketnap.common.policies import NAME, Policies, Policy, To
from ketnap.common.service import Core
from tests.common import places
from tests.common.places import QuotaGiven
from tests.common.writing import DAY, heard, intent, quota, restored


def asks(core: Core, name: str = "ask", left: int = 1, read: Callable[[Entry], Any] = places.read) -> Policy:
    """Whoever hears of a quota asks for a place and takes it: two commands on a stream of the entry's own."""
    asked = core.aggregate("place", places.decider, places.codec)

    async def react(entry: Entry) -> Sequence[To]:
        read(entry)
        ask = places.Ask(person=entry.id, name="An", quota="north", on=DAY)
        take = places.Take(on=DAY, left=left)

        def doing(command: places.Command) -> Callable[[Intent], Awaitable[Stored | Repeated]]:
            return lambda wanted: asked.execute(entry.id, command, wanted)

        return [To(target=asked.stream(entry.id), execute=doing(command)) for command in (ask, take)]

    return Policy(name=name, types=frozenset({QuotaGiven.TYPE}), react=react)


async def run(policies: Policies) -> None:
    while await policies.step():
        pass


async def events(core: Core) -> list[Entry]:
    async with driver(core.db) as db:
        return [entry for entry in await log.after(db, 0, 1000) if entry.stream.startswith("place-")]


async def cases(core: Core) -> list[dict[str, Any]]:
    async with driver(core.db) as db:
        rows = await db.fetch(
            "SELECT id, policy, position, target, cause, closed_at IS NULL AS open FROM core.cases ORDER BY id"
        )
    return [dict(row) for row in rows]


async def test_a_fact_becomes_its_commands_once_however_often_it_is_replayed(core: Core) -> None:
    await quota(core)
    await quota(core)
    policies = Policies(core.db, [asks(core)])
    await run(policies)
    stored = await events(core)

    async with driver(core.db) as db:
        await db.execute("UPDATE core.cursors SET position = 0 WHERE projection = $1", NAME)
    await run(policies)

    assert [entry.type for entry in stored] == 2 * ["place.asked", "place.taken"]
    assert [entry.position for entry in await events(core)] == [entry.position for entry in stored]


async def test_two_workers_react_at_once_and_store_once(core: Core) -> None:
    for _ in range(10):
        await quota(core)

    await asyncio.gather(*(run(Policies(core.db, [asks(core)])) for _ in range(3)))

    assert len(await events(core)) == 20
    assert await cases(core) == []


async def test_a_command_says_what_caused_it_and_in_which_conversation(core: Core) -> None:
    await quota(core)
    async with driver(core.db) as db:
        [fact] = await log.after(db, 0, 1)

    await run(Policies(core.db, [asks(core)]))

    [entry, _] = await events(core)
    assert entry.meta["actor"] == "policy"
    assert entry.meta["causation_id"] == str(fact.id)


async def test_a_conversation_that_is_no_id_is_begun_anew(core: Core) -> None:
    await heard(core, QuotaGiven(quota="north", places=1), subject="x")
    policies = Policies(core.db, [asks(core)])
    async with driver(core.db) as db:
        [fact] = await log.after(db, 0, 1)
    fact.meta_json = '{"correlation_id": "not an id"}'

    assert await policies._react(asks(core), fact)

    begun = (await events(core))[0].meta["correlation_id"]
    assert str(UUID(begun)) == begun


async def test_a_rejection_is_a_case_and_the_next_entry_goes_on(core: Core) -> None:
    await quota(core)
    await quota(core)

    await run(Policies(core.db, [asks(core, left=0)]))

    found = await cases(core)
    assert [entry.type for entry in await events(core)] == 2 * ["place.asked"]
    assert {case["cause"] for case in found} == {"NoPlaceLeft: Hết chỗ trong chỉ tiêu north."}
    assert [case["open"] for case in found] == [True, True]


async def test_a_case_is_closed_when_the_same_succeeds_later(core: Core) -> None:
    await quota(core)
    await run(Policies(core.db, [asks(core, left=0)]))
    [case] = await cases(core)

    assert not await Policies(core.db, [asks(core, left=0)]).react_again(case["id"])
    assert await Policies(core.db, [asks(core)]).react_again(case["id"])

    assert [entry.type for entry in await events(core)] == ["place.asked", "place.taken"]
    assert [found["open"] for found in await cases(core)] == [False]


async def test_an_entry_that_a_policy_cannot_read_is_a_case_and_others_go_on(core: Core) -> None:
    await heard(core, (QuotaGiven.TYPE, '{"base64": "AAA="}'))
    await quota(core)

    await run(Policies(core.db, [asks(core), asks(core, name="blind", read=lambda _e: None)]))

    [case] = [case for case in await cases(core) if case["policy"] == "ask"]
    assert (case["position"], case["open"]) == (1, True)
    assert case["cause"] == "ValidationError: quota: missing; places: missing"
    assert len(await events(core)) == 4  # two of the one that reads nothing, two of the good entry, once


async def test_what_may_pass_is_tried_again_and_nothing_behind_it_is_done_before(core: Core) -> None:
    await quota(core)
    await quota(core)
    fails = [ConnectionError("gone"), ConnectionError("still gone")]

    def sometimes(entry: Entry) -> object:
        if fails:
            raise fails.pop()
        return places.read(entry)

    policies = Policies(core.db, [asks(core, read=sometimes)])
    for _ in range(2):
        with pytest.raises(ConnectionError, match="gone"):
            await policies.step()
        assert await events(core) == []
    await run(policies)

    assert len(await events(core)) == 4
    assert await cases(core) == []


async def test_what_never_happened_is_not_reacted_to(core: Core) -> None:
    await quota(core)
    await quota(core)
    await restored(core, valid_through=1)

    await run(Policies(core.db, [asks(core)]))

    assert len(await events(core)) == 2


async def test_a_case_that_is_not_there_cannot_be_tried_again(core: Core) -> None:
    with pytest.raises(LookupError):
        await Policies(core.db, [asks(core)]).react_again(uuid4())


async def test_commands_of_others_on_the_same_stream_do_not_stop_a_policy(core: Core) -> None:
    await quota(core)
    async with driver(core.db) as db:
        [fact] = await log.after(db, 0, 1)
    asked = core.aggregate("place", places.decider, places.codec)
    await asked.execute(fact.id, places.Ask(person=fact.id, name="An", quota="north", on=DAY), intent(0))

    await run(Policies(core.db, [asks(core)]))

    assert [entry.type for entry in await events(core)] == ["place.asked", "place.taken"]
