"""Training's read models on real PostgreSQL: what they show, and that they can be folded again."""

from collections.abc import AsyncGenerator
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest

from ketnap.common.readmodel import AnyModel
from ketnap.contracts import admission, registry
from ketnap.contracts.registry import IdentityChanged, Sex
from ketnap.training import language
from ketnap.training.app import MODELS
from ketnap.training.views import certificates, courses, names, nominations, plan_lines, standings
from ketnap.training.views.standings import Standing
from tests.pages import History, history
from tests.training.builders import (
    ANN,
    BAO,
    CELL,
    CENTRE,
    CHI,
    COMMUNE,
    COURSE,
    DECIDED,
    LAST_DAY,
    LINE,
    NOMINATION,
    approved,
    certified,
    closed,
    enrolled,
    finished,
    left,
    marked,
    named,
    nominated,
    opened,
    plan_changed,
    planned,
    withdrawn,
)

CANDIDACY, DOSSIER, OTHER_CELL = named("candidacy"), named("dossier"), named("other cell")


@pytest.fixture
async def told(postgres: str, tmp_path: Path) -> AsyncGenerator[History]:
    async with history(postgres, tmp_path, MODELS) as told:
        yield told


def listed(person: UUID = ANN, unit: UUID = CELL, candidacy: UUID = CANDIDACY) -> registry.SympathiserListed:
    return registry.SympathiserListed(
        candidacy=candidacy, person=person, unit=unit, helpers=[named("helper")], on=DECIDED
    )


def delisted(candidacy: UUID = CANDIDACY) -> registry.SympathiserDelisted:
    return registry.SympathiserDelisted(
        candidacy=candidacy, person=ANN, unit=CELL, reason=registry.DelistReason.MOVED, on=DECIDED
    )


def ceremony(person: UUID = ANN) -> admission.CeremonyHeld:
    return admission.CeremonyHeld(
        dossier=DOSSIER,
        person=person,
        unit=CELL,
        on=DECIDED,
        decided_on=DECIDED,
        probation_ends=date(2025, 3, 1),
    )


def identity(person: UUID, name: str, name_key: str) -> IdentityChanged:
    return IdentityChanged(
        person=person, name=name, name_key=name_key, birth_date=date(2001, 4, 12), sex=Sex.FEMALE
    )


async def write_a_year(told: History) -> None:
    await told.write(f"class_plan-{LINE}", language.plans, planned(), plan_changed(classes=5, learners=400))
    await told.write(f"nomination-{NOMINATION}", language.nominations, nominated(), approved(), closed())
    await told.write(
        f"nomination-{named('second')}",
        language.nominations,
        nominated(nomination=named("second"), person=BAO),
        withdrawn(nomination=named("second"), person=BAO),
    )
    await told.write(
        f"course-{COURSE}",
        language.courses,
        opened(line=LINE, seats=40),
        enrolled(ANN),
        enrolled(BAO),
        enrolled(CHI),
        left(CHI),
        marked(BAO, passed=False),
        marked(ANN),
        certified(ANN, line=LINE),
        finished(line=LINE, learners=2, passed=1),
    )
    await told.hear("registry", listed(), listed(BAO))
    await told.hear("admission", ceremony(CHI))
    await told.hear("registry.identity", identity(ANN, "Trần Thị Ánh", "a"), identity(BAO, "Phạm Bảo", "b"))


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.name)
async def test_folded_again_it_does_not_move_and_from_the_beginning_it_is_equal(
    told: History, model: AnyModel
) -> None:
    await write_a_year(told)

    await told.check_replay(model)


async def test_a_line_shows_what_was_held_and_certified_of_what_is_planned(told: History) -> None:
    await write_a_year(told)
    await told.write(
        f"course-{named('empty')}",
        language.courses,
        opened(course=named("empty"), line=LINE),
        finished(course=named("empty"), line=LINE, learners=0, passed=0),
    )
    await told.write(
        f"course-{named('unplanned')}",
        language.courses,
        opened(course=named("unplanned")),
        finished(course=named("unplanned")),
    )

    [line] = await told.rows(plan_lines.model)

    assert (line.classes, line.learners, line.held, line.certified, line.version) == (5, 400, 1, 1, 2)
    async with told.page(plan_lines.model) as page:
        assert await plan_lines.of_owners(page, [COMMUNE], 2024) == [line]
        assert await plan_lines.of_owners(page, [COMMUNE], 2023) == []
        assert await plan_lines.of_owners(page, [CENTRE], 2024) == []
        assert await plan_lines.one(page, named("another line")) is None


async def test_a_queue_shows_who_waits_longest_first(told: History) -> None:
    for n, day in enumerate((date(2024, 3, 2), date(2024, 3, 1))):
        one = named(f"nomination {n}")
        await told.write(
            f"nomination-{one}", language.nominations, nominated(nomination=one, on=day, person=named(str(n)))
        )
    await write_a_year(told)

    async with told.page(nominations.model) as page:
        waiting = await nominations.of_units(page, [CELL], "awareness", "nominated", 10)
        assert [one.nominated_on for one in waiting] == [date(2024, 3, 1), date(2024, 3, 2)]
        assert await nominations.of_units(page, [CELL], "awareness", "nominated", 1) == waiting[:1]
        assert await nominations.of_units(page, [CELL], "new_member", "nominated", 10) == []
        assert await nominations.of_units(page, [OTHER_CELL], None, None, 10) == []
        [gone] = await nominations.of_units(page, [CELL], None, "withdrawn", 10)
        assert (gone.person, gone.reason, gone.version) == (BAO, "moved", 2)
        done = await nominations.one(page, NOMINATION)
    assert done is not None
    assert (done.stage, done.course, done.approved_on, done.version) == ("enrolled", COURSE, DECIDED, 3)


async def test_a_class_shows_its_roster_with_results_and_certificates(told: History) -> None:
    await write_a_year(told)

    [course] = await told.rows(courses.model)

    assert (course.stage, course.taken, course.seats, course.version) == ("finished", 2, 40, 9)
    assert [(one.person, one.passed, one.number, one.left_on) for one in course.learners] == [
        (ANN, True, "112", None),
        (BAO, False, None, None),
        (CHI, None, None, LAST_DAY),
    ]
    async with told.page(courses.model) as page:
        assert await courses.of_owners(page, [CENTRE], "awareness", "finished", 10) == [course]
        assert await courses.of_owners(page, [CENTRE], "awareness", "open", 10) == []
        assert await courses.of_owners(page, [CENTRE], "new_member", None, 10) == []
        assert await courses.of_owners(page, [COMMUNE], None, None, 10) == []


async def test_who_came_again_stands_on_the_roster_once(told: History) -> None:
    await told.write(
        f"course-{COURSE}",
        language.courses,
        opened(),
        enrolled(),
        left(),
        enrolled(nomination=named("second"), on=LAST_DAY),
    )

    [course] = await told.rows(courses.model)

    assert [(one.nomination, one.left_on) for one in course.learners] == [(named("second"), None)]


async def test_certificates_are_shown_to_who_sent_and_to_who_issued(told: History) -> None:
    await write_a_year(told)

    async with told.page(certificates.model) as page:
        sent = await certificates.of_person(page, ANN, [CELL])
        issued = await certificates.of_person(page, ANN, [CENTRE])
        assert [(one.number, one.valid_until) for one in sent] == [("112", date(2029, 3, 8))]
        assert sent == issued
        assert await certificates.of_person(page, ANN, [OTHER_CELL]) == []
        assert await certificates.of_person(page, BAO, [CELL]) == []


# Where somebody stands


async def stands(told: History) -> Standing:
    async with told.page(standings.model) as page:
        return await standings.of(page, ANN)


async def test_nobody_stands_anywhere_before_anything_was_heard(told: History) -> None:
    assert await stands(told) == Standing(person=ANN)


async def test_a_name_on_a_list_stands_there_until_it_is_taken_off(told: History) -> None:
    await told.hear("registry", listed())
    assert (await stands(told)).sympathiser_of == CELL

    await told.hear("registry", delisted())
    assert (await stands(told)).sympathiser_of is None


async def test_the_end_of_an_older_candidacy_does_not_touch_the_new_list(told: History) -> None:
    await told.hear("registry", listed(), delisted(), listed(unit=OTHER_CELL, candidacy=named("new")))
    ended = registry.CandidacyClosed(candidacy=CANDIDACY, person=ANN, unit=CELL, on=DECIDED)
    await told.hear("registry", ended)

    assert (await stands(told)).sympathiser_of == OTHER_CELL


@pytest.mark.parametrize(
    "end",
    [
        admission.Recognised(
            dossier=DOSSIER, person=ANN, unit=CELL, official_from=DECIDED, on=DECIDED, decision="1"
        ),
        admission.StruckOff(dossier=DOSSIER, person=ANN, unit=CELL, on=DECIDED, decision="1"),
        admission.AdmissionAnnulled(
            dossier=DOSSIER,
            person=ANN,
            unit=CELL,
            ceremony_on=DECIDED,
            on=DECIDED,
            reason=admission.AnnulReason.CONDITIONS,
        ),
    ],
    ids=lambda fact: type(fact).__name__,
)
async def test_probation_lasts_from_the_ceremony_until_it_is_decided(
    told: History, end: admission.Recognised | admission.StruckOff | admission.AdmissionAnnulled
) -> None:
    await told.hear("admission", ceremony())
    assert (await stands(told)).probationer_of == CELL

    await told.hear("admission", end)
    assert (await stands(told)).probationer_of is None


@pytest.mark.parametrize(
    ("change", "still"),
    [
        (registry.RollChange.DIED, False),
        (registry.RollChange.RESIGNED, False),
        (registry.RollChange.EXPELLED, False),
        (registry.RollChange.ADMITTED, True),
    ],
)
async def test_who_left_the_roll_is_no_probationer(
    told: History, change: registry.RollChange, still: bool
) -> None:
    await told.hear("admission", ceremony())
    nobody = registry.RollChanged(unit=CELL, change=change, official=20, probationary=1, on=DECIDED)
    await told.hear("registry", nobody, nobody.model_copy(update={"person": ANN}))

    assert ((await stands(told)).probationer_of == CELL) is still


async def test_of_who_is_forgotten_no_standing_is_left(told: History) -> None:
    await told.hear("registry", listed())
    await told.hear("admission", ceremony())
    await told.hear("registry", registry.PersonForgotten(person=ANN))

    assert await told.rows(standings.model) == []


# Names


async def test_names_come_in_vietnamese_order(told: History) -> None:
    await told.hear("registry.identity", identity(BAO, "Phạm Bảo", "bao"), identity(ANN, "Trần Ánh", "anh"))
    await told.hear("registry.identity", identity(BAO, "Phạm An", "an"))

    async with told.page(names.model) as page:
        found = await names.of(page, [ANN, BAO, CHI])
    assert [(one.person, one.name) for one in found] == [(BAO, "Phạm An"), (ANN, "Trần Ánh")]


async def test_a_tombstone_erases_the_name(told: History) -> None:
    await told.hear("registry.identity", identity(ANN, "Trần Ánh", "anh"), identity(BAO, "Phạm Bảo", "bao"))
    assert len(await told.rows(names.model)) == 2

    await told.hear_erased("registry.identity", identity(ANN, "", ""))

    assert [one.person for one in await told.rows(names.model)] == [BAO]
    await told.check_replay(names.model)


async def test_a_name_that_arrives_after_its_person_was_forgotten_is_not_kept(told: History) -> None:
    await told.hear("registry.identity", identity(BAO, "Phạm Bảo", "bao"))
    await told.hear("registry", registry.PersonForgotten(person=ANN))
    await told.forget(ANN)

    await told.hear("registry.identity", identity(ANN, "Trần Ánh", "anh"))

    assert [one.person for one in await told.rows(names.model)] == [BAO]
    await told.check_replay(names.model)


async def test_a_forgotten_name_is_not_seen_when_everything_is_folded_anew(told: History) -> None:
    await told.hear("registry.identity", identity(ANN, "Trần Ánh", "anh"), identity(BAO, "Phạm Bảo", "bao"))
    await told.fold()
    await told.hear("registry", registry.PersonForgotten(person=ANN))
    await told.forget(ANN)

    assert [one.person for one in await told.rows(names.model)] == [BAO]
    await told.check_replay(names.model)


async def test_a_fact_that_cannot_be_read_parks_its_subject_and_no_other(told: History) -> None:
    broken = listed().model_copy(update={"unit": "no unit"})
    await told.hear("registry", listed(BAO, candidacy=named("second")))
    with pytest.warns(UserWarning, match="serialized value"):
        await told.hear("registry", broken)

    assert [one.person for one in await told.rows(standings.model)] == [BAO]
    assert await told.parked(standings.model) == [str(CANDIDACY)]
