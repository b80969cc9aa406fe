"""Results of a homework: which attempt counts, the places, and the audit of what was recorded."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from msgspec import Struct

from game.rules.homework.runs import grade_response
from game.rules.homework.settings import Counts, HomeworkSettings
from game.rules.questions import Question, is_scored
from game.rules.rescoring import Difference, RecordedAnswer, RecordedResult, compare_value
from game.rules.scoring import Standing, performance_band, rank


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
    """A homework that is closed. The `voided` questions count for nobody."""

    questions: Sequence[Question]
    settings: HomeworkSettings
    participants: Sequence[RecordedStudent]
    voided: frozenset[int] = frozenset()

    @property
    def counting(self) -> list[Question]:
        """The questions that are not voided."""
        return [each for index, each in enumerate(self.questions) if index not in self.voided]


AnswerKey = tuple[str, int, int]
"""A player, the number of an attempt, and a question."""


class RescoredHomework(Struct, frozen=True):
    """The outcome of a homework.

    `runs` has the attempts of each player, the first first; `results` the number of the attempt
    that counts and the result. Participants who were removed, or never began, have none.
    """

    graded: Mapping[AnswerKey, tuple[bool | None, int]]
    runs: Mapping[str, Sequence[RunResult]]
    results: Mapping[str, tuple[int, RecordedResult]]


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


def recorded_result(result: RunResult, place: int, of: int) -> RecordedResult:
    """The result with this place, of so many questions that can be right."""
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


def rescore(record: HomeworkRecord) -> RescoredHomework:
    """Grade all answers, and rank the participants by the attempts that count."""
    graded = {
        (student.player, run.result.number, given.question): _graded(record, given)
        for student in record.participants
        for run in student.runs
        for given in run.answers
    }
    runs = {
        student.player: [_computed(record, student.player, run, graded) for run in student.runs]
        for student in record.participants
    }
    placed = [
        Placed(
            student.player,
            student.nickname,
            student.joined_at,
            counted(runs[student.player], record.settings.counts),
        )
        for student in record.participants
        if runs[student.player] and not student.kicked
    ]
    of = sum(map(is_scored, record.counting))
    results = {
        each.player: (each.result.number, recorded_result(each.result, place, of))
        for each, place in places(record.settings, placed)
    }
    return RescoredHomework(graded, runs, results)


def differences(record: HomeworkRecord) -> Iterator[Difference]:
    """The recorded values of a homework that do not follow from its answers, by participant."""
    rescored = rescore(record)
    for student in record.participants:
        for run, computed in zip(student.runs, rescored.runs[student.player], strict=True):
            yield from _of_run(student, run, computed, rescored)
        yield from _of_result(student, rescored.results.get(student.player))


def _of_run(
    student: RecordedStudent, run: RecordedRun, computed: RunResult, rescored: RescoredHomework
) -> Iterator[Difference]:
    number = run.result.number
    for given in run.answers:
        correct, gained = rescored.graded[student.player, number, given.question]
        yield from compare_value(
            student.nickname, given.question, "correct", given.correct, correct
        )
        yield from compare_value(student.nickname, given.question, "points", given.points, gained)
    for value in ("answered", "correct", "score", "total_time_ms"):
        name = f"attempt {number}: {value}"
        yield from compare_value(
            student.nickname, None, name, getattr(run.result, value), getattr(computed, value)
        )


def _of_result(
    student: RecordedStudent, expected: tuple[int, RecordedResult] | None
) -> Iterator[Difference]:
    found = student.result
    if expected is not None:
        yield from compare_value(
            student.nickname, None, "counting_run", student.counting_run, expected[0]
        )
    if expected is None or found is None:
        recorded = None if found is None else found.rank
        computed = None if expected is None else expected[1].rank
        yield from compare_value(student.nickname, None, "rank", recorded, computed)
        return
    for value in RecordedResult.__struct_fields__:
        wanted = getattr(expected[1], value)
        yield from compare_value(student.nickname, None, value, getattr(found, value), wanted)


def _computed(
    record: HomeworkRecord,
    player: str,
    run: RecordedRun,
    graded: Mapping[AnswerKey, tuple[bool | None, int]],
) -> RunResult:
    number = run.result.number
    given = [each for each in run.answers if each.question not in record.voided]
    grades = [graded[player, number, each.question] for each in given]
    took = {
        index: each.time_limit * 1000
        for index, each in enumerate(record.questions)
        if index not in record.voided
    }
    took |= {each.question: each.elapsed_ms for each in given}
    return RunResult(
        number=number,
        answered=len(given),
        correct=sum(correct is True for correct, _ in grades),
        score=sum(gained for _, gained in grades),
        total_time_ms=sum(took.values()),
    )


def _graded(record: HomeworkRecord, given: RecordedAnswer) -> tuple[bool | None, int]:
    if given.question in record.voided:
        return None, 0
    question = record.questions[given.question]
    return grade_response(record.settings, question, given.response, given.elapsed_ms)


def _mean(numbers: Sequence[int]) -> int:
    """The arithmetic mean, with halves rounded up, so that fewer never becomes more."""
    return int(Fraction(sum(numbers), len(numbers)) + Fraction(1, 2))
