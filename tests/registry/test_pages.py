"""Registry's read models on real PostgreSQL: what they show, and that they can be folded again."""

from collections.abc import AsyncGenerator
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest

from ketnap.common.forgetting import ForgettingDone
from ketnap.common.readmodel import AnyModel
from ketnap.contracts import admission, statistics, training
from ketnap.registry import language
from ketnap.registry.app import MIGRATIONS, MODELS
from ketnap.registry.views import candidacies, forgettings, people, rolls
from tests.pages import History, history
from tests.registry.builders import (
    ANN,
    ANNS,
    BAO,
    BEFORE,
    CANDIDACY,
    CELL,
    CHI,
    COMMUNE,
    FARMER,
    HELPER,
    ON,
    OTHER_HELPER,
    TODAY,
    UNION,
    admitted,
    candidacy_closed,
    date_corrected,
    delisted,
    forgetting_requested,
    forgotten,
    identity_corrected,
    introduced,
    listed,
    member,
    member_left,
    named,
    number_corrected,
    person_moved,
    profiled,
    recognised,
    registered,
    replaced,
    roll_opened,
)


@pytest.fixture
async def told(postgres: str, tmp_path: Path) -> AsyncGenerator[History]:
    async with history(postgres, tmp_path, MODELS, MIGRATIONS) as told:
        yield told


async def register(told: History, person: UUID, name: str, unit: UUID = CELL) -> None:
    event = registered(person=person, identity=replace(ANNS, name=name), unit=unit, citizen_number="0" * 12)
    await told.write(f"person-{person}", language.people, event)


async def write_a_year(told: History) -> None:
    await told.write(
        f"person-{ANN}",
        language.people,
        registered(),
        profiled(),
        identity_corrected(),
        number_corrected(),
        person_moved(),
    )
    await told.write(f"person-{BAO}", language.people, registered(person=BAO))
    await told.write(
        f"person-{CHI}", language.people, registered(person=CHI), forgetting_requested(person=CHI)
    )
    await told.write(
        f"candidacy-{CANDIDACY}",
        language.candidacies,
        introduced(),
        listed(),
        replaced(),
        delisted(),
        listed(on=TODAY),
    )
    await told.write(
        f"roll-{CELL}",
        language.rolls,
        roll_opened(member(ANN)),
        admitted(BAO),
        date_corrected(BAO),
        admitted(CHI, probationary=4),
        recognised(BAO, official=21, probationary=3),
        member_left(CHI, official=21, probationary=2),
        member_left(None, status="official", official=20, probationary=2),
    )


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
async def test_folded_again_it_does_not_move_and_from_the_beginning_it_is_equal(
    told: History, model: AnyModel
) -> None:
    await write_a_year(told)

    await told.check_replay(model)


# People


async def test_people_are_found_with_and_without_accents_in_vietnamese_order(told: History) -> None:
    everybody = ["Trần Thị Ánh", "Đặng Văn An", "Dương Thị Ân", "Phạm Quốc Bảo", "Lê Đức Đạt", "Lê Đức Dũng"]
    for name in everybody:
        await register(told, named(name), name)
    await register(told, named("elsewhere"), "Trần Văn Ánh", unit=COMMUNE)

    async with told.page(people.model) as page:

        async def found(words: str, limit: int = 10) -> list[str]:
            return [one.name for one in await people.search(page, [CELL], words, limit)]

        in_order = [
            "Đặng Văn An",
            "Trần Thị Ánh",
            "Dương Thị Ân",
            "Phạm Quốc Bảo",
            "Lê Đức Dũng",
            "Lê Đức Đạt",
        ]
        assert await found("") == in_order
        assert await found("", limit=2) == in_order[:2]
        assert await found("anh") == ["Trần Thị Ánh"]
        assert await found("Ánh") == ["Trần Thị Ánh"]
        assert await found("ÁNH trần") == ["Trần Thị Ánh"]
        assert await found("duc d") == ["Lê Đức Dũng", "Lê Đức Đạt"]
        assert await found("đ") == ["Đặng Văn An", "Dương Thị Ân", "Lê Đức Dũng", "Lê Đức Đạt"]
        assert await found("%") == []
        assert await found("_") == []
        both = await people.of(page, [named("Lê Đức Đạt"), named("Đặng Văn An"), named("nobody")])
        assert [one.name for one in both] == ["Đặng Văn An", "Lê Đức Đạt"]


async def test_a_person_shows_the_latest_identity_profile_and_unit(told: History) -> None:
    anne = replace(ANNS, name="Trần Thị Anh")
    student = replace(FARMER, occupation="student")
    await told.write(
        f"person-{ANN}",
        language.people,
        registered(),
        profiled(),
        identity_corrected(identity=anne),
        profiled(version=2, profile=student, identity=anne),
        person_moved(unit=COMMUNE),
    )

    [ann] = await told.rows(people.model)

    assert (ann.name, ann.name_fold, ann.unit, ann.version) == ("Trần Thị Anh", "tran thi anh", COMMUNE, 5)
    assert ann.profile == student


async def test_who_is_forgotten_is_not_shown_nor_seen_when_everything_is_folded_anew(told: History) -> None:
    await told.write(f"person-{BAO}", language.people, registered(person=BAO))
    await told.write(f"person-{ANN}", language.people, registered(), profiled(), forgetting_requested())
    await told.fold()
    await told.write(f"person-{ANN}", language.people, forgotten(profiles=1))
    await told.forget(ANN)

    assert [one.person for one in await told.rows(people.model)] == [BAO]
    await told.check_replay(people.model)


# Candidacies


async def test_a_list_shows_who_waits_longest_first(told: History) -> None:
    for n, day in enumerate((ON, BEFORE)):
        one = named(f"candidacy {n}")
        event = introduced(candidacy=one, on=day, person=named(str(n)), introduced_by=UNION)
        await told.write(f"candidacy-{one}", language.candidacies, event)
    await told.write(f"candidacy-{CANDIDACY}", language.candidacies, introduced(), listed(), replaced())

    async with told.page(candidacies.model) as page:
        waiting = await candidacies.of_units(page, [CELL], "introduced", 10)
        assert [(one.since, one.introduced_by, one.version) for one in waiting] == [
            (BEFORE, UNION, 1),
            (ON, UNION, 1),
        ]
        assert await candidacies.of_units(page, [CELL], "introduced", 1) == waiting[:1]
        assert await candidacies.of_units(page, [COMMUNE], None, 10) == []
        assert len(await candidacies.of_units(page, [CELL], None, 10)) == 3
        helped = await candidacies.one(page, CANDIDACY)
        assert helped is not None
        assert (helped.stage, helped.helpers, helped.since) == ("sympathiser", [OTHER_HELPER], ON)
        assert await candidacies.one(page, named("none")) is None


async def test_who_was_taken_off_has_no_helpers_and_who_is_done_is_closed(told: History) -> None:
    stream = f"candidacy-{CANDIDACY}"
    await told.write(stream, language.candidacies, introduced(), listed(helpers=[HELPER]), delisted())
    [off] = await told.rows(candidacies.model)
    await told.write(stream, language.candidacies, candidacy_closed())
    [over] = await told.rows(candidacies.model)

    assert (off.stage, off.helpers, off.since) == ("removed_from_list", [], TODAY)
    assert (over.stage, over.version) == ("closed", 4)


# Rolls


async def test_a_roll_shows_its_numbers_and_who_is_known(told: History) -> None:
    await write_a_year(told)

    [roll] = await told.rows(rolls.model)

    assert (roll.official, roll.probationary, roll.opened_on, roll.version) == (20, 2, BEFORE, 7)
    assert [(one.person, one.status, one.since) for one in roll.members] == [
        (ANN, "official", member(ANN).since),
        (BAO, "official", TODAY),
    ]
    async with told.page(rolls.model) as page:
        assert await rolls.of(page, [CELL]) == [roll]
        assert await rolls.of(page, [COMMUNE]) == []


async def test_official_members_are_known_on_whatever_roll(told: History) -> None:
    await told.write(f"roll-{CELL}", language.rolls, roll_opened(member(ANN), member(BAO, "probationary")))
    other = roll_opened(member(CHI), unit=COMMUNE)
    await told.write(f"roll-{COMMUNE}", language.rolls, other)

    async with told.page(rolls.model) as page:
        assert await rolls.officials(page, [ANN, BAO, CHI, HELPER]) == {ANN, CHI}
        assert await rolls.officials(page, []) == frozenset()


# Forgettings


async def test_an_erasure_is_open_until_every_service_has_answered(told: History) -> None:
    stream = f"person-{ANN}"
    await told.write(stream, language.people, registered(), forgetting_requested())

    async def waiting(*units: UUID) -> list[list[str]]:
        async with told.page(forgettings.model) as page:
            return [one.open() for one in await forgettings.all_open(page, units)]

    assert await waiting(CELL) == [["registry", "training", "admission", "statistics"]]
    assert await waiting(COMMUNE) == []
    await told.write(stream, language.people, forgotten())
    await told.hear("admission", admission.ForgettingDone(person=ANN, rows=2))
    await told.write(f"forgetting-{ANN}", language.forgettings, ForgettingDone(person=ANN, rows=3))
    assert await waiting(CELL) == [["training", "statistics"]]
    await told.hear("training", training.ForgettingDone(person=ANN, rows=0))
    assert await waiting(CELL) == [["statistics"]]
    await told.hear("statistics", statistics.ForgettingDone(person=ANN, rows=1))
    assert await waiting(CELL) == []
    [row] = await told.rows(forgettings.model)
    assert (row.requested_on, row.forgotten_on) == (TODAY, TODAY)
    await told.check_replay(forgettings.model)
