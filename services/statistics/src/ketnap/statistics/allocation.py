"""An allocation: what a committee gives of a plan's number to the units below, in balance, issued by two people."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from uuid import UUID, uuid5

from ketnap.common.decider import Decider, Rejected
from ketnap.common.frozen import frozen


def allocation_id(plan: UUID, line: str, unit: UUID) -> UUID:
    """One allocation for each line of a plan at each unit that divides it."""
    return uuid5(plan, f"allocation {line} {unit}")


@frozen
class OverAllocation:
    """More is given than there is: by how much, and by whose decision."""

    amount: int
    reason: str


# Events


@frozen
class AllocationPrepared:
    plan: UUID
    line: str
    unit: UUID
    given: int
    shares: Mapping[UUID, int]
    reserve: int
    over: OverAllocation | None
    by: UUID


@frozen
class AllocationSubmitted:
    plan: UUID
    line: str
    unit: UUID
    by: UUID


@frozen
class AllocationIssued:
    """`shares` and `was`: the quota of each unit from now on, and before (absolute); so with reserve and excess."""

    plan: UUID
    line: str
    unit: UUID
    given: int
    shares: Mapping[UUID, int]
    was: Mapping[UUID, int]
    reserve: int
    reserve_was: int
    over: OverAllocation | None
    over_was: int
    decision: str
    reason: str | None
    on: date
    by: UUID


type Event = AllocationPrepared | AllocationSubmitted | AllocationIssued

NAMES: dict[str, type[Event]] = {
    "allocation.prepared": AllocationPrepared,
    "allocation.submitted": AllocationSubmitted,
    "allocation.issued": AllocationIssued,
}

# Commands


@frozen
class PrepareAllocation:
    """`given`: the number to divide, as statistics knows it; `children`: the units directly below on the day."""

    plan: UUID
    line: str
    unit: UUID
    given: int | None
    shares: Mapping[UUID, int]
    children: frozenset[UUID]
    reserve: int
    over: OverAllocation | None
    by: UUID


@frozen
class SubmitAllocation:
    by: UUID


@frozen
class IssueAllocation:
    """What is known on the day of issue.

    `given`: the number to divide. `reached`: by each unit already, a quota below it needs a reason. `inherited`: what
    predecessors of the giver have given; its own first decision replaces that.
    """

    decision: str
    on: date
    today: date
    given: int | None
    reached: Mapping[UUID, int]
    inherited: Mapping[UUID, int]
    reason: str | None
    by: UUID


type Command = PrepareAllocation | SubmitAllocation | IssueAllocation

# State


@frozen
class Prepared:
    plan: UUID
    line: str
    unit: UUID
    given: int
    shares: Mapping[UUID, int]
    reserve: int
    over: OverAllocation | None
    submitted_by: UUID | None


@frozen
class State:
    """`issued`, `reserve` and `over` hold since the last decision; `prepared` waits for the next."""

    issued: Mapping[UUID, int]
    reserve: int = 0
    over: int = 0
    decided_on: date | None = None
    unit: UUID | None = None
    prepared: Prepared | None = None


class NotAllocable(Rejected):
    """Dòng “{line}” không có số tuyệt đối để phân bổ cho đơn vị này.

    The line “{line}” gives this unit no absolute number to divide.
    """


class NotBelow(Rejected):
    """Chỉ phân bổ cho đơn vị trực thuộc trực tiếp. {count} đơn vị không thuộc diện này.

    Only units directly below are given a share. {count} of those named are not.
    """


class OutOfBalance(Rejected):
    """Chưa thể ban hành: được giao {given}, đã phân bổ {allotted}, dự phòng {reserve}, lệch {difference}. Hãy sửa hoặc xin phê duyệt vượt.

    Not issued: given {given}, divided {allotted}, reserve {reserve}, off by {difference}. Correct it or have the excess approved.
    """


class NothingPrepared(Rejected):
    """Chưa có bản phân bổ nào được lập. Hãy lập trước.

    No allocation was prepared. Prepare one first.
    """


class NotSubmitted(Rejected):
    """Bản phân bổ chưa được trình. Hãy trình trước, người khác sẽ ban hành.

    The allocation was not submitted. Submit it first; another person issues it.
    """


class SecondPersonNeeded(Rejected):
    """Người trình không được tự ban hành. Hãy để người thứ hai ký.

    Who submitted may not issue. A second person signs.
    """


class BelowReached(Rejected):
    """{count} đơn vị được giao ít hơn số đã đạt. Hãy nêu lý do.

    {count} units would get less than they have reached already. Give the reason.
    """


class GivenChanged(Rejected):
    """Số được giao đã đổi từ {prepared} thành {given} sau khi lập bản phân bổ. Hãy lập lại cho khớp.

    The number given has changed from {prepared} to {given} since this was prepared. Prepare it anew.
    """


class NotYetDecided(Rejected):
    """Ngày quyết định {on} chưa đến. Hãy ghi sau khi quyết định đã ký.

    The decision's day {on} has not come yet. Record it after it was signed.
    """


class DecidedLater(Rejected):
    """Đã có quyết định ngày {decided_on}, quyết định sau không thể có ngày {on} trước đó. Hãy kiểm tra lại ngày.

    There is a decision of {decided_on}; a later one cannot be of {on}, before that. Check the date.
    """


def decide(command: Command, state: State) -> list[Event]:
    match command, state.prepared:
        case PrepareAllocation(given=None, line=line), _:
            raise NotAllocable(line=line)
        case PrepareAllocation(given=int() as given), prepared:
            strangers = set(command.shares) - command.children - set(state.issued)
            if strangers:
                raise NotBelow(count=len(strangers))
            new = AllocationPrepared(
                plan=command.plan,
                line=command.line,
                unit=command.unit,
                given=given,
                shares=dict(command.shares),
                reserve=command.reserve,
                over=command.over,
                by=command.by,
            )
            if prepared is not None and _same(prepared, new):
                return []
            return [new]
        case _, None:
            raise NothingPrepared
        case SubmitAllocation(by=by), Prepared(submitted_by=already) if by == already:
            return []
        case SubmitAllocation(by=by), Prepared() as prepared:
            _check_balance(prepared)
            return [AllocationSubmitted(plan=prepared.plan, line=prepared.line, unit=prepared.unit, by=by)]
        case IssueAllocation(), Prepared(submitted_by=None):
            raise NotSubmitted
        case IssueAllocation(by=by), Prepared(submitted_by=submitter) if by == submitter:
            raise SecondPersonNeeded
        case IssueAllocation(on=on, today=today), _ if on > today:
            raise NotYetDecided(on=on)
        case IssueAllocation(on=on), _ if state.decided_on is not None and on < state.decided_on:
            raise DecidedLater(on=on, decided_on=state.decided_on)
        case IssueAllocation(given=given), Prepared(given=known) if given != known:
            raise GivenChanged(given=given, prepared=known)
        case IssueAllocation(reason=reason, reached=reached), Prepared() as prepared:
            shares = {**dict.fromkeys(_held(command, state), 0), **prepared.shares}
            below = [unit for unit, share in shares.items() if share < reached.get(unit, 0)]
            if below and not reason:
                raise BelowReached(count=len(below))
            return [_issue(command, prepared, state, shares)]
        case _:
            raise NothingPrepared


def _same(prepared: Prepared, new: AllocationPrepared) -> bool:
    return (prepared.given, dict(prepared.shares), prepared.reserve, prepared.over) == (
        new.given,
        dict(new.shares),
        new.reserve,
        new.over,
    )


def _check_balance(prepared: Prepared) -> None:
    allotted = sum(prepared.shares.values())
    difference = allotted + prepared.reserve - prepared.given
    if difference != (prepared.over.amount if prepared.over else 0):
        raise OutOfBalance(
            given=prepared.given, allotted=allotted, reserve=prepared.reserve, difference=difference
        )


def _held(command: IssueAllocation, state: State) -> Mapping[UUID, int]:
    """Who has a share now; who is not named any more has none from now on."""
    return state.issued or command.inherited


def _issue(
    command: IssueAllocation, prepared: Prepared, state: State, shares: Mapping[UUID, int]
) -> AllocationIssued:
    held = _held(command, state)
    return AllocationIssued(
        plan=prepared.plan,
        line=prepared.line,
        unit=prepared.unit,
        given=prepared.given,
        shares=shares,
        was={unit: held.get(unit, 0) for unit in shares},
        reserve=prepared.reserve,
        reserve_was=state.reserve,
        over=prepared.over,
        over_was=state.over,
        decision=command.decision,
        reason=command.reason,
        on=command.on,
        by=command.by,
    )


def evolve(state: State, event: Event) -> State:
    match event:
        case AllocationPrepared():
            prepared = Prepared(
                plan=event.plan,
                line=event.line,
                unit=event.unit,
                given=event.given,
                shares=event.shares,
                reserve=event.reserve,
                over=event.over,
                submitted_by=None,
            )
            return replace(state, unit=event.unit, prepared=prepared)
        case AllocationSubmitted(by=by):
            if state.prepared is None:
                return state
            return replace(state, prepared=replace(state.prepared, submitted_by=by))
        case AllocationIssued(shares=shares, reserve=reserve, over=over, on=on):
            amount = over.amount if over else 0
            return replace(state, issued=shares, reserve=reserve, over=amount, decided_on=on, prepared=None)


decider: Decider[Command, State, Event] = Decider(initial=State(issued={}), decide=decide, evolve=evolve)
