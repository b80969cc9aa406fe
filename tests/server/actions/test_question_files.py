"""Quizzes of a long file."""

import pytest

from game.rules.questions import Kind, QuestionDraft
from game.rules.quizzes import size_of
from server.actions import question_files


def test_a_file_becomes_as_many_quizzes_as_its_questions_need(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drafts = [QuestionDraft(type=Kind.POLL, stem=str(at)) for at in range(7)]
    monkeypatch.setattr(question_files, "QUESTIONS_MAX", 5)

    def titles(most: int) -> dict[str, int]:
        monkeypatch.setattr(question_files, "BYTES_MAX", most)
        divided = question_files.divided("x" * 200, iter(drafts))
        parts = {title[190:]: len(part) for title, part in divided}
        assert sum(parts.values()) == len(drafts)
        return parts

    assert titles(10**6) == {"xxxxxx (1)": 5, "xxxxxx (2)": 2}
    assert titles(3 * size_of(drafts[:1])) == {
        "xxxxxx (1)": 3,
        "xxxxxx (2)": 3,
        "xxxxxx (3)": 1,
    }
    monkeypatch.setattr(question_files, "QUESTIONS_MAX", 7)
    assert titles(10**6) == {"x" * 10: 7}
