"""What the operator watches of the portal; every counter starts at 0."""

from enum import StrEnum

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest

from ketnap.common.metrics import SECONDS


class Outcome(StrEnum):
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    LOCKED = "locked"


class Metrics:
    """The metrics of one process; never an account, a unit or a person as a label."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._sign_ins = Counter(
            "ketnap_portal_sign_ins", "Tries to sign in", ["outcome"], registry=self.registry
        )
        for outcome in Outcome:
            self._sign_ins.labels(outcome)
        self._requests = Histogram(
            "ketnap_request_seconds",
            "HTTP requests",
            ["action", "status"],
            buckets=SECONDS,
            registry=self.registry,
        )

    def sign_in(self, outcome: Outcome) -> None:
        self._sign_ins.labels(outcome).inc()

    def request(self, action: str, status: int, seconds: float) -> None:
        self._requests.labels(action, str(status)).observe(seconds)

    def render(self) -> bytes:
        """In Prometheus' text format."""
        return generate_latest(self.registry)
