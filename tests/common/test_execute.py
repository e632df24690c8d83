"""Commands: answered twice the same, decided on what was seen, exclusive where they claim."""

import asyncio
from datetime import date
from uuid import UUID, uuid4

import asyncpg
import pytest

from ketnap.common import log
from ketnap.common.append import Repeated, Stored
from ketnap.common.database import driver
from ketnap.common.execute import AlreadyClaimed, Conflict, Intent, ReusedKey, Unstorable
from ketnap.common.frozen import FORGOTTEN
from ketnap.common.service import Core
from tests.common.conftest import Places
from tests.common.places import Ask, Asked, GiveBack, NoPlaceLeft, Take

DAY = date(2024, 3, 2)


def intent(expected: int | None = None, key: UUID | None = None, body: str = "") -> Intent:
    return Intent(
        command_id=key or uuid4(), fingerprint=body, expected=expected, actor="ann", correlation_id=uuid4()
    )


def ask(name: str = "Lê Thị Ánh", person: UUID | None = None) -> Ask:
    return Ask(person=person or uuid4(), name=name, quota="north", on=DAY)


async def stored(core: Core) -> int:
    async with driver(core.db) as db:
        return (await log.head(db))[0]


async def test_the_same_command_twice_is_answered_twice_and_stored_once(core: Core, asked: Places) -> None:
    place, key, command = uuid4(), uuid4(), ask()

    first = await asked.execute(place, command, intent(0, key))
    again = await asked.execute(place, command, intent(0, key))

    assert first == Stored(version=1, position=1)
    assert again == Repeated(version=1, position=1)
    assert await stored(core) == 1


async def test_eight_copies_of_a_command_at_the_same_moment_store_one_event(
    core: Core, asked: Places
) -> None:
    place, key, command = uuid4(), uuid4(), ask()

    answers = await asyncio.gather(*(asked.execute(place, command, intent(None, key)) for _ in range(8)))

    assert {(answer.version, answer.position) for answer in answers} == {(1, 1)}
    assert await stored(core) == 1


@pytest.mark.parametrize("callers", [1, 31, 32, 33, 64, 100])
async def test_however_many_ask_at_once_each_is_answered_for_what_it_asked(
    core: Core, asked: Places, callers: int
) -> None:
    places = [uuid4() for _ in range(callers)]
    again = [(uuid4(), place, ask()) for place in places[::3]]
    for key, place, command in again:
        await asked.execute(place, command, intent(0, key))

    answers = await asyncio.wait_for(
        asyncio.gather(
            *(asked.execute(place, command, intent(0, key)) for key, place, command in again),
            *(asked.execute(place, ask(), intent(0)) for place in places if place not in places[::3]),
        ),
        30,
    )

    assert [type(answer) for answer in answers] == [Repeated] * len(again) + [Stored] * (callers - len(again))
    assert await stored(core) == callers


async def test_the_same_key_with_another_body_is_refused(asked: Places) -> None:
    key = uuid4()
    await asked.execute(uuid4(), ask(), intent(0, key, "one"))

    with pytest.raises(ReusedKey):
        await asked.execute(uuid4(), ask(), intent(0, key, "other"))


async def test_of_two_officers_on_one_version_one_is_told_both_versions(asked: Places) -> None:
    place = uuid4()
    await asked.execute(place, ask(), intent(0))

    answers = await asyncio.gather(
        *(asked.execute(place, Take(on=DAY, left=1), intent(1)) for _ in range(2)), return_exceptions=True
    )

    [conflict] = [answer for answer in answers if isinstance(answer, Conflict)]
    assert conflict.facts == {"expected": 1, "version": 2}
    assert [answer.version for answer in answers if isinstance(answer, Stored)] == [2]


async def test_a_rejected_command_writes_nothing_and_may_be_sent_again(core: Core, asked: Places) -> None:
    place, key = uuid4(), uuid4()
    await asked.execute(place, ask(), intent(0))

    with pytest.raises(NoPlaceLeft):
        await asked.execute(place, Take(on=DAY, left=0), intent(1, key))
    await asked.execute(place, Take(on=DAY, left=1), intent(1, key))

    assert await stored(core) == 2


async def test_a_person_asks_for_one_place_at_a_time(asked: Places) -> None:
    person, place = uuid4(), uuid4()
    await asked.execute(place, ask(person=person), intent(0))

    with pytest.raises(AlreadyClaimed):
        await asked.execute(uuid4(), ask(person=person), intent(0))
    await asked.execute(place, Take(on=DAY, left=1), intent(1))
    await asked.execute(place, GiveBack(on=DAY), intent(2))

    assert await asked.execute(uuid4(), ask(person=person), intent(0)) == Stored(version=1, position=4)


async def test_of_many_who_claim_the_same_at_once_one_gets_it(core: Core, asked: Places) -> None:
    person = uuid4()

    answers = await asyncio.gather(
        *(asked.execute(uuid4(), ask(person=person), intent(0)) for _ in range(24)), return_exceptions=True
    )

    assert len([answer for answer in answers if isinstance(answer, Stored)]) == 1
    assert len([answer for answer in answers if isinstance(answer, AlreadyClaimed)]) == 23
    assert await stored(core) == 1


async def test_a_text_that_cannot_be_stored_costs_nobody_elses_work(core: Core, asked: Places) -> None:
    def quota(text: str) -> Ask:
        return Ask(person=uuid4(), name="An", quota=text, on=DAY)

    answers = await asyncio.gather(
        *(asked.execute(uuid4(), quota("a\0b" if n == 5 else "north"), intent(0)) for n in range(10)),
        return_exceptions=True,
    )

    assert len([answer for answer in answers if isinstance(answer, Stored)]) == 9
    assert len([answer for answer in answers if isinstance(answer, Unstorable)]) == 1
    assert await stored(core) == 9


async def test_erasable_content_is_not_in_the_log_and_is_gone_when_forgotten(
    core: Core, asked: Places
) -> None:
    place, person = uuid4(), uuid4()
    await asked.execute(place, ask("Hoàng Văn Canary", person), intent(0))
    before, _ = await asked.state(place)

    async with driver(core.db) as db:
        everything = await db.fetchval("SELECT string_agg(l::text, '') FROM core.log l")
        sealed = await db.fetchval("SELECT string_agg(ciphertext, ''::bytea) FROM core.personal")
        assert await db.fetchval("SELECT core.forget($1)", person) == 1
    core.vault.forget(person)
    after, _ = await asked.state(place)

    assert isinstance(before, Asked)
    assert before.name == "Hoàng Văn Canary"
    assert "Canary" not in everything
    assert b"Canary" not in sealed
    assert isinstance(after, Asked)
    assert after.name is FORGOTTEN


async def test_sealed_content_moved_to_another_place_does_not_open(
    core: Core, asked: Places, database_owner: str
) -> None:
    one, other = uuid4(), uuid4()
    await asked.execute(one, ask("An"), intent(0))
    await asked.execute(other, ask("Bình"), intent(0))
    owner = await asyncpg.connect(database_owner)
    await owner.execute(
        "UPDATE core.personal SET ciphertext = (SELECT ciphertext FROM core.personal WHERE position = 2), subject = (SELECT subject FROM core.personal WHERE position = 2) WHERE position = 1"
    )
    await owner.close()

    with pytest.raises(ValueError, match="changed or moved"):
        await asked.state(one)


async def test_the_services_own_role_cannot_write_the_log_by_itself(core: Core) -> None:
    for statement in (
        "INSERT INTO core.log SELECT * FROM core.log",
        "UPDATE core.log SET data = '{}'",
        "DELETE FROM core.log",
        "UPDATE core.head SET position = 0",
        "DELETE FROM core.claims",
        "DELETE FROM core.access_log",
        "TRUNCATE core.log",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with driver(core.db) as db:
                await db.execute(statement)
