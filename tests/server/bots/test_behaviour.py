"""How bots behave: names, thinking, knowing and mistakes."""

from itertools import islice
from random import Random
from statistics import median

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from game.rules.grading import grade
from game.rules.nicknames import clean, fold, is_profane
from game.rules.questions import Question, freeze, kind, parse_response, public
from server.bots.behaviour import ANSWER_BY, THINK_MIN_S, Behaviour, believe, names
from server.bots.crowd import BOOKS
from server.demo.content import QUIZZES
from server.live import protocol
from tests.game.rules.strategies import questions

DEMO = [freeze(draft, Random(1)) for quiz in QUIZZES for draft in quiz.questions]
randoms = st.integers().map(Random)


def seen(question: Question) -> protocol.Question:
    """A question as a bot gets it."""
    shown = public(question) | {"question": 0, "of": 1, "opens_at": 0, "closes_at": 1}
    return msgspec.convert(shown, protocol.Question)


def test_thousands_of_names_are_fine_and_differ() -> None:
    many = list(islice(names(Random(1)), 5_000))
    assert len({line for name in many for line in fold(name)}) == 10_000
    for name in many:
        assert clean(name) == name
        assert not is_profane(name)


def test_bots_take_their_time_but_answer() -> None:
    random = Random(1)
    question = seen(DEMO[0])
    thought = [Behaviour.random(random).think_s(question, random) for _ in range(2_000)]
    answered = [seconds for seconds in thought if seconds is not None]
    assert 0.85 < len(answered) / len(thought) < 1
    assert all(THINK_MIN_S <= seconds <= ANSWER_BY * question.time_limit for seconds in answered)
    assert 0.1 < median(answered) / question.time_limit < 0.5


@pytest.mark.parametrize("question", DEMO, ids=lambda question: question.stem)
def test_the_books_have_the_answers_of_the_demo_quizzes(question: Question) -> None:
    belief = believe(seen(question), BOOKS, Random(1))
    sure = Behaviour(skill=1.0, pace=0.3)
    response = parse_response(question, sure.respond(belief, Random(1)))
    assert kind(question) == "poll" or grade(question, response) == 1


@given(questions(), randoms)
def test_whatever_a_bot_answers_fits_the_question(question: Question, random: Random) -> None:
    belief = believe(seen(question), BOOKS, random)
    for skill in (0.0, 0.5, 1.0):
        parse_response(question, Behaviour(skill, 0.3).respond(belief, random))


@given(randoms)
def test_a_mistake_is_not_what_is_believed(random: Random) -> None:
    for question in DEMO:
        belief = believe(seen(question), BOOKS, random)
        if kind(question) not in {"short_answer", "numeric", "poll"}:
            assert belief.mistake(random) != belief.right


def test_the_crowd_shares_a_belief_about_what_no_book_has() -> None:
    question = seen(DEMO[0])
    belief = believe(question, {}, Random(1))
    random = Random(2)
    given_ = [Behaviour.random(random).respond(belief, random) for _ in range(200)]
    assert max(given_.count(id_) for id_ in "abcd") == given_.count(belief.right)
    assert len(set(given_)) > 1
