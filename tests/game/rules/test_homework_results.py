"""Which attempt of a homework counts, the places, and the audit of the record."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from game.rules.homework import (
    HomeworkRecord,
    HomeworkSettings,
    Placed,
    RecordedRun,
    RecordedStudent,
    RunResult,
    counted,
    differences,
    places,
    recorded_result,
)
from game.rules.homework.settings import Counts
from game.rules.questions import Choice, MultipleChoice
from game.rules.rescoring import RecordedAnswer

ABC = tuple(Choice(id_, id_) for id_ in "abc")
ONE = MultipleChoice(stem="?", choices=ABC, key="a", time_limit=20)


def result(number: int, score: int, answered: int = 2, time: int = 1000) -> RunResult:
    return RunResult(number, answered, min(answered, 1), score, time)


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ("best", RunResult(2, 2, 1, 900, 1000)),
        ("last", RunResult(3, 1, 1, 100, 1000)),
        ("mean", RunResult(3, 2, 1, 434, 1000)),
    ],
)
def test_which_attempt_counts(counts: Counts, expected: RunResult) -> None:
    runs = [result(1, 301), result(2, 900), result(3, 100, answered=1), result(4, 0, answered=0)]
    assert counted(runs, counts) == expected


def test_an_attempt_without_an_answer_counts_if_there_is_no_other() -> None:
    assert counted([result(1, 0, answered=0)], "last") == result(1, 0, answered=0)


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=6))
def test_the_mean_never_has_more_right_answers_than_answers(pairs: list[tuple[int, int]]) -> None:
    runs = [RunResult(1, max(a, b), min(a, b), 0, 0) for a, b in pairs]
    mean = counted(runs, "mean")
    assert 0 <= mean.correct <= mean.answered


def test_time_decides_ties_only_where_it_is_limited() -> None:
    slow = Placed("a", "Ani", 1, result(1, 500, time=9000))
    quick = Placed("b", "Budi", 2, result(1, 500, time=1000))
    timed = places(HomeworkSettings(timed=True), [slow, quick])
    assert timed == [(quick, 1), (slow, 2)]
    assert places(HomeworkSettings(timed=False), [slow, quick]) == [(slow, 1), (quick, 2)]


def record() -> HomeworkRecord:
    """Ani answered wrong, then right after 4 of 20 s; Budi opened it only; Citra was removed."""
    settings = HomeworkSettings(attempts=2, timed=True)
    wrong = RecordedRun(
        result_of(1, 0, 0), [RecordedAnswer(0, "b", correct=False, points=0, elapsed_ms=4000)]
    )
    right = RecordedRun(
        result_of(2, 1, 900), [RecordedAnswer(0, "a", correct=True, points=900, elapsed_ms=4000)]
    )
    empty = RunResult(1, 0, 0, 0, 20_000)
    return HomeworkRecord(
        [ONE],
        settings,
        [
            student("Ani", 2, [wrong, right], right.result, 1),
            student("Budi", 1, [RecordedRun(empty, [])], empty, 2),
            replace(student("Citra", 1, [right], right.result, 1), kicked=True, result=None),
        ],
    )


def result_of(number: int, correct: int, score: int) -> RunResult:
    return RunResult(number, 1, correct, score, 4000)


def student(
    name: str, counting: int, runs: list[RecordedRun], counts: RunResult, place: int
) -> RecordedStudent:
    found = recorded_result(counts, place, 1)
    return RecordedStudent(
        name, name, 1, kicked=False, counting_run=counting, runs=runs, result=found
    )


def test_a_record_that_follows_from_its_answers_has_no_differences() -> None:
    assert [*differences(record())] == []


@pytest.mark.parametrize(
    ("student", "changes", "values"),
    [
        (0, {"counting_run": 1}, ["counting_run"]),
        (1, {"result": None}, ["rank"]),
        (0, {"nickname": "Other"}, []),
    ],
)
def test_what_does_not_follow_is_listed(
    student: int, changes: dict[str, object], values: list[str]
) -> None:
    good = record()
    participants = [*good.participants]
    participants[student] = replace(participants[student], **changes)
    found = [*differences(replace(good, participants=participants))]
    assert [each.value for each in found] == values


def test_points_places_and_attempts_are_computed_from_the_answers() -> None:
    good = record()
    ani = good.participants[0]
    lucky = RecordedAnswer(0, "b", correct=True, points=900, elapsed_ms=4000)
    wrong = replace(ani, runs=[replace(ani.runs[0], answers=[lucky]), ani.runs[1]])
    found = [*differences(replace(good, participants=[wrong, *good.participants[1:]]))]
    assert [(each.value, each.recorded, each.computed) for each in found] == [
        ("correct", True, False),
        ("points", 900, 0),
    ]
    less = replace(ani, result=ani.result and replace(ani.result, score=1))
    found = [*differences(replace(good, participants=[less, *good.participants[1:]]))]
    assert [(each.value, each.recorded, each.computed) for each in found] == [("score", 1, 900)]
