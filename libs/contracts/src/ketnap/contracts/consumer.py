"""What every consumer needs besides a Kafka client: to know duplicates, gaps and voided facts when it sees them."""

from dataclasses import dataclass
from enum import StrEnum

from ketnap.contracts.envelope import Envelope
from ketnap.contracts.fact import SourceRestored


class Verdict(StrEnum):
    """What to do with a record."""

    NEW = "new"  # the next fact: take it
    DUPLICATE = "duplicate"  # seen before: skip it
    GAP = "gap"  # facts before it are missing: stop and ask the source to refill
    VOID = "void"  # of a past that a restore of the source has voided: skip it


@dataclass(slots=True)
class HighWater:
    """How far a consumer has read one topic. Keep `epoch` and `number` with your own data, in one transaction.

    `dense` is False for the restricted, compacted topics, whose numbers only grow.
    """

    epoch: int = 1
    number: int = 0
    dense: bool = True

    def judge(self, envelope: Envelope) -> Verdict:
        """Say what a record is, without moving."""
        if envelope.epoch < self.epoch:
            return Verdict.VOID
        if envelope.factno <= self.number:
            return Verdict.DUPLICATE
        if self.dense and envelope.factno > self.number + 1:
            return Verdict.GAP
        return Verdict.NEW

    def take(self, envelope: Envelope) -> None:
        """Move behind a record that was judged NEW."""
        self.epoch = envelope.epoch
        self.number = envelope.factno


def voids(restored: SourceRestored, taken: Envelope) -> bool:
    """Must a fact that was taken before be undone, because the source was restored."""
    return taken.epoch < restored.epoch and taken.factno > restored.valid_through
