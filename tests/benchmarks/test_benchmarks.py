"""Every benchmark works, at a scale that says nothing about time."""

import os

import pytest

from benchmarks.running import find, names
from benchmarks.stand import Stand
from benchmarks.table import Goal, Scale, alone, compared, in_turn, percentile
from tests import servers

TINY = Scale(rounds=2, seconds=0.02, events=1200)


@pytest.mark.parametrize("name", names())
async def test_a_benchmark_measures_ours_beside_its_baseline(
    name: str, postgres: str, kafka: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KETNAP_HOME", os.environ[servers.HOME])

    rows = await find(name)(Stand(postgres=postgres, kafka=kafka), TINY)

    assert rows
    for row in rows:
        assert row.ours > 0
        assert row.baseline is None or row.baseline > 0


def test_a_ratio_is_the_median_of_the_rounds_and_the_goal_is_held_against_it() -> None:
    rounds = [(10.0, 1.0), (30.0, 10.0), (90.0, 45.0)]

    assert compared("", rounds, "facts/s").ratio == 3.0
    assert compared("", rounds, "facts/s", Goal(bound=3)).met is True
    assert compared("", rounds, "facts/s", Goal(bound=3.1)).met is False
    assert compared("", rounds, "ms", Goal(bound=3, most=True)).met is True
    assert compared("", rounds, "ms", Goal(bound=29, most=True, of_ratio=False)).met is False
    assert compared("", rounds, "ms").met is None
    assert alone("", [3.0, 1.0, 2.0], "ms", Goal(bound=2, most=True, of_ratio=False)).met is True


async def test_each_side_is_first_in_every_other_round() -> None:
    order: list[str] = []

    async def ours() -> float:
        order.append("ours")
        return len(order)

    async def baseline() -> float:
        order.append("baseline")
        return len(order)

    found, peak = await in_turn(3, ours, baseline)

    assert order == ["ours", "baseline", "baseline", "ours", "ours", "baseline"]
    assert found == [(1, 2), (4, 3), (5, 6)]
    assert peak > 1


def test_a_percentile_is_a_value_that_was_seen() -> None:
    assert percentile([5.0, 1.0, 3.0], 0.95) == 5.0
    assert percentile([float(n) for n in range(1, 101)], 0.5) == 51.0
