"""The scripts in Redis as methods: how things are stored; what they mean is decided above."""

import asyncio
import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final, NoReturn, cast

import msgspec
from redis.asyncio import Redis
from redis.exceptions import NoScriptError, RedisError

from game.errors import NotFound, Refusal, Unavailable
from game.live import keys, outages
from game.live.calls import Calls
from game.live.events import Counted
from game.live.events import encode as encode_event
from game.live.journal import JournalPlayer
from game.live.journal import encode as encode_entry
from game.live.keys import RoomKeys
from game.live.lua import script_of
from game.live.records import (
    Commit,
    Committed,
    Frozen,
    Gathered,
    Joining,
    Loaded,
    Resuming,
    Seated,
    Seen,
    StoredAnswer,
    Submission,
)
from game.rules import rooms
from game.rules.questions import Response
from game.rules.rooms import Phase, RoomState
from game.rules.scoring import Standing

Reply = Any  # Any: what Redis answers, by script; each method says it in its own return type

REVISION_BITS: Final = 48

_json = msgspec.json.Encoder()


class Store:
    """Raises Unavailable when Redis is away, and NotFound where there is no such room."""

    def __init__(self, redis: Redis) -> None:
        self._call = Calls(redis)

    async def open(self, at: RoomKeys, frozen: Frozen, state: RoomState) -> bool:
        """False if there is such a room already."""
        return bool(
            await self._run(
                "open",
                [at.room, at.frozen, at.deadlines],
                [
                    at.session,
                    _json.encode(state),
                    _json.encode(frozen),
                    _join_refusal(state),
                    frozen.settings.max_players,
                    _or_none(rooms.deadline(state)),
                    keys.IDLE_TTL_S,
                    keys.DEADLINES_CHANNEL,
                    at.shard,
                ],
            )
        )

    async def discard(self, at: RoomKeys) -> None:
        """Take back a room that was opened a moment ago."""
        with _reaching_redis():
            await self._call("ZREM", at.deadlines, at.session)
            await self._call("UNLINK", at.room, at.frozen)

    async def lead(self, code: str, session: str, instead_of: str | None, seconds: int) -> bool:
        """Make a code lead to a session; False if it leads to yet another one."""
        return bool(
            await self._run("lead", [keys.code(code)], [session, instead_of or "", seconds])
        )

    async def led(self, code: str) -> str | None:
        """Where a code leads."""
        with _reaching_redis():
            session = await self._call("GET", keys.code(code))
        return None if session is None else cast("bytes", session).decode()

    async def frozen(self, at: RoomKeys) -> Frozen:
        with _reaching_redis():
            data = await self._call("GET", at.frozen)
        return _frozen.decode(data) if data is not None else _no_such_room()

    async def phase(self, at: RoomKeys) -> Phase | None:
        with _reaching_redis():
            phase = await self._call("HGET", at.room, "phase")
        return None if phase is None else Phase(phase.decode())

    async def load(self, at: RoomKeys) -> Loaded:
        with _reaching_redis():
            state, revision, active_at = await self._call(
                "HMGET", at.room, "state", "revision", "active_at"
            )
        if state is None:
            _no_such_room()
        decoded = _state.decode(state)
        touched_at = max(decoded.touched_at, int(active_at))
        return Loaded(msgspec.structs.replace(decoded, touched_at=touched_at), int(revision))

    async def connected(self, at: RoomKeys) -> int:
        """How many players are here."""
        with _reaching_redis():
            return cast("int", await self._call("ZCARD", at.presence))

    async def look(self, at: RoomKeys) -> Seen:
        reply = await self._run(
            "look", [at.room, at.players, at.presence, at.kicked, at.answers, at.standings], []
        )
        state, version, counted, answered, standings, kicked, connected = reply or _no_such_room()
        return Seen(
            state=_state.decode(state),
            version=int(version),
            counted=_counted.decode(counted) if counted else None,
            answered=answered,
            standings=_standings.decode(standings or b"[]"),
            kicked=frozenset(player.decode() for player in kicked),
            connected=_records(connected),
        )

    async def gather(self, at: RoomKeys) -> Gathered:
        reply = await self._run(
            "gather", [at.room, at.players, at.kicked, at.answers, at.standings], []
        )
        return _gathered(reply or _no_such_room())

    async def commit(self, at: RoomKeys, commit: Commit) -> Committed | None:
        """None if the room is not what the change was decided upon: decide again."""
        revision = secrets.randbits(REVISION_BITS)
        done, *gathered = await self._run("commit", at.all, _committing(at, commit, revision))
        if done < 0:
            _no_such_room()
        if not done:
            return None
        return Committed(
            Loaded(commit.state, revision), _gathered(gathered[0]) if gathered else None
        )

    async def join(
        self, at: RoomKeys, joining: Sequence[Joining], now: int, until: int
    ) -> list[Seated]:
        arguments: list[Any] = [
            now,
            until,
            at.channel,
            _head("joined", at.session, "players") + b"[",
        ]
        for each in joining:
            record = each.record
            arguments += (record.player, _json.encode(record), each.name)
            arguments += (record.user or "", each.connection, each.secret, int(each.has_key))
        reply = await self._run(
            "join",
            at.seating,
            arguments,
        )
        return _seated(reply)

    async def resume(self, at: RoomKeys, resuming: Sequence[Resuming], until: int) -> list[Seated]:
        arguments: list[Any] = [until, at.channel]
        for each in resuming:
            arguments += (each.player, each.secret, each.connection)
        reply = await self._run(
            "resume",
            [at.room, at.players, at.secrets, at.connections, at.presence, at.kicked],
            arguments,
        )
        return _seated(reply)

    async def leave(
        self, at: RoomKeys, connections: Iterable[tuple[str, str]], now: int, wait_until: int
    ) -> tuple[int | None, bool]:
        """The open question if everyone still connected has answered it; whether one may return."""
        flat = [part for pair in connections for part in pair]
        where = [at.room, at.connections, at.presence, at.answers]
        reply = await self._run("leave", where, [now, wait_until, at.channel, *flat])
        answered, waited_for = reply
        return _question(answered), bool(waited_for)

    async def stay(
        self, at: RoomKeys, connections: Iterable[tuple[str, str]], now: int, until: int
    ) -> tuple[int | None, list[str]]:
        """The open question if everyone still connected has answered it; who is elsewhere now."""
        flat = [part for pair in connections for part in pair]
        where = [at.room, at.players, at.secrets, at.connections, at.presence, at.answers]
        answered, *elsewhere = await self._run("stay", where, [now, until, at.channel, *flat])
        return _question(answered), [player.decode() for player in elsewhere]

    async def kick(self, at: RoomKeys, player: str, now: int) -> tuple[str, int | None]:
        """A refusal's code or ''; the open question if everyone still connected has answered it."""
        reply = await self._run(
            "kick",
            [*at.seating, at.answers],
            [player, now, at.channel, _head("kicked", at.session, "player"), f',"at":{now}}}'],
        )
        outcome, question = reply or _no_such_room()
        return outcome.decode(), _question(question)

    async def submit(
        self, at: RoomKeys, question: int, answers: Sequence[Submission], now: int
    ) -> tuple[int | None, RoomState | None, list[int]]:
        """The question if all have answered it, the state if one was refused, each outcome."""
        arguments: list[Any] = [question, now, at.channel]
        for each in answers:
            arguments += (each.player, each.answer.arrived_at, _json.encode(each.answer))
        reply = await self._run("submit", [at.room, at.secrets, at.answers, at.presence], arguments)
        answered, state, *outcomes = reply or _no_such_room()
        return _question(answered), _state.decode(state) if state else None, outcomes

    async def answers(
        self, at: RoomKeys, players: Sequence[str]
    ) -> tuple[int | None, list[Response | None]]:
        """The last announced question and what each player has answered to it."""
        with _reaching_redis():
            question, answers = await asyncio.gather(
                self._call("HGET", at.room, "question"),
                self._call("HMGET", at.answers, *players),
            )
        return int(question) if question else None, [
            None if answer is None else _answer.decode(answer).response for answer in answers
        ]

    async def claim(
        self, shard: int, now: int, until: int, most: int
    ) -> tuple[int | None, dict[str, int]]:
        """When the shard's next deadline is, and what was due: session → since when."""
        due_at, *due = await self._run("claim", [keys.deadlines(shard)], [now, until, most])
        sessions = {
            session.decode(): int(float(score))
            for session, score in zip(due[::2], due[1::2], strict=True)
        }
        return int(float(due_at)) if due_at else None, sessions

    async def postpone(self, at: RoomKeys, revision: int, until: int | None) -> None:
        """Set the deadline of a room that has not changed since `revision`."""
        await self._run(
            "postpone",
            [at.room, at.deadlines],
            [at.session, revision, _or_none(until), keys.DEADLINES_CHANNEL, at.shard],
        )

    async def forget_deadline(self, at: RoomKeys) -> None:
        """Of a room that is not there any more."""
        with _reaching_redis():
            await self._call("ZREM", at.deadlines, at.session)

    async def _run(self, name: str, at: Sequence[str], arguments: Sequence[Any]) -> Reply:
        script = script_of(name)
        with _reaching_redis():
            try:
                return await self._call("EVALSHA", script.sha, len(at), *at, *arguments)
            except NoScriptError:
                return await self._call("EVAL", script.source, len(at), *at, *arguments)


@contextmanager
def _reaching_redis() -> Iterator[None]:
    try:
        yield
    except (RedisError, OSError) as error:
        if not outages.passes(error):
            raise
        raise Unavailable("unavailable", "The room cannot be reached now; try again.") from error


def _no_such_room() -> NoReturn:
    raise NotFound("no_such_room", "There is no such room.")


def _committing(at: RoomKeys, commit: Commit, revision: int) -> list[Any]:  # Any: what Redis takes
    """The arguments of `commit.lua`."""
    state = commit.state
    is_over = state.phase is Phase.FINISHED
    asks_anew = any(isinstance(event, rooms.QuestionOpened) for event in commit.events)
    deadline = rooms.deadline(state)
    is_soon = deadline is not None and deadline < state.touched_at + keys.ANNOUNCED_MS
    return [
        at.session,
        commit.revision,
        _or_none(commit.players),
        _or_none(commit.kicked),
        _json.encode(state),
        state.phase.value,
        _or_none(state.question),
        _or_none(_open_question(state)),
        state.opens_at or 0,
        state.closes_at or 0,
        _join_refusal(state),
        _or_none(deadline),
        keys.FINISHED_TTL_S if is_over else keys.IDLE_TTL_S,
        int(asks_anew),
        b",".join(map(encode_event, commit.events)),
        b"" if commit.counted is None else _json.encode(commit.counted),
        b"" if commit.standings is None else _json.encode(commit.standings),
        at.channel,
        keys.DEADLINES_CHANNEL if is_soon else "",
        at.shard,
        revision,
        *map(encode_entry, commit.journal),
    ]


def _open_question(state: RoomState) -> int | None:
    """The question that takes answers now, opening and closing times aside."""
    return state.question if state.phase is Phase.QUESTION and state.paused_at is None else None


def _join_refusal(state: RoomState) -> str:
    """Why nobody new may join; '' if they may."""
    try:
        rooms.may_join(state)
    except Refusal as refusal:
        return refusal.code
    return ""


def _question(number: int) -> int | None:
    return None if number < 0 else number


def _or_none(number: int | None) -> int | str:
    return "" if number is None else number


def _head(kind: str, session: str, field: str) -> bytes:
    """A journal entry up to the value of its last field, which the script has."""
    return b'{"kind":"%s","session":%s,"%s":' % (
        kind.encode(),
        _json.encode(session),
        field.encode(),
    )


def _records(records: Iterable[bytes]) -> tuple[JournalPlayer, ...]:
    return _players.decode(b"[" + b",".join(records) + b"]")


def _gathered(reply: Reply) -> Gathered:
    state, revision, records, kicked, answers, standings = reply
    return Gathered(
        state=_state.decode(state),
        revision=int(revision),
        players={record.player: record for record in _records(records)},
        kicked=frozenset(player.decode() for player in kicked),
        answers=_stored(answers),
        standings=_standings.decode(standings or b"[]"),
    )


def _stored(answers: Sequence[bytes]) -> dict[str, StoredAnswer]:
    values = _answers.decode(b"[" + b",".join(answers[1::2]) + b"]")
    return {player.decode(): value for player, value in zip(answers[::2], values, strict=True)}


def _seated(reply: Reply) -> list[Seated]:
    if reply is None:
        _no_such_room()
    return [(code.decode(), _player.decode(record) if record else None) for code, record in reply]


_state = msgspec.json.Decoder(RoomState)
_frozen = msgspec.json.Decoder(Frozen)
_counted = msgspec.json.Decoder(Counted)
_player = msgspec.json.Decoder(JournalPlayer)
_players = msgspec.json.Decoder(tuple[JournalPlayer, ...])
_answer = msgspec.json.Decoder(StoredAnswer)
_answers = msgspec.json.Decoder(tuple[StoredAnswer, ...])
_standings = msgspec.json.Decoder(tuple[Standing, ...])
