"""Hypothesis strategies for questions, responses and standings."""

from hypothesis import strategies as st
from msgspec.structs import replace

from game.rules.questions import (
    AcceptedAnswers,
    Choice,
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
)
from game.rules.questions.kinds import CHOICE_IDS
from game.rules.scoring import Standing

TRUE_FALSE = (Choice("true", "True"), Choice("false", "False"))

numbers = st.floats(allow_nan=False, allow_infinity=False)
texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30).filter(
    lambda text: bool(text.strip())
)
rules = st.builds(
    AcceptedAnswers,
    accepted=st.just(()),
    ignore_case=st.booleans(),
    ignore_space=st.booleans(),
    ignore_accents=st.booleans(),
    ignore_punctuation=st.booleans(),
)


CHOICES = tuple(Choice(id_, f"choice {id_}") for id_ in CHOICE_IDS)
ids = st.lists(st.sampled_from(CHOICE_IDS), min_size=1, unique=True)


@st.composite
def questions(draw: st.DrawFn) -> Question:
    """A playable question of any kind."""
    question = draw(st.one_of(_BY_KIND))
    points, limit = draw(st.integers(0, 2000)), draw(st.integers(5, 300))
    return replace(question, points=points, time_limit=limit)


_BY_KIND: list[st.SearchStrategy[Question]] = [
    st.sampled_from(CHOICE_IDS).map(lambda key: MultipleChoice(stem="?", choices=CHOICES, key=key)),
    st.booleans().map(lambda key: TrueFalse(stem="?", choices=TRUE_FALSE, key=key)),
    ids.map(lambda key: MultipleSelect(stem="?", choices=CHOICES, key=tuple(sorted(key)))),
    st.lists(texts, min_size=1, max_size=3).map(
        lambda accepted: ShortAnswer(stem="?", key=AcceptedAnswers(tuple(accepted)))
    ),
    st.builds(NumericKey, numbers, numbers.map(abs)).map(lambda key: Numeric(stem="?", key=key)),
    st.permutations(CHOICE_IDS).map(
        lambda key: Ordering(stem="?", choices=CHOICES, key=tuple(key))
    ),
    st.booleans().map(lambda multiple: Poll(stem="?", choices=CHOICES, multiple=multiple)),
]


@st.composite
def responses(draw: st.DrawFn, question: Question) -> Response:
    """Any response that the question takes, right or wrong."""
    match question:
        case MultipleChoice():
            return draw(st.sampled_from([choice.id for choice in question.choices]))
        case TrueFalse():
            return draw(st.booleans())
        case ShortAnswer():
            return draw(texts | st.sampled_from(question.key.accepted)).strip()
        case Numeric():
            return draw(numbers | st.just(question.key.value))
        case Ordering() | MultipleSelect() | Poll():
            one = isinstance(question, Poll) and not question.multiple
            some = ids.map(lambda chosen: chosen[:1]) if one else ids
            every = st.permutations(CHOICE_IDS)
            return tuple(draw(every if isinstance(question, Ordering) else some))


def right_response(question: Question) -> Response | None:
    """A response that is right; None for a poll."""
    match question:
        case ShortAnswer():
            return question.key.accepted[0].strip()
        case Numeric():
            return question.key.value
        case _:
            return question.key


@st.composite
def standings(draw: st.DrawFn, least: int = 0, most: int = 8) -> list[Standing]:
    """Players with distinct ids, some of them equal in all else."""
    small = st.integers(0, 3)
    return [
        Standing(
            player=f"player-{at}",
            nickname=f"Player {at}",
            joined_at=draw(small),
            score=draw(small) * 100,
            total_time_ms=draw(small) * 1000,
            correct=draw(small),
            answered=3,
            streak=draw(small),
            best_streak=3,
        )
        for at in range(draw(st.integers(least, most)))
    ]
