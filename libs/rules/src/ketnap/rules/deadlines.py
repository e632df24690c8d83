"""Due dates and key dates as pure functions of what happened, the rule pack and the calendar; nothing is stored."""

from dataclasses import dataclass
from datetime import date

from ketnap.rules.basis import LegalBasis
from ketnap.rules.months import add_months
from ketnap.rules.rule_pack import Clock, RulePack
from ketnap.rules.workdays import Calendar


class ExtensionRefused(ValueError):
    """Chỉ được gia hạn một lần, trong số ngày quy định."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    rule: str  # attribute of the pack
    starts_on: date  # not counted itself
    due_on: date  # the last day in time
    basis: LegalBasis


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyDates:
    """Three dates that are never the same thing."""

    party_age_from: date  # tuổi đảng: the day written in the decision
    joined_on: date  # ngày vào Đảng: the ceremony
    official_on: date  # the end of probation, however late anybody met


def decision_due(
    cell_resolved_on: date, pack: RulePack, calendar: Calendar, *, extended_by: int = 0
) -> Deadline:
    """When the competent committee must have decided, with notice to the cell either way (24-QĐ/TW, 4.3.1).

    Raises ExtensionRefused for more working days than the one extension may have, CalendarMissing.
    """
    return _in_working_days(
        "decision", pack.decision, cell_resolved_on, pack, calendar, extended_by=extended_by
    )


def ceremony_due(
    *, issued_on: date, received_on: date | None, pack: RulePack, calendar: Calendar
) -> Deadline | None:
    """When the cell must have held the ceremony; later only with the direct superior's consent (24-QĐ/TW, 4.1).

    The pack says whether the clock runs from receipt or from issue; None while it has not started.
    Raises CalendarMissing.
    """
    starts_on = received_on if pack.ceremony.starts == "decision_received" else issued_on
    if starts_on is None:
        return None
    return _in_working_days("ceremony", pack.ceremony, starts_on, pack, calendar)


def probation_ends(ceremony_on: date, pack: RulePack) -> Deadline:
    """The last day of probation, also the official date (24-QĐ/TW, 4.2)."""
    return _in_months("probation_months", ceremony_on, pack.probation_months, pack)


def recognition_meeting_due(ceremony_on: date, pack: RulePack, calendar: Calendar) -> Deadline:
    """When the cell must have considered recognition, counted from the end of probation (24-QĐ/TW, 4.2).

    Raises CalendarMissing.
    """
    ended_on = probation_ends(ceremony_on, pack).due_on
    return _in_working_days("recognition_meeting", pack.recognition_meeting, ended_on, pack, calendar)


def recognition_decision_due(
    cell_resolved_on: date, pack: RulePack, calendar: Calendar, *, extended_by: int = 0
) -> Deadline:
    """When the competent committee must have decided on recognition (24-QĐ/TW, 4.3.1).

    Raises ExtensionRefused for more working days than the one extension may have, CalendarMissing.
    """
    return _in_working_days(
        "recognition_decision",
        pack.recognition_decision,
        cell_resolved_on,
        pack,
        calendar,
        extended_by=extended_by,
    )


def certificate_valid_until(issued_on: date, pack: RulePack) -> Deadline:
    """The last day on which the cell may vote on this certificate; a reissue keeps the first date of issue."""
    return _in_months("certificate_months", issued_on, pack.certificate_months, pack)


def papers_fresh_until(drawn_up_on: date, pack: RulePack) -> Deadline:
    """The last day on which the cell may consider the dossier without drawing up papers again."""
    return _in_months("papers", drawn_up_on, pack.papers.months, pack)


def readmission_from(left_on: date, pack: RulePack) -> Deadline:
    """The first day on which somebody who left may be considered again (24-QĐ/TW, 3.5)."""
    return _in_months("readmission", left_on, pack.readmission.months_after_leaving, pack)


def key_dates(*, decided_on: date, ceremony_on: date, pack: RulePack) -> KeyDates:
    return KeyDates(
        party_age_from=decided_on,
        joined_on=ceremony_on,
        official_on=probation_ends(ceremony_on, pack).due_on,
    )


def working_days_late(deadline: Deadline, done_on: date, calendar: Calendar) -> int:
    """Working days by which the deadline was passed; 0 in time. Raises CalendarMissing."""
    return max(0, calendar.count(deadline.due_on, done_on))


def _in_working_days(
    rule: str, clock: Clock, starts_on: date, pack: RulePack, calendar: Calendar, *, extended_by: int = 0
) -> Deadline:
    if not 0 <= extended_by <= clock.extension:
        raise ExtensionRefused(
            f"Chỉ được gia hạn một lần, tối đa {clock.extension} ngày làm việc ({pack.basis(rule)})."
        )
    return Deadline(
        rule=rule,
        starts_on=starts_on,
        due_on=calendar.add(starts_on, clock.working_days + extended_by),
        basis=pack.basis(rule),
    )


def _in_months(rule: str, starts_on: date, months: int, pack: RulePack) -> Deadline:
    return Deadline(
        rule=rule, starts_on=starts_on, due_on=add_months(starts_on, months), basis=pack.basis(rule)
    )
