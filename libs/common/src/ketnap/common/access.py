"""Who may do what, where: grants and the tree, folded from registry's facts, held in memory by every process."""

import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import BigInteger, Column, Integer, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP

from ketnap.common.database import Database, driver
from ketnap.common.decider import Rejected
from ketnap.common.frozen import frozen
from ketnap.common.log import Entry
from ketnap.common.readmodel import Lined, ReadModel
from ketnap.common.tree import UNIT_FACTS, Tree
from ketnap.contracts.fact import Fact
from ketnap.contracts.registry import FACTS, AccountOpened, GrantGiven, GrantRevoked, Heartbeat, Role

ACCESS_FACTS = (*UNIT_FACTS, AccountOpened, GrantGiven, GrantRevoked, Heartbeat)
TOO_OLD = 900.0  # seconds without a heartbeat after which writes are denied: rights fail closed
REFRESH = 1.0  # seconds that what is in memory may be used unasked

rows = Table(
    "access",
    MetaData(),
    Column("subject", Text, primary_key=True),
    Column("at", TIMESTAMP(timezone=True), nullable=False),
)
lines = Table(
    "access_lines",
    MetaData(),
    Column("subject", Text, nullable=False),
    Column("position", BigInteger, nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("type", Text, nullable=False),
    Column("data", JSONB, nullable=False),
)


@frozen
class Row:
    subject: str
    at: datetime


@frozen
class Line:
    subject: str
    position: int
    ordinal: int
    type: str
    data: Any  # Any: JSON of a fact


@frozen
class Told:
    """The facts of one entry and when the source recorded them."""

    facts: Sequence[Fact]
    at: datetime


def access_model(types: Iterable[str], read: Callable[[Entry], Told]) -> ReadModel[Row, Told]:
    """The read model of grants and units: it keeps their facts, in order. A failure stops it: rights fail closed."""
    return ReadModel(
        table=rows,
        row=Row,
        lines=lines,
        indexes={"access_lines": ["(position)"]},
        begin=lambda subject: Row(subject=subject, at=datetime.min.replace(tzinfo=UTC)),
        types=types,
        read=read,
        subjects=lambda told: list(
            dict.fromkeys(fact.about for fact in told.facts if isinstance(fact, ACCESS_FACTS))
        ),
        fold=_fold,
        isolation="all",
    )


def heard(entry: Entry) -> Told:
    """How every service but registry reads: the fact as it was landed."""
    return Told(facts=[FACTS[entry.type].read(entry.json)], at=datetime.fromisoformat(entry.meta["time"]))


HEARD_TYPES = frozenset(fact.TYPE for fact in ACCESS_FACTS)


def _fold(row: Row, told: Told, entry: Entry) -> Lined[Row]:
    kept = [
        Line(
            subject=row.subject,
            position=entry.position,
            ordinal=ordinal,
            type=fact.TYPE,
            data=orjson.loads(fact.model_dump_json()),
        )
        for ordinal, fact in enumerate(told.facts)
        if isinstance(fact, ACCESS_FACTS) and not isinstance(fact, Heartbeat) and fact.about == row.subject
    ]
    return Lined(row=Row(subject=row.subject, at=told.at), add=kept)


@frozen
class Grant:
    id: UUID
    role: Role
    unit: UUID
    valid_from: date
    valid_until: date | None

    def holds(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day < self.valid_until)


@frozen
class Account:
    id: UUID
    person: UUID


class OutOfScope(Rejected):
    """Không tìm thấy mục này trong phạm vi của bạn. Nếu cần, hãy đề nghị Ban Tổ chức giao quyền.

    Nothing of that kind was found within your scope. If you need it, ask the Organisation board for the right.
    """

    status = 404


class NotYourRole(Rejected):
    """Vai trò của bạn không được làm việc này ({action}). Hãy nhờ người có vai trò phù hợp.

    Your role may not do this ({action}). Ask somebody whose role may.
    """

    status = 403


class RightsUnknown(Rejected):
    """Chưa ghi được: đã {minutes} phút không nhận được tin về quyền từ máy chủ đăng ký. Hãy báo trực hệ thống; đọc vẫn dùng được.

    Not recorded: nothing was heard about rights for {minutes} minutes. Tell the operators; reading still works.
    """

    status = 503


class Access:
    """Accounts, grants and the tree as this process knows them; refreshed from the read model as it grows."""

    def __init__(self, db: Database, model: ReadModel[Row, Told]) -> None:
        self.db = db
        self._model = model
        self._instance = 0
        self._asked = 0.0
        self.changed = True
        self.position = 0
        self.heartbeat: datetime | None = None
        self._forget_all()

    def _forget_all(self) -> None:
        self.tree = Tree()
        self._accounts: dict[tuple[str, str], Account] = {}
        self._grants: dict[UUID, dict[UUID, Grant]] = {}
        self._kept: list[tuple[int, Fact]] = []
        self.told_of_units: list[tuple[int, Fact]] = []
        """What was told of units, by position, in order; a new list when all is read again."""
        self.position = 0

    async def refresh(self) -> "Access":
        """Take in what was folded since; cheap when nothing was."""
        if not self.changed and time.monotonic() - self._asked < REFRESH:
            return self
        self.changed = False
        self._asked = time.monotonic()
        async with driver(self.db) as db:
            cursor = await db.fetchrow(
                "SELECT instance, position FROM core.cursors WHERE projection = $1 AND live", self._model.name
            )
            if cursor["instance"] != self._instance:
                self._instance = cursor["instance"]
                self._forget_all()
            self.heartbeat = await db.fetchval(
                f"SELECT at FROM views.{self._model.at(self._instance).name} WHERE subject = 'registry'"
            )
            found = await db.fetch(
                f"SELECT position, type, data::text FROM views.{self._model.lines_at(self._instance).name}"
                " WHERE position > $1 AND position <= $2 ORDER BY position, ordinal",
                self.position,
                cursor["position"],
            )
        for row in found:
            fact = FACTS[row["type"]].read(row["data"])
            self._kept.append((row["position"], fact))
            if isinstance(fact, UNIT_FACTS):
                self.told_of_units.append((row["position"], fact))
            self._apply(fact)
        self.position = cursor["position"]
        return self

    def _apply(self, fact: Fact) -> None:
        match fact:
            case AccountOpened():
                self._accounts[fact.issuer, fact.subject] = Account(id=fact.account, person=fact.person)
            case GrantGiven():
                self._grants.setdefault(fact.account, {})[fact.grant] = Grant(
                    id=fact.grant,
                    role=fact.role,
                    unit=fact.unit,
                    valid_from=fact.valid_from,
                    valid_until=fact.valid_until,
                )
            case GrantRevoked():
                grants = self._grants[fact.account]
                grant = grants[fact.grant]
                grants[fact.grant] = Grant(
                    id=grant.id,
                    role=grant.role,
                    unit=grant.unit,
                    valid_from=grant.valid_from,
                    valid_until=fact.on,
                )
            case _:
                self.tree.apply(fact)

    def tree_at(self, position: int) -> Tree:
        """The tree as it was known at a position of this service's log."""
        if position >= self.position:
            return self.tree
        return Tree(fact for at, fact in self._kept if at <= position)

    def account(self, issuer: str, subject: str) -> Account | None:
        return self._accounts.get((issuer, subject))

    def grants(self, account: UUID, day: date) -> list[Grant]:
        return [grant for grant in self._grants.get(account, {}).values() if grant.holds(day)]

    def holders(self, role: Role, day: date) -> set[UUID]:
        """The accounts that hold a role anywhere on a day."""
        return {
            account
            for account, grants in self._grants.items()
            if any(grant.role == role and grant.holds(day) for grant in grants.values())
        }

    def age(self, now: datetime) -> float:
        """Seconds since registry's last heartbeat that is known here; infinite when none is."""
        return max(0.0, (now - self.heartbeat).total_seconds()) if self.heartbeat else float("inf")


class Permit:
    """What one request may do: made for its actor and action, asked about the unit it touches."""

    def __init__(
        self, access: Access, account: Account, action: str, roles: frozenset[Role], day: date
    ) -> None:
        self.account = account
        self.person = account.person
        self.action = action
        self.checked = False
        self.tree = access.tree
        self._grants = access.grants(account.id, day)
        self._roles = roles
        self._day = day

    def on(self, unit: UUID | None) -> None:
        """May this be done on the unit.

        Raises:
            OutOfScope: no grant of the account covers it, or it does not exist.
            NotYourRole: it is covered, but by roles that may not do this.
        """
        self.checked = True
        covering = [g for g in self._grants if unit is not None and self.tree.covers(g.unit, unit, self._day)]
        if not covering:
            raise OutOfScope
        if not any(grant.role in self._roles for grant in covering):
            raise NotYourRole(action=self.action)

    def units(self) -> frozenset[UUID]:
        """Every unit on which this may be done: the scope of lists, counts and searches."""
        self.checked = True
        found: set[UUID] = set()
        for grant in self._grants:
            if grant.role in self._roles:
                found |= self.tree.subtree(grant.unit, self._day)
        return frozenset(found)

    def tops(self) -> list[UUID]:
        """The units of the grants that allow this: where the account's view begins."""
        self.checked = True
        return list(dict.fromkeys(grant.unit for grant in self._grants if grant.role in self._roles))

    def own(self) -> None:
        """The request is about the account itself and needs no right on a unit."""
        self.checked = True
