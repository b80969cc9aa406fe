"""Any question that can be played, of each kind."""

from typing import get_args

from hypothesis import assume
from hypothesis import strategies as st

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


@st.composite
def playable_drafts(draw: st.DrawFn, kind: Kind) -> QuestionDraft:
    question = QuestionDraft(
        type=kind,
        stem=draw(TEXTS),
        points=draw(st.integers(0, 2000)),
        time_limit=draw(st.integers(TIME_LIMIT_MIN_S, TIME_LIMIT_MAX_S)),
        explanation=draw(st.none() | TEXTS),
        media=draw(PICTURES),
        language=draw(st.sampled_from([None, "en", "pt-BR"])),
        level=draw(st.sampled_from([None, *get_args(Level)])),
        skill=draw(st.none() | LABELS),
        topic=draw(st.none() | LABELS),
        difficulty=draw(st.none() | st.integers(1, 5)),
        tags=draw(st.lists(LABELS, max_size=3, unique=True)),
        options=draw(options(kind)),
        answer_key=draw(keys(kind)),
        choices=draw(choices(kind)),
    )
    assume(not problems(question))
    return question


def options(kind: Kind) -> st.SearchStrategy[dict[str, bool]]:
    if kind is Kind.SHORT_ANSWER:
        names = st.sampled_from(["ignore_case", "ignore_space", "ignore_accents"])
        return st.dictionaries(names, st.booleans())
    return st.dictionaries(st.just("multiple"), st.booleans()) if kind is Kind.POLL else st.just({})


def keys(kind: Kind) -> st.SearchStrategy[dict[str, object] | None]:
    if kind is Kind.SHORT_ANSWER:
        return st.fixed_dictionaries({"accepted": st.lists(TEXTS, min_size=1, max_size=4)})
    if kind is Kind.NUMERIC:
        return st.fixed_dictionaries({"value": FLOATS, "tolerance": FLOATS.map(abs)})
    return st.none()


@st.composite
def choices(draw: st.DrawFn, kind: Kind) -> tuple[ChoiceDraft, ...]:
    if kind in {Kind.SHORT_ANSWER, Kind.NUMERIC}:
        return ()
    most = 2 if kind is Kind.TRUE_FALSE else 8
    texts = draw(
        st.lists(TEXTS, min_size=2, max_size=most, unique_by=lambda text: " ".join(text.split()))
    )
    right = draw(st.sets(st.integers(0, len(texts) - 1), min_size=1, max_size=len(texts)))
    right = {min(right)} if kind in RIGHT else right
    return tuple(
        ChoiceDraft(text=text, is_correct=at in right, media=draw(PICTURES))
        for at, text in enumerate(texts)
    )
