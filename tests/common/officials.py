"""Accounts, grants and tokens for tests of who may do what."""

import time
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

from joserfc import jwt
from joserfc.jwk import OKPKey

from ketnap.contracts.fact import Fact
from ketnap.contracts.registry import (
    AccountOpened,
    GrantGiven,
    GrantRevoked,
    Heartbeat,
    Hierarchy,
    Role,
    UnitFounded,
    UnitKind,
)

ISSUER = "https://portal.test"


class Signer:
    """Issues tokens as an identity provider does."""

    def __init__(self, key_id: str = "one") -> None:
        self.key = OKPKey.generate_key("Ed25519", {"kid": key_id})
        self.key_id = key_id

    def published(self) -> dict[str, Any]:  # Any: JSON
        return {"keys": [self.key.as_dict(private=False)]}

    def token(self, subject: str = "ann", **changed: Any) -> str:  # Any: claims
        now = int(time.time())
        claims = {
            "iss": ISSUER,
            "sub": subject,
            "aud": "ketnap-api",
            "iat": now,
            "exp": now + 600,
            **changed,
        }
        kept = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode({"alg": "Ed25519", "kid": self.key_id}, kept, self.key, algorithms=["Ed25519"])


def unit(id: UUID, parent: UUID | None = None, on: date = date(2000, 1, 1)) -> UnitFounded:
    return UnitFounded(
        unit=id,
        kind=UnitKind.CELL,
        hierarchy=Hierarchy.PARTY,
        parent=parent,
        code=str(id),
        name="đơn vị",
        on=on,
    )


def account(id: UUID, subject: str = "ann", issuer: str = ISSUER) -> AccountOpened:
    return AccountOpened(account=id, person=uuid4(), issuer=issuer, subject=subject)


def grant(
    account: UUID,
    unit: UUID,
    role: Role = Role.CELL_COMMITTEE,
    *,
    since: date = date(2000, 1, 1),
    until: date | None = None,
    id: UUID | None = None,
) -> GrantGiven:
    return GrantGiven(
        grant=id or uuid4(), account=account, role=role, unit=unit, valid_from=since, valid_until=until
    )


def revoked(given: GrantGiven, on: date) -> GrantRevoked:
    return GrantRevoked(grant=given.grant, account=given.account, on=on)


HEARTBEAT = Heartbeat()


def facts_of(*facts: Fact) -> Mapping[str, int]:
    """How many of each type."""
    found: dict[str, int] = {}
    for fact in facts:
        found[fact.TYPE] = found.get(fact.TYPE, 0) + 1
    return found


def instant(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 3, tzinfo=UTC)
