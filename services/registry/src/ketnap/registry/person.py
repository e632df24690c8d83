"""A person known to the province: identity and profile can be erased, the random id stays."""

from dataclasses import field, replace
from datetime import date
from uuid import UUID

from ketnap.common.decider import Claim, Decider, Hold, Rejected, Release
from ketnap.common.frozen import ERASABLE, Forgotten, frozen
from ketnap.common.occurred import occurred


@frozen
class Profile:
    """Codes for the statutory breakdowns, as the person was from a day on."""

    valid_from: date
    minority: bool
    religious: bool
    youth_union: bool
    occupation: str
    education: str
    qualification: str
    employer: UUID | None = None
    employer_sector: str | None = None


@frozen
class Identity:
    name: str
    birth_date: date
    sex: str


# Events


@frozen
class PersonRegistered:
    person: UUID
    unit: UUID
    on: date
    by: UUID
    identity: Identity | Forgotten = field(metadata=ERASABLE)
    citizen_number: str | Forgotten = field(metadata=ERASABLE)


@frozen
class ProfileRecorded:
    person: UUID
    version: int
    by: UUID
    profile: Profile | Forgotten = field(metadata=ERASABLE)
    identity: Identity | Forgotten = field(metadata=ERASABLE)


@frozen
class IdentityCorrected:
    person: UUID
    on: date
    by: UUID
    identity: Identity | Forgotten = field(metadata=ERASABLE)
    reason: str | Forgotten = field(metadata=ERASABLE)


@frozen
class CitizenNumberCorrected:
    person: UUID
    on: date
    by: UUID
    citizen_number: str | Forgotten = field(metadata=ERASABLE)
    reason: str | Forgotten = field(metadata=ERASABLE)


@frozen
class PersonMoved:
    """Another unit looks after them."""

    person: UUID
    unit: UUID
    on: date


@frozen
class LegalHoldPlaced:
    person: UUID
    instrument: str
    on: date
    by: UUID


@frozen
class LegalHoldLifted:
    person: UUID
    instrument: str
    on: date
    by: UUID


@frozen
class ForgettingRequested:
    person: UUID
    unit: UUID
    on: date
    by: UUID


@frozen
class PersonForgotten:
    """`profiles`: how many versions of the profile were told and must be erased elsewhere."""

    person: UUID
    unit: UUID
    profiles: int
    on: date
    by: UUID


type Event = (
    PersonRegistered
    | ProfileRecorded
    | IdentityCorrected
    | CitizenNumberCorrected
    | PersonMoved
    | LegalHoldPlaced
    | LegalHoldLifted
    | ForgettingRequested
    | PersonForgotten
)

NAMES: dict[str, type[Event]] = {
    "person.registered": PersonRegistered,
    "person.profile_recorded": ProfileRecorded,
    "person.identity_corrected": IdentityCorrected,
    "person.citizen_number_corrected": CitizenNumberCorrected,
    "person.moved": PersonMoved,
    "person.hold_placed": LegalHoldPlaced,
    "person.hold_lifted": LegalHoldLifted,
    "person.forgetting_requested": ForgettingRequested,
    "person.forgotten": PersonForgotten,
}

# Commands


@frozen
class RegisterPerson:
    person: UUID
    unit: UUID
    identity: Identity
    citizen_number: str
    today: date
    by: UUID


@frozen
class RecordProfile:
    profile: Profile
    today: date
    by: UUID


@frozen
class CorrectIdentity:
    identity: Identity
    reason: str
    today: date
    by: UUID


@frozen
class CorrectCitizenNumber:
    citizen_number: str
    reason: str
    today: date
    by: UUID


@frozen
class MovePerson:
    unit: UUID
    on: date


@frozen
class PlaceLegalHold:
    instrument: str
    today: date
    by: UUID


@frozen
class LiftLegalHold:
    instrument: str
    today: date
    by: UUID


@frozen
class RequestForgetting:
    today: date
    by: UUID


@frozen
class ForgetPerson:
    today: date
    by: UUID


type Command = (
    RegisterPerson
    | RecordProfile
    | CorrectIdentity
    | CorrectCitizenNumber
    | MovePerson
    | PlaceLegalHold
    | LiftLegalHold
    | RequestForgetting
    | ForgetPerson
)

# State


@frozen
class Unregistered:
    pass


@frozen
class Registered:
    person: UUID
    unit: UUID
    identity: Identity | Forgotten
    citizen_number: str | Forgotten
    profiles: int = 0
    profile: Profile | Forgotten | None = None
    holds: frozenset[str] = frozenset()
    forgetting_requested_by: UUID | None = None


@frozen
class Gone:
    unit: UUID


type State = Unregistered | Registered | Gone


class PersonUnknown(Rejected):
    """Chưa có người này trong sổ.

    This person is not registered.
    """

    status = 404


class PersonExists(Rejected):
    """Người này đã được đăng ký.

    This person was registered already.
    """


class PersonIsForgotten(Rejected):
    """Dữ liệu của người này đã được xoá theo yêu cầu.

    The data of this person were erased on request.
    """

    status = 410


class UnderLegalHold(Rejected):
    """Chưa thể xoá: hồ sơ đang được giữ theo văn bản {instrument}. Hãy gỡ lệnh giữ trước.

    Not erased: the record is kept under {instrument}. Lift the hold first.
    """


class ForgettingNotRequested(Rejected):
    """Chưa có yêu cầu xoá dữ liệu. Hãy lập yêu cầu trước, người khác sẽ thực hiện.

    Nobody has requested the erasure. Request it first; another person carries it out.
    """


class SecondPersonNeeded(Rejected):
    """Người lập yêu cầu không được tự thực hiện. Hãy nhờ người thứ hai.

    Who requested this may not carry it out. A second person is needed.
    """


class BornInFuture(Rejected):
    """Ngày sinh {birth_date} không hợp lý. Hãy kiểm tra lại giấy tờ.

    The birth date {birth_date} cannot be right. Check the papers.
    """

    status = 422


class CitizenNumberMalformed(Rejected):
    """Số định danh cá nhân phải gồm đúng 12 chữ số.

    A personal identification number has exactly 12 digits.
    """

    status = 422


DIGITS = 12


def decide(command: Command, state: State) -> list[Event]:
    match command, state:
        case RegisterPerson(), Unregistered():
            _check_identity(command.identity, command.today)
            _check_number(command.citizen_number)
            return [
                PersonRegistered(
                    person=command.person,
                    unit=command.unit,
                    on=command.today,
                    by=command.by,
                    identity=command.identity,
                    citizen_number=command.citizen_number,
                )
            ]
        case RegisterPerson(identity=identity, citizen_number=number), Registered() if (identity, number) == (
            state.identity,
            state.citizen_number,
        ):
            return []
        case RegisterPerson(), Registered():
            raise PersonExists
        case _, Unregistered():
            raise PersonUnknown
        case ForgetPerson(), Gone():
            return []
        case _, Gone():
            raise PersonIsForgotten
        case RecordProfile(profile=profile), Registered(profile=known) if profile == known:
            return []
        case RecordProfile(profile=profile, by=by), Registered(person=person, profiles=n, identity=identity):
            occurred(profile.valid_from, today=command.today, reason="profile")
            return [ProfileRecorded(person=person, version=n + 1, by=by, profile=profile, identity=identity)]
        case CorrectIdentity(identity=identity), Registered(identity=known) if identity == known:
            return []
        case CorrectIdentity(identity=identity, reason=reason, today=today, by=by), Registered(person=person):
            _check_identity(identity, today)
            corrected = IdentityCorrected(person=person, on=today, by=by, identity=identity, reason=reason)
            if state.profile is None:
                return [corrected]
            again = ProfileRecorded(
                person=person, version=state.profiles + 1, by=by, profile=state.profile, identity=identity
            )
            return [corrected, again]
        case CorrectCitizenNumber(citizen_number=number), Registered(citizen_number=known) if number == known:
            return []
        case CorrectCitizenNumber(citizen_number=number, reason=reason), Registered(person=person):
            _check_number(number)
            return [
                CitizenNumberCorrected(
                    person=person, on=command.today, by=command.by, citizen_number=number, reason=reason
                )
            ]
        case MovePerson(unit=unit), Registered(unit=known) if unit == known:
            return []
        case MovePerson(unit=unit, on=on), Registered(person=person):
            return [PersonMoved(person=person, unit=unit, on=on)]
        case PlaceLegalHold(instrument=instrument), Registered(holds=holds) if instrument in holds:
            return []
        case PlaceLegalHold(instrument=instrument, today=today, by=by), Registered(person=person):
            return [LegalHoldPlaced(person=person, instrument=instrument, on=today, by=by)]
        case LiftLegalHold(instrument=instrument), Registered(holds=holds) if instrument not in holds:
            return []
        case LiftLegalHold(instrument=instrument, today=today, by=by), Registered(person=person):
            return [LegalHoldLifted(person=person, instrument=instrument, on=today, by=by)]
        case ((RequestForgetting() | ForgetPerson()), Registered(holds=holds)) if holds:
            raise UnderLegalHold(instrument=min(holds))
        case RequestForgetting(), Registered(forgetting_requested_by=already) if already:
            return []
        case RequestForgetting(today=today, by=by), Registered(person=person, unit=unit):
            return [ForgettingRequested(person=person, unit=unit, on=today, by=by)]
        case ForgetPerson(), Registered(forgetting_requested_by=None):
            raise ForgettingNotRequested
        case ForgetPerson(by=by), Registered(forgetting_requested_by=requester) if by == requester:
            raise SecondPersonNeeded
        case ForgetPerson(today=today, by=by), Registered(person=person, unit=unit, profiles=profiles):
            return [PersonForgotten(person=person, unit=unit, profiles=profiles, on=today, by=by)]
        case _:
            raise PersonUnknown


def _check_identity(identity: Identity, today: date) -> None:
    if not date(1900, 1, 1) <= identity.birth_date < today:
        raise BornInFuture(birth_date=identity.birth_date)


def _check_number(number: str) -> None:
    if len(number) != DIGITS or not number.isascii() or not number.isdigit():
        raise CitizenNumberMalformed


def evolve(state: State, event: Event) -> State:
    match event, state:
        case PersonRegistered(person=person, unit=unit, identity=identity, citizen_number=number), _:
            return Registered(person=person, unit=unit, identity=identity, citizen_number=number)
        case PersonForgotten(), Registered(unit=unit):
            return Gone(unit=unit)
        case ProfileRecorded(profile=profile, version=version), Registered():
            return replace(state, profile=profile, profiles=version)
        case IdentityCorrected(identity=identity), Registered():
            return replace(state, identity=identity)
        case CitizenNumberCorrected(citizen_number=number), Registered():
            return replace(state, citizen_number=number)
        case PersonMoved(unit=unit), Registered():
            return replace(state, unit=unit)
        case LegalHoldPlaced(instrument=instrument), Registered():
            return replace(state, holds=state.holds | {instrument})
        case LegalHoldLifted(instrument=instrument), Registered():
            return replace(state, holds=state.holds - {instrument})
        case ForgettingRequested(by=by), Registered():
            return replace(state, forgetting_requested_by=by)
        case _:
            return state


def claims(event: Event) -> list[Claim]:
    """A citizen number belongs to one person."""
    match event:
        case PersonRegistered(citizen_number=str(number)):
            return [Hold(kind="citizen-number", value=number)]
        case CitizenNumberCorrected(citizen_number=str(number)):
            return [Release(kind="citizen-number"), Hold(kind="citizen-number", value=number)]
        case PersonForgotten():
            return [Release(kind="citizen-number")]
        case _:
            return []


decider: Decider[Command, State, Event] = Decider(
    initial=Unregistered(), decide=decide, evolve=evolve, claims=claims
)
