"""The shape of every aggregate: what may happen, what has happened, and what it holds exclusively."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from ketnap.common.frozen import frozen


class Rejected(Exception):
    """Việc này trái với quy định. / This is against a rule.

    A rejection is named after the state of the world. Its docstring is what people read: the Vietnamese
    sentence, then after a blank line the English one; `{name}` is filled from the facts given when it is raised.
    """

    status: ClassVar[int] = 409

    def __init__(self, **facts: object) -> None:
        self.facts = facts
        super().__init__(self.sentence())

    def sentence(self, language: str = "vi") -> str:
        """What is wrong and what to do, in `vi` or `en`."""
        vietnamese, _, english = (type(self).__doc__ or type(self).__name__).strip().partition("\n\n")
        text = english if language == "en" and english else vietnamese
        return " ".join(text.format_map(self.facts).split())


@frozen
class Hold:
    """From this event on no other stream may hold `value` of `kind`."""

    kind: str
    value: str


@frozen
class Release:
    """This stream holds nothing of `kind` any more; with a value: that one no more."""

    kind: str
    value: str | None = None


type Claim = Hold | Release


def no_claims(_event: object) -> list[Claim]:
    return []


@dataclass(frozen=True, kw_only=True)
class Decider[C, S, E]:
    """Pure: today, ids and every outside fact travel in the command."""

    initial: S
    decide: Callable[[C, S], list[E]]
    evolve: Callable[[S, E], S]
    claims: Callable[[E], Sequence[Claim]] = no_claims

    def fold(self, events: Iterable[E]) -> S:
        state = self.initial
        for event in events:
            state = self.evolve(state, event)
        return state


def held_after[E](
    claims: Callable[[E], Sequence[Claim]], events: Iterable[E]
) -> tuple[list[Hold], list[Release]]:
    """What a command's events hold in the end, each once, and what they release before that."""
    holds: list[Hold] = []
    releases: list[Release] = []
    for event in events:
        for claim in claims(event):
            match claim:
                case Hold():
                    holds = [*(hold for hold in holds if hold != claim), claim]
                case Release(kind=kind, value=value):
                    holds = [hold for hold in holds if hold.kind != kind or value not in (None, hold.value)]
                    releases.append(claim)
    return holds, releases
