"""Who may do what, where: grants and the tree, folded from registry's facts, held in memory by every process."""

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import orjson
import structlog
from sqlalchemy import BigInteger, Column, Integer, MetaData, Table, Text
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP

from ketnap.common.cursors import cursors, follow
from ketnap.common.database import Database, driver
from ketnap.common.decider import Rejected
from ketnap.common.frozen import frozen
from ketnap.common.log import Entry
from ketnap.common.logs import named
from ketnap.common.readmodel import Lined, ReadModel
from ketnap.common.tree import UNIT_FACTS, Tree
from ketnap.contracts.fact import Fact
from ketnap.contracts.registry import (
    FACTS,
    AccountOpened,
    GrantGiven,
    GrantRevoked,
    Heartbeat,
    Hierarchy,
    Role,
)

logger = structlog.get_logger()

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
        indexes={"access_lines": ["(position, ordinal)"]},
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
    """Chưa ghi được: đã quá lâu không nhận được tin về quyền từ máy chủ đăng ký (lần cuối: {last}). Hãy báo trực hệ thống; đọc vẫn dùng được.

    Not recorded: nothing was heard about rights for too long (last: {last}). Tell the operators; reading still works.
    """

    status = 503


class Known:
    """Accounts, grants and the tree up to one line of the read model."""

    def __init__(self) -> None:
        self.at = (0, -1)
        self.tree = Tree()
        self.accounts: dict[tuple[str, str], Account] = {}
        self.grants: dict[UUID, dict[UUID, Grant]] = {}
        self.kept: list[tuple[int, Fact]] = []
        self.told_of_units: list[tuple[int, Fact]] = []

    def take(self, at: tuple[int, int], fact: Fact) -> None:
        """Raises KeyError when the fact speaks of what is not known."""
        match fact:
            case AccountOpened():
                self.accounts[fact.issuer, fact.subject] = Account(id=fact.account, person=fact.person)
            case GrantGiven():
                self.grants.setdefault(fact.account, {})[fact.grant] = Grant(
                    id=fact.grant,
                    role=fact.role,
                    unit=fact.unit,
                    valid_from=fact.valid_from,
                    valid_until=fact.valid_until,
                )
            case GrantRevoked():
                grants = self.grants[fact.account]
                grants[fact.grant] = replace(grants[fact.grant], valid_until=fact.on)
            case _:
                self.tree.apply(fact)
        self.kept.append((at[0], fact))
        if isinstance(fact, UNIT_FACTS):
            self.told_of_units.append((at[0], fact))
        self.at = at


class Access:
    """Accounts, grants and the tree as this process knows them; refreshed from the read model as it grows."""

    TREES = 8  # trees of earlier positions that are kept

    def __init__(self, db: Database, model: ReadModel[Row, Told]) -> None:
        self.db = db
        self._model = model
        self._refreshing = asyncio.Lock()
        self._asked = -REFRESH
        self._followed: tuple[int, int] = (0, 0)  # instance, refolds
        self._known = Known()
        self._trees: dict[int, Tree] = {}
        self.changed = True
        self.position = 0
        self.heartbeat: datetime | None = None
        self.broken: str | None = None
        """Why what the source told cannot be taken in: rights are unknown from there on."""

    @property
    def tree(self) -> Tree:
        return self._known.tree

    @property
    def told_of_units(self) -> Sequence[tuple[int, Fact]]:
        """What was told of units, by position, in order; another list when all is read again."""
        return self._known.told_of_units

    async def refresh(self) -> "Access":
        """Take in what was folded since; cheap when nothing was. Until it is all in, what was known before counts."""
        if self._is_fresh():
            return self
        async with self._refreshing:
            if not self._is_fresh():
                self.changed = False
                await self._refresh()
                self._asked = time.monotonic()
        return self

    def _is_fresh(self) -> bool:
        return not self.changed and time.monotonic() - self._asked < REFRESH

    async def _refresh(self) -> None:
        async with driver(self.db) as db:
            cursor = follow(self._model, await cursors(db, self._model))
            same = (cursor.instance, cursor.refolds) == self._followed and cursor.position >= self.position
            known = self._known if same else Known()
            heartbeat = await db.fetchval(
                f"SELECT at FROM views.{self._model.at(cursor.instance).name} WHERE subject = 'registry'"
            )
            found = await db.fetch(
                f"SELECT position, ordinal, type, data::text FROM views.{self._model.lines_at(cursor.instance).name}"
                " WHERE (position, ordinal) > ($1, $2) AND position <= $3 ORDER BY position, ordinal",
                *known.at,
                cursor.position,
            )
        self.broken = _take_all(known, found)
        self._known, self.heartbeat = known, heartbeat
        self._followed, self.position = (cursor.instance, cursor.refolds), cursor.position
        if not same:
            self._trees.clear()

    def tree_at(self, position: int) -> Tree:
        """The tree as it was known at a position of this service's log."""
        if position >= self.position:
            return self.tree
        if position not in self._trees:
            self._trees[position] = Tree(fact for at, fact in self._known.kept if at <= position)
            if len(self._trees) > self.TREES:
                self._trees.pop(next(iter(self._trees)))
        return self._trees[position]

    def account(self, issuer: str, subject: str) -> Account | None:
        return self._known.accounts.get((issuer, subject))

    def grants(self, account: UUID, day: date) -> list[Grant]:
        return [grant for grant in self._known.grants.get(account, {}).values() if grant.holds(day)]

    def holders(self, role: Role, unit: UUID, day: date) -> set[UUID]:
        """The persons who hold a role over a unit on a day, whatever accounts they use."""
        return {
            account.person
            for account in self._known.accounts.values()
            for grant in self.grants(account.id, day)
            if grant.role == role and _covers(self.tree, grant.unit, unit, day)
        }

    def age(self, now: datetime) -> float:
        """Seconds since the last word about rights that is known here; infinite when none is, or not all of them."""
        if self.heartbeat is None or self.broken is not None:
            return float("inf")
        return max(0.0, (now - self.heartbeat).total_seconds())


def _take_all(known: Known, found: Sequence[Any]) -> str | None:  # Any: asyncpg's records
    for position, ordinal, kind, data in found:
        try:
            known.take((position, ordinal), FACTS[kind].read(data))
        except Exception as error:
            logger.exception("rights_unknown", position=position)
            return f"{kind} at position {position}: {named(error)}"
    return None


def _covers(tree: Tree, held: UUID, unit: UUID, day: date) -> bool:
    return unit in tree.units and (_whole(tree, held, day) or tree.covers(held, unit, day))


def _whole(tree: Tree, held: UUID, day: date) -> bool:
    """The root of the party hierarchy holds the deployment: mass organisations, employers and schools too."""
    root = tree.units.get(held)
    return root is not None and root.hierarchy == Hierarchy.PARTY and root.parent(day) is None


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
        self.on_one_of([] if unit is None else [unit])

    def on_one_of(self, units: Iterable[UUID]) -> None:
        """May this be done on one of the units; raises as `on`."""
        self.checked = True
        covering = [
            grant
            for grant in self._grants
            if any(_covers(self.tree, grant.unit, unit, self._day) for unit in units)
        ]
        if not covering:
            raise OutOfScope
        if not any(grant.role in self._roles for grant in covering):
            raise NotYourRole(action=self.action)

    def anywhere(self) -> None:
        """May this be done on any unit at all: for what belongs to no unit.

        Raises:
            NotYourRole: no grant of the account has such a role.
        """
        self.checked = True
        if not any(grant.role in self._roles for grant in self._grants):
            raise NotYourRole(action=self.action)

    def units(self) -> frozenset[UUID]:
        """Every unit on which this may be done: the scope of lists, counts and searches."""
        self.checked = True
        found: set[UUID] = set()
        for grant in self._grants:
            if grant.role in self._roles:
                whole = _whole(self.tree, grant.unit, self._day)
                found |= self.tree.units.keys() if whole else self.tree.subtree(grant.unit, self._day)
        return frozenset(found)

    def tops(self) -> list[UUID]:
        """The units of the grants that allow this: where the account's view begins."""
        self.checked = True
        return list(dict.fromkeys(grant.unit for grant in self._grants if grant.role in self._roles))

    def roles_on(self, unit: UUID) -> frozenset[Role]:
        """The roles of the account that reach over a unit, whatever they may do."""
        return frozenset(
            grant.role for grant in self._grants if _covers(self.tree, grant.unit, unit, self._day)
        )

    def own(self) -> None:
        """The request is about the account itself and needs no right on a unit."""
        self.checked = True
