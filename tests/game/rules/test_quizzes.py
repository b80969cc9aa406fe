"""Quizzes: their titles, and why one cannot be played yet."""

from game.rules.questions import ChoiceDraft, Kind, QuestionDraft, problems
from game.rules.quizzes import TITLE_MAX, quiz_problems, title_of_copy

POLL = QuestionDraft(
    type=Kind.POLL, stem="Which?", choices=(ChoiceDraft(text="tea"), ChoiceDraft(text="coffee"))
)
EMPTY = QuestionDraft(type=Kind.POLL, stem=" ")


def test_a_quiz_of_playable_questions_can_be_played() -> None:
    assert quiz_problems([POLL, POLL]) == []


def test_a_quiz_needs_a_question() -> None:
    [problem] = quiz_problems([])
    assert (problem.question, problem.path, problem.code) == (None, "questions", "no_questions")
    assert problem.message


def test_what_is_wrong_names_the_question() -> None:
    found = quiz_problems([POLL, EMPTY])
    assert [(each.question, each.path, each.code, each.message) for each in found] == [
        (1, each.path, each.code, each.message) for each in problems(EMPTY)
    ]
    assert len(found) > 1


def test_the_title_of_a_copy_has_a_number() -> None:
    assert title_of_copy("Rivers") == "Rivers (2)"
    assert title_of_copy("Rivers (2)") == "Rivers (3)"
    assert title_of_copy("(2)") == "(2) (2)"
    assert title_of_copy("Rivers (1999)") == "Rivers (1999) (2)"
    assert title_of_copy("R" * TITLE_MAX) == "R" * (TITLE_MAX - 4) + " (2)"
