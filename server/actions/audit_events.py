"""The audit trail: security events are logged at once and stored in PostgreSQL a moment later.

Most events are stored outside of the request's transaction, so a refused request is recorded too
and nobody waits for a slow database. An event that describes a change in the database is stored
in the same transaction (`record_in`), so there is never one without the other.

Equal events of one interval become one row with a count, and the rows of an interval are bounded,
so that strangers cannot fill the table. A process that is killed loses the events of its last
interval from the table, but not from the log.
"""

import asyncio
import contextlib
from collections import Counter
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import msgspec
import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from game.live.tasks import cancel_and_wait
from persistence.database import UNAVAILABLE, SessionFactory, after_commit, is_unavailable
from persistence.models import STRANGERS_KINDS, AuditEvent, AuditKind
from persistence.repositories import audit_events

STORE_EVERY_S: Final = 5.0
STOP_WITHIN_S: Final = 2.0
ROWS_OF_SOURCE: Final = 5
"""Rows that one account or address may cause in an interval."""
MAX_ROWS: Final = 100
"""Rows of an interval in all. Events above either bound are only counted, by kind."""
ADDRESS_MAX: Final = 200

log = structlog.get_logger("kuis.audit")


class Event(msgspec.Struct, frozen=True):
    """A security event. Equal events of one interval are stored as one row."""

    kind: AuditKind
    account_id: UUID | None = None
    actor_id: UUID | None = None
    address: str | None = None
    details: tuple[tuple[str, str | int], ...] = ()

    @property
    def source(self) -> UUID | str | None:
        return self.actor_id or self.address

    def row(self, at: datetime, count: int) -> AuditEvent:
        return AuditEvent(
            kind=self.kind,
            account_id=self.account_id,
            actor_id=self.actor_id,
            address=self.address[:ADDRESS_MAX] if self.address else None,
            details=dict(self.details),
            count=count,
            created_at=at,
        )


class AuditTrail:
    """The audit trail of one process: `record` collects events, which are stored at intervals."""

    def __init__(self, session_factory: SessionFactory) -> None:
        self._session_factory = session_factory
        self._stopping = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._waiting: dict[Event, tuple[datetime, int]] = {}
        self._rows_of: Counter[UUID | str | None] = Counter()

    def record(
        self,
        kind: AuditKind,
        *,
        account_id: UUID | None = None,
        actor_id: UUID | None = None,
        address: str | None = None,
        **details: str | int,
    ) -> None:
        """Log an event and have it stored soon. Details must hold no secret."""
        event = Event(kind, account_id, actor_id, address, tuple(sorted(details.items())))
        log_event(event)
        self._add(event, datetime.now(UTC), 1)

    def start(self) -> None:
        self._task = asyncio.create_task(self._store_at_intervals(), name="audit")

    async def stop(self) -> None:
        """Store what was collected, unless PostgreSQL takes too long."""
        self._stopping.set()  # a store that were cancelled now would lose its events
        if self._task is not None:
            await asyncio.wait([self._task], timeout=STOP_WITHIN_S)
            await cancel_and_wait(self._task)
            self._task = None

    async def _store_at_intervals(self) -> None:
        """Until it is stopped, and then once more."""
        while not self._stopping.is_set():
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(STORE_EVERY_S):
                    await self._stopping.wait()
            await self._try_to_store()

    async def _try_to_store(self) -> None:
        try:
            await self.store()
        except Exception:
            log.exception("audit_lost")

    async def store(self) -> None:
        """Store the collected events. While PostgreSQL is away they stay collected."""
        waiting, self._waiting, self._rows_of = self._waiting, {}, Counter()
        if not waiting:
            return
        rows = [event.row(at, count) for event, (at, count) in waiting.items()]
        try:
            async with self._session_factory.begin() as db:
                await audit_events.add(db, rows)
        except UNAVAILABLE as error:
            if not is_unavailable(error):
                raise
            log.warning("audit_not_stored", rows=len(rows), error=type(error).__name__)
            for event, (at, count) in waiting.items():
                self._add(event, at, count)

    def _add(self, event: Event, at: datetime, count: int) -> None:
        if event not in self._waiting and not self._has_room(event):
            event = Event(event.kind, details=(("summary", 1),))
        first_at, before = self._waiting.get(event, (at, 0))
        if not before:
            self._rows_of[event.source] += 1
        self._waiting[event] = (min(at, first_at), before + count)

    def _has_room(self, event: Event) -> bool:
        return self._rows_of[event.source] < ROWS_OF_SOURCE and self._rows_of.total() < MAX_ROWS


async def record_in(
    db: AsyncSession,
    kind: AuditKind,
    *,
    account_id: UUID | None = None,
    actor_id: UUID | None = None,
    address: str | None = None,
    **details: str | int,
) -> None:
    """Store an event in the transaction that causes it, and log it after the commit."""
    event = Event(kind, account_id, actor_id, address, tuple(sorted(details.items())))
    await store_in(db, event)
    after_commit(db, lambda: log_event(event))


async def store_in(db: AsyncSession, event: Event) -> None:
    """Store an event as `record_in` does. The caller logs it, which may be another process."""
    await audit_events.add(db, [event.row(datetime.now(UTC), 1)])


def log_event(event: Event) -> None:
    """Log what strangers cause as a warning, and what accounts do in ordinary use as info."""
    say = log.warning if event.kind in STRANGERS_KINDS else log.info
    say(
        event.kind,
        account=str(event.account_id) if event.account_id else None,
        actor=str(event.actor_id) if event.actor_id else None,
        address=event.address,
        **dict(event.details),
    )
