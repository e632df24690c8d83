"""Content that can be erased: sealed with a key per person, stored beside the log, opened only where it is needed."""

import base64
import os
import secrets
import time
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import aes_key_unwrap, aes_key_wrap

from ketnap.common.append import Sealed
from ketnap.common.database import Driver
from ketnap.common.frozen import frozen
from ketnap.common.log import Entry

NONCE = 12  # bytes
REMEMBER = 60.0  # seconds that an opened key may be used unasked
KEYS = 10_000  # opened keys in memory; when there are more the oldest go


@frozen
class Plain:
    """Content of one event, by field, as JSON, and the person it speaks of."""

    person: UUID
    version: int
    fields: Mapping[str, bytes]


class Vault:
    """Seals and opens. The keys stand in a table of their own, each wrapped by the master key.

    Sealed content is bound to its stream, version and field: a row moved to another place does not open.
    """

    def __init__(self, master_key: bytes) -> None:
        self._master = master_key
        self._keys: dict[UUID, tuple[float, bytes]] = {}

    async def seal(self, db: Driver, stream: str, plains: Sequence[Plain]) -> dict[int, list[Sealed]]:
        """By version. Nothing comes back for a person who was forgotten: what arrives late is not kept."""
        keys = await self._keys_to_seal(db, list({plain.person for plain in plains}))
        return {
            plain.version: [
                Sealed(
                    field=field,
                    subject=plain.person,
                    ciphertext=_seal(keys[plain.person], content, _bound_to(stream, plain.version, field)),
                )
                for field, content in plain.fields.items()
            ]
            for plain in plains
            if plain.person in keys
        }

    async def open(self, db: Driver, entries: Sequence[Entry]) -> None:
        """Give these entries their content, as far as it still exists."""
        if not entries:
            return
        by_position = {entry.position: entry for entry in entries}
        rows = await db.fetch(
            "SELECT position, field, subject, ciphertext FROM core.personal WHERE position = ANY ($1::bigint[])",
            list(by_position),
        )
        keys = await self._keys_to_open(db, {row["subject"] for row in rows})
        contents: dict[int, dict[str, bytes]] = {}
        for row in rows:
            entry = by_position[row["position"]]
            key = keys.get(row["subject"])
            if key is None:
                continue
            plain = _open(key, row["ciphertext"], _bound_to(entry.stream, entry.version, row["field"]))
            contents.setdefault(entry.position, {})[row["field"]] = plain
        for position, content in contents.items():
            by_position[position].content = content

    def forget(self, person: UUID) -> None:
        """Drop what is in memory; the rows are deleted by `core.forget`."""
        self._keys.pop(person, None)

    async def _keys_to_seal(self, db: Driver, persons: Sequence[UUID]) -> dict[UUID, bytes]:
        keys = {person: key for person in persons if (key := self._remembered(person)) is not None}
        missing = [person for person in persons if person not in keys]
        if missing:
            fresh = [aes_key_wrap(self._master, secrets.token_bytes(32)) for _ in missing]
            rows = await db.fetch("SELECT core.keys($1::uuid[], $2::bytea[])", missing, fresh)
            for person, (wrapped,) in zip(missing, rows, strict=True):
                if wrapped is not None:
                    keys[person] = self._remember(person, wrapped)
        return keys

    async def _keys_to_open(self, db: Driver, persons: Collection[UUID]) -> dict[UUID, bytes]:
        keys = {person: key for person in persons if (key := self._remembered(person)) is not None}
        missing = [person for person in persons if person not in keys]
        if missing:
            rows = await db.fetch(
                "SELECT subject, wrapped FROM core.person_key WHERE subject = ANY ($1::uuid[])", missing
            )
            for subject, wrapped in rows:
                keys[subject] = self._remember(subject, wrapped)
        return keys

    def _remember(self, person: UUID, wrapped: bytes) -> bytes:
        key = aes_key_unwrap(self._master, wrapped)
        self._keys[person] = (time.monotonic(), key)
        if len(self._keys) > KEYS:
            self._keys.pop(next(iter(self._keys)))
        return key

    def _remembered(self, person: UUID) -> bytes | None:
        since, key = self._keys.get(person, (0.0, b""))
        if not key or time.monotonic() - since > REMEMBER:
            self._keys.pop(person, None)
            return None
        return key


def read_key(path: Path) -> bytes:
    """A 32-byte key from a file that holds it in base64, made by `ketnap init`.

    Raises:
        ValueError: the file does not hold such a key.
    """
    key = base64.b64decode(path.read_text().strip(), validate=True)
    if len(key) != 32:  # noqa: PLR2004 - AES-256
        raise ValueError(f"{path} does not hold a key of 32 bytes in base64")
    return key


def _bound_to(stream: str, version: int, field: str) -> bytes:
    return f"{stream}|{version}|{field}".encode()


def _seal(key: bytes, plain: bytes, bound_to: bytes) -> bytes:
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, plain, bound_to)


def _open(key: bytes, sealed: bytes, bound_to: bytes) -> bytes:
    try:
        return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], bound_to)
    except InvalidTag:
        raise ValueError(f"sealed content was changed or moved: {bound_to.decode()}") from None
