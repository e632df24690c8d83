"""What went wrong, said so that an officer knows what to do."""

from enum import StrEnum

from ketnap.common.frozen import frozen


class Fault(StrEnum):
    NOT_FOUND = "not_found"  # also what is out of the viewer's scope
    FORBIDDEN = "forbidden"
    BAD_DAY = "bad_day"  # `said` is no day
    FORM_EXPIRED = "form_expired"  # the form's token does not belong to this session
    REFUSED = "refused"  # a service says why: `said`
    UNAVAILABLE = "unavailable"  # a service does not answer
    BROKEN = "broken"


@frozen
class Error:
    """`code` finds the request in the log; `said`: what was typed, or a service's own sentences."""

    fault: Fault
    status: int
    code: str
    said: str = ""
