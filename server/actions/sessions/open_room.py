"""Opens a room: stores a session with a frozen copy of the quiz, then opens its room in Redis."""

from random import SystemRandom
from uuid import UUID

from msgspec import Struct
from redis.exceptions import RedisError

from game.errors import Conflict, Detail, Invalid, Refusal
from game.live.rooms import Rooms
from game.rules.questions import Question
from game.rules.rooms import RoomSettings, prepare_questions, settings_problems
from persistence.database import SessionFactory
from persistence.models import QuizSession
from persistence.repositories import questions, quiz_sessions, quizzes
from server.actions import storing
from server.actions.playable import require_playable, require_size
from server.auth.sign_ins import SignedIn
from server.limits import ROOMS_OF_TEACHER, Limits
from server.live.memory_guard import MemoryGuard

MAX_OPEN_ROOMS = 30
"""Rooms that a teacher may have open at once. A forgotten one ends by itself after four hours."""


class _PreparedSession(Struct, frozen=True):
    """A session that was stored, and the questions and settings with which to open its room."""

    session: QuizSession
    questions: tuple[Question, ...]
    settings: RoomSettings


class RoomOpener:
    def __init__(
        self, session_factory: SessionFactory, rooms: Rooms, limits: Limits, memory: MemoryGuard
    ) -> None:
        self._session_factory = session_factory
        self._rooms = rooms
        self._limits = limits
        self._memory = memory

    async def open(self, viewer: SignedIn, quiz_id: UUID, settings: RoomSettings) -> QuizSession:
        """Open a room of this quiz, in its lobby. It has the quiz's own code if its owner asks.

        Raises:
            NotFound: `no_such_quiz`.
            Conflict: `quiz_archived`; `quiz_not_playable`, with a detail for each thing to mend;
                `quiz_too_large`; `too_many_rooms`.
            Invalid: the settings do not fit the quiz.
            RateLimited: this teacher opened too many rooms within a minute, or stored too much.
            Unavailable: Redis does not answer, or is nearly full (`memory_full`). No session is
                left behind.
        """
        await self._memory.admit_room()
        await self._limits.hit(ROOMS_OF_TEACHER, str(viewer.user_id))
        prepared = await self._write(viewer, quiz_id, settings, standing_code=True)
        try:
            await self._open(prepared)
        except Conflict:
            # Redis has a room with the quiz's standing code that PostgreSQL does not know, because
            # it was purged while it ran. That room keeps the code, and ours gets another.
            prepared = await self._write(viewer, quiz_id, settings, standing_code=False)
            await self._open(prepared)
        return prepared.session

    async def _write(
        self, viewer: SignedIn, quiz_id: UUID, settings: RoomSettings, *, standing_code: bool
    ) -> _PreparedSession:
        async with self._session_factory.begin() as db:
            most = MAX_OPEN_ROOMS * self._limits.scale
            if await quiz_sessions.count_open(db, viewer.user_id) >= most:
                raise Conflict(
                    "too_many_rooms",
                    f"You have {most} rooms open. End one of them, then open this one.",
                )
            # Locked, so that nobody changes, archives or purges the quiz before we have stored it.
            quiz = await quizzes.get_unchanging(db, viewer, quiz_id)
            if quiz.archived_at is not None:
                raise Conflict("quiz_archived", "Restore the quiz from the archive first.")
            drafts = [questions.draft(question) for question in quiz.questions]
            require_playable(drafts)
            _refuse_settings(settings, len(drafts))
            frozen, settings = prepare_questions(drafts, settings, SystemRandom())
            require_size(frozen)
            size = storing.size_of_questions(drafts)
            async with storing.counted(self._limits, viewer.user_id, size):
                session = await quiz_sessions.create(
                    db,
                    quiz,
                    host_id=viewer.user_id,
                    questions=frozen,
                    settings=settings,
                    # A quiz's own code leads to its owner's rooms, whoever else may open some.
                    standing_code=standing_code and quiz.teacher_id == viewer.user_id,
                )
            return _PreparedSession(session, frozen, settings)

    async def _open(self, prepared: _PreparedSession) -> None:
        """Open the room in Redis. If that fails, delete the session, which would block its code."""
        session = prepared.session
        try:
            await self._rooms.open(
                session=str(session.id),
                code=session.access_code,
                title=session.title,
                host=str(session.host_id),
                questions=prepared.questions,
                settings=prepared.settings,
            )
        except (Refusal, RedisError, OSError):
            async with self._session_factory.begin() as db:
                await quiz_sessions.discard(db, session.id)
            raise


def _refuse_settings(settings: RoomSettings, of: int) -> None:
    if problems := settings_problems(settings, of):
        raise Invalid(
            "invalid",
            "The settings do not fit this quiz.",
            tuple(
                Detail(f"settings.{problem.path}", problem.code, problem.message)
                for problem in problems
            ),
        )
