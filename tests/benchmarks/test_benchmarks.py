"""Every benchmark works, at a scale that says nothing about time."""

import pytest

from benchmarks.running import find, names
from benchmarks.stand import Stand
from benchmarks.table import Goal, Scale, compared

TINY = Scale(rounds=2, seconds=0.02, events=1200)


@pytest.mark.parametrize("name", names())
async def test_a_benchmark_measures_ours_and_its_baseline(name: str, postgres: str, kafka: str) -> None:
    for row in await find(name)(Stand(postgres=postgres, kafka=kafka), TINY):
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
