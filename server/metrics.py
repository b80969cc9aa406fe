"""What is counted, for Prometheus.

With several processes under one `kuis serve` the client library keeps their numbers in shared
files (PROMETHEUS_MULTIPROC_DIR), so that any of them answers for all; see `exposition`.
"""

import os

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
    multiprocess,
)
from prometheus_client.registry import REGISTRY

DIRECTORY_VARIABLE = "PROMETHEUS_MULTIPROC_DIR"

HTTP_REQUESTS = Histogram(
    "kuis_http_request_seconds",
    "Time to answer a request, by method, route and status.",
    ["method", "route", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
ROOMS = Gauge(
    "kuis_rooms",
    "Rooms with at least one socket, counted once in each process that serves them.",
    multiprocess_mode="livesum",
)
SOCKETS = Gauge(
    "kuis_sockets",
    "Open sockets, by role: player, host, watch.",
    ["role"],
    multiprocess_mode="livesum",
)
SOCKETS_CLOSED_SLOW = Counter(
    "kuis_sockets_closed_slow", "Sockets closed because they fell behind."
)
HTTP_CLOSED_SLOW = Counter(
    "kuis_http_connections_closed_slow",
    "HTTP connections cut off because their answer was not read.",
)
ANSWERS = Counter(
    "kuis_answers",
    "Answers that arrived, by what became of them: `answered` or the error's code.",
    ["outcome"],
)
ANSWER_BATCH = Histogram(
    "kuis_answer_batch_size",
    "Answers committed by one script call.",
    buckets=(1, 2, 5, 10, 20, 50, 100, 200, 500),
)
JOINS_SHED = Counter(
    "kuis_joins_shed", "Players who were asked to join a moment later, because of overload."
)
EVENT_LOOP_LAG = Histogram(
    "kuis_event_loop_lag_seconds",
    "How late a web process does what is due, looked at ten times a second.",
    buckets=(0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5),
)
DEADLINE_LATENESS = Histogram(
    "kuis_deadline_lateness_seconds",
    "Time from a deadline until what it asks for was done.",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5),
)
FAN_OUT = Histogram(
    "kuis_fan_out_seconds",
    "Time to hand one event to every socket of a room in this process.",
    buckets=(0.0001, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1),
)
RECORDER_LAG = Gauge(
    "kuis_recorder_lag_seconds",
    "Age of the oldest journal entry that is not in PostgreSQL yet.",
    multiprocess_mode="livemax",
)
JOURNAL_LENGTH = Gauge(
    "kuis_journal_entries",
    "Journal entries that are not in PostgreSQL yet.",
    multiprocess_mode="livemax",
)


def exposition() -> bytes:
    """All numbers in Prometheus's text format: of every process, where they share files."""
    if DIRECTORY_VARIABLE not in os.environ:
        return generate_latest(REGISTRY)
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)


def forget_process(pid: int, directory: str) -> None:
    """Stop counting a dead process's sockets and rooms as open."""
    multiprocess.mark_process_dead(pid, directory)  # type: ignore[no-untyped-call]
