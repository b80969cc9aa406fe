"""Results of a homework: which attempt counts, the places, and the audit of what was recorded."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from msgspec import Struct

from game.rules.homework.runs import grade_response
from game.rules.homework.settings import Counts, HomeworkSettings
from game.rules.questions import Question
from game.rules.rescoring import Difference, RecordedAnswer, RecordedResult, RecordedValue
from game.rules.scoring import Standing, performance_band, rank, scored_questions


class RunResult(Struct, frozen=True):
    """The outcome of one attempt, or of several together."""

    number: int
    answered: int
    correct: int
    score: int
    total_time_ms: int


class RecordedRun(Struct, frozen=True):
    """An attempt as it was recorded."""

    result: RunResult
    answers: Sequence[RecordedAnswer]


class RecordedStudent(Struct, frozen=True):
    """A participant with all attempts; `result` is None if there is none."""

    player: str
    nickname: str
    joined_at: int
    kicked: bool
    counting_run: int
    runs: Sequence[RecordedRun]
    result: RecordedResult | None


class HomeworkRecord(Struct, frozen=True):
    """A homework that is closed."""

    questions: Sequence[Question]
    settings: HomeworkSettings
    participants: Sequence[RecordedStudent]
    has_results: bool = True


class Placed(Struct, frozen=True):
    """A participant whose place is wanted."""

    player: str
    nickname: str
    joined_at: int
    result: RunResult


def counted(runs: Sequence[RunResult], counts: Counts) -> RunResult:
    """The result of a participant with these attempts, at least one, and its number.

    Attempts without an answer count only if there is no other. The mean has the number of the last
    attempt, whose answers stand for all.
    """
    some = [run for run in runs if run.answered] or [runs[0]]
    match counts:
        case "best":
            return min(some, key=lambda run: (-run.score, -run.correct, run.total_time_ms))
        case "last":
            return some[-1]
        case "mean":
            return RunResult(
                number=some[-1].number,
                answered=_mean([run.answered for run in some]),
                correct=_mean([run.correct for run in some]),
                score=_mean([run.score for run in some]),
                total_time_ms=_mean([run.total_time_ms for run in some]),
            )


def places(settings: HomeworkSettings, placed: Sequence[Placed]) -> list[tuple[Placed, int]]:
    """The participants with their places, the best first.

    Ties are decided as in rooms. Without time limits the time decides nothing.
    """
    by_player = {each.player: each for each in placed}
    standings = [
        Standing(
            player=each.player,
            nickname=each.nickname,
            joined_at=each.joined_at,
            score=each.result.score,
            correct=each.result.correct,
            total_time_ms=each.result.total_time_ms if settings.timed else 0,
        )
        for each in placed
    ]
    return [(by_player[standing.player], standing.rank) for standing in rank(standings)]


def recorded_result(result: RunResult, place: int, questions: Sequence[Question]) -> RecordedResult:
    of = scored_questions(questions, last=len(questions) - 1)
    return RecordedResult(
        score=result.score,
        rank=place,
        correct=result.correct,
        answered=result.answered,
        total_time_ms=result.total_time_ms,
        best_streak=0,
        of=of,
        performance_band=performance_band(result.correct, of),
    )


def differences(record: HomeworkRecord) -> Iterator[Difference]:
    """The recorded values of a homework that do not follow from its answers, by participant."""
    placed: list[Placed] = []
    for student in record.participants:
        for run in student.runs:
            yield from _of_run(record, student, run)
        results = [_computed(record, run) for run in student.runs]
        if results and not student.kicked:
            result = counted(results, record.settings.counts)
            yield from _compare(student, None, "counting_run", student.counting_run, result.number)
            placed.append(Placed(student.player, student.nickname, student.joined_at, result))
    if record.has_results:
        yield from _of_results(record, placed)


def _of_run(
    record: HomeworkRecord, student: RecordedStudent, run: RecordedRun
) -> Iterator[Difference]:
    for given in run.answers:
        correct, gained = _graded(record, given)
        yield from _compare(student, given.question, "correct", given.correct, correct)
        yield from _compare(student, given.question, "points", given.points, gained)
    computed = _computed(record, run)
    for value in ("answered", "correct", "score", "total_time_ms"):
        name = f"attempt {run.result.number}: {value}"
        yield from _compare(
            student, None, name, getattr(run.result, value), getattr(computed, value)
        )


def _of_results(record: HomeworkRecord, placed: Sequence[Placed]) -> Iterator[Difference]:
    expected = {
        each.player: recorded_result(each.result, place, record.questions)
        for each, place in places(record.settings, placed)
    }
    for student in record.participants:
        wanted, found = expected.get(student.player), student.result
        if wanted is None or found is None:
            recorded = None if found is None else found.rank
            computed = None if wanted is None else wanted.rank
            yield from _compare(student, None, "rank", recorded, computed)
            continue
        for value in RecordedResult.__struct_fields__:
            yield from _compare(student, None, value, getattr(found, value), getattr(wanted, value))


def _computed(record: HomeworkRecord, run: RecordedRun) -> RunResult:
    graded = [(given, *_graded(record, given)) for given in run.answers]
    limits = {index: each.time_limit * 1000 for index, each in enumerate(record.questions)}
    took = limits | {given.question: given.elapsed_ms for given in run.answers}
    return RunResult(
        number=run.result.number,
        answered=len(graded),
        correct=sum(correct is True for _, correct, _ in graded),
        score=sum(gained for _, _, gained in graded),
        total_time_ms=sum(took.values()),
    )


def _graded(record: HomeworkRecord, given: RecordedAnswer) -> tuple[bool | None, int]:
    question = record.questions[given.question]
    return grade_response(record.settings, question, given.response, given.elapsed_ms)


def _compare(
    student: RecordedStudent,
    question: int | None,
    value: str,
    recorded: RecordedValue,
    computed: RecordedValue,
) -> Iterator[Difference]:
    if recorded != computed:
        yield Difference(student.nickname, question, value, recorded, computed)


def _mean(numbers: Sequence[int]) -> int:
    """The arithmetic mean, with halves rounded up, so that fewer never becomes more."""
    return int(Fraction(sum(numbers), len(numbers)) + Fraction(1, 2))
