"""Rules of the votes: who may be voted on, who counts, how many must agree, of the cell and of the committee above."""

from ketnap.admission.checks import check_day, heed
from ketnap.admission.commands import VoteInCell, VoteInCommittee, VoteOnRecognition, VoteOnStrikeOff
from ketnap.admission.committees import level_of
from ketnap.admission.events import (
    CellRecognitionVoted,
    CellStrikeOffVoted,
    CellVoted,
    Count,
    GrassVoted,
    Introducer,
    Introduction,
    Matter,
    Outcome,
    Roll,
    RollBasis,
    VoteBasis,
)
from ketnap.admission.papers import valid
from ketnap.admission.rejections import (
    IdentityUnknown,
    IntroducerNotHelper,
    IntroducerTwice,
    NewMemberCertificateMissing,
    PersonForgotten,
    ProbationNotOver,
    RollUnknown,
    StrikeOffCountUnneeded,
    TogetherLater,
)
from ketnap.admission.stages import CellProposed, Probationary, Ready, RecognitionProposed, StrikeOffProposed
from ketnap.common.frozen import Forgotten
from ketnap.common.occurred import occurred
from ketnap.rules import eligibility
from ketnap.rules.rule_pack import Education, RulePack
from ketnap.rules.votes import (
    Ballot,
    Tally,
    Threshold,
    contradictions,
    denominator,
    tally,
)
from ketnap.rules.votes import Count as Ballots


def vote_in_cell(command: VoteInCell, state: Ready) -> CellVoted:
    """On admission, each person by themselves: two thirds of all official members, present or not."""
    check_day(command.act, command.today, state)
    on = command.act.on
    pack = command.rules.on(on)
    roll = large_enough(command.roll, pack)
    certificate = valid(command.certificate, on, pack)
    introduction = introduced(command)
    check_person(command, state, introduction, pack)
    ballot = _ballot(roll, command.exempt_absent)
    result, warnings = counted(command.count, ballot, pack.cell_vote, pack)
    return CellVoted(
        dossier=state.dossier,
        act=command.act,
        resolution=command.resolution,
        secret=command.secret,
        count=command.count,
        exempt_absent=command.exempt_absent,
        denominator=result.of,
        needed=result.needed,
        passed=result.passed,
        introduction=introduction,
        over_age_consent=command.over_age_consent,
        warnings=warnings,
        basis=VoteBasis(position=command.position, roll=roll, certificate=certificate),
        pack=pack.name,
    )


def vote_in_committee(
    command: VoteInCommittee, state: CellProposed | RecognitionProposed | StrikeOffProposed, matter: Matter
) -> GrassVoted:
    """Two thirds of all members of the committee, present or not."""
    check_day(command.act, command.today, state)
    level_of(command.committee, command.above, command.act.on)
    pack = command.rules.on(command.act.on)
    result, warnings = counted(command.count, Ballot(official=command.members), pack.grassroots_vote, pack)
    return GrassVoted(
        dossier=state.dossier,
        act=command.act,
        matter=matter,
        committee=command.committee,
        resolution=command.resolution,
        members=command.members,
        count=command.count,
        needed=result.needed,
        passed=result.passed,
        warnings=warnings,
        pack=pack.name,
    )


def vote_on_recognition(command: VoteOnRecognition, state: Probationary) -> CellRecognitionVoted:
    """Only when probation is over. Neither way two thirds: again, as often as the pack says, then those above decide."""
    check_day(command.act, command.today, state)
    on = command.act.on
    if on <= state.probation.ends_on:
        raise ProbationNotOver(on=on, ends_on=state.probation.ends_on)
    pack = command.rules.on(on)
    roll = large_enough(command.roll, pack)
    if command.certificate is None or command.certificate.issued_on > on:
        raise NewMemberCertificateMissing(on=on)
    ballot = _ballot(roll, command.exempt_absent)
    result, warnings = counted(command.recognition, ballot, pack.cell_vote, pack)
    attempt = state.probation.attempts + 1
    return CellRecognitionVoted(
        dossier=state.dossier,
        act=command.act,
        resolution=command.resolution,
        secret=command.secret,
        attempt=attempt,
        recognition=command.recognition,
        strike_off=command.strike_off,
        exempt_absent=command.exempt_absent,
        denominator=result.of,
        needed=result.needed,
        outcome=_outcome(result, command.strike_off, ballot, attempt, pack),
        warnings=warnings,
        basis=VoteBasis(position=command.position, roll=roll, certificate=command.certificate),
        pack=pack.name,
    )


def vote_on_strike_off(command: VoteOnStrikeOff, state: Probationary) -> CellStrikeOffVoted:
    """Who is not worthy any more may be voted on at any time of probation."""
    check_day(command.act, command.today, state)
    pack = command.rules.on(command.act.on)
    roll = large_enough(command.roll, pack)
    result, warnings = counted(command.count, _ballot(roll, command.exempt_absent), pack.cell_vote, pack)
    return CellStrikeOffVoted(
        dossier=state.dossier,
        act=command.act,
        resolution=command.resolution,
        secret=command.secret,
        count=command.count,
        exempt_absent=command.exempt_absent,
        denominator=result.of,
        needed=result.needed,
        passed=result.passed,
        warnings=warnings,
        basis=RollBasis(position=command.position, roll=roll),
        pack=pack.name,
    )


# Who may be voted on


def introduced(command: VoteInCell) -> Introduction:
    """By members assigned to help, each named once; registry saw to it that they are official."""
    named = [introducer.helper for introducer in command.introducers]
    if len(set(named)) != len(named):
        raise IntroducerTwice
    for introducer in command.introducers:
        if introducer.helper not in command.helpers:
            raise IntroducerNotHelper(helper=introducer.helper)
        if introducer.together_since > command.act.on:
            raise TogetherLater(since=introducer.together_since, on=command.act.on)
    return Introduction(
        beside=command.beside,
        committee_resolution=command.committee_resolution,
        introducers=[
            Introducer(
                helper=introducer.helper,
                together_since=introducer.together_since,
                successor=command.helpers[introducer.helper],
            )
            for introducer in command.introducers
        ],
    )


def check_person(command: VoteInCell, state: Ready, introduction: Introduction, pack: RulePack) -> None:
    """Age, education, freshness of the papers and introduction, on the day of the meeting."""
    on, biography = command.act.on, state.papers.biography
    if isinstance(biography, Forgotten):
        raise PersonForgotten
    if command.born is None:
        raise IdentityUnknown
    if command.over_age_consent is not None:
        occurred(command.over_age_consent.on, today=command.today, reason=command.over_age_consent.instrument)
    schooling = eligibility.Schooling(
        completed=Education[biography.education.upper()],
        difficult_area=biography.difficult_area or "",
        reputable=biography.reputable,
    )
    by = eligibility.Introduction(
        beside=introduction.beside,
        committee_resolved=introduction.committee_resolution is not None,
        introducers=tuple(
            eligibility.Introducer(official=True, together_since=one.together_since, successor=one.successor)
            for one in introduction.introducers
        ),
    )
    heed(
        (
            *eligibility.check_age(command.born, on, pack, consented=command.over_age_consent is not None),
            *eligibility.check_education(schooling, pack),
            *eligibility.check_papers(state.papers.drawn_up_on, on, pack, biography_changed=False),
            *eligibility.check_introduction(by, on, pack),
        ),
        on=on,
        drawn_up_on=state.papers.drawn_up_on,
    )


# Who counts, and how many must agree


def large_enough(roll: Roll | None, pack: RulePack) -> Roll:
    """A cell that may meet on this at all."""
    if roll is None:
        raise RollUnknown
    heed(eligibility.check_cell_size(roll.official, pack), official=roll.official)
    return roll


def counted(count: Count, ballot: Ballot, threshold: Threshold, pack: RulePack) -> tuple[Tally, list[str]]:
    """The result, and what in the figures is worth a warning."""
    rule = pack.cell_denominator
    given = Ballots(
        present=count.present, yes=count.yes, no=count.no, abstained=count.abstained, invalid=count.invalid
    )
    warnings = heed(
        contradictions(ballot, given, threshold, rule),
        present=given.present,
        ballots=given.ballots,
        denominator=denominator(ballot, rule),
    )
    return tally(ballot, given, threshold, rule), warnings


def _ballot(roll: Roll, exempt_absent: int) -> Ballot:
    return Ballot(official=roll.official, probationary=roll.probationary, exempt_absent=exempt_absent)


def _outcome(
    recognition: Tally, strike_off: Count | None, ballot: Ballot, attempt: int, pack: RulePack
) -> Outcome:
    if recognition.passed:
        if strike_off is not None:
            raise StrikeOffCountUnneeded
        return "recognises"
    if strike_off is not None and counted(strike_off, ballot, pack.cell_vote, pack)[0].passed:
        return "strikes_off"
    return "inconclusive" if attempt >= pack.inconclusive_votes else "short"
