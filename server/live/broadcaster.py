"""Sends the events of one room to its connections in this process."""

import asyncio
import time
from collections.abc import Callable, Iterable

import msgspec
import structlog

from game.live.events import (
    Connected,
    Dropped,
    Event,
    Joined,
    Kicked,
    Left,
    Message,
    Player,
    Readmitted,
    Tally,
)
from game.live.room_view import RoomView, in_order
from game.rules import rooms
from game.rules.rooms import Phase
from server import metrics
from server.live import protocol, snapshots, websocket
from server.live.connection import Connection
from server.live.error_codes import CloseCode
from server.live.frames import Shared, frame
from server.live.protocol import Role
from server.live.throttle import Throttle

LOBBY_EVERY_S = 1.0
STAFF_LOBBY_EVERY_S = 0.26
TALLY_EVERY_S = 0.34  # the one that is flushed when a question closes makes no fifth in a second
WELCOMES_AT_ONCE = 100  # then the loop may turn

log = structlog.get_logger(__name__)


class Broadcaster:
    """Listens to the feed of a room, and sends what happens to its connections."""

    def __init__(self, session: str, now: Callable[[], int]) -> None:
        self.session = session
        self.now = now
        self.view: RoomView | None = None
        self.players: dict[str, Connection] = {}
        self.staff: set[Connection] = set()
        """The connections of hosts and projectors."""
        self.holders = 0
        """How many connections need this room: those that have joined or are about to."""
        self._joined: dict[str, Player] = {}
        self._left: set[str] = set()
        self._absent: dict[str, Player] = {}
        self._lobby = Throttle(LOBBY_EVERY_S, self._send_lobby_to_players)
        self._staff_lobby = Throttle(STAFF_LOBBY_EVERY_S, self._send_lobby_to_staff)
        self._tally = Throttle(TALLY_EVERY_S, self._send_tally)
        self._welcoming: asyncio.Task[None] | None = None

    @property
    def known(self) -> RoomView:
        """The view of the room. `Hub.acquire` returns only after it was read."""
        if self.view is None:
            raise LookupError(f"room {self.session} is held but was not read")
        return self.view

    # Connections enter and leave.

    def enter(self, connection: Connection, token: str | None = None) -> None:
        """Add a connection whose role is known. It replaces an older one of the same player."""
        if connection.player is None:
            self.staff.add(connection)
        elif self.view is not None and connection.player.id in self.view.kicked:
            connection.kick()  # while the connection was on its way here
            return
        else:
            other = self.players.get(connection.player.id)
            if other is not None and other.id > connection.id:
                connection.close(CloseCode.CONNECTED_ELSEWHERE, "connected again elsewhere")
                return
            self.players[connection.player.id] = connection
            if other is not None:
                other.close(CloseCode.CONNECTED_ELSEWHERE, "connected again elsewhere")
        self._welcome(connection, token)

    def exit(self, connection: Connection) -> None:
        self.staff.discard(connection)
        player = connection.player
        if player is not None and self.players.get(player.id) is connection:
            del self.players[player.id]

    def stop(self) -> None:
        for coalesced in (self._lobby, self._staff_lobby, self._tally):
            coalesced.stop()
        if self._welcoming is not None:
            self._welcoming.cancel()

    # Callbacks from the feed.

    def reset(self, view: RoomView) -> None:
        """The room was read again, so everybody gets a new snapshot."""
        self.view = view
        for player in view.kicked & self.players.keys():
            self.players[player].kick()
        if self.players or self.staff:
            self._welcome_all()

    def updated(self, message: Message, view: RoomView) -> None:
        began = time.perf_counter()
        self.view = view
        try:
            self._broadcast_message(message, view)
        except Exception:  # a fault in one room must not silence the others
            log.exception("live.not_told", room=self.session)
        metrics.FAN_OUT.observe(time.perf_counter() - began)

    def gone(self) -> None:
        """The room no longer exists in Redis, so all connections are closed."""
        for connection in (*self.staff, *self.players.values()):
            connection.close(CloseCode.NO_SUCH_ROOM, "no such room")

    def _broadcast_message(self, message: Message, view: RoomView) -> None:
        if isinstance(message, Tally):
            self._tally.request()
            return
        for event in message.events:
            self._broadcast_event(event, view)

    def _broadcast_event(self, event: Event, view: RoomView) -> None:
        match event:
            case Joined(players):
                self._arrived(players)
            case Left(players):
                self._departed(players, view)
            case Dropped(players):
                self._departed(players, view)
            case Connected(player, connection):
                self._connected(player, connection)
            case Kicked(player):
                self._kicked(player, view)
            case Readmitted():
                self._send_removed(view)
            case rooms.LockChanged():
                self._lobby_changed()
            case rooms.CodeChanged(code):
                self._to(self.staff, frame(protocol.CodeChanged(code)))
            case _:
                self._broadcast_game_event(event, view)

    def _broadcast_game_event(self, event: Event, view: RoomView) -> None:
        match event:
            case rooms.QuestionClosed():
                self._tally.flush()
            case rooms.QuestionOpened():
                self._to_all(frame(snapshots.question_opened(view, self.now())))
            case rooms.Extended() | rooms.Paused() | rooms.Unpaused():
                self._to_all(frame(timing(event, self.now())))
            case rooms.Revealed(_, next_at):
                self._reveal(view, next_at)
            case rooms.Shown(question, shown):
                self._to(self.staff, frame(protocol.Shown(question, shown)))
            case rooms.Finished():
                self._finish(view)
            case _:  # what was counted is told by `reveal`
                pass

    # Players come and go.

    def _arrived(self, players: Iterable[Player]) -> None:
        for player in players:
            self._joined[player.id] = player
            self._left.discard(player.id)
            self._absent.pop(player.id, None)
        self._lobby_changed()

    def _departed(self, players: Iterable[str], view: RoomView) -> None:
        """Note players who are absent now or have lost their seat."""
        for player in players:
            self._joined.pop(player, None)
            self._absent.pop(player, None)
            self._left.add(player)
            if player in view.absent:
                self._absent[player] = view.absent[player]
        self._lobby_changed()

    def _lobby_changed(self) -> None:
        self._lobby.request()
        self._staff_lobby.request()

    def _send_lobby_to_players(self) -> None:
        if self.view is not None:
            here = protocol.Lobby(len(self.view.players), self.view.state.locked)
            self._to(self.players.values(), frame(here))

    def _send_lobby_to_staff(self) -> None:
        joined, absent = map(snapshots.people, (self._joined.values(), self._absent.values()))
        left = tuple(self._left)
        self._joined, self._left, self._absent = {}, set(), {}
        if self.view is not None and self.staff:
            players, locked = len(self.view.players), self.view.state.locked
            self._to(self.staff, frame(protocol.Lobby(players, locked, joined, left, absent)))

    def _connected(self, player: str, connection: str) -> None:
        """Close our connection of a player who has a newer one in another process."""
        ours = self.players.get(player)
        if ours is not None and connection > ours.id:
            ours.close(CloseCode.CONNECTED_ELSEWHERE, "connected again elsewhere")

    def _kicked(self, player: str, view: RoomView) -> None:
        kicked = self.players.get(player)
        if kicked is not None:
            kicked.kick()
        self._departed((player,), view)
        self._send_removed(view)
        if view.phase is Phase.QUESTION:
            self._tally.request()
        if view.standings:
            self._welcome_all()  # places below have moved up

    def _send_removed(self, view: RoomView) -> None:
        hosts = (connection for connection in self.staff if connection.role is Role.HOST)
        self._to(hosts, frame(protocol.Removed(snapshots.people(in_order(view.removed)))))

    # The game.

    def _send_tally(self) -> None:
        view = self.view
        if view is not None and view.phase is Phase.QUESTION and view.state.question is not None:
            tally = protocol.Tally(view.state.question, view.answered, len(view.players))
            self._to(self.staff, frame(tally))

    def _reveal(self, view: RoomView, next_at: int | None) -> None:
        shared = Shared(snapshots.reveal(view, next_at))
        self._to_each(shared, lambda player: snapshots.own_result(view, player))

    def _finish(self, view: RoomView) -> None:
        shared = Shared(snapshots.finished(view))
        of = snapshots.scored_count(view)
        self._to_each(shared, lambda player: snapshots.own_place(view, player, of))

    def _to_each(self, shared: Shared, own: Callable[[str], snapshots.OwnPart]) -> None:
        self._tally.drop()
        self._to(self.staff, shared.alone)
        for player, connection in tuple(self.players.items()):
            connection.write(shared.to(own(player)))

    def _to_all(self, ready: bytes) -> None:
        self._to(self.staff, ready)
        self._to(self.players.values(), ready)

    def _to(self, connections: Iterable[Connection], ready: bytes) -> None:
        # A write can end a slow connection, which then leaves. So this iterates over a copy.
        for connection in tuple(connections):
            connection.write(ready)

    # Snapshots.

    def _welcome(self, connection: Connection, token: str | None = None) -> None:
        if self.view is None or connection.role is None:
            return
        player = connection.player
        room = snapshots.snapshot(
            self.view,
            connection.role,
            self.now(),
            None if player is None else player.id,
            connection.answer,
        )
        welcome = protocol.Welcome(
            connection.role,
            room,
            msgspec.UNSET if player is None else player,
            token or msgspec.UNSET,
        )
        ready = frame(welcome)
        if connection.role is Role.WATCH:  # its roster may be larger than what may wait
            connection.websocket.allow_unsent(websocket.MAX_UNSENT_BYTES + len(ready))
        connection.write(ready)

    def _welcome_all(self) -> None:
        if self._welcoming is not None:
            self._welcoming.cancel()
        self._welcoming = asyncio.create_task(self._welcome_each(), name="welcome")

    async def _welcome_each(self) -> None:
        """Send everybody a snapshot, each time of the current view."""
        try:
            for count, connection in enumerate((*self.staff, *self.players.values()), 1):
                self._welcome(connection)
                if count % WELCOMES_AT_ONCE == 0:
                    await asyncio.sleep(0)
        except Exception:
            log.exception("live.not_welcomed", room=self.session)


def timing(
    event: rooms.Extended | rooms.Paused | rooms.Unpaused, now: int
) -> protocol.Extended | protocol.Paused | protocol.Unpaused:
    question, opens_at, closes_at = event.question, event.opens_at, event.closes_at
    match event:
        case rooms.Extended():
            return protocol.Extended(question, opens_at, closes_at, now)
        case rooms.Paused(at=at):
            return protocol.Paused(question, opens_at, closes_at, now, at)
        case rooms.Unpaused(next_at=next_at):
            return protocol.Unpaused(question, opens_at, closes_at, now, next_at or msgspec.UNSET)
