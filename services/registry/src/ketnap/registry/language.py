"""All that registry can read: its own events, and the facts it hears."""

from uuid import UUID

from ketnap.common import forgetting
from ketnap.common.codec import Codec
from ketnap.common.frozen import frozen
from ketnap.common.log import Entry
from ketnap.contracts import admission, statistics, training
from ketnap.contracts.fact import Fact
from ketnap.registry import account, candidacy, person, roll, unit


@frozen
class Heartbeat:
    """Registry was alive; told every minute."""

    source: str = "registry"


type Own = (
    unit.Event
    | person.Event
    | candidacy.Event
    | roll.Event
    | account.Event
    | forgetting.ForgettingDone
    | Heartbeat
)

HEARTBEAT: dict[str, type[Heartbeat]] = {"registry.heartbeat": Heartbeat}

units: Codec[unit.Event] = Codec(unit.NAMES)
people: Codec[person.Event] = Codec(person.NAMES)
candidacies: Codec[candidacy.Event] = Codec(candidacy.NAMES)
rolls: Codec[roll.Event] = Codec(roll.NAMES)
accounts: Codec[account.Event] = Codec(account.NAMES)
forgettings: Codec[forgetting.ForgettingDone] = Codec(forgetting.NAMES)
heartbeats: Codec[Heartbeat] = Codec(HEARTBEAT)

_OWN: dict[str, Codec[Own]] = {
    name: codec  # type: ignore[misc] # each codec reads a part of Own
    for codec in (units, people, candidacies, rolls, accounts, forgettings, heartbeats)
    for name in codec.names
}

PERSONAL = frozenset(name for codec in (people,) for name in codec.personal_types)

HEARD: dict[str, type[Fact]] = {**training.FACTS, **admission.FACTS, **statistics.FACTS}


def own(entry: Entry) -> Own:
    """An event of ours.

    Raises:
        KeyError: the entry is none of ours.
    """
    return _OWN[entry.type].read(entry)


def read(entry: Entry) -> Own | Fact:
    """An event of ours or a fact heard."""
    fact = HEARD.get(entry.type)
    return fact.read(entry.json) if fact else own(entry)


def id_of(entry: Entry) -> UUID:
    """The id in the name of a stream of ours."""
    return UUID(entry.stream.partition("-")[2])
