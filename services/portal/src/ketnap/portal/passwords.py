"""Passwords of built-in accounts: argon2id, never faster for a name that does not exist."""

import asyncio
import secrets
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

LEAST_LENGTH = 12
_AT_ONCE = 4  # each takes 64 MB and a core


class TooShort(Exception):
    """The password has fewer than 12 characters."""


class Passwords:
    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._decoy = self._hasher.hash(secrets.token_urlsafe())
        self._turns = asyncio.Semaphore(_AT_ONCE)

    def hash(self, password: str) -> str:
        """Raises TooShort."""
        password = _normal(password)
        if len(password) < LEAST_LENGTH:
            raise TooShort(TooShort.__doc__)
        return self._hasher.hash(password)

    async def fits(self, password: str, hashed: str | None) -> bool:
        """Takes as long for no hash at all as for a wrong password."""
        async with self._turns:
            return await asyncio.to_thread(self._fits, _normal(password), hashed)

    def _fits(self, password: str, hashed: str | None) -> bool:
        try:
            self._hasher.verify(hashed or self._decoy, password)
        except (VerifyMismatchError, InvalidHashError):
            return False
        return hashed is not None

    async def rehash(self, password: str) -> str:
        """For a password that was just found to fit."""
        async with self._turns:
            return await asyncio.to_thread(self._hasher.hash, _normal(password))

    def outdated(self, hashed: str) -> bool:
        """Made with weaker parameters than today's."""
        return self._hasher.check_needs_rehash(hashed)


def _normal(password: str) -> str:
    return unicodedata.normalize("NFC", password)
