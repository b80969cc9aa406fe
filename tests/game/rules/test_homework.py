"""Homework: the runs of students, on the server's clock."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from game.errors import Refusal
from game.rules.homework import (
    Assignment,
    GivenAnswer,
    HomeworkSettings,
    Repeated,
    Run,
    answer,
    finish,
    go_on,
    may_see_feedback,
    may_start,
    period_problems,
    question_closes_at,
    question_index,
    shown_question,
    shown_response,
)
from game.rules.homework import runs as rules
from game.rules.homework.runs import GRACE_MS, UNTIMED_MAX_MS
from game.rules.questions import Choice, MultipleChoice, Ordering, Poll, Question, reveal_key
from tests.game.rules.strategies import questions, right_response

OPENS_AT, CLOSES_AT = 1_000_000, 9_000_000
ABC = tuple(Choice(id_, id_) for id_ in "abc")
ONE = MultipleChoice(stem="?", choices=ABC, key="a", time_limit=20)
VOTE = Poll(stem="?", choices=ABC, time_limit=10)
TIMED = HomeworkSettings(timed=True)


def homework(*asked: Question, settings: HomeworkSettings | None = None) -> Assignment:
    return Assignment(
        asked or (ONE, VOTE, ONE), settings or HomeworkSettings(), OPENS_AT, CLOSES_AT
    )


def started(seed: int = 7, at: int = OPENS_AT) -> Run:
    return Run(number=1, seed=seed, position=0, shown_at=at)


def answered(assignment: Assignment, run: Run, raw: object, at: int) -> tuple[Run, GivenAnswer]:
    outcome = answer(assignment, run, run.position, raw, at)
    assert not isinstance(outcome, Repeated)
    return outcome


def refusal(assignment: Assignment, run: Run, position: int, raw: object, at: int) -> str:
    with pytest.raises(Refusal) as refused:
        answer(assignment, run, position, raw, at)
    return refused.value.code


def test_a_run_goes_through_all_questions_and_adds_up() -> None:
    assignment = homework(settings=TIMED)
    run, first = answered(assignment, started(), "a", OPENS_AT + 10_000)
    assert first == GivenAnswer(0, "a", correct=True, points=750, elapsed_ms=10_000)
    run = go_on(assignment, run, 0, OPENS_AT + 11_000)
    run, second = answered(assignment, run, ["b"], OPENS_AT + 12_000)
    assert (second.correct, second.points) == (None, 0)
    run = go_on(assignment, run, 1, OPENS_AT + 12_000)
    run = go_on(assignment, run, 2, OPENS_AT + 13_000)
    assert run.finished_at == OPENS_AT + 13_000
    assert (run.answered, run.correct, run.score) == (2, 1, 750)
    assert run.total_time_ms == 10_000 + 1_000 + 20_000, "what was not answered counts its limit"


def test_without_time_limits_a_right_answer_earns_everything_at_any_time() -> None:
    _, given = answered(homework(), started(), "a", CLOSES_AT)
    assert given.points == 1000
    assert given.elapsed_ms == UNTIMED_MAX_MS


@pytest.mark.parametrize(
    ("late_ms", "code"), [(0, None), (GRACE_MS, None), (GRACE_MS + 1, "too_late")]
)
def test_the_limit_runs_from_when_the_question_was_first_shown(
    late_ms: int, code: str | None
) -> None:
    assignment, at = homework(settings=TIMED), OPENS_AT + 20_000 + late_ms
    if code:
        assert refusal(assignment, started(), 0, "a", at) == code
    else:
        _, given = answered(assignment, started(), "a", at)
        assert (given.points, given.elapsed_ms) == (500, 20_000)


def test_the_deadline_ends_a_question_before_its_limit_does() -> None:
    assignment = homework(settings=TIMED)
    run = started(at=CLOSES_AT - 5_000)
    assert question_closes_at(assignment, run) == CLOSES_AT
    answered(assignment, run, "a", CLOSES_AT + GRACE_MS)
    assert refusal(assignment, run, 0, "a", CLOSES_AT + GRACE_MS + 1) == "homework_closed"
    for position in (0, 1):
        with pytest.raises(Refusal, match="closed"):
            go_on(assignment, run, position, CLOSES_AT + GRACE_MS + 1)
    assert refusal(assignment, run, 2, "a", CLOSES_AT + GRACE_MS + 1) == "homework_closed"


def test_an_answered_question_takes_no_other_answer() -> None:
    assignment = homework()
    run, _ = answered(assignment, started(), "a", OPENS_AT)
    assert answer(assignment, run, 0, "b", OPENS_AT) == Repeated(0, "b")
    run = go_on(assignment, run, 0, OPENS_AT)
    assert answer(assignment, run, 0, "a", CLOSES_AT * 2) == Repeated(0, "a")
    assert go_on(assignment, run, 0, OPENS_AT + 1) == run, "a repetition changes nothing"


def test_an_answer_to_the_next_question_leaves_the_present_one() -> None:
    assignment = homework(settings=TIMED)
    at = OPENS_AT + 5000
    left = go_on(assignment, started(), 0, at)
    assert answer(assignment, started(), 1, ["b"], at) == answer(assignment, left, 1, ["b"], at)
    assert left.position == 1
    over = finish(assignment, started(), at)
    assert refusal(assignment, over, 1, ["b"], at) == "attempt_finished"


@pytest.mark.parametrize(
    ("position", "raw", "code"),
    [
        (2, "a", "not_open_yet"),
        (3, "a", "no_such_question"),
        (-1, "a", "no_such_question"),
        (0, "d", "bad_response"),
        (0, ["a"], "bad_response"),
    ],
)
def test_what_does_not_fit_is_refused(position: int, raw: object, code: str) -> None:
    assert refusal(homework(), started(), position, raw, OPENS_AT) == code


def test_a_finished_run_takes_no_answer_and_stays_as_it_is() -> None:
    assignment = homework(settings=TIMED)
    run = finish(assignment, started(), OPENS_AT + 1)
    assert run.total_time_ms == 50_000
    assert finish(assignment, run, OPENS_AT + 2) == run
    assert go_on(assignment, run, 0, OPENS_AT + 2) == run
    assert refusal(assignment, run, 0, "a", OPENS_AT + 2) == "attempt_finished"
    assert refusal(assignment, run, 2, "a", OPENS_AT + 2) == "attempt_finished"
    with pytest.raises(Refusal, match="finished"):
        go_on(assignment, run, 1, OPENS_AT + 2)


@pytest.mark.parametrize(
    ("runs", "now", "code"),
    [
        (0, OPENS_AT - 1, "homework_not_open"),
        (0, CLOSES_AT, "homework_closed"),
        (2, OPENS_AT, "no_attempts_left"),
    ],
)
def test_who_may_not_start(runs: int, now: int, code: str) -> None:
    assignment = homework(settings=HomeworkSettings(attempts=2))
    may_start(assignment, 1, OPENS_AT)
    with pytest.raises(Refusal) as refused:
        may_start(assignment, runs, now)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("feedback", "expected"),
    [
        ("after_question", (False, True, True)),
        ("at_end", (False, True, True)),
        ("after_deadline", (False, False, True)),
    ],
)
def test_when_what_was_right_may_be_seen(feedback: str, expected: tuple[bool, ...]) -> None:
    settings = HomeworkSettings(feedback=feedback)  # type: ignore[arg-type]  # one of them
    assignment, run = homework(settings=settings), started()
    done = finish(assignment, run, OPENS_AT)
    seen = [(run, False), (done, False), (done, True)]
    assert tuple(may_see_feedback(assignment, *one[:1], closed=one[1]) for one in seen) == expected


@pytest.mark.parametrize(
    ("opens_at", "closes_at", "path"),
    [(100, 200, None), (0, 99, "closes_at"), (200, 200, "closes_at"), (0, 10**12, "closes_at")],
)
def test_a_homework_closes_after_it_opens_within_a_year(
    opens_at: int, closes_at: int, path: str | None
) -> None:
    found = period_problems(opens_at, closes_at, now=100)
    assert [problem.path for problem in found] == ([path] if path else [])


SHUFFLED = HomeworkSettings(shuffle_questions=True, shuffle_choices=True)


@given(st.lists(questions(), min_size=1, max_size=5), st.integers(0, 2**32))
def test_shuffled_questions_are_graded_as_the_written_ones(
    asked: list[Question], seed: int
) -> None:
    assignment, run = homework(*asked, settings=SHUFFLED), started(seed)
    indexes = [question_index(assignment, run, position) for position in range(len(asked))]
    assert sorted(indexes) == list(range(len(asked)))
    for position, index in enumerate(indexes):
        shown = shown_question(assignment, run, index)
        raw = right_response(shown)
        if isinstance(shown, Ordering):
            letters = [choice.id for choice in shown.choices]
            assert letters == sorted(letters), "the letters say nothing of the written order"
        if raw is not None:
            run, given = answered(assignment, run, raw, OPENS_AT)
            assert given.correct is True
            assert given.points == asked[index].points
            assert shown_response(assignment, run, index, given.response) == raw
        run = go_on(assignment, run, position, OPENS_AT)
    assert run.finished_at == OPENS_AT


def test_no_order_is_the_one_that_never_appears() -> None:
    """Nobody finds the right order by starting again and again."""
    choices = tuple(Choice(id_, id_) for id_ in "abc")
    question = Ordering(stem="?", choices=choices, key=("c", "a", "b"))
    assignment = homework(question, settings=SHUFFLED)
    keys = {reveal_key(shown_question(assignment, started(seed), 0)) for seed in range(60)}
    assert len(keys) == 6


def test_orders_differ_by_seed_and_never_change() -> None:
    assignment = homework(*[ONE] * 6, settings=SHUFFLED)
    orders = {
        tuple(question_index(assignment, started(seed), position) for position in range(6))
        for seed in range(20)
    }
    assert len(orders) > 15
    assert [question_index(assignment, started(7), at) for at in range(6)] == [3, 5, 0, 4, 1, 2]
    keys = {reveal_key(shown_question(assignment, started(seed), 0)) for seed in range(20)}
    assert keys == {"a", "b", "c"}


def test_an_order_is_the_same_for_ever_and_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []

    class Noted(Random):
        def __init__(self, seed: str) -> None:
            made.append(seed)
            super().__init__(seed)

    monkeypatch.setattr(rules, "Random", Noted)
    assignment = homework(*[ONE] * 12, settings=HomeworkSettings(shuffle_questions=True))
    run = started(seed=7)
    order = [question_index(assignment, run, position) for position in range(12)]
    assert order == [9, 11, 3, 6, 5, 7, 10, 0, 4, 1, 8, 2]
    assert finish(assignment, run, OPENS_AT).total_time_ms == 12 * 20_000
    assert len(made) <= 1
