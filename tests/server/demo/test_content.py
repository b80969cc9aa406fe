"""The demo quizzes can be played and show every kind of question."""

from random import Random

import pytest

from game.rules.grading import grade
from game.rules.questions import Kind, QuestionDraft, ShortAnswer, freeze, kind, problems
from server.demo.bank import OF_SET, OTHERS
from server.demo.content import QUIZZES, QuizContent

IN_BANK = [*OF_SET, *OTHERS]
EVERY_QUESTION = [*(question for quiz in QUIZZES for question in quiz.questions), *IN_BANK]


@pytest.mark.parametrize("question", EVERY_QUESTION, ids=lambda question: question.stem)
def test_every_question_can_be_played(question: QuestionDraft) -> None:
    assert problems(question) == []
    assert kind(freeze(question, Random(1))) is question.type


@pytest.mark.parametrize("question", EVERY_QUESTION, ids=lambda question: question.stem)
def test_every_question_is_explained(question: QuestionDraft) -> None:
    assert question.type is Kind.POLL or question.explanation


@pytest.mark.parametrize("quiz", QUIZZES, ids=lambda quiz: quiz.title)
def test_every_quiz_has_every_kind(quiz: QuizContent) -> None:
    assert {question.type for question in quiz.questions} == set(Kind)
    assert quiz.description


def test_names_are_right_as_people_write_them() -> None:
    (composer,) = (question for question in EVERY_QUESTION if "Indonesia Raya" in question.stem)
    question = freeze(composer, Random(1))
    assert isinstance(question, ShortAnswer)
    for name in ("wr supratman", "W.R.Soepratman", "wage rudolf supratman!", " SUPRATMAN "):
        assert grade(question, name) == 1
    assert grade(question, "Ismail Marzuki") == 0
