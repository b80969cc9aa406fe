"""The recorder: writes the journal from Redis to PostgreSQL, each entry exactly once.

Recorders form one consumer group over the streams of all shards. Any number may run, and each may
be killed at any moment. An entry stays in its stream until the transaction with its rows is
committed, and another recorder takes over the entries of a dead one. Writing an entry twice changes
nothing (see `repositories/journal_rows.py`). So a recorder must only take care that it acknowledges
no entry too early, and that it writes the end of a session after all its other entries.

An entry that PostgreSQL refuses even alone is written without the players whose part is refused.
Their part goes to a dead-letter stream, with the reason.
"""

import asyncio
import contextlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple
from uuid import UUID

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError, ResponseError
from redis.typing import KeyT, StreamIdT

from game.live import journal, keys
from game.live.cluster import Cluster
from persistence.backoff import Backoff
from persistence.database import UNAVAILABLE, SessionFactory, sqlstate
from persistence.repositories import journal_rows

STREAMS: Final = tuple(keys.journal(number) for number in range(keys.SHARDS))
GROUP: Final = "recorder"
ENTRIES_PER_READ: Final = 20
PLAYERS_PER_TRANSACTION: Final = 5000
BLOCK_MS: Final = 500
CLAIM_IDLE_MS: Final = 5000
CLAIM_INTERVAL_S: Final = 1.0

# PostgreSQL's classes of errors in the data: wrong values, broken constraints.
REFUSALS: Final = ("22", "23")
WRITTEN: Final = ""

logger = structlog.get_logger(__name__)
Fields = dict[bytes, bytes]


@dataclass(slots=True)
class Counters:
    """Counts the journal entries, or parts of them, that a recorder has handled since its start."""

    written: int = 0
    dropped: int = 0
    """Entries of sessions that were purged."""
    refused: int = 0
    """Parts that were put into the stream `dead_letter_stream`, with the reason."""


async def run(
    redis: Redis,
    session_factory: SessionFactory,
    stop: asyncio.Event,
    *,
    consumer: str,
    counters: Counters | None = None,
) -> None:
    """Record until `stop` is set. `consumer` names this process among all recorders."""
    counters = counters or Counters()
    recorders = [
        _Recorder(
            redis,
            streams,
            session_factory,
            stop,
            consumer,
            counters,
            Backoff(stop, "Redis"),
            Backoff(stop, "PostgreSQL"),
        )
        for streams in _read_together(redis)
    ]
    await asyncio.gather(*(recorder.run() for recorder in recorders))


def _read_together(redis: Redis) -> Sequence[Sequence[str]]:
    """The streams in groups that one command can read: all together, or on a cluster by slot.

    So a cluster's master that is away delays only its own shards.
    """
    return [[stream] for stream in STREAMS] if isinstance(redis, Cluster) else [STREAMS]


def dead_letter_stream(stream: str) -> str:
    """The stream for entries that could not be written, with the fields `entry`, `id`, `reason`."""
    return f"{stream}:refused"


class _Message(NamedTuple):
    """An entry in its stream; `data` is None if it was deleted after it was delivered."""

    stream: str
    id: bytes
    data: bytes | None


class _Read(NamedTuple):
    message: _Message
    entry: journal.Entry


@dataclass(slots=True)
class _Recorder:
    redis: Redis
    streams: Sequence[str]
    session_factory: SessionFactory
    stop: asyncio.Event
    consumer: str
    counters: Counters
    redis_backoff: Backoff
    postgres_backoff: Backoff
    ends: dict[_Message, _Read] = field(default_factory=dict)
    """Ends of sessions that wait for earlier entries, which other recorders have."""
    claim_at: float = 0.0

    async def run(self) -> None:
        while not self.stop.is_set():
            try:
                await self._begin()
                while not self.stop.is_set():
                    await self._step()
            except (RedisError, OSError) as error:
                await self.redis_backoff.wait(error)

    async def _begin(self) -> None:
        """Create missing consumer groups, then finish what this consumer began before a restart."""
        for stream in self.streams:
            with contextlib.suppress(ResponseError):  # there is one already
                await self.redis.xgroup_create(stream, GROUP, id="0", mkstream=True)
        while not self.stop.is_set():
            begun = [each for each in await self._read(after="0") if each not in self.ends]
            if not begun:
                break
            await self._write(begun)

    async def _step(self) -> None:
        now = asyncio.get_running_loop().time()
        if now >= self.claim_at:
            self.claim_at = now + CLAIM_INTERVAL_S
            await self._write(await self._claim_abandoned())
        await self._write(await self._read(after=">"))
        self.redis_backoff.reset()

    async def _read(self, after: str) -> list[_Message]:
        places: dict[KeyT, StreamIdT] = dict.fromkeys(self.streams, after)
        reply: Any = await self.redis.xreadgroup(
            GROUP, self.consumer, places, count=ENTRIES_PER_READ, block=BLOCK_MS
        )  # Any: the client knows several shapes, by protocol and settings; this is RESP2's
        return [read for stream, given in reply for read in _messages(stream.decode(), given)]

    async def _claim_abandoned(self) -> list[_Message]:
        """Entries that were delivered long ago, perhaps to this recorder, and never finished."""
        pipeline = self.redis.pipeline(transaction=False)
        for stream in self.streams:
            await pipeline.xautoclaim(
                stream, GROUP, self.consumer, CLAIM_IDLE_MS, count=ENTRIES_PER_READ
            )
        taken = zip(self.streams, await pipeline.execute(), strict=True)
        return [read for stream, reply in taken for read in _messages(stream, reply[1])]

    async def _write(self, messages: Iterable[_Message]) -> None:
        reads = []
        for message in messages:
            if message.data is None:
                await self._acknowledge([message])
                continue
            try:
                reads.append(_Read(message, _decode(message.data)))
            except ValueError as error:
                await self._dead_letter(message, [(message.data, str(error))])
        for batch in _batches(read for read in reads if not _is_an_end(read)):
            await self._record(batch)
        self.ends |= {read.message: read for read in reads if _is_an_end(read)}
        await self._write_ends()

    async def _write_ends(self) -> None:
        """Write the ends of sessions whose other entries have all been written."""
        complete = [read for read in self.ends.values() if await self._is_next(read.message)]
        for batch in _batches(complete):
            await self._record(batch)
        for read in complete:
            del self.ends[read.message]

    async def _is_next(self, end: _Message) -> bool:
        """Whether all earlier entries of its stream are finished, except for other ends."""
        ends = {message.id for message in self.ends if message.stream == end.stream}
        begun = await self.redis.xpending_range(
            end.stream, GROUP, min="-", max=f"({end.id.decode()}", count=len(ends)
        )
        return all(entry["message_id"] in ends for entry in begun)

    async def _record(self, batch: Sequence[_Read]) -> None:
        reason = await self._attempt([read.entry for read in batch])
        if reason == WRITTEN:
            await self._acknowledge([read.message for read in batch])
        elif reason and len(batch) > 1:
            middle = len(batch) // 2
            await self._record(batch[:middle])
            await self._record(batch[middle:])
        elif reason:
            await self._record_what_can_be(batch[0])

    async def _record_what_can_be(self, read: _Read) -> None:
        """Write the parts of an entry that PostgreSQL accepts. The others become dead letters."""
        refused = await self._refused_parts(read.entry)
        if refused is not None:
            await self._dead_letter(
                read.message, [(journal.encode(part), reason) for part, reason in refused]
            )

    async def _refused_parts(self, entry: journal.Entry) -> list[tuple[journal.Entry, str]] | None:
        """Write an entry except for the returned parts. None if the recorder stops before that."""
        reason = await self._attempt([entry])
        halves = journal.halves(entry) if reason else ()
        if reason and not halves:  # the first time it may have lost a race
            reason = await self._attempt([entry])
        if reason is None:
            return None
        if not halves:
            return [] if reason == WRITTEN else [(entry, reason)]
        refused = []
        for half in halves:
            parts = await self._refused_parts(half)
            if parts is None:
                return None
            refused += parts
        return refused

    async def _attempt(self, entries: Sequence[journal.Entry]) -> str | None:
        """`WRITTEN`, or why the entries cannot be written. None if the recorder stops first."""
        while not self.stop.is_set():
            try:
                dropped = await self._commit(entries)
            except UNAVAILABLE as error:
                if sqlstate(error).startswith(REFUSALS):
                    return _first_line(error)
                await self.postgres_backoff.wait(error)
            except Exception as error:
                # An entry that raises an unexpected error must not block the entries after it.
                if len(entries) == 1:
                    logger.exception("entry not understood")
                return repr(error)
            else:
                self.postgres_backoff.reset()
                self.counters.written += len(entries) - dropped
                self.counters.dropped += dropped
                return WRITTEN
        return None

    async def _commit(self, entries: Sequence[journal.Entry]) -> int:
        async with self.session_factory.begin() as session:
            return await journal_rows.record(session, entries)

    async def _acknowledge(self, messages: Iterable[_Message]) -> None:
        """Acknowledge and delete messages, in one transaction for each stream."""
        ids: dict[str, list[bytes]] = {}
        for message in messages:
            ids.setdefault(message.stream, []).append(message.id)
        for stream, done in ids.items():
            pipeline = self.redis.pipeline(transaction=True)
            await pipeline.xack(stream, GROUP, *done)
            await pipeline.xdel(stream, *done)
            await pipeline.execute()

    async def _dead_letter(self, message: _Message, parts: Sequence[tuple[bytes, str]]) -> None:
        """Acknowledge a message and add its refused parts to the dead letters, in one step."""
        pipeline = self.redis.pipeline(transaction=True)
        for entry, reason in parts:
            logger.error(
                "entry refused", stream=message.stream, id=message.id.decode(), reason=reason
            )
            await pipeline.xadd(
                dead_letter_stream(message.stream),
                {"entry": entry, "id": message.id, "reason": reason},
            )
        await pipeline.xack(message.stream, GROUP, message.id)
        await pipeline.xdel(message.stream, message.id)
        await pipeline.execute()
        self.counters.refused += len(parts)


def _messages(stream: str, given: Iterable[tuple[bytes | None, Fields | None]]) -> list[_Message]:
    """Messages from Redis's reply. Redis 6.2 leaves out deleted entries or their fields."""
    return [
        _Message(stream, entry_id, fields.get(b"entry", b"") if fields else None)
        for entry_id, fields in given
        if entry_id is not None
    ]


def _decode(data: bytes) -> journal.Entry:
    """Decode a journal entry, or raise ValueError."""
    entry = journal.decode(data)
    UUID(entry.session)
    return entry


def _is_an_end(read: _Read) -> bool:
    return isinstance(read.entry, journal.Finished) and read.entry.last


def _batches(reads: Iterable[_Read]) -> Iterator[list[_Read]]:
    batch: list[_Read] = []
    players = 0
    for read in reads:
        batch.append(read)
        players += _players(read.entry)
        if players >= PLAYERS_PER_TRANSACTION:
            yield batch
            batch, players = [], 0
    if batch:
        yield batch


def _players(entry: journal.Entry) -> int:
    match entry:
        case journal.Joined(players=some):
            return len(some)
        case journal.Answered(answers=some):
            return len(some)
        case journal.Finished(results=some):
            return len(some)
        case _:
            return 1


def _first_line(error: Exception) -> str:
    """PostgreSQL's message. Its further lines and SQLAlchemy's message may quote answers."""
    return str(getattr(error, "orig", error)).partition("\n")[0]
