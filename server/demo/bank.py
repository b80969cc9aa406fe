"""The demo's question bank: questions about English, some of them in a set."""

from game.rules.levels import Level
from game.rules.questions import ChoiceDraft, Kind, QuestionDraft

SET_TITLE = "Everyday English"


def _choice(  # noqa: PLR0913  # a question's fields
    stem: str,
    right: str,
    *wrong: str,
    level: Level,
    difficulty: int,
    tags: list[str],
    explanation: str,
) -> QuestionDraft:
    return QuestionDraft(
        type=Kind.MULTIPLE_CHOICE,
        stem=stem,
        choices=(ChoiceDraft(text=right, is_correct=True), *(ChoiceDraft(text=w) for w in wrong)),
        explanation=explanation,
        language="en",
        level=level,
        skill=tags[0],
        topic="English",
        difficulty=difficulty,
        tags=tags,
    )


OF_SET = (
    _choice(
        "She ___ to school by bus every day.",
        "goes",
        "go",
        "is go",
        level="A1",
        difficulty=1,
        tags=["grammar", "present simple"],
        explanation="After he, she and it a verb in the present simple ends in -s.",
    ),
    _choice(
        "There isn't ___ milk in the fridge.",
        "any",
        "some",
        "a",
        level="A2",
        difficulty=2,
        tags=["grammar", "quantity"],
        explanation="In negative sentences “any” takes the place of “some”.",
    ),
    _choice(
        "What is the opposite of “generous”?",
        "mean",
        "kind",
        "rich",
        level="B1",
        difficulty=3,
        tags=["vocabulary", "character"],
        explanation="Somebody who is mean does not like to give.",
    ),
    _choice(
        "You're welcome ___ any time.",
        "to call",
        "call",
        "calling",
        level="A2",
        difficulty=3,
        tags=["grammar", "infinitive"],
        explanation="“Welcome” is followed by the infinitive with “to”.",
    ),
)
OTHERS = (
    _choice(
        "If I ___ more time, I would learn the violin.",
        "had",
        "have",
        "would have",
        level="B1",
        difficulty=4,
        tags=["grammar", "conditionals"],
        explanation="Something unreal in the present: past simple after “if”.",
    ),
    _choice(
        "The meeting was put ___ until Friday.",
        "off",
        "away",
        "out",
        level="B2",
        difficulty=4,
        tags=["vocabulary", "phrasal verbs"],
        explanation="To put something off is to do it later.",
    ),
    QuestionDraft(
        type=Kind.SHORT_ANSWER,
        stem="Write the past tense of “teach”.",
        answer_key={"accepted": ["taught"]},
        explanation="Teach, taught, taught; like catch, caught, caught.",
        language="en",
        level="A2",
        skill="grammar",
        topic="English",
        difficulty=2,
        tags=["grammar", "past simple"],
    ),
)
