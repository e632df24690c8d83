"""Dividing whole people: exactly as many as there are, in proportion to weights."""

from collections.abc import Mapping
from fractions import Fraction

from ketnap.rules.rounding import Percent, Rounding


def spread(people: int, weights: Mapping[str, int]) -> dict[str, int]:
    """By largest remainders, equal ones in the order of the keys; nobody where the weight is 0."""
    whole = sum(weights.values())
    if whole == 0:
        return dict.fromkeys(weights, 0)
    exact = {key: Fraction(people * weight, whole) for key, weight in weights.items()}
    given = {key: share.numerator // share.denominator for key, share in exact.items()}
    by_remainder = sorted(exact, key=lambda key: (given[key] - exact[key], key))
    for key in by_remainder[: people - sum(given.values())]:
        given[key] += 1
    return given


def share_of(people: int, percent: str) -> int:
    """So many percent of people, half up."""
    return int(Rounding("HALF_UP").of(Percent.parse(percent).of(people)))
