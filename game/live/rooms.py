"""The interface of live rooms for the rest of the product.

Any process may call it for any room.
"""

import asyncio
import secrets
from collections.abc import Callable, Mapping
from random import Random
from typing import Final

import msgspec
from redis.asyncio import Redis
from uuid_utils import uuid7

from game.errors import Conflict, room_refusal
from game.live import keys
from game.live.batched_calls import BatchedCalls
from game.live.batcher import MAX_BATCH_SIZE
from game.live.clock import Clock
from game.live.definition_cache import DefinitionCache
from game.live.journal import JournalPlayer
from game.live.keys import RoomKeys
from game.live.lifecycle import RoomLifecycle
from game.live.room_view import RoomSummary, RoomView, by_player, players_by_id, shown_phase
from game.live.script_arguments import (
    JoinRequest,
    PlayerConnection,
    ResumeRequest,
    Submission,
    to_json,
)
from game.live.script_data import DISPLACED, RoomDefinition, StoredAnswer
from game.live.seats import (
    PRESENT_MS,
    Seat,
    Stayed,
    fit_name,
    fit_team,
    folded,
    hash_in,
    hashed,
    raise_refusal,
    seat_of,
    secret_of,
)
from game.live.store import Store
from game.rules import codes, nicknames, rooms
from game.rules.questions import Question, Response
from game.rules.rooms import Phase, RoomSettings, RoomState

MAX_NAME_ATTEMPTS: Final = 20


class Rooms:
    """Every method raises NotFound("no_such_room") and Unavailable("unavailable").

    After Unavailable, the call may have taken effect or not. It is safe to repeat it.
    """

    def __init__(
        self,
        redis: Redis,
        clock: Clock,
        random: Random | None = None,
        count_answers: Callable[[int], None] = lambda _: None,
        seat_shares: int = 1,
    ) -> None:
        """Build the engine's rooms.

        Args:
            redis: where the rooms are.
            clock: the clock of all rooms.
            random: draws the friendly names.
            count_answers: called with the number of answers in each commit.
            seat_shares: one address may take this many times its share of a room's last seats.
        """
        self._store = Store(redis)
        self._clock = clock
        self._random = random or secrets.SystemRandom()
        self._definitions = DefinitionCache(self._store)
        self._lifecycle = RoomLifecycle(self._store, clock, self._definitions)
        self._calls = BatchedCalls(self._store, clock, self._lifecycle, count_answers, seat_shares)

    async def stop(self) -> None:
        """Return when all calls and follow-up work are done."""
        await self._calls.drain()
        await self._lifecycle.drain()

    async def open(  # noqa: PLR0913  # everything that a room begins with
        self,
        *,
        session: str,
        code: str,
        title: str,
        host: str,
        questions: tuple[Question, ...],
        settings: RoomSettings,
    ) -> None:
        """Open a room in its lobby.

        Raises:
            Conflict: `code_in_use`, while another room that is not over has the code;
                `session_in_use`.
        """
        at = RoomKeys(session)
        code = codes.normalise(code)
        definition = RoomDefinition(code, title, host, questions, settings)
        state = rooms.opened(len(questions), settings, self._clock.now())
        if not await self._store.open(at, definition, state):
            raise Conflict("session_in_use", "This session has a room already.")
        if not await self.take_code(session, code):
            await self._store.discard(at)
            raise Conflict("code_in_use", "Another room has this code.")

    async def find(self, code: str) -> str | None:
        """The id of the session that a code leads to. A finished one is found while it is kept."""
        return await self._store.session_of_code(codes.normalise(code))

    async def find_former(self, code: str) -> str | None:
        """The session that a code led to before `recode`. It is for players who come back."""
        return await self._store.session_of_former_code(codes.normalise(code))

    async def take_code(self, session: str, code: str) -> bool:
        """Make a code lead to a session, unless it leads to another room that is not over."""
        previous = await self._store.session_of_code(code)
        if previous is not None and previous != session:
            phase = await self._store.read_phase(RoomKeys(previous))
            if phase not in {None, Phase.FINISHED}:
                return False
        return await self._store.claim_code(code, session, previous, keys.IDLE_TTL_S)

    async def recode(self, session: str, code: str) -> None:
        """Make this code, which leads to the room already, its only code.

        Raises:
            Refusal: `wrong_phase`, if the room is over.
        """
        replaced = await self._lifecycle.command(session, rooms.NewCode(code))
        before = replaced.code or (await self._definitions.get(RoomKeys(session))).code
        if before != code:
            await self._store.release_code(before, session)

    async def summary(self, session: str) -> RoomSummary:
        """A summary of a room. Unlike a view, it costs the same with any number of players."""
        at = RoomKeys(session)
        definition, loaded = await self._definitions.get(at), await self._store.read_state(at)
        state, players = loaded.state, await self._store.count_connected(at)
        return RoomSummary(
            code=state.code or definition.code,
            title=definition.title,
            phase=shown_phase(state),
            players=players,
            locked=state.locked,
            friendly_names=state.settings.friendly_names,
        )

    async def state(self, session: str) -> RoomState:
        """The current state. Unlike a view, it costs the same with any number of players."""
        return (await self._store.read_state(RoomKeys(session))).state

    async def view(self, session: str) -> RoomView:
        """The room as it is now."""
        at = RoomKeys(session)
        definition = await self._definitions.get(at)
        record = await self._store.read_room(at)
        return RoomView(
            session=session,
            code=definition.code,
            title=definition.title,
            host=definition.host,
            questions=definition.questions,
            version=record.version,
            state=record.state,
            players=players_by_id(record.connected),
            absent=players_by_id(record.absent),
            answered=record.answered,
            counted=record.counted,
            standings=by_player(record.standings, record.kicked),
            kicked=record.kicked,
            removed=players_by_id(record.removed),
        )

    async def join(  # noqa: PLR0913  # all that a seat is given for
        self,
        session: str,
        *,
        nickname: str,
        user: str | None,
        team: str | None,
        connection: str,
        key: str | None = None,
        address: str | None = None,
        device: str | None = None,
    ) -> Seat:
        """Give a new player a seat. A signed-in user who has one gets it again, with a new token.

        Args:
            session: the id of the session.
            key: made by the client. The same key gives the same seat with the same token.
            address: the client's address. One address may not take all of the last seats.
            device: made by the client. Whoever was removed may not join again from there.
            nickname: as typed. It is ignored where the room gives names.
            user: the account's id. None for a guest.
            team: as typed. None or blank is no team.
            connection: the id of the socket, in letters, digits and dashes. It is unique over all
                processes, and later ids are greater.

        Raises:
            Refusal: nickname_invalid, bad_message (the team), nickname_taken, room_full,
                room_locked, wrong_phase.
            KickedOut: this user was removed, or somebody on this device.
        """
        settings = (await self._definitions.get(RoomKeys(session))).settings
        team = fit_team(settings, team)
        for attempt in range(MAX_NAME_ATTEMPTS if settings.friendly_names else 1):
            name = self._name(settings, nickname, attempt)
            record = JournalPlayer(str(uuid7()), name, user, team, self._clock.now())
            secret = secrets.token_urlsafe(24) if key is None else secret_of(session, user, key)
            joining = JoinRequest(
                player=record.player,
                record=to_json(record),
                name=folded(name),
                user=user,
                connection=connection,
                secret=hashed(secret),
                has_key=key is not None,
                address=None if address is None else hash_in(session, address),
                device=None if device is None else hash_in(session, device),
            )
            code, seated = await self._calls.joins.add(session, joining)
            if code == DISPLACED and seated is not None:
                return await self._resume_seat(session, seated.player, secret, connection)
            if seated is not None:
                return seat_of(seated, secret)
            if code != "nickname_taken":
                raise_refusal(code)
        raise room_refusal("nickname_taken")

    async def note_host_address(self, session: str, address: str) -> None:
        """Note the host's address. Players at the same address may take all of the last seats."""
        await self._store.note_host_address(RoomKeys(session), hash_in(session, address))

    async def has_seat(self, session: str, token: str) -> bool:
        """Whether a token leads to a seat. It takes as long when there is no such room."""
        player, _, secret = token.partition(".")
        return await self._store.secret_of(RoomKeys(session), player) == hashed(secret)

    async def resume(self, session: str, token: str, connection: str) -> Seat:
        """Bring a player back to their seat.

        If somebody else has the name now, the player gets a number behind it.

        Raises:
            Refusal: not_joined, if the token is not one of this room's.
            KickedOut: the player was removed.
        """
        player, _, secret = token.partition(".")
        return await self._resume_seat(session, player, secret, connection)

    async def _resume_seat(self, session: str, player: str, secret: str, connection: str) -> Seat:
        resuming = ResumeRequest(player, hashed(secret), connection)
        for number in range(2, MAX_NAME_ATTEMPTS + 2):
            code, seated = await self._calls.resumes.add(session, resuming)
            if seated is None:
                raise_refusal(code)
            if code != DISPLACED:
                return seat_of(seated, secret)
            nickname = nicknames.numbered(seated.nickname, number)
            renamed = to_json(msgspec.structs.replace(seated, nickname=nickname))
            resuming = msgspec.structs.replace(resuming, renamed=renamed, name=folded(nickname))
        raise room_refusal("nickname_taken")

    async def own_answer(self, session: str, question: int, player: str) -> Response | None:
        """What a player answered to the last announced question."""
        return await self._calls.own_answers.add(session, (question, player))

    async def leave(self, session: str, player: str, connection: str) -> None:
        """Note that a connection is closed. Nothing happens if the player has a newer one."""
        await self._calls.leaves.add(session, PlayerConnection(player, connection))

    async def heartbeat(self, session: str, connections: Mapping[str, str]) -> Stayed:
        """Keep players connected. Players without a heartbeat for 30 s count as absent.

        Args:
            session: the id of the session.
            connections: the connection of each player in this process.

        Returns:
            The players whose connections must be closed.
        """
        at, now = RoomKeys(session), self._clock.now()
        pairs = [PlayerConnection(*pair) for pair in connections.items()]
        stayed = Stayed([], [])
        for start in range(0, max(len(pairs), 1), MAX_BATCH_SIZE):
            part = pairs[start : start + MAX_BATCH_SIZE]
            answered, of_part = await self._store.heartbeat(at, part, now, now + PRESENT_MS)
            self._lifecycle.close_early(session, answered)
            stayed.elsewhere.extend(of_part.elsewhere)
            stayed.unseated.extend(of_part.unseated)
        return stayed

    def submit(  # noqa: PLR0913, PLR0917  # the parts of an answer
        self,
        session: str,
        question: int,
        player: str,
        response: Response,
        elapsed_ms: int,
        arrived_at: int,
    ) -> asyncio.Future[None]:
        """Store an answer. It is committed when the future is done, and may be repeated.

        Raises:
            Refusal: in the future: no_such_question, wrong_phase, not_open_yet, too_late,
                already_answered, not_joined.
        """
        answer = to_json(StoredAnswer(elapsed_ms, arrived_at, response))
        return self._calls.answers.add(session, (question, Submission(player, arrived_at, answer)))

    async def command(self, session: str, command: rooms.Command) -> None:
        """Apply a command. Closing a question also scores and reveals it.

        Raises:
            Refusal: what `rules.rooms.apply` raises.
        """
        await self._lifecycle.command(session, command)

    async def tick(self, session: str) -> None:
        """Apply what is due in a room. If nothing is due, set its next deadline."""
        await self._lifecycle.tick(session)

    async def kick(self, session: str, player: str) -> None:
        """Remove a player for good. Their device and account may not join again.

        Raises:
            Refusal: bad_message if there is no such player, wrong_phase if the room is over.
        """
        code, answered = await self._store.kick(RoomKeys(session), player, self._clock.now())
        if code:
            raise_refusal(code)
        self._lifecycle.close_early(session, answered)

    async def readmit(self, session: str, player: str) -> None:
        """Let whoever was kicked as this player join again, as a new player.

        Raises:
            Refusal: bad_message if nobody was, wrong_phase if the room is over.
        """
        if code := await self._store.readmit(RoomKeys(session), player):
            raise_refusal(code)

    async def clear_absent(self, session: str) -> None:
        """Free the seats of players who left long ago. Those with results may still come back.

        Raises:
            Refusal: wrong_phase if the room is over, nobody_absent_long if there is no such player.
        """
        if code := await self._store.clear_absent(RoomKeys(session), self._clock.now()):
            raise_refusal(code)

    def _name(self, settings: RoomSettings, nickname: str, attempt: int) -> str:
        if settings.friendly_names:
            return nicknames.friendly(self._random, attempt)
        return fit_name(settings, nickname)
