"""Rules of the committees above: which one is competent, how it decides, and whose hand may sign."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from ketnap.admission.events import Act
from ketnap.admission.rejections import (
    ClerkMayNotSign,
    GrassVoteNeeded,
    NotAbove,
    SecondPersonNeeded,
    TooFewInFavour,
    YesExceedsMembers,
)
from ketnap.rules.rule_pack import RulePack
from ketnap.rules.votes import needed, passes


def level_of(committee: UUID, above: Sequence[UUID], on: date) -> int:
    """How far above the cell: 0 is directly."""
    if committee not in above:
        raise NotAbove(on=on)
    return above.index(committee)


def check_competent(competent: UUID, voter: UUID | None, above: Sequence[UUID], on: date) -> None:
    """Above the grassroots committee that voted; without its vote only the one directly above the cell."""
    level = level_of(competent, above, on)
    if voter is None and level > 0:
        raise GrassVoteNeeded
    if voter in above[level:]:
        raise NotAbove(on=on)


def check_majority(yes: int, members: int, pack: RulePack) -> None:
    """More than half of all members of the standing committee."""
    if members < 1 or not 0 <= yes <= members:
        raise YesExceedsMembers(yes=yes, members=members)
    if not passes(yes, members, pack.standing_committee_vote):
        raise TooFewInFavour(yes=yes, members=members, needed=needed(members, pack.standing_committee_vote))


def second_person(act: Act, clerks: frozenset[UUID], preparers: frozenset[UUID], pack: RulePack) -> list[str]:
    """None who prepared the decision; of those who entered a vote the pack says whether it blocks or warns."""
    if act.by in preparers:
        raise SecondPersonNeeded
    if act.by not in clerks:
        return []
    if pack.vote_clerk_decides == "block":
        raise ClerkMayNotSign
    return ["vote_clerk_decides"]
