"""What the rest of the product asks of live rooms. (Signatures; the engine follows.)"""

from collections.abc import Mapping

import msgspec
from redis.asyncio import Redis

from game.errors import Refusal
from game.live.clock import Clock
from game.live.view import RoomView
from game.rules import rooms
from game.rules.questions import Question, Response
from game.rules.scoring import Standing


class KickedOut(Refusal):
    """The host removed this player: they do not come back under the same token or account."""

    status = 403


class Seat(msgspec.Struct, frozen=True):
    """A player's place in a room; who holds the token holds the place."""

    player: str
    nickname: str
    token: str
    joined_at: int


class Rooms:
    """Every method raises NotFound("no_such_room") and Unavailable("unavailable")."""

    def __init__(self, redis: Redis, clock: Clock) -> None: ...

    async def open(
        self,
        *,
        session: str,
        code: str,
        title: str,
        host: str,
        questions: tuple[Question, ...],
        settings: rooms.RoomSettings,
    ) -> None:
        """Open a room in its lobby. Conflict("code_in_use") while another running room has the code."""
        raise NotImplementedError

    async def find(self, code: str) -> str | None:
        """The id of the session that a code leads to (also while it is finished and still kept)."""
        raise NotImplementedError

    async def view(self, session: str) -> RoomView:
        raise NotImplementedError

    async def standings(self, session: str) -> tuple[Standing, ...]:
        """After the last reveal, best first."""
        raise NotImplementedError

    async def join(
        self, session: str, *, nickname: str, user: str | None, team: str | None, connection: str
    ) -> Seat:
        """Refusals nickname_invalid, nickname_taken, room_full, room_locked, wrong_phase; KickedOut.

        The same signed-in user gets the seat they have, with a fresh token.
        """
        raise NotImplementedError

    async def resume(self, session: str, token: str, connection: str) -> Seat:
        """Refusal not_joined; KickedOut."""
        raise NotImplementedError

    async def own_answer(self, session: str, question: int, player: str) -> Response | None:
        raise NotImplementedError

    async def leave(self, session: str, player: str, connection: str) -> None:
        """Does nothing if the player has a newer connection."""
        raise NotImplementedError

    async def stay(self, session: str, connections: Mapping[str, str]) -> None:
        """Say who (player → connection) is still here: every 10 s, for 30 s. Sweeps those who are not."""
        raise NotImplementedError

    async def submit(
        self,
        session: str,
        question: int,
        player: str,
        response: Response,
        elapsed_ms: int,
        arrived_at: int,
    ) -> None:
        """Store an answer; returns once it is committed. Refusals of rules.rooms.may_answer,
        already_answered, not_joined (not seated, or kicked).
        """
        raise NotImplementedError

    async def command(self, session: str, command: rooms.Command) -> None:
        """Apply a host's command (a close scores and reveals too)."""
        raise NotImplementedError

    async def kick(self, session: str, player: str) -> None:
        """Refusals bad_message (no such player), wrong_phase (the room is over)."""
        raise NotImplementedError

    async def tick(self, session: str) -> None:
        """Do what is due in a room."""
        raise NotImplementedError
