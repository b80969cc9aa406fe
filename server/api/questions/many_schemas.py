"""The structs of requests and responses about many questions of the bank at once."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from game.rules.questions.changes import CHANGED_MAX, Change
from game.rules.quizzes import QUESTIONS_MAX
from server.api.openapi import json_body
from server.api.pagination import PagedOutput
from server.api.questions.schemas import BankQuestion, QuestionInput
from server.api.request_bodies import Title

CHANGES_MAX = 10

Drafts = Annotated[list[QuestionInput], Meta(max_length=CHANGED_MAX)]
QuestionsOfQuiz = Annotated[list[UUID], Meta(min_length=1, max_length=QUESTIONS_MAX)]
Changes = Annotated[list[Change], Meta(min_length=1, max_length=CHANGES_MAX)]


class ChangesRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """All of the changes are made, or none."""

    changes: Changes


CHANGES_EXAMPLE = {
    "changes": [
        {
            "do": "add_tags",
            "questions": ["0199e1f0-7a5c-7c3e-9d2b-3f1c8d8a5a6b"],
            "tags": ["rivers"],
        }
    ]
}
ChangesBody = Annotated[ChangesRequest, json_body({"A tag for a question": CHANGES_EXAMPLE})]


class ChangesOutput(Struct, frozen=True):
    """How many questions were changed. Send `undo` as `changes` to undo it, if it is not empty."""

    changed: int
    undo: list[Change]


class MatchingQuestions(Struct, frozen=True):
    """The ids of questions that match."""

    questions: Sequence[UUID]


class DrawOutput(Struct, frozen=True):
    """`matching` counts all questions that match, also those that cannot be played yet."""

    seed: int
    matching: int
    questions: list[BankQuestion]


class DuplicatesGroup(Struct, frozen=True):
    """Equal questions, oldest first, at most 20 of them. `total` counts all."""

    questions: list[BankQuestion]
    total: int


class DuplicatesList(PagedOutput[DuplicatesGroup], frozen=True):
    pass


class DraftsRequest(Struct, frozen=True, forbid_unknown_fields=True):
    questions: Drafts


class EqualOutput(Struct, frozen=True):
    """What a draft repeats: the index of an earlier draft, or the id of a question of the bank."""

    draft: int | None
    question: UUID | None


class EqualList(Struct, frozen=True):
    """One for each draft, in the same order."""

    questions: list[EqualOutput]


class ImportRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """With `skip_duplicates`, questions that are in the bank or were sent before are left out."""

    questions: Drafts
    skip_duplicates: bool = False


class AddedOutput(Struct, frozen=True):
    """The ids of the new questions, and the indexes of those that were left out as duplicates."""

    added: list[UUID]
    left_out: list[int]


class CopyFromQuizRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """Without `questions`, all questions of the quiz are copied."""

    quiz_id: UUID
    questions: QuestionsOfQuiz | UnsetType = UNSET
    skip_duplicates: bool = False


class CopyToQuizRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """Give `questions` or `set_id`, and the `quiz_id` of a quiz or the `title` of a new one."""

    questions: QuestionsOfQuiz | UnsetType = UNSET
    set_id: UUID | UnsetType = UNSET
    quiz_id: UUID | UnsetType = UNSET
    title: Title | UnsetType = UNSET


class CopiedOutput(Struct, frozen=True):
    """The quiz, how many questions were added to it, and how many it has now."""

    quiz_id: UUID
    added: int
    question_count: int
