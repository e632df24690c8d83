"""Counting a vote in whole numbers: who is counted, how many must agree, what in a count cannot be."""

from dataclasses import dataclass
from fractions import Fraction

from ketnap.rules.findings import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    share: Fraction
    strictly_more: bool  # more than the share, else at least the share


@dataclass(frozen=True, slots=True, kw_only=True)
class Denominator:
    """Which official members are not counted among those whose agreement is needed."""

    without_temporarily_transferred: bool
    without_exempt_absent: bool  # an exempt member who attends and votes is counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Ballot:
    """Who belonged to the voting body on the day; in a committee only `official` is used."""

    official: int
    probationary: int = 0  # never vote: Charter, Art. 3(4)
    temporarily_transferred: int = 0  # of the official members, to another party body
    exempt_absent: int = 0  # of the official members, exempt from activity and not attending


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    present: int  # of those who may vote
    yes: int
    no: int
    abstained: int = 0
    invalid: int = 0

    @property
    def ballots(self) -> int:
        return self.yes + self.no + self.abstained + self.invalid


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    yes: int
    of: int
    needed: int

    @property
    def passed(self) -> bool:
        return self.yes >= self.needed


def passes(yes: int, n: int, threshold: Threshold) -> bool:
    """Whether `yes` of `n` reach the threshold. Raises ValueError for a body of nobody."""
    if n < 1:
        raise ValueError("a vote needs somebody who may vote")
    left, right = yes * threshold.share.denominator, n * threshold.share.numerator
    return left > right if threshold.strictly_more else left >= right


def needed(n: int, threshold: Threshold) -> int:
    """The fewest votes in favour that pass. Raises ValueError for a body of nobody."""
    if n < 1:
        raise ValueError("a vote needs somebody who may vote")
    whole, rest = divmod(n * threshold.share.numerator, threshold.share.denominator)
    return whole + 1 if rest or threshold.strictly_more else whole


def denominator(ballot: Ballot, rule: Denominator) -> int:
    """All official members of the body on the day, present or not, less those whom the rule leaves out."""
    left_out = 0
    if rule.without_temporarily_transferred:
        left_out += ballot.temporarily_transferred
    if rule.without_exempt_absent:
        left_out += ballot.exempt_absent
    return ballot.official - left_out


def tally(ballot: Ballot, count: Count, threshold: Threshold, rule: Denominator) -> Tally:
    """The outcome; absent members stay in the denominator. Raises ValueError for a body of nobody."""
    n = denominator(ballot, rule)
    return Tally(yes=count.yes, of=n, needed=needed(n, threshold))


def contradictions(
    ballot: Ballot, count: Count, threshold: Threshold, rule: Denominator
) -> tuple[Finding, ...]:
    """What in the figures of a vote cannot be; a warning where they can, yet no result is possible."""
    numbers = (
        *(ballot.official, ballot.probationary, ballot.temporarily_transferred, ballot.exempt_absent),
        *(count.present, count.yes, count.no, count.abstained, count.invalid),
    )
    if min(numbers) < 0:
        return (
            _blocked(
                "negative_number", "Số đảng viên và số phiếu không thể âm. Nhập lại số đúng theo biên bản."
            ),
        )
    n = denominator(ballot, rule)
    if n < 1:
        sentence = (
            f"Trong {ballot.official} đảng viên chính thức không còn ai được tính vào tổng số để biểu quyết. "
            "Rà lại số đảng viên sinh hoạt tạm thời nơi khác và số được miễn sinh hoạt."
        )
        return (_blocked("nobody_may_vote", sentence),)
    found = []
    if count.present > n:
        sentence = (
            f"Số có mặt được biểu quyết ({count.present}) nhiều hơn tổng số đảng viên chính thức được tính ({n}). "
            "Rà lại danh sách; đảng viên dự bị không có quyền biểu quyết."
        )
        found.append(_blocked("present_exceeds_roll", sentence))
    if count.ballots > count.present:
        sentence = (
            f"Tổng số phiếu ({count.ballots}) nhiều hơn số đảng viên chính thức có mặt ({count.present}). "
            "Đảng viên dự bị không có quyền biểu quyết; đếm lại theo biên bản."
        )
        found.append(_blocked("more_ballots_than_voters", sentence))
    if count.ballots < count.present:
        sentence = (
            f"Tổng số phiếu ({count.ballots}) ít hơn số đảng viên chính thức có mặt ({count.present}). "
            "Ghi đủ số tán thành, không tán thành, không có ý kiến và phiếu không hợp lệ."
        )
        found.append(_blocked("ballots_missing", sentence))
    if count.present < needed(n, threshold):
        sentence = (
            f"Chỉ có {count.present} đảng viên chính thức có mặt, trong khi cần ít nhất "
            f"{needed(n, threshold)}/{n} tán thành; hội nghị này không thể thông qua."
        )
        found.append(Finding(code="too_few_present_to_pass", severity="warn", sentence=sentence))
    return tuple(found)


def _blocked(code: str, sentence: str) -> Finding:
    return Finding(code=code, severity="block", sentence=sentence)
