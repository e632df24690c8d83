"""The papers: application, biography, verification, opinions."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest

from ketnap.admission.commands import Command
from ketnap.admission.events import (
    Act,
    ApplicationFiled,
    Biography,
    BiographyDeclared,
    CertificateBasis,
    OpinionsSummarised,
    PapersRenewed,
    VerificationCompleted,
    VerificationFailed,
    VerificationIssueRaised,
    VerificationIssueResolved,
    VerificationRequested,
)
from ketnap.admission.rejections import (
    AnswersMissing,
    CertificateExpired,
    CertificateMissing,
    EvidenceMissing,
    NotASympathiser,
    VerifierIsHelper,
)
from ketnap.admission.rulebook import NoRules, Rulebook, RulesLost, national
from ketnap.admission.stages import Closed, Declared, Ready, Verified
from ketnap.common.occurred import NotYetHappened, OutOfOrder, ReasonNeeded
from ketnap.rules.workdays import national_calendar
from tests.admission.builders import (
    ANH,
    AWARENESS,
    CUONG,
    DOSSIER,
    GRASS_OFFICER,
    LISTED,
    PACK,
    PERSON,
    RULES,
    SCHOOLED,
    SECRETARY,
    TO_READY,
    complete_verification,
    declare,
    fail_verification,
    file,
    given,
    raise_issue,
    renew,
    request,
    resolve_issue,
    summarise,
    told,
)

VERIFYING: list[Command] = [file(), declare(), request()]


def test_somebody_on_the_list_with_a_valid_certificate_applies() -> None:
    given().when(file()).then(
        ApplicationFiled(
            dossier=DOSSIER,
            act=Act(on=date(2024, 1, 10), by=SECRETARY),
            basis=CertificateBasis(position=40, certificate=AWARENESS),
            pack=PACK.name,
        )
    )


@pytest.mark.parametrize("known", [None, replace(LISTED, listed_on=None)])
def test_who_is_not_on_the_list_does_not_apply(known: object) -> None:
    given().when(file(candidacy=known)).then_rejected(NotASympathiser)


def test_nobody_applies_before_being_put_on_the_list() -> None:
    given().when(file(on=date(2023, 5, 31), today=date(2023, 6, 1))).then_rejected(
        OutOfOrder, on=date(2023, 5, 31), after=date(2023, 6, 1)
    )


@pytest.mark.parametrize("known", [None, replace(AWARENESS, issued_on=date(2024, 1, 11))])
def test_an_application_needs_a_certificate_issued_by_then(known: object) -> None:
    given().when(file(certificate=known)).then_rejected(CertificateMissing, on=date(2024, 1, 10))


def test_a_certificate_counts_to_its_last_day() -> None:
    last, after = date(2024, 1, 10), date(2024, 1, 11)
    certificate = replace(AWARENESS, valid_until=last)

    given().when(file(certificate=certificate, on=after)).then_rejected(
        CertificateExpired, number="112/CN", valid_until=last, on=after
    )
    assert told(file(certificate=certificate, on=last))


def test_a_certificate_told_without_its_last_day_counts_as_long_as_the_pack_says() -> None:
    certificate = replace(AWARENESS, issued_on=date(2019, 1, 10), valid_until=None)

    assert told(file(certificate=certificate))
    given().when(file(certificate=certificate, on=date(2024, 1, 11))).then_rejected(
        CertificateExpired, valid_until=date(2024, 1, 10)
    )


def test_without_a_rule_pack_for_the_day_nothing_is_decided() -> None:
    given().when(file(rules=national(), on=date(2025, 1, 20))).then_rejected(NoRules, on=date(2025, 1, 20))


def test_the_newest_version_of_the_pack_in_force_is_used_and_an_old_one_is_found_by_its_name() -> None:
    newer = replace(PACK, version=2)
    rules = Rulebook(packs=[newer, PACK], calendar=national_calendar())

    assert (rules.on(date(2024, 1, 10)), rules.named(PACK.name)) == (newer, PACK)
    with pytest.raises(RulesLost) as lost:
        RULES.named("QD0@1#0")
    assert lost.value.facts == {"pack": "QD0@1#0"}


def test_what_happened_more_than_thirty_days_ago_needs_a_reason() -> None:
    late = file(today=date(2024, 2, 10))
    explained = file(today=date(2024, 2, 10), late_reason="Chi bộ gửi biên bản chậm")

    given().when(late).then_rejected(ReasonNeeded, days=30)
    [filed] = told(explained)
    assert filed.act.late_reason == "Chi bộ gửi biên bản chậm"


STEPS: list[tuple[Callable[..., Command], list[Command], date]] = [
    (declare, [file()], date(2024, 1, 10)),
    (request, [file(), declare()], date(2024, 1, 20)),
    (complete_verification, VERIFYING, date(2024, 2, 1)),
    (raise_issue, VERIFYING, date(2024, 2, 1)),
    (summarise, TO_READY[:-1], date(2024, 3, 1)),
]


@pytest.mark.parametrize(("command", "before", "since"), STEPS)
def test_no_step_lies_in_the_future_or_before_the_step_before(
    command: Callable[..., Command], before: list[Command], since: date
) -> None:
    early, late = date(2023, 12, 31), date(2024, 4, 2)

    given(*told(*before)).when(command(on=early, late_reason="x")).then_rejected(OutOfOrder, after=since)
    given(*told(*before)).when(command(on=late, today=date(2024, 4, 1))).then_rejected(
        NotYetHappened, on=late
    )


def test_a_biography_is_declared() -> None:
    given(*told(file())).when(declare()).then(
        BiographyDeclared(
            dossier=DOSSIER,
            act=Act(on=date(2024, 1, 20), by=SECRETARY),
            person=PERSON,
            again=False,
            biography=SCHOOLED,
        )
    )


@pytest.mark.parametrize(
    "biography",
    [
        Biography(education="primary", difficult_area="10.026"),
        Biography(education="literate", reputable=True, reputable_evidence="2-XN/ĐU"),
        Biography(education="literate", reputable=True, difficult_area="10.026", area_evidence="CT07"),
    ],
)
def test_an_exception_from_the_education_floor_comes_with_its_evidence(biography: Biography) -> None:
    given(*told(file())).when(declare(biography=biography)).then_rejected(EvidenceMissing)


def test_an_exception_with_its_evidence_is_recorded() -> None:
    elder = Biography(
        education="literate",
        difficult_area="10.026",
        area_evidence="CT07",
        reputable=True,
        reputable_evidence="2-XN/ĐU",
    )

    assert told(file(), declare(biography=elder))


def test_letters_go_out_for_verification() -> None:
    given(*told(file(), declare())).when(request()).then(
        VerificationRequested(
            dossier=DOSSIER, act=Act(on=date(2024, 2, 1), by=GRASS_OFFICER), letter="12-CV/ĐU", asked=3
        )
    )


def test_verification_is_complete_when_everybody_has_answered_or_is_exempt() -> None:
    given(*told(*VERIFYING)).when(complete_verification(answered=1)).then_rejected(
        AnswersMissing, asked=3, answered=1, exempt=1
    )
    given(*told(*VERIFYING)).when(complete_verification()).then(
        VerificationCompleted(
            dossier=DOSSIER,
            act=Act(on=date(2024, 3, 1), by=GRASS_OFFICER),
            person=PERSON,
            verifier=CUONG,
            answered=2,
            exempt=1,
            warnings=[],
            pack=PACK.name,
            conclusion="Không vướng mắc",
        )
    )


def test_a_verifier_who_is_a_helper_is_noted_or_refused_as_the_pack_says() -> None:
    strict = Rulebook(packs=[replace(PACK, verifier_is_helper="block")], calendar=national_calendar())

    [*_, noted] = told(*VERIFYING, complete_verification(verifier=ANH))
    assert isinstance(noted, VerificationCompleted)
    assert noted.warnings == ["verifier_is_helper"]
    given(*told(*VERIFYING)).when(complete_verification(verifier=ANH, rules=strict)).then_rejected(
        VerifierIsHelper
    )


def test_an_issue_is_raised_and_resolved() -> None:
    raised = VerificationIssueRaised(
        dossier=DOSSIER,
        act=Act(on=date(2024, 2, 20), by=GRASS_OFFICER),
        person=PERSON,
        finding="Thiếu xác nhận nơi sinh",
    )
    resolved = VerificationIssueResolved(
        dossier=DOSSIER,
        act=Act(on=date(2024, 3, 5), by=GRASS_OFFICER),
        person=PERSON,
        conclusion="Đã xác nhận",
    )

    given(*told(*VERIFYING)).when(raise_issue()).then(raised)
    given(*told(*VERIFYING), raised).when(resolve_issue()).then(resolved)
    assert isinstance(given(*told(*VERIFYING), raised, resolved).state(), Verified)


def test_an_issue_that_cannot_be_resolved_closes_the_dossier() -> None:
    history = told(*VERIFYING, raise_issue())
    failed = VerificationFailed(
        dossier=DOSSIER,
        act=Act(on=date(2024, 3, 5), by=GRASS_OFFICER),
        person=PERSON,
        conclusion="Không đủ tiêu chuẩn",
    )

    given(*history).when(fail_verification()).then(failed)
    assert isinstance(given(*history, failed).state(), Closed)


def test_opinions_are_summarised() -> None:
    given(*told(*TO_READY[:-1])).when(summarise()).then(
        OpinionsSummarised(
            dossier=DOSSIER,
            act=Act(on=date(2024, 4, 1), by=SECRETARY),
            person=PERSON,
            opinions="Các đoàn thể nhất trí",
        )
    )


def test_papers_are_drawn_up_again_and_the_rest_stays() -> None:
    history = told(*TO_READY)
    renewed = PapersRenewed(
        dossier=DOSSIER, act=Act(on=date(2024, 4, 10), by=SECRETARY), person=PERSON, opinions="Nhất trí"
    )
    before = given(*history).state()
    after = given(*history, renewed).state()

    given(*history).when(renew()).then(renewed)
    assert isinstance(before, Ready)
    assert isinstance(after, Ready)
    assert (before.papers.drawn_up_on, after.papers.drawn_up_on) == (date(2024, 1, 10), date(2024, 4, 10))
    assert before.papers.biography == after.papers.biography


def test_a_biography_that_changes_after_verification_is_verified_again() -> None:
    changed = replace(SCHOOLED, remarks="Kết hôn tháng 4")
    history = told(*TO_READY, declare(on=date(2024, 4, 20), biography=changed))
    [*_, declared] = history
    state = given(*history).state()

    assert isinstance(declared, BiographyDeclared)
    assert declared.again
    assert isinstance(state, Declared)
    assert state.papers.drawn_up_on == date(2024, 1, 10)
    supplement = told(
        request(on=date(2024, 4, 22), asked=1),
        complete_verification(on=date(2024, 4, 25), answered=1, exempt=0),
        summarise(on=date(2024, 4, 26)),
        after=history,
    )
    assert isinstance(given(*supplement).state(), Ready)


def test_a_biography_declared_again_as_it_was_changes_nothing() -> None:
    given(*told(*TO_READY)).when(declare(on=date(2024, 4, 20))).then_nothing()


def test_a_biography_declared_anew_before_verification_replaces_the_first() -> None:
    corrected = replace(SCHOOLED, education="lower_secondary")
    [*_, declared] = history = told(file(), declare(), declare(biography=corrected))
    state = given(*history).state()

    assert isinstance(declared, BiographyDeclared)
    assert not declared.again
    assert isinstance(state, Declared)
    assert state.papers.biography == corrected


def test_the_dossier_is_the_one_that_was_named() -> None:
    [filed] = told(file(dossier=UUID(int=99)))

    assert filed.dossier == replace(DOSSIER, id=UUID(int=99))
