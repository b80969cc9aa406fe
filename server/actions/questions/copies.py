"""Copies questions between quizzes and the bank, and adds drafts without duplicates."""

import asyncio
from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from game.errors import Conflict, NotFound
from game.rules.questions import QuestionDraft
from game.rules.questions.fingerprint import fingerprint
from game.rules.quizzes import QUESTIONS_MAX
from persistence.models import Question, Quiz
from persistence.repositories import questions, quizzes
from persistence.repositories.questions import bank, duplicates
from persistence.repositories.viewers import Viewer
from server.actions import storing
from server.limits import Limits


class Equal(NamedTuple):
    """What a draft repeats: the index of an earlier draft, or a question of the bank."""

    draft: int | None
    question: UUID | None


class Added(NamedTuple):
    """The new questions, and the indexes of the drafts that were left out as duplicates."""

    questions: list[Question]
    left_out: list[int]


async def find_equal(
    db: AsyncSession, teacher_id: UUID, drafts: Sequence[QuestionDraft]
) -> list[Equal]:
    """What each draft repeats."""
    prints: list[bytes] = []
    for draft in drafts:
        prints.append(fingerprint(draft))
        await asyncio.sleep(0)  # it takes some milliseconds, for which rooms need not wait
    in_bank = await duplicates.find(db, teacher_id, prints)
    first: dict[bytes, int] = {}
    found = []
    for at, each in enumerate(prints):
        earlier = first.setdefault(each, at)
        found.append(Equal(None if earlier == at else earlier, in_bank.get(each)))
    return found


async def add_to_bank(
    db: AsyncSession,
    limits: Limits,
    teacher_id: UUID,
    drafts: Sequence[QuestionDraft],
    *,
    skip_duplicates: bool = False,
) -> Added:
    """Add all drafts, or with `skip_duplicates` those that are not there yet."""
    left_out: list[int] = []
    if skip_duplicates:
        equal = await find_equal(db, teacher_id, drafts)
        left_out = [at for at, each in enumerate(equal) if each != (None, None)]
    skipped = set(left_out)
    new = [draft for at, draft in enumerate(drafts) if at not in skipped]
    async with storing.counted(limits, teacher_id, storing.size_of_questions(new)):
        return Added(await bank.add(db, teacher_id, new), left_out)


async def copy_from_quiz(  # noqa: PLR0913  # what to copy, and how
    db: AsyncSession,
    limits: Limits,
    viewer: Viewer,
    quiz_id: UUID,
    ids: Sequence[UUID] | None,
    *,
    skip_duplicates: bool = False,
) -> Added:
    """Copy all questions of a quiz, or those with these ids, into the viewer's bank."""
    quiz = await quizzes.get_unchanging(db, viewer, quiz_id)
    there = {question.id: question for question in quiz.questions}
    wanted = list(there) if ids is None else list(dict.fromkeys(ids))
    if not there.keys() >= set(wanted):
        raise NotFound("not_in_quiz", "One of the questions is not in the quiz.")
    drafts = [copy_of(there[question_id]) for question_id in wanted]
    return await add_to_bank(db, limits, viewer.user_id, drafts, skip_duplicates=skip_duplicates)


async def copy_to_quiz(
    db: AsyncSession, limits: Limits, viewer: Viewer, ids: Sequence[UUID], quiz_id: UUID
) -> Quiz:
    """Copy questions of the bank to the end of a quiz.

    Raises:
        Conflict: `quiz_full` or `quiz_too_large`.
    """
    quiz = await quizzes.get(db, viewer, quiz_id, for_update=True)
    require_room(len(quiz.questions), len(ids))
    copies = [copy_of(question) for question in await bank.get_unchanging(db, viewer, ids)]
    async with storing.counted(limits, viewer.user_id, storing.size_of_questions(copies)):
        await questions.append(db, quiz, copies)
    return quiz


async def make_quiz(
    db: AsyncSession, limits: Limits, viewer: Viewer, ids: Sequence[UUID], title: str
) -> Quiz:
    """Make a quiz of copies of questions of the bank."""
    require_room(0, len(ids))
    copies = [copy_of(question) for question in await bank.get_unchanging(db, viewer, ids)]
    async with storing.counted(limits, viewer.user_id, storing.size_of_quiz(copies)):
        return await quizzes.create(db, viewer.user_id, title=title, questions=copies)


def copy_of(question: Question) -> QuestionDraft:
    return msgspec.structs.replace(questions.draft(question), id=None, source_id=question.id)


def require_room(there: int, new: int) -> None:
    """Raise Conflict `quiz_full` if a quiz would have too many questions."""
    if there + new > QUESTIONS_MAX:
        message = (
            f"A quiz has at most {QUESTIONS_MAX} questions. This one has {there}"
            f" and would get {new} more."
        )
        raise Conflict("quiz_full", message)
