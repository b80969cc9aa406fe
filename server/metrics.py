"""The Prometheus metrics; docs/operating.md explains them to operators.

A name ends with its unit, or else with the thing that is counted. The figures of Redis and of the
job queue are read when somebody asks for the metrics (`show`, `show_queue`). With several processes
under one `kuis serve` the client library keeps their figures in shared files
(PROMETHEUS_MULTIPROC_DIR), so that any process can answer for all of them (`exposition`).
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

from persistence.redis_status import Backlog, Memory
from persistence.repositories.jobs import QueueStatistics

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
CONNECTIONS = Gauge(
    "kuis_connections",
    "Open connections, of HTTP and of WebSockets.",
    multiprocess_mode="livesum",
)
CONNECTIONS_ALLOWED = Gauge(
    "kuis_allowed_connections",
    "Open connections for which there are file descriptors, less those that are kept in reserve.",
    multiprocess_mode="livesum",
)
CONNECTIONS_CUT_OFF = Counter(
    "kuis_connections_cut_off",
    "Connections cut off because there were too many idle ones of an `address` or in the `process`,"
    " or too few file `descriptors`.",
    ["bound"],
)
HTTP_CLOSED_SLOW = Counter(
    "kuis_http_connections_closed_slow",
    "HTTP connections cut off because their answer was not read.",
)
HTTP_REFUSED = Counter(
    "kuis_http_refused",
    "HTTP requests that were refused before the application saw them or their body, by status.",
    ["status"],
)
ANSWERS = Counter(
    "kuis_answers",
    "Answers that arrived, by what became of them: `answered` or the error's code.",
    ["outcome"],
)
ANSWER_BATCH = Histogram(
    "kuis_answer_batch_answers",
    "Answers committed by one script call.",
    buckets=(1, 2, 5, 10, 20, 50, 100, 200, 500),
)
HOMEWORK_ANSWERS = Counter(
    "kuis_homework_answers",
    "Answers to homework, by what became of them: `answered` or the error's code.",
    ["outcome"],
)
HOMEWORK_BATCH = Histogram(
    "kuis_homework_batch_requests",
    "Requests of students at work that were committed by one transaction.",
    buckets=(1, 2, 5, 10, 20, 50, 100, 200, 500),
)
JOINS = Counter(
    "kuis_joins",
    "New players who asked for a place, by what became of them: `joined` or the error's code.",
    ["outcome"],
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
RUNNING_ROOMS = Gauge(
    "kuis_running_rooms",
    "Rooms that are not over, with or without sockets, on all machines.",
    multiprocess_mode="livemostrecent",
)
RECORDER_LAG = Gauge(
    "kuis_recorder_lag_seconds",
    "Age of the oldest journal entry that is not in PostgreSQL yet.",
    multiprocess_mode="livemostrecent",
)
JOURNAL_LENGTH = Gauge(
    "kuis_journal_entries",
    "Journal entries that are not in PostgreSQL yet, by shard.",
    ["shard"],
    multiprocess_mode="livemostrecent",
)
JOURNAL_PENDING = Gauge(
    "kuis_journal_pending_entries",
    "Journal entries that a recorder was given and has not finished, by shard.",
    ["shard"],
    multiprocess_mode="livemostrecent",
)
JOURNAL_REFUSED = Gauge(
    "kuis_journal_refused_entries",
    "Journal entries that PostgreSQL would not take, set aside with the reason.",
    multiprocess_mode="livemostrecent",
)
REDIS_ROUND_TRIP = Gauge(
    "kuis_redis_round_trip_seconds",
    "From asking Redis for the time until its answer was read here.",
    multiprocess_mode="livemostrecent",
)
REDIS_MEMORY_USED = Gauge(
    "kuis_redis_memory_used_bytes",
    "Memory that Redis uses; of a cluster, the fullest node.",
    multiprocess_mode="livemostrecent",
)
REDIS_MEMORY_LIMIT = Gauge(
    "kuis_redis_memory_limit_bytes",
    "Redis's `maxmemory`; 0 where there is none.",
    multiprocess_mode="livemostrecent",
)
REDIS_SEEN = Gauge(
    "kuis_redis_seen_timestamp_seconds",
    "When Redis last told what these gauges say about it, in seconds since the epoch.",
    multiprocess_mode="livemostrecent",
)
JOBS = Gauge(
    "kuis_jobs",
    "Jobs in the queue, by state: `waiting` for their time or a worker, `running`, or `dead`.",
    ["state"],
    multiprocess_mode="livemostrecent",
)
JOB_LAG = Gauge(
    "kuis_job_lag_seconds",
    "How long the oldest job that is due has been waiting for a worker.",
    multiprocess_mode="livemostrecent",
)
RECENT_JOBS = Gauge(
    "kuis_recent_jobs",
    "Runs of jobs in the last hour by any worker, by outcome: `done`, `retried` later or `dead`.",
    ["outcome"],
    multiprocess_mode="livemostrecent",
)


def show(backlog: Backlog, memory: Memory) -> None:
    """Set the gauges of Redis."""
    shards = zip(backlog.entries, backlog.pending, strict=True)
    for shard, (entries, pending) in enumerate(shards):
        JOURNAL_LENGTH.labels(shard).set(entries)
        JOURNAL_PENDING.labels(shard).set(pending)
    JOURNAL_REFUSED.set(backlog.refused)
    RECORDER_LAG.set(backlog.lag_ms / 1000)
    RUNNING_ROOMS.set(backlog.rooms)
    REDIS_ROUND_TRIP.set(backlog.round_trip_s)
    REDIS_MEMORY_USED.set(memory.used)
    REDIS_MEMORY_LIMIT.set(memory.limit)
    REDIS_SEEN.set_to_current_time()


def show_queue(queue: QueueStatistics) -> None:
    """Set the gauges of the job queue."""
    JOBS.labels("waiting").set(queue.waiting)
    JOBS.labels("running").set(queue.running)
    JOBS.labels("dead").set(queue.dead)
    JOB_LAG.set(queue.lag_s)
    RECENT_JOBS.labels("done").set(queue.recently_done)
    RECENT_JOBS.labels("retried").set(queue.recently_retried)
    RECENT_JOBS.labels("dead").set(queue.recently_dead)


def exposition() -> bytes:
    """All metrics in Prometheus's text format, of every process that shares the files."""
    if DIRECTORY_VARIABLE not in os.environ:
        return generate_latest(REGISTRY)
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)


def forget_process(pid: int, directory: str) -> None:
    """Remove the gauges of a dead process, so that its sockets and rooms do not count as open."""
    multiprocess.mark_process_dead(pid, directory)  # type: ignore[no-untyped-call]
