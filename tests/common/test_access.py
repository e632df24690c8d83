"""Who may do what, where: rights follow the tree of today, and what is not known is not allowed."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from ketnap.common import access as module
from ketnap.common import projector, rebuild
from ketnap.common.access import (
    HEARD_TYPES,
    TOO_OLD,
    Access,
    NotYourRole,
    OutOfScope,
    Permit,
    Row,
    Told,
    access_model,
)
from ketnap.common.access import heard as heard_access
from ketnap.common.readmodel import ReadModel
from ketnap.common.service import Core
from ketnap.contracts.fact import Fact, SourceRestored
from ketnap.contracts.registry import GrantGiven, Hierarchy, Role, UnitMoved, UnitsMerged
from tests.common import writing
from tests.common.officials import HEARTBEAT, ISSUER, account, grant, revoked, unit
from tests.common.writing import fold

TODAY = date(2024, 3, 2)
ROOT, NORTH, SOUTH, CELL = (UUID(int=n) for n in range(1, 5))
ANN = UUID(int=100)
REGISTRY = "tinh-mau.registry.v1"
TREE = (unit(ROOT), unit(NORTH, ROOT), unit(SOUTH, ROOT), unit(CELL, NORTH))

model: ReadModel[Row, Told] = access_model(HEARD_TYPES, heard_access)


@pytest.fixture
async def access(core: Core) -> Access:
    await projector.prepare(core.db, [model])
    return Access(core.db, model)


async def hear(core: Core, *facts: Fact) -> None:
    await writing.heard(core, *facts, stream=REGISTRY)
    await fold(core, model)


async def knows(core: Core, access: Access, *facts: Fact) -> Access:
    await hear(core, *TREE, account(ANN), *facts, HEARTBEAT)
    access.changed = True
    return await access.refresh()


def permit(access: Access, *roles: Role, day: date = TODAY) -> Permit:
    found = access.account(ISSUER, "ann")
    assert found is not None
    return Permit(access, found, "thing.do", frozenset(roles or {Role.CELL_COMMITTEE}), day)


async def test_a_grant_covers_its_unit_and_what_lies_under_it(core: Core, access: Access) -> None:
    found = permit(await knows(core, access, grant(ANN, NORTH)))

    found.on(NORTH)
    found.on(CELL)
    assert found.checked
    assert found.units() == {NORTH, CELL}
    assert found.tops() == [NORTH]


@pytest.mark.parametrize("elsewhere", [SOUTH, ROOT, UUID(int=999), None], ids=str)
async def test_elsewhere_there_is_nothing(core: Core, access: Access, elsewhere: UUID | None) -> None:
    found = permit(await knows(core, access, grant(ANN, NORTH)))

    with pytest.raises(OutOfScope):
        found.on(elsewhere)
    assert OutOfScope.status == 404


async def test_the_root_of_the_party_holds_what_stands_outside_its_hierarchy_too(
    core: Core, access: Access
) -> None:
    union = unit(UUID(int=5)).model_copy(update={"hierarchy": Hierarchy.MASS})
    branch = unit(UUID(int=6), union.unit).model_copy(update={"hierarchy": Hierarchy.MASS})
    at_root = permit(await knows(core, access, union, branch, grant(ANN, ROOT)))

    for outside in (union.unit, branch.unit):
        at_root.on(outside)
        assert outside in at_root.units()
    with pytest.raises(OutOfScope):
        at_root.on(UUID(int=999))


async def test_below_the_root_nobody_holds_what_stands_outside(core: Core, access: Access) -> None:
    union = unit(UUID(int=5)).model_copy(update={"hierarchy": Hierarchy.MASS})
    in_the_north = permit(await knows(core, access, union, grant(ANN, NORTH)))

    with pytest.raises(OutOfScope):
        in_the_north.on(union.unit)
    assert union.unit not in in_the_north.units()


async def test_the_root_of_another_hierarchy_holds_only_its_own(core: Core, access: Access) -> None:
    union = unit(UUID(int=5)).model_copy(update={"hierarchy": Hierarchy.MASS})
    leader = permit(await knows(core, access, union, grant(ANN, union.unit)))

    leader.on(union.unit)
    assert leader.units() == {union.unit}
    with pytest.raises(OutOfScope):
        leader.on(NORTH)


async def test_what_belongs_to_no_unit_asks_for_the_role_alone(core: Core, access: Access) -> None:
    known = await knows(core, access, grant(ANN, NORTH))

    asked = permit(known)
    asked.anywhere()
    assert asked.checked
    with pytest.raises(NotYourRole):
        permit(known, Role.ADMINISTRATOR).anywhere()


async def test_of_several_units_one_is_enough(core: Core, access: Access) -> None:
    known = await knows(core, access, grant(ANN, NORTH))

    permit(known).on_one_of([SOUTH, CELL])
    with pytest.raises(OutOfScope):
        permit(known).on_one_of([SOUTH])
    with pytest.raises(OutOfScope):
        permit(known).on_one_of([])
    with pytest.raises(NotYourRole):
        permit(known, Role.INSPECTION).on_one_of([SOUTH, CELL])


async def test_a_role_that_may_not_is_told_so_where_it_may_look(core: Core, access: Access) -> None:
    known = await knows(core, access, grant(ANN, NORTH, Role.INSPECTION))

    with pytest.raises(NotYourRole, match=r"thing\.do"):
        permit(known).on(CELL)
    assert permit(known).units() == frozenset()
    assert permit(known, Role.INSPECTION).units() == {NORTH, CELL}


async def test_a_grant_holds_from_its_first_day_until_the_day_before_its_last(
    core: Core, access: Access
) -> None:
    known = await knows(core, access, grant(ANN, NORTH, since=TODAY, until=TODAY + timedelta(days=2)))

    for offset, holds in ((-1, False), (0, True), (1, True), (2, False)):
        found = permit(known, day=TODAY + timedelta(days=offset)).units()
        assert found == ({NORTH, CELL} if holds else frozenset())


async def test_a_revoked_grant_ends_on_its_day_and_others_stay(core: Core, access: Access) -> None:
    gone, stays = grant(ANN, NORTH), grant(ANN, SOUTH)
    known = await knows(core, access, gone, stays, revoked(gone, TODAY))

    assert permit(known).units() == {SOUTH}
    assert permit(known, day=TODAY - timedelta(days=1)).units() == {NORTH, CELL, SOUTH}


async def test_a_right_on_a_unit_covers_whom_it_took_over_by_the_tree_of_today(
    core: Core, access: Access
) -> None:
    merger = UnitsMerged(into=SOUTH, predecessors=[NORTH], on=TODAY)
    known = await knows(core, access, grant(ANN, SOUTH), merger)

    permit(known).on(NORTH)
    permit(known).on(CELL)
    with pytest.raises(OutOfScope):
        permit(known, day=TODAY - timedelta(days=1)).on(CELL)


async def test_who_has_no_account_is_nobody(core: Core, access: Access) -> None:
    known = await knows(core, access)

    assert known.account(ISSUER, "bob") is None
    assert known.account("https://stranger.test", "ann") is None


async def test_holders_of_a_role_are_found(core: Core, access: Access) -> None:
    known = await knows(core, access, grant(ANN, NORTH), grant(uuid4(), NORTH, Role.INSPECTION))
    ann = permit(known).person

    assert known.holders(Role.CELL_COMMITTEE, CELL, TODAY) == {ann}
    assert known.holders(Role.CELL_COMMITTEE, SOUTH, TODAY) == set()
    assert known.holders(Role.CELL_COMMITTEE, CELL, date(1999, 1, 1)) == set()


async def test_rights_are_as_old_as_the_last_heartbeat(core: Core, access: Access) -> None:
    now = datetime.now(UTC)
    assert access.age(now) == float("inf")

    known = await knows(core, access)

    assert known.age(now) < 60
    assert known.age(now + timedelta(seconds=TOO_OLD + 60)) > TOO_OLD
    assert known.age(now - timedelta(days=365)) == 0


async def test_what_cannot_be_taken_in_makes_rights_unknown_and_what_was_known_stays(
    core: Core, access: Access
) -> None:
    known = await knows(core, access, grant(ANN, NORTH))
    await hear(core, UnitMoved(unit=uuid4(), parent=ROOT, on=TODAY), grant(ANN, SOUTH), HEARTBEAT)
    for _ in range(3):
        access.changed = True
        await access.refresh()

    assert known.age(datetime.now(UTC)) == float("inf")
    assert known.broken is not None
    assert known.broken.startswith("registry.unit_moved.v1 at position 8: KeyError")
    assert permit(known).units() == {NORTH, CELL}


async def test_a_fact_that_cannot_be_read_stops_the_page_and_rights_grow_old(
    core: Core, access: Access
) -> None:
    await knows(core, access, grant(ANN, NORTH))
    await writing.heard(core, (GrantGiven.TYPE, "{}"), HEARTBEAT, stream=REGISTRY)
    before = access.heartbeat

    with pytest.raises(ValueError, match="validation"):
        await fold(core, model)
    access.changed = True
    await access.refresh()

    assert access.heartbeat == before


async def test_many_who_ask_at_once_take_each_fact_in_once(
    core: Core, access: Access, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "REFRESH", 0.0)
    await hear(core, *TREE, account(ANN), UnitsMerged(into=SOUTH, predecessors=[NORTH], on=TODAY))

    async def ask() -> None:
        access.changed = True
        await access.refresh()

    await asyncio.gather(*(ask() for _ in range(20)))

    assert access.tree.units[SOUTH].predecessors == [NORTH]


async def test_while_the_page_is_rebuilt_and_switched_nobody_loses_a_right(
    core: Core, access: Access, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "REFRESH", 0.0)
    others = [uuid4() for _ in range(300)]
    accounts = [account(other, str(other)) for other in others]
    await knows(core, access, grant(ANN, NORTH), *accounts, *(grant(other, CELL) for other in others))
    stop = asyncio.Event()
    asked = 0

    async def asks() -> None:
        nonlocal asked
        while not stop.is_set():
            permit(await access.refresh()).on(CELL)
            asked += 1
            await asyncio.sleep(0)

    officers = [asyncio.create_task(asks()) for _ in range(4)]
    for live in range(1, 4):
        beside = await rebuild.rebuild(core.db, core.vault, model, limit=20)
        await rebuild.switch(core.db, model, beside)
        access.changed = True
        await access.refresh()
        await rebuild.drop(core.db, model, live)
    stop.set()
    await asyncio.gather(*officers)

    assert asked > 0
    assert permit(access).units() == {NORTH, CELL}
    assert len(access.holders(Role.CELL_COMMITTEE, CELL, TODAY)) == 301


async def test_after_a_restore_of_registry_rights_are_those_that_still_hold(
    core: Core, access: Access
) -> None:
    await knows(core, access, grant(ANN, NORTH))  # facts 1 to 7
    await hear(core, grant(ANN, SOUTH))
    access.changed = True
    assert permit(await access.refresh()).units() == {NORTH, CELL, SOUTH}

    restored = SourceRestored(source=REGISTRY, epoch=2, valid_through=7)
    await writing.heard(core, restored, stream=REGISTRY, epoch=2)
    await writing.heard(core, HEARTBEAT, stream=REGISTRY, epoch=2)
    await fold(core, model)
    access.changed = True

    assert permit(await access.refresh()).units() == {NORTH, CELL}


async def test_the_tree_is_known_as_it_was_known_at_every_position(core: Core, access: Access) -> None:
    known = await knows(core, access)
    await hear(core, UnitMoved(unit=CELL, parent=SOUTH, on=TODAY))
    access.changed = True
    await access.refresh()

    assert known.tree_at(5).above(CELL, TODAY) == NORTH
    assert known.tree_at(7).above(CELL, TODAY) == SOUTH
    assert known.tree_at(3).units.keys() == {ROOT, NORTH, SOUTH}
    assert known.tree_at(3) is known.tree_at(3)


async def test_what_was_asked_a_moment_ago_is_not_asked_again(
    core: Core, access: Access, monkeypatch: pytest.MonkeyPatch
) -> None:
    await knows(core, access)
    await hear(core, grant(ANN, NORTH))

    assert permit(await access.refresh()).units() == frozenset()
    monkeypatch.setattr(module, "REFRESH", 0.0)
    assert permit(await access.refresh()).units() == {NORTH, CELL}
