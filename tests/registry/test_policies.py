"""Registry's reactions: roll and candidacies follow what admission decided; what a rule refuses becomes a case."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest

from ketnap.contracts.admission import (
    AdmissionAnnulled,
    AnnulReason,
    CeremonyCorrected,
    CeremonyHeld,
    CorrectionReason,
    Recognised,
    StruckOff,
)
from tests.province import Province
from tests.registry.places import Places, places
from tests.voices import Voice

pytestmark = pytest.mark.asyncio(loop_scope="module")

ON, EARLIER = date(2024, 1, 2), date(2024, 1, 1)
ENDS = date(2025, 1, 2)


async def cases(province: Province, target: str) -> list[str]:
    """Why what a policy wanted of a record was refused."""
    pool = await province.services["registry"].core.db.pool()
    rows = await pool.fetch(
        "SELECT cause FROM core.cases WHERE target = $1 AND closed_at IS NULL ORDER BY position", target
    )
    return [row["cause"].partition(":")[0] for row in rows]


def held(here: Places, person: UUID, dossier: UUID, on: date = ON) -> CeremonyHeld:
    return CeremonyHeld(
        dossier=dossier, person=person, unit=here.cell, on=on, decided_on=ON, probation_ends=ENDS
    )


def recognised(here: Places, person: UUID, dossier: UUID) -> Recognised:
    return Recognised(
        dossier=dossier, person=person, unit=here.cell, official_from=ON, on=ON, decision="9-QĐ/HU"
    )


def struck_off(here: Places, person: UUID, dossier: UUID) -> StruckOff:
    return StruckOff(dossier=dossier, person=person, unit=here.cell, on=ON, decision="9-QĐ/HU")


def annulled(here: Places, person: UUID, dossier: UUID, ceremony_on: date | None = ON) -> AdmissionAnnulled:
    return AdmissionAnnulled(
        dossier=dossier,
        person=person,
        unit=here.cell,
        ceremony_on=ceremony_on,
        on=ON,
        reason=AnnulReason.CONDITIONS,
    )


def known(roll: Any, person: UUID) -> list[tuple[str, str]]:  # Any: JSON
    return [(one["status"], one["since"]) for one in roll["members"] if one["person"] == str(person)]


async def test_a_ceremony_puts_a_probationer_on_the_roll(province: Province, admission: Voice) -> None:
    here = await places(province)
    person, dossier = await here.person(), uuid4()

    await admission.tell(held(here, person, dossier))

    assert await here.numbers() == (20, 3)
    assert known(await here.roll(), person) == [("probationary", "2024-01-02")]


async def test_a_ceremony_told_twice_counts_once(province: Province, admission: Voice) -> None:
    here = await places(province)
    person, dossier = await here.person(), uuid4()

    await admission.tell(held(here, person, dossier), held(here, person, dossier))

    assert await here.numbers() == (20, 3)


async def test_a_corrected_ceremony_corrects_the_day_on_the_roll(
    province: Province, admission: Voice
) -> None:
    here = await places(province)
    person, dossier = await here.person(), uuid4()
    corrected = CeremonyCorrected(
        dossier=dossier,
        person=person,
        unit=here.cell,
        was=ON,
        on=EARLIER,
        probation_ends=ENDS,
        reason=CorrectionReason.CLERICAL,
    )

    await admission.tell(held(here, person, dossier), corrected)

    assert known(await here.roll(), person) == [("probationary", "2024-01-01")]
    assert await here.numbers() == (20, 3)


async def test_a_recognised_probationer_is_official_and_no_candidate_any_more(
    province: Province, admission: Voice
) -> None:
    here = await places(province)
    person, dossier = await here.person(), uuid4()
    candidacy = await here.listed(person)

    await admission.tell(held(here, person, dossier))
    assert (await here.candidacy(candidacy))["stage"] == "sympathiser"
    await admission.tell(recognised(here, person, dossier))

    assert await here.numbers() == (21, 2)
    assert known(await here.roll(), person) == [("official", "2024-01-02")]
    assert (await here.candidacy(candidacy))["stage"] == "closed"


async def test_who_is_struck_off_is_on_no_roll_and_no_candidate_any_more(
    province: Province, admission: Voice
) -> None:
    here = await places(province)
    person, dossier = await here.person(), uuid4()
    candidacy = await here.listed(person)

    await admission.tell(held(here, person, dossier), struck_off(here, person, dossier))

    assert await here.numbers() == (20, 2)
    assert known(await here.roll(), person) == []
    assert (await here.candidacy(candidacy))["stage"] == "closed"


async def test_an_annulled_admission_is_taken_off_and_the_candidacy_goes_on(
    province: Province, admission: Voice
) -> None:
    here = await places(province)
    person, dossier = await here.person(), uuid4()
    candidacy = await here.listed(person)

    await admission.tell(held(here, person, dossier), annulled(here, person, dossier))

    assert await here.numbers() == (20, 2)
    assert (await here.candidacy(candidacy))["stage"] == "sympathiser"


async def test_a_decision_annulled_before_the_ceremony_leaves_the_roll_alone(
    province: Province, admission: Voice
) -> None:
    here = await places(province)
    person, dossier = await here.person(), uuid4()

    await admission.tell(annulled(here, person, dossier, ceremony_on=None))

    assert await here.numbers() == (20, 2)
    assert await cases(province, f"roll-{here.cell}") == []


async def test_a_recognition_annulled_takes_an_official_member_off(
    province: Province, admission: Voice
) -> None:
    here = await places(province)
    person, dossier = await here.person(), uuid4()

    await admission.tell(
        held(here, person, dossier), recognised(here, person, dossier), annulled(here, person, dossier)
    )

    assert await here.numbers() == (20, 2)


async def test_on_a_roll_that_was_not_opened_it_becomes_a_case(province: Province, admission: Voice) -> None:
    here = await places(province, roll=False)
    person, dossier = await here.person(), uuid4()

    await admission.tell(held(here, person, dossier), recognised(here, person, dossier))

    assert await cases(province, f"roll-{here.cell}") == ["RollNotOpened", "RollNotOpened"]
    assert await here.numbers() == (0, 0)


async def test_a_case_is_settled_once_the_roll_is_opened(province: Province, admission: Voice) -> None:
    here = await places(province, roll=False)
    person, dossier = await here.person(), uuid4()
    await admission.tell(held(here, person, dossier))
    body = {"official": 20, "probationary": 2, "on": "2023-12-31"}
    await here.board.do("registry", f"/rolls/{here.cell}/open", body)
    service = province.services["registry"]
    pool = await service.core.db.pool()
    case = await pool.fetchval("SELECT id FROM core.cases WHERE target = $1", f"roll-{here.cell}")

    assert await service.policies.react_again(case)

    assert await here.numbers() == (20, 3)
    assert await cases(province, f"roll-{here.cell}") == []


async def test_a_ceremony_before_the_balance_becomes_a_case(province: Province, admission: Voice) -> None:
    here = await places(province)

    await admission.tell(held(here, await here.person(), uuid4(), on=date(2023, 12, 30)))

    assert await cases(province, f"roll-{here.cell}") == ["BeforeOpening"]
    assert await here.numbers() == (20, 2)


async def test_somebody_on_another_roll_becomes_a_case(province: Province, admission: Voice) -> None:
    here, there = await places(province), await places(province)

    await admission.tell(held(there, here.helper, uuid4()))

    assert await cases(province, f"roll-{there.cell}") == ["AlreadyClaimed"]
    assert await there.numbers() == (20, 2)


async def test_who_was_never_on_the_roll_becomes_a_case(province: Province, admission: Voice) -> None:
    here = await places(province)

    await admission.tell(struck_off(here, await here.person(), uuid4()))

    assert await cases(province, f"roll-{here.cell}") == ["NotOnRoll"]


@pytest.mark.parametrize("cause", ["died", "resigned", "expelled"])
async def test_who_leaves_the_roll_is_no_candidate_any_more(
    province: Province, admission: Voice, cause: str
) -> None:
    here = await places(province)
    person = await here.person()
    candidacy = await here.listed(person)
    await admission.tell(held(here, person, uuid4()))
    version = (await here.roll())["version"]
    body = {"person": person, "cause": cause, "on": here.today}

    await here.secretary.do("registry", f"/rolls/{here.cell}/remove-member", body, version=version)

    assert await here.numbers() == (20, 2)
    assert (await here.candidacy(candidacy))["stage"] == "closed"


async def test_who_left_may_be_admitted_again_and_leave_again(province: Province, admission: Voice) -> None:
    here = await places(province)
    person = await here.person()

    for _ in range(2):
        dossier = uuid4()
        await admission.tell(held(here, person, dossier))
        assert await here.numbers() == (20, 3)
        await admission.tell(struck_off(here, person, dossier))
        assert await here.numbers() == (20, 2)
