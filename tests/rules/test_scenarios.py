"""The acceptance scenarios of the trade that these rules alone decide, told with their dates."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from ketnap.rules.deadlines import (
    ceremony_due,
    key_dates,
    probation_ends,
    recognition_decision_due,
    recognition_meeting_due,
    working_days_late,
)
from ketnap.rules.eligibility import Schooling, before_cell_vote, check_cell_size, check_consent
from ketnap.rules.rounding import Rounding
from ketnap.rules.rule_pack import Clock, Education, RulePack
from ketnap.rules.votes import Ballot, Count, contradictions, tally
from ketnap.rules.workdays import Calendar, national_calendar, proclaimed_swaps
from tests.rules.builders import PACK, SOUND, introduced_by, together

CALENDAR = national_calendar(proclaimed_swaps())
WEEKENDS_ONLY = Calendar(years=[2026], holidays=[])


def test_1_ordinary_path() -> None:
    dates = key_dates(decided_on=date(2024, 8, 25), ceremony_on=date(2024, 9, 15), pack=PACK)
    meeting = recognition_meeting_due(date(2024, 9, 15), PACK, CALENDAR)

    assert (dates.official_on, dates.party_age_from) == (date(2025, 9, 15), date(2024, 8, 25))
    assert meeting.due_on == date(2025, 10, 27)


@pytest.mark.parametrize("ceremony", [date(2028, 2, 28), date(2028, 2, 29)])
def test_2_leap_day(ceremony: date) -> None:
    assert probation_ends(ceremony, PACK).due_on == date(2029, 2, 28)


def test_3_late_recognition() -> None:
    # Probation ended 10/1/2026, the cell voted 20/4/2026, the committee signed 15/6/2026.
    meeting = recognition_meeting_due(date(2025, 1, 10), PACK, CALENDAR)
    decision = recognition_decision_due(date(2026, 4, 20), PACK, CALENDAR)

    assert key_dates(
        decided_on=date(2025, 1, 2), ceremony_on=date(2025, 1, 10), pack=PACK
    ).official_on == date(2026, 1, 10)
    assert meeting.due_on == date(2026, 2, 27)  # Tết between
    assert working_days_late(meeting, date(2026, 4, 20), CALENDAR) == 36
    assert decision.due_on == date(2026, 6, 4)  # the day in lieu of Giỗ Tổ, 30/4 and 1/5 between
    assert working_days_late(decision, date(2026, 6, 15), CALENDAR) == 7


def test_4_certificate_expired_before_the_vote() -> None:
    person = replace(SOUND, certificate_issued_on=date(2020, 1, 15), papers_drawn_up_on=date(2025, 1, 2))
    [finding] = before_cell_vote(person, meeting_on=date(2025, 2, 3), official_members=20, pack=PACK)

    assert (finding.code, finding.remedy) == ("certificate_expired", "relearn")
    assert "hết giá trị ngày 15/1/2025" in finding.sentence


def test_5_papers_older_than_twelve_months() -> None:
    person = replace(SOUND, papers_drawn_up_on=date(2025, 4, 1))
    changed = replace(person, biography_changed=True)

    def found(day: date) -> list[str]:
        return [f.code for f in before_cell_vote(person, meeting_on=day, official_members=20, pack=PACK)]

    assert (found(date(2026, 4, 1)), found(date(2026, 4, 2))) == ([], ["papers_stale"])
    [stale, supplement] = before_cell_vote(
        changed, meeting_on=date(2026, 4, 2), official_members=20, pack=PACK
    )
    assert "3-KNĐ, 3A-KNĐ, 4-KNĐ, 4a-KNĐ, 5-KNĐ" in stale.sentence
    assert "giấy chứng nhận và lý lịch vẫn dùng được" in stale.sentence
    assert supplement.code == "verification_supplement_needed"


def test_6_just_under_two_thirds() -> None:
    cell = Ballot(official=20, probationary=2)
    thirteen, fourteen = Count(present=17, yes=13, no=4), Count(present=17, yes=14, no=3)
    with_probationers = Count(present=17, yes=15, no=4)
    rules = (PACK.cell_vote, PACK.cell_denominator)

    assert Rounding("HALF_UP", 1).percent(13, 17) == Decimal("76.5")
    assert (tally(cell, thirteen, *rules).passed, tally(cell, fourteen, *rules).passed) == (False, True)
    assert (tally(cell, thirteen, *rules).needed, tally(cell, thirteen, *rules).of) == (14, 20)
    [refused] = contradictions(cell, with_probationers, *rules)
    assert (refused.code, refused.severity) == ("more_ballots_than_voters", "block")
    assert "dự bị không có quyền biểu quyết" in refused.sentence


def test_7_cell_too_small() -> None:
    [finding] = check_cell_size(2, PACK)
    assert (finding.severity, finding.remedy) == ("block", "escalate_to_superior")
    assert "điều thêm đảng viên hoặc ghép chi bộ" in finding.sentence


def test_9_the_ceremony_clock_by_receipt_and_by_issue() -> None:
    by_issue = replace(PACK, ceremony=Clock(working_days=30, extension=0, starts="decision_issued"))
    issued, received = date(2026, 7, 20), date(2026, 8, 3)

    def due(pack: RulePack, calendar: Calendar) -> date:
        deadline = ceremony_due(issued_on=issued, received_on=received, pack=pack, calendar=calendar)
        assert deadline is not None
        return deadline.due_on

    assert (due(PACK, WEEKENDS_ONLY), due(by_issue, WEEKENDS_ONLY)) == (date(2026, 9, 14), date(2026, 8, 31))
    # 22/8 is worked for 31/8; 1/9 and 2/9 are free.
    assert (due(PACK, CALENDAR), due(by_issue, CALENDAR)) == (date(2026, 9, 16), date(2026, 8, 28))


def test_10_introducer_leaves() -> None:
    meeting = date(2024, 9, 15)
    fourteen_months, two_months, ten_months = date(2023, 7, 15), date(2024, 7, 15), date(2023, 11, 15)

    def found(*introducers: tuple[date, bool]) -> list[str]:
        introduction = introduced_by(
            *(together(since, successor=successor) for since, successor in introducers)
        )
        person = replace(SOUND, introduction=introduction)
        return [f.code for f in before_cell_vote(person, meeting_on=meeting, official_members=20, pack=PACK)]

    assert found((fourteen_months, False), (two_months, True)) == []
    assert found((fourteen_months, False), (ten_months, False)) == ["introducer_too_short"]
    assert found((fourteen_months, False), (two_months, False)) == ["introducer_too_short"]


def test_11_over_sixty() -> None:
    meeting, born = date(2024, 9, 15), date(1964, 7, 15)
    [blocked] = before_cell_vote(
        replace(SOUND, born=born), meeting_on=meeting, official_members=20, pack=PACK
    )
    [irregular] = check_consent(born, meeting, date(2024, 11, 5), date(2024, 11, 1), PACK)

    assert (blocked.code, blocked.severity) == ("over_age_without_consent", "block")
    assert (irregular.code, irregular.remedy) == ("decision_irregular", "review_decision")


def test_12_remote_area_education() -> None:
    meeting = date(2024, 9, 15)
    remote = replace(SOUND, schooling=Schooling(completed=Education.PRIMARY, difficult_area="10.026"))
    moved = replace(SOUND, schooling=Schooling(completed=Education.PRIMARY))

    assert not before_cell_vote(remote, meeting_on=meeting, official_members=20, pack=PACK)
    [finding] = before_cell_vote(moved, meeting_on=meeting, official_members=20, pack=PACK)
    assert finding.code == "education_below_floor"
