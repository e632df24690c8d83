"""Subjects that could not be folded and cases that a rule refused: seen, healed, closed."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from ketnap.common.settings import Settings
from ketnap.contracts.admission import CeremonyHeld
from ketnap.ops.unable import Code
from ketnap.registry.views import people
from tests.operators.command import ill, ketnap, looks
from tests.province import Province
from tests.registry.places import Places, places
from tests.voices import Voice

pytestmark = pytest.mark.asyncio(loop_scope="module")

ON = date(2024, 1, 2)


@pytest.fixture
def registry(province: Province) -> Settings:
    return province.services["registry"].core.settings


async def park(here: Places, monkeypatch: pytest.MonkeyPatch) -> UUID:
    """A release with a mistake folds one person; the next release is without it."""
    fold = people.model.fold

    def mistaken(row: Any, event: Any, entry: Any) -> Any:  # Any: whatever the page folds
        if "Phùng" in str(event):
            raise ZeroDivisionError
        return fold(row, event, entry)

    with monkeypatch.context() as release:
        release.setattr(people.model, "fold", mistaken)
        return await here.person("Phùng Văn Bình")


async def test_a_parked_subject_is_told_with_its_cause_and_redriven(
    province: Province, registry: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = await places(province)
    person = await park(here, monkeypatch)

    code, found = await looks(registry, "registry")
    assert code == Code.ERROR
    assert found["parked"]["says"].startswith("1 of people since")
    assert found["parked"]["do"] == "ketnap parked list registry"
    listed = await ketnap(registry, "parked", "list", "registry", "--json")
    [row] = listed.found
    assert (row["projection"], row["subject"]) == ("people", str(person))
    assert "ZeroDivisionError" in row["cause"]
    assert "Phùng" not in listed.out

    tried = await ketnap(registry, "parked", "redrive", "registry", "people", str(person), "--dry-run")
    assert (tried.code, tried.err) == (0, "")
    assert (await ketnap(registry, "parked", "list", "registry", "--json")).found == listed.found
    done = await ketnap(registry, "parked", "redrive", "registry", "people", "--json")

    assert done.code == 0, done.err
    assert done.found == [{"subject": str(person), "instance": 1, "parked": False, "cause": None}]
    assert (await ketnap(registry, "parked", "list", "registry")).out == "Nobody is parked.\n"
    assert (await here.board.see("registry", f"/people/{person}", purpose="kiểm thử"))["person"] == str(
        person
    )
    again = await ketnap(registry, "parked", "redrive", "registry", "people", str(person))
    assert again.code == Code.NOT_FOUND
    assert again.err == f"{person} is not parked in people.\n"


async def test_a_case_is_told_with_its_cause_and_tried_again_until_it_succeeds(
    province: Province, registry: Settings, admission: Voice
) -> None:
    here = await places(province, roll=False)
    person, dossier = await here.person(), uuid4()
    await admission.tell(
        CeremonyHeld(
            dossier=dossier,
            person=person,
            unit=here.cell,
            on=ON,
            decided_on=ON,
            probation_ends=date(2025, 1, 2),
        )
    )

    listed = await ketnap(registry, "cases", "list", "registry", "--json")
    [case] = listed.found
    assert (case["policy"], case["target"]) == ("roll-follows", f"roll-{here.cell}")
    assert "cases" in ill((await looks(registry, "registry"))[1])
    in_vain = await ketnap(registry, "cases", "retry", "registry", "--json")
    assert in_vain.code == Code.ERROR
    assert in_vain.found == [{"case": case["case"], "open": True, "cause": case["cause"]}]

    body = {"official": 20, "probationary": 2, "named": [], "on": "2023-12-31"}
    await here.board.do("registry", f"/rolls/{here.cell}/open", body)
    healed = await ketnap(registry, "cases", "retry", "registry", case["case"])

    assert healed.code == 0, healed.err
    assert (await ketnap(registry, "cases", "list", "registry")).out == "No case is open.\n"
    assert await here.numbers() == (20, 3)
    closed = await ketnap(registry, "cases", "close", "registry", case["case"], "--by", "Nguyễn An")
    assert closed.code == Code.NOT_FOUND


async def test_a_case_that_was_dealt_with_otherwise_is_closed_by_somebody(
    province: Province, registry: Settings, admission: Voice
) -> None:
    here = await places(province, roll=False)
    await admission.tell(
        CeremonyHeld(
            dossier=uuid4(),
            person=await here.person(),
            unit=here.cell,
            on=ON,
            decided_on=ON,
            probation_ends=date(2025, 1, 2),
        )
    )
    [case] = (await ketnap(registry, "cases", "list", "registry", "--json")).found

    done = await ketnap(registry, "cases", "close", "registry", case["case"], "--by", "Nguyễn An")

    assert done.code == 0, done.err
    assert (await ketnap(registry, "cases", "list", "registry", "--json")).found == []
    [closed] = [
        row
        for row in (await ketnap(registry, "cases", "list", "registry", "--closed", "--json")).found
        if row["case"] == case["case"]
    ]
    assert closed["closed_by"] == "Nguyễn An"
    unknown = await ketnap(registry, "cases", "retry", "registry", str(uuid4()))
    assert unknown.code == Code.NOT_FOUND
