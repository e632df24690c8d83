"""The ledger: what its lines add up to is what follows from the case, at every position, however it was folded."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given

from ketnap.common import rebuild
from ketnap.common.clock import HERE
from ketnap.common.database import driver
from ketnap.common.log import Entry as Logged
from ketnap.common.pages import as_of
from ketnap.common.readmodel import Lined
from ketnap.contracts.registry import PersonForgotten
from ketnap.statistics.case import Case
from ketnap.statistics.entries import entries
from ketnap.statistics.views import ledger
from ketnap.statistics.views.ledger import Line, Row, fold
from tests.statistics.histories import PERSON, SOME, Told, histories
from tests.statistics.lives import Life
from tests.statistics.sample import Sample
from tests.statistics.world import World

type Sums = Counter[tuple[int, UUID, date, tuple[tuple[str, str], ...]]]
ON = date(2024, 5, 10)


def added_up(lines: Iterable[Line]) -> Sums:
    sums: Sums = Counter()
    for line in lines:
        key = (line.measure, line.unit, line.effective_on, tuple(sorted(line.attributes.items())))
        sums[key] += line.delta
    return Counter({key: value for key, value in sums.items() if value})


def following(case: Case) -> Sums:
    sums: Sums = Counter()
    for entry in entries(case).values():
        sums[entry.measure, entry.unit, entry.effective_on, entry.attributes] += entry.delta
    return Counter({key: value for key, value in sums.items() if value})


def logged(position: int, recorded_on: date) -> Logged:
    return Logged(
        position=position,
        id=UUID(int=position),
        stream="told",
        version=position,
        type="told",
        schema_version=1,
        json="{}",
        meta_json="{}",
        recorded_at=datetime.combine(recorded_on, time(12), HERE).astimezone(UTC),
    )


def folded(told: Sequence[Told]) -> tuple[list[Row], list[Line]]:
    """The row after each fact, and every line."""
    rows, lines = [ledger.model.begin(f"person:{PERSON}")], list[Line]()
    for position, (fact, recorded_on) in enumerate(told, 1):
        found = fold(rows[-1], fact, logged(position, recorded_on))
        if isinstance(found, Lined):
            assert found.row is not None
            lines += [line for line in found.add if isinstance(line, Line)]
            found = found.row
        rows.append(found)
    return rows, lines


# -- Any history


@SOME
@given(histories())
def test_as_known_at_every_position_the_lines_add_up_to_what_followed_then(told: list[Told]) -> None:
    rows, lines = folded(told)

    for position, row in enumerate(rows):
        assert added_up(line for line in lines if line.position <= position) == following(row.case)


@SOME
@given(histories())
def test_the_lines_of_one_fact_are_numbered_and_only_what_it_changed_is_written(told: list[Told]) -> None:
    rows, lines = folded(told)

    for position, (before, after) in enumerate(pairwise(rows), 1):
        written = [line for line in lines if line.position == position]
        assert [line.ordinal for line in written] == list(range(len(written)))
        was, now = entries(before.case), entries(after.case)
        changed = [key for key in was.keys() | now.keys() if was.get(key) != now.get(key)]
        assert len(written) == sum((key in was) + (key in now) for key in changed)


# -- On the database


@pytest.mark.asyncio(loop_scope="session")
async def test_of_everybody_in_the_province_the_lines_add_up_to_their_case(lived: Sample) -> None:
    async with as_of(lived.world.service.core.db, ledger.model) as page:
        found = await page.connection.execute(page.of(ledger.model).select())
        rows = [ledger.model.load(row) for row in found.mappings()]
        by_subject = {row.subject: await ledger.of_subject(page, row.subject) for row in rows}

    assert len(rows) > len(lived.lives)
    for row in rows:
        assert added_up(by_subject[row.subject]) == following(row.case), row.subject


@pytest.mark.asyncio(loop_scope="session")
async def test_in_whatever_batches_it_is_folded_the_ledger_is_the_same_and_readers_are_not_disturbed(
    lived: Sample,
) -> None:
    db, vault, model = lived.world.service.core.db, lived.world.service.core.vault, ledger.model
    unit = str(lived.world.root)
    before = await lived.leader.see("/overview", unit=unit)
    beside = []
    for limit in (3, 50, 2000):
        beside.append(await rebuild.rebuild(db, vault, model, limit=limit))
        assert await lived.leader.see("/overview", unit=unit) == before
    found = await rebuild.compare(db, vault, model)
    assert set(found) == {1, *beside}
    assert len(set(found.values())) == 1

    await lived.world.settle()
    assert await rebuild.digests(db, model) == found, "folded twice, nothing moves"

    for instance in (beside[0], 1):
        await rebuild.switch(db, model, instance)
        page = await lived.leader.see("/overview", unit=unit)
        assert page == before
        evidence = await lived.leader.see("/figures/admitted", unit=unit)
        assert evidence["value"] == str(evidence["numerator"]["value"])
    for instance in beside:
        await rebuild.drop(db, model, instance)


async def test_totals_and_breakdowns_survive_a_forgetting_and_a_rebuild(province: World) -> None:
    cell = await province.found("Chi bộ thôn Bình Minh")
    life, other = Life(cell), Life(cell)
    for one in (life, other):
        await province.tell(
            one.profile(date(2020, 1, 1)), one.introduced(ON), one.listed(ON), *one.admitted(ON)
        )
    before = await _lines(province, life)
    await province.tell(PersonForgotten(person=life.person))
    after = await _lines(province, life)

    assert added_up(after) == added_up(before)
    assert any(line.attributes for line in after)
    assert {line.person for line in before} == {life.person}
    assert {line.person for line in after} == {None}
    assert {line.person for line in await _lines(province, other)} == {other.person}

    await province.erase(life.person, 1)
    db, vault = province.service.core.db, province.service.core.vault
    await rebuild.rebuild(db, vault, ledger.model)
    digests = await rebuild.compare(db, vault, ledger.model)
    assert len(set(digests.values())) == 1
    async with driver(db) as connection:
        left = await connection.fetchval(
            "SELECT count(*) FROM views.ledger_v1 t WHERE t::text LIKE '%' || $1 || '%'", "1995-06"
        )
    assert left == 1, "the birth month of the other alone"


async def _lines(world: World, life: Life) -> list[Line]:
    async with as_of(world.service.core.db, ledger.model) as page:
        return await ledger.of_subject(page, f"person:{life.person}")
