"""Rescoring: a recorded game computed again from what its players answered.

The points and places come from `scoring`, as they did in the room. So anybody can see whether a
record follows from its answers.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from msgspec import Struct
from msgspec.structs import replace

from game.rules.questions import Question, Response
from game.rules.rooms.settings import RoomSettings
from game.rules.scoring import (
    Answer,
    Graded,
    Standing,
    judge_answers,
    performance_band,
    rank,
    scored_questions,
)

RecordedValue = int | str | bool | None


class RevealedQuestion(Struct, frozen=True):
    """A question that was scored.

    `opened_at` is when it opened first (ms), `limit_ms` the time that a missing answer counts with.
    A `voided` one counts for nobody, as if it had not been asked.
    """

    question: Question
    opened_at: int
    limit_ms: int
    voided: bool = False


class RecordedAnswer(Struct, frozen=True, array_like=True, gc=False):
    """A player's answer to one question; `correct` is None for a poll."""

    question: int
    response: Response
    correct: bool | None
    points: int
    elapsed_ms: int


class RecordedResult(Struct, frozen=True):
    """A player's final result. `of` counts the questions that could be right or wrong."""

    score: int
    rank: int
    correct: int
    answered: int
    total_time_ms: int
    best_streak: int
    of: int
    performance_band: str


class RecordedParticipant(Struct, frozen=True):
    """A player with everything that was recorded; `result` is None if there is none."""

    player: str
    nickname: str
    joined_at: int
    kicked: bool
    answers: Sequence[RecordedAnswer]
    result: RecordedResult | None


class RecordedGame(Struct, frozen=True):
    """A finished game. `has_times` is False if the time of missing answers is not known."""

    revealed: Sequence[RevealedQuestion]
    settings: RoomSettings
    participants: Sequence[RecordedParticipant]
    has_times: bool = True

    @property
    def has_results(self) -> bool:
        """Whether there are places. A room that was lost has answers and no end."""
        return any(participant.result for participant in self.participants)


class Rescored(Struct, frozen=True):
    """The outcome of a game: `graded` by player and question, `standings` by rank."""

    graded: Mapping[tuple[str, int], Graded]
    standings: Sequence[Standing]
    of: int


class Difference(Struct, frozen=True):
    """A recorded value that does not follow from the answers; `question` counts from 0."""

    nickname: str
    question: int | None
    value: str
    recorded: RecordedValue
    computed: RecordedValue


def rescore(game: RecordedGame) -> Rescored:
    """Score all questions in turn, as the room did, and rank the players who were not kicked.

    It does not matter from which question on somebody was there: a question before that counts its
    whole limit as time, just as a question without an answer does. The answers to voided questions
    are neither right nor wrong, and give no points.
    """
    standings: Sequence[Standing] = [
        Standing(each.player, each.nickname, each.joined_at) for each in game.participants
    ]
    graded: dict[tuple[str, int], Graded] = {}
    answers = _answers_by_question(game)
    for index, revealed in enumerate(game.revealed):
        if revealed.voided:
            graded.update(
                {(each.player, index): _uncounted(each) for each in answers[index].values()}
            )
            continue
        standings, judged = judge_answers(
            revealed.question,
            index,
            game.settings,
            revealed.opened_at,
            standings,
            answers[index],
            limit_ms=revealed.limit_ms,
        )
        graded.update({(each.player, index): each for each in judged})
    questions = [each.question for each in game.revealed if not each.voided]
    of = scored_questions(questions, last=len(questions) - 1)
    return Rescored(graded, _ranked(game, standings), of)


def _uncounted(answer: Answer) -> Graded:
    return Graded(answer.player, answer.response, None, 0.0, 0, answer.elapsed_ms)


def _answers_by_question(game: RecordedGame) -> list[dict[str, Answer]]:
    answers: list[dict[str, Answer]] = [{} for _ in game.revealed]
    for participant in game.participants:
        for given in participant.answers:
            if given.question < len(answers):
                # When it arrived does not matter any more: `elapsed_ms` was measured from that.
                answer = Answer(participant.player, given.response, given.elapsed_ms, arrived_at=0)
                answers[given.question][participant.player] = answer
    return answers


def _ranked(game: RecordedGame, standings: Sequence[Standing]) -> tuple[Standing, ...]:
    participants = {each.player: each for each in game.participants}
    staying = [each for each in standings if not participants[each.player].kicked]
    if not game.has_times:
        staying = [_with_recorded_time(each, participants[each.player].result) for each in staying]
    return rank(staying)


def _with_recorded_time(standing: Standing, result: RecordedResult | None) -> Standing:
    return replace(standing, total_time_ms=result.total_time_ms) if result else standing


def differences(game: RecordedGame) -> Iterator[Difference]:
    """The recorded values of a game that do not follow from its answers, by player.

    A room that was lost has no results, so only its answers are compared.
    """
    rescored = rescore(game)
    standings = {each.player: each for each in rescored.standings}
    has_results = game.has_results
    for participant in game.participants:
        yield from _of_answers(participant, rescored.graded)
        if has_results:
            yield from _of_result(participant, standings.get(participant.player), rescored.of)


def _of_answers(
    participant: RecordedParticipant, graded: Mapping[tuple[str, int], Graded]
) -> Iterator[Difference]:
    for given in participant.answers:
        judged = graded.get((participant.player, given.question))
        compare = partial(compare_value, participant.nickname, given.question)
        if judged is None:  # the question was never revealed
            yield from compare("answer", "given", None)
        else:
            yield from compare("correct", given.correct, judged.correct)
            yield from compare("points", given.points, judged.gained)


def _of_result(
    participant: RecordedParticipant, standing: Standing | None, of: int
) -> Iterator[Difference]:
    result = participant.result
    compare = partial(compare_value, participant.nickname, None)
    if result is None or standing is None:
        yield from compare(
            "rank",
            None if result is None else result.rank,
            None if standing is None else standing.rank,
        )
    else:
        expected = result_of(standing, of)
        for value in RecordedResult.__struct_fields__:
            yield from compare(value, getattr(result, value), getattr(expected, value))


def result_of(standing: Standing, of: int) -> RecordedResult:
    """The result that is recorded for a player with this standing at the end."""
    return RecordedResult(
        score=standing.score,
        rank=standing.rank,
        correct=standing.correct,
        answered=standing.answered,
        total_time_ms=standing.total_time_ms,
        best_streak=standing.best_streak,
        of=of,
        performance_band=performance_band(standing.correct, of),
    )


def compare_value(
    nickname: str,
    question: int | None,
    value: str,
    recorded: RecordedValue,
    computed: RecordedValue,
) -> Iterator[Difference]:
    """A difference, if there is one."""
    if recorded != computed:
        yield Difference(nickname, question, value, recorded, computed)
