"""All that admission can read: its own events, and the facts it hears."""

from uuid import UUID

from ketnap.admission import events
from ketnap.common import forgetting
from ketnap.common.codec import Codec
from ketnap.common.frozen import frozen
from ketnap.common.landing import CONTENT
from ketnap.common.log import Entry
from ketnap.contracts import registry, training
from ketnap.contracts.fact import Fact
from ketnap.contracts.registry import IdentityChanged


@frozen
class IdentityErased:
    """Who this was cannot be known any more, here or at the source."""

    person: UUID


type Own = events.Event | forgetting.ForgettingDone
type Heard = Fact | IdentityErased

dossiers: Codec[events.Event] = Codec(events.NAMES)
forgettings: Codec[forgetting.ForgettingDone] = Codec(forgetting.NAMES)

HEARD: dict[str, type[Fact]] = {**registry.FACTS, **training.FACTS}


def own(entry: Entry) -> Own:
    """An event of ours.

    Raises:
        KeyError: the entry is none of ours.
    """
    return forgettings.read(entry) if entry.type in forgettings.names else dossiers.read(entry)


def heard(entry: Entry) -> Heard:
    """A fact heard; of a restricted one the content must have been opened.

    Raises:
        KeyError: it is of no type that admission listens for.
    """
    if entry.type != IdentityChanged.TYPE:
        return HEARD[entry.type].read(entry.json)
    content = entry.content.get(CONTENT)
    return IdentityChanged.read(content) if content else IdentityErased(person=UUID(entry.data["person"]))
