"""Sign-in with a built-in account."""

from enum import StrEnum

from ketnap.common.frozen import frozen


class Refusal(StrEnum):
    """Why the officer stands before the sign-in page again."""

    MISMATCH = "mismatch"  # `tries_left` more before the account is locked
    LOCKED = "locked"  # for `minutes` more
    ADDRESS_LOCKED = "address_locked"  # too many failures from this network address; for `minutes` more


class Notice(StrEnum):
    SIGNED_OUT = "signed_out"
    EXPIRED = "expired"


@frozen
class SignIn:
    login: str
    back: str
    runs: bool
    """Is all there that the pages need?"""
    notice: Notice | None = None
    refusal: Refusal | None = None
    tries_left: int = 0
    minutes: int = 0
