"""Makes tables of results. No spreadsheet takes any of their cells for a formula."""

from collections.abc import Iterator, Sequence

from game.rules.questions import Response
from server.actions.results import (
    AnswerResult,
    OriginalGrade,
    PlayerResult,
    QuestionResult,
    Results,
)
from server.exports.cells import Cell, Row, Table, harmless
from server.exports.workbook import as_xlsx

WHOLE_BELOW = 1e15  # a float above it has no decimals anyway


def workbook(results: Results) -> bytes:
    """A sheet for each table but that of the players. Web processes let another process do this."""
    return as_xlsx([places(results), questions(results), answers(results)])


def places(results: Results) -> Table:
    """One row per player."""
    rows = ([*_place(player), *_further(results, player)] for player in results.players)
    return Table("Places", (*PLACE_HEADER, *_further_header(results)), rows, {1: 28})


def players(results: Results) -> Table:
    """One row per player, with the answer to each question and its points."""
    header = [*PLACE_HEADER]
    for question in results.questions:
        header += [f"Q{question.index + 1}", f"Q{question.index + 1} points"]
    header += _further_header(results)
    rows = (
        [
            *_place(player),
            *_answers_in_a_row(player, results.questions),
            *_further(results, player),
        ]
        for player in results.players
    )
    return Table("Players", tuple(header), rows, {1: 28})


def questions(results: Results) -> Table:
    header: tuple[str, ...] = QUESTION_HEADER
    if _is_corrected(results):
        header += CORRECTION_HEADER
    rows = (
        [*_question(question), *(_correction(question) if _is_corrected(results) else ())]
        for question in results.questions
    )
    return Table("Questions", header, rows, {1: 18, 2: 60, 3: 40, 9: 60})


def answers(results: Results) -> Table:
    """One row per answer, the best player's first."""
    header: tuple[str, ...] = ANSWER_HEADER
    if _is_corrected(results):
        header += ORIGINAL_GRADE_HEADER
    rows = (
        [
            *_answer(player, results.questions[answer.question], answer),
            *(_original_grade(answer) if _is_corrected(results) else ()),
        ]
        for player in results.players
        for answer in player.answers
        if answer is not None
    )
    return Table("Answers", header, rows, {1: 28, 3: 60, 4: 40})


PLACE_HEADER = (
    "Rank",
    "Nickname",
    "Team",
    "Score",
    "Correct",
    "Answered",
    "Best streak",
    "Time (s)",
    "Kicked",
)
QUESTION_HEADER = (
    "Question",
    "Kind",
    "Text",
    "Right answer",
    "Answered",
    "Correct",
    "Correct share",
    "Median time (s)",
    "Mean points",
    "Counts",
    "Asked",
)
ANSWER_HEADER = (
    "Rank",
    "Nickname",
    "Question",
    "Text",
    "Response",
    "Correct",
    "Points",
    "Time (s)",
)

ATTEMPTS_HEADER = ("Attempts", "Counting attempt")
"""Further columns, only in the tables of homework."""
ORIGINAL_HEADER = ("Original rank", "Original score", "Original correct")
CORRECTION_HEADER = ("Correction", "Original right answer", "Corrected at")
ORIGINAL_GRADE_HEADER = ("Original correct", "Original points")
"""Further columns, only in the tables of a game that was corrected."""


def _is_corrected(results: Results) -> bool:
    return results.session.corrected_at is not None


def _further_header(results: Results) -> tuple[str, ...]:
    attempts = ATTEMPTS_HEADER if results.session.mode == "self_paced" else ()
    return (*attempts, *(ORIGINAL_HEADER if _is_corrected(results) else ()))


def _further(results: Results, player: PlayerResult) -> Row:
    is_homework = results.session.mode == "self_paced"
    attempts = (player.attempts, player.counting_attempt) if is_homework else ()
    return (*attempts, *_original(results, player))


def _original(results: Results, player: PlayerResult) -> Row:
    if not _is_corrected(results):
        return ()
    original = player.original
    return (original.rank, original.score, original.correct) if original else (None,) * 3


def _correction(question: QuestionResult) -> Row:
    correction = question.correction
    if correction is None:
        return ("", "", "")
    return (
        "void" if correction.voided else "key",
        _key(question, correction.original_key),
        f"{correction.at:%Y-%m-%d %H:%M} UTC",
    )


def _original_grade(answer: AnswerResult) -> Row:
    original = answer.original or OriginalGrade(answer.correct, answer.points)
    return (_yes_or_no(original.correct), original.points)


def _yes_or_no(correct: bool | None) -> str:  # noqa: FBT001  # all that it takes
    return "" if correct is None else "yes" if correct else "no"


def _place(player: PlayerResult) -> Row:
    return (
        player.rank,
        harmless(player.nickname),
        harmless(player.team or ""),
        player.score,
        player.correct,
        player.answered,
        player.best_streak,
        _seconds(player.total_time_ms),
        "yes" if player.kicked else "",
    )


def _answers_in_a_row(player: PlayerResult, of: Sequence[QuestionResult]) -> Iterator[Cell]:
    for question, answer in zip(of, player.answers, strict=True):
        yield None if answer is None else _response(question, answer.response)
        yield None if answer is None else answer.points


def _question(question: QuestionResult) -> Row:
    return (
        question.index + 1,
        question.kind.value,
        harmless(question.stem),
        _keys(question),
        question.answered,
        question.correct,
        None if question.correct_share is None else round(question.correct_share, 3),
        None if question.median_ms is None else _seconds(question.median_ms),
        None if question.mean_points is None else round(question.mean_points, 1),
        harmless("; ".join(f"{_choice(question, id_)}: {n}" for id_, n in question.counts.items())),
        "yes" if question.asked else "no",
    )


def _answer(player: PlayerResult, question: QuestionResult, answer: AnswerResult) -> Row:
    return (
        player.rank,
        harmless(player.nickname),
        question.index + 1,
        harmless(question.stem),
        _response(question, answer.response),
        _yes_or_no(answer.correct),
        answer.points,
        _seconds(answer.elapsed_ms),
    )


def _response(question: QuestionResult, response: Response) -> Cell:
    if isinstance(response, bool):
        return harmless(_choice(question, "true" if response else "false"))
    if isinstance(response, int | float):
        return _number(response)
    if isinstance(response, str):
        return harmless(_choice(question, response))
    return harmless("; ".join(_choice(question, id_) for id_ in response))


def _number(value: float) -> int | float:
    """A whole number without decimals, as the pages show it: 35, not 35.0."""
    return int(value) if abs(value) < WHOLE_BELOW and value == int(value) else value


def _keys(question: QuestionResult) -> Cell:
    key = _key(question, question.key)
    if not question.also:
        return key
    return harmless(
        " / ".join(str(each) for each in (key, *(_key(question, k) for k in question.also)))
    )


def _key(question: QuestionResult, key: object) -> Cell:
    match key:
        case None:
            return ""
        case {"accepted": accepted}:
            return harmless("; ".join(accepted))
        case {"value": float() | int() as value, "tolerance": 0}:
            return _number(value)
        case {"value": value, "tolerance": tolerance}:
            return harmless(f"{value:.15g} ± {tolerance:.15g}")
        case bool() | str() | tuple() as response:
            return _response(question, response)
        case list() as ids:
            return _response(question, tuple(ids))
        case other:
            raise TypeError(f"a key of no kind: {other!r}")


def _choice(question: QuestionResult, id_: str) -> str:
    """The choice's text, or its letter if it is only a picture. Other texts stay as they are."""
    for choice in question.choices:
        if choice.id == id_:
            return choice.text or id_.upper()
    return id_


def _seconds(ms: int) -> float:
    return round(ms / 1000, 2)
