"""What the operator can watch, in Prometheus' words."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram


class Metrics:
    """Counters of one server."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.runs = Counter("backplay_runs", "Runs made.", registry=self.registry)
        self.segments = Counter("backplay_segments", "Segments recorded.", registry=self.registry)
        self.tape_bytes = Counter("backplay_tape_bytes", "Bytes written to tapes.", registry=self.registry)
        self.ended = Counter("backplay_runs_ended", "Runs that ended.", ["status"], registry=self.registry)
        self.removed = Counter("backplay_runs_removed", "Runs removed to keep room.", ["why"], registry=self.registry)
        self.stored_runs = Gauge("backplay_stored_runs", "Runs kept.", registry=self.registry)
        self.stored_bytes = Gauge("backplay_stored_bytes", "Bytes of all runs' files.", registry=self.registry)
        self.workers = Gauge("backplay_workers", "Script processes alive.", registry=self.registry)
        self.waiting = Gauge("backplay_queue", "Runs waiting for a script process.", registry=self.registry)
        self.killed = Counter("backplay_kills", "Script processes ended.", ["why"], registry=self.registry)
        self.first_event = Histogram(
            "backplay_first_segment_seconds",
            "From a run's being begun to its first segment.",
            registry=self.registry,
            buckets=(0.005, 0.01, 0.015, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0),
        )
        self.requests = Histogram(
            "backplay_request_seconds",
            "Server time of requests.",
            ["method", "route", "status"],
            registry=self.registry,
            buckets=(0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0),
        )
