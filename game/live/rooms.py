"""What the rest of the product asks of live rooms; any process may ask it of any room."""

import asyncio
import secrets
from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Final

import msgspec
from redis.asyncio import Redis
from uuid_utils import uuid7

from game.errors import Conflict, Refusal, room_refusal
from game.live import keys
from game.live.batches import BATCH_MOST, Batches
from game.live.clock import Clock
from game.live.course import RETURN_WITHIN_MS, Course
from game.live.frozen import FrozenRooms
from game.live.journal import JournalPlayer
from game.live.keys import RoomKeys
from game.live.records import DISPLACED, Frozen, Joining, Resuming, Seated, StoredAnswer, Submission
from game.live.replies import why_not_stored
from game.live.seats import (
    Seat,
    Stayed,
    address_in,
    fit_name,
    fit_team,
    folded,
    hashed,
    refuse,
    seat_of,
    secret_of,
)
from game.live.store import Store
from game.live.view import Glimpse, RoomView, by_player, players_by_id, shown_phase
from game.rules import codes, nicknames, rooms
from game.rules.questions import Question, Response
from game.rules.rooms import Phase, RoomSettings, RoomState

PRESENT_MS: Final = 30_000
"""How long a player counts as connected after the last word of the process with their socket."""
ABSENT_MS: Final = 30_000
"""After this absence a seat no longer counts against the cap, and in the lobby somebody else may
take the name."""
NAMES_TRIED: Final = 20
GATHER_S: Final = 0.02
"""How long who joins or comes back waits for company, which nobody sees."""


class Rooms:
    """Every method raises NotFound("no_such_room") and Unavailable("unavailable").

    What was asked may have happened in spite of Unavailable; asking again does no harm.
    """

    def __init__(
        self,
        redis: Redis,
        clock: Clock,
        random: Random | None = None,
        answers: Callable[[int], None] = lambda _: None,
        shares: int = 1,
    ) -> None:
        """`answers(count)` hears how many answers each commit takes.

        `shares` times its share of a room's last seats an address may take.
        """
        self._shares = shares
        self._store = Store(redis)
        self._clock = clock
        self._random = random or secrets.SystemRandom()
        self._frozen = FrozenRooms(self._store)
        self._course = Course(self._store, clock, self._frozen)
        self._joins: Batches[Joining, Seated] = Batches(self._commit_joins, gather_s=GATHER_S)
        self._resumes: Batches[Resuming, Seated] = Batches(self._commit_resumes, gather_s=GATHER_S)
        self._leaves: Batches[tuple[str, str], None] = Batches(self._commit_leaves)
        self._own: Batches[tuple[int, str], Response | None] = Batches(self._read_answers)
        self._answers: Batches[Submission, None] = Batches(self._commit_answers, answers)

    async def stop(self) -> None:
        """Return when everything under way is done."""
        for batches in (self._joins, self._resumes, self._leaves, self._answers, self._own):
            await batches.drain()
        await self._course.drain()

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
        frozen = Frozen(code, title, host, questions, settings)
        state = rooms.opened(len(questions), settings, self._clock.now())
        if not await self._store.open(at, frozen, state):
            raise Conflict("session_in_use", "This session has a room already.")
        if not await self.take_code(session, code):
            await self._store.discard(at)
            raise Conflict("code_in_use", "Another room has this code.")

    async def find(self, code: str) -> str | None:
        """The id of the session that a code leads to, also while it is finished and still kept."""
        return await self._store.led(codes.normalise(code))

    async def find_former(self, code: str) -> str | None:
        """The session that a code led to before `recode`: only to come back to it."""
        return await self._store.led_before(codes.normalise(code))

    async def take_code(self, session: str, code: str) -> bool:
        """Make a code lead to a session, unless it leads to another room that is not over."""
        previous = await self._store.led(code)
        if previous is not None and previous != session:
            phase = await self._store.phase(RoomKeys(previous))
            if phase not in {None, Phase.FINISHED}:
                return False
        return await self._store.lead(code, session, previous, keys.IDLE_TTL_S)

    async def recode(self, session: str, code: str) -> None:
        """Let a room be known by this code, which leads there already, and by no other.

        Raises:
            Refusal: `wrong_phase`, if the room is over.
        """
        replaced = await self._course.command(session, rooms.NewCode(code))
        before = replaced.code or (await self._frozen.of(RoomKeys(session))).code
        if before != code:
            await self._store.let_go(before, session)

    async def glimpse(self, session: str) -> Glimpse:
        """A room from outside: unlike a view it costs the same with any number of players."""
        at = RoomKeys(session)
        frozen, loaded = await self._frozen.of(at), await self._store.load(at)
        state, players = loaded.state, await self._store.connected(at)
        return Glimpse(
            code=state.code or frozen.code,
            title=frozen.title,
            phase=shown_phase(state),
            players=players,
            locked=state.locked,
            friendly_names=state.settings.friendly_names,
        )

    async def state(self, session: str) -> RoomState:
        """What commands change, as it is now; unlike a view it costs the same with any players."""
        return (await self._store.load(RoomKeys(session))).state

    async def view(self, session: str) -> RoomView:
        """The room as it is now."""
        at = RoomKeys(session)
        frozen = await self._frozen.of(at)
        seen = await self._store.look(at)
        return RoomView(
            session=session,
            code=frozen.code,
            title=frozen.title,
            host=frozen.host,
            questions=frozen.questions,
            version=seen.version,
            state=seen.state,
            players=players_by_id(seen.connected),
            absent=players_by_id(seen.absent),
            answered=seen.answered,
            counted=seen.counted,
            standings=by_player(seen.standings, seen.kicked),
            kicked=seen.kicked,
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
    ) -> Seat:
        """Seat a new player; a signed-in user who has a seat gets that one, with a fresh token.

        Args:
            session: whose room.
            key: made by the client; the same key is the same seat with the same token.
            address: where from; one address may not take all of the last seats.
            nickname: as typed; ignored where the room gives names.
            user: the account's id; None for a guest.
            team: as typed; what is no fit name for one is refused, nothing at all is no team.
            connection: names the socket, in letters, digits and dashes; unique over all processes,
                and a later one is greater.

        Raises:
            Refusal: nickname_invalid, bad_message (the team), nickname_taken, room_full,
                room_locked, wrong_phase.
            KickedOut: this user was removed.
        """
        settings = (await self._frozen.of(RoomKeys(session))).settings
        team = fit_team(settings, team)
        for attempt in range(NAMES_TRIED if settings.friendly_names else 1):
            name = self._name(settings, nickname, attempt)
            record = JournalPlayer(str(uuid7()), name, user, team, self._clock.now())
            secret = secrets.token_urlsafe(24) if key is None else secret_of(session, user, key)
            joining = Joining(
                record,
                folded(name),
                connection,
                hashed(secret),
                key is not None,
                "" if address is None else address_in(session, address),
            )
            code, seated = await self._joins.add(session, joining)
            if code == DISPLACED and seated is not None:
                return await self._sit_again(session, seated.player, secret, connection)
            if seated is not None:
                return seat_of(seated, secret)
            if code != "nickname_taken":
                refuse(code)
        raise room_refusal("nickname_taken")

    async def host(self, session: str, address: str) -> None:
        """Note where the host is: a class that is there too may fill the room."""
        await self._store.host(RoomKeys(session), address_in(session, address))

    async def resume(self, session: str, token: str, connection: str) -> Seat:
        """Bring a player back to their seat; with a number behind the name if another has it now.

        Raises:
            Refusal: not_joined, if the token is not one of this room's.
            KickedOut: the player was removed.
        """
        player, _, secret = token.partition(".")
        return await self._sit_again(session, player, secret, connection)

    async def _sit_again(self, session: str, player: str, secret: str, connection: str) -> Seat:
        resuming = Resuming(player, hashed(secret), connection)
        for number in range(2, NAMES_TRIED + 2):
            code, seated = await self._resumes.add(session, resuming)
            if seated is None:
                refuse(code)
            if code != DISPLACED:
                return seat_of(seated, secret)
            nickname = nicknames.numbered(seated.nickname, number)
            renamed = msgspec.structs.replace(seated, nickname=nickname)
            resuming = msgspec.structs.replace(resuming, renamed=renamed, name=folded(nickname))
        raise room_refusal("nickname_taken")

    async def own_answer(self, session: str, question: int, player: str) -> Response | None:
        """What a player answered to the last announced question."""
        return await self._own.add(session, (question, player))

    async def leave(self, session: str, player: str, connection: str) -> None:
        """Note that a connection is gone; does nothing if the player has a newer one."""
        await self._leaves.add(session, (player, connection))

    async def stay(self, session: str, connections: Mapping[str, str]) -> Stayed:
        """Say who (player → connection) is here, every 10 s; who is not for 30 s counts as gone.

        Returns the players whose connections must be closed.
        """
        at, now = RoomKeys(session), self._clock.now()
        pairs = list(connections.items())
        stayed = Stayed([], [])
        for start in range(0, max(len(pairs), 1), BATCH_MOST):
            part = pairs[start : start + BATCH_MOST]
            answered, of_part = await self._store.stay(at, part, now, now + PRESENT_MS)
            self._course.close_early(session, answered)
            stayed.elsewhere.extend(of_part.elsewhere)
            stayed.unseated.extend(of_part.unseated)
        return stayed

    def submit(  # noqa: PLR0913, PLR0917  # what an answer is
        self,
        session: str,
        question: int,
        player: str,
        response: Response,
        elapsed_ms: int,
        arrived_at: int,
    ) -> asyncio.Future[None]:
        """Store an answer; it is committed when the future is done. The same again is no error.

        Raises:
            Refusal: in the future: no_such_question, wrong_phase, not_open_yet, too_late,
                already_answered, not_joined.
        """
        answer = StoredAnswer(elapsed_ms, arrived_at, response)
        return self._answers.add(session, Submission(question, player, answer))

    async def command(self, session: str, command: rooms.Command) -> None:
        """Apply a command; closing a question scores and reveals it too.

        Raises:
            Refusal: what `rules.rooms.apply` raises.
        """
        await self._course.command(session, command)

    async def tick(self, session: str) -> None:
        """Do what is due in a room, and set its next deadline if nothing is."""
        await self._course.tick(session)

    async def kick(self, session: str, player: str) -> None:
        """Remove a player for good.

        Raises:
            Refusal: bad_message if there is no such player, wrong_phase if the room is over.
        """
        code, answered = await self._store.kick(RoomKeys(session), player, self._clock.now())
        if code:
            refuse(code)
        self._course.close_early(session, answered)

    async def clear_absent(self, session: str) -> None:
        """Take the seats of the long absent; who was there for a question may still come back.

        Raises:
            Refusal: wrong_phase if the room is over.
        """
        if code := await self._store.clear(RoomKeys(session), self._clock.now()):
            refuse(code)

    def _name(self, settings: RoomSettings, nickname: str, attempt: int) -> str:
        if settings.friendly_names:
            return nicknames.friendly(self._random, attempt)
        return fit_name(settings, nickname)

    async def _commit_joins(self, session: str, joining: Sequence[Joining]) -> Sequence[Seated]:
        now = self._clock.now()
        return await self._store.join(
            RoomKeys(session), joining, now, now + PRESENT_MS, self._shares
        )

    async def _commit_resumes(self, session: str, resuming: Sequence[Resuming]) -> Sequence[Seated]:
        until = self._clock.now() + PRESENT_MS
        return await self._store.resume(RoomKeys(session), resuming, until)

    async def _commit_leaves(
        self, session: str, connections: Sequence[tuple[str, str]]
    ) -> Sequence[None]:
        now = self._clock.now()
        answered, waited_for = await self._store.leave(
            RoomKeys(session),
            connections,
            now,
            wait_until=now + RETURN_WITHIN_MS,
            kept_until=now + ABSENT_MS,
        )
        self._course.close_early(session, answered)
        if waited_for:
            self._course.look_again(session)
        return [None] * len(connections)

    async def _read_answers(
        self, session: str, asked: Sequence[tuple[int, str]]
    ) -> Sequence[Response | None]:
        players = [player for _, player in asked]
        question, answers = await self._store.answers(RoomKeys(session), players)
        return [
            answer if of == question else None
            for (of, _), answer in zip(asked, answers, strict=True)
        ]

    async def _commit_answers(
        self, session: str, answers: Sequence[Submission]
    ) -> Sequence[Refusal | None]:
        """Answers to several questions at once (somebody is late) take a call each."""
        refusals: dict[int, Refusal] = {}
        for question in {answer.question for answer in answers}:
            those = [at for at, answer in enumerate(answers) if answer.question == question]
            refused = await self._commit_answers_to(
                session, question, [answers[at] for at in those]
            )
            refusals.update(
                (at, refusal) for at, refusal in zip(those, refused, strict=True) if refusal
            )
        return [refusals.get(at) for at in range(len(answers))]

    async def _commit_answers_to(
        self, session: str, question: int, answers: Sequence[Submission]
    ) -> list[Refusal | None]:
        answered, state, results = await self._store.submit(
            RoomKeys(session), question, answers, self._clock.now()
        )
        self._course.close_early(session, answered)
        return [
            why_not_stored(result, state, answer)
            for result, answer in zip(results, answers, strict=True)
        ]
