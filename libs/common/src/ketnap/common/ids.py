"""Identifiers made here: ordered ones for events and commands, random ones for people."""

import itertools
import secrets
import time
from uuid import UUID

_COUNT = itertools.count(secrets.randbits(12))


def uuid7() -> UUID:
    """A UUID version 7 (RFC 9562): milliseconds since 1970, twelve bits that count on, then random."""
    instant = time.time_ns() // 1_000_000
    counted = next(_COUNT) & 0xFFF
    value = instant << 80 | 0x7 << 76 | counted << 64 | 0x2 << 62 | secrets.randbits(62)
    return UUID(int=value)
