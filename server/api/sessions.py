"""Sessions over HTTP: live rooms and homework of a quiz, open or finished."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Annotated, ClassVar, Literal
from uuid import UUID

import msgspec
from litestar import Controller, get, post
from litestar.params import FromQuery
from litestar.status_codes import HTTP_200_OK, HTTP_204_NO_CONTENT
from msgspec import Struct
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncSession

from game.errors import NotFound
from game.live.room_view import RoomView
from game.rules.homework import HomeworkSettings
from game.rules.rooms import Phase, RoomSettings
from persistence import database
from persistence.models import Mode, QuizSession
from persistence.repositories import quiz_sessions
from persistence.repositories.quiz_sessions import ListedSession
from persistence.repositories.viewers import owns
from server.actions.homework.give import give_homework
from server.actions.sessions.end import end_session
from server.api.dependencies import (
    Db,
    Limits,
    Paging,
    RoomOpener,
    Rooms,
    SessionFactory,
    Tickets,
    Viewer,
)
from server.api.homework.schemas import NewHomework
from server.api.openapi import SIGNED_IN, json_body, problems
from server.api.pagination import PagedOutput, paged_output
from server.api.request_bodies import Id
from server.auth.request_identity import teachers_only
from server.auth.sign_ins import SignedIn

Progress = Literal["lobby", "running", "finished"]


class NewRoom(Struct, frozen=True, forbid_unknown_fields=True, tag_field="mode", tag="live"):
    """A session without a `mode` is a live room."""

    has_default_tag: ClassVar = True
    settings: RoomSettings = RoomSettings()


SETTINGS_EXAMPLE = {"settings": {"streak_bonus": True, "double_points": [9], "late_join": False}}
HOMEWORK_EXAMPLE = {"mode": "self_paced", "closes_at": "2026-11-29T16:59:00Z", "attempts": 3}
NewSessionBody = Annotated[
    NewRoom | NewHomework | None,
    json_body(
        {
            "A room in which the tenth question counts twice": SETTINGS_EXAMPLE,
            "Homework with three attempts until Sunday": HOMEWORK_EXAMPLE,
        }
    ),
]


class NewSession(Struct, frozen=True):
    """`code` is what players or students type; `url` is the page of the host or teacher."""

    id: UUID
    mode: Mode
    code: str
    title: str
    url: str


class SessionListItem(Struct, frozen=True):
    """`players` counts those who took part, without those who were kicked.

    Only a homework (`self_paced`) has `opens_at` and `closes_at`.
    """

    id: UUID
    quiz_id: UUID
    mode: Mode
    title: str
    code: str
    phase: Progress
    questions: int
    players: int
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    opens_at: datetime | None
    closes_at: datetime | None


class SessionList(PagedOutput[SessionListItem], frozen=True):
    pass


class SessionOutput(Struct, frozen=True):
    """One session; `url` is the page of its host or teacher.

    The times and the quiz are null while PostgreSQL is away; hosting goes on without them.
    `settings` are those of a room, and null for a homework.
    """

    id: UUID
    mode: Mode
    title: str
    code: str
    phase: Progress
    questions: int
    settings: RoomSettings | None
    url: str
    quiz_id: UUID | None = None
    created_at: datetime | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None


class IssuedTicket(Struct, frozen=True):
    """For the field `ticket` of the message `host`. It works once, within 60 seconds."""

    ticket: str


class QuizSessionsController(Controller):
    path = "/quizzes/{quiz_id:uuid}/sessions"
    tags = ["sessions"]  # noqa: RUF012  # Litestar's way to say it
    guards = [teachers_only]  # noqa: RUF012  # the same
    security = SIGNED_IN

    @post("/", operation_id="createSession", responses=problems(401, 403, 404, 409, 422, 429))
    async def create(  # noqa: PLR0913  # what Litestar gives by name
        self,
        *,
        quiz_id: Id,
        viewer: Viewer,
        db: Db,
        limits: Limits,
        room_opener: RoomOpener,
        data: NewSessionBody = None,
    ) -> NewSession:
        """Open a live room with a frozen copy of the quiz, or give the copy as homework.

        `code` is the quiz's own, unless another room has it. A teacher can open 20 rooms a minute.
        `quiz_not_playable`, with one of `errors` for each thing to mend; `quiz_archived`;
        `too_many_rooms` when 30 are open; `memory_full` while the server's Redis is nearly full.

        Homework (`self_paced`) always has a code of its own, and closes at `closes_at`.
        `too_much_homework` when 500 are open.
        """
        if isinstance(data, NewHomework):
            session = await give_homework(
                db,
                limits,
                viewer,
                quiz_id,
                settings=msgspec.convert(data, HomeworkSettings, from_attributes=True),
                opens_at=data.opens_at,
                closes_at=data.closes_at,
            )
        else:
            session = await room_opener.open(viewer, quiz_id, (data or NewRoom()).settings)
        return NewSession(
            id=session.id,
            mode=session.mode,
            code=session.access_code,
            title=session.title,
            url=_url(session.id, session.mode),
        )


class SessionsController(Controller):
    path = "/sessions"
    tags = ["sessions"]  # noqa: RUF012  # Litestar's way to say it
    guards = [teachers_only]  # noqa: RUF012  # the same
    security = SIGNED_IN

    @get("/", operation_id="listSessions", responses=problems(401, 403, 422))
    async def list_sessions(  # noqa: PLR0913  # one for each query parameter
        self,
        viewer: Viewer,
        db: Db,
        paging: Paging,
        quiz_id: FromQuery[UUID | None] = None,
        *,
        running: FromQuery[bool] = False,
        mode: FromQuery[Mode | None] = None,
    ) -> SessionList:
        """List the own sessions, newest first.

        `quiz_id` selects those of one quiz, `running` those that are not over, `mode` rooms
        (`live`) or homework (`self_paced`).
        """
        page = await quiz_sessions.page(
            db, viewer, paging.page, paging.page_size, quiz_id=quiz_id, running=running, mode=mode
        )
        return paged_output(SessionList, page, paging, _list_item)

    @get("/{session_id:uuid}", operation_id="getSession", responses=problems(401, 403, 404))
    async def show(
        self,
        session_id: Id,
        viewer: Viewer,
        session_factory: SessionFactory,
        rooms: Rooms,
    ) -> SessionOutput:
        """Get one session. A running one can be read while PostgreSQL is away, too."""
        return await _found(session_factory, rooms, viewer, session_id)

    @post(
        "/{session_id:uuid}/ticket",
        operation_id="issueHostTicket",
        status_code=HTTP_200_OK,
        responses=problems(401, 403, 404),
    )
    async def issue_ticket(
        self,
        session_id: Id,
        viewer: Viewer,
        session_factory: SessionFactory,
        rooms: Rooms,
        tickets: Tickets,
    ) -> IssuedTicket:
        """Issue a ticket with which a socket without cookie or token may host this room."""
        await _found(session_factory, rooms, viewer, session_id, get=quiz_sessions.get_to_edit)
        return IssuedTicket(await tickets.issue(str(session_id), viewer))

    @post(
        "/{session_id:uuid}/end",
        operation_id="endSession",
        status_code=HTTP_204_NO_CONTENT,
        responses=problems(401, 403, 404),
    )
    async def end(
        self,
        session_id: Id,
        viewer: Viewer,
        session_factory: SessionFactory,
        rooms: Rooms,
    ) -> None:
        """Finish the room and record it, or close the homework.

        A session that has ended stays as it is.
        """
        await end_session(session_factory, rooms, viewer, session_id)


async def _found(
    session_factory: SessionFactory,
    rooms: Rooms,
    viewer: SignedIn,
    session_id: UUID,
    get: Callable[[AsyncSession, SignedIn, UUID], Awaitable[QuizSession]] = quiz_sessions.get,
) -> SessionOutput:
    """The session from PostgreSQL, or from the room in Redis while PostgreSQL is away."""
    try:
        async with session_factory() as db:
            return _output(await get(db, viewer, session_id))
    except (SQLAlchemyError, OSError) as error:
        if not database.is_unavailable(error):
            raise
        try:
            view = await rooms.view(str(session_id))
        except NotFound:
            raise error from None
    return _in_room(view, viewer, session_id)


def _in_room(view: RoomView, viewer: SignedIn, session_id: UUID) -> SessionOutput:
    if not owns(viewer, view.host):
        raise NotFound("no_such_session", "There is no such session.")
    phases: dict[Phase, Progress] = {Phase.LOBBY: "lobby", Phase.FINISHED: "finished"}
    return SessionOutput(
        id=session_id,
        mode="live",
        title=view.title,
        code=view.code,
        phase=phases.get(view.phase, "running"),
        questions=len(view.questions),
        settings=view.state.settings,
        url=_url(session_id, "live"),
    )


def _output(session: QuizSession) -> SessionOutput:
    is_live = session.mode == "live"
    return SessionOutput(
        id=session.id,
        mode=session.mode,
        title=session.title,
        code=session.access_code,
        phase=_progress(session),
        questions=len(session.questions),
        settings=msgspec.convert(session.settings, RoomSettings) if is_live else None,
        url=_url(session.id, session.mode),
        quiz_id=session.quiz_id,
        created_at=session.created_at,
        started_at=session.started_at,
        ended_at=session.ended_at,
    )


def _list_item(item: ListedSession) -> SessionListItem:
    return SessionListItem(
        id=item.id,
        quiz_id=item.quiz_id,
        mode=item.mode,
        title=item.title,
        code=item.access_code,
        phase=_progress(item),
        questions=item.questions,
        players=item.players,
        created_at=item.created_at,
        started_at=item.started_at,
        ended_at=item.ended_at,
        opens_at=item.opens_at,
        closes_at=item.closes_at,
    )


def _progress(session: QuizSession | ListedSession) -> Progress:
    if session.ended_at is not None:
        return "finished"
    begins_at = session.started_at if session.opens_at is None else session.opens_at
    return "running" if begins_at is not None and begins_at <= datetime.now(UTC) else "lobby"


def _url(session_id: UUID, mode: Mode) -> str:
    return f"/host/{session_id}" if mode == "live" else f"/sessions/{session_id}/homework"
