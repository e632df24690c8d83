"""The accounts of a pack: who holds which role where, and who acts at a unit."""

from collections.abc import Sequence
from uuid import UUID

from ketnap.common.frozen import frozen
from ketnap.contracts.registry import Role
from ketnap.packs.ids import Ids
from ketnap.packs.shape import Accounts, Posts, UnitRow
from ketnap.packs.units import Units


@frozen
class Grant:
    role: str
    unit: str


@frozen
class Officer:
    account: UUID
    person_id: UUID
    sign_in: str
    person: str
    name: str
    grants: tuple[Grant, ...]


class NobodyMay(LookupError):
    """Không có tài khoản nào giữ vai trò cần thiết ở đơn vị này."""

    def __init__(self, role: Role, unit: str) -> None:
        super().__init__(f"No account of the pack has the role {role} at {unit} or above it.")
        self.role = role
        self.unit = unit


class Officers:
    """All accounts, those of posts at every unit included, in the order of the file."""

    def __init__(self, accounts: Accounts, units: Units, ids: Ids) -> None:
        self._units = units
        self.all: Sequence[Officer] = [
            *(
                _officer(
                    ids,
                    given.sign_in,
                    given.person,
                    given.name,
                    tuple(Grant(role=grant.role, unit=grant.unit) for grant in given.grants),
                )
                for given in accounts.accounts
            ),
            *(
                _officer(
                    ids,
                    sign_in_at(post, row),
                    _said(post.person, row),
                    _said(post.person, row),
                    (Grant(role=post.role, unit=row.code),),
                )
                for post in accounts.posts
                for row in units
                if row.kind in post.kinds
            ),
        ]
        self._holders: dict[tuple[str, str], list[Officer]] = {}
        for officer in self.all:
            for grant in officer.grants:
                self._holders.setdefault((grant.role, grant.unit), []).append(officer)

    def administrators(self, root: str) -> list[Officer]:
        return self._holders.get((Role.ADMINISTRATOR, root), [])

    def who(self, role: Role, unit: str, *, but: Officer | None = None) -> Officer:
        """Who has the role nearest above the unit, another person than `but`.

        Raises:
            NobodyMay
        """
        for one in self._units.chain(unit):
            for officer in self._holders.get((role, one), []):
                if officer != but:
                    return officer
        raise NobodyMay(role, unit)


def sign_in_at(post: Posts, row: UnitRow) -> str:
    """The name that the holder of a post signs in with at a unit."""
    return _said(post.sign_in, row).lower()


def _said(text: str, row: UnitRow) -> str:
    return text.replace("{code}", row.code).replace("{name}", row.name)


def _officer(ids: Ids, sign_in: str, person: str, name: str, grants: tuple[Grant, ...]) -> Officer:
    return Officer(
        account=ids.account(sign_in),
        person_id=ids.person(sign_in),
        sign_in=sign_in,
        person=person,
        name=name,
        grants=grants,
    )
