"""What follows from facts heard: once, on the right dossier, or as a visible case."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from ketnap.admission import language
from ketnap.admission.commands import Command
from ketnap.admission.events import DossierWithdrawn, ProbationerLeft
from ketnap.admission.policies import closed_with_the_membership, forgotten_person, withdrawn_with_the_name
from ketnap.admission.stages import Closed, Official, Probationary, State
from ketnap.common import forgetting, log
from ketnap.common.database import driver
from ketnap.common.policies import Policies
from ketnap.common.service import Core
from ketnap.contracts.fact import Fact
from ketnap.contracts.registry import (
    DelistReason,
    PersonForgotten,
    RollChange,
    RollChanged,
    SympathiserDelisted,
)
from tests.admission.builders import (
    CANDIDACY,
    CELL,
    ID,
    PERSON,
    TO_DECIDED,
    TO_OFFICIAL,
    TO_PROBATION,
    TO_READY,
)
from tests.admission.hearing import dossiers_of, give, hear

DELISTED = SympathiserDelisted(
    candidacy=CANDIDACY, person=PERSON, unit=CELL, reason=DelistReason.MOVED, on=date(2024, 4, 15)
)


def changed(change: RollChange, person: UUID | None = PERSON) -> RollChanged:
    return RollChanged(
        unit=CELL, change=change, person=person, official=20, probationary=1, on=date(2024, 12, 1)
    )


def policies_of(core: Core) -> Policies:
    held = dossiers_of(core)
    return Policies(
        core.db,
        [
            withdrawn_with_the_name(held, core.db, lambda: date(2024, 4, 20)),
            closed_with_the_membership(held, core.db),
            forgetting.forgetting(
                type=PersonForgotten.TYPE,
                person_of=forgotten_person,
                db=core.db,
                vault=core.vault,
                forgettings=core.aggregate("forgetting", forgetting.decider, language.forgettings),
            ),
        ],
    )


async def react(core: Core, *facts: Fact) -> None:
    """Hear these, and react to all of the log twice, as after a crash."""
    await hear(core, "registry.v1", *facts)
    for _ in range(2):
        while await policies_of(core).step():
            pass
        async with driver(core.db) as db:
            await db.execute("UPDATE core.cursors SET position = 0 WHERE projection = 'policies'")
    while await policies_of(core).step():
        pass


async def state_of(core: Core) -> tuple[State, int]:
    return await dossiers_of(core).state(ID)


async def cases_of(core: Core) -> Sequence[Any]:  # Any: asyncpg's records
    async with driver(core.db) as db:
        found: Sequence[Any] = await db.fetch("SELECT policy, target, cause FROM core.cases")
    return found


async def last_event(core: Core) -> object:
    async with driver(core.db) as db:
        entries = await log.stream(db, f"dossier-{ID}")
    return language.own(entries[-1])


async def test_a_dossier_is_withdrawn_with_the_name_on_the_list(core: Core) -> None:
    await give(core, *TO_READY, to=ID)

    await react(core, DELISTED)

    state, version = await state_of(core)
    assert (type(state), version) == (Closed, 6)
    withdrawn = await last_event(core)
    assert isinstance(withdrawn, DossierWithdrawn)
    assert (withdrawn.because, withdrawn.act.on, withdrawn.act.by) == ("moved", date(2024, 4, 15), None)
    assert await cases_of(core) == []


@pytest.mark.parametrize("story", [TO_DECIDED, TO_PROBATION])
async def test_once_decided_it_is_a_case_for_the_committee(core: Core, story: list[Command]) -> None:
    await give(core, *story, to=ID)

    await react(core, DELISTED)

    [case] = await cases_of(core)
    assert (case["policy"], case["target"]) == ("withdrawn-with-the-name", f"dossier-{ID}")
    assert case["cause"].startswith("WithdrawalTooLate: Đã có quyết định kết nạp")
    assert (await state_of(core))[1] == len(story)


async def test_who_has_no_open_dossier_is_left_in_peace(core: Core) -> None:
    await give(core, *TO_OFFICIAL, to=ID)

    await react(core, DELISTED, changed(RollChange.DIED), changed(RollChange.EXPELLED))

    assert isinstance((await state_of(core))[0], Official)
    assert await cases_of(core) == []


@pytest.mark.parametrize("change", [RollChange.DIED, RollChange.RESIGNED, RollChange.EXPELLED])
async def test_probation_closes_with_the_membership(core: Core, change: RollChange) -> None:
    await give(core, *TO_PROBATION, to=ID)

    await react(core, changed(change))

    left = await last_event(core)
    assert isinstance(left, ProbationerLeft)
    assert (left.cause, left.act.on) == (change.value, date(2024, 12, 1))
    assert isinstance((await state_of(core))[0], Closed)


@pytest.mark.parametrize(
    "fact",
    [
        changed(RollChange.ADMITTED),
        changed(RollChange.RECOGNISED),
        changed(RollChange.STRUCK_OFF),
        changed(RollChange.DIED, None),
        changed(RollChange.DIED, uuid4()),
    ],
)
async def test_other_changes_of_a_roll_change_no_dossier(core: Core, fact: Fact) -> None:
    await give(core, *TO_PROBATION, to=ID)

    await react(core, fact)

    assert isinstance((await state_of(core))[0], Probationary)
    assert await cases_of(core) == []


async def test_somebody_forgotten_applies_no_more_and_nothing_written_about_them_remains(core: Core) -> None:
    await give(core, *TO_READY, to=ID)

    await react(core, PersonForgotten(person=PERSON))

    async with driver(core.db) as db:
        assert await db.fetchval("SELECT count(*) FROM core.personal") == 0
        assert await db.fetchval("SELECT count(*) FROM core.person_key") == 0
        everything = await db.fetchval("SELECT string_agg(l::text, '') FROM core.log l")
        done = await db.fetch("SELECT data::text FROM core.log WHERE type = 'forgetting.done'")
    assert "Đức Thắng" not in everything
    assert "Các đoàn thể nhất trí" not in everything
    assert len(done) == 1
    withdrawn = await last_event(core)
    assert isinstance(withdrawn, DossierWithdrawn)
    assert withdrawn.because == "forgotten"
    assert isinstance((await state_of(core))[0], Closed)
    assert await cases_of(core) == []


async def test_a_dossier_withdrawn_by_a_policy_holds_its_person_no_more(core: Core) -> None:
    await give(core, *TO_READY, to=ID)
    await react(core, DELISTED)

    async with driver(core.db) as db:
        assert await db.fetchval("SELECT count(*) FROM core.claims") == 0
