"""The one mapping between drafts of questions and their rows."""

from collections.abc import Collection
from itertools import zip_longest
from uuid import UUID

import msgspec
from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from game.errors import Detail, Invalid
from game.rules.pictures import is_stand_in
from game.rules.questions import ChoiceDraft, QuestionDraft
from game.rules.questions.fingerprint import fingerprint
from persistence.models import Choice, Question, Quiz

COLUMNS = tuple(
    name for name in QuestionDraft.__struct_fields__ if name not in {"id", "choices", "source_id"}
)
CHOICE_COLUMNS = ChoiceDraft.__struct_fields__


def draft(question: Question) -> QuestionDraft:
    """The question as a draft, which the rules judge and freeze."""
    return msgspec.convert(question, QuestionDraft, from_attributes=True)


def require_stored_pictures(draft: QuestionDraft) -> None:
    """Refuse addresses that only stand for pictures in an imported file.

    Raises:
        Invalid: `picture_not_stored`.
    """
    media = [("media", draft.media)]
    media += [(f"choices[{at}].media", each.media) for at, each in enumerate(draft.choices)]
    code, message = "picture_not_stored", "Store the pictures of the file first, or leave them out."
    if bad := tuple(Detail(path, code, message) for path, each in media if is_stand_in(each)):
        raise Invalid(code, message, bad)


def assign(question: Question, draft: QuestionDraft, sources: Collection[UUID] = ()) -> Question:
    """Write every field of the draft to the column of the same name.

    A source that is not among `sources` is left out.

    Raises:
        Invalid: `picture_not_stored`.
    """
    require_stored_pictures(draft)
    written = msgspec.to_builtins(draft, builtin_types=(UUID,))
    for column in COLUMNS:
        setattr(question, column, written[column])
    question.source_id = draft.source_id if draft.source_id in sources else None
    if question.teacher_id is not None:
        question.fingerprint = fingerprint(draft)
    pairs = zip_longest(question.choices[: len(draft.choices)], written["choices"])
    question.choices = [
        _assign_choice(choice or Choice(), fields, place)
        for place, (choice, fields) in enumerate(pairs)
    ]
    return question


async def own_sources(
    session: AsyncSession, teacher_id: UUID, drafts: Collection[QuestionDraft]
) -> set[UUID]:
    """Which of the drafts' sources are questions of this teacher.

    They are locked until the transaction ends, because the drafts' rows will refer to them.
    """
    named = {draft.source_id for draft in drafts if draft.source_id is not None}
    if not named:
        return set()
    own_quizzes = select(Quiz.id).where(Quiz.teacher_id == teacher_id)
    query = select(Question.id).where(
        Question.id.in_(named),
        or_(Question.teacher_id == teacher_id, Question.quiz_id.in_(own_quizzes)),
    )
    # In the order in which changes of many lock them, so that neither waits for the other.
    query = query.order_by(Question.id).with_for_update(read=True, key_share=True)
    return set(await session.scalars(query))


def _assign_choice(choice: Choice, fields: dict[str, object], position: int) -> Choice:
    choice.position = position
    for column in CHOICE_COLUMNS:
        setattr(choice, column, fields[column])
    return choice
