"""Queries of the questions of quizzes: writes, orders and judges them."""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import selectinload

from game.errors import Conflict, Invalid
from game.rules.questions import QuestionDraft
from game.rules.quizzes import BYTES_MAX, quiz_problems, size_of
from persistence.models import Question, Quiz
from persistence.repositories.questions import rows
from persistence.repositories.questions.many import lock_to_remove

WRITTEN_AT_ONCE = 10
LOADED_AT_ONCE = 500
"""How many questions are read together when many quizzes are judged. A quiz is never split."""
WITH_CHOICES = selectinload(Quiz.questions).selectinload(Question.choices)


async def replace(session: AsyncSession, quiz: Quiz, drafts: Sequence[QuestionDraft]) -> None:
    """Replace the quiz's questions. A draft with the id of a question keeps that question's row."""
    await write(session, quiz, drafts)
    quiz.touch()
    await session.flush()


async def write(session: AsyncSession, quiz: Quiz, drafts: Sequence[QuestionDraft]) -> None:
    """Write the questions, a few at a time so that rooms need not wait for hundreds of them.

    Raises:
        Conflict: `quiz_too_large`.
    """
    _require_size(quiz, drafts)
    wanted = {draft.id for draft in drafts}
    await _lock_removed(session, quiz, wanted)
    quiz.questions = [question for question in quiz.questions if question.id in wanted]
    known = {question.id: question for question in quiz.questions}
    sources = await rows.own_sources(session, quiz.teacher_id, drafts)
    quiz.is_playable = bool(drafts)
    for start in range(0, len(drafts), WRITTEN_AT_ONCE):
        some = drafts[start : start + WRITTEN_AT_ONCE]
        quiz.is_playable = quiz.is_playable and not quiz_problems(some)
        for position, draft in enumerate(some, start):
            question = known.pop(draft.id, None) if draft.id else None
            if question is None:
                question = Question(choices=[])
                quiz.questions.append(question)
            question.position = position
            rows.assign(question, draft, sources)
        await session.flush()
        await asyncio.sleep(0)
    quiz.questions.sort(key=lambda question: question.position or 0)


async def append(session: AsyncSession, quiz: Quiz, drafts: Sequence[QuestionDraft]) -> None:
    """Add questions at the end of the quiz."""
    await write(session, quiz, [*map(rows.draft, quiz.questions), *drafts])
    quiz.touch()
    await session.flush()


async def reorder(session: AsyncSession, quiz: Quiz, ids: Sequence[UUID]) -> None:
    """Put the questions into this order.

    Raises:
        Invalid: these are not the ids of all questions of the quiz, each once.
    """
    places = {question_id: place for place, question_id in enumerate(ids)}
    if len(places) < len(ids) or places.keys() != {question.id for question in quiz.questions}:
        raise Invalid("invalid", "Name every question of the quiz once.")
    for question in quiz.questions:
        question.position = places[question.id]
    quiz.questions.sort(key=lambda question: places[question.id])
    quiz.touch()
    await session.flush()


async def judge(session: AsyncSession, counts: Sequence[tuple[Quiz, int]]) -> None:
    """Store which of these quizzes can be played, if it is not known of them.

    `counts` has their numbers of questions. The questions are read in portions and not kept,
    because there may be tens of thousands.
    """
    some: list[UUID] = []
    count = 0
    for quiz, question_count in counts:
        if quiz.is_playable is not None:
            continue
        if some and count + question_count > LOADED_AT_ONCE:
            await _judge(session, some)
            some, count = [], 0
        some.append(quiz.id)
        count += question_count
    if some:
        await _judge(session, some)


async def _lock_removed(session: AsyncSession, quiz: Quiz, wanted: Collection[UUID | None]) -> None:
    removed = [question.id for question in quiz.questions if question.id not in wanted]
    if removed:
        await lock_to_remove(session, select(Question.id).where(Question.id.in_(removed)))


def _require_size(quiz: Quiz, drafts: Sequence[QuestionDraft]) -> None:
    """Refuse what is too large. A quiz from before there was a limit may only become smaller."""
    size = size_of(drafts)
    if size > BYTES_MAX and size > size_of([*map(rows.draft, quiz.questions)]):
        raise quiz_too_large()


def quiz_too_large() -> Conflict:
    message = "The questions of a quiz take at most 1 MiB. Split it, or shorten its texts."
    return Conflict("quiz_too_large", message)


async def _judge(session: AsyncSession, quiz_ids: Sequence[UUID]) -> None:
    query = select(Question).where(Question.quiz_id.in_(quiz_ids))
    query = query.options(selectinload(Question.choices))
    drafts = defaultdict[UUID | None, list[QuestionDraft]](list)
    for question in await session.scalars(query):
        drafts[question.quiz_id].append(rows.draft(question))
    found: dict[bool, list[UUID]] = {True: [], False: []}
    for quiz_id in quiz_ids:
        found[not quiz_problems(drafts[quiz_id])].append(quiz_id)
        await asyncio.sleep(0)
    # In one order, because others may judge the same quizzes.
    in_order = select(Quiz.id).where(Quiz.id.in_(quiz_ids)).order_by(Quiz.id)
    await session.execute(in_order.with_for_update(key_share=True))
    for is_playable, ids in found.items():
        # Not over what an editor stores meanwhile. To be looked at is no change of the quiz.
        unknown = Quiz.id.in_(ids) & Quiz.is_playable.is_(None)
        values = {"is_playable": is_playable, "updated_at": Quiz.updated_at}
        await session.execute(update(Quiz).where(unknown).values(values))
