"""Tokens for the services: who the officer is, signed here, for a few minutes, never given to the browser."""

import os
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, KeySetSerialization, OKPKey

from ketnap.common.identity import AUDIENCE

LIFE = timedelta(minutes=5)
SKEW = timedelta(seconds=5)  # a service's clock may be that much behind ours
_ALGORITHM = "Ed25519"


class NoSigningKey(Exception):
    """The folder holds no readable signing*.pem with an Ed25519 key."""


def issuer_of(province: str) -> str:
    """What the tokens of a province's portal say they come from: accounts outlive a change of its address."""
    return f"urn:ketnap:{province}"


class Issuer:
    """The first key signs, all are published: a token outlives the change of keys."""

    def __init__(self, name: str, keys: Sequence[OKPKey]) -> None:
        self.name = name
        self._keys = keys

    def issue(self, account: UUID, now: datetime) -> str:
        issued = now - SKEW
        claims = {
            "iss": self.name,
            "sub": str(account),
            "aud": AUDIENCE,
            "iat": int(issued.timestamp()),
            "exp": int((now + LIFE).timestamp()),
            "jti": uuid4().hex,
        }
        first = self._keys[0]
        return jwt.encode({"alg": _ALGORITHM, "kid": first.kid}, claims, first, algorithms=[_ALGORITHM])

    def public_keys(self) -> KeySetSerialization:
        """A JSON Web Key Set."""
        return KeySet(list(self._keys)).as_dict(private=False)


def load_keys(folder: Path) -> list[OKPKey]:
    """The last by name first: names end in the day they were made.

    Raises:
        NoSigningKey
    """
    keys = []
    for path in sorted(folder.glob("signing*.pem"), key=lambda path: path.stem, reverse=True):
        try:
            key = OKPKey.import_key(path.read_bytes(), {"use": "sig", "alg": _ALGORITHM})
        except (JoseError, ValueError):
            raise NoSigningKey(f"{path} holds no Ed25519 key in PEM.") from None
        if key.curve_name != "Ed25519" or not key.is_private:
            raise NoSigningKey(f"{path} holds no private Ed25519 key.")
        key.ensure_kid()
        keys.append(key)
    if not keys:
        raise NoSigningKey(f"{folder} holds no signing*.pem.")
    return keys


def make_key(folder: Path, now: datetime) -> Path:
    """A new key beside the old ones, readable by nobody else; it signs from the next start on."""
    path = folder / f"signing-{now:%Y%m%dT%H%M%S}.pem"
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(pem)
    return path
