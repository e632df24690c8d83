"""A candidate against whom nothing stands on 15/9/2024, to be changed by dataclasses.replace."""

from datetime import date

from ketnap.rules.eligibility import Candidate, Introducer, Introduction, Schooling
from ketnap.rules.pack import pack_on
from ketnap.rules.rule_pack import Education

MEETING = date(2024, 9, 15)
PACK = pack_on(MEETING)


def together(since: date, *, official: bool = True, successor: bool = False) -> Introducer:
    return Introducer(official=official, together_since=since, successor=successor)


def introduced_by(*introducers: Introducer) -> Introduction:
    return Introduction(beside="members", introducers=introducers)


SOUND = Candidate(
    born=date(2000, 3, 8),
    schooling=Schooling(completed=Education.UPPER_SECONDARY),
    certificate_issued_on=date(2023, 10, 20),
    papers_drawn_up_on=date(2024, 4, 1),
    biography_changed=False,
    over_age_consent_on=None,
    introduction=introduced_by(together(date(2022, 1, 1)), together(date(2020, 6, 15))),
)
