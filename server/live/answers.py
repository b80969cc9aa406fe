"""Passes answers from players' connections to the engine, and its results back."""

import asyncio
from functools import partial

import msgspec

from game.errors import Refusal, room_refusal
from game.live.room_view import RoomView
from game.live.rooms import Rooms
from game.rules import rooms, scoring
from game.rules.questions import Response, parse_response
from server import metrics
from server.live import protocol
from server.live.broadcaster import Broadcaster
from server.live.connection import Connection
from server.live.frames import frame
from server.live.hub import Hub

_STORED = metrics.ANSWERS.labels("answered")


class Answers:
    def __init__(self, rooms: Rooms, hub: Hub) -> None:
        self._rooms = rooms
        self._hub = hub

    def begin(
        self, connection: Connection, answer: protocol.Answer, arrived_at: int
    ) -> asyncio.Future[None] | None:
        """Pass an answer on at once; None if it is to another question than this process shows.

        Two thousand may come within a moment: a task for each would cost as much as all the rest.
        Raises Refusal, as the future does.
        """
        broadcaster, player = self._place(connection)
        if broadcaster.known.state.question != answer.question:
            return None
        return self._pass_on(connection, player, answer, arrived_at, broadcaster.known)

    async def submit(
        self, connection: Connection, answer: protocol.Answer, arrived_at: int
    ) -> None:
        """As `begin`, for an answer to any question: a wrong one, or this process lags behind."""
        broadcaster, player = self._place(connection)
        state = await self._rooms.state(connection.session)
        view = msgspec.structs.replace(broadcaster.known, state=state)
        await self._pass_on(connection, player, answer, arrived_at, view)

    def _place(self, connection: Connection) -> tuple[Broadcaster, protocol.Person]:
        broadcaster, player = self._hub.broadcaster_of(connection), connection.player
        if broadcaster is None or player is None:
            raise room_refusal("not_joined", "You have left this room.")
        return broadcaster, player

    def _pass_on(
        self,
        connection: Connection,
        player: protocol.Person,
        answer: protocol.Answer,
        arrived_at: int,
        view: RoomView,
    ) -> asyncio.Future[None]:
        response = _response(view, answer, arrived_at)
        elapsed_ms = scoring.elapsed_ms(
            view.state.opens_at or arrived_at,
            arrived_at,
            answer.elapsed_ms,
            connection.websocket.rtt_ms,
        )
        stored = self._rooms.submit(
            connection.session, answer.question, player.id, response, elapsed_ms, arrived_at
        )
        stored.add_done_callback(partial(_acknowledge, connection, answer, response, arrived_at))
        return stored


def _acknowledge(
    connection: Connection,
    answer: protocol.Answer,
    response: Response,
    arrived_at: int,
    stored: asyncio.Future[None],
) -> None:
    if stored.cancelled() or stored.exception() is not None:
        return
    _STORED.inc()
    connection.answer = (answer.question, response)
    connection.write(frame(protocol.Answered(answer.question, arrived_at)))


def _response(view: RoomView, answer: protocol.Answer, arrived_at: int) -> Response:
    """The response as its kind of question takes it.

    That the question is not open says more than that its response is malformed, so it is said
    first; whether it is open is for the engine to decide.
    """
    if not 0 <= answer.question < len(view.questions):
        raise room_refusal("no_such_question")
    try:
        return parse_response(view.questions[answer.question], answer.response)
    except Refusal:
        rooms.may_answer(view.state, answer.question, arrived_at)
        raise
