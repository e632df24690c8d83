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
from ketnap.common.logs import named

logger = structlog.get_logger()

AUDIENCE = "ketnap-api"
LEEWAY = 5  # seconds
KEEP = 300.0  # seconds that an issuer's keys are used unasked
BREATHE = 5.0  # seconds between two questions for a key that is not there
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


class KeysUnknown(Rejected):
    """Chưa kiểm tra được phiên đăng nhập vì không liên lạc được máy chủ cấp phiên. Hãy thử lại sau ít giây.

    The session cannot be checked: its issuer's keys were never reached. Try again in a few seconds.
    """

    status = 503


@frozen
class Claimed:
    """What a valid token says: an account of an issuer, nothing about rights."""

    issuer: str
    subject: str


type Fetch = Callable[[str], Awaitable[Mapping[str, Any]]]  # Any: JSON


class Issuer:
    """One issuer's published keys: asked again when they are old, or when a token names one that is not among them.

    Keys that were fetched stay in use while their issuer cannot be reached.
    """

    def __init__(self, address: str, fetch: Fetch) -> None:
        self._address = address
        self._fetch = fetch
        self._fetching = asyncio.Lock()
        self._asked = -KEEP
        self._keys: KeySet | None = None

    async def keys(self, key_id: str | None) -> KeySet:
        """Raises KeysUnknown when they were never reached."""
        if self._must_ask(key_id):
            async with self._fetching:
                if self._must_ask(key_id):
                    await self._ask()
        if self._keys is None:
            raise KeysUnknown
        return self._keys

    def _must_ask(self, key_id: str | None) -> bool:
        age = time.monotonic() - self._asked
        known = self._keys is not None and any(key.kid == key_id for key in self._keys.keys)
        return age > KEEP or (not known and age > BREATHE)

    async def _ask(self) -> None:
        try:
            self._keys = KeySet.import_key_set(dict(await self._fetch(self._address)))  # type: ignore[arg-type] # checked by the import
        except (httpx.HTTPError, JoseError, OSError, ValueError, TypeError, KeyError) as error:
            logger.warning("issuer_keys_unreachable", address=self._address, error=named(error))
        self._asked = time.monotonic()


class Issuers:
    """The issuers this deployment trusts, each with the address of its keys (https://, or file:// for a copy)."""

    def __init__(self, trusted: Mapping[str, str], fetch: Fetch | None = None) -> None:
        self._issuers = {name: Issuer(address, fetch or _fetch) for name, address in trusted.items()}

    async def verify(self, token: str) -> Claimed:
        """Who the token speaks of.

        Raises:
            NotSignedIn: for whatever is wrong with the token, without saying what.
            KeysUnknown: it cannot be checked now.
        """
        try:
            unchecked = extract_compact(token.encode())
            issuer = json.loads(unchecked.payload)["iss"]
            keys = await self._issuers[issuer].keys(unchecked.headers().get("kid"))
            found = jwt.decode(token, keys, algorithms=ALGORITHMS)
            _EXPECTED.validate(found.claims)
        except (JoseError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise NotSignedIn from None
        return Claimed(issuer=issuer, subject=str(found.claims["sub"]))


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
