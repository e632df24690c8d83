"""An account: who signs in as whom, held by which person, with which roles on which units and when."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from uuid import UUID

from ketnap.common.decider import Claim, Decider, Hold, Rejected
from ketnap.common.frozen import frozen

ADMINISTRATOR = "administrator"

# Events


@frozen
class AccountOpened:
    account: UUID
    person: UUID
    issuer: str
    subject: str
    on: date
    by: UUID | None


@frozen
class GrantGiven:
    grant: UUID
    account: UUID
    role: str
    unit: UUID
    valid_from: date
    valid_until: date | None
    instrument: str | None
    by: UUID | None


@frozen
class GrantRevoked:
    grant: UUID
    account: UUID
    on: date
    by: UUID


type Event = AccountOpened | GrantGiven | GrantRevoked

NAMES: dict[str, type[Event]] = {
    "account.opened": AccountOpened,
    "account.grant_given": GrantGiven,
    "account.grant_revoked": GrantRevoked,
}

# Commands


@frozen
class OpenAccount:
    account: UUID
    person: UUID
    issuer: str
    subject: str
    today: date
    by: UUID | None


@frozen
class GiveGrant:
    """`by` None: the first administrator, given on the server itself."""

    grant: UUID
    role: str
    unit: UUID
    valid_from: date
    valid_until: date | None
    instrument: str | None
    by: UUID | None


@frozen
class RevokeGrant:
    """`other_administrators`: how many other persons hold that role over the same unit today."""

    grant: UUID
    other_administrators: int
    today: date
    by: UUID


type Command = OpenAccount | GiveGrant | RevokeGrant

# State


@frozen
class NoAccount:
    pass


@frozen
class Given:
    role: str
    unit: UUID
    valid_from: date
    valid_until: date | None


@frozen
class Account:
    account: UUID
    person: UUID
    issuer: str
    subject: str
    grants: Mapping[UUID, Given]


type State = NoAccount | Account


class AccountUnknown(Rejected):
    """Chưa có tài khoản này.

    There is no such account.
    """

    status = 404


class AccountExists(Rejected):
    """Tài khoản này đã được mở cho người khác hoặc cách đăng nhập khác.

    This account was opened for somebody else or another way of signing in.
    """


class GrantExists(Rejected):
    """Quyền này đã được giao với nội dung khác. Hãy giao quyền mới.

    This grant was given already, with another content. Give a new one.
    """


class GrantUnknown(Rejected):
    """Tài khoản không có quyền này.

    The account has no such grant.
    """

    status = 404


class GrantBackwards(Rejected):
    """Ngày hết quyền {until} trước ngày bắt đầu {since}.

    The grant would end on {until}, before it begins on {since}.
    """

    status = 422


class SelfGrant(Rejected):
    """Không được tự giao quyền cho mình. Hãy nhờ quản trị viên khác.

    Nobody gives a grant to themselves. Ask another administrator.
    """


class TwoAdministratorsNeeded(Rejected):
    """Phải luôn còn ít nhất hai quản trị viên. Hãy giao quyền cho người khác trước.

    At least two administrators must remain. Give the role to somebody else first.
    """


FEWEST = 2


def decide(command: Command, state: State) -> list[Event]:
    match command, state:
        case OpenAccount(), NoAccount():
            return [
                AccountOpened(
                    account=command.account,
                    person=command.person,
                    issuer=command.issuer,
                    subject=command.subject,
                    on=command.today,
                    by=command.by,
                )
            ]
        case OpenAccount(person=person, issuer=issuer, subject=subject), Account():
            if (person, issuer, subject) == (state.person, state.issuer, state.subject):
                return []
            raise AccountExists
        case _, NoAccount():
            raise AccountUnknown
        case GiveGrant(grant=grant), Account(grants=grants) if grant in grants:
            if grants[grant] != _given(command):
                raise GrantExists
            return []
        case GiveGrant(valid_from=since, valid_until=date() as until), Account() if until <= since:
            raise GrantBackwards(since=since, until=until)
        case GiveGrant(by=by), Account(person=person) if by == person:
            raise SelfGrant
        case GiveGrant(), Account(account=account):
            return [
                GrantGiven(
                    grant=command.grant,
                    account=account,
                    role=command.role,
                    unit=command.unit,
                    valid_from=command.valid_from,
                    valid_until=command.valid_until,
                    instrument=command.instrument,
                    by=command.by,
                )
            ]
        case RevokeGrant(grant=grant), Account(grants=grants) if grant not in grants:
            raise GrantUnknown
        case RevokeGrant(grant=grant, today=today, by=by), Account(account=account, grants=grants):
            given = grants[grant]
            if given.valid_until is not None and given.valid_until <= today:
                return []
            if given.role == ADMINISTRATOR and command.other_administrators < FEWEST:
                raise TwoAdministratorsNeeded
            return [GrantRevoked(grant=grant, account=account, on=today, by=by)]
        case _:
            raise AccountUnknown


def _given(said: GiveGrant | GrantGiven) -> Given:
    return Given(role=said.role, unit=said.unit, valid_from=said.valid_from, valid_until=said.valid_until)


def evolve(state: State, event: Event) -> State:
    match event, state:
        case AccountOpened(account=account, person=person, issuer=issuer, subject=subject), _:
            return Account(account=account, person=person, issuer=issuer, subject=subject, grants={})
        case GrantGiven(), Account(grants=grants):
            return replace(state, grants={**grants, event.grant: _given(event)})
        case GrantRevoked(grant=grant, on=on), Account(grants=grants):
            return replace(state, grants={**grants, grant: replace(grants[grant], valid_until=on)})
        case _:
            return state


def claims(event: Event) -> list[Claim]:
    """One way of signing in leads to one account."""
    match event:
        case AccountOpened(issuer=issuer, subject=subject):
            return [Hold(kind="sign-in", value=f"{issuer} {subject}")]
        case _:
            return []


decider: Decider[Command, State, Event] = Decider(
    initial=NoAccount(), decide=decide, evolve=evolve, claims=claims
)
