"""Runs jobs in a worker, with PgQueuer.

A job that fails is retried with a backoff from five seconds to an hour. After some hours it becomes
a dead letter, which keeps the reason until an operator retries or removes it (`kuis jobs`). While
PostgreSQL is away the worker waits for it.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Final

import msgspec
import structlog
from pgqueuer import Job as QueuedJob
from pgqueuer.core.executors import AbstractEntrypointExecutor, EntrypointExecutorParameters
from pgqueuer.domain.errors import FailingListenerError, RetryRequested
from pgqueuer.domain.models import Context, Schedule
from sqlalchemy.ext.asyncio import AsyncEngine

from persistence import schema_state
from persistence.backoff import Backoff
from persistence.database import UNAVAILABLE
from persistence.queue import OpenQueue, open_queue
from server.jobs.all import JOBS, SCHEDULES
from server.jobs.job import Job, JobError, Resources, enqueue_once, name_of

TRIES: Final = 9
FIRST_PAUSE: Final = timedelta(seconds=5)
LONGEST_PAUSE: Final = timedelta(hours=1)
PAUSE_GROWTH: Final = 4
"""5 s, 20 s, 80 s, 5 min, 21 min, then every hour; the last try is after three and a half hours."""
JOB_SECONDS: Final = 60.0
"""How long a job may take."""
FAREWELL_SECONDS: Final = 4.0
"""How long running jobs may go on when the worker stops; then another worker runs them again."""
DATABASE_SECONDS: Final = 2.0
"""How long the worker then waits for PostgreSQL to store that."""
POLL: Final = timedelta(seconds=5)
"""How often to look for jobs without a notification, because one may have been lost."""
HEARTBEAT: Final = timedelta(seconds=20)
"""A job whose worker has sent no heartbeat for this long is taken over by another."""
BATCH: Final = 5
AT_ONCE: Final = 2 * BATCH
"""How many jobs a worker runs at the same time."""

log = structlog.get_logger(__name__)


class JobExecutor(AbstractEntrypointExecutor):
    """Runs jobs of one kind, and decides whether a failure is retried."""

    def __init__(self, job_type: type[Job], resources: Resources, running: "RunningJobs") -> None:
        # PgQueuer asks for a function, which this class does not use.
        most = job_type.at_once
        super().__init__(EntrypointExecutorParameters(most, self.execute, on_failure="hold"))
        self._name = name_of(job_type)
        self._decoder = msgspec.json.Decoder(job_type)
        self._resources = resources
        self._running = running

    async def execute(self, queued: QueuedJob, context: Context) -> None:
        del context
        try:
            async with self._running.bounded():
                await self._job_in(queued).run(self._resources, queued.id)
        except asyncio.CancelledError:
            # PgQueuer would delete a job that was cancelled.
            raise RetryRequested(reason="The worker stopped.") from None
        except JobError:
            raise
        except Exception as error:  # noqa: BLE001  # it is logged, and kept with the job
            if self._running.is_stopping:
                raise RetryRequested(reason="The worker stopped.") from None
            self._retry(queued, error)

    def _job_in(self, queued: QueuedJob) -> Job:
        try:
            return self._decoder.decode(queued.payload or b"")
        except msgspec.DecodeError as error:
            raise JobError(f"What is in the queue is not this job: {error}") from None

    def _retry(self, queued: QueuedJob, error: Exception) -> None:
        reason = str(error) or type(error).__name__
        if queued.attempts + 1 >= TRIES:
            raise error
        pause = min(FIRST_PAUSE * PAUSE_GROWTH**queued.attempts, LONGEST_PAUSE)
        log.warning("job_retried", job=self._name, id=queued.id, reason=reason, pause=str(pause))
        raise RetryRequested(pause, reason) from error


class RunningJobs:
    """Bounds the time of running jobs, and shortens it when the worker stops."""

    def __init__(self) -> None:
        self.is_stopping = False
        self._bounds: set[asyncio.Timeout] = set()

    @asynccontextmanager
    async def bounded(self) -> AsyncIterator[None]:
        async with asyncio.timeout(FAREWELL_SECONDS if self.is_stopping else JOB_SECONDS) as bound:
            self._bounds.add(bound)
            try:
                yield
            finally:
                self._bounds.discard(bound)

    def stop(self) -> None:
        self.is_stopping = True
        end = asyncio.get_running_loop().time() + FAREWELL_SECONDS
        for bound in self._bounds:
            bound.reschedule(end)


async def run(
    engine: AsyncEngine,
    resources: Resources,
    stop: asyncio.Event,
    *,
    jobs: Sequence[type[Job]] = JOBS,
    schedules: Mapping[str, Job] = SCHEDULES,
) -> None:
    """Run jobs until `stop` is set. Jobs that are running then have `FAREWELL_SECONDS` left."""
    url = engine.url.render_as_string(hide_password=False)
    backoff = Backoff(stop, "PostgreSQL", "jobs")
    while not stop.is_set():
        try:
            await schema_state.require(engine)
            async with open_queue(url) as queue:
                backoff.reset()
                await _work(queue, resources, stop, jobs, schedules)
        except (*UNAVAILABLE, FailingListenerError, schema_state.NotMigratedError) as error:
            await backoff.wait(error)


async def _work(
    queue: OpenQueue,
    resources: Resources,
    stop: asyncio.Event,
    jobs: Sequence[type[Job]],
    schedules: Mapping[str, Job],
) -> None:
    manager, running = queue.manager, RunningJobs()
    for job_type in jobs:
        executor = JobExecutor(job_type, resources, running)
        manager.qm.register_executor(name_of(job_type), executor)
    for cron, job in schedules.items():
        manager.schedule(name_of(job), cron)(_enqueues(job, resources, running))
    working = asyncio.create_task(
        manager.run(
            dequeue_timeout=POLL,
            batch_size=BATCH,
            max_concurrent_tasks=AT_ONCE,
            shutdown_on_listener_failure=True,
            heartbeat_timeout=HEARTBEAT,
            log_aggregation_interval=timedelta(0),
        )
    )
    stopping = asyncio.create_task(_stop(stop, queue, running, working))
    try:
        await asyncio.shield(working)
    except asyncio.CancelledError:
        # PgQueuer would wait until its jobs are done. Stop as usual instead.
        await _shut_down(queue, running, working)
        await asyncio.gather(working, return_exceptions=True)
        raise
    finally:
        stopping.cancel()
        await asyncio.wait([stopping])


async def _stop(
    stop: asyncio.Event, queue: OpenQueue, running: RunningJobs, working: asyncio.Task[None]
) -> None:
    await stop.wait()
    await _shut_down(queue, running, working)


async def _shut_down(queue: OpenQueue, running: RunningJobs, working: asyncio.Task[None]) -> None:
    """Let running jobs end, but do not wait for a PostgreSQL that does not answer."""
    queue.manager.shutdown.set()
    running.stop()
    await asyncio.wait([working], timeout=FAREWELL_SECONDS + DATABASE_SECONDS)
    if not working.done():
        queue.abort()


def _enqueues(
    job: Job, resources: Resources, running: RunningJobs
) -> Callable[[Schedule], Awaitable[None]]:
    async def enqueue_scheduled(_: Schedule) -> None:
        async with running.bounded(), resources.session_factory.begin() as db:
            await enqueue_once(db, job)

    return enqueue_scheduled
