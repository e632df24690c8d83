"""Rules of the decisions: submitted, returned, signed or refused, extended, recognised, struck off, annulled."""

from datetime import date

from ketnap.admission.ceremony import due_on
from ketnap.admission.checks import check_day
from ketnap.admission.commands import (
    AnnulAdmission,
    CompleteDossier,
    ExtendDecision,
    ProposeAdmission,
    RecogniseMember,
    RefuseAdmission,
    ReturnDossier,
    SignAdmission,
    StrikeOff,
    SubmitDossier,
)
from ketnap.admission.committees import check_competent, check_majority, level_of, second_person
from ketnap.admission.events import (
    AdmissionAnnulled,
    AdmissionDecided,
    AdmissionProposed,
    AdmissionRefused,
    DecisionExtended,
    DossierCompleted,
    DossierReturned,
    DossierSubmitted,
    Matter,
    Recognised,
    StruckOff,
)
from ketnap.admission.rejections import (
    AlreadyExtended,
    ExtensionTooLong,
    IdentityUnknown,
    ReceivedWrongly,
    SecondPersonNeeded,
)
from ketnap.admission.stages import (
    Admission,
    AwaitingSignature,
    CellProposed,
    Decided,
    GrassProposed,
    Inconclusive,
    Official,
    Probationary,
    RecognitionProposed,
    Returned,
    StrikeOffProposed,
    Submitted,
)
from ketnap.common.occurred import occurred
from ketnap.rules.deadlines import key_dates
from ketnap.rules.eligibility import check_consent
from ketnap.rules.rule_pack import RulePack


def submit(command: SubmitDossier, state: CellProposed | GrassProposed) -> DossierSubmitted:
    check_day(command.act, command.today, state)
    voter = state.committee if isinstance(state, GrassProposed) else None
    check_competent(command.competent, voter, command.above, command.act.on)
    return DossierSubmitted(dossier=state.dossier, act=command.act, competent=command.competent)


def send_back(command: ReturnDossier, state: Submitted) -> DossierReturned:
    check_day(command.act, command.today, state)
    return DossierReturned(
        dossier=state.dossier, act=command.act, person=state.dossier.person, remarks=command.remarks
    )


def complete(command: CompleteDossier, state: Returned) -> DossierCompleted:
    check_day(command.act, command.today, state)
    return DossierCompleted(dossier=state.dossier, act=command.act)


def propose(command: ProposeAdmission, state: Submitted) -> AdmissionProposed:
    check_day(command.act, command.today, state)
    return AdmissionProposed(
        dossier=state.dossier, act=command.act, competent=command.competent, proposal=command.proposal
    )


def sign(command: SignAdmission, state: AwaitingSignature) -> AdmissionDecided:
    """More than half of the standing committee, signed by none of those who prepared it."""
    check_day(command.act, command.today, state)
    on, received_on = command.act.on, command.received_on
    if not on <= received_on <= command.today:
        raise ReceivedWrongly(on=on, received_on=received_on)
    if command.born is None:
        raise IdentityUnknown
    pack, proposal = command.rules.on(on), state.proposal
    warnings = second_person(command.act, proposal.clerks, proposal.preparers, pack)
    check_majority(command.yes, command.members, pack)
    irregular = check_consent(command.born, proposal.met_on, proposal.over_age_consent_on, on, pack)
    return AdmissionDecided(
        dossier=state.dossier,
        act=command.act,
        decided_by=command.competent,
        decision=command.decision,
        received_on=received_on,
        members=command.members,
        yes=command.yes,
        ceremony_due=due_on(on, received_on, pack, command.rules.calendar),
        irregularities=[finding.code for finding in irregular],
        warnings=warnings,
        position=command.position,
        pack=pack.name,
    )


def refuse(command: RefuseAdmission, state: Submitted | AwaitingSignature) -> AdmissionRefused:
    check_day(command.act, command.today, state)
    pack = command.rules.on(command.act.on)
    warnings = second_person(command.act, state.proposal.clerks, state.proposal.preparers, pack)
    return AdmissionRefused(
        dossier=state.dossier,
        act=command.act,
        person=state.dossier.person,
        decided_by=command.competent,
        decision=command.decision,
        warnings=warnings,
        pack=pack.name,
        grounds=command.grounds,
    )


def extend(
    command: ExtendDecision,
    state: Submitted | Returned | AwaitingSignature | RecognitionProposed | Inconclusive,
    matter: Matter,
    *,
    already: bool,
) -> DecisionExtended:
    """Once, by so many working days at most."""
    check_day(command.act, command.today, state)
    level_of(command.committee, command.above, command.act.on)
    pack = command.rules.on(command.act.on)
    clock = pack.decision if matter == "admission" else pack.recognition_decision
    if already:
        raise AlreadyExtended
    if not 1 <= command.working_days <= clock.extension:
        raise ExtensionTooLong(working_days=command.working_days, most=clock.extension)
    return DecisionExtended(
        dossier=state.dossier,
        act=command.act,
        matter=matter,
        committee=command.committee,
        working_days=command.working_days,
        instrument=command.instrument,
        pack=pack.name,
    )


def recognise(command: RecogniseMember, state: RecognitionProposed | Inconclusive) -> Recognised:
    """Official from the exact end of probation, however late everybody was."""
    pack, warnings = _decided_above(command, state)
    probation = state.probation
    dates = key_dates(decided_on=probation.admission.decided_on, ceremony_on=probation.ceremony_on, pack=pack)
    return Recognised(
        dossier=state.dossier,
        act=command.act,
        decided_by=command.decided_by,
        decision=command.decision,
        members=command.members,
        yes=command.yes,
        official_from=probation.ends_on,
        party_age_from=dates.party_age_from,
        joined_on=dates.joined_on,
        warnings=warnings,
        pack=pack.name,
    )


def strike_off(command: StrikeOff, state: StrikeOffProposed | Inconclusive) -> StruckOff:
    pack, warnings = _decided_above(command, state)
    return StruckOff(
        dossier=state.dossier,
        act=command.act,
        decided_by=command.decided_by,
        decision=command.decision,
        members=command.members,
        yes=command.yes,
        warnings=warnings,
        pack=pack.name,
    )


def _decided_above(
    command: RecogniseMember | StrikeOff, state: RecognitionProposed | StrikeOffProposed | Inconclusive
) -> tuple[RulePack, list[str]]:
    """As admission is decided; what the cell could not settle goes up without the grassroots committee's vote."""
    check_day(command.act, command.today, state)
    on = command.act.on
    if isinstance(state, Inconclusive):
        level_of(command.decided_by, command.above, on)
    else:
        check_competent(command.decided_by, state.committee, command.above, on)
    pack = command.rules.on(on)
    warnings = second_person(command.act, state.probation.clerks, frozenset(), pack)
    check_majority(command.yes, command.members, pack)
    return pack, warnings


def annul(
    command: AnnulAdmission,
    state: Decided | Probationary | RecognitionProposed | StrikeOffProposed | Inconclusive | Official,
    admission: Admission,
    ceremony_on: date | None,
) -> AdmissionAnnulled:
    """Cancelled by a committee above, by another hand than the one that signed."""
    act = command.act
    occurred(act.on, today=command.today, reason=act.late_reason, after=admission.decided_on)
    level_of(command.annulled_by, command.above, act.on)
    if act.by == admission.signed_by:
        raise SecondPersonNeeded
    return AdmissionAnnulled(
        dossier=state.dossier,
        act=act,
        annulled_by=command.annulled_by,
        decision=command.decision,
        ceremony_on=ceremony_on,
        reason=command.reason,
    )
