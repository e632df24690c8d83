"""What stands against a vote of the cell is found condition by condition, with the rule behind it."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ketnap.rules.eligibility import (
    Candidate,
    Introduction,
    Schooling,
    before_cell_vote,
    check_age,
    check_consent,
)
from ketnap.rules.months import full_months
from ketnap.rules.rule_pack import Age, CountedBy, Education, RulePack
from tests.rules.builders import MEETING, PACK, SOUND, introduced_by, together

LONG_AGO = date(2020, 1, 1)


def codes(person: Candidate, *, on: date = MEETING, members: int = 20, pack: RulePack = PACK) -> list[str]:
    return [
        finding.code
        for finding in before_cell_vote(person, meeting_on=on, official_members=members, pack=pack)
    ]


def test_nothing_stands_against_a_sound_candidate() -> None:
    assert codes(SOUND) == []


def test_every_finding_blocks_says_why_and_names_its_rule() -> None:
    worst = replace(
        SOUND,
        born=date(2010, 1, 1),
        schooling=Schooling(completed=Education.LITERATE),
        certificate_issued_on=None,
        papers_drawn_up_on=date(2020, 1, 1),
        biography_changed=True,
        introduction=Introduction(
            beside="youth_union", introducers=(together(date(2024, 9, 1), official=False),)
        ),
    )

    findings = before_cell_vote(worst, meeting_on=MEETING, official_members=2, pack=PACK)

    assert [finding.code for finding in findings] == [
        "cell_too_small",
        "too_young",
        "education_below_floor",
        "certificate_missing",
        "papers_stale",
        "verification_supplement_needed",
        "committee_resolution_missing",
        "introducer_not_official",
        "introducer_too_short",
    ]
    assert {finding.severity for finding in findings} == {"block"}
    assert all(
        finding.basis in PACK.bases.values() and finding.sentence.endswith(".") for finding in findings
    )


@pytest.mark.parametrize(
    ("born", "expected"),
    [
        (date(2006, 9, 15), []),
        (date(2006, 9, 16), ["too_young"]),
        (date(1964, 9, 1), []),  # sixty by year and month until the end of September
        (date(1964, 8, 31), ["over_age_without_consent"]),
    ],
)
def test_the_bounds_of_age_on_the_day_of_the_meeting(born: date, expected: list[str]) -> None:
    assert codes(replace(SOUND, born=born)) == expected


@pytest.mark.parametrize(
    ("least_by", "most_by", "born", "expected"),
    [
        ("year_month", "year_month", date(2006, 9, 30), []),
        ("year_month", "year_month", date(2006, 10, 1), ["too_young"]),
        ("full_date", "full_date", date(1964, 9, 15), []),
        ("full_date", "full_date", date(1964, 9, 14), ["over_age_without_consent"]),
    ],
)
def test_how_age_is_counted_is_a_switch_of_the_pack(
    least_by: CountedBy, most_by: CountedBy, born: date, expected: list[str]
) -> None:
    age = Age(least_years=18, most_years=60, least_by=least_by, most_by=most_by)
    assert codes(replace(SOUND, born=born), pack=replace(PACK, age=age)) == expected


@pytest.mark.parametrize(
    ("meeting", "expected"), [(date(2024, 8, 31), []), (date(2024, 9, 1), ["over_age_without_consent"])]
)
def test_the_month_of_the_sixtieth_birthday_belongs_to_it(meeting: date, expected: list[str]) -> None:
    found = check_age(date(1964, 8, 15), meeting, PACK, consented=False)
    assert [finding.code for finding in found] == expected


def test_somebody_too_young_reads_from_when_on() -> None:
    [finding] = check_age(date(2008, 2, 29), date(2026, 2, 1), PACK, consented=False)
    assert "Sớm nhất có thể xét vào ngày 28/2/2026" in finding.sentence


@given(st.dates(min_value=date(1940, 1, 1), max_value=date(2020, 1, 1)))
def test_from_eighteen_to_sixty_nobody_is_refused_for_age(born: date) -> None:
    months = full_months(born, MEETING)
    found = {finding.code for finding in check_age(born, MEETING, PACK, consented=False)}
    assert ("too_young" in found) == (months < 216)
    assert "over_age_without_consent" not in found or months >= 720


def test_consent_lifts_the_upper_bound_and_not_the_lower() -> None:
    consent = date(2024, 8, 1)
    assert codes(replace(SOUND, born=date(1960, 1, 1), over_age_consent_on=consent)) == []
    assert codes(replace(SOUND, born=date(2007, 1, 1), over_age_consent_on=consent)) == ["too_young"]


@pytest.mark.parametrize(
    ("consent", "expected"),
    [(date(2024, 10, 1), []), (date(2024, 10, 2), ["decision_irregular"]), (None, ["decision_irregular"])],
)
def test_consent_comes_before_the_decision(consent: date | None, expected: list[str]) -> None:
    found = check_consent(date(1960, 1, 1), MEETING, consent, date(2024, 10, 1), PACK)
    assert [finding.code for finding in found] == expected


def test_nobody_of_ordinary_age_needs_consent() -> None:
    assert not list(check_consent(date(1990, 1, 1), MEETING, None, date(2024, 10, 1), PACK))


@pytest.mark.parametrize(
    ("schooling", "expected"),
    [
        (Schooling(completed=Education.LOWER_SECONDARY), []),
        (Schooling(completed=Education.PRIMARY), ["education_below_floor"]),
        (Schooling(completed=Education.PRIMARY, difficult_area="10.001"), []),
        (Schooling(completed=Education.LITERATE, difficult_area="10.001"), ["education_below_floor"]),
        (Schooling(completed=Education.LITERATE, difficult_area="10.001", reputable=True), []),
        (Schooling(completed=Education.LITERATE, reputable=True), ["education_below_floor"]),
    ],
)
def test_the_exceptions_of_education_hold_in_their_areas_only(
    schooling: Schooling, expected: list[str]
) -> None:
    assert codes(replace(SOUND, schooling=schooling)) == expected


@pytest.mark.parametrize(
    ("issued", "expected"),
    [
        (date(2019, 9, 15), []),
        (date(2019, 9, 14), ["certificate_expired"]),
        (None, ["certificate_missing"]),
    ],
)
def test_the_certificate_is_valid_through_its_last_day(issued: date | None, expected: list[str]) -> None:
    assert codes(replace(SOUND, certificate_issued_on=issued)) == expected


@pytest.mark.parametrize(("members", "expected"), [(3, []), (2, ["cell_too_small"]), (0, ["cell_too_small"])])
def test_three_official_members_make_a_cell(members: int, expected: list[str]) -> None:
    assert codes(SOUND, members=members) == expected


@pytest.mark.parametrize(
    ("introduction", "expected"),
    [
        (introduced_by(together(LONG_AGO)), ["introducers_missing"]),
        (introduced_by(together(LONG_AGO), together(LONG_AGO, official=False)), ["introducer_not_official"]),
        (introduced_by(together(LONG_AGO), together(date(2023, 9, 16))), ["introducer_too_short"]),
        (introduced_by(together(LONG_AGO), together(date(2023, 9, 15))), []),
        (Introduction(beside="youth_union", committee_resolved=True, introducers=(together(LONG_AGO),)), []),
        (Introduction(beside="trade_union", committee_resolved=True, introducers=(together(LONG_AGO),)), []),
        (
            Introduction(beside="trade_union", introducers=(together(LONG_AGO),)),
            ["committee_resolution_missing"],
        ),
        (
            Introduction(beside="youth_union", committee_resolved=True, introducers=()),
            ["introducers_missing"],
        ),
    ],
)
def test_who_introduces(introduction: Introduction, expected: list[str]) -> None:
    assert codes(replace(SOUND, introduction=introduction)) == expected
