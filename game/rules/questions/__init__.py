"""Questions: their kinds, what a response looks like, and what a teacher wrote."""

from game.errors import Detail as Problem
from game.rules.questions.drafts import ChoiceDraft, QuestionDraft, problems
from game.rules.questions.freezing import freeze
from game.rules.questions.kinds import (
    CHOICES_MAX,
    CHOICES_MIN,
    AcceptedAnswers,
    Choice,
    Kind,
    MultipleChoice,
    MultipleSelect,
    Numeric,
    NumericKey,
    Ordering,
    Poll,
    Question,
    Response,
    ShortAnswer,
    TrueFalse,
    all_keys,
    is_scored,
    kind,
)
from game.rules.questions.normalisation import normalise
from game.rules.questions.responses import (
    chosen_ids,
    counts,
    parse_response,
    public,
    reveal_also,
    reveal_key,
)

__all__ = [
    "CHOICES_MAX",
    "CHOICES_MIN",
    "AcceptedAnswers",
    "Choice",
    "ChoiceDraft",
    "Kind",
    "MultipleChoice",
    "MultipleSelect",
    "Numeric",
    "NumericKey",
    "Ordering",
    "Poll",
    "Problem",
    "Question",
    "QuestionDraft",
    "Response",
    "ShortAnswer",
    "TrueFalse",
    "all_keys",
    "chosen_ids",
    "counts",
    "freeze",
    "is_scored",
    "kind",
    "normalise",
    "parse_response",
    "problems",
    "public",
    "reveal_also",
    "reveal_key",
]
