"""What the operator watches: our own metrics in one place, every counter starting at 0."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)


class Metrics:
    """The metrics of one process; never a unit, a person or a file as a label."""

    def __init__(self, service: str) -> None:
        self.registry = registry = CollectorRegistry()
        self.service = service
        self.log_position = Gauge("ketnap_log_position", "Last position of the log", registry=registry)
        self.append_seconds = Histogram(
            "ketnap_append_seconds", "One append statement, to its commit", buckets=SECONDS, registry=registry
        )
        self.append_batch_size = Histogram(
            "ketnap_append_batch_size", "Attempts in one append statement", buckets=(1, 2, 4, 8, 16, 32, 64, 128, 256, 500),
            registry=registry,
        )  # fmt: skip
        self.conflicts = Counter("ketnap_conflicts", "Commands that met another version", registry=registry)
        self.relay_lag_seconds = Gauge(
            "ketnap_relay_lag_seconds", "Age of the oldest event not yet told", ["topic"], registry=registry
        )
        self.relay_lag_events = Gauge(
            "ketnap_relay_lag_events",
            "Positions not yet looked at by the relay",
            ["topic"],
            registry=registry,
        )
        self.relay_leader = Gauge("ketnap_relay_leader", "1 while this process tells", registry=registry)
        self.land_lag_seconds = Gauge(
            "ketnap_land_lag_seconds",
            "From recorded at the source to landed, newest fact",
            ["topic"],
            registry=registry,
        )
        self.land_lag_events = Gauge(
            "ketnap_land_lag_events", "Facts of a topic not yet landed", ["topic"], registry=registry
        )
        self.landed = Counter("ketnap_landed_facts", "Facts landed", ["topic"], registry=registry)
        self.projection_lag_seconds = Gauge(
            "ketnap_projection_lag_seconds",
            "Age of the oldest entry not yet folded",
            ["projection"],
            registry=registry,
        )
        self.projection_lag_events = Gauge(
            "ketnap_projection_lag_events", "Positions not yet folded", ["projection"], registry=registry
        )
        self.parked_subjects = Gauge(
            "ketnap_parked_subjects", "Subjects parked with a cause", ["projection"], registry=registry
        )
        self.open_cases = Gauge(
            "ketnap_open_cases", "What policies could not do, not yet dealt with", registry=registry
        )
        self.alarms = Gauge("ketnap_alarms", "Alarms of the delivery that stand", registry=registry)
        self.fact_gap = Gauge(
            "ketnap_fact_gap", "1 while a gap in a topic persists", ["topic"], registry=registry
        )
        self.log_behind_topic = Gauge(
            "ketnap_log_behind_topic",
            "1 while the relay refuses: the topic is ahead of the log",
            registry=registry,
        )
        self.grants_age_seconds = Gauge(
            "ketnap_grants_age_seconds",
            "Since registry's last heartbeat that was landed here",
            registry=registry,
        )
        self.requests = Histogram(
            "ketnap_request_seconds",
            "HTTP requests",
            ["action", "status"],
            buckets=SECONDS,
            registry=registry,
        )

    def begin_projection(self, name: str) -> None:
        """Its gauges stand at 0 before the first look."""
        for gauge in (self.projection_lag_seconds, self.projection_lag_events, self.parked_subjects):
            gauge.labels(name).set(0)

    def render(self) -> bytes:
        """In Prometheus' text format."""
        return generate_latest(self.registry)
