"""What is counted of the bot's work, in Prometheus' format. Home of prometheus_client."""

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

BUCKETS = (0.05, 0.1, 0.2, 0.4, 0.8, 1.5, 3, 6, 15, 60)


class Metrics:
    """The counters of one process; nothing in them tells what was asked or by whom."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._updates = Counter(
            "tracuu_updates", "Updates accepted, by kind", ["kind"], registry=self._registry
        )
        self._sent = Counter(
            "tracuu_sent", "Messages taken by Telegram", ["action"], registry=self._registry
        )
        self._trouble = Counter(
            "tracuu_trouble", "Calls that went wrong, by kind", ["kind"], registry=self._registry
        )
        self._resent = Counter(
            "tracuu_resent_after_restart",
            "Messages sent again because the last stop left open whether they were taken",
            registry=self._registry,
        )
        self._settled = Histogram(
            "tracuu_update_seconds",
            "From the arrival of an update to the end of the work on it",
            buckets=BUCKETS,
            registry=self._registry,
        )

    def updates(self, kind: str) -> None:
        """Count an update."""
        self._updates.labels(kind).inc()

    def sent(self, action: str) -> None:
        """Count what Telegram took."""
        self._sent.labels(action).inc()

    def trouble(self, kind: str) -> None:
        """Count a call that went wrong."""
        self._trouble.labels(kind).inc()

    def resent(self, count: int) -> None:
        """Count what is sent again because its fate is unknown."""
        self._resent.inc(count)

    def settled(self, seconds: float) -> None:
        """Note how long an update took."""
        self._settled.observe(max(0.0, seconds))

    def watch(self, name: str, about: str, read: Callable[[], float]) -> None:
        """Show a value as it is whenever somebody looks."""
        Gauge(f"tracuu_{name}", about, registry=self._registry).set_function(read)

    def text(self) -> bytes:
        """Return everything in the text format of Prometheus."""
        return generate_latest(self._registry)
