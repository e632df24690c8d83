"""Facts heard: each once, in order, whatever the records hold; nothing is skipped silently."""

import asyncio
import base64
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4, uuid5

import asyncpg
import pytest

from ketnap.common import landing as module
from ketnap.common import log
from ketnap.common.append import Attempt, Failed, Outcome
from ketnap.common.database import driver
from ketnap.common.landing import Landing, Topic, Unlandable
from ketnap.common.log import Entry
from ketnap.common.service import Core
from ketnap.contracts.envelope import Envelope
from ketnap.contracts.fact import SourceRestored
from tests.common.places import QuotaGiven
from tests.kit import Database

TOPIC = "tinh-mau.quotas.v1"
VALUE = QuotaGiven(quota="north", places=3).model_dump_json().encode()


def landing(core: Core, *, restricted: bool = False) -> Landing:
    return Landing(
        Topic(name=TOPIC, restricted=restricted),
        db=core.db,
        append=core.append,
        vault=core.vault,
        metrics=core.metrics,
        now=core.clock.now,
    )


def record(
    number: int,
    *,
    epoch: int = 1,
    offset: int | None = None,
    value: bytes | None = VALUE,
    subject: str = "north",
    type: str = QuotaGiven.TYPE,
    id: UUID | None = None,
    headers: Sequence[tuple[str, bytes | None]] = (),
    without: Sequence[str] = (),
) -> Any:  # Any: as aiokafka's
    envelope = Envelope(
        id=id or uuid5(UUID(int=epoch), str(number)),
        type=type,
        source="urn:ketnap:tinh-mau:quotas",
        subject=subject,
        time=datetime(2024, 3, 2, tzinfo=UTC),
        factno=number,
        epoch=epoch,
        position=number * 2,
        part=0,
        correlationid=str(UUID(int=7)),
    )
    there = dict(headers)
    said: list[tuple[str, bytes | None]] = [
        (n, there.pop(n, v)) for n, v in envelope.headers() if n not in without
    ]
    return SimpleNamespace(
        headers=[*said, *there.items()],
        value=value,
        key=b"k",
        offset=number - 1 if offset is None else offset,
    )


def went_back(number: int, valid_through: int, epoch: int, **more: Any) -> Any:  # Any: as `record`
    fact = SourceRestored(source=TOPIC, epoch=epoch, valid_through=valid_through)
    return record(number, epoch=epoch, type=fact.TYPE, value=fact.model_dump_json().encode(), **more)


async def landed(core: Core) -> list[Entry]:
    async with driver(core.db) as db:
        return await log.stream(db, TOPIC)


async def numbers(core: Core) -> list[int]:
    return [entry.version for entry in await landed(core)]


async def alarms(core: Core) -> dict[str, str]:
    async with driver(core.db) as db:
        rows = await db.fetch("SELECT kind, cause FROM core.alarms")
    return {row["kind"]: row["cause"] for row in rows}


# -- Order


async def test_a_fact_is_landed_with_what_its_envelope_says(core: Core) -> None:
    await landing(core).take([record(1, offset=41)])

    [entry] = await landed(core)
    assert (entry.type, entry.version, entry.data) == (
        QuotaGiven.TYPE,
        1,
        {"quota": "north", "places": 3},
    )
    assert entry.meta == {
        "source": "urn:ketnap:tinh-mau:quotas",
        "subject": "north",
        "fact_id": str(uuid5(UUID(int=1), "1")),
        "time": "2024-03-02T00:00:00+00:00",
        "epoch": 1,
        "position": 2,
        "part": 0,
        "offset": 41,
        "correlation_id": str(UUID(int=7)),
    }


async def test_a_batch_delivered_twice_is_landed_once(core: Core) -> None:
    lands = landing(core)
    batch = [record(n) for n in range(1, 6)]

    await lands.take(batch)
    await lands.take(batch)
    await lands.take([record(6), *batch, record(7)])

    assert await numbers(core) == [1, 2, 3, 4, 5, 6, 7]
    assert await alarms(core) == {}


async def test_two_who_land_the_same_topic_at_once_land_each_fact_once(core: Core) -> None:
    one, other = landing(core), landing(core)
    records = [record(n) for n in range(1, 201)]

    async def land(by: Landing, size: int) -> None:
        for n in range(0, 200, size):
            await by.take(records[n : n + size])

    await asyncio.gather(land(one, 7), land(other, 11), land(one, 13))

    assert await numbers(core) == list(range(1, 201))
    assert await alarms(core) == {}


async def test_behind_a_gap_nothing_lands_until_it_is_refilled_through_the_newest(
    core: Core, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.0)
    lands = landing(core)
    await lands.take([record(1), record(2)])
    await lands.take([record(5), record(6)])
    await lands.take([record(7)])
    assert await numbers(core) == [1, 2]
    assert await alarms(core) == {}

    await lands.watch_gap()
    assert await alarms(core) == {"gap": "fact 3 is missing: ask the source to refill from 3"}
    assert core.metrics.registry.get_sample_value("ketnap_fact_gap", {"topic": TOPIC}) == 1

    await lands.take([record(3, offset=9), record(4, offset=10)])
    assert await numbers(core) == [1, 2, 3, 4]
    await lands.take([record(n, offset=8 + n) for n in (5, 6, 7)])

    assert await numbers(core) == [1, 2, 3, 4, 5, 6, 7]
    assert await alarms(core) == {}
    assert core.metrics.registry.get_sample_value("ketnap_fact_gap", {"topic": TOPIC}) == 0


async def test_a_gap_that_heals_in_time_alarms_nobody(core: Core) -> None:
    lands = landing(core)
    await lands.take([record(2)])
    await lands.watch_gap()
    await lands.take([record(1), record(2)])
    await lands.watch_gap()

    assert await numbers(core) == [1, 2]
    assert await alarms(core) == {}


async def test_the_alarm_of_a_gap_that_healed_while_nobody_looked_ends(
    core: Core, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.0)
    before = landing(core)
    await before.take([record(2)])
    await before.watch_gap()
    assert list(await alarms(core)) == ["gap"]

    await landing(core).take([record(1), record(2)])  # another process, started later

    assert await alarms(core) == {}


async def test_a_number_that_comes_with_another_fact_is_an_alarm_and_changes_nothing(core: Core) -> None:
    lands = landing(core)
    await lands.take([record(1), record(2)])

    await lands.take([record(2, id=UUID(int=9)), record(3)])
    assert await numbers(core) == [1, 2, 3]
    assert await alarms(core) == {
        "conflict": f"fact 2 came as {UUID(int=9)}, landed was {uuid5(UUID(int=1), '2')}"
    }


async def test_two_facts_under_one_number_in_one_batch_are_an_alarm_too(core: Core) -> None:
    await landing(core).take([record(1), record(1, id=UUID(int=9))])

    assert await numbers(core) == [1]
    assert list(await alarms(core)) == ["conflict"]


# -- Epochs


async def test_after_a_restore_the_next_epoch_goes_on_and_late_records_of_the_old_one_are_void(
    core: Core,
) -> None:
    lands = landing(core)
    await lands.take([record(n) for n in range(1, 6)])
    await lands.take([went_back(6, 3, 2)])
    await lands.take([record(7, epoch=1), record(7, epoch=2), record(8, epoch=1), record(8, epoch=2)])

    entries = await landed(core)
    assert [(e.version, e.meta["epoch"]) for e in entries] == [(n, 1) for n in range(1, 6)] + [
        (6, 2),
        (7, 2),
        (8, 2),
    ]
    assert await alarms(core) == {
        "source_restored": "the source went back to an older moment: facts 4 to 5 never happened, 2 of them were"
        " landed here; look at what was decided on them"
    }


async def test_a_late_record_of_an_old_epoch_is_no_gap(core: Core, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.0)
    lands = landing(core)
    await lands.take([record(1), went_back(2, 1, 2)])
    await lands.take([record(9, epoch=1)])
    await lands.watch_gap()

    assert "gap" not in await alarms(core)


async def test_who_starts_later_lands_the_same_from_the_whole_topic(core: Core) -> None:
    topic = [record(1), record(2), record(3), went_back(4, 1, 2), record(5, epoch=1), record(5, epoch=2)]
    await landing(core).take(topic)

    entries = await landed(core)
    assert [(e.version, e.meta["epoch"]) for e in entries] == [(1, 1), (2, 1), (3, 1), (4, 2), (5, 2)]


async def test_a_restore_that_cannot_be_read_is_told_and_lands(core: Core) -> None:
    lands = landing(core)

    with pytest.raises(ValueError, match="validation"):
        await lands.take([record(1, type=SourceRestored.TYPE, value=b"{}")])
    await lands.take([record(1, type=SourceRestored.TYPE, value=b"{}"), record(2)])

    assert await numbers(core) == [1, 2]


# -- Poison


POISON: dict[str, dict[str, Any]] = {  # Any: arguments of `record`
    "broken JSON": {"value": b'{"quota": '},
    "not UTF-8": {"value": b"\xff\xfe"},
    "a NUL": {"value": b'{"quota": "a\\u0000b"}'},
    "a bare NUL": {"value": b"\0"},
    "not a number": {"value": b"NaN"},
    "too big a number": {"value": b"1e999"},
    "a lone surrogate": {"value": b'"\\ud800"'},
    "nested too deep": {"value": b"[" * 100_000 + b"]" * 100_000},
    "nothing": {"value": b""},
    "null": {"value": None},
    "an unknown type": {"type": "quotas.unheard_of.v9", "value": b'{"x": 1}'},
    "a NUL in the type": {"type": "a\0b"},
    "a NUL in the subject": {"subject": "a\0b\\u0000"},
    "a header that is not UTF-8": {"headers": [("ce_subject", b"\xff"), ("x", b"\xff")]},
    "a null header": {"headers": [("ce_subject", None)]},
    "a subject as long as a book": {"subject": "x" * 900_000},
}


@pytest.mark.parametrize("poison", POISON.values(), ids=POISON.keys())
async def test_a_poisonous_fact_lands_and_its_neighbours_as_they_are(
    core: Core, poison: dict[str, Any]
) -> None:
    await landing(core).take([record(1), record(2, **poison), record(3)])

    one, poisoned, three = await landed(core)
    assert [one.version, poisoned.version, three.version] == [1, 2, 3]
    assert one.data == three.data == {"quota": "north", "places": 3}
    value = poison.get("value", VALUE)
    if "unreadable" in poisoned.meta:
        assert base64.b64decode(poisoned.data["base64"]) == value
        assert "Nguy" not in poisoned.meta["unreadable"]
    else:
        assert poisoned.data == (None if value is None else json.loads(value))
    assert await alarms(core) == {}


STRAYS: dict[str, dict[str, Any]] = {  # Any: arguments of `record`
    "no number": {"without": ["ce_factno"]},
    "a null number": {"headers": [("ce_factno", None)]},
    "a number that is none": {"headers": [("ce_factno", b"7\0")]},
    "a number beyond all": {"headers": [("ce_factno", b"9" * 30)]},
    "an instant without a zone": {"headers": [("ce_time", b"2024-03-02T00:00:00")]},
    "an id that is none": {"headers": [("ce_id", b"\0")]},
    "a NUL in a header's name": {"without": ["ce_epoch"], "headers": [("a\0b", b"\0")]},
    "no headers": {"without": [name for name, _ in record(1).headers]},
}


@pytest.mark.parametrize("stray", STRAYS.values(), ids=STRAYS.keys())
async def test_a_record_that_is_no_fact_is_kept_raw_with_its_cause_and_stops_nobody(
    core: Core, stray: dict[str, Any]
) -> None:
    await landing(core).take([record(1), record(7, offset=77, **stray), record(2)])
    await landing(core).take([record(7, offset=77, **stray)])

    assert await numbers(core) == [1, 2]
    async with driver(core.db) as db:
        [kept] = await db.fetch("SELECT kafka_offset, value, cause FROM core.strays")
    assert (kept["kafka_offset"], kept["value"]) == (77, VALUE)
    assert kept["cause"].startswith("headers ")
    assert list(await alarms(core)) == ["stray"]


async def test_a_batch_of_nothing_but_poison_lands(core: Core) -> None:
    await landing(core).take([record(n, value=b'"\\u0000"') for n in range(1, 65)])

    assert await numbers(core) == list(range(1, 65))


async def test_what_cannot_be_landed_at_all_is_not_acknowledged(core: Core) -> None:
    async def refuses(_attempt: Attempt) -> Outcome:
        return Failed(error="disk of another planet")

    lands = Landing(
        Topic(name=TOPIC),
        db=core.db,
        append=refuses,
        vault=core.vault,
        metrics=core.metrics,
        now=core.clock.now,
    )

    with pytest.raises(Unlandable, match="at offset 0"):
        await lands.take([record(1)])


# -- Restricted topics


PERSON = UUID("7b0e7c1e-52a8-4a3a-8a63-0f7d3f2d8c11")
IDENTITY = '{"person": "7b0e7c1e", "name": "Hoàng Văn Canary"}'.encode()


def restricted(number: int, **more: Any) -> Any:  # Any: as `record`
    return record(number, **{"subject": str(PERSON), "value": IDENTITY, "type": "r.identity.v1", **more})


async def content(core: Core) -> list[dict[str, Any]]:
    entries = await landed(core)
    async with driver(core.db) as db:
        await core.vault.open(db, entries)
    return [{name: json.loads(value) for name, value in entry.content.items()} for entry in entries]


async def test_restricted_content_stands_beside_the_log_and_numbers_may_have_holes(core: Core) -> None:
    await landing(core, restricted=True).take([restricted(3), restricted(7)])

    entries = await landed(core)
    async with driver(core.db) as db:
        everything = await db.fetchval("SELECT string_agg(l::text, '') FROM core.log l")
        sealed = await db.fetchval("SELECT string_agg(ciphertext, ''::bytea) FROM core.personal")
    assert [e.version for e in entries] == [3, 7]
    assert entries[0].data == {"person": str(PERSON), "erased": False}
    assert "Canary" not in everything
    assert b"Canary" not in sealed
    assert await content(core) == 2 * [{"value": json.loads(IDENTITY)}]
    assert await alarms(core) == {}


async def test_a_null_erases_what_was_landed_of_that_person_and_of_nobody_else(core: Core) -> None:
    other = str(uuid4())
    lands = landing(core, restricted=True)
    await lands.take([restricted(1), restricted(2, subject=other)])

    await lands.take([restricted(3, value=None)])

    assert [entry.data["erased"] for entry in await landed(core)] == [False, False, True]
    assert await content(core) == [{}, {"value": json.loads(IDENTITY)}, {}]


async def test_what_a_null_of_the_same_batch_erases_is_never_stored(core: Core) -> None:
    await landing(core, restricted=True).take([restricted(1), restricted(2, value=None), restricted(3)])

    assert await content(core) == [{}, {}, {"value": json.loads(IDENTITY)}]


async def test_nothing_is_kept_of_who_was_forgotten_before(core: Core) -> None:
    async with driver(core.db) as db:
        await db.execute("SELECT core.forget($1)", PERSON)

    await landing(core, restricted=True).take([restricted(1)])

    assert await content(core) == [{}]


async def test_content_about_nobody_is_not_kept_and_says_so(core: Core) -> None:
    await landing(core, restricted=True).take([restricted(1, subject="Hoàng Văn Canary's neighbour")])

    [entry] = await landed(core)
    assert entry.data == {}
    assert "Canary" not in entry.meta_json
    assert entry.meta["unreadable"] == "the subject is no person, so the content was not kept"
    assert await content(core) == [{}]


async def test_a_stray_on_a_restricted_topic_is_told_but_not_kept(core: Core) -> None:
    await landing(core, restricted=True).take([restricted(1, without=["ce_factno"])])

    async with driver(core.db) as db:
        [kept] = await db.fetch("SELECT * FROM core.strays")
    assert (kept["headers"], kept["value"]) == (b"", None)
    assert kept["cause"] == "headers missing or unreadable: ce_factno"


async def test_a_restore_of_a_restricted_source_lands_with_its_content_in_the_log(core: Core) -> None:
    await landing(core, restricted=True).take([restricted(1), went_back(2, 0, 2, subject=TOPIC)])

    assert (await landed(core))[1].data == {"source": TOPIC, "epoch": 2, "valid_through": 0}


# -- Landed again


async def test_facts_landed_again_into_an_empty_database_are_the_same(core: Core, database: Database) -> None:
    topic = [record(n, **(POISON["broken JSON"] if n == 4 else {})) for n in range(1, 30)]
    await landing(core).take(topic)
    before = [(e.version, e.type, e.json, e.meta) for e in await landed(core)]
    owner = await asyncpg.connect(database.owner_dsn)
    await owner.execute("TRUNCATE core.log; UPDATE core.head SET position = 0")
    await owner.close()

    for n in range(0, 29, 5):
        await landing(core).take(topic[n : n + 5])

    assert [(e.version, e.type, e.json, e.meta) for e in await landed(core)] == before
