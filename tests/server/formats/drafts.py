"""Any question that can be played, of each kind."""

from functools import cache
from typing import get_args

from hypothesis import strategies as st
from msgspec.structs import replace

from game.rules.levels import Level
from game.rules.questions import ChoiceDraft, Kind, QuestionDraft, problems
from game.rules.questions.fields import TIME_LIMIT_MAX_S, TIME_LIMIT_MIN_S

# Marks that mean something in one of the formats, and letters of several scripts.
ALPHABET = st.sampled_from("~=#{}:\\%*[]<>&|;,'\"\t\n-+@$/!.0123 abÄé漢ب") | st.characters(
    codec="utf-8", exclude_characters="\0"
)
TEXTS = st.text(ALPHABET, min_size=1, max_size=30).filter(str.strip) | st.sampled_from(
    [
        "[html]<b>x</b>",
        "%50%",
        "//",
        "::x::",
        "a -> b",
        "A. b",
        "ANSWER: B",
        "=1+1",
        "'=1",
        "\\n",
        "1:2",
    ]
)
LABELS = st.text(ALPHABET, min_size=1, max_size=12).map(lambda text: " ".join(text.split()) or "x")
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
RIGHT = {Kind.MULTIPLE_CHOICE, Kind.TRUE_FALSE}
PICTURES = st.sampled_from(
    [None, "https://kuis.example/1.png", "/pictures/0b1f6c1e-5a0e-4b52-9f0a-2a4b8c1d7e3f"]
)


LABELLED = st.none() | LABELS
KEYS: dict[Kind, st.SearchStrategy[dict[str, object]]] = {
    Kind.SHORT_ANSWER: st.fixed_dictionaries({"accepted": st.lists(TEXTS, min_size=1, max_size=4)}),
    Kind.NUMERIC: st.fixed_dictionaries({"value": FLOATS, "tolerance": FLOATS.map(abs)}),
}
OPTIONS = {
    Kind.SHORT_ANSWER: st.dictionaries(
        st.sampled_from(["ignore_case", "ignore_space", "ignore_accents"]), st.booleans()
    ),
    Kind.POLL: st.dictionaries(st.just("multiple"), st.booleans()),
}
CHOICES = {
    most: st.lists(
        st.builds(ChoiceDraft, text=TEXTS, is_correct=st.booleans(), media=PICTURES),
        min_size=2,
        max_size=most,
        unique_by=lambda choice: " ".join(choice.text.split()),
    )
    for most in (2, 8)
}


@cache
def playable_drafts(kind: Kind) -> st.SearchStrategy[QuestionDraft]:
    """Made once: to make a strategy costs Hypothesis more than to draw from it."""
    return st.builds(
        QuestionDraft,
        type=st.just(kind),
        stem=TEXTS,
        points=st.integers(0, 2000),
        time_limit=st.integers(TIME_LIMIT_MIN_S, TIME_LIMIT_MAX_S),
        explanation=st.none() | TEXTS,
        media=PICTURES,
        language=st.sampled_from([None, "en", "pt-BR"]),
        level=st.sampled_from([None, *get_args(Level)]),
        skill=LABELLED,
        topic=LABELLED,
        difficulty=st.none() | st.integers(1, 5),
        tags=st.lists(LABELS, max_size=3, unique=True),
        options=OPTIONS.get(kind, st.just({})),
        answer_key=KEYS.get(kind, st.none()),
        choices=choices(kind),
    ).filter(lambda question: not problems(question))


def choices(kind: Kind) -> st.SearchStrategy[tuple[ChoiceDraft, ...]]:
    if kind in KEYS:
        return st.just(())
    return CHOICES[2 if kind is Kind.TRUE_FALSE else 8].map(lambda drawn: _with_right(kind, drawn))


def _with_right(kind: Kind, drawn: list[ChoiceDraft]) -> tuple[ChoiceDraft, ...]:
    """At least one choice is right; where only one may be, it is the first."""
    right = [at for at, choice in enumerate(drawn) if choice.is_correct] or [len(drawn) - 1]
    right = right[:1] if kind in RIGHT else right
    return tuple(replace(choice, is_correct=at in right) for at, choice in enumerate(drawn))
