"""When something happened: not in the future, and far back only with a reason."""

from datetime import date

from ketnap.common.decider import Rejected

FAR_BACK = 30  # days


class NotYetHappened(Rejected):
    """Ngày {on} chưa đến. Hãy ghi sau khi việc đã diễn ra.

    The day {on} has not come yet. Record it after it has happened.
    """


class ReasonNeeded(Rejected):
    """Việc ngày {on} đã quá {days} ngày mới ghi. Hãy nêu lý do ghi muộn.

    What happened on {on} is recorded more than {days} days late. Give the reason.
    """


class OutOfOrder(Rejected):
    """Ngày {on} trước ngày {after} của bước trước. Hãy kiểm tra lại ngày.

    The day {on} lies before {after}, the day of the step before. Check the date.
    """


def occurred(on: date, *, today: date, reason: str | None = None, after: date | None = None) -> None:
    """Pass when a thing of the day `on` may be recorded today.

    Raises:
        NotYetHappened, ReasonNeeded, OutOfOrder
    """
    if on > today:
        raise NotYetHappened(on=on)
    if (today - on).days > FAR_BACK and not reason:
        raise ReasonNeeded(on=on, days=FAR_BACK)
    if after is not None and on < after:
        raise OutOfOrder(on=on, after=after)
