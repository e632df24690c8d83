"""The pages on real PostgreSQL: what they show, folded twice, and rebuilt beside themselves."""

from dataclasses import replace
from datetime import date
from uuid import UUID, uuid4

import pytest

from ketnap.admission.app import MODELS
from ketnap.admission.commands import Command
from ketnap.admission.events import Biography, Certificate, Roll
from ketnap.admission.progress import due, running
from ketnap.admission.views import candidacies, certificates, dossier, dossiers, identities, papers, rolls
from ketnap.common.database import driver
from ketnap.common.pages import as_of
from ketnap.common.readmodel import AnyModel
from ketnap.common.rebuild import digests, rebuild
from ketnap.common.service import Core
from ketnap.contracts.registry import (
    CandidacyClosed,
    CandidateIntroduced,
    DelistReason,
    HelperReplaced,
    PersonForgotten,
    RollChange,
    RollChanged,
    RollOpened,
    SympathiserDelisted,
    SympathiserListed,
)
from ketnap.contracts.training import CertificateIssued, Programme
from tests.admission.builders import (
    ANH,
    BINH,
    CANDIDACY,
    CELL,
    COMPETENT,
    CUONG,
    ID,
    LISTED,
    OTHER_CELL,
    PERSON,
    RULES,
    SCHOOLED,
    SHORT,
    TO_DECIDED,
    TO_OFFICIAL,
    TO_PROBATION,
    TO_READY,
    annul,
    ballots,
    consent_late,
    correct,
    file,
    hold,
    raise_issue,
    recognition_vote,
    refuse,
    resolve_issue,
    second_committee_vote,
    strike_off,
    strike_off_vote,
    vote,
)
from tests.admission.hearing import folded, give, hear
from tests.admission.samples import STORIES

TODAY = date(2024, 5, 6)


def introduced(candidacy: UUID = CANDIDACY) -> CandidateIntroduced:
    return CandidateIntroduced(candidacy=candidacy, person=PERSON, unit=CELL, on=date(2023, 5, 2))


def listed(candidacy: UUID = CANDIDACY) -> SympathiserListed:
    return SympathiserListed(
        candidacy=candidacy, person=PERSON, unit=CELL, helpers=[ANH, BINH], on=date(2023, 6, 1)
    )


def certified(
    number: str, on: date, programme: Programme = Programme.AWARENESS, id: UUID | None = None
) -> CertificateIssued:
    return CertificateIssued(
        certificate=id or uuid4(),
        number=number,
        course=uuid4(),
        person=PERSON,
        unit=CELL,
        programme=programme,
        on=on,
        valid_until=date(2030, 1, 1),
    )


async def test_the_members_of_merged_cells_are_counted_together(core: Core) -> None:
    await hear(
        core,
        "registry.v1",
        RollOpened(unit=CELL, official=20, probationary=2, on=date(2023, 12, 31)),
        RollOpened(unit=OTHER_CELL, official=2, probationary=1, on=date(2023, 12, 31)),
        RollChanged(unit=CELL, change=RollChange.DIED, person=uuid4(), official=19, probationary=2, on=TODAY),
    )
    await folded(core, rolls.model)

    async with as_of(core.db, rolls.model) as page:
        assert await rolls.of(page, [CELL]) == Roll(cells=[CELL], official=19, probationary=2)
        together = Roll(cells=[CELL, OTHER_CELL], official=21, probationary=3)
        assert await rolls.of(page, [CELL, OTHER_CELL]) == together
        assert await rolls.of(page, [uuid4()]) is None
        assert page.position == 3


async def test_of_several_certificates_the_newest_by_that_day_counts(core: Core) -> None:
    await hear(
        core,
        "training.v1",
        certified("1", date(2018, 3, 1), id=UUID(int=7)),
        certified("2", date(2024, 3, 1)),
        certified("3", date(2025, 3, 1), Programme.NEW_MEMBER),
        certified("1b", date(2018, 3, 1), id=UUID(int=7)),
    )
    await folded(core, certificates.model)

    async with as_of(core.db, certificates.model) as page:

        async def known(programme: Programme, day: date) -> str | None:
            found = await certificates.of(page, PERSON, programme, day)
            return found.number if found else None

        assert await known(Programme.AWARENESS, date(2024, 2, 29)) == "1b"
        assert await known(Programme.AWARENESS, date(2024, 3, 1)) == "2"
        assert await known(Programme.AWARENESS, date(2017, 1, 1)) == "2"  # not yet, as the rule will say
        assert await known(Programme.NEW_MEMBER, date(2025, 6, 1)) == "3"
        assert await certificates.of(page, uuid4(), Programme.AWARENESS, TODAY) is None
        assert await certificates.of(page, PERSON, Programme.NEW_MEMBER, TODAY) == Certificate(
            number="3", issued_on=date(2025, 3, 1), valid_until=date(2030, 1, 1)
        )


async def test_who_took_over_from_a_helper_is_known_as_a_successor(core: Core) -> None:
    replaced = HelperReplaced(
        candidacy=CANDIDACY, person=PERSON, unit=CELL, leaves=BINH, comes=CUONG, on=TODAY
    )
    await hear(core, "registry.v1", introduced(), listed(), replaced)
    await folded(core, candidacies.model)

    async with as_of(core.db, candidacies.model) as page:
        found = await candidacies.of(page, CANDIDACY)
        assert found is not None
        assert (found.person, found.unit, found.listed_on) == (PERSON, CELL, date(2023, 6, 1))
        assert await candidacies.helpers(page, CANDIDACY) == {ANH: False, CUONG: True}
        assert await candidacies.of(page, uuid4()) is None
        assert await candidacies.helpers(page, uuid4()) == {}


@pytest.mark.parametrize(
    "ending",
    [
        SympathiserDelisted(
            candidacy=CANDIDACY, person=PERSON, unit=CELL, reason=DelistReason.UNFIT, on=TODAY
        ),
        CandidacyClosed(candidacy=CANDIDACY, person=PERSON, unit=CELL, on=TODAY),
    ],
)
async def test_a_name_off_the_list_has_no_helpers(
    core: Core, ending: SympathiserDelisted | CandidacyClosed
) -> None:
    await hear(core, "registry.v1", introduced(), listed(), ending)
    await folded(core, candidacies.model)

    async with as_of(core.db, candidacies.model) as page:
        found = await candidacies.of(page, CANDIDACY)
        assert found is not None
        assert found.listed_on is None
        assert await candidacies.helpers(page, CANDIDACY) == {}


async def test_the_list_shows_who_waits_longest_with_the_clock_that_runs(core: Core) -> None:
    await give(core, *TO_READY, vote(), to=ID)
    await folded(core, dossiers.model)

    async with as_of(core.db, dossiers.model) as page:
        [row] = await dossiers.of_units(page, [CELL], stage="cell_proposed", person=PERSON, limit=5)
        assert (row.dossier, row.version, row.person) == (ID, 6, PERSON)
        assert (row.stage, row.since) == ("cell_proposed", TODAY)
        clock = running(row.clocks)
        assert clock is not None
        assert (clock.rule, clock.starts_on, clock.unit) == ("decision", TODAY, None)
        computed = due(clock, RULES, TODAY)
        assert computed is not None
        assert computed.due_on == date(2024, 7, 29)
        for nobody in ({"stage": "applied"}, {"person": uuid4()}):
            asked = {"stage": None, "person": None, **nobody}
            assert await dossiers.of_units(page, [CELL], limit=5, **asked) == []  # type: ignore[arg-type] # two of the keywords
        assert await dossiers.of_units(page, [OTHER_CELL], stage=None, person=None, limit=5) == []


async def test_one_dossier_shows_its_days_votes_and_decisions_with_what_they_knew(core: Core) -> None:
    await give(core, *TO_OFFICIAL, to=ID)
    await folded(core, dossier.model)

    async with as_of(core.db, dossier.model) as page:
        row = await dossier.of(page, ID)
        assert await dossier.of(page, uuid4()) is None
    assert row is not None
    assert (row.stage, row.since, row.candidacy) == ("official", date(2025, 7, 15), CANDIDACY)
    assert row.dates == dossier.Dates(
        applied_on=date(2024, 1, 10),
        decided_on=date(2024, 6, 20),
        received_on=date(2024, 6, 28),
        joined_on=date(2024, 7, 15),
        probation_ends=date(2025, 7, 15),
        official_from=date(2025, 7, 15),
        party_age_from=date(2024, 6, 20),
    )
    assert [(v.matter, v.count.yes, v.denominator, v.needed, v.passed) for v in row.votes] == [
        ("admission", 17, 20, 14, True),
        ("admission", 12, 15, 10, True),
        ("recognition", 18, 20, 14, True),
        ("recognition", 12, 15, 10, True),
    ]
    first = row.votes[0]
    assert first.roll is not None
    assert first.certificate is not None
    assert (first.roll.official, first.certificate.number, first.position) == (20, "112/CN", 70)
    assert [(d.kind, d.number, d.body, d.members, d.yes) for d in row.decisions] == [
        ("admitted", "101-QĐ/TU", COMPETENT, 9, 7),
        ("recognised", "150-QĐ/TU", COMPETENT, 9, 8),
    ]
    assert [(c.rule, c.done_on) for c in row.clocks] == [
        ("papers", date(2024, 5, 6)),
        ("decision", date(2024, 6, 20)),
        ("ceremony", date(2024, 7, 15)),
        ("recognition_meeting", date(2025, 7, 28)),
        ("recognition_decision", date(2025, 8, 11)),
    ]
    assert [h.type.partition(".")[2] for h in row.timeline][:3] == [
        "application_filed",
        "biography_declared",
        "verification_requested",
    ]
    assert [h.position for h in row.timeline] == list(range(1, 15))


async def test_a_correction_stands_beside_what_it_corrects(core: Core) -> None:
    await give(core, *TO_PROBATION, correct(), to=ID)
    await folded(core, dossier.model)

    async with as_of(core.db, dossier.model) as page:
        row = await dossier.of(page, ID)
    assert row is not None
    held, corrected = row.timeline[-2:]
    assert (held.on, held.instead_of) == (date(2024, 7, 15), None)
    assert (corrected.on, corrected.instead_of) == (date(2024, 7, 16), date(2024, 7, 15))
    assert (row.dates.joined_on, row.dates.probation_ends) == (date(2024, 7, 16), date(2025, 7, 16))
    ceremony, meeting = row.clocks[-2:]
    assert (ceremony.done_on, meeting.starts_on) == (date(2024, 7, 16), date(2024, 7, 16))


@pytest.mark.parametrize(
    ("story", "kinds"),
    [
        ([*TO_DECIDED, consent_late(), hold(on=date(2024, 8, 20))], ["admitted", "late_ceremony_consented"]),
        (STORIES["returned"], ["extended"]),
        ([*TO_DECIDED[:-1], refuse()], ["refused"]),
        (
            [*TO_PROBATION, strike_off_vote(), second_committee_vote(), strike_off()],
            ["admitted", "struck_off"],
        ),
        ([*TO_OFFICIAL, annul()], ["admitted", "recognised", "annulled"]),
    ],
)
async def test_every_decision_is_shown(core: Core, story: list[Command], kinds: list[str]) -> None:
    await give(core, *story, to=ID)
    await folded(core, dossier.model)

    async with as_of(core.db, dossier.model) as page:
        row = await dossier.of(page, ID)
    assert row is not None
    assert [decision.kind for decision in row.decisions] == kinds
    if "annulled" in kinds:
        assert row.dates == dossier.Dates(applied_on=date(2024, 1, 10))


async def test_both_counts_of_a_meeting_are_shown(core: Core) -> None:
    short = recognition_vote(recognition=SHORT, strike_off=ballots(4, 13))
    await give(core, *TO_PROBATION, short, to=ID)
    await folded(core, dossier.model)

    async with as_of(core.db, dossier.model) as page:
        row = await dossier.of(page, ID)
    assert row is not None
    assert [(v.matter, v.attempt, v.count.yes, v.passed) for v in row.votes[-2:]] == [
        ("recognition", 1, 13, False),
        ("strike_off", 1, 4, False),
    ]
    assert (row.stage, row.since) == ("probationary", date(2024, 7, 15))


async def test_what_was_written_is_shown_until_the_person_is_forgotten(core: Core) -> None:
    story = [*TO_READY[:3], raise_issue(), resolve_issue()]
    await give(core, *story, to=ID)
    await folded(core, papers.model)

    async with as_of(core.db, papers.model) as page:
        written = await papers.of(page, PERSON, ID)
        assert await papers.of(page, PERSON, uuid4()) == []
    assert [(paper.type, paper.content) for paper in written] == [
        ("dossier.biography_declared", SCHOOLED),
        ("dossier.verification_issue_raised", "Thiếu xác nhận nơi sinh"),
        ("dossier.verification_issue_resolved", "Đã xác nhận"),
    ]
    assert isinstance(written[0].content, Biography)

    await hear(core, "registry.v1", PersonForgotten(person=PERSON))
    await folded(core, papers.model)
    async with as_of(core.db, papers.model) as page:
        assert await papers.of(page, PERSON, ID) == []


FACTS = [
    introduced(),
    listed(),
    RollOpened(unit=CELL, official=20, probationary=2, on=date(2023, 12, 31)),
    certified("112", date(2023, 10, 20), id=UUID(int=7)),
]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
async def test_folding_again_does_not_move_a_page_and_a_rebuild_beside_it_is_equal(
    core: Core, model: AnyModel
) -> None:
    await hear(core, "registry.v1", *FACTS[:3])
    await hear(core, "training.v1", FACTS[3])
    for n, [_, *story] in enumerate(STORIES.values()):
        somebody = replace(LISTED, person=UUID(int=900 + n))
        dossier = UUID(int=500 + n)
        await give(core, file(dossier=dossier, candidacy=somebody), *story, to=dossier)
    await folded(core, model)
    before = await digests(core.db, model)

    await folded(core, model)
    beside = await rebuild(core.db, core.vault, model)
    after = await digests(core.db, model)

    assert before[1] == after[1]
    assert after[beside][1] == after[1][1]
    async with driver(core.db) as db:
        assert await db.fetchval("SELECT count(*) FROM core.parked") == 0


@pytest.mark.parametrize("model", [papers.model, identities.model], ids=lambda model: model.name)
async def test_a_personal_page_rebuilt_after_forgetting_equals_the_one_that_forgot(
    core: Core, model: AnyModel
) -> None:
    await give(core, *TO_READY, vote(count=ballots(13, 4)), to=ID)
    await folded(core, model)
    async with driver(core.db) as db:
        await db.fetchval("SELECT core.forget($1)", PERSON)
    core.vault.forget(PERSON)
    await hear(core, "registry.v1", PersonForgotten(person=PERSON))
    await folded(core, model)

    beside = await rebuild(core.db, core.vault, model)

    found = await digests(core.db, model)
    assert found[beside][1] == found[1][1]
    async with driver(core.db) as db:
        rows = await db.fetchval(f"SELECT count(*) FROM views.{model.at(1).name}")  # noqa: S608 - our own table
    assert rows == 0
