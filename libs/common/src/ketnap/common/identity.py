"""Who asks: bearer tokens of trusted issuers, verified against their published keys."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import httpx
import structlog
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import extract_compact

from ketnap.common.decider import Rejected
from ketnap.common.frozen import frozen

logger = structlog.get_logger()

AUDIENCE = "ketnap-api"
LEEWAY = 5  # seconds
KEEP = 300.0  # seconds that an issuer's keys are used unasked
ALGORITHMS = ["EdDSA", "Ed25519", "ES256", "RS256", "PS256"]
_EXPECTED = jwt.JWTClaimsRegistry(
    leeway=LEEWAY,
    aud={"essential": True, "value": AUDIENCE},
    exp={"essential": True},
    sub={"essential": True},
)


class NotSignedIn(Rejected):
    """Phiên làm việc đã hết hoặc chưa đăng nhập. Hãy đăng nhập lại.

    The session has ended or nobody signed in. Sign in again.
    """

    status = 401


@frozen
class Claimed:
    """What a valid token says: an account of an issuer, nothing about rights."""

    issuer: str
    subject: str


type Fetch = Callable[[str], Awaitable[Mapping[str, Any]]]  # Any: JSON


class Issuers:
    """The issuers this deployment trusts, each with the address of its keys (https://, or file:// for a copy).

    Keys that were fetched stay in use while their issuer cannot be reached.
    """

    def __init__(self, trusted: Mapping[str, str], fetch: Fetch | None = None) -> None:
        self._trusted = dict(trusted)
        self._fetch = fetch or _fetch
        self._keys: dict[str, tuple[float, KeySet]] = {}

    async def verify(self, token: str) -> Claimed:
        """Who the token speaks of.

        Raises:
            NotSignedIn: for whatever is wrong with the token, without saying what.
        """
        try:
            issuer = json.loads(extract_compact(token.encode()).payload)["iss"]
            keys = await self._keys_of(issuer)
            found = jwt.decode(token, keys, algorithms=ALGORITHMS)
            _EXPECTED.validate(found.claims)
        except (JoseError, ValueError, KeyError, TypeError, AttributeError):
            raise NotSignedIn from None
        return Claimed(issuer=issuer, subject=str(found.claims["sub"]))

    async def _keys_of(self, issuer: str) -> KeySet:
        address = self._trusted[issuer]
        since, keys = self._keys.get(issuer, (0.0, KeySet([])))
        if not keys.keys or time.monotonic() - since > KEEP:
            try:
                keys = KeySet.import_key_set(dict(await self._fetch(address)))  # type: ignore[arg-type] # checked by the import
            except (httpx.HTTPError, JoseError, ValueError, OSError) as error:
                logger.warning("issuer_keys_unreachable", issuer=issuer, error=str(error))
            self._keys[issuer] = (time.monotonic(), keys)
        return keys


async def _fetch(address: str) -> Mapping[str, Any]:  # Any: JSON
    if address.startswith("file://"):
        kept: Mapping[str, Any] = json.loads(
            await asyncio.to_thread(Path(address.removeprefix("file://")).read_text)
        )
        return kept
    async with httpx.AsyncClient(timeout=3) as client:
        answer = await client.get(address)
        answer.raise_for_status()
        found: Mapping[str, Any] = answer.json()
        return found
