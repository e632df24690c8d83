"""A figure as known earlier never changes; what differs is explained by exactly the entries that came since."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest

from ketnap.contracts.registry import Role, Sex
from tests.statistics.lives import Life
from tests.statistics.plans import absolute, committee
from tests.statistics.sample import Sample
from tests.statistics.world import Officer, World

MAY, JUNE = date(2024, 5, 10), date(2024, 6, 20)


async def place(province: World) -> tuple[UUID, Officer]:
    cell = await province.found("Chi bộ thôn Bình Minh")
    return cell, await province.officer("leader", (Role.STANDING_COMMITTEE, province.root))


async def admitted(world: World, cell: UUID, on: date = MAY) -> Life:
    life = Life(cell)
    await world.tell(life.profile(date(2020, 1, 1)), life.introduced(on), *life.admitted(on))
    return life


async def compared(officer: Officer, world: World, known: int, figure: str = "admitted", **more: Any) -> Any:
    evidence = await officer.see(f"/figures/{figure}", unit=world.root, compare_known=known, **more)
    comparison = evidence["comparison"]
    total = comparison["was"] + sum(change["delta"] for change in comparison["changes"])
    assert total == comparison["now"] == evidence["numerator"]["value"]
    return comparison


async def test_of_a_late_event_the_difference_lists_just_that_event(province: World) -> None:
    cell, leader = await place(province)
    await admitted(province, cell)
    known = await province.head()
    as_then = await leader.see("/figures/admitted", unit=province.root, known=known)
    late = await admitted(province, cell, date(2024, 5, 2))

    found = await compared(leader, province, known)
    assert (found["was"], found["now"]) == (1, 2)
    [change] = found["changes"]
    assert (change["kind"], change["delta"], change["entries"]) == ("recorded_late", 1, 1)
    assert (change["person"], change["unit"]) == (str(late.person), str(cell))
    assert (change["from_on"], change["recorded_on"]) == ("2024-05-02", "2024-06-30")

    again = await leader.see("/figures/admitted", unit=province.root, known=known)
    for shown in (as_then, again):
        del shown["standpoint"]["head"]
    assert again == as_then, "as known then it is what it was, digest and all"


async def test_a_corrected_ceremony_changes_the_day_and_not_the_year(province: World) -> None:
    cell, leader = await place(province)
    life = await admitted(province, cell)
    known = await province.head()
    await province.tell(life.corrected(MAY, date(2024, 5, 6)))

    found = await compared(leader, province, known)
    [change] = found["changes"]
    assert (change["kind"], change["delta"], change["entries"]) == ("ceremony_corrected", 0, 2)
    assert (change["from_on"], change["to_on"], change["outside_period"]) == (
        "2024-05-10",
        "2024-05-06",
        False,
    )


async def test_a_ceremony_corrected_into_another_year_leaves_this_one(province: World) -> None:
    cell, leader = await place(province)
    life = await admitted(province, cell)
    known = await province.head()
    await province.tell(life.corrected(MAY, date(2023, 12, 29)))

    [change] = (await compared(leader, province, known))["changes"]
    assert (change["kind"], change["delta"], change["outside_period"]) == ("ceremony_corrected", -1, True)


async def test_an_annulment_takes_one_away_and_is_named(province: World) -> None:
    cell, leader = await place(province)
    life = await admitted(province, cell)
    known = await province.head()
    await province.tell(life.annulled(JUNE, MAY))

    [change] = (await compared(leader, province, known))["changes"]
    assert (change["kind"], change["delta"], change["person"]) == ("annulled", -1, str(life.person))


async def test_a_profile_recorded_late_moves_somebody_between_the_parts(province: World) -> None:
    cell, leader = await place(province)
    life = await admitted(province, cell)
    known = await province.head()
    await province.tell(life.profile(date(2024, 1, 1), version=2, sex=Sex.MALE))

    assert (await compared(leader, province, known))["changes"] == []
    [change] = (await compared(leader, province, known, "structure:women"))["changes"]
    assert (change["kind"], change["delta"]) == ("profile_corrected", -1)


async def test_what_happened_since_is_one_line_and_what_was_given_names_its_decision(province: World) -> None:
    cell, leader = await place(province)
    body = await committee(province)
    plan = await body.plan(absolute(12))
    await body.give(plan, {cell: 8}, reserve=4)
    known = await province.head()
    await admitted(province, cell)
    await admitted(province, cell, date(2024, 5, 20))
    await body.give(plan, {cell: 10}, reserve=2, on="2024-06-01", decision="20-QĐ/TU")

    earlier = await leader.see(
        "/figures/admitted", unit=province.root, compare_as_of="2024-05-01", compare_known=known
    )
    [change] = earlier["comparison"]["changes"]
    assert (change["kind"], change["delta"], change["entries"]) == ("new", 2, 2)

    quota = await leader.see("/figures/quota:admitted", unit=cell, compare_known=known)
    [act] = quota["comparison"]["changes"]
    assert (quota["comparison"]["was"], act["kind"], act["delta"]) == (8, "adjustment", 2)
    assert [(one["decision"], one["delta"]) for one in quota["quota_acts"]] == [
        ("12-QĐ/TU", 8),
        ("20-QĐ/TU", 2),
    ]


async def test_only_what_was_earlier_and_of_the_same_period_is_compared(province: World) -> None:
    _, leader = await place(province)
    head = await province.head()
    asked = {"unit": province.root, "known": head - 1}
    assert await leader.refused("/figures/admitted", **asked, compare_known=head) == (422, "NotEarlier")
    asked = {"unit": province.root, "as_of": "2024-05-01"}
    assert await leader.refused("/figures/admitted", **asked, compare_as_of="2024-05-02") == (
        422,
        "NotEarlier",
    )


FIGURES = ["admitted", "members", "sympathisers", "dossiers", "introduced", "structure:women"]


@pytest.mark.asyncio(loop_scope="session")
@pytest.mark.parametrize("tree", ["tree_of_day", "tree_of_its_day"])
async def test_from_any_earlier_knowledge_exactly_the_entries_since_lead_to_the_present(
    lived: Sample, tree: str
) -> None:
    head = await lived.world.head()
    asked = {"tree": tree, "plan": "none", "since": "2024-01-01", "until": "2024-12-31"}
    for figure in FIGURES:
        for known in (head // 3, head // 2, head - head // 10):
            found = await compared(lived.leader, lived.world, known, figure, **asked)
            for change in found["changes"]:
                if change["kind"] not in {"unit_came", "unit_went"}:
                    assert known < change["first_position"] <= change["last_position"] <= head, change
            earlier = await lived.leader.see(
                f"/figures/{figure}", unit=lived.world.root, **asked, known=known, tree_day="2024-09-30"
            )
            assert earlier["numerator"]["value"] == found["was"]
