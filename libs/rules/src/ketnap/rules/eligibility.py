"""May the cell vote on this person today? Each condition is checked by itself and named with its rule."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from ketnap.rules.deadlines import certificate_valid_until, papers_fresh_until
from ketnap.rules.findings import Finding
from ketnap.rules.months import add_months
from ketnap.rules.rule_pack import Age, Education, RulePack
from ketnap.rules.wording import written

_EDUCATION = {
    Education.LITERATE: "biết đọc, biết viết",
    Education.PRIMARY: "tốt nghiệp tiểu học",
    Education.LOWER_SECONDARY: "tốt nghiệp trung học cơ sở",
    Education.UPPER_SECONDARY: "tốt nghiệp trung học phổ thông",
}
_COMMITTEE = {
    "youth_union": "ban chấp hành Đoàn Thanh niên cơ sở",
    "trade_union": "ban chấp hành công đoàn cơ sở",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Introducer:
    official: bool
    together_since: date  # worked, studied or lived with the candidate in the same grassroots unit
    successor: bool = False  # takes over from an introducer who left


@dataclass(frozen=True, slots=True, kw_only=True)
class Introduction:
    """Who introduces: official members beside a committee of the Youth Union or Trade Union, or alone."""

    beside: Literal["youth_union", "trade_union", "members"]
    committee_resolved: bool = False
    introducers: tuple[Introducer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Schooling:
    """Where an exception is claimed, its evidence is in the dossier: proof of residence, confirmation of repute."""

    completed: Education
    difficult_area: str = ""  # code of the approved area where the person lives now
    reputable: bool = False  # village elder, hamlet head or reputable person of that area


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """What the dossier says of the person on the day of the meeting."""

    born: date
    schooling: Schooling
    certificate_issued_on: date | None
    papers_drawn_up_on: date
    biography_changed: bool
    over_age_consent_on: date | None
    introduction: Introduction


def before_cell_vote(
    candidate: Candidate, *, meeting_on: date, official_members: int, pack: RulePack
) -> tuple[Finding, ...]:
    """All that stands against a vote of the cell on admission that day; empty: it may vote."""
    return (
        *check_cell_size(official_members, pack),
        *check_age(candidate.born, meeting_on, pack, consented=candidate.over_age_consent_on is not None),
        *check_education(candidate.schooling, pack),
        *check_certificate(candidate.certificate_issued_on, meeting_on, pack),
        *check_papers(
            candidate.papers_drawn_up_on, meeting_on, pack, biography_changed=candidate.biography_changed
        ),
        *check_introduction(candidate.introduction, meeting_on, pack),
    )


def check_cell_size(official_members: int, pack: RulePack) -> Iterator[Finding]:
    """Charter, Art. 24(1): a smaller cell neither meets on admission nor on recognition."""
    if official_members < pack.cell_size:
        yield _found(
            pack,
            "cell_size",
            "cell_too_small",
            f"Chi bộ chỉ còn {official_members} đảng viên chính thức, cần ít nhất {pack.cell_size} mới họp xét được. "
            "Đề nghị cấp uỷ cấp trên điều thêm đảng viên hoặc ghép chi bộ.",
            remedy="escalate_to_superior",
        )


def check_age(born: date, meeting_on: date, pack: RulePack, *, consented: bool) -> Iterator[Finding]:
    """24-QĐ/TW, 1.1.1: from 18 to 60, counted by month, on the day the cell considers admission."""
    rule, earliest = pack.age, _earliest(born, pack.age)
    if meeting_on < earliest:
        yield _found(
            pack,
            "age",
            "too_young",
            f"Người sinh ngày {written(born)} chưa đủ {rule.least_years} tuổi vào ngày họp {written(meeting_on)}. "
            f"Sớm nhất có thể xét vào ngày {written(earliest)}.",
        )
    if meeting_on > _latest(born, rule) and not consented:
        yield _found(
            pack,
            "over_age_consent",
            "over_age_without_consent",
            f"Người sinh ngày {written(born)} đã quá {rule.most_years} tuổi vào ngày họp {written(meeting_on)} "
            f"mà chưa có ý kiến đồng ý bằng văn bản của {pack.over_age_consent}.",
            remedy="obtain_consent",
        )


def check_consent(
    born: date, meeting_on: date, consent_on: date | None, decided_on: date, pack: RulePack
) -> Iterator[Finding]:
    """01-HD/TW (2021), 1.1: for a person above the age, the consent comes before the decision on admission."""
    if meeting_on > _latest(born, pack.age) and (consent_on is None or consent_on > decided_on):
        given = f"chỉ có ngày {written(consent_on)}" if consent_on else "chưa có"
        yield _found(
            pack,
            "over_age_consent",
            "decision_irregular",
            f"Quyết định kết nạp ngày {written(decided_on)} người đã quá {pack.age.most_years} tuổi, trong khi "
            f"văn bản đồng ý của {pack.over_age_consent} {given}. Báo cấp uỷ đã quyết định xem xét lại.",
            remedy="review_decision",
        )


def check_education(schooling: Schooling, pack: RulePack) -> Iterator[Finding]:
    """24-QĐ/TW, 1.2; 01-HD/TW (2021), 1.2: the exceptions hold only while the person lives in the area."""
    rule, least = "education_floor", pack.education_floor
    if schooling.difficult_area:
        rule, least = "education_in_difficult_area", pack.education_in_difficult_area
        if schooling.reputable:
            rule, least = "education_of_reputable", pack.education_of_reputable
    if schooling.completed < least:
        yield _found(
            pack,
            rule,
            "education_below_floor",
            f"Học vấn ({_EDUCATION[schooling.completed]}) thấp hơn mức tối thiểu ({_EDUCATION[least]}). "
            "Nếu người này sinh sống ở vùng được áp dụng ngoại lệ, ghi mã vùng và tài liệu chứng minh.",
        )


def check_certificate(issued_on: date | None, meeting_on: date, pack: RulePack) -> Iterator[Finding]:
    """The awareness certificate must be valid on the day the cell votes."""
    if issued_on is None:
        yield _found(
            pack,
            "awareness_programme",
            "certificate_missing",
            "Chưa có giấy chứng nhận học lớp bồi dưỡng nhận thức về Đảng. Cử đi học trước khi chi bộ xét.",
            remedy="take_class",
        )
        return
    valid_until = certificate_valid_until(issued_on, pack).due_on
    if meeting_on > valid_until:
        yield _found(
            pack,
            "certificate_months",
            "certificate_expired",
            f"Giấy chứng nhận học lớp bồi dưỡng nhận thức về Đảng cấp ngày {written(issued_on)} đã hết giá trị "
            f"ngày {written(valid_until)}, trước ngày họp {written(meeting_on)}. Phải học lại.",
            remedy="relearn",
        )


def check_papers(
    drawn_up_on: date, meeting_on: date, pack: RulePack, *, biography_changed: bool
) -> Iterator[Finding]:
    """01-HD/TW (2021): a dossier not considered in time keeps certificate and biography, the rest is done again."""
    fresh_until = papers_fresh_until(drawn_up_on, pack).due_on
    if meeting_on <= fresh_until:
        return
    yield _found(
        pack,
        "papers",
        "papers_stale",
        f"Hồ sơ lập ngày {written(drawn_up_on)} đã quá {pack.papers.months} tháng (đến hết {written(fresh_until)}) "
        f"mà chi bộ chưa xét. Làm lại các mẫu {', '.join(pack.papers.stale)}; giấy chứng nhận và lý lịch vẫn dùng được.",
        remedy="redo_papers",
    )
    if biography_changed:
        yield _found(
            pack,
            "papers",
            "verification_supplement_needed",
            "Lý lịch đã thay đổi từ khi lập hồ sơ. Thẩm tra bổ sung phần thay đổi trước khi chi bộ xét.",
            remedy="supplement_verification",
        )


def check_introduction(introduction: Introduction, meeting_on: date, pack: RulePack) -> Iterator[Finding]:
    """Charter, Art. 4(1); 24-QĐ/TW, 3.2: who introduces, and how long they have known the candidate."""
    wanted = {
        "youth_union": pack.introducers.youth_union,
        "trade_union": pack.introducers.trade_union,
        "members": pack.introducers.members,
    }[introduction.beside]
    if introduction.beside != "members" and not introduction.committee_resolved:
        yield _found(
            pack,
            "introducers",
            "committee_resolution_missing",
            f"Chưa có nghị quyết giới thiệu của {_COMMITTEE[introduction.beside]}.",
        )
    if len(introduction.introducers) < wanted:
        yield _found(
            pack,
            "introducers",
            "introducers_missing",
            f"Mới có {len(introduction.introducers)} đảng viên giới thiệu, cần {wanted} đảng viên chính thức.",
        )
    for introducer in introduction.introducers:
        yield from _introducer(introducer, meeting_on, pack)


def _introducer(introducer: Introducer, meeting_on: date, pack: RulePack) -> Iterator[Finding]:
    if not introducer.official:
        yield _found(
            pack,
            "introducer_months",
            "introducer_not_official",
            "Người giới thiệu phải là đảng viên chính thức. Phân công đảng viên chính thức khác.",
        )
    rule, months = "introducer_months", pack.introducer_months
    if introducer.successor:
        rule, months = "successor_months", pack.successor_months
    if add_months(introducer.together_since, months) > meeting_on:
        yield _found(
            pack,
            rule,
            "introducer_too_short",
            f"Người giới thiệu cùng công tác, lao động, học tập hoặc cư trú từ ngày "
            f"{written(introducer.together_since)}, chưa đủ {months} tháng. Phân công đảng viên khác hoặc chờ đủ.",
        )


def _found(pack: RulePack, rule: str, code: str, sentence: str, *, remedy: str = "") -> Finding:
    return Finding(code=code, severity="block", sentence=sentence, basis=pack.basis(rule), remedy=remedy)


def _earliest(born: date, rule: Age) -> date:
    birthday = add_months(born, 12 * rule.least_years)
    return birthday if rule.least_by == "full_date" else birthday.replace(day=1)


def _latest(born: date, rule: Age) -> date:
    birthday = add_months(born, 12 * rule.most_years)
    if rule.most_by == "full_date":
        return birthday
    return add_months(birthday.replace(day=1), 1) - timedelta(days=1)
