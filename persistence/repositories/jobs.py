"""Queries of the job queue, which lies in PgQueuer's tables and is run by server/jobs/runner.py.

A job that failed for good stays in the queue as a dead letter (status `failed`); its reason is in
the queue's log. The migrations make the tables; only the columns used here are described.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Final, Literal

from msgspec import Struct
from sqlalchemy import (
    BigInteger,
    Column,
    DateTime,
    LargeBinary,
    MetaData,
    Select,
    Table,
    Text,
    case,
    delete,
    func,
    literal,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ENUM, JSONB, insert
from sqlalchemy.ext.asyncio import AsyncSession

State = Literal["waiting", "running", "dead"]
"""`waiting` for its time or a worker, `running`, or `dead`: failed and not retried any more."""

RECENT: Final = timedelta(hours=1)

_METADATA: Final = MetaData()  # not that of the models, which Alembic compares with the database
_STATUS: Final = ENUM(
    "queued", "picked", "successful", "failed", name="pgqueuer_status", create_type=False
)
_QUEUE: Final = Table(
    "pgqueuer",
    _METADATA,
    Column("id", BigInteger, primary_key=True),
    Column("priority", BigInteger),
    Column("created", DateTime(timezone=True)),
    Column("updated", DateTime(timezone=True)),
    Column("execute_after", DateTime(timezone=True)),
    Column("status", _STATUS),
    Column("entrypoint", Text),
    Column("dedupe_key", Text),
    Column("payload", LargeBinary),
    Column("attempts", BigInteger),
)
_LOG: Final = Table(
    "pgqueuer_log",
    _METADATA,
    Column("id", BigInteger, primary_key=True),
    Column("job_id", BigInteger),
    Column("created", DateTime(timezone=True)),
    Column("status", _STATUS),
    Column("traceback", JSONB),
)
_HAS_FAILED: Final = _LOG.c.traceback.is_not(None)
_STATES: Final[dict[str, State]] = {"queued": "waiting", "picked": "running", "failed": "dead"}


class JobRow(Struct, frozen=True):
    """`due_at` is the next try of a waiting job; `reason` is why the last try failed."""

    id: int
    name: str
    state: State
    retries: int
    created_at: datetime
    due_at: datetime
    reason: str | None


class QueueStatistics(Struct, frozen=True):
    """Figures of the queue.

    `lag_s` is how long the oldest job that is due has been waiting. `recently_…` counts the last
    hour.
    """

    waiting: int
    running: int
    dead: int
    lag_s: float
    recently_done: int
    recently_retried: int
    recently_dead: int


async def enqueue(  # noqa: PLR0913  # what a job has in the queue
    session: AsyncSession,
    name: str,
    payload: bytes,
    *,
    delay: timedelta = timedelta(0),
    dedupe_key: str | None = None,
    priority: int = 0,
) -> None:
    """Add a job in the session's transaction. Of those that are due, the highest priority is first.

    No job is added while another one with the same `dedupe_key` is waiting or running.
    """
    values = {
        "priority": priority,
        "status": "queued",
        "entrypoint": name,
        "payload": payload,
        "dedupe_key": dedupe_key,
        "execute_after": func.now() + delay,
    }
    await session.execute(insert(_QUEUE).values(values).on_conflict_do_nothing())


async def enqueue_many(
    session: AsyncSession, name: str, payloads: Sequence[bytes], *, priority: int
) -> None:
    """Add jobs of one kind by one statement, as `enqueue` does."""
    values = {"priority": priority, "status": "queued", "entrypoint": name}
    rows = [{**values, "payload": payload, "execute_after": func.now()} for payload in payloads]
    if rows:
        await session.execute(insert(_QUEUE).values(rows))


async def every(session: AsyncSession, state: State | None, most: int) -> Sequence[JobRow]:
    """Jobs that are not done, the oldest first."""
    query = select(
        _QUEUE.c.id,
        _QUEUE.c.entrypoint,
        _QUEUE.c.status,
        _QUEUE.c.attempts,
        _QUEUE.c.created,
        _QUEUE.c.execute_after,
        _reason().label("reason"),
    ).order_by(_QUEUE.c.id)
    if state is not None:
        query = query.where(_QUEUE.c.status == _status(state))
    rows = await session.execute(query.limit(most))
    return [
        JobRow(
            id=row.id,
            name=row.entrypoint,
            state=_STATES[row.status],
            retries=row.attempts,
            created_at=row.created,
            due_at=row.execute_after,
            reason=row.reason,
        )
        for row in rows
    ]


async def retry(session: AsyncSession, ids: Collection[int] | None) -> int:
    """Retry dead jobs, or all of them if no ids are given. Returns how many."""
    again = {
        "status": "queued",
        "attempts": 0,
        "execute_after": func.now(),
        "updated": func.now(),
    }
    chosen = update(_QUEUE).where(_QUEUE.c.status == "failed").values(again)
    if ids is not None:
        chosen = chosen.where(_QUEUE.c.id.in_(ids))
    return len((await session.scalars(chosen.returning(_QUEUE.c.id))).all())


async def remove(session: AsyncSession, ids: Collection[int]) -> int:
    """Remove dead jobs. Returns how many."""
    chosen = delete(_QUEUE).where(_QUEUE.c.status == "failed", _QUEUE.c.id.in_(ids))
    return len((await session.scalars(chosen.returning(_QUEUE.c.id))).all())


async def statistics(session: AsyncSession) -> QueueStatistics:
    is_due = (_QUEUE.c.status == "queued") & (_QUEUE.c.execute_after <= func.now())
    oldest = func.min(case((is_due, _QUEUE.c.execute_after)))
    asked = select(
        func.count().filter(_QUEUE.c.status == "queued").label("waiting"),
        func.count().filter(_QUEUE.c.status == "picked").label("running"),
        func.count().filter(_QUEUE.c.status == "failed").label("dead"),
        func.coalesce(func.extract("epoch", func.now() - oldest), literal(0)).label("lag_s"),
    )
    ended = select(
        func.count().filter(_LOG.c.status == "successful").label("done"),
        func.count().filter((_LOG.c.status == "queued") & _HAS_FAILED).label("retried"),
        func.count().filter(_LOG.c.status == "failed").label("dead"),
    ).where(_LOG.c.created > func.now() - RECENT)
    now = (await session.execute(asked)).one()
    recent = (await session.execute(ended)).one()
    return QueueStatistics(
        waiting=now.waiting,
        running=now.running,
        dead=now.dead,
        lag_s=float(now.lag_s),
        recently_done=recent.done,
        recently_retried=recent.retried,
        recently_dead=recent.dead,
    )


async def prune_log(session: AsyncSession, older_than: timedelta) -> int:
    """Remove old log entries of jobs that are no longer in the queue. Returns how many."""
    still_queued = select(_QUEUE.c.id).where(_QUEUE.c.id == _LOG.c.job_id).exists()
    old = delete(_LOG).where(_LOG.c.created < func.now() - older_than, ~still_queued)
    return len((await session.scalars(old.returning(_LOG.c.id))).all())


def _reason() -> Select[tuple[str]]:
    return (
        select(_LOG.c.traceback["exception_message"].astext)
        .where(_LOG.c.job_id == _QUEUE.c.id, _HAS_FAILED)
        .order_by(_LOG.c.id.desc())
        .limit(1)
        .scalar_subquery()  # type: ignore[return-value]  # used as a column
    )


def _status(state: State) -> str:
    return next(status for status, named in _STATES.items() if named == state)
