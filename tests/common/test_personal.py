"""Erasable content: sealed, opened where it is needed, and gone when it is forgotten, whoever writes meanwhile."""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
import pytest

from ketnap.common import log, personal
from ketnap.common.append import Attempt, NewEvent, Sealed, Stored, append
from ketnap.common.personal import Plain, Vault, read_key
from tests.kit import Database, key_file, until

MASTER = b"m" * 32


@pytest.fixture
async def db(database: Database) -> AsyncGenerator[asyncpg.Connection]:
    connection = await asyncpg.connect(database.dsn)
    yield connection
    await connection.close()


@pytest.fixture
async def other(database: Database) -> AsyncGenerator[asyncpg.Connection]:
    connection = await asyncpg.connect(database.dsn)
    yield connection
    await connection.close()


async def sealed(vault: Vault, db: asyncpg.Connection, person: UUID, stream: str = "s") -> list[Sealed]:
    found = await vault.seal(db, stream, [Plain(person=person, version=1, fields={"name": b'"An"'})])
    return found.get(1, [])


async def store(db: asyncpg.Connection, seals: list[Sealed], stream: str = "s") -> None:
    event = NewEvent(
        id=uuid4(), type="t", schema_version=1, json="{}", meta_json="{}", version=1, sealed=seals
    )
    [outcome] = await append(db, [Attempt(stream=stream, expected=0, events=[event])])
    assert isinstance(outcome, Stored)


async def opened(vault: Vault, db: asyncpg.Connection, stream: str = "s") -> dict[str, bytes]:
    entries = await log.stream(db, stream)
    await vault.open(db, entries)
    return dict(entries[0].content)


async def test_another_process_with_the_same_master_key_opens_what_was_sealed(
    db: asyncpg.Connection,
) -> None:
    person = uuid4()
    await store(db, await sealed(Vault(MASTER), db, person))

    assert await opened(Vault(MASTER), db) == {"name": b'"An"'}


async def test_another_master_key_opens_nothing(db: asyncpg.Connection) -> None:
    await store(db, await sealed(Vault(MASTER), db, uuid4()))

    with pytest.raises(Exception, match=r".*"):
        await opened(Vault(b"x" * 32), db)


async def test_many_people_are_sealed_with_one_question(db: asyncpg.Connection) -> None:
    people = [uuid4() for _ in range(50)]
    vault = Vault(MASTER)
    found = await vault.seal(
        db,
        "s",
        [Plain(person=p, version=n, fields={"name": str(n).encode()}) for n, p in enumerate(people, 1)],
    )

    assert [found[n][0].subject for n in range(1, 51)] == people
    assert await db.fetchval("SELECT count(*) FROM core.person_key") == 50


async def test_of_two_who_seal_for_one_person_at_once_both_use_one_key(
    db: asyncpg.Connection, other: asyncpg.Connection
) -> None:
    person, one, two = uuid4(), Vault(MASTER), Vault(MASTER)

    seals = await asyncio.gather(sealed(one, db, person, "a"), sealed(two, other, person, "b"))
    await store(db, seals[0], "a")
    await store(db, seals[1], "b")

    assert await opened(Vault(MASTER), db, "a") == await opened(Vault(MASTER), db, "b") == {"name": b'"An"'}


async def test_who_is_forgotten_leaves_neither_rows_nor_key_and_stays_forgotten(
    db: asyncpg.Connection,
) -> None:
    person, vault = uuid4(), Vault(MASTER)
    await store(db, await sealed(vault, db, person))

    assert await db.fetchval("SELECT core.forget($1)", person) == 1
    assert await db.fetchval("SELECT core.forget($1)", person) == 1  # asked again: the same number

    assert await db.fetchval("SELECT count(*) FROM core.personal") == 0
    assert await db.fetchval("SELECT count(*) FROM core.person_key") == 0
    assert await opened(vault, db) == {}
    assert await sealed(Vault(MASTER), db, person) == []


async def test_content_sealed_a_moment_before_forgetting_is_not_stored_after_it(
    db: asyncpg.Connection,
) -> None:
    person, vault = uuid4(), Vault(MASTER)
    seals = await sealed(vault, db, person)
    await db.execute("SELECT core.forget($1)", person)

    await store(db, seals)
    late = await sealed(vault, db, person)  # its key is still in this process's memory
    await store(db, late, "late")

    assert await db.fetchval("SELECT count(*) FROM core.personal") == 0
    assert await opened(vault, db) == {}


async def test_forgetting_waits_for_an_append_that_is_under_way(
    db: asyncpg.Connection, other: asyncpg.Connection
) -> None:
    person, vault = uuid4(), Vault(MASTER)
    seals = await sealed(vault, db, person)

    async with db.transaction():
        await store(db, seals)
        forgetting = asyncio.create_task(other.fetchval("SELECT core.forget($1)", person))
        await until(lambda: _waits(db))

    assert await forgetting == 1
    assert await db.fetchval("SELECT count(*) FROM core.personal") == 0


async def test_a_key_is_not_made_while_its_person_is_being_forgotten(
    db: asyncpg.Connection, other: asyncpg.Connection
) -> None:
    person = uuid4()

    async with db.transaction():
        await db.execute("SELECT core.forget($1)", person)
        sealing = asyncio.create_task(sealed(Vault(MASTER), other, person))
        await until(lambda: _waits(db))

    assert await sealing == []
    assert await db.fetchval("SELECT count(*) FROM core.person_key") == 0


async def _waits(db: asyncpg.Connection) -> bool:
    waiting: bool = await db.fetchval(
        "SELECT count(*) > 0 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    return waiting


async def test_what_is_moved_to_another_place_does_not_open(
    db: asyncpg.Connection, database: Database
) -> None:
    vault = Vault(MASTER)
    person = uuid4()
    await store(db, await sealed(vault, db, person, "a"), "a")
    await store(db, await sealed(vault, db, person, "b"), "b")
    owner = await asyncpg.connect(database.owner_dsn)
    await owner.execute(
        "UPDATE core.personal SET ciphertext = (SELECT ciphertext FROM core.personal WHERE position = 2)"
        " WHERE position = 1"
    )
    await owner.close()

    with pytest.raises(ValueError, match="changed or moved"):
        await opened(vault, db, "a")


async def test_memory_holds_so_many_keys_and_no_more(
    db: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(personal, "KEYS", 10)
    vault = Vault(MASTER)
    for _ in range(15):
        await sealed(vault, db, uuid4())

    assert len(vault._keys) == 10


def test_a_key_file_of_another_length_is_refused(tmp_path: Path) -> None:
    good, bad = key_file(tmp_path, "good"), tmp_path / "bad"
    bad.write_text("c2hvcnQ=")

    assert len(read_key(good)) == 32
    with pytest.raises(ValueError, match="32 bytes"):
        read_key(bad)
