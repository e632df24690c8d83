"""Pages fold the log: once each entry, in one transaction with the cursor; who cannot be folded waits alone."""

import asyncio
from dataclasses import replace
from typing import Any

import asyncpg
import pytest
from sqlalchemy import Column, Integer, MetaData, Table, Text, Uuid

from ketnap.common import projector, rebuild
from ketnap.common.cursors import BeingRebuilt, cursors
from ketnap.common.database import CONNECT, driver
from ketnap.common.database import Database as OwnDatabase
from ketnap.common.folding import cause_of
from ketnap.common.frozen import Forgotten, frozen
from ketnap.common.log import Entry
from ketnap.common.pages import as_of
from ketnap.common.readmodel import Lined, ReadModel
from ketnap.common.service import Core
from tests.common import places
from tests.common.places import Line, PlaceAsked, PlaceTaken, Quota, QuotaGiven
from tests.common.writing import (
    DAY,
    fold,
    heard,
    intent,
    parked,
    quota,
    restored,
    rows,
    same_as_rebuilt,
    shown,
    took,
)
from tests.kit import Database, until


def changed(**parts: Any) -> ReadModel[Quota, places.Event | QuotaGiven]:  # Any: whatever a model is made of
    """The places' page with other parts, over the same tables."""
    made: dict[str, Any] = {
        "table": places.rows,
        "row": Quota,
        "lines": places.lines,
        "indexes": {"quotas_lines": ["(subject)"]},
        "begin": lambda quota: Quota(quota=quota),
        "types": places.model.types,
        "read": places.read,
        "subjects": places.subjects,
        "fold": places.fold,
        **parts,
    }
    return ReadModel(**made)


async def position(core: Core, instance: int = 1) -> int:
    async with driver(core.db) as db:
        return next(c.position for c in await cursors(db, places.model) if c.instance == instance)


# -- Folding


async def test_what_was_heard_and_what_was_done_stand_in_one_row(core: Core) -> None:
    await quota(core, places=3)
    await took(core, count=2)

    await fold(core)

    assert shown(await rows(core)) == {"north": (3, 2)}
    assert await position(core) == 5


async def test_folding_again_does_not_move_it(core: Core) -> None:
    await quota(core)
    await took(core, count=3)
    await fold(core)
    before = await rebuild.digests(core.db, places.model)

    await fold(core)

    assert await rebuild.digests(core.db, places.model) == before


@pytest.mark.parametrize("limit", [1, 2, 7, 500])
async def test_the_size_of_batches_changes_nothing(core: Core, limit: int) -> None:
    await quota(core, places=3)
    await took(core, count=10)
    await heard(core, QuotaGiven(quota="south", places=1), QuotaGiven(quota="north", places=5))
    await took(core, "south", 4)

    await fold(core, limit=limit)

    assert shown(await rows(core)) == {"north": (5, 10), "south": (1, 4)}
    assert await same_as_rebuilt(core)


async def test_two_folders_at_once_fold_each_entry_once(core: Core) -> None:
    await quota(core)
    await took(core, count=40)

    async def folder() -> None:
        while await position(core) < 81:
            await projector.advance(core.db, core.vault, places.model, 1, limit=3)

    async def ahead() -> None:
        while await position(core) < 81:
            await projector.catch_up(core.db, core.vault, places.model, 1, limit=2)

    await asyncio.gather(folder(), ahead(), folder(), ahead())

    assert shown(await rows(core)) == {"north": (10, 40)}
    assert await same_as_rebuilt(core)


async def test_a_page_catches_up_over_the_only_connection_there_is(core: Core, database: Database) -> None:
    await quota(core)
    await took(core, count=10)
    alone = OwnDatabase(database.app_url, pool=1)
    try:
        async with asyncio.timeout(CONNECT):  # nobody waited for a second one
            await projector.catch_up(alone, core.vault, places.model, 1, limit=2)
    finally:
        await alone.close()

    assert shown(await rows(core)) == {"north": (10, 10)}


async def test_while_another_process_holds_the_batch_nothing_is_done_and_nothing_waits(
    core: Core, database: Database
) -> None:
    await quota(core)
    other = await asyncpg.connect(database.dsn)
    async with other.transaction():
        await other.execute("SELECT FROM core.cursors FOR UPDATE")
        assert not await projector.advance(core.db, core.vault, places.model, 1)
        assert await rows(core) == []
    await other.close()

    await fold(core)

    assert shown(await rows(core)) == {"north": (10, 0)}


async def test_a_batch_that_breaks_leaves_neither_rows_nor_cursor(core: Core) -> None:
    stops = changed(isolation="all")
    await quota(core)
    await heard(core, QuotaGiven(quota="north", places=-1))

    with pytest.raises(places.Unfoldable):
        await fold(core, stops)

    assert await rows(core) == []
    assert await position(core) == 0


async def test_a_row_may_go_and_come_back(core: Core) -> None:
    def begins_anew(row: Quota, event: object, _entry: Entry) -> Quota | None:
        match event:
            case QuotaGiven(places=0):
                return None
            case QuotaGiven(places=given):
                return replace(row, places=row.places + given)
            case _:
                return row

    gone = changed(fold=begins_anew)
    for given in (3, 0, 4, 5):
        await quota(core, places=given)
        await fold(core, gone)
    await quota(core, "south", 1)
    await quota(core, "south", 0)
    await fold(core, gone)

    assert shown(await rows(core)) == {"north": (9, 0)}
    assert await same_as_rebuilt(core, gone)


async def test_lines_that_were_cleared_are_gone_and_new_ones_stand(core: Core) -> None:
    def counts_from_the_last_quota(row: Quota, event: object, entry: Entry) -> Quota | Lined[Quota]:
        match event:
            case QuotaGiven(places=given):
                line = Line(subject=row.quota, position=entry.position, ordinal=0, delta=given)
                return Lined(row=replace(row, taken=0), add=[line], clear=True)
            case PlaceTaken():
                line = Line(subject=row.quota, position=entry.position, ordinal=0, delta=-1)
                return Lined(row=replace(row, taken=row.taken + 1), add=[line])
            case _:
                return row

    clearing = changed(fold=counts_from_the_last_quota)
    await quota(core)
    await took(core, count=2)
    await fold(core, clearing)
    await took(core)
    await quota(core, places=7)
    await took(core)
    await fold(core, clearing)

    async with driver(core.db) as db:
        lines = await db.fetch("SELECT position, delta FROM views.quotas_lines_v1 ORDER BY position")
    assert [tuple(line) for line in lines] == [(8, 7), (10, -1)]
    assert await same_as_rebuilt(core, clearing)


async def test_lines_are_vacuumed_long_before_a_fifth_of_them_is_new(core: Core) -> None:
    async with driver(core.db) as db:
        told = await db.fetchval(
            "SELECT reloptions FROM pg_class WHERE oid = 'views.quotas_lines_v1'::regclass"
        )

    assert "autovacuum_vacuum_insert_scale_factor=0.01" in told


async def test_readers_are_told_when_lines_behind_the_cursor_were_cleared(core: Core) -> None:
    def clears_on_a_quota(row: Quota, event: object, entry: Entry) -> Quota | Lined[Quota]:
        line = Line(subject=row.quota, position=entry.position, ordinal=0, delta=1)
        return Lined(row=row, add=[line], clear=isinstance(event, QuotaGiven))

    clearing = changed(fold=clears_on_a_quota)
    generations = []
    for told in (quota, took, quota):
        await told(core)
        await fold(core, clearing)
        async with as_of(core.db, clearing) as page:
            generations.append(page.generation(clearing))

    assert generations[0] == generations[1] != generations[2]


# -- Parking


async def test_a_subject_that_cannot_be_folded_waits_with_its_cause_and_others_go_on(core: Core) -> None:
    await quota(core)
    await heard(core, QuotaGiven(quota="south", places=2), QuotaGiven(quota="south", places=-1))
    await took(core, "south")
    await took(core)

    await fold(core)

    assert shown(await rows(core)) == {"north": (10, 1), "south": (2, 0)}
    assert await parked(core) == {"south": (3, "Unfoldable: -1 places")}
    assert await same_as_rebuilt(core)


async def test_a_row_that_cannot_be_stored_parks_its_subject_alone(core: Core) -> None:
    await quota(core)
    await heard(core, QuotaGiven(quota="south", places=2))
    await took(core, "south")
    await heard(core, QuotaGiven(quota="south", places=2**40), QuotaGiven(quota="north", places=11))
    await took(core, "south")
    await took(core)

    await fold(core)

    assert shown(await rows(core)) == {"north": (11, 1), "south": (2, 1)}
    assert await parked(core) == {"south": (5, "DataError 22000")}
    assert await same_as_rebuilt(core)


async def test_an_entry_that_cannot_be_read_parks_whom_its_envelope_names(core: Core) -> None:
    await quota(core)
    await heard(core, (QuotaGiven.TYPE, '{"base64": "AAA="}'), subject="south")
    await quota(core, "south", 5)

    await fold(core)

    assert shown(await rows(core)) == {"north": (10, 0)}
    assert await parked(core) == {
        "south": (2, "ValidationError: quota: missing; places: missing"),
    }


async def test_when_too_many_are_parked_the_page_stops_until_somebody_has_looked(
    core: Core, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(projector, "MANY_PARKED", 3)
    await heard(core, *(QuotaGiven(quota=f"q{n}", places=-1) for n in range(4)))
    await fold(core)
    await quota(core)

    with pytest.raises(projector.TooManyParked, match="quotas has 4 parked"):
        await fold(core)

    assert await rows(core) == []
    assert await position(core) == 4


async def test_a_parked_subject_is_folded_again_from_its_beginning_once_it_can_be(core: Core) -> None:
    await heard(core, QuotaGiven(quota="north", places=-1), QuotaGiven(quota="north", places=4))
    await took(core, count=2)
    await fold(core)
    assert (await rows(core), list(await parked(core))) == ([], ["north"])

    assert await rebuild.redrive(core.db, core.vault, places.model, "north") == {1: "Unfoldable: -1 places"}
    mended = changed(fold=tolerant)
    tried = await rebuild.redrive(core.db, core.vault, mended, "north", dry_run=True)
    assert (tried, await rows(core), list(await parked(core))) == ({1: None}, [], ["north"])
    assert await rebuild.redrive(core.db, core.vault, mended, "north") == {1: None}

    assert (shown(await rows(core)), await parked(core)) == ({"north": (4, 2)}, {})
    await took(core)
    await fold(core, mended)
    assert shown(await rows(core)) == {"north": (4, 3)}
    assert await same_as_rebuilt(core, mended)


def tolerant(row: Quota, event: Any, entry: Entry) -> Quota | Lined[Quota]:  # Any: what the page reads
    if isinstance(event, QuotaGiven) and event.places < 0:
        return replace(row, places=0)
    return places.fold(row, event, entry)


async def test_whoever_an_unreadable_entry_turns_out_to_speak_of_is_folded_again_too(core: Core) -> None:
    def cannot_read_fives(entry: Entry) -> places.Event | QuotaGiven:
        event = places.read(entry)
        if isinstance(event, QuotaGiven) and event.places == 5:
            raise ValueError("five")
        return event

    broken = changed(read=cannot_read_fives)
    await quota(core, places=1)
    await heard(core, QuotaGiven(quota="north", places=5), subject="somebody else")
    await took(core)
    await fold(core, broken)
    assert shown(await rows(core)) == {"north": (1, 1)}
    assert list(await parked(core)) == ["somebody else"]

    assert await rebuild.redrive(core.db, core.vault, places.model, "somebody else") == {1: None}

    assert (shown(await rows(core)), await parked(core)) == ({"north": (5, 1)}, {})
    assert await same_as_rebuilt(core)


async def test_what_is_folded_while_a_subject_is_redriven_is_not_lost(core: Core) -> None:
    await heard(core, QuotaGiven(quota="north", places=-1))
    await fold(core)
    mended = changed(fold=tolerant)
    stop = asyncio.Event()

    async def going_on() -> None:
        while not stop.is_set():
            await took(core)
            await fold(core, mended)

    live = asyncio.create_task(going_on())
    for _ in range(10):
        await heard(core, QuotaGiven(quota="north", places=-1))
        await fold(core, places.model)
        if "north" in await parked(core):
            await rebuild.redrive(core.db, core.vault, mended, "north")
    stop.set()
    await live
    await fold(core, mended)

    assert await same_as_rebuilt(core, mended)


async def test_nobody_who_is_not_parked_is_redriven(core: Core) -> None:
    with pytest.raises(LookupError, match="not parked"):
        await rebuild.redrive(core.db, core.vault, places.model, "north")


# -- A source that went back


async def test_facts_that_never_happened_are_folded_away_and_what_comes_after_counts(core: Core) -> None:
    await quota(core, places=1)
    await took(core)
    await quota(core, "south", 2)
    await quota(core, places=9)
    await fold(core)
    assert shown(await rows(core)) == {"north": (9, 1), "south": (2, 0)}

    await restored(core, valid_through=1)
    await quota(core, "west", 4)
    await fold(core)

    assert shown(await rows(core)) == {"north": (1, 1), "west": (4, 0)}
    assert await same_as_rebuilt(core)


async def test_several_restores_in_a_row_leave_what_the_last_ones_left(core: Core) -> None:
    await quota(core, places=1)
    await quota(core, places=2)
    await fold(core)
    await restored(core, valid_through=1, epoch=2)  # fact 3
    await quota(core, places=3)  # fact 4
    await fold(core)
    await quota(core, "south", 7)  # fact 5
    await restored(core, valid_through=4, epoch=3)  # fact 6
    await fold(core)
    assert shown(await rows(core)) == {"north": (3, 0)}

    await restored(core, valid_through=1, epoch=4)

    await fold(core)
    assert shown(await rows(core)) == {"north": (1, 0)}
    assert await same_as_rebuilt(core)


@pytest.mark.parametrize("limit", [1, 2, 3, 100])
async def test_reading_ahead_past_a_restore_changes_nothing(core: Core, limit: int) -> None:
    await quota(core, places=1)
    await took(core, count=2)
    await quota(core, places=2)
    await restored(core, valid_through=1)
    await took(core, "south", 2)
    await quota(core, places=4)
    await fold(core)

    beside = await rebuild.rebuild(core.db, core.vault, places.model, limit=limit)

    found = await rebuild.compare(core.db, core.vault, places.model)
    assert shown(await rows(core)) == {"north": (4, 2), "south": (0, 2)}
    assert found[1] == found[beside]


async def test_a_rebuild_that_ends_halfway_is_gone_on_with(core: Core) -> None:
    await quota(core)
    await took(core, count=30)
    await fold(core)
    rebuilding = asyncio.create_task(rebuild.rebuild(core.db, core.vault, places.model, limit=1))

    async def is_halfway() -> bool:
        async with driver(core.db) as db:
            there = await cursors(db, places.model)
        return any(cursor.instance == 2 and cursor.position > 2 for cursor in there)

    await until(is_halfway)
    rebuilding.cancel()
    await asyncio.gather(rebuilding, return_exceptions=True)
    assert await position(core, 2) < 61

    await projector.catch_up(core.db, core.vault, places.model, 2)

    found = await rebuild.compare(core.db, core.vault, places.model)
    assert found[1] == found[2]


async def test_a_parked_subject_wakes_up_when_what_parked_it_never_happened(core: Core) -> None:
    await quota(core, places=1)
    await heard(core, QuotaGiven(quota="north", places=-1))
    await fold(core)
    assert list(await parked(core)) == ["north"]

    await restored(core, valid_through=1)
    await quota(core, places=3)
    await fold(core)

    assert (shown(await rows(core)), await parked(core)) == ({"north": (3, 0)}, {})
    assert await same_as_rebuilt(core)


async def test_other_topics_are_not_touched_by_a_restore(core: Core) -> None:
    await quota(core, places=1)
    await heard(core, QuotaGiven(quota="south", places=2), stream="tinh-mau.other.v1")
    await restored(core, valid_through=0)

    await fold(core)

    assert shown(await rows(core)) == {"south": (2, 0)}


# -- Instances


async def test_a_rebuild_beside_is_equal_and_readers_follow_the_switch_and_back(core: Core) -> None:
    await quota(core, places=3)
    await took(core, count=5)
    await fold(core)

    beside = await rebuild.rebuild(core.db, core.vault, places.model, limit=2)
    await took(core)
    await fold(core, instance=1)
    await fold(core, instance=beside)
    found = await rebuild.compare(core.db, core.vault, places.model)

    assert beside == 2
    assert found[1] == found[2]
    for live in (2, 1):
        await rebuild.switch(core.db, places.model, live)
        async with as_of(core.db, places.model) as page:
            assert page.instances == {"quotas": live}
            assert page.position == 13


async def test_a_rebuild_while_the_live_one_goes_on_does_not_disturb_its_readers(core: Core) -> None:
    await quota(core)
    stop = asyncio.Event()
    seen: list[int] = []

    async def going_on() -> None:
        while not stop.is_set():
            await took(core, count=3)
            for cursor in await _cursors(core):
                await fold(core, instance=cursor.instance)

    async def reading() -> None:
        while not stop.is_set():
            async with as_of(core.db, places.model) as page:
                row = (await page.connection.execute(page.of(places.model).select())).one_or_none()
                seen.append(0 if row is None else row.taken)

    tasks = [asyncio.create_task(going_on()), asyncio.create_task(reading())]
    for live in range(1, 4):
        beside = await rebuild.rebuild(core.db, core.vault, places.model, limit=5)
        found = await rebuild.compare(core.db, core.vault, places.model)
        assert len(set(found.values())) == 1
        await rebuild.switch(core.db, places.model, beside)
        await rebuild.drop(core.db, places.model, live)
    stop.set()
    await asyncio.gather(*tasks)

    assert [cursor.instance for cursor in await _cursors(core)] == [4]
    assert seen == sorted(seen)
    assert seen[-1] > 0


async def test_readers_are_not_sent_to_an_instance_that_stays_behind(
    core: Core, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebuild, "PATIENCE", 2)
    beside = await rebuild.rebuild(core.db, core.vault, places.model)
    await quota(core)
    await fold(core)

    with pytest.raises(TimeoutError):
        await rebuild.switch(core.db, places.model, beside)


async def _cursors(core: Core) -> list[Any]:  # Any: cursors
    async with driver(core.db) as db:
        return list(await cursors(db, places.model))


async def test_the_live_instance_cannot_be_dropped_nor_one_that_is_not_there_switched_to(core: Core) -> None:
    with pytest.raises(LookupError):
        await rebuild.drop(core.db, places.model, 1)
    with pytest.raises(LookupError):
        await rebuild.switch(core.db, places.model, 7)
    async with as_of(core.db, places.model) as page:
        assert page.instances == {"quotas": 1}


async def test_a_new_definition_is_folded_beside_and_takes_over_when_it_has_caught_up(core: Core) -> None:
    await quota(core)
    await took(core, count=3)
    await fold(core)
    newer = changed(definition=2, fold=tolerant)

    await projector.prepare(core.db, [newer])
    with pytest.raises(BeingRebuilt):
        async with as_of(core.db, newer):
            pass
    await projector.advance(core.db, core.vault, newer, 2, limit=2)
    await rebuild.take_over(core.db, newer)
    async with as_of(core.db, places.model) as page:
        assert page.instances == {"quotas": 1}
    await fold(core, newer, 2)
    await rebuild.take_over(core.db, newer)

    async with as_of(core.db, newer) as page:
        assert page.instances == {"quotas": 2}
    async with as_of(core.db, places.model) as page:  # a process of the older release reads on
        assert page.instances == {"quotas": 1}


async def test_two_processes_prepare_at_once_and_make_one_instance(core: Core) -> None:
    newer = changed(definition=2)

    await asyncio.gather(*(projector.prepare(core.db, [newer]) for _ in range(4)))

    assert [(c.instance, c.definition, c.live) for c in await _cursors(core)] == [(1, 1, True), (2, 2, False)]


async def test_digests_differ_when_one_row_differs(core: Core) -> None:
    await quota(core)
    await fold(core)
    beside = await rebuild.rebuild(core.db, core.vault, places.model)
    async with driver(core.db) as db:
        await db.execute(f"UPDATE views.quotas_v{beside} SET taken = 1")  # noqa: S608 - our names

    found = await rebuild.digests(core.db, places.model)

    assert found[1][0] == found[2][0]
    assert found[1] != found[2]


# -- Names on a page


@frozen
class Person:
    person: str
    name: str | None


def read_name(entry: Entry) -> PlaceAsked:
    event = places.codec.read(entry)
    assert isinstance(event, PlaceAsked)
    return event


def fold_name(row: Person, event: PlaceAsked, _entry: Entry) -> Person | None:
    return None if isinstance(event.name, Forgotten) else replace(row, name=event.name)


people: ReadModel[Person, PlaceAsked] = ReadModel(
    table=Table(
        "people", MetaData(), Column("person", Text(collation="C"), primary_key=True), Column("name", Text)
    ),
    row=Person,
    begin=lambda person: Person(person=person, name=None),
    types={"place.asked"},
    read=read_name,
    subjects=lambda event: [str(event.person)],
    fold=fold_name,
    personal=True,
)


async def test_a_page_with_names_opens_them_and_a_rebuild_after_forgetting_holds_none(core: Core) -> None:
    await projector.prepare(core.db, [people])
    await took(core, count=2)
    await fold(core, people)
    before = await rows(core, people)
    async with driver(core.db) as db:
        await db.execute("SELECT core.forget($1::uuid)", before[0]["person"])

    beside = await rebuild.rebuild(core.db, core.vault, people)

    assert [row["name"] for row in before] == 2 * ["Lê Thị Ánh"]
    assert await rows(core, people, beside) == before[1:]


async def test_the_cause_on_a_page_with_names_quotes_nothing(core: Core) -> None:
    def breaks(_row: Person, event: PlaceAsked, _entry: Entry) -> Person:
        raise ValueError(f"cannot fold {event.name}")

    broken: ReadModel[Person, PlaceAsked] = ReadModel(
        table=people.table,
        row=Person,
        begin=people.begin,
        types=people.types,
        read=read_name,
        subjects=people.subjects,
        fold=breaks,
        personal=True,
    )
    await projector.prepare(core.db, [broken])
    await took(core)
    await fold(core, broken)

    [(_, cause)] = (await parked(core)).values()
    assert cause == "ValueError"


def test_a_validation_error_is_told_without_the_value() -> None:
    with pytest.raises(ValueError, match="validation") as caught:
        QuotaGiven.read('{"quota": 5, "places": "Nguyễn Văn An"}')

    assert cause_of(caught.value) == "ValidationError: quota: string_type; places: int_parsing"


# -- Subjects of other types


async def test_a_subject_may_be_an_id_and_is_found_by_its_index(core: Core) -> None:
    @frozen
    class Asked:
        person: Any  # Any: a UUID from the table, text from the subject
        times: int

    def asked(row: Asked, _event: PlaceAsked, _entry: Entry) -> Asked:
        return replace(row, times=row.times + 1)

    by_id: ReadModel[Asked, PlaceAsked] = ReadModel(
        table=Table("by_id", MetaData(), Column("person", Uuid, primary_key=True), Column("times", Integer)),
        row=Asked,
        begin=lambda person: Asked(person=person, times=0),
        types={"place.asked"},
        read=read_name,
        subjects=lambda event: [str(event.person)],
        fold=asked,
    )
    await projector.prepare(core.db, [by_id])
    await took(core, count=3)
    await fold(core, by_id)
    async with driver(core.db) as db:
        await db.execute("SET enable_seqscan = off")
        plan = await db.fetch(
            "EXPLAIN SELECT * FROM views.by_id_v1 WHERE \"person\" = ANY ('{}'::text[]::uuid[])"
        )

    assert [row["times"] for row in await rows(core, by_id)] == [1, 1, 1]
    assert "Index" in plan[0][0]
    assert await same_as_rebuilt(core, by_id)


async def test_only_entries_of_its_types_are_read(core: Core) -> None:
    read: list[str] = []

    def remembers(entry: Entry) -> places.Event | QuotaGiven:
        read.append(entry.type)
        return places.read(entry)

    await took(core, count=2)
    await heard(core, ("quotas.unheard_of.v1", "{}"))
    await fold(core, changed(read=remembers))

    assert set(read) == {"place.taken"}
    assert await position(core) == 5


async def test_entries_that_a_page_does_not_fold_are_passed_by_in_one_step(
    core: Core, database: Database
) -> None:
    await heard(core, ("quotas.unheard_of.v1", "{}"), ("quotas.unheard_of.v1", "{}"))
    other = await asyncpg.connect(database.dsn)
    async with other.transaction():
        await other.execute("SELECT FROM core.cursors FOR UPDATE")
        await projector.pass_by(core.db, places.model, 1)
        assert await position(core) == 0
    await other.close()

    await projector.pass_by(core.db, places.model, 1)

    assert await position(core) == 2


async def test_an_entry_that_a_page_folds_is_never_passed_by(core: Core) -> None:
    await heard(core, ("quotas.unheard_of.v1", "{}"))
    await quota(core)
    await projector.pass_by(core.db, places.model, 1)
    assert await position(core) == 0

    await fold(core)
    await restored(core, 0)
    await projector.pass_by(core.db, places.model, 1)
    assert await position(core) == 2


async def test_giving_back_lowers_the_count(core: Core) -> None:
    [place] = await took(core)
    asked = core.aggregate("place", places.decider, places.codec)
    await asked.execute(place, places.GiveBack(on=DAY), intent(2))

    await fold(core)

    assert shown(await rows(core)) == {"north": (0, 0)}
