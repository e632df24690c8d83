"""A small trade to try the core with: people ask for places under a quota that another service issues."""

from collections.abc import Sequence
from dataclasses import field, replace
from datetime import date
from uuid import UUID

from sqlalchemy import Boolean, Column, Integer, MetaData, Table, Text

from ketnap.common.codec import Codec
from ketnap.common.decider import Claim, Decider, Hold, Rejected, Release
from ketnap.common.frozen import ERASABLE, Forgotten, frozen
from ketnap.common.log import Entry
from ketnap.common.readmodel import Lined, ReadModel
from ketnap.common.relay import Erased
from ketnap.contracts.fact import Fact

# Events


@frozen
class PlaceAsked:
    person: UUID
    quota: str
    on: date
    name: str | Forgotten = field(metadata=ERASABLE)


@frozen
class PlaceTaken:
    person: UUID
    quota: str
    on: date
    left: int


@frozen
class PlaceGivenBack:
    person: UUID
    quota: str
    on: date


type Event = PlaceAsked | PlaceTaken | PlaceGivenBack

NAMES: dict[str, type[Event]] = {
    "place.asked": PlaceAsked,
    "place.taken": PlaceTaken,
    "place.given_back": PlaceGivenBack,
}

# Commands


@frozen
class Ask:
    person: UUID
    name: str
    quota: str
    on: date


@frozen
class Take:
    on: date
    left: int


@frozen
class GiveBack:
    on: date


type Command = Ask | Take | GiveBack

# State


@frozen
class Nothing:
    pass


@frozen
class Asked:
    person: UUID
    quota: str
    name: str | Forgotten


@frozen
class Taken:
    person: UUID
    quota: str


@frozen
class GivenBack:
    pass


type State = Nothing | Asked | Taken | GivenBack


class NoPlaceLeft(Rejected):
    """Hết chỗ trong chỉ tiêu {quota}.

    No place is left under the quota {quota}.
    """


class NotAsked(Rejected):
    """Chưa có đơn xin chỗ.

    Nobody has asked for this place.
    """


def decide(command: Command, state: State) -> list[Event]:
    match command, state:
        case Ask(person=person, name=name, quota=quota, on=on), Nothing():
            return [PlaceAsked(person=person, name=name, quota=quota, on=on)]
        case Take(left=left), Asked(quota=quota) if left < 1:
            raise NoPlaceLeft(quota=quota)
        case Take(on=on, left=left), Asked(person=person, quota=quota):
            return [PlaceTaken(person=person, quota=quota, on=on, left=left)]
        case GiveBack(on=on), Taken(person=person, quota=quota):
            return [PlaceGivenBack(person=person, quota=quota, on=on)]
        case (Ask(), Asked()) | (Take(), Taken()) | (GiveBack(), GivenBack()):
            return []
        case _:
            raise NotAsked


def evolve(_state: State, event: Event) -> State:
    match event:
        case PlaceAsked(person=person, quota=quota, name=name):
            return Asked(person=person, quota=quota, name=name)
        case PlaceTaken(person=person, quota=quota):
            return Taken(person=person, quota=quota)
        case PlaceGivenBack():
            return GivenBack()


def claims(event: Event) -> list[Claim]:
    match event:
        case PlaceAsked(person=person):
            return [Hold(kind="open-place", value=str(person))]
        case PlaceGivenBack():
            return [Release(kind="open-place")]
        case PlaceTaken():
            return []


decider: Decider[Command, State, Event] = Decider(
    initial=Nothing(), decide=decide, evolve=evolve, claims=claims
)
codec: Codec[Event] = Codec(NAMES)

# Facts


class QuotaGiven(Fact, type="quotas.quota_given.v1", subject="quota"):
    """So many places (absolute value)."""

    quota: str
    places: int


class PlaceFilled(Fact, type="places.place_filled.v1", subject="person"):
    """A place was taken or given back."""

    person: UUID
    quota: str
    filled: bool


async def publish(entries: Sequence[Entry]) -> list[list[Fact | Erased]]:
    told: list[list[Fact | Erased]] = []
    for entry in entries:
        match codec.read(entry):
            case PlaceTaken(person=person, quota=quota):
                told.append([PlaceFilled(person=person, quota=quota, filled=True)])
            case PlaceGivenBack(person=person, quota=quota):
                told.append(
                    [
                        PlaceFilled(person=person, quota=quota, filled=False),
                        PlaceFilled(person=person, quota=f"{quota}/returned", filled=False),
                    ]
                )
            case PlaceAsked():
                told.append([])
    return told


# A page: how many places a quota has and who took them

rows = Table(
    "quotas",
    MetaData(),
    Column("quota", Text, primary_key=True),
    Column("places", Integer),
    Column("taken", Integer),
)
lines = Table(
    "quotas_lines",
    MetaData(),
    Column("subject", Text, nullable=False),
    Column("position", Integer, nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("delta", Integer, nullable=False),
)


@frozen
class Quota:
    quota: str
    places: int = 0
    taken: int = 0


@frozen
class Line:
    subject: str
    position: int
    ordinal: int
    delta: int


class Unfoldable(Exception):
    pass


def fold(row: Quota, event: Event | QuotaGiven, entry: Entry) -> Quota | Lined[Quota]:
    match event:
        case QuotaGiven(places=places) if places < 0:
            raise Unfoldable(f"{places} places")
        case QuotaGiven(places=places):
            return replace(row, places=places)
        case PlaceTaken():
            return _moved(row, entry, 1)
        case PlaceGivenBack():
            return _moved(row, entry, -1)
        case _:
            return row


def _moved(row: Quota, entry: Entry, delta: int) -> Lined[Quota]:
    line = Line(subject=row.quota, position=entry.position, ordinal=0, delta=delta)
    return Lined(row=replace(row, taken=row.taken + delta), add=[line])


def read(entry: Entry) -> Event | QuotaGiven:
    return QuotaGiven.read(entry.json) if entry.type == QuotaGiven.TYPE else codec.read(entry)


def subjects(event: Event | QuotaGiven) -> list[str]:
    return [event.quota]


model: ReadModel[Quota, Event | QuotaGiven] = ReadModel(
    table=rows,
    row=Quota,
    lines=lines,
    indexes={"quotas_lines": ["(subject)"]},
    begin=lambda quota: Quota(quota=quota),
    types={"place.taken", "place.given_back", QuotaGiven.TYPE},
    read=read,
    subjects=subjects,
    fold=fold,
)


# Another service's page: who has a place, as far as the facts say

filled_rows = Table(
    "filled",
    MetaData(),
    Column("person", Text, primary_key=True),
    Column("quota", Text),
    Column("filled", Boolean),
    Column("facts", Integer),
)


@frozen
class Filled:
    person: str
    quota: str = ""
    filled: bool = False
    facts: int = 0


def fold_filled(row: Filled, fact: PlaceFilled, _entry: Entry) -> Filled:
    return replace(row, quota=fact.quota, filled=fact.filled, facts=row.facts + 1)


filled: ReadModel[Filled, PlaceFilled] = ReadModel(
    table=filled_rows,
    row=Filled,
    begin=lambda person: Filled(person=person),
    types={PlaceFilled.TYPE},
    read=lambda entry: PlaceFilled.read(entry.json),
    subjects=lambda fact: [str(fact.person)],
    fold=fold_filled,
)
