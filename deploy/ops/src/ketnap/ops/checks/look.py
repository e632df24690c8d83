"""One thing that was looked at, what was found, and what to do about it."""

from collections.abc import Awaitable, Callable

from ketnap.common.frozen import frozen
from ketnap.common.service import Service


@frozen
class Look:
    """`do` says what to do when it is not well."""

    service: str
    about: str
    ok: bool
    says: str
    do: str = ""


type Check = Callable[[], Awaitable[Look]]


def good(service: Service, about: str, says: str) -> Look:
    return Look(service=service.core.service, about=about, ok=True, says=says)


def bad(service: Service, about: str, says: str, do: str) -> Look:
    return Look(service=service.core.service, about=about, ok=False, says=says, do=do)
