"""Every rejection says in two languages what is wrong and what to do."""

import inspect
import string

import pytest

from ketnap.admission import checks, rejections, rulebook
from ketnap.common.decider import Rejected

ALL = [
    found
    for module in (rejections, rulebook)
    for _, found in inspect.getmembers(module, inspect.isclass)
    if issubclass(found, Rejected) and found.__module__ == module.__name__
]
TELLING = (".", "!")


def _fields(text: str) -> set[str]:
    return {name.removesuffix("_en") for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("rejection", ALL)
def test_a_rejection_has_a_vietnamese_and_an_english_sentence(rejection: type[Rejected]) -> None:
    vietnamese, gap, english = inspect.cleandoc(rejection.__doc__ or "").partition("\n\n")

    assert gap
    assert "\n\n" not in english
    assert vietnamese.endswith(TELLING) or vietnamese == "{sentence}"
    assert english.endswith(TELLING)
    assert vietnamese == "{sentence}" or _fields(english) == _fields(vietnamese)
    assert rejection.status in {404, 409, 410, 422}


def test_what_the_rule_packs_checks_find_has_a_rejection_of_its_own() -> None:
    said = [rejection for rejection in ALL if "{sentence}" in (rejection.__doc__ or "")]

    assert set(checks.SAYS.values()) == set(said) - {rejections.CalendarUnknown}
    assert len(set(checks.SAYS.values())) == len(checks.SAYS)
