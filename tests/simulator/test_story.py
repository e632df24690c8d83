"""The stories of the four provinces before they are lived: the same for the same seed, and what their documents say."""

from collections import Counter
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from ketnap.contracts.registry import Role
from ketnap.ops.provinces import PACKS, packs
from ketnap.packs.check import check
from ketnap.packs.pack import Pack
from ketnap.packs.units import CELLS
from ketnap.rules.pack import pack_on
from ketnap.simulator.run import Agenda, agenda
from tests.province import ISSUER

SAMPLE = Path(__file__).parent / "tinh-mau"
PROVINCES = ("da-lat", "kon-tum", "lao-cai", "ninh-binh")
MOST_ACTS = 8_000  # that `ketnap up` lives through in little more than a minute or two


def read(folder: Path) -> Pack:
    pack = check(folder).pack
    assert pack is not None
    return pack


def told(planned: Agenda) -> list[tuple[date, str, str]]:
    return [(day, act.key, act.digest) for day, acts in planned.by_visit.items() for act in acts]


def people(planned: Agenda, since: date, until: date) -> Mapping[str, int]:
    return Counter(way.slot.category.id for way in planned.story.admitted(since, until))


def test_the_provinces_of_the_checkout_are_the_four() -> None:
    assert packs() == list(PROVINCES)


@pytest.mark.parametrize("province", PROVINCES)
def test_a_province_is_sound_and_its_story_can_be_lived(province: str) -> None:
    pack = read(PACKS / province)
    planned = agenda(pack, ISSUER)
    acts = [act for acts in planned.by_visit.values() for act in acts]
    assert len({act.key for act in acts}) == len(acts) < MOST_ACTS
    assert pack_on(planned.visits.until.date()).name == pack_on(pack.province.opens_on).name
    assert all(way.person.citizen_number.startswith("999") for way in planned.story.ways)


@pytest.mark.parametrize("province", PROVINCES)
def test_every_cell_of_a_province_and_no_other_unit_has_a_cell_officer_of_its_own(province: str) -> None:
    pack = read(PACKS / province)
    held = {
        grant.unit
        for officer in pack.officers.all
        for grant in officer.grants
        if grant.role == Role.CELL_COMMITTEE
    }
    assert held == {row.code for row in pack.units if row.kind in CELLS}


def test_the_same_seed_tells_the_same_acts() -> None:
    assert told(agenda(read(SAMPLE), ISSUER)) == told(agenda(read(SAMPLE), ISSUER))


def test_another_seed_tells_of_other_people(tmp_path: Path) -> None:
    other = tmp_path / "tinh-mau"
    other.mkdir()
    for file in SAMPLE.rglob("*.*"):
        copy = other / file.relative_to(SAMPLE)
        copy.parent.mkdir(exist_ok=True)
        copy.write_text(file.read_text().replace("seed = 1\n", "seed = 2\n"))
    mine, theirs = agenda(read(SAMPLE), ISSUER), agenda(read(other), ISSUER)
    assert {way.person.name for way in mine.story.ways} != {way.person.name for way in theirs.story.ways}
    day = mine.visits.until.date()
    assert people(mine, date.min, day) == people(theirs, date.min, day)


def test_a_later_end_only_adds_to_the_story() -> None:
    pack = read(SAMPLE)
    whole = agenda(pack, ISSUER)
    part = agenda(pack, ISSUER, whole.visits.until.replace(month=6, day=28))
    assert {key for _, key, _ in told(part)} < {key for _, key, _ in told(whole)}


# What the documents say


def test_ninh_binh_tells_227_admissions_by_their_kinds() -> None:
    planned = agenda(read(PACKS / "ninh-binh"), ISSUER)
    half_year = people(planned, date(2023, 1, 1), date(2023, 6, 30))
    assert half_year == {"workers": 110, "students": 33, "pupils": 8, "others": 76}
    assert sum(half_year.values()) == 227
    assert sum(people(planned, date(2022, 1, 1), date(2022, 12, 31)).values()) == 33


def test_lao_cai_has_5465_members_when_its_plan_begins() -> None:
    planned = agenda(read(PACKS / "lao-cai"), ISSUER)
    assert planned.story.members(date(2023, 12, 31)) == 5465


def test_kon_tum_admits_between_3_and_4_percent_of_its_members() -> None:
    planned = agenda(read(PACKS / "kon-tum"), ISSUER)
    members = planned.story.members(date(2023, 12, 31))
    admitted = sum(people(planned, date(2024, 1, 1), date(2024, 12, 31)).values())
    assert 3 * members <= 100 * admitted <= 4 * members
