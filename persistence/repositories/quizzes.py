"""Queries of quizzes: creates, lists, copies and removes them. For questions see questions/."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from random import Random, SystemRandom
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    SQLColumnExpression,
    delete,
    func,
    select,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from game.errors import Forbidden, NotFound, Unauthenticated
from game.rules import codes
from game.rules.levels import Level
from game.rules.questions import QuestionDraft
from game.rules.quiz_reports import ReportReason
from persistence.models import Card, Question, Quiz, QuizSession, QuizShare, User
from persistence.repositories.cards import items
from persistence.repositories.questions import (
    WITH_CHOICES,
    draft,
    write,
)
from persistence.repositories.questions.many import lock_to_remove
from persistence.repositories.viewers import (
    LIBRARY,
    OWN_QUIZZES,
    QUIZZES,
    QuizAccess,
    Viewer,
    quiz_access,
)
from persistence.violations import violated_constraint

CODE_TRIES = 20


class QuizFacts(NamedTuple):
    """What is known of a quiz from other tables.

    `teacher` is the owner's name; `source_in_library` whether the source of a copy is published,
    which is not asked for lists.
    """

    access: QuizAccess
    teacher: str
    share_count: int
    copy_count: int
    source_in_library: bool = False


async def create(  # noqa: PLR0913  # a whole quiz in one step
    session: AsyncSession,
    teacher_id: UUID,
    *,
    title: str,
    description: str = "",
    language: str | None = None,
    level: Level | None = None,
    topic: str | None = None,
    questions: Sequence[QuestionDraft] = (),
    random: Random | None = None,
) -> Quiz:
    """Create a quiz with a standing code of its own; `random` is for tests."""
    quiz = await _with_free_code(
        session,
        Quiz(
            teacher_id=teacher_id,
            title=title,
            description=description,
            language=language,
            level=level,
            topic=topic,
        ),
        random or SystemRandom(),
    )
    await write(session, quiz, questions)
    return quiz


async def get(
    session: AsyncSession, viewer: Viewer, quiz_id: UUID, *, for_update: bool = False
) -> Quiz:
    """The quiz with its questions and choices, archived or not; else NotFound `no_such_quiz`.

    With `for_update` the viewer must be allowed to edit it, and its row is locked, so that
    `updated_at` shows all earlier changes.
    """
    if not for_update:
        return await _get(session, _with_questions(quiz_id, QUIZZES.visible_to(viewer)))
    query = _with_questions(quiz_id, QUIZZES.editable_by(viewer)).with_for_update(of=Quiz)
    quiz = await session.scalar(query)
    if quiz is None:
        await _require_visible(session, viewer, quiz_id)
        raise Forbidden("quiz_read_only", "This quiz is shared with you, but not to edit. Copy it.")
    return quiz


async def get_own(session: AsyncSession, viewer: Viewer, quiz_id: UUID) -> Quiz:
    """The same, locked, for what only the owner may do.

    Raises:
        NotFound: `no_such_quiz`.
        Forbidden: `quiz_not_own`, it is shared with the viewer.
    """
    query = _with_questions(quiz_id, OWN_QUIZZES.editable_by(viewer)).with_for_update(of=Quiz)
    quiz = await session.scalar(query)
    if quiz is None:
        await _require_visible(session, viewer, quiz_id)
        raise _not_own()
    return quiz


async def require_own(session: AsyncSession, viewer: Viewer, quiz_id: UUID) -> None:
    """Raise what `get_own` raises, without reading or locking the quiz."""
    own = select(Quiz.id).where(Quiz.id == quiz_id, OWN_QUIZZES.visible_to(viewer))
    if await session.scalar(own) is None:
        await _require_visible(session, viewer, quiz_id)
        raise _not_own()


async def get_unchanging(session: AsyncSession, viewer: Viewer, quiz_id: UUID) -> Quiz:
    """The same as `get`, of one state: nobody changes the quiz until the transaction ends."""
    query = _with_questions(quiz_id, QUIZZES.visible_to(viewer))
    return await _get(session, query.with_for_update(read=True, of=Quiz))


async def facts(session: AsyncSession, viewer: Viewer, quiz: Quiz) -> QuizFacts:
    of_quiz = select(*fact_columns(viewer)).select_from(Quiz).where(Quiz.id == quiz.id)
    query = of_quiz.join(User, User.id == Quiz.teacher_id)
    found = QuizFacts(*(await session.execute(query)).one())
    if quiz.source_id is None:
        return found
    source = select(Quiz.id).where(Quiz.id == quiz.source_id, LIBRARY.visible_to(viewer))
    return found._replace(source_in_library=bool(await session.scalar(source)))


async def change(session: AsyncSession, quiz: Quiz, changes: Mapping[str, object]) -> None:
    """Change these fields; the others stay."""
    for name, value in changes.items():
        setattr(quiz, name, value)
    await touch(session, quiz)


async def archive(session: AsyncSession, quiz: Quiz) -> None:
    """Archive the quiz. One that is archived already keeps its date."""
    if quiz.archived_at is None:
        quiz.archived_at = datetime.now(UTC)
        await touch(session, quiz)


async def restore(session: AsyncSession, quiz: Quiz) -> None:
    if quiz.archived_at is not None:
        quiz.archived_at = None
        await touch(session, quiz)


async def publish(session: AsyncSession, quiz: Quiz) -> None:
    """Publish the quiz. One that is published already keeps its date."""
    if quiz.published_at is None:
        quiz.published_at = datetime.now(UTC)
        await touch(session, quiz)


async def take_back(session: AsyncSession, quiz: Quiz) -> None:
    """Take the quiz out of the library."""
    quiz.published_at = None
    await touch(session, quiz)


async def take_down(session: AsyncSession, quiz: Quiz, reason: ReportReason) -> None:
    """Keep the quiz out of the library until it is allowed again."""
    quiz.takedown_reason = reason
    await take_back(session, quiz)


async def allow(session: AsyncSession, quiz: Quiz) -> None:
    """Allow its owner to publish the quiz again."""
    quiz.takedown_reason = None
    await touch(session, quiz)


async def touch(session: AsyncSession, quiz: Quiz) -> None:
    """Flush the changes and set `updated_at`."""
    quiz.touch()
    await session.flush()


async def copy(
    session: AsyncSession, quiz: Quiz, teacher_id: UUID, *, title: str, random: Random | None = None
) -> Quiz:
    """Create a quiz of this teacher with copies of all questions, and without sessions.

    The copy of another teacher's quiz names its source. That of an own quiz has the same source.
    What was taken out of the library stays out as a copy, too.
    """
    copied = await _with_free_code(
        session,
        Quiz(
            teacher_id=teacher_id,
            title=title,
            description=quiz.description,
            language=quiz.language,
            level=quiz.level,
            topic=quiz.topic,
            takedown_reason=quiz.takedown_reason,
            **await _source_of_copy(session, quiz, teacher_id),
        ),
        random or SystemRandom(),
    )
    await write(session, copied, [draft(question) for question in quiz.questions])
    return copied


async def is_in_play(session: AsyncSession, quiz: Quiz) -> bool:
    """Whether the quiz has a session that has not ended."""
    running = select(QuizSession.id).where(
        QuizSession.quiz_id == quiz.id, QuizSession.ended_at.is_(None)
    )
    return bool(await session.scalar(select(running.exists())))


async def is_in_others_results(session: AsyncSession, quiz: Quiz) -> bool:
    """Whether colleagues opened rooms of the quiz, whose results are theirs."""
    others = select(QuizSession.id).where(
        QuizSession.quiz_id == quiz.id, QuizSession.host_id != quiz.teacher_id
    )
    return bool(await session.scalar(select(others.exists())))


async def purge(session: AsyncSession, quiz: Quiz) -> None:
    """Remove the quiz for good, with its questions, sessions and results.

    Copies, and cards of what was missed in it, stay and forget where they are from.
    """
    own = select(Question.id).where(Question.quiz_id == quiz.id)
    played = select(QuizSession.id).where(QuizSession.quiz_id == quiz.id)
    copies = select(Quiz.id).where(Quiz.source_id == quiz.id).order_by(Quiz.id)
    # Foreign keys would lock these in any order, and others lock many in the order of their ids.
    await session.execute(copies.with_for_update(key_share=True))
    await lock_to_remove(session, own)
    await items.lock_many(session, Card.session_id.in_(played))
    await session.execute(delete(Quiz).where(Quiz.id == quiz.id))


def _with_questions(quiz_id: UUID, allowed: ColumnElement[bool]) -> Select[Quiz]:
    query = select(Quiz).where(Quiz.id == quiz_id, allowed).options(WITH_CHOICES)
    return query.execution_options(populate_existing=True)


async def _get(session: AsyncSession, query: Select[Quiz]) -> Quiz:
    quiz = await session.scalar(query)
    if quiz is None:
        raise NotFound("no_such_quiz", "There is no such quiz.")
    return quiz


def _not_own() -> Forbidden:
    return Forbidden("quiz_not_own", "Only the owner of the quiz can do this.")


async def _require_visible(session: AsyncSession, viewer: Viewer, quiz_id: UUID) -> None:
    visible = select(Quiz).where(Quiz.id == quiz_id, QUIZZES.visible_to(viewer))
    await _get(session, visible)


def fact_columns(
    viewer: Viewer,
) -> tuple[SQLColumnExpression[Any], ...]:  # Any: each has its own type
    """The columns of `QuizFacts`, for a query of quizzes with their owners."""
    copied = aliased(Quiz)
    shares = select(func.count(QuizShare.id)).where(QuizShare.quiz_id == Quiz.id)
    copies = select(func.count(copied.id)).where(copied.source_id == Quiz.id)
    return (
        quiz_access(viewer),
        User.full_name,
        shares.scalar_subquery(),
        copies.scalar_subquery(),
    )


async def _source_of_copy(session: AsyncSession, quiz: Quiz, teacher_id: UUID) -> dict[str, Any]:
    if quiz.teacher_id == teacher_id:
        names = ("source_id", "source_title", "source_author")
        return {name: getattr(quiz, name) for name in names}
    author = await session.scalar(select(User.full_name).where(User.id == quiz.teacher_id))
    return {"source_id": quiz.id, "source_title": quiz.title, "source_author": author}


async def _with_free_code(session: AsyncSession, quiz: Quiz, random: Random) -> Quiz:
    """Insert the quiz with a free code. Codes are tried until the database accepts one."""
    quiz.questions = []
    for _ in range(CODE_TRIES):
        quiz.access_code = codes.quiz_code(random)
        try:
            async with session.begin_nested():
                session.add(quiz)
        except IntegrityError as error:
            if violated_constraint(error) == "fk_quizzes_teacher_id_users":
                raise Unauthenticated("not_signed_in", "This account is closed.") from None
            if violated_constraint(error) != "uq_quizzes_access_code":
                raise
        else:
            return quiz
    raise RuntimeError(f"{CODE_TRIES} random codes were all taken")
