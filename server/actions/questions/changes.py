"""Changes many questions of the bank at once, all or none, and says what undoes it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from game.errors import Conflict, Invalid
from game.rules.question_sets import SET_QUESTIONS_MAX, inserted
from game.rules.questions.changes import (
    AddTags,
    AddToSet,
    Archive,
    Change,
    Delete,
    QuestionTags,
    RemoveFromSet,
    RemoveTags,
    Restore,
    SetTags,
    with_tags,
    without_tags,
)
from game.rules.questions.fields import TAGS_MAX
from persistence.repositories import question_sets
from persistence.repositories.questions import many
from persistence.repositories.viewers import TEACHER, Account, Viewer


class Changed(NamedTuple):
    """Which questions were changed, and the changes that undo it."""

    questions: set[UUID]
    undo: Sequence[Change]


NOTHING = Changed(set(), ())


async def change(db: AsyncSession, viewer: Viewer, changes: Sequence[Change]) -> Changed:
    """Apply the changes one after the other. A refused one undoes none: the caller rolls back."""
    await _lock(db, viewer, changes)
    changed: set[UUID] = set()
    undo: list[Change] = []
    for each in changes:
        questions, inverse = await _apply(db, viewer, each)
        changed |= questions
        undo = [*inverse, *undo]
    return Changed(changed, undo)


async def _lock(db: AsyncSession, viewer: Viewer, changes: Sequence[Change]) -> None:
    """Lock everything at once in one order, so that requests never wait for each other."""
    if len(changes) > 1:
        sets = {each.set_id for each in changes if isinstance(each, AddToSet | RemoveFromSet)}
        await question_sets.lock_all(db, viewer, sets)
        await many.lock_all(db, viewer, {id_ for each in changes for id_ in _ids(each)})


def _ids(change: Change) -> Iterator[UUID]:
    return (each.id if isinstance(each, QuestionTags) else each for each in change.questions)


async def _apply(db: AsyncSession, viewer: Viewer, change: Change) -> Changed:
    match change:
        case AddTags() | RemoveTags() | SetTags():
            return await _tag(db, viewer, change)
        case Archive() | Restore():
            return await _archive(db, viewer, change)
        case Delete(questions=ids):
            return await _delete(db, viewer, ids)
        case AddToSet():
            return await _add_to_set(db, viewer, change)
        case RemoveFromSet():
            return await _remove_from_set(db, viewer, change)


async def _tag(db: AsyncSession, viewer: Viewer, change: AddTags | RemoveTags | SetTags) -> Changed:
    before = {id_: tags for id_, tags, _ in await many.lock(db, viewer, set(_ids(change)))}
    after = _tags_after(before, change)
    if any(len(tags) > TAGS_MAX for tags in after.values()):
        message = f"A question has at most {TAGS_MAX} tags. Remove one first."
        raise Invalid("too_many_tags", message)
    changed = {id_: tags for id_, tags in after.items() if tags != before[id_]}
    if not changed:
        return NOTHING
    await many.set_tags(db, changed)
    undo = SetTags(questions=[QuestionTags(id_, before[id_]) for id_ in changed])
    return Changed(set(changed), [undo])


def _tags_after(
    before: Mapping[UUID, list[str]], change: AddTags | RemoveTags | SetTags
) -> dict[UUID, list[str]]:
    match change:
        case AddTags(tags=new):
            return {id_: with_tags(tags, new) for id_, tags in before.items()}
        case RemoveTags(tags=removed):
            return {id_: without_tags(tags, removed) for id_, tags in before.items()}
        case SetTags(questions=questions):
            return {each.id: each.tags for each in questions}


async def _archive(db: AsyncSession, viewer: Viewer, change: Archive | Restore) -> Changed:
    archives = isinstance(change, Archive)
    found = await many.lock(db, viewer, set(change.questions))
    changed = [id_ for id_, _, archived_at in found if (archived_at is None) == archives]
    if not changed:
        return NOTHING
    await many.set_archived(db, changed, archived=archives)
    undo = Restore(questions=changed) if archives else Archive(questions=changed)
    return Changed(set(changed), [undo])


async def _delete(db: AsyncSession, viewer: Viewer, ids: Sequence[UUID]) -> Changed:
    found = await many.lock(db, viewer, set(ids))
    if any(archived_at is None for _, _, archived_at in found):
        raise Conflict("not_archived", "Archive a question before you delete it for good.")
    await many.remove(db, ids)
    return Changed(set(ids), ())


def require_room_in_set(there: int, new: int) -> None:
    """Raise Conflict `set_full` if a set with so many questions has no room for the new ones."""
    if there + new > SET_QUESTIONS_MAX:
        raise Conflict("set_full", f"A set has at most {SET_QUESTIONS_MAX} questions.")


async def _add_to_set(db: AsyncSession, viewer: Viewer, change: AddToSet) -> Changed:
    question_set = await question_sets.get(db, viewer, change.set_id)
    order = await question_sets.order(db, question_set)
    if change.places is not None and len(change.places) != len(change.questions):
        raise Invalid("invalid", "Give one place for each question, or none.")
    places = change.places or [SET_QUESTIONS_MAX] * len(change.questions)
    new = {
        id_: place
        for id_, place in zip(change.questions, places, strict=True)
        if id_ not in set(order)
    }
    if not new:
        return NOTHING
    require_room_in_set(len(order), len(new))
    # Its owner's bank only, whoever asks: an administrator may change all questions.
    await many.lock(db, Account(question_set.teacher_id, TEACHER), set(new))
    await question_sets.write_order(db, question_set, inserted(order, new))
    return Changed(set(new), [RemoveFromSet(set_id=question_set.id, questions=list(new))])


async def _remove_from_set(db: AsyncSession, viewer: Viewer, change: RemoveFromSet) -> Changed:
    question_set = await question_sets.get(db, viewer, change.set_id)
    order = await question_sets.order(db, question_set)
    removed = set(change.questions)
    places = [place for place, id_ in enumerate(order) if id_ in removed]
    if not places:
        return NOTHING
    ids = [order[place] for place in places]
    await question_sets.write_order(db, question_set, [id_ for id_ in order if id_ not in removed])
    return Changed(set(ids), [AddToSet(set_id=question_set.id, questions=ids, places=places)])
