"""A candidacy: somebody is introduced, put on a cell's list of sympathisers, and helped until official or gone."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Literal
from uuid import UUID

from ketnap.common.decider import Claim, Decider, Hold, Rejected, Release
from ketnap.common.frozen import frozen
from ketnap.common.occurred import occurred
from ketnap.registry.place import MASS_ORGANISATION, Place, check_cell

type CloseReason = Literal[
    "not_taken_up", "moved", "own_request", "deceased", "membership_decided", "forgotten"
]

# Events


@frozen
class CandidateIntroduced:
    candidacy: UUID
    person: UUID
    unit: UUID
    introduced_by: UUID | None
    on: date
    by: UUID
    late_reason: str | None = None


@frozen
class SympathiserListed:
    candidacy: UUID
    person: UUID
    unit: UUID
    resolution: str
    helpers: Sequence[UUID]
    on: date
    by: UUID
    late_reason: str | None = None


@frozen
class HelperReplaced:
    candidacy: UUID
    person: UUID
    unit: UUID
    leaves: UUID
    comes: UUID
    on: date
    by: UUID
    late_reason: str | None = None


@frozen
class SympathiserDelisted:
    candidacy: UUID
    person: UUID
    unit: UUID
    resolution: str
    reason: str
    on: date
    by: UUID
    late_reason: str | None = None


@frozen
class CandidacyClosed:
    candidacy: UUID
    person: UUID
    unit: UUID
    reason: CloseReason
    on: date
    by: UUID | None
    late_reason: str | None = None


type Event = CandidateIntroduced | SympathiserListed | HelperReplaced | SympathiserDelisted | CandidacyClosed

NAMES: dict[str, type[Event]] = {
    "candidacy.introduced": CandidateIntroduced,
    "candidacy.listed": SympathiserListed,
    "candidacy.helper_replaced": HelperReplaced,
    "candidacy.delisted": SympathiserDelisted,
    "candidacy.closed": CandidacyClosed,
}

# Commands


@frozen
class IntroduceCandidate:
    candidacy: UUID
    person: UUID
    cell: Place
    introduced_by: Place | None
    on: date
    today: date
    by: UUID
    reason: str | None = None


@frozen
class ListSympathiser:
    """`officials`: which of the helpers are official members, as registry knew at `position`."""

    resolution: str
    helpers: Sequence[UUID]
    officials: frozenset[UUID]
    on: date
    today: date
    by: UUID
    reason: str | None = None


@frozen
class ReplaceHelper:
    leaves: UUID
    comes: UUID
    officials: frozenset[UUID]
    on: date
    today: date
    by: UUID
    reason: str | None = None


@frozen
class DelistSympathiser:
    resolution: str
    because: str
    on: date
    today: date
    by: UUID
    reason: str | None = None


@frozen
class CloseCandidacy:
    """`by` None: what was decided elsewhere ends it."""

    because: CloseReason
    on: date
    today: date
    by: UUID | None
    reason: str | None = None


type Command = IntroduceCandidate | ListSympathiser | ReplaceHelper | DelistSympathiser | CloseCandidacy

# State


@frozen
class Unknown:
    pass


@frozen
class Introduced:
    candidacy: UUID
    person: UUID
    unit: UUID
    since: date


@frozen
class Listed:
    candidacy: UUID
    person: UUID
    unit: UUID
    helpers: tuple[UUID, ...]
    since: date


@frozen
class Delisted:
    candidacy: UUID
    person: UUID
    unit: UUID
    since: date


@frozen
class Closed:
    unit: UUID


type State = Unknown | Introduced | Listed | Delisted | Closed

MOST_HELPERS = 2


class CandidacyUnknown(Rejected):
    """Chưa có lượt giới thiệu này.

    There is no such introduction.
    """

    status = 404


class CandidacyExists(Rejected):
    """Lượt giới thiệu này đã được ghi.

    This introduction was recorded already.
    """


class IntroducerUnfit(Rejected):
    """Tổ chức giới thiệu phải là tổ chức chính trị - xã hội đang hoạt động ngày {on}. Nếu do chi bộ giới thiệu thì để trống.

    The introducing body must be a mass organisation that exists on {on}. Leave it out when the cell introduces.
    """


class HelpersNeeded(Rejected):
    """Nghị quyết phải phân công 1 hoặc 2 đảng viên giúp đỡ, khác người được giúp.

    The resolution must name 1 or 2 helping members, other than the person helped.
    """


class HelperNotOfficial(Rejected):
    """Người giúp đỡ phải là đảng viên chính thức: {helper} chưa có trong danh sách đảng viên chính thức.

    A helper must be an official member: {helper} is not on a roll as such.
    """


class NotListed(Rejected):
    """Người này không ở trong danh sách cảm tình Đảng.

    This person is not on the list of sympathisers.
    """


class AlreadyListed(Rejected):
    """Người này đã ở trong danh sách cảm tình Đảng. Muốn đổi người giúp đỡ, hãy dùng mục thay người giúp đỡ.

    This person is on the list of sympathisers already. To change a helper, replace the helper.
    """


class StillListed(Rejected):
    """Người này đang ở trong danh sách cảm tình Đảng. Hãy đưa ra khỏi danh sách bằng nghị quyết trước.

    This person is on the list of sympathisers. Take the name off by a resolution first.
    """


class NotHelping(Rejected):
    """Đảng viên này hiện không được phân công giúp đỡ.

    This member is not helping at present.
    """


class CandidacyOver(Rejected):
    """Lượt giới thiệu này đã kết thúc. Hãy lập lượt mới.

    This candidacy is over. Introduce the person anew.
    """


def decide(command: Command, state: State) -> list[Event]:
    match command, state:
        case IntroduceCandidate(), Unknown():
            occurred(command.on, today=command.today, reason=command.reason)
            check_cell(command.cell, command.on)
            body = command.introduced_by
            if body is not None and not (body.kind == MASS_ORGANISATION and body.lives):
                raise IntroducerUnfit(on=command.on)
            return [
                CandidateIntroduced(
                    candidacy=command.candidacy,
                    person=command.person,
                    unit=command.cell.unit,
                    introduced_by=body.unit if body else None,
                    on=command.on,
                    by=command.by,
                    late_reason=command.reason,
                )
            ]
        case IntroduceCandidate(person=person), Introduced(person=known) if person == known:
            return []
        case IntroduceCandidate(), _:
            raise CandidacyExists
        case _, Unknown():
            raise CandidacyUnknown
        case CloseCandidacy(), Closed():
            return []
        case _, Closed():
            raise CandidacyOver
        case ListSympathiser(helpers=helpers), Listed(helpers=known) if tuple(helpers) == known:
            return []
        case ListSympathiser(), Listed():
            raise AlreadyListed
        case ListSympathiser(), Introduced() | Delisted():
            return [_list(command, state)]
        case ReplaceHelper(leaves=leaves), Listed(helpers=helpers) if leaves not in helpers:
            raise NotHelping
        case ReplaceHelper(leaves=leaves, comes=comes), Listed() if leaves == comes:
            return []
        case ReplaceHelper(leaves=leaves, comes=comes, on=on, by=by), Listed():
            occurred(on, today=command.today, reason=command.reason, after=state.since)
            others = tuple(helper for helper in state.helpers if helper != leaves)
            _check_helpers((*others, comes), command.officials | set(others), state.person)
            return [
                HelperReplaced(
                    candidacy=state.candidacy,
                    person=state.person,
                    unit=state.unit,
                    leaves=leaves,
                    comes=comes,
                    on=on,
                    by=by,
                    late_reason=command.reason,
                )
            ]
        case DelistSympathiser(), Delisted():
            return []
        case DelistSympathiser(on=on), Listed():
            occurred(on, today=command.today, reason=command.reason, after=state.since)
            return [
                SympathiserDelisted(
                    candidacy=state.candidacy,
                    person=state.person,
                    unit=state.unit,
                    resolution=command.resolution,
                    reason=command.because,
                    on=on,
                    by=command.by,
                    late_reason=command.reason,
                )
            ]
        case CloseCandidacy(by=UUID()), Listed():
            raise StillListed
        case CloseCandidacy(because=because, on=on, by=by), Introduced() | Listed() | Delisted():
            if by is not None:
                occurred(on, today=command.today, reason=command.reason, after=state.since)
            return [
                CandidacyClosed(
                    candidacy=state.candidacy,
                    person=state.person,
                    unit=state.unit,
                    reason=because,
                    on=on,
                    by=by,
                    late_reason=command.reason,
                )
            ]
        case _:
            raise NotListed


def _list(command: ListSympathiser, state: Introduced | Delisted) -> SympathiserListed:
    occurred(command.on, today=command.today, reason=command.reason, after=state.since)
    _check_helpers(command.helpers, command.officials, state.person)
    return SympathiserListed(
        candidacy=state.candidacy,
        person=state.person,
        unit=state.unit,
        resolution=command.resolution,
        helpers=list(command.helpers),
        on=command.on,
        by=command.by,
        late_reason=command.reason,
    )


def _check_helpers(helpers: Sequence[UUID], officials: frozenset[UUID], person: UUID) -> None:
    if not 1 <= len(set(helpers)) <= MOST_HELPERS or len(set(helpers)) != len(helpers) or person in helpers:
        raise HelpersNeeded
    for helper in helpers:
        if helper not in officials:
            raise HelperNotOfficial(helper=helper)


def evolve(state: State, event: Event) -> State:
    match event:
        case CandidateIntroduced(candidacy=candidacy, person=person, unit=unit, on=on):
            return Introduced(candidacy=candidacy, person=person, unit=unit, since=on)
        case SympathiserListed(candidacy=candidacy, person=person, unit=unit, helpers=helpers, on=on):
            return Listed(candidacy=candidacy, person=person, unit=unit, helpers=tuple(helpers), since=on)
        case HelperReplaced(leaves=leaves, comes=comes):
            if isinstance(state, Listed):
                return replace(state, helpers=tuple(comes if h == leaves else h for h in state.helpers))
            return state
        case SympathiserDelisted(candidacy=candidacy, person=person, unit=unit, on=on):
            return Delisted(candidacy=candidacy, person=person, unit=unit, since=on)
        case CandidacyClosed(unit=unit):
            return Closed(unit=unit)


def claims(event: Event) -> list[Claim]:
    """One open candidacy a person; who was taken off a list may be introduced elsewhere."""
    match event:
        case CandidateIntroduced(person=person) | SympathiserListed(person=person):
            return [Hold(kind="open-candidacy", value=str(person))]
        case SympathiserDelisted() | CandidacyClosed():
            return [Release(kind="open-candidacy")]
        case _:
            return []


decider: Decider[Command, State, Event] = Decider(
    initial=Unknown(), decide=decide, evolve=evolve, claims=claims
)
