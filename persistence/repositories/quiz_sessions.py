"""Queries of sessions, the runs of quizzes: creates, lists and ends them, and sets their codes."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random, SystemRandom
from typing import NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from game.errors import NotFound
from game.rules import codes
from game.rules.questions import Question
from game.rules.rooms import RoomSettings
from persistence.models import Mode, QuestionAttempt, Quiz, QuizParticipation, QuizSession, User
from persistence.repositories import pagination, question_statistics
from persistence.repositories.missed_questions.enqueuing import make_cards_soon
from persistence.repositories.pagination import Page
from persistence.repositories.viewers import SESSIONS, Viewer, took_part
from persistence.violations import violated_constraint

CODE_TRIES = 20


class ListedSession(NamedTuple):
    """A session in a list; `players` counts the participants who were not kicked."""

    id: UUID
    quiz_id: UUID
    mode: Mode
    title: str
    access_code: str
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    opens_at: datetime | None
    closes_at: datetime | None
    questions: int
    players: int


async def create(  # noqa: PLR0913  # a whole session in one step
    session: AsyncSession,
    quiz: Quiz,
    *,
    host_id: UUID,
    questions: Sequence[Question],
    settings: RoomSettings,
    standing_code: bool = True,
    random: Random | None = None,
) -> QuizSession:
    """Create a session with the quiz's code, or with a new one while another room has that.

    Without `standing_code` it always gets a new one. `random` is for tests.
    """
    opened = QuizSession(
        quiz_id=quiz.id,
        host_id=host_id,
        title=quiz.title,
        settings=msgspec.to_builtins(settings),
        questions=msgspec.to_builtins(questions),
    )
    first_code = quiz.access_code if standing_code else None
    return await insert(session, opened, first_code, random or SystemRandom())


async def insert(
    session: AsyncSession, opened: QuizSession, first_code: str | None, random: Random
) -> QuizSession:
    """Insert the session with a code that no other open one has: `first_code`, or a random one."""
    for attempt in range(CODE_TRIES):
        opened.access_code = (
            first_code if first_code and not attempt else codes.session_code(random)
        )
        try:
            async with session.begin_nested():
                session.add(opened)
        except IntegrityError as error:
            if violated_constraint(error) != "uq_quiz_sessions_open_access_code":
                raise
        else:
            return opened
    raise RuntimeError(f"{CODE_TRIES} random codes were all taken")


async def get(session: AsyncSession, viewer: Viewer, session_id: UUID) -> QuizSession:
    """The session, for viewers who may see all of it; for others NotFound `no_such_session`."""
    return await _get(session, session_id, SESSIONS.visible_to(viewer))


async def get_to_edit(session: AsyncSession, viewer: Viewer, session_id: UUID) -> QuizSession:
    """The session, for viewers who may end or host it; for others NotFound `no_such_session`."""
    return await _get(session, session_id, SESSIONS.editable_by(viewer))


async def get_to_correct(session: AsyncSession, viewer: Viewer, session_id: UUID) -> QuizSession:
    """The session, for viewers who may edit it, locked until the transaction ends."""
    return await _get(session, session_id, SESSIONS.editable_by(viewer), for_update=True)


async def get_played(session: AsyncSession, viewer: Viewer, session_id: UUID) -> QuizSession:
    """The session, for a player who was not kicked; for others NotFound `no_such_session`."""
    played = select(QuizParticipation.session_id).where(took_part(viewer))
    return await _get(session, session_id, QuizSession.id.in_(played))


async def page(  # noqa: PLR0913  # one for each filter
    session: AsyncSession,
    viewer: Viewer,
    page: int,
    page_size: int,
    *,
    quiz_id: UUID | None = None,
    running: bool = False,
    mode: Mode | None = None,
) -> Page[ListedSession]:
    """Sessions, newest first, of one quiz or of all; with `running` those that have not ended."""
    players = select(func.count(QuizParticipation.id)).where(
        QuizParticipation.session_id == QuizSession.id, QuizParticipation.kicked_at.is_(None)
    )
    listed = (
        select(
            QuizSession.id,
            QuizSession.quiz_id,
            QuizSession.mode,
            QuizSession.title,
            QuizSession.access_code,
            QuizSession.created_at,
            QuizSession.started_at,
            QuizSession.ended_at,
            QuizSession.opens_at,
            QuizSession.closes_at,
            func.jsonb_array_length(QuizSession.questions),
            players.scalar_subquery(),
        )
        .where(SESSIONS.visible_to(viewer))
        .order_by(QuizSession.created_at.desc(), QuizSession.id.desc())
    )
    if quiz_id is not None:
        listed = listed.where(QuizSession.quiz_id == quiz_id)
    if mode is not None:
        listed = listed.where(QuizSession.mode == mode)
    if running:
        listed = listed.where(QuizSession.ended_at.is_(None))
    return await pagination.page(session, listed, page, page_size, ListedSession)


async def count_open(session: AsyncSession, host_id: UUID, mode: Mode = "live") -> int:
    """How many rooms, or homeworks, of a host are open.

    Locks out new ones until the transaction ends.
    """
    await session.execute(select(User.id).where(User.id == host_id).with_for_update(key_share=True))
    count = select(func.count(QuizSession.id)).where(
        QuizSession.host_id == host_id, QuizSession.mode == mode, QuizSession.ended_at.is_(None)
    )
    return await session.scalar(count) or 0


def frozen_questions(quiz_session: QuizSession) -> tuple[Question, ...]:
    """The questions as they were when the room was opened, with their keys."""
    return msgspec.convert(quiz_session.questions, tuple[Question, ...])


async def set_code(session: AsyncSession, session_id: UUID, code: str) -> None:
    """Raise IntegrityError if another session that has not ended has this code."""
    await session.execute(
        update(QuizSession)
        .where(QuizSession.id == session_id)
        .values(access_code=code)
        .execution_options(synchronize_session=False)
    )


async def discard(session: AsyncSession, session_id: UUID) -> None:
    """Remove a session whose room could not be opened."""
    await session.execute(delete(QuizSession).where(QuizSession.id == session_id))


async def still_open(session: AsyncSession, longer_than: timedelta) -> Sequence[UUID]:
    """Sessions with a room, of all hosts, that were opened this long ago and have not ended."""
    query = select(QuizSession.id).where(
        QuizSession.mode == "live",
        QuizSession.ended_at.is_(None),
        QuizSession.created_at < func.now() - longer_than,
    )
    return (await session.scalars(query)).all()


async def end_at_last_sign_of_life(session: AsyncSession, ids: Sequence[UUID]) -> None:
    """End sessions whose end nobody will report, at the time of their last recorded event."""
    last_answer = (
        select(func.max(QuestionAttempt.answered_at))
        .where(QuestionAttempt.session_id == QuizSession.id)
        .scalar_subquery()
    )
    alive = func.greatest(QuizSession.created_at, QuizSession.started_at, last_answer)
    await session.execute(
        update(QuizSession)
        .where(QuizSession.id.in_(ids), QuizSession.ended_at.is_(None))
        .values(ended_at=alive)
        .execution_options(synchronize_session=False)
    )
    await question_statistics.recompute_soon(session, ids)
    await make_cards_soon(session, ids)


async def _get(
    session: AsyncSession,
    session_id: UUID,
    allowed: ColumnElement[bool],
    *,
    for_update: bool = False,
) -> QuizSession:
    query = select(QuizSession).where(QuizSession.id == session_id, allowed)
    if for_update:
        query = query.with_for_update(key_share=True)
    quiz_session = await session.scalar(query)
    if quiz_session is None:
        raise NotFound("no_such_session", "There is no such session.")
    return quiz_session
