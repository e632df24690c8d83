"""One clock: the officers' day, and a sandbox that may live in another year."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ketnap.common.clock import Clock, day_of
from ketnap.common.ids import uuid7


def test_the_day_changes_at_midnight_where_the_officers_live() -> None:
    assert day_of(datetime(2024, 1, 1, 16, 59, 59, tzinfo=UTC)) == date(2024, 1, 1)
    assert day_of(datetime(2024, 1, 1, 17, 0, tzinfo=UTC)) == date(2024, 1, 2)


def test_production_has_no_shift_and_cannot_be_set() -> None:
    clock = Clock()

    assert clock.shift() == timedelta(0)
    with pytest.raises(ValueError, match="only a sandbox"):
        clock.set(datetime.now(UTC))


def test_every_process_of_a_sandbox_sees_the_same_shift(tmp_path: Path) -> None:
    moved: list[int] = []
    one = Clock(tmp_path / "clock")
    other = Clock(tmp_path / "clock", moved=lambda: moved.append(1))
    assert other.shift() == timedelta(0)

    for year in (2030, 2019):
        one.set(datetime(year, 5, 6, 8, tzinfo=UTC))
        assert one.today() == other.today() == date(year, 5, 6)
        assert abs(other.now() - datetime(year, 5, 6, 8, tzinfo=UTC)) < timedelta(minutes=1)

    assert moved == [1, 1]


@given(st.integers(2, 200))
def test_ids_differ_and_say_when_they_were_made(count: int) -> None:
    before = int(datetime.now(UTC).timestamp() * 1000)
    made = [uuid7() for _ in range(count)]

    assert len(set(made)) == count
    assert all(id.version == 7 and id.variant == "specified in RFC 4122" for id in made)
    assert all(before - 1 <= id.int >> 80 <= before + 60_000 for id in made)
