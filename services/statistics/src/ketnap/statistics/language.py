"""All that statistics can read: its own events, and the facts it hears."""

from collections.abc import Mapping
from uuid import UUID

from ketnap.common import forgetting
from ketnap.common.codec import Codec
from ketnap.common.frozen import frozen
from ketnap.common.landing import CONTENT
from ketnap.common.log import Entry
from ketnap.contracts import admission, registry, training
from ketnap.contracts.fact import Fact
from ketnap.contracts.registry import ProfileChanged
from ketnap.statistics import allocation, detachment, plan, unit_plan

type Own = plan.Event | allocation.Event | unit_plan.Event | detachment.Event | forgetting.ForgettingDone


@frozen
class ProfileErased:
    """A profile whose content is gone, or never could be read here."""

    person: UUID


type Read = Own | Fact | ProfileErased

plans: Codec[plan.Event] = Codec(plan.NAMES)
allocations: Codec[allocation.Event] = Codec(allocation.NAMES)
unit_plans: Codec[unit_plan.Event] = Codec(unit_plan.NAMES)
detachments: Codec[detachment.Event] = Codec(detachment.NAMES)
forgettings: Codec[forgetting.ForgettingDone] = Codec(forgetting.NAMES)

_OWN: Mapping[str, Codec[Own]] = {
    name: codec  # type: ignore[misc] # each codec reads a part of Own
    for codec in (plans, allocations, unit_plans, detachments, forgettings)
    for name in codec.names
}

HEARD: Mapping[str, type[Fact]] = {**registry.FACTS, **training.FACTS, **admission.FACTS}


def own(entry: Entry) -> Own:
    """An event of ours.

    Raises:
        KeyError: the entry is none of ours.
    """
    return _OWN[entry.type].read(entry)


def read(entry: Entry) -> Read:
    """An event of ours or a fact heard; of a profile what was opened of it."""
    if entry.type == ProfileChanged.TYPE:
        content = entry.content.get(CONTENT)
        return ProfileChanged.read(content) if content else ProfileErased(person=UUID(entry.data["person"]))
    fact = HEARD.get(entry.type)
    return fact.read(entry.json) if fact else own(entry)
