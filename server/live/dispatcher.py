"""Checks who may send each message, and passes it to the part of the engine that does it."""

from collections.abc import Callable, Mapping
from uuid import UUID

import msgspec
from redis.exceptions import RedisError

from game.errors import Unavailable, room_refusal
from game.live import transient_errors
from game.live.room_view import RoomView
from game.live.rooms import Rooms
from game.live.seats import Seat
from game.rules import rooms
from game.rules.rooms import Phase
from persistence.database import SessionFactory
from persistence.repositories.viewers import owns
from server import metrics
from server.actions.sessions.new_code import new_code
from server.auth.sign_ins import SignedIn
from server.auth.tickets import Tickets
from server.limits import Limits
from server.live import protocol
from server.live.answers import Answers
from server.live.broadcaster import Broadcaster
from server.live.code_lookups import CodeLookups
from server.live.connection import Connection
from server.live.error_codes import CloseCode
from server.live.frames import frame
from server.live.hub import Hub
from server.live.join_limiter import JoinLimiter
from server.live.protocol import Role
from server.live.sign_in_watch import SignInWatch

MAX_UNSENT_TO_HOST_BYTES = 4 * 1024 * 1024  # a roster of thousands is one large frame
MAX_IN_KERNEL_TO_HOST_BYTES = 1024 * 1024
MAX_PROJECTORS = 50
"""The limit for a room in each process. Anybody who knows the code may open one."""
MAX_OWN_SOCKETS = 20
"""The limit for the host's own connections to a room in each process, with projectors."""

_JOINED = metrics.JOINS.labels("joined")

_COMMANDS: Mapping[type[protocol.FromClient], rooms.HostCommand] = {
    protocol.Start: rooms.Start(),
    protocol.Next: rooms.Next(),
    protocol.CloseQuestion: rooms.CloseQuestion(),
    protocol.Pause: rooms.Pause(),
    protocol.Unpause: rooms.Unpause(),
    protocol.Lock: rooms.Lock(),
    protocol.Unlock: rooms.Unlock(),
    protocol.End: rooms.End(),
}


class Dispatcher:
    def __init__(  # noqa: PLR0913, PLR0917  # everything that a message may ask
        self,
        rooms: Rooms,
        hub: Hub,
        limits: Limits,
        code_lookups: CodeLookups,
        tickets: Tickets,
        sign_in_watch: SignInWatch,
        admit_player: Callable[[], None],
        new_id: Callable[[], str],
        session_factory: SessionFactory,
    ) -> None:
        self._rooms = rooms
        self._hub = hub
        self._limits = limits
        self._join_limiter = JoinLimiter(limits)
        self._code_lookups = code_lookups
        self._tickets = tickets
        self._sign_in_watch = sign_in_watch
        self._admit_player = admit_player
        self._scale = limits.scale
        self._new_id = new_id
        self._session_factory = session_factory
        self.answers = Answers(rooms, hub)

    async def __call__(
        self, connection: Connection, message: protocol.FromClient, arrived_at: int
    ) -> None:
        """Raises Refusal."""
        try:
            await self._dispatch(connection, message, arrived_at)
        except (RedisError, OSError) as error:
            if not transient_errors.is_transient(error):
                raise  # a fault of ours, which the connection logs
            raise Unavailable("unavailable", "The room cannot be reached just now.") from error

    async def _dispatch(
        self, connection: Connection, message: protocol.FromClient, arrived_at: int
    ) -> None:
        match message, connection.role:
            case protocol.Join() | protocol.Resume() | protocol.Host() | protocol.Watch(), None:
                await self._hello(connection, message)
            case _, None:
                raise room_refusal(
                    "not_joined", "Identify yourself first with join, resume, host or watch."
                )
            case protocol.Ping(), _:
                connection.write(frame(protocol.Pong(message.sent_at, arrived_at)))
            case protocol.Answer(), Role.PLAYER:
                await self.answers.submit(connection, message, arrived_at)
            case _, Role.HOST:
                await self._dispatch_for_host(connection, message)
            case _:
                raise room_refusal("not_allowed")

    async def _dispatch_for_host(self, host: Connection, message: protocol.FromClient) -> None:
        match message:
            case protocol.Kick(player):
                await self._rooms.kick(host.session, player)
            case protocol.Readmit(player):
                await self._rooms.readmit(host.session, player)
            case protocol.ClearAbsent():
                await self._rooms.clear_absent(host.session)
            case protocol.NewCode():
                await new_code(self._session_factory, self._rooms, self._limits, host.session)
            case protocol.Extend(seconds):
                await self._rooms.command(host.session, rooms.Extend(seconds))
            case protocol.Show(view):
                await self._rooms.command(host.session, rooms.Show(view))
            case _ if (command := _COMMANDS.get(type(message))) is not None:
                await self._rooms.command(host.session, command)
            case _:
                raise room_refusal("not_allowed")

    # The first message tells who is there.

    async def _hello(self, connection: Connection, hello: protocol.Hello) -> None:
        if connection.caller.code is not None:
            await self._find_room(connection, connection.caller.code, hello)
        if isinstance(hello, protocol.Join | protocol.Watch) and connection.caller.by_former_code:
            connection.close(CloseCode.NO_SUCH_ROOM, "no such room")
            return
        if isinstance(hello, protocol.Join):
            self._admit_player()
        broadcaster = await self._hub.acquire(connection.session)
        connection.id = self._new_id()
        try:
            taken = await self._take_place(connection, hello, broadcaster)
        except BaseException:
            self._hub.release(broadcaster)
            raise
        if not taken:
            self._hub.release(broadcaster)

    async def _find_room(self, connection: Connection, code: str, hello: protocol.Hello) -> None:
        """Look up the code for a connection whose address is slowed."""
        found, caller = None, connection.caller
        if isinstance(hello, protocol.Resume):
            found = await self._code_lookups.find_by_token(code, hello.token)
        if found is None:
            found = await self._code_lookups.find_for_socket(
                code, caller.address, signed_in=caller.signed_in is not None
            )
        connection.session = found.session
        connection.caller = msgspec.structs.replace(
            connection.caller, code=None, by_former_code=found.by_former_code
        )

    async def _take_place(
        self, connection: Connection, hello: protocol.Hello, broadcaster: Broadcaster
    ) -> bool:
        """Let the connection enter the room. False if it was closed or has gone instead."""
        match hello:
            case protocol.Join():
                return await self._join(connection, hello, broadcaster)
            case protocol.Resume(token):
                return await self._resume(connection, token, broadcaster)
            case protocol.Host(ticket):
                return await self._host(connection, ticket, broadcaster)
            case protocol.Watch():
                return self._watch(connection, broadcaster)

    async def _join(
        self, connection: Connection, join: protocol.Join, broadcaster: Broadcaster
    ) -> bool:
        if broadcaster.known.phase is Phase.FINISHED:
            connection.close(CloseCode.ROOM_OVER, "the room is over")
            return False
        await self._join_limiter.admit(connection.session, connection.caller.address)
        seat = await self._rooms.join(
            connection.session,
            nickname=join.nickname,
            user=_account(connection.caller.signed_in),
            team=join.team,
            connection=connection.id,
            key=join.key,
            address=connection.caller.address,
            device=join.device,
        )
        _JOINED.inc()
        return await self._sit(connection, seat, broadcaster, token=seat.token)

    async def _resume(self, connection: Connection, token: str, broadcaster: Broadcaster) -> bool:
        seat = await self._rooms.resume(connection.session, token, connection.id)
        if seat.user is not None and not await self._sign_in_watch.is_active(UUID(seat.user)):
            connection.close(CloseCode.NOT_SIGNED_IN, "this account is closed")
            await self._hub.leave(connection.session, seat.player, connection.id)
            return False
        return await self._sit(connection, seat, broadcaster, token=None)

    async def _sit(
        self, connection: Connection, seat: Seat, broadcaster: Broadcaster, token: str | None
    ) -> bool:
        question = broadcaster.known.state.question
        if token is None and question is not None:
            response = await self._rooms.own_answer(connection.session, question, seat.player)
            connection.answer = None if response is None else (question, response)
        if connection.gone:
            await self._hub.leave(connection.session, seat.player, connection.id)
            return False
        connection.become(Role.PLAYER, protocol.Person(seat.player, seat.nickname))
        self._hub.seat(connection, broadcaster, token)
        return True

    async def _host(
        self, connection: Connection, ticket: str | None, broadcaster: Broadcaster
    ) -> bool:
        signed_in = connection.caller.signed_in
        if ticket is not None:
            signed_in = await self._tickets.redeem(ticket, connection.session)
        if signed_in is not None:
            signed_in = await self._sign_in_watch.act_for(connection, signed_in)
        if signed_in is None:
            connection.close(CloseCode.NOT_SIGNED_IN, "not signed in")
            return False
        if not owns(signed_in, broadcaster.known.host):
            connection.close(CloseCode.NOT_HOST, "not this session's host")
            return False
        await self._rooms.note_host_address(connection.session, connection.caller.address)
        if connection.gone:
            return False
        self._close_oldest_own(broadcaster)
        connection.websocket.allow_unsent(MAX_UNSENT_TO_HOST_BYTES, MAX_IN_KERNEL_TO_HOST_BYTES)
        return self._staff(connection, Role.HOST, broadcaster)

    def _watch(self, connection: Connection, broadcaster: Broadcaster) -> bool:
        if connection.gone:
            return False
        if _is_own(connection, broadcaster.known):
            self._close_oldest_own(broadcaster)
        elif (
            len(broadcaster.staff) - len(_own_sockets(broadcaster)) >= MAX_PROJECTORS * self._scale
        ):
            connection.close(CloseCode.TOO_MANY_PROJECTORS, "too many projectors")
            return False
        return self._staff(connection, Role.WATCH, broadcaster)

    def _close_oldest_own(self, broadcaster: Broadcaster) -> None:
        """Close the host's oldest connection if one more would be too many."""
        own = _own_sockets(broadcaster)
        if len(own) >= MAX_OWN_SOCKETS * self._scale:
            oldest = min(own, key=lambda connection: connection.id)
            oldest.close(CloseCode.CONNECTED_ELSEWHERE, "connected again elsewhere")

    def _staff(self, connection: Connection, role: Role, broadcaster: Broadcaster) -> bool:
        connection.become(role)
        self._hub.seat(connection, broadcaster)
        return True


def _own_sockets(broadcaster: Broadcaster) -> list[Connection]:
    """The host's own connections: hosts, and projectors that the host opened signed in."""
    return [
        connection for connection in broadcaster.staff if _is_own(connection, broadcaster.known)
    ]


def _is_own(connection: Connection, view: RoomView) -> bool:
    signed_in = connection.caller.signed_in
    is_host = connection.role is Role.HOST
    return is_host or (signed_in is not None and owns(signed_in, view.host))


def _account(signed_in: SignedIn | None) -> str | None:
    """The account of a player. Teachers who try out a room play as guests, so they have none."""
    if signed_in is None or signed_in.role != "student":
        return None
    return str(signed_in.user_id)
