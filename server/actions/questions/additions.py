"""Adds new questions to the bank, to a question set or to quizzes."""

from collections.abc import Sequence
from typing import Final, Literal
from uuid import UUID

from msgspec import Struct
from sqlalchemy.ext.asyncio import AsyncSession

from game.rules.questions import QuestionDraft
from game.rules.questions.changes import AddToSet
from persistence.repositories import question_sets, questions, quizzes
from persistence.repositories.questions import bank
from persistence.repositories.viewers import Viewer
from server.actions import storing
from server.actions.question_files import divided
from server.actions.questions import changes, copies
from server.limits import Limits

Into = Literal["bank", "set", "quiz"]
ADDED_AT_ONCE: Final = 100


class Addition(Struct, frozen=True):
    """The quizzes, or the set, that got the questions."""

    quizzes: Sequence[UUID] = ()
    set_id: UUID | None = None


async def add(  # noqa: PLR0913, PLR0917  # what to add, and where
    db: AsyncSession,
    limits: Limits,
    viewer: Viewer,
    drafts: Sequence[QuestionDraft],
    into: Into,
    target_id: UUID | None,
    title: str,
) -> Addition:
    """Add questions to the quiz or set with this id, or else to new ones with this title.

    More questions than a quiz may have become several quizzes.

    Raises:
        NotFound: `no_such_quiz`, `no_such_set`.
        Forbidden: `quiz_read_only`.
        Conflict: `quiz_full`, `quiz_too_large`, `set_full`.
        RateLimited: the teacher stored too much within an hour.
    """
    if not drafts:
        return Addition()
    if into == "set":
        changes.require_room_in_set(0, len(drafts))  # before all of them are written in vain
    async with storing.counted(limits, viewer.user_id, storing.size_of_quiz(drafts)):
        return await _add(db, viewer, drafts, into, target_id, title)


async def _add(  # noqa: PLR0913, PLR0917  # as `add`
    db: AsyncSession,
    viewer: Viewer,
    drafts: Sequence[QuestionDraft],
    into: Into,
    target_id: UUID | None,
    title: str,
) -> Addition:
    match into:
        case "bank":
            # Thousands of rows at once would also be freed at once, which stops rooms.
            for start in range(0, len(drafts), ADDED_AT_ONCE):
                await bank.add(db, viewer.user_id, drafts[start : start + ADDED_AT_ONCE])
            return Addition()
        case "set":
            return Addition(set_id=await _add_to_set(db, viewer, drafts, target_id, title))
        case "quiz" if target_id is not None:
            quiz = await quizzes.get(db, viewer, target_id, for_update=True)
            copies.require_room(len(quiz.questions), len(drafts))
            await questions.append(db, quiz, drafts)
            return Addition([quiz.id])
        case "quiz":
            return Addition(await _make_quizzes(db, viewer, drafts, title))


async def _add_to_set(
    db: AsyncSession,
    viewer: Viewer,
    drafts: Sequence[QuestionDraft],
    set_id: UUID | None,
    title: str,
) -> UUID:
    if set_id is None:
        set_id = (await question_sets.create(db, viewer.user_id, title)).id
    added = await bank.add(db, viewer.user_id, drafts)
    ids = [question.id for question in added]
    await changes.change(db, viewer, [AddToSet(set_id=set_id, questions=ids)])
    return set_id


async def _make_quizzes(
    db: AsyncSession, viewer: Viewer, drafts: Sequence[QuestionDraft], title: str
) -> list[UUID]:
    made = []
    for own_title, part in divided(title, drafts):
        quiz = await quizzes.create(db, viewer.user_id, title=own_title, questions=part)
        made.append(quiz.id)
    return made
