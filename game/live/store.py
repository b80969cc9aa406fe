"""Reads and writes rooms in Redis, mostly by the Lua scripts. It makes no decisions."""

import asyncio
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final, NoReturn, cast

import msgspec
from redis.asyncio import Redis
from redis.exceptions import NoScriptError, RedisError

from game.errors import NotFound, Unavailable
from game.live import keys, replies, transient_errors
from game.live.auto_pipeline import AutoPipeline
from game.live.keys import RoomKeys
from game.live.lua_scripts import load_script
from game.live.replies import Reply
from game.live.script_arguments import (
    ClaimCodeArguments,
    ClaimDeadlinesArguments,
    ClearAbsentArguments,
    HeartbeatArguments,
    JoinArguments,
    JoinRequest,
    LeaveArguments,
    NoteHostAddressArguments,
    PlayerConnection,
    ReadmitArguments,
    ResumeArguments,
    ResumeRequest,
    ScriptArguments,
    SetDeadlineArguments,
    Submission,
    SubmitArguments,
    commit_arguments,
    kick_arguments,
    open_arguments,
    pack,
)
from game.live.script_data import (
    Commit,
    CommitResult,
    RoomDefinition,
    RoomRecord,
    ScoringInput,
    SeatResult,
    VersionedState,
)
from game.live.seats import Stayed
from game.rules.questions import Response
from game.rules.rooms import Phase, RoomState

REVISION_BITS: Final = 48
"""Lua has numbers of 53 bits."""
WAYS_BACK: Final = 10
"""A room keeps at most this many times its cap of tokens, with those of freed seats, and of kicked
players."""


class Store:
    """Raises Unavailable when Redis is unavailable, and NotFound if there is no such room."""

    def __init__(self, redis: Redis) -> None:
        self._call = AutoPipeline(redis)

    async def open(self, at: RoomKeys, definition: RoomDefinition, state: RoomState) -> bool:
        """Store a new room. False if the session has a room already."""
        arguments = open_arguments(at, definition, state)
        return bool(await self._run("open", [at.room, at.definition, at.deadlines], arguments))

    async def discard(self, at: RoomKeys) -> None:
        """Take back a room that was opened a moment ago."""
        with _redis_errors():
            await self._call("ZREM", at.deadlines, at.session)
            await self._call("UNLINK", at.room, at.definition)

    async def claim_code(
        self, code: str, session: str, instead_of: str | None, lifetime_s: int
    ) -> bool:
        """Make a code lead to a session, and return whether it does.

        The code may lead nowhere before, or to the session `instead_of`. With the session itself as
        `instead_of`, only the lifetime of a code that leads there is renewed.
        """
        arguments = ClaimCodeArguments(
            session=session, instead_of=instead_of, lifetime_s=lifetime_s
        )
        return bool(await self._run("claim_code", [keys.code(code)], arguments))

    async def session_of_code(self, code: str) -> str | None:
        """The session that a code leads to."""
        with _redis_errors():
            session = await self._call("GET", keys.code(code))
        return None if session is None else cast("bytes", session).decode()

    async def session_of_former_code(self, code: str) -> str | None:
        """The session that a code led to until its room got another code."""
        with _redis_errors():
            session = await self._call("GET", keys.former_code(code))
        return None if session is None else cast("bytes", session).decode()

    async def release_code(self, code: str, session: str) -> None:
        """Delete a code. It is kept as a former code, by which players can come back."""
        with _redis_errors():
            await self._call("SET", keys.former_code(code), session, "EX", keys.IDLE_TTL_S)
            await self._call("UNLINK", keys.code(code))

    async def secret_of(self, at: RoomKeys, player: str) -> str | None:
        """The hash of the secret in a player's token."""
        with _redis_errors():
            secret = await self._call("HGET", at.secrets, player)
        return None if secret is None else cast("bytes", secret).decode()

    async def read_definition(self, at: RoomKeys) -> RoomDefinition:
        with _redis_errors():
            data = await self._call("GET", at.definition)
        return replies.definition_decoder.decode(data) if data is not None else _no_such_room()

    async def read_phase(self, at: RoomKeys) -> Phase | None:
        with _redis_errors():
            phase = await self._call("HGET", at.room, "phase")
        return None if phase is None else Phase(phase.decode())

    async def read_state(self, at: RoomKeys) -> VersionedState:
        with _redis_errors():
            state, revision, active_at = await self._call(
                "HMGET", at.room, "state", "revision", "active_at"
            )
        if state is None:
            _no_such_room()
        decoded = replies.state_decoder.decode(state)
        touched_at = max(decoded.touched_at, int(active_at))
        return VersionedState(
            msgspec.structs.replace(decoded, touched_at=touched_at), int(revision)
        )

    async def count_connected(self, at: RoomKeys) -> int:
        """How many players are connected."""
        with _redis_errors():
            return cast("int", await self._call("ZCARD", at.presence))

    async def read_room(self, at: RoomKeys) -> RoomRecord:
        where = [
            *(at.room, at.players, at.presence, at.absent),
            *(at.kicked, at.answers, at.standings, at.removed),
        ]
        reply = await self._run("read_room", where)
        state, version, counted, answered, standings, kicked, *people = reply or _no_such_room()
        connected, absent, removed = people
        return RoomRecord(
            state=replies.state_decoder.decode(state),
            version=int(version),
            counted=replies.counted_decoder.decode(counted) if counted else None,
            answered=answered,
            standings=replies.standings_decoder.decode(standings or b"[]"),
            kicked=frozenset(player.decode() for player in kicked),
            connected=replies.players(connected),
            absent=replies.players(absent),
            removed=replies.players(removed),
        )

    async def read_scoring_input(self, at: RoomKeys) -> ScoringInput:
        where = [
            *(at.room, at.players, at.kicked, at.absent),
            *(at.attended, at.answers, at.standings),
        ]
        reply = await self._run("read_scoring_input", where)
        return replies.scoring_input(reply or _no_such_room())

    async def commit(self, at: RoomKeys, commit: Commit) -> CommitResult | None:
        """Apply a change. None if the room has changed since it was decided: decide again."""
        revision = secrets.randbits(REVISION_BITS)
        done, *scoring_input = await self._run(
            "commit", at.all, commit_arguments(at, commit, revision)
        )
        if done < 0:
            _no_such_room()
        if not done:
            return None
        return CommitResult(
            VersionedState(commit.state, revision),
            replies.scoring_input(scoring_input[0]) if scoring_input else None,
        )

    async def join(
        self, at: RoomKeys, joining: Sequence[JoinRequest], now: int, until: int, shares: int
    ) -> list[SeatResult]:
        arguments = JoinArguments(
            now=now,
            present_until=until,
            channel=at.channel,
            shares=shares,
            ways_back=WAYS_BACK,
            players=joining,
        )
        where = [
            *(at.room, at.players, at.secrets, at.names, at.folded, at.users, at.joins),
            *(at.connections, at.presence, at.absent, at.kicked, at.latecomers),
            *(at.attended, at.standings, at.answers, at.last_seats),
            *(at.devices, at.removed),
        ]
        return replies.seat_results(await self._run("join", where, arguments) or _no_such_room())

    async def note_host_address(self, at: RoomKeys, address: str) -> None:
        arguments = NoteHostAddressArguments(address=address)
        await self._run("note_host_address", [at.room], arguments)

    async def resume(
        self, at: RoomKeys, resuming: Sequence[ResumeRequest], until: int
    ) -> list[SeatResult]:
        arguments = ResumeArguments(present_until=until, channel=at.channel, players=resuming)
        where = [
            *(at.room, at.players, at.secrets, at.names, at.folded),
            *(at.connections, at.presence, at.absent, at.kicked, at.latecomers),
        ]
        return replies.seat_results(await self._run("resume", where, arguments) or _no_such_room())

    async def leave(
        self,
        at: RoomKeys,
        closed: Sequence[PlayerConnection],
        now: int,
        *,
        wait_until: int,
        kept_until: int,
    ) -> tuple[int | None, bool]:
        """Note closed connections.

        Returns:
            The open question if everyone still connected has answered it, and whether somebody may
            be about to come back for it.
        """
        where = [
            *(at.room, at.connections, at.presence, at.absent),
            *(at.attended, at.latecomers, at.answers),
        ]
        arguments = LeaveArguments(
            now=now,
            wait_until=wait_until,
            kept_until=kept_until,
            channel=at.channel,
            players=closed,
        )
        answered, waited_for = await self._run("leave", where, arguments)
        return _question(answered), bool(waited_for)

    async def heartbeat(
        self, at: RoomKeys, connections: Sequence[PlayerConnection], now: int, until: int
    ) -> tuple[int | None, Stayed]:
        """Keep players connected.

        Returns:
            The open question if everyone still connected has answered it, and the players who
            could not be kept.
        """
        where = [
            *(at.room, at.players, at.secrets, at.names, at.folded, at.connections),
            *(at.presence, at.absent, at.attended, at.latecomers, at.answers),
        ]
        arguments = HeartbeatArguments(
            now=now, present_until=until, channel=at.channel, players=connections
        )
        answered, *gone = await self._run("heartbeat", where, arguments)
        elsewhere, unseated = ([player.decode() for player in players] for players in gone)
        return _question(answered), Stayed(elsewhere, unseated)

    async def kick(self, at: RoomKeys, player: str, now: int) -> tuple[str, int | None]:
        """Remove a player.

        Returns:
            A refusal's code or '', and the open question if everyone still connected has answered
            it.
        """
        where = [
            *(at.room, at.players, at.secrets, at.connections, at.presence, at.absent),
            *(at.kicked, at.attended, at.standings, at.journal, at.answers),
            *(at.devices, at.removed, at.names, at.folded, at.users),
        ]
        reply = await self._run("kick", where, kick_arguments(at, player, now))
        outcome, question = reply or _no_such_room()
        return outcome.decode(), _question(question)

    async def readmit(self, at: RoomKeys, player: str) -> str:
        """Let a kicked player join again. A refusal's code or ''."""
        where = [at.room, at.removed, at.names, at.folded, at.users, at.players]
        arguments = ReadmitArguments(player=player, channel=at.channel)
        outcome: bytes | None = await self._run("readmit", where, arguments)
        return (outcome if outcome is not None else _no_such_room()).decode()

    async def clear_absent(self, at: RoomKeys, now: int) -> str:
        """Free the seats of players who left long ago. A refusal's code or ''."""
        where = [
            *(at.room, at.players, at.secrets, at.names, at.folded, at.users),
            *(at.joins, at.connections, at.absent, at.latecomers),
            *(at.attended, at.standings, at.answers, at.devices),
        ]
        arguments = ClearAbsentArguments(now=now, channel=at.channel)
        outcome: bytes | None = await self._run("clear_absent", where, arguments)
        return (outcome if outcome is not None else _no_such_room()).decode()

    async def submit(
        self, at: RoomKeys, question: int, answers: Sequence[Submission], now: int
    ) -> tuple[int | None, RoomState | None, list[int]]:
        """Store answers to one question.

        Returns:
            The question if everyone has answered it, the state if an answer was refused, and the
            outcome of each answer.
        """
        arguments = SubmitArguments(question=question, now=now, channel=at.channel, answers=answers)
        where = [at.room, at.secrets, at.answers, at.presence, at.names, at.folded]
        reply = await self._run("submit", where, arguments)
        answered, state, *outcomes = reply or _no_such_room()
        return _question(answered), replies.state_decoder.decode(state) if state else None, outcomes

    async def read_answers(
        self, at: RoomKeys, players: Sequence[str]
    ) -> tuple[int | None, list[Response | None]]:
        """The last announced question and the players' answers to it."""
        with _redis_errors():
            question, answers = await asyncio.gather(
                self._call("HGET", at.room, "question"),
                self._call("HMGET", at.answers, *players),
            )
        return int(question) if question else None, [
            None if answer is None else replies.answer_decoder.decode(answer).response
            for answer in answers
        ]

    async def claim_deadlines(
        self, shard: int, now: int, until: int, most: int
    ) -> tuple[int | None, dict[str, int]]:
        """Lease what is due in a shard.

        Returns:
            The shard's next deadline, and the sessions that are due with the time of each deadline.
        """
        arguments = ClaimDeadlinesArguments(now=now, leased_until=until, most=most)
        due_at, *due = await self._run("claim_deadlines", [keys.deadlines(shard)], arguments)
        sessions = {
            session.decode(): int(float(score))
            for session, score in zip(due[::2], due[1::2], strict=True)
        }
        return int(float(due_at)) if due_at else None, sessions

    async def set_deadline(self, at: RoomKeys, revision: int, until: int | None) -> None:
        """Set the deadline of a room that has not changed since `revision`."""
        arguments = SetDeadlineArguments(
            session=at.session,
            expected_revision=revision,
            deadline=until,
            deadlines_channel=keys.DEADLINES_CHANNEL,
            shard=at.shard,
        )
        await self._run("set_deadline", [at.room, at.deadlines], arguments)

    async def forget_deadline(self, at: RoomKeys) -> None:
        """Delete the deadline of a room that no longer exists."""
        with _redis_errors():
            await self._call("ZREM", at.deadlines, at.session)

    async def _run(
        self, name: str, where: Sequence[str], arguments: ScriptArguments | None = None
    ) -> Reply:
        script, packed = load_script(name), () if arguments is None else (pack(arguments),)
        with _redis_errors():
            try:
                return await self._call("EVALSHA", script.sha, len(where), *where, *packed)
            except NoScriptError:
                return await self._call("EVAL", script.source, len(where), *where, *packed)


@contextmanager
def _redis_errors() -> Iterator[None]:
    try:
        yield
    except (RedisError, OSError) as error:
        if not transient_errors.is_transient(error):
            raise
        raise Unavailable("unavailable", "The room cannot be reached now; try again.") from error


def _no_such_room() -> NoReturn:
    raise NotFound("no_such_room", "There is no such room.")


def _question(number: int) -> int | None:
    return None if number < 0 else number
