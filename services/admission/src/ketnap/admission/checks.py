"""What every chapter of the rulebook asks: the day, what the rule pack's own checks found, the deadlines."""

from collections.abc import Callable, Iterable
from datetime import date

from ketnap.admission.events import Act
from ketnap.admission.rejections import (
    BallotsMissing,
    CalendarUnknown,
    CellTooSmall,
    EducationBelowFloor,
    IntroducersMissing,
    IntroducerTooNew,
    IntroducingResolutionMissing,
    MoreBallotsThanVoters,
    NegativeNumber,
    NobodyMayVote,
    OverAgeWithoutConsent,
    PapersStale,
    PresentExceedsRoll,
    TooYoung,
)
from ketnap.admission.stages import Started
from ketnap.common.decider import Rejected
from ketnap.common.occurred import occurred
from ketnap.rules.findings import Finding
from ketnap.rules.workdays import CalendarMissing

SAYS: dict[str, type[Rejected]] = {
    "cell_too_small": CellTooSmall,
    "too_young": TooYoung,
    "over_age_without_consent": OverAgeWithoutConsent,
    "education_below_floor": EducationBelowFloor,
    "papers_stale": PapersStale,
    "committee_resolution_missing": IntroducingResolutionMissing,
    "introducers_missing": IntroducersMissing,
    "introducer_too_short": IntroducerTooNew,
    "negative_number": NegativeNumber,
    "nobody_may_vote": NobodyMayVote,
    "present_exceeds_roll": PresentExceedsRoll,
    "more_ballots_than_voters": MoreBallotsThanVoters,
    "ballots_missing": BallotsMissing,
}


def check_day(act: Act, today: date, state: Started) -> None:
    """Not in the future, not before the step before, and far back only with a reason."""
    occurred(act.on, today=today, reason=act.late_reason, after=state.since)


def heed(findings: Iterable[Finding], **facts: object) -> list[str]:
    """Raise the first that blocks; of those that only warn give the codes."""
    warnings: list[str] = []
    for finding in findings:
        if finding.severity == "block":
            raise SAYS[finding.code](sentence=finding.sentence, basis=str(finding.basis), **facts)
        warnings.append(finding.code)
    return warnings


def in_working_days[D](compute: Callable[[], D]) -> D:
    """What is computed with the calendar.

    Raises:
        CalendarUnknown: it does not reach so far.
    """
    try:
        return compute()
    except CalendarMissing as missing:
        raise CalendarUnknown(sentence=str(missing)) from missing
