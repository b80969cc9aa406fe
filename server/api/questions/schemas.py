"""The structs of requests and responses about questions, which need not be playable yet."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType, field

from game.rules.levels import Level
from game.rules.questions import CHOICES_MAX, ChoiceDraft, Kind, Problem, QuestionDraft, problems
from game.rules.questions.drafts import ACCEPTED_MAX, CHOICE_TEXT_MAX
from game.rules.questions.fields import (
    Difficulty,
    Explanation,
    Language,
    Points,
    QuestionFields,
    Skill,
    Stem,
    Tags,
    TimeLimit,
    Topic,
)
from game.rules.questions.responses import RESPONSE_TEXT_MAX
from persistence.models import Question
from server.api.openapi import json_body
from server.api.request_bodies import Media, changes_in

Accepted = Annotated[str, Meta(max_length=RESPONSE_TEXT_MAX)]


class QuestionOptions(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """Options of some kinds of question.

    For a short answer: which differences are ignored. For a poll: whether several choices may be
    picked.
    """

    ignore_case: bool | UnsetType = UNSET
    ignore_space: bool | UnsetType = UNSET
    ignore_accents: bool | UnsetType = UNSET
    ignore_punctuation: bool | UnsetType = UNSET
    multiple: bool | UnsetType = UNSET


class AnswerKey(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """`accepted` for a short answer, or `value` and `tolerance` for a number."""

    accepted: Annotated[list[Accepted], Meta(max_length=ACCEPTED_MAX)] | UnsetType = UNSET
    value: float | UnsetType | None = UNSET
    tolerance: float | UnsetType = UNSET
    ignore_case: bool | UnsetType = UNSET
    ignore_space: bool | UnsetType = UNSET
    ignore_accents: bool | UnsetType = UNSET
    ignore_punctuation: bool | UnsetType = UNSET


class ChoiceInput(Struct, frozen=True, forbid_unknown_fields=True):
    """A choice. Its place in the list counts; `id` is accepted but ignored."""

    text: Annotated[str, Meta(max_length=CHOICE_TEXT_MAX)] = ""
    media: Media | None = None
    is_correct: bool = False
    id: UUID | None = None


Choices = Annotated[list[ChoiceInput], Meta(max_length=CHOICES_MAX)]


class QuestionInput(QuestionFields, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A question as its teacher writes it; it need not be playable yet.

    With the `id` of a question of this quiz it replaces that question. `source_id` is the question
    that this is a copy of: one of your own, or it is left out. `time_limit` is in seconds.
    The choices of `ordering` are in the right order; `true_false` has two choices.
    """

    media: Media | None = None
    options: QuestionOptions = QuestionOptions()
    answer_key: AnswerKey | None = None
    choices: Choices = field(default_factory=list)
    id: UUID | None = None
    source_id: UUID | None = None


class QuestionChange(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Fields that are left out stay. `choices`, `options`, `answer_key` and `tags` are replaced.

    Send `updated_at` as you last read it, and a question that was changed since is not overwritten.
    """

    type: Kind | UnsetType = UNSET
    stem: Stem | UnsetType = UNSET
    points: Points | UnsetType = UNSET
    time_limit: TimeLimit | UnsetType = UNSET
    explanation: Explanation | UnsetType | None = UNSET
    media: Media | UnsetType | None = UNSET
    language: Language | UnsetType | None = UNSET
    level: Level | UnsetType | None = UNSET
    skill: Skill | UnsetType | None = UNSET
    topic: Topic | UnsetType | None = UNSET
    difficulty: Difficulty | UnsetType | None = UNSET
    tags: Tags | UnsetType = UNSET
    options: QuestionOptions | UnsetType = UNSET
    answer_key: AnswerKey | UnsetType | None = UNSET
    choices: Choices | UnsetType = UNSET
    updated_at: datetime | UnsetType = UNSET


class ChoiceOutput(ChoiceDraft, frozen=True, kw_only=True):
    id: UUID


class QuestionOutput(QuestionDraft, frozen=True, kw_only=True):
    id: UUID
    choices: tuple[ChoiceOutput, ...]


class BankQuestion(QuestionOutput, frozen=True, kw_only=True):
    """A question of the bank. `problems` lists what keeps it from being played."""

    problems: list[Problem]
    archived_at: datetime | None
    created_at: datetime
    updated_at: datetime


NEW_QUESTION_EXAMPLE = {
    "type": "multiple_choice",
    "stem": "What is the capital of Indonesia?",
    "choices": [{"text": "Jakarta", "is_correct": True}, {"text": "Bandung"}],
    "topic": "Asia",
    "tags": ["capitals"],
}
NewQuestionBody = Annotated[QuestionInput, json_body({"A question": NEW_QUESTION_EXAMPLE})]


def draft_of(question: QuestionInput) -> QuestionDraft:
    return msgspec.convert(msgspec.to_builtins(question), QuestionDraft)


def changed_draft(draft: QuestionDraft, change: QuestionChange) -> QuestionDraft:
    """The draft with the fields that were sent."""
    changes = changes_in(change)
    changes.pop("updated_at", None)
    fields = msgspec.to_builtins(draft) | msgspec.to_builtins(changes)
    return msgspec.convert(fields, QuestionDraft)


def bank_question(question: Question) -> BankQuestion:
    shown = msgspec.convert(question, QuestionOutput, from_attributes=True)
    return BankQuestion(
        **{name: getattr(shown, name) for name in QuestionOutput.__struct_fields__},
        problems=problems(shown),
        archived_at=question.archived_at,
        created_at=question.created_at,
        updated_at=question.updated_at,
    )
