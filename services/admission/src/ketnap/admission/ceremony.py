"""Rules of the ceremony: in time or with consent, never before the decision; corrected by a new event."""

from datetime import date

from ketnap.admission.checks import check_day, in_working_days
from ketnap.admission.commands import ConsentToLateCeremony, CorrectCeremony, HoldCeremony
from ketnap.admission.committees import level_of
from ketnap.admission.events import CeremonyCorrected, CeremonyHeld, LateCeremonyConsented
from ketnap.admission.rejections import CeremonyLate, RecognitionBegun
from ketnap.admission.rulebook import Rulebook
from ketnap.admission.stages import Admission, Decided, Probationary
from ketnap.common.occurred import occurred
from ketnap.rules.deadlines import ceremony_due, probation_ends
from ketnap.rules.rule_pack import RulePack
from ketnap.rules.workdays import Calendar


def consent_to_late(command: ConsentToLateCeremony, state: Decided) -> LateCeremonyConsented:
    check_day(command.act, command.today, state)
    level_of(command.committee, command.above, command.act.on)
    return LateCeremonyConsented(
        dossier=state.dossier,
        act=command.act,
        committee=command.committee,
        instrument=command.instrument,
    )


def hold(command: HoldCeremony, state: Decided) -> CeremonyHeld:
    """Probation runs from this day."""
    check_day(command.act, command.today, state)
    on = command.act.on
    check_in_time(on, state.admission, command.rules)
    pack = command.rules.on(on)
    return CeremonyHeld(
        dossier=state.dossier,
        act=command.act,
        decided_on=state.admission.decided_on,
        probation_ends=probation_ends(on, pack).due_on,
        pack=pack.name,
    )


def correct(command: CorrectCeremony, state: Probationary) -> CeremonyCorrected:
    """The right day must pass the same rules; too late once the cell has voted by the wrong one."""
    occurred(command.act.on, today=command.today, reason=command.act.late_reason)
    admission, held_on = state.probation.admission, command.held_on
    if state.probation.attempts:
        raise RecognitionBegun
    occurred(held_on, today=command.today, reason=command.reason, after=admission.decided_on)
    check_in_time(held_on, admission, command.rules)
    pack = command.rules.on(held_on)
    return CeremonyCorrected(
        dossier=state.dossier,
        act=command.act,
        was=state.probation.ceremony_on,
        held_on=held_on,
        probation_ends=probation_ends(held_on, pack).due_on,
        reason=command.reason,
        pack=pack.name,
    )


def check_in_time(on: date, admission: Admission, rules: Rulebook) -> None:
    """By the pack of the decision; later only when the committee above had consented by then."""
    due = due_on(admission.decided_on, admission.received_on, rules.named(admission.pack), rules.calendar)
    if on > due and not (admission.late_consent_on and admission.late_consent_on <= on):
        raise CeremonyLate(on=on, due_on=due)


def due_on(decided_on: date, received_on: date, pack: RulePack, calendar: Calendar) -> date:
    """The last day for the ceremony."""
    due = in_working_days(
        lambda: ceremony_due(issued_on=decided_on, received_on=received_on, pack=pack, calendar=calendar)
    )
    assert due is not None  # noqa: S101 - only without the day of receipt the clock may not have started
    return due.due_on
