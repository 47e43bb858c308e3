"""Counts requests by road and status. Never by person or client: a small number points at somebody."""

from prometheus_client import CollectorRegistry, Counter, Histogram


class Metrics:
    """The hub's own figures, in a register of their own."""

    def __init__(self, registry: CollectorRegistry) -> None:
        labels = ("method", "route", "status")
        self.requests = Counter("ketenhub_requests_total", "Answered requests.", labels, registry=registry)
        self.seconds = Histogram("ketenhub_request_seconds", "Time to answer.", ("route",), registry=registry)

    def answered(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one answer; `route` is the pattern of the address, without what was filled in."""
        self.requests.labels(method, route, str(status)).inc()
        self.seconds.labels(route).observe(seconds)
