"""Facts about a person as the entries of a timeline."""

from datetime import datetime

from ketnap.portal.answers.asking import day
from ketnap.portal.services import Json
from ketnap.portal.timeline import Counted, TimelineEntry, Votes, happening

_WORDS = ("step", "reason", "matter", "programme", "change")
_DETAILS = ("decision", "number")


def happened(fact: Json) -> TimelineEntry:
    """Of a person's timeline, with all that the fact says."""
    data = fact["data"]
    return TimelineEntry(
        happening=happening(fact["type"]),
        on=day(fact["on"]),
        recorded_at=datetime.fromisoformat(fact["recorded_at"]),
        position=fact["position"],
        unit=fact["unit_name"],
        word=next((data[name] for name in _WORDS if data.get(name)), ""),
        detail=next((data[name] for name in _DETAILS if data.get(name)), ""),
        votes=_votes(data),
        counts=tuple(Counted(title=one["title"], delta=one["delta"]) for one in fact["counts"]),
        corrects=fact["corrects"],
        replaced_by=fact["replaced_by"],
    )


def _votes(data: Json) -> Votes | None:
    of = data.get("officials", data.get("members"))
    if of is None or "yes" not in data:
        return None
    return Votes(yes=data["yes"], of=of, passed=data["passed"])


def line(entry: Json, title: str) -> TimelineEntry:
    """A line of the ledger behind a figure."""
    return TimelineEntry(
        happening=happening(entry["type"]),
        on=day(entry["on"]),
        recorded_at=datetime.fromisoformat(entry["recorded_at"]),
        position=entry["position"],
        unit=entry["unit_name"],
        counts=(Counted(title=title, delta=entry["delta"]),),
    )
