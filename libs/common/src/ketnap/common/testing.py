"""The test kit: given what happened, when somebody wants something, then this happens, or nothing."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Self

import pytest

from ketnap.common.decider import Decider, Rejected


class Scenario[C, S, E]:
    """`given(...)` events `.when(...)` a command `.then(...)` events, `.then_rejected(...)` or `.then_nothing()`."""

    def __init__(self, decider: Decider[C, S, E], history: Sequence[E] = ()) -> None:
        self._decider = decider
        self._history = list(history)
        self._command: C | None = None

    def __call__(self, *events: E) -> "Scenario[C, S, E]":
        return Scenario(self._decider, events)

    def when(self, command: C) -> Self:
        """The command; several in a row each meet what the ones before have caused."""
        if self._command is not None:
            self._history += self._decider.decide(self._command, self._state())
        self._command = command
        return self

    def then(self, *expected: E) -> Self:
        """Exactly these events; and the same command again causes none."""
        happened = self._decide()
        assert list(expected) == happened  # noqa: S101 - this is a test kit
        self._history += happened
        try:
            again = self._decide()
        except Rejected:
            again = []
        assert again == []  # noqa: S101 - this is a test kit
        self._command = None
        return self

    def then_nothing(self) -> Self:
        assert self._decide() == []  # noqa: S101 - this is a test kit
        return self

    def then_rejected(self, kind: type[Rejected], **facts: object) -> Self:
        """Rejected for this, with at least these facts; its sentences can be read in both languages."""
        with pytest.raises(kind) as caught:
            self._decide()
        assert facts.items() <= caught.value.facts.items()  # noqa: S101 - this is a test kit
        assert caught.value.sentence("vi") != caught.value.sentence("en")  # noqa: S101 - this is a test kit
        return self

    def state(self) -> S:
        return self._state()

    def _state(self) -> S:
        return self._decider.fold(self._history)

    def _decide(self) -> list[E]:
        if self._command is None:
            raise AssertionError("when(...) is missing")
        return self._decider.decide(self._command, self._state())


def scenario[C, S, E](decider: Decider[C, S, E]) -> Scenario[C, S, E]:
    return Scenario(decider)


class VirtualClock:
    """A clock that stands until it is moved."""

    def __init__(self, now: datetime = datetime(2024, 1, 2, 1, 0, tzinfo=UTC)) -> None:
        self._now = now

    def shift(self) -> timedelta:
        return self._now - datetime.now(UTC)

    def now(self) -> datetime:
        return self._now

    def today(self) -> date:
        return (self._now + timedelta(hours=7)).date()

    def pass_(self, **by: Any) -> None:  # Any: as timedelta takes them
        self._now += timedelta(**by)
