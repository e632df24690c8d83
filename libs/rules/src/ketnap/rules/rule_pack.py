"""A rule pack: what the rules of admission said on a given day, each value with its legal basis."""

from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum
from typing import Literal

from ketnap.rules.basis import Confidence, LegalBasis
from ketnap.rules.findings import Switch
from ketnap.rules.votes import Denominator, Threshold

type CountedBy = Literal["full_date", "year_month"]
COUNTED_BY: tuple[CountedBy, ...] = ("full_date", "year_month")

type ClockStart = Literal["cell_resolution", "decision_received", "decision_issued", "probation_ended"]
CLOCK_STARTS: tuple[ClockStart, ...] = (
    "cell_resolution",
    "decision_received",
    "decision_issued",
    "probation_ended",
)

type PartyAgeFrom = Literal["admission_decision"]
PARTY_AGE_FROM: tuple[PartyAgeFrom, ...] = ("admission_decision",)


class Education(IntEnum):
    """General education, in rising order."""

    LITERATE = 1
    PRIMARY = 2
    LOWER_SECONDARY = 3
    UPPER_SECONDARY = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Age:
    least_years: int
    most_years: int
    least_by: CountedBy
    most_by: CountedBy


@dataclass(frozen=True, slots=True, kw_only=True)
class Introducers:
    """Official members needed beside the committee that introduces, or alone."""

    youth_union: int
    trade_union: int
    members: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Papers:
    months: int
    stale: tuple[str, ...]  # forms to be drawn up again


@dataclass(frozen=True, slots=True, kw_only=True)
class Clock:
    working_days: int
    extension: int  # most working days of the one extension; 0: none
    starts: ClockStart


@dataclass(frozen=True, slots=True, kw_only=True)
class Readmission:
    months_after_leaving: int
    months_after_record_cleared: int
    times: int
    never: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    topics: int
    certificate: str  # code of the form


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    code: str
    title: str
    confidence: Confidence


@dataclass(frozen=True, slots=True, kw_only=True)
class RulePack:
    """Every rule is an attribute; `basis` says where it is written."""

    code: str
    version: int
    digest: str  # SHA-256 of the file, as sha256sum prints it
    in_force_from: date
    in_force_to: date  # last day

    cell_vote: Threshold
    cell_denominator: Denominator
    grassroots_vote: Threshold  # of all members of the grassroots committee
    standing_committee_vote: Threshold  # of all members of the standing committee
    inconclusive_votes: int
    age: Age
    over_age_consent: str  # whose written consent
    education_floor: Education
    education_in_difficult_area: Education
    education_of_reputable: Education
    introducer_months: int
    successor_months: int
    introducers: Introducers
    cell_size: int  # official members
    certificate_months: int
    papers: Papers
    decision: Clock
    ceremony: Clock
    probation_months: int
    recognition_meeting: Clock
    recognition_decision: Clock
    party_age: PartyAgeFrom
    readmission: Readmission
    awareness_programme: Programme
    new_member_programme: Programme
    verifier_is_helper: Switch
    vote_clerk_decides: Switch
    forms: tuple[Form, ...]

    bases: dict[str, LegalBasis] = field(hash=False)

    @property
    def name(self) -> str:
        """What an event that used the pack records: QD24-2021@1#<first twelve of the digest>."""
        return f"{self.code}@{self.version}#{self.digest[:12]}"

    def basis(self, rule: str) -> LegalBasis:
        """Where the rule of that attribute is written. Raises KeyError for what is no rule."""
        return self.bases[rule]

    def in_force_on(self, day: date) -> bool:
        return self.in_force_from <= day <= self.in_force_to
