"""The member roll of a cell: an opening balance, then everybody who comes, becomes official, or leaves."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Literal
from uuid import UUID

from ketnap.common.decider import Claim, Decider, Hold, Rejected, Release
from ketnap.common.frozen import frozen
from ketnap.common.occurred import occurred
from ketnap.registry.place import Place, check_cell

type Status = Literal["official", "probationary"]


@frozen
class Member:
    """A member known by id; the balance may count others who are not (yet) in the system."""

    person: UUID
    status: Status
    since: date


# Events


@frozen
class RollOpened:
    unit: UUID
    official: int
    probationary: int
    named: Sequence[Member]
    on: date
    by: UUID


@frozen
class MemberAdmitted:
    """`official` and `probationary` here and below: the numbers after it."""

    unit: UUID
    person: UUID
    dossier: UUID
    on: date
    official: int
    probationary: int


@frozen
class AdmissionDateCorrected:
    unit: UUID
    person: UUID
    on: date


@frozen
class MemberRecognised:
    unit: UUID
    person: UUID
    official_from: date
    official: int
    probationary: int


@frozen
class MemberLeft:
    unit: UUID
    person: UUID | None
    status: Status
    cause: str
    on: date
    by: UUID | None
    official: int
    probationary: int


type Event = RollOpened | MemberAdmitted | AdmissionDateCorrected | MemberRecognised | MemberLeft

NAMES: dict[str, type[Event]] = {
    "roll.opened": RollOpened,
    "roll.member_admitted": MemberAdmitted,
    "roll.admission_date_corrected": AdmissionDateCorrected,
    "roll.member_recognised": MemberRecognised,
    "roll.member_left": MemberLeft,
}

# Commands


@frozen
class OpenRoll:
    cell: Place
    official: int
    probationary: int
    named: Sequence[Member]
    on: date
    today: date
    by: UUID


@frozen
class AdmitMember:
    unit: UUID
    person: UUID
    dossier: UUID
    on: date


@frozen
class CorrectAdmissionDate:
    person: UUID
    on: date


@frozen
class RecogniseMember:
    person: UUID
    official_from: date


@frozen
class RemoveMember:
    """`person` None: a member counted in the balance but not known by id; of somebody known the roll knows the status."""

    person: UUID | None
    status: Status
    cause: str
    on: date
    today: date
    by: UUID | None


type Command = OpenRoll | AdmitMember | CorrectAdmissionDate | RecogniseMember | RemoveMember

# State


@frozen
class NotOpened:
    pass


@frozen
class Opened:
    unit: UUID
    opened_on: date
    official: int
    probationary: int
    members: Mapping[UUID, Member]
    gone: frozenset[UUID] = frozenset()


type State = NotOpened | Opened


class RollNotOpened(Rejected):
    """Chi bộ này chưa lập danh sách đảng viên ban đầu. Hãy mở danh sách trước.

    The roll of this cell has not been opened. Open it with its balance first.
    """


class RollAlreadyOpened(Rejected):
    """Danh sách đảng viên của chi bộ này đã mở với số liệu khác.

    The roll of this cell was opened already, with other numbers.
    """


class BalanceWrong(Rejected):
    """Số đảng viên không khớp: {official} chính thức, {probationary} dự bị, nhưng danh sách có tên lại nhiều hơn.

    The numbers do not fit: {official} official and {probationary} probationary, but more are named.
    """

    status = 422


class NamedTwice(Rejected):
    """Có người được ghi tên hai lần trong danh sách. Hãy bỏ dòng thừa.

    Somebody is named twice on the roll. Remove the extra line.
    """

    status = 422


class BeforeOpening(Rejected):
    """Ngày {on} trước ngày mở danh sách {opened_on}: người này đã nằm trong số liệu ban đầu. Hãy kiểm tra lại ngày.

    The day {on} lies before the roll was opened on {opened_on}: the balance counts this already. Check the date.
    """


class NotOnRoll(Rejected):
    """Người này không có trong danh sách đảng viên của chi bộ.

    This person is not on the roll of the cell.
    """


class NobodyLeft(Rejected):
    """Danh sách không còn đảng viên {status} nào chưa ghi tên.

    Nobody unnamed is left on the roll with status {status}.
    """


def decide(command: Command, state: State) -> list[Event]:
    match command, state:
        case OpenRoll(), NotOpened():
            occurred(command.on, today=command.today, reason="opening balance")
            check_cell(command.cell, command.on)
            if len({member.person for member in command.named}) < len(command.named):
                raise NamedTwice
            for status, count in (("official", command.official), ("probationary", command.probationary)):
                if count < sum(member.status == status for member in command.named):
                    raise BalanceWrong(official=command.official, probationary=command.probationary)
            return [
                RollOpened(
                    unit=command.cell.unit,
                    official=command.official,
                    probationary=command.probationary,
                    named=list(command.named),
                    on=command.on,
                    by=command.by,
                )
            ]
        case OpenRoll(), Opened():
            if (command.official, command.probationary, command.on) == (
                state.official,
                state.probationary,
                state.opened_on,
            ):
                return []
            raise RollAlreadyOpened
        case _, NotOpened():
            raise RollNotOpened
        case AdmitMember(person=person), Opened(members=members) if person in members:
            return []
        case ((AdmitMember(on=on) | RemoveMember(on=on)), Opened(opened_on=opened_on)) if on < opened_on:
            raise BeforeOpening(on=on, opened_on=opened_on)
        case AdmitMember(unit=unit, person=person, dossier=dossier, on=on), Opened():
            return [
                MemberAdmitted(
                    unit=unit,
                    person=person,
                    dossier=dossier,
                    on=on,
                    official=state.official,
                    probationary=state.probationary + 1,
                )
            ]
        case RemoveMember(person=UUID() as person), Opened(gone=gone) if person in gone:
            return []
        case (
            (CorrectAdmissionDate(person=UUID() as person) | RecogniseMember(person=UUID() as person)
             | RemoveMember(person=UUID() as person)),
            Opened(members=members),
        ) if person not in members:  # fmt: skip
            raise NotOnRoll
        case CorrectAdmissionDate(person=person, on=on), Opened(unit=unit, members=members):
            if members[person].since == on:
                return []
            return [AdmissionDateCorrected(unit=unit, person=person, on=on)]
        case RecogniseMember(person=person, official_from=since), Opened(unit=unit, members=members):
            if members[person].status == "official":
                return []
            return [
                MemberRecognised(
                    unit=unit,
                    person=person,
                    official_from=since,
                    official=state.official + 1,
                    probationary=state.probationary - 1,
                )
            ]
        case RemoveMember(person=None, status=status), Opened():
            if _unnamed(state, status) < 1:
                raise NobodyLeft(status=status)
            return [_left(command, state, status)]
        case RemoveMember(person=UUID() as person), Opened(members=members):
            return [_left(command, state, members[person].status)]
        case _:
            raise RollNotOpened


def _left(command: RemoveMember, state: Opened, status: Status) -> MemberLeft:
    occurred(command.on, today=command.today, reason="roll")
    return MemberLeft(
        unit=state.unit,
        person=command.person,
        status=status,
        cause=command.cause,
        on=command.on,
        by=command.by,
        official=state.official - (status == "official"),
        probationary=state.probationary - (status == "probationary"),
    )


def _unnamed(state: Opened, status: Status) -> int:
    count = state.official if status == "official" else state.probationary
    return count - sum(member.status == status for member in state.members.values())


def evolve(state: State, event: Event) -> State:
    match event, state:
        case RollOpened(unit=unit, official=official, probationary=probationary, named=named, on=on), _:
            return Opened(
                unit=unit,
                opened_on=on,
                official=official,
                probationary=probationary,
                members={member.person: member for member in named},
            )
        case MemberAdmitted(person=person, on=on, official=official, probationary=probationary), Opened():
            member = Member(person=person, status="probationary", since=on)
            return replace(
                state,
                official=official,
                probationary=probationary,
                members={**state.members, person: member},
                gone=state.gone - {person},
            )
        case AdmissionDateCorrected(person=person, on=on), Opened():
            return replace(state, members={**state.members, person: replace(state.members[person], since=on)})
        case MemberRecognised(person=person, official=official, probationary=probationary), Opened():
            member = replace(state.members[person], status="official")
            return replace(
                state, official=official, probationary=probationary, members={**state.members, person: member}
            )
        case MemberLeft(person=person, official=official, probationary=probationary), Opened():
            return replace(
                state,
                official=official,
                probationary=probationary,
                members={p: m for p, m in state.members.items() if p != person},
                gone=state.gone | ({person} if person else set()),
            )
        case _:
            return state


def claims(event: Event) -> list[Claim]:
    """Nobody stands on two rolls."""
    match event:
        case RollOpened(named=named):
            return [Hold(kind="membership", value=str(member.person)) for member in named]
        case MemberAdmitted(person=person):
            return [Hold(kind="membership", value=str(person))]
        case MemberLeft(person=UUID() as person):
            return [Release(kind="membership", value=str(person))]
        case _:
            return []


decider: Decider[Command, State, Event] = Decider(
    initial=NotOpened(), decide=decide, evolve=evolve, claims=claims
)
