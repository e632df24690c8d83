"""What ends a command that cannot go on: one sentence that says what is wrong and what to do."""

import errno
import re
from enum import IntEnum

from pydantic import ValidationError


class Code(IntEnum):
    """Exit codes are part of the command line's interface: none ever changes its meaning."""

    ERROR = 1
    USAGE = 2
    NOT_FOUND = 3
    DENIED = 4
    CONFLICT = 5


class Unable(Exception):
    def __init__(self, sentence: str, code: Code = Code.ERROR) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.code = code


FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
DENIED = {errno.EACCES, errno.EPERM, errno.EROFS}
COMPLAINT = re.compile(r"PANIC|FATAL|ERROR|error:|Error:|Exception:")
FULL_IN_WORDS = ("No space left on device", "Disk quota exceeded", "File too large")


def disk_is_full(what: object) -> Unable:
    return Unable(
        f"No space is left for {what}: free some, or choose a folder on another disk with KETNAP_HOME."
    )


def from_os(error: OSError) -> Unable:
    """The sentence for an error of the operating system that nobody expected more closely."""
    where = error.filename or "a file"
    if error.errno in FULL:
        return disk_is_full(where)
    if error.errno in DENIED:
        return Unable(
            f"This account may not write {where}: change its owner, or choose a folder of yours with KETNAP_HOME.",
            Code.DENIED,
        )
    return Unable(f"The operating system refuses: {error}.")


def not_told(error: ValidationError) -> Unable:
    """The sentence for the first setting of the environment that is missing or wrong."""
    [first, *_] = error.errors()
    name = "_".join(str(part) for part in first["loc"]).upper()
    return Unable(f"KETNAP_{name} is missing or not understood: {first['msg']}.", Code.USAGE)


def from_output(what: str, output: str) -> Unable:
    """The sentence for a program that ended by itself, from what it wrote last."""
    if any(words in output for words in FULL_IN_WORDS):
        return disk_is_full(what)
    said = [line.strip() for line in output.splitlines() if line.strip()]
    worst = [line for line in said if COMPLAINT.search(line)] or said or ["it said nothing"]
    return Unable(f"{what} ended by itself: {worst[-1]}")
