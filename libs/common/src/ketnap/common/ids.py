"""Identifiers made here: ordered ones for events and commands, random ones for people."""

import os
import time
from uuid import UUID

_LAST = [0]


def uuid7() -> UUID:
    """A UUID version 7 (RFC 9562): milliseconds since 1970, then random; increasing within this process."""
    instant = max(time.time_ns() // 1_000_000, _LAST[0])
    _LAST[0] = instant
    value = (instant << 80) | int.from_bytes(os.urandom(10))
    value = value & ~(0xF << 76) | (0x7 << 76)
    value = value & ~(0x3 << 62) | (0x2 << 62)
    return UUID(int=value)
