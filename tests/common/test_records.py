"""What a record is, and which of a batch are new."""

from collections.abc import Sequence
from datetime import UTC, datetime
from types import SimpleNamespace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ketnap.common.records import Heard, Stray, as_json, read, sift
from ketnap.contracts.envelope import Envelope


def heard(number: int, epoch: int = 1, offset: int = 0) -> Heard:
    envelope = Envelope(
        id=UUID(int=number),
        type="t.v1",
        source="s",
        subject="x",
        time=datetime(2024, 1, 2, tzinfo=UTC),
        factno=number,
        epoch=epoch,
        position=number,
        part=0,
    )
    return Heard(envelope=envelope, offset=offset, value=b"{}")


def numbers(facts: Sequence[Heard]) -> list[int]:
    return [fact.number for fact in facts]


def test_what_follows_is_new_and_what_is_there_is_doubled() -> None:
    sifted = sift([heard(n) for n in (4, 5, 6, 5, 7)], seen=5, epoch=1, dense=True)

    assert (numbers(sifted.new), numbers(sifted.doubled), sifted.missing) == ([6, 7], [4, 5, 5], None)


def test_behind_a_gap_nothing_is_new() -> None:
    sifted = sift([heard(n) for n in (6, 8, 9)], seen=5, epoch=1, dense=True)

    assert (numbers(sifted.new), sifted.missing) == ([6], 7)


@pytest.mark.parametrize("order", [(8, 6, 7, 8), (8, 7, 6), (7, 8, 6)])
def test_what_came_too_early_waits_for_the_rest_of_its_batch(order: tuple[int, ...]) -> None:
    sifted = sift([heard(n) for n in order], seen=5, epoch=1, dense=True)

    assert (numbers(sifted.new), sifted.missing) == ([6, 7, 8], None)


def test_a_late_record_of_an_older_epoch_is_void_and_no_gap() -> None:
    sifted = sift([heard(6, 2), heard(7, 1), heard(9, 1)], seen=5, epoch=1, dense=True)

    assert (numbers(sifted.new), numbers(sifted.doubled), sifted.missing) == ([6], [], None)


def test_a_compacted_topic_has_holes_by_right() -> None:
    sifted = sift([heard(n) for n in (3, 9, 7, 12)], seen=5, epoch=1, dense=False)

    assert (numbers(sifted.new), numbers(sifted.doubled), sifted.missing) == ([9, 12], [3, 7], None)


@given(
    st.lists(st.tuples(st.integers(1, 12), st.integers(1, 3)), max_size=30),
    st.integers(0, 5),
    st.booleans(),
)
def test_new_facts_are_in_order_and_dense_and_of_epochs_that_do_not_fall(
    came: list[tuple[int, int]], seen: int, dense: bool
) -> None:
    facts = [heard(number, epoch) for number, epoch in came]

    sifted = sift(facts, seen=seen, epoch=1, dense=dense)

    new = numbers(sifted.new)
    assert new == sorted(set(new))
    assert [fact.epoch for fact in sifted.new] == sorted(fact.epoch for fact in sifted.new)
    assert not dense or new == list(range(seen + 1, seen + 1 + len(new)))
    again = sift(facts, seen=max([seen, *new]), epoch=max([1, *(f.epoch for f in sifted.new)]), dense=dense)
    assert not dense or again.new == []


@given(st.permutations(range(1, 9)), st.lists(st.integers(1, 8)))
def test_however_often_and_in_whatever_order_facts_come_each_is_landed_once(
    order: list[int], more: list[int]
) -> None:
    landed: list[int] = []
    deliveries = [*order, *more, *range(1, 9)]  # in the end a refill sends all of them in order
    for n in range(0, len(deliveries), 3):
        batch = [heard(number) for number in deliveries[n : n + 3]]
        landed += numbers(sift(batch, seen=len(landed), epoch=1, dense=True).new)

    assert landed == list(range(1, 9))


@given(st.none() | st.binary())
def test_whatever_the_value_holds_it_becomes_json(value: bytes | None) -> None:
    text, reason = as_json(value)

    assert (reason is None) == (value is None or text.encode() == value)
    assert reason is None or "base64" in text


def test_a_record_without_a_number_is_a_stray_with_its_cause() -> None:
    record = SimpleNamespace(headers=[("a\0b", None), ("c", b"\xff")], value=b"x", offset=9, key=None)

    stray = read(record)

    assert isinstance(stray, Stray)
    assert stray.offset == 9
    assert "ce_factno" in stray.cause
    assert stray.kept_headers() == b"a\0b=\nc=/w=="
