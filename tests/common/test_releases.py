"""Claims given back: all of a kind, or the one that is named."""

from uuid import uuid4

from ketnap.common.append import Attempt, Claimed, Stored
from ketnap.common.decider import Claim, Hold, Release, held_after
from ketnap.common.service import Core

ANN, BOB = Hold(kind="open-place", value="ann"), Hold(kind="open-place", value="bob")


def after(*events: Claim) -> tuple[list[Hold], list[Release]]:
    return held_after(lambda event: [event], events)


def test_a_hold_named_twice_is_one_hold() -> None:
    assert after(ANN, BOB, ANN) == ([BOB, ANN], [])


def test_what_is_released_is_not_held_in_the_end() -> None:
    one, everything = Release(kind="open-place", value="ann"), Release(kind="open-place")

    assert after(ANN, BOB, one) == ([BOB], [one])
    assert after(ANN, BOB, everything) == ([], [everything])
    assert after(one, ANN) == ([ANN], [one])


async def test_of_a_streams_holds_the_named_one_is_released_and_the_others_stay(core: Core) -> None:
    ann, bob = ("open-place", b"ann"), ("open-place", b"bob")
    assert isinstance(await core.append(_attempt("north", holds=[ann, bob])), Stored)

    await core.append(_attempt("north", releases=[("open-place", b"ann")]))

    assert isinstance(await core.append(_attempt("south", holds=[ann])), Stored)
    assert await core.append(_attempt("east", holds=[bob])) == Claimed(kind="open-place")

    await core.append(_attempt("north", releases=[("open-place", None)]))

    assert isinstance(await core.append(_attempt("east", holds=[bob])), Stored)


def _attempt(
    stream: str,
    *,
    holds: list[tuple[str, bytes]] | None = None,
    releases: list[tuple[str, bytes | None]] | None = None,
) -> Attempt:
    return Attempt(
        stream=stream,
        expected=0,
        events=[],
        command_id=uuid4(),
        fingerprint="",
        holds=holds or [],
        releases=releases or [],
    )
