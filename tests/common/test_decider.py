"""The shape of aggregates: claims of a command in the end, sentences of rejections, the kit that tries both."""

from datetime import date
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ketnap.common.decider import Claim, Decider, Hold, Rejected, Release, held_after
from ketnap.common.testing import scenario
from tests.common.places import Ask, GiveBack, NoPlaceLeft, NotAsked, PlaceAsked, PlaceTaken, Take, decider

DAY = date(2024, 3, 2)
PERSON = uuid4()
ASKED = PlaceAsked(person=PERSON, quota="north", on=DAY, name="Lê Thị Ánh")
TAKEN = PlaceTaken(person=PERSON, quota="north", on=DAY, left=1)

given_ = scenario(decider)


def test_what_was_asked_is_taken_once() -> None:
    given_(ASKED).when(Take(on=DAY, left=1)).then(TAKEN)


def test_commands_in_a_row_each_meet_what_the_ones_before_have_caused() -> None:
    given_().when(Ask(person=PERSON, name="An", quota="north", on=DAY)).when(Take(on=DAY, left=1)).when(
        Take(on=DAY, left=0)
    ).then_nothing()


def test_a_full_quota_rejects_and_says_which() -> None:
    given_(ASKED).when(Take(on=DAY, left=0)).then_rejected(NoPlaceLeft, quota="north")


def test_nobody_gives_back_what_was_not_taken() -> None:
    given_().when(GiveBack(on=DAY)).then_rejected(NotAsked)


def test_the_kit_fails_when_something_else_happened() -> None:
    with pytest.raises(AssertionError):
        given_(ASKED).when(Take(on=DAY, left=1)).then(ASKED)


def test_the_kit_fails_when_the_same_again_would_happen_twice() -> None:
    restless: Decider[str, int, str] = Decider(
        initial=0, decide=lambda _c, _s: ["done"], evolve=lambda state, _e: state + 1
    )
    with pytest.raises(AssertionError):
        scenario(restless)().when("do").then("done")


class TooLate(Rejected):
    """Đã quá hạn {days} ngày.
    Hãy xin gia hạn.

    {days} days too late. Ask for an extension.
    """


def test_a_rejection_speaks_two_languages_and_names_its_facts() -> None:
    rejected = TooLate(days=3)

    assert rejected.sentence() == "Đã quá hạn 3 ngày. Hãy xin gia hạn."
    assert rejected.sentence("en") == "3 days too late. Ask for an extension."
    assert str(rejected) == rejected.sentence()


CLAIMS: st.SearchStrategy[Claim] = st.builds(
    Hold, kind=st.sampled_from("jk"), value=st.sampled_from("123")
) | st.builds(Release, kind=st.sampled_from("jk"), value=st.none() | st.sampled_from("123"))
HELD = st.frozensets(st.tuples(st.sampled_from("jk"), st.sampled_from("123")))


@given(before=HELD, events=st.lists(st.lists(CLAIMS, max_size=3), max_size=5))
def test_what_is_held_in_the_end_is_what_each_event_in_turn_would_leave(
    before: frozenset[tuple[str, str]], events: list[list[Claim]]
) -> None:
    in_turn = set(before)
    for claims in events:
        for claim in claims:
            match claim:
                case Hold(kind=kind, value=value):
                    in_turn.add((kind, value))
                case Release(kind=kind, value=None):
                    in_turn = {held for held in in_turn if held[0] != kind}
                case Release(kind=kind, value=one):
                    in_turn.discard((kind, str(one)))

    holds, releases = held_after(lambda claims: claims, events)

    gone = {(release.kind, release.value) for release in releases}
    kept = {held for held in before if held not in gone and (held[0], None) not in gone}
    assert kept | {(hold.kind, hold.value) for hold in holds} == in_turn
