"""Changes of many questions of the bank at once, as a tagged union."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from game.rules.question_sets import SET_QUESTIONS_MAX
from game.rules.questions.fields import TAGS_MAX, Tag, Tags

CHANGED_MAX = 2_000
"""Questions that one change may name."""

Ids = Annotated[list[UUID], Meta(min_length=1, max_length=CHANGED_MAX)]
SomeTags = Annotated[list[Tag], Meta(min_length=1, max_length=TAGS_MAX)]
Place = Annotated[int, Meta(ge=0, le=SET_QUESTIONS_MAX)]


class _Change(Struct, frozen=True, kw_only=True, tag_field="do", forbid_unknown_fields=True):
    pass


class AddTags(_Change, frozen=True, kw_only=True, tag="add_tags"):
    questions: Ids
    tags: SomeTags


class RemoveTags(_Change, frozen=True, kw_only=True, tag="remove_tags"):
    questions: Ids
    tags: SomeTags


class QuestionTags(Struct, frozen=True, forbid_unknown_fields=True):
    """All tags that a question shall have."""

    id: UUID
    tags: Tags


class SetTags(_Change, frozen=True, kw_only=True, tag="set_tags"):
    """Undoes `add_tags` and `remove_tags`."""

    questions: Annotated[list[QuestionTags], Meta(min_length=1, max_length=CHANGED_MAX)]


class Archive(_Change, frozen=True, kw_only=True, tag="archive"):
    questions: Ids


class Restore(_Change, frozen=True, kw_only=True, tag="restore"):
    """Take questions out of the archive."""

    questions: Ids


class Delete(_Change, frozen=True, kw_only=True, tag="delete"):
    """Delete questions for good, which must be in the archive. This cannot be undone."""

    questions: Ids


class AddToSet(_Change, frozen=True, kw_only=True, tag="add_to_set"):
    """Add questions at the end of a set, or at `places`, one for each in rising order.

    A question that is in the set already stays where it is.
    """

    set_id: UUID
    questions: Ids
    places: Annotated[list[Place], Meta(max_length=CHANGED_MAX)] | None = None


class RemoveFromSet(_Change, frozen=True, kw_only=True, tag="remove_from_set"):
    set_id: UUID
    questions: Ids


Change = AddTags | RemoveTags | SetTags | Archive | Restore | Delete | AddToSet | RemoveFromSet


def with_tags(tags: Sequence[str], new: Sequence[str]) -> list[str]:
    """The tags with new ones at the end; there may be too many."""
    return list(dict.fromkeys([*tags, *new]))


def without_tags(tags: Sequence[str], removed: Sequence[str]) -> list[str]:
    return [tag for tag in tags if tag not in removed]
