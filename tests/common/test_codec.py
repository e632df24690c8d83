"""From stored to meant and back: names, versions, and what may be forgotten."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ketnap.common.codec import Codec, NewerVersion, Written
from ketnap.common.frozen import ERASABLE, FORGOTTEN, Forgotten, frozen
from ketnap.common.log import Entry


@frozen
class Address:
    street: str
    number: int | None


@frozen
class Measured:
    on: date
    value: Decimal
    count: int
    tags: tuple[str, ...]
    where: Address | None


@frozen
class Named:
    person: UUID
    at: date
    weight: int
    name: str | Forgotten = field(metadata=ERASABLE)
    address: Address | Forgotten = field(metadata=ERASABLE)


type Event = Measured | Named

codec: Codec[Event] = Codec({"thing.measured": Measured, "thing.named": Named})

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
ADDRESSES = st.builds(Address, street=TEXT, number=st.none() | st.integers())
EVENTS: st.SearchStrategy[Event] = st.builds(
    Measured,
    on=st.dates(),
    value=st.decimals(allow_nan=False, allow_infinity=False),
    count=st.integers(),
    tags=st.lists(TEXT, max_size=3).map(tuple),
    where=st.none() | ADDRESSES,
) | st.builds(
    Named,
    person=st.uuids(),
    at=st.dates(),
    weight=st.integers(),
    name=TEXT | st.just(FORGOTTEN),
    address=ADDRESSES | st.just(FORGOTTEN),
)


def entry(written: Written, content: Mapping[str, bytes] | None = None) -> Entry:
    return Entry(
        1,
        uuid4(),
        "thing-1",
        1,
        written.type,
        written.schema_version,
        written.json.decode(),
        "{}",
        datetime.now(UTC),
        written.content if content is None else content,
    )


@given(EVENTS)
def test_what_is_written_is_read_again(event: Event) -> None:
    assert codec.read(entry(codec.write(event))) == event


@given(EVENTS.filter(lambda event: isinstance(event, Named)))
def test_without_its_content_an_event_reads_as_forgotten_and_keeps_the_rest(event: Named) -> None:
    written = codec.write(event)

    assert codec.read(entry(written, {})) == replace(event, name=FORGOTTEN, address=FORGOTTEN)
    assert written.person == event.person
    assert set(written.content) == {
        name for name in ("name", "address") if getattr(event, name) is not FORGOTTEN
    }
    assert b'"name"' not in written.json


def test_an_old_version_is_lifted_step_by_step() -> None:
    def one_to_two(data: dict[str, Any]) -> dict[str, Any]:
        return {"street": data["s"], "number": data["n"]}

    def two_to_three(data: dict[str, Any]) -> dict[str, Any]:
        return {**data, "number": data["number"] + 1}

    lifting: Codec[Address] = Codec(
        {"address": Address}, {("address", 1): one_to_two, ("address", 2): two_to_three}
    )
    written = lifting.write(Address(street="x", number=0))
    old = Written(type="address", schema_version=1, json=b'{"s":"a","n":1}', person=None, content={})
    newer = Written(
        type="address", schema_version=2, json=b'{"street":"a","number":1}', person=None, content={}
    )

    assert written.schema_version == 3
    assert lifting.read(entry(old)) == lifting.read(entry(newer)) == Address(street="a", number=2)


def test_a_version_of_a_later_release_is_not_read_as_if_it_were_ours() -> None:
    written = codec.write(Named(person=uuid4(), at=date(2024, 1, 2), weight=1, name="An", address=FORGOTTEN))

    with pytest.raises(NewerVersion):
        codec.read(entry(Written(**{**_fields(written), "schema_version": 2})))


def _fields(written: Written) -> dict[str, Any]:
    return {name: getattr(written, name) for name in ("type", "json", "person", "content")}


def test_a_lift_that_leads_from_nowhere_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="from version 2"):
        Codec({"address": Address}, {("address", 2): lambda data: data})


def test_erasable_content_without_a_person_is_refused_at_once() -> None:
    @dataclass(frozen=True)
    class Nobodys:
        name: str | Forgotten = field(metadata=ERASABLE)

    with pytest.raises(TypeError, match="must name the person"):
        Codec({"nobodys": Nobodys})


def test_a_type_that_nobody_named_is_not_read() -> None:
    with pytest.raises(KeyError):
        codec.read(entry(Written(type="unknown", schema_version=1, json=b"{}", person=None, content={})))
