"""A dossier's ordinary path as commands with defaults, to be told up to where a test begins."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from ketnap.admission.commands import (
    AnnulAdmission,
    Candidacy,
    CloseProbation,
    Command,
    CompleteDossier,
    CompleteVerification,
    ConsentToLateCeremony,
    CorrectCeremony,
    DeclareBiography,
    ExtendDecision,
    FailVerification,
    FileApplication,
    HoldCeremony,
    Introducing,
    ProposeAdmission,
    RaiseVerificationIssue,
    RecogniseMember,
    RefuseAdmission,
    RenewPapers,
    RequestVerification,
    ResolveVerificationIssue,
    ReturnDossier,
    SignAdmission,
    StrikeOff,
    SubmitDossier,
    SummariseOpinions,
    VoteInCell,
    VoteInCommittee,
    VoteOnRecognition,
    VoteOnStrikeOff,
    WithdrawDossier,
)
from ketnap.admission.dossier import decider
from ketnap.admission.events import Act, Biography, Certificate, Consent, Count, Dossier, Event, Roll
from ketnap.admission.rulebook import Rulebook
from ketnap.admission.stages import State
from ketnap.common.testing import scenario
from ketnap.rules.pack import pack_on
from ketnap.rules.workdays import national_calendar

given = scenario(decider)

# The pack of Regulation 24-QĐ/TW, as if it had stayed in force: some stories of the trade reach beyond it.
PACK = replace(pack_on(date(2024, 1, 1)), in_force_to=date(2030, 12, 31), digest="24" * 32)
RULES = Rulebook(packs=[PACK], calendar=national_calendar())

PERSON, CANDIDACY, ID = (UUID(int=n) for n in (1, 2, 3))
CELL, OTHER_CELL, GRASS, COMPETENT, PROVINCE = (UUID(int=n) for n in (10, 11, 12, 13, 14))
ABOVE = [GRASS, COMPETENT, PROVINCE]
SECRETARY, GRASS_OFFICER, BOARD_OFFICER, STANDING_OFFICER, SECOND_OFFICER = (
    UUID(int=n) for n in (20, 21, 22, 23, 24)
)
ANH, BINH, CUONG = (UUID(int=n) for n in (30, 31, 32))

DOSSIER = Dossier(id=ID, person=PERSON, unit=CELL, candidacy=CANDIDACY)
LISTED = Candidacy(id=CANDIDACY, person=PERSON, unit=CELL, listed_on=date(2023, 6, 1))
AWARENESS = Certificate(number="112/CN", issued_on=date(2023, 10, 20), valid_until=date(2028, 10, 20))
NEW_MEMBER = Certificate(number="34/CN-ĐVM", issued_on=date(2025, 3, 14), valid_until=None)
TWENTY = Roll(cells=[CELL], official=20, probationary=2)
SCHOOLED = Biography(education="upper_secondary", remarks="Quê quán xã Đức Thắng")


def act(on: date, by: UUID | None, late_reason: str | None = None) -> Act:
    return Act(on=on, by=by, late_reason=late_reason)


def ballots(
    yes: int, no: int = 0, *, present: int | None = None, abstained: int = 0, invalid: int = 0
) -> Count:
    counted = yes + no + abstained + invalid
    return Count(
        present=counted if present is None else present, yes=yes, no=no, abstained=abstained, invalid=invalid
    )


def _act_of(on: date, by: UUID, more: dict[str, Any]) -> dict[str, Any]:  # Any: fields of all commands
    """The act, and today: the day itself unless told otherwise."""
    on, by = more.pop("on", on), more.pop("by", by)
    return {"act": act(on, by, more.pop("late_reason", None)), "today": more.pop("today", on), **more}


# More: any field of the command; on, by, late_reason, today. Any: fields of all types.


def file(**more: Any) -> FileApplication:
    fields = {
        "dossier": ID,
        "candidacy": LISTED,
        "certificate": AWARENESS,
        "position": 40,
        "rules": RULES,
        **_act_of(date(2024, 1, 10), SECRETARY, more),
    }
    return FileApplication(**fields)


def declare(**more: Any) -> DeclareBiography:
    return DeclareBiography(**{"biography": SCHOOLED, **_act_of(date(2024, 1, 20), SECRETARY, more)})


def request(**more: Any) -> RequestVerification:
    return RequestVerification(
        **{"letter": "12-CV/ĐU", "asked": 3, **_act_of(date(2024, 2, 1), GRASS_OFFICER, more)}
    )


def complete_verification(**more: Any) -> CompleteVerification:
    fields = {
        "verifier": CUONG,
        "answered": 2,
        "exempt": 1,
        "conclusion": "Không vướng mắc",
        "helpers": frozenset({ANH, BINH}),
        "rules": RULES,
        **_act_of(date(2024, 3, 1), GRASS_OFFICER, more),
    }
    return CompleteVerification(**fields)


def raise_issue(**more: Any) -> RaiseVerificationIssue:
    return RaiseVerificationIssue(
        **{"finding": "Thiếu xác nhận nơi sinh", **_act_of(date(2024, 2, 20), GRASS_OFFICER, more)}
    )


def resolve_issue(**more: Any) -> ResolveVerificationIssue:
    return ResolveVerificationIssue(
        **{"conclusion": "Đã xác nhận", **_act_of(date(2024, 3, 5), GRASS_OFFICER, more)}
    )


def fail_verification(**more: Any) -> FailVerification:
    return FailVerification(
        **{"conclusion": "Không đủ tiêu chuẩn", **_act_of(date(2024, 3, 5), GRASS_OFFICER, more)}
    )


def summarise(**more: Any) -> SummariseOpinions:
    return SummariseOpinions(
        **{"opinions": "Các đoàn thể nhất trí", **_act_of(date(2024, 4, 1), SECRETARY, more)}
    )


def renew(**more: Any) -> RenewPapers:
    return RenewPapers(**{"opinions": "Nhất trí", **_act_of(date(2024, 4, 10), SECRETARY, more)})


HELPERS: Mapping[UUID, bool] = {ANH: False, BINH: False}
INTRODUCERS = [
    Introducing(helper=ANH, together_since=date(2022, 1, 1)),
    Introducing(helper=BINH, together_since=date(2020, 6, 15)),
]


def vote(**more: Any) -> VoteInCell:
    fields = {
        "resolution": "05-NQ/CB",
        "secret": True,
        "count": ballots(17),
        "exempt_absent": 0,
        "beside": "members",
        "committee_resolution": None,
        "introducers": INTRODUCERS,
        "over_age_consent": None,
        "helpers": HELPERS,
        "born": date(2000, 3, 8),
        "roll": TWENTY,
        "certificate": AWARENESS,
        "position": 70,
        "rules": RULES,
        **_act_of(date(2024, 5, 6), SECRETARY, more),
    }
    return VoteInCell(**fields)


def committee_vote(**more: Any) -> VoteInCommittee:
    fields = {
        "committee": GRASS,
        "above": ABOVE,
        "resolution": "08-NQ/ĐU",
        "members": 15,
        "count": ballots(12),
        "rules": RULES,
        **_act_of(date(2024, 5, 20), GRASS_OFFICER, more),
    }
    return VoteInCommittee(**fields)


def submit(**more: Any) -> SubmitDossier:
    fields = {"competent": COMPETENT, "above": ABOVE, **_act_of(date(2024, 5, 27), GRASS_OFFICER, more)}
    return SubmitDossier(**fields)


def send_back(**more: Any) -> ReturnDossier:
    return ReturnDossier(
        **{"remarks": "Thiếu xác nhận của công an xã", **_act_of(date(2024, 5, 30), BOARD_OFFICER, more)}
    )


def complete(**more: Any) -> CompleteDossier:
    return CompleteDossier(**_act_of(date(2024, 6, 5), GRASS_OFFICER, more))


def propose(**more: Any) -> ProposeAdmission:
    fields = {
        "competent": COMPETENT,
        "proposal": "21-TTr/BTC",
        **_act_of(date(2024, 6, 10), BOARD_OFFICER, more),
    }
    return ProposeAdmission(**fields)


def extend(**more: Any) -> ExtendDecision:
    fields = {
        "committee": COMPETENT,
        "above": ABOVE,
        "working_days": 30,
        "instrument": "77-CV/TU",
        "rules": RULES,
        **_act_of(date(2024, 6, 11), STANDING_OFFICER, more),
    }
    return ExtendDecision(**fields)


def sign(**more: Any) -> SignAdmission:
    fields = {
        "competent": COMPETENT,
        "decision": "101-QĐ/TU",
        "received_on": date(2024, 6, 28),
        "members": 9,
        "yes": 7,
        "born": date(2000, 3, 8),
        "position": 90,
        "rules": RULES,
        "today": date(2024, 6, 28),
    }
    return SignAdmission(**{**fields, **_act_of(date(2024, 6, 20), STANDING_OFFICER, {**fields, **more})})


def refuse(**more: Any) -> RefuseAdmission:
    fields = {
        "competent": COMPETENT,
        "decision": "102-TB/TU",
        "grounds": "Chưa đủ điều kiện",
        "rules": RULES,
        **_act_of(date(2024, 6, 20), STANDING_OFFICER, more),
    }
    return RefuseAdmission(**fields)


def consent_late(**more: Any) -> ConsentToLateCeremony:
    fields = {
        "committee": GRASS,
        "above": ABOVE,
        "instrument": "15-CV/ĐU",
        **_act_of(date(2024, 8, 8), GRASS_OFFICER, more),
    }
    return ConsentToLateCeremony(**fields)


def hold(**more: Any) -> HoldCeremony:
    return HoldCeremony(**{"rules": RULES, **_act_of(date(2024, 7, 15), SECRETARY, more)})


def correct(**more: Any) -> CorrectCeremony:
    fields = {
        "held_on": date(2024, 7, 16),
        "reason": "clerical",
        "rules": RULES,
        **_act_of(date(2024, 7, 20), GRASS_OFFICER, more),
    }
    return CorrectCeremony(**fields)


def recognition_vote(**more: Any) -> VoteOnRecognition:
    fields = {
        "resolution": "09-NQ/CB",
        "secret": True,
        "recognition": ballots(18),
        "strike_off": None,
        "exempt_absent": 0,
        "roll": TWENTY,
        "certificate": NEW_MEMBER,
        "position": 120,
        "rules": RULES,
        **_act_of(date(2025, 7, 28), SECRETARY, more),
    }
    return VoteOnRecognition(**fields)


def strike_off_vote(**more: Any) -> VoteOnStrikeOff:
    fields = {
        "resolution": "10-NQ/CB",
        "secret": True,
        "count": ballots(16),
        "exempt_absent": 0,
        "roll": TWENTY,
        "position": 121,
        "rules": RULES,
        **_act_of(date(2024, 12, 2), SECRETARY, more),
    }
    return VoteOnStrikeOff(**fields)


def second_committee_vote(**more: Any) -> VoteInCommittee:
    return committee_vote(**{"on": date(2025, 8, 4), **more})


def recognise(**more: Any) -> RecogniseMember:
    fields = {
        "decided_by": COMPETENT,
        "above": ABOVE,
        "decision": "150-QĐ/TU",
        "members": 9,
        "yes": 8,
        "rules": RULES,
        **_act_of(date(2025, 8, 11), STANDING_OFFICER, more),
    }
    return RecogniseMember(**fields)


def strike_off(**more: Any) -> StrikeOff:
    fields = {
        "decided_by": COMPETENT,
        "above": ABOVE,
        "decision": "151-QĐ/TU",
        "members": 9,
        "yes": 6,
        "rules": RULES,
        **_act_of(date(2025, 8, 11), STANDING_OFFICER, more),
    }
    return StrikeOff(**fields)


def close_probation(**more: Any) -> CloseProbation:
    fields = _act_of(date(2025, 8, 1), SECRETARY, more)
    return CloseProbation(cause=fields.get("cause", "died"), act=fields["act"])


def annul(**more: Any) -> AnnulAdmission:
    fields = {
        "annulled_by": COMPETENT,
        "above": ABOVE,
        "decision": "160-QĐ/TU",
        "reason": "conditions",
        **_act_of(date(2025, 11, 3), SECOND_OFFICER, more),
    }
    return AnnulAdmission(**fields)


def withdraw(**more: Any) -> WithdrawDossier:
    return WithdrawDossier(**{"because": "own_request", **_act_of(date(2025, 11, 3), SECRETARY, more)})


CONSENT = Consent(instrument="9-CV/TU", on=date(2024, 4, 25))


# Stories


def told(*story: Command, after: Sequence[Event] = ()) -> list[Event]:
    """What happens when these commands are given one after another."""
    events = list(after)
    for command in story:
        events += decider.decide(command, decider.fold(events))
    return events


def standing(events: Sequence[Event]) -> State:
    return decider.fold(events)


TO_READY: list[Command] = [file(), declare(), request(), complete_verification(), summarise()]
TO_PROPOSED: list[Command] = [*TO_READY, vote()]
TO_SUBMITTED: list[Command] = [*TO_PROPOSED, committee_vote(), submit()]
TO_SIGNATURE: list[Command] = [*TO_SUBMITTED, propose()]
TO_DECIDED: list[Command] = [*TO_SIGNATURE, sign()]
TO_PROBATION: list[Command] = [*TO_DECIDED, hold()]
TO_RECOGNITION: list[Command] = [*TO_PROBATION, recognition_vote()]
TO_OFFICIAL: list[Command] = [*TO_RECOGNITION, second_committee_vote(), recognise()]
SHORT = ballots(13, 4)
TO_INCONCLUSIVE: list[Command] = [
    *TO_PROBATION,
    *(
        recognition_vote(on=day, recognition=SHORT, strike_off=ballots(4, 13))
        for day in (date(2025, 7, 28), date(2025, 7, 30), date(2025, 8, 1))
    ),
]
