"""All that training can read: its own events, and the facts it hears."""

from uuid import UUID

from ketnap.common import forgetting
from ketnap.common.codec import Codec
from ketnap.common.frozen import frozen
from ketnap.common.landing import CONTENT
from ketnap.common.log import Entry
from ketnap.contracts import admission, registry
from ketnap.contracts.fact import Fact
from ketnap.contracts.registry import IdentityChanged
from ketnap.training import class_plan, course, nomination

type Own = class_plan.Event | nomination.Event | course.Event | forgetting.ForgettingDone

plans: Codec[class_plan.Event] = Codec(class_plan.NAMES)
nominations: Codec[nomination.Event] = Codec(nomination.NAMES)
courses: Codec[course.Event] = Codec(course.NAMES)
forgettings: Codec[forgetting.ForgettingDone] = Codec(forgetting.NAMES)

_OWN: dict[str, Codec[Own]] = {
    name: codec  # type: ignore[misc] # each codec reads a part of Own
    for codec in (plans, nominations, courses, forgettings)
    for name in codec.names
}

HEARD: dict[str, type[Fact]] = {**registry.FACTS, **admission.FACTS}


@frozen
class IdentityErased:
    """What was known of the person is gone."""

    person: UUID


def own(entry: Entry) -> Own:
    """An event of ours.

    Raises:
        KeyError: the entry is none of ours.
    """
    return _OWN[entry.type].read(entry)


def read(entry: Entry) -> Own | Fact | IdentityErased:
    """An event of ours, a fact heard, or an identity as far as its content still exists."""
    if entry.type == IdentityChanged.TYPE:
        content = entry.content.get(CONTENT)
        if content is None:
            return IdentityErased(person=UUID(entry.data["person"]))
        return IdentityChanged.read(content)
    fact = HEARD.get(entry.type)
    return fact.read(entry.json) if fact else own(entry)
