"""Computes the change that reveals a question or finishes a room.

The functions are pure, so any process may call them.
"""

from collections.abc import Iterator, Sequence
from typing import TypeVar

from game.live.events import Counted
from game.live.journal import (
    PLAYERS_PER_ENTRY,
    Answered,
    Finished,
    Joined,
    JournalAnswer,
    JournalResult,
)
from game.live.script_data import Commit, ScoringInput
from game.rules import rooms, scoring
from game.rules.questions import Question
from game.rules.rooms import Phase, RoomState
from game.rules.scoring import Answer, Graded, Standing

T = TypeVar("T")


def revealed(
    session: str, scoring_input: ScoringInput, questions: Sequence[Question], now: int
) -> Commit:
    """The change that reveals the question in scoring, and finishes a room that is ending."""
    asked = scoring_input.state.question
    if asked is None:
        raise ValueError("a room without a question is never in scoring")
    question = questions[asked]
    opened_at = scoring_input.state.opened_at or 0
    limit_ms = rooms.limit_ms(scoring_input.state, questions)
    scored = scoring.score_question(
        question,
        asked,
        scoring_input.state.settings,
        opened_at,
        _all_standings(scoring_input),
        _answers(scoring_input),
        limit_ms=limit_ms,
    )
    state, events = rooms.apply(scoring_input.state, rooms.Scored(asked), now, questions)
    counted = Counted(asked, scored.counts, scored.answered)
    is_over = state.phase is Phase.FINISHED
    return Commit(
        revision=scoring_input.revision,
        state=state,
        events=(counted, *events),
        counted=counted,
        standings=scored.standings,
        journal=[
            *_answered(session, scoring_input, question, scored.graded, opened_at, limit_ms),
            *(
                _finished(session, scoring_input, questions, scored.standings, now)
                if is_over
                else _silent_newcomers(session, scoring_input, scored.standings)
            ),
        ],
        kicked=len(scoring_input.kicked),
    )


def finished(
    session: str,
    scoring_input: ScoringInput,
    questions: Sequence[Question],
    decided: tuple[RoomState, tuple[rooms.Event, ...]],
    now: int,
) -> Commit:
    """The change that finishes a room in which no question is open.

    Players who were there for a question get a result even if they never answered. A room that
    ended in its lobby has no results.
    """
    state, events = decided
    standings = scoring.rank(_all_standings(scoring_input))
    return Commit(
        revision=scoring_input.revision,
        state=state,
        events=events,
        standings=None if standings == scoring_input.standings else standings,
        journal=[*_finished(session, scoring_input, questions, standings, now)],
        kicked=len(scoring_input.kicked),
    )


def _all_standings(scoring_input: ScoringInput) -> list[Standing]:
    """The standings of all players who were there for a question, without the kicked.

    A player was there who was connected when it was announced or when it closed, or who answered
    it. The total time of a new standing begins with the limits of all questions asked before.
    """
    before = {standing.player: standing for standing in scoring_input.standings}
    is_scoring = scoring_input.state.phase is Phase.SCORING
    return [
        before.get(player)
        or Standing(
            player, record.nickname, record.joined_at, total_time_ms=scoring_input.state.asked_ms
        )
        for player, record in scoring_input.players.items()
        if player not in scoring_input.kicked
        and (
            player in before
            or (
                is_scoring
                and (player not in scoring_input.unseen or player in scoring_input.answers)
            )
        )
    ]


def _answers(scoring_input: ScoringInput) -> dict[str, Answer]:
    return {
        player: Answer(player, stored.response, stored.elapsed_ms, stored.arrived_at)
        for player, stored in scoring_input.answers.items()
    }


def _answered(  # noqa: PLR0913, PLR0917  # what an entry has
    session: str,
    scoring_input: ScoringInput,
    question: Question,
    graded: Sequence[Graded],
    opened_at: int,
    limit_ms: int,
) -> Iterator[Answered]:
    asked = scoring_input.state.question or 0
    for part in [*_parts(graded)] or [()]:
        answers = tuple(
            JournalAnswer(
                player=scoring_input.players[each.player],
                response=each.response,
                correct=each.correct,
                points=each.gained,
                elapsed_ms=each.elapsed_ms,
                answered_at=scoring_input.answers[each.player].arrived_at,
            )
            for each in part
        )
        yield Answered(
            session=session,
            question=asked,
            source=question.source,
            answers=answers,
            opened_at=opened_at,
            limit_ms=limit_ms,
        )


def _silent_newcomers(
    session: str, scoring_input: ScoringInput, standings: Sequence[Standing]
) -> Iterator[Joined]:
    """Players who were there for a question for the first time and did not answer it.

    The others are recorded with their answers.
    """
    known = {standing.player for standing in scoring_input.standings} | scoring_input.answers.keys()
    silent = [each.player for each in standings if each.player not in known]
    for part in _parts(silent):
        yield Joined(
            session=session, players=tuple(scoring_input.players[player] for player in part)
        )


def _finished(
    session: str,
    scoring_input: ScoringInput,
    questions: Sequence[Question],
    standings: Sequence[Standing],
    at: int,
) -> Iterator[Finished]:
    of = scoring.scored_questions(questions, scoring_input.state.question)
    parts = [*_parts(standings)] or [()]
    for number, part in enumerate(parts, 1):
        results = tuple(
            JournalResult(
                player=scoring_input.players[each.player],
                score=each.score,
                rank=each.rank,
                correct=each.correct,
                answered=each.answered,
                total_time_ms=each.total_time_ms,
                best_streak=each.best_streak,
            )
            for each in part
        )
        yield Finished(session=session, at=at, of=of, results=results, last=number == len(parts))


def _parts(items: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), PLAYERS_PER_ENTRY):
        yield items[start : start + PLAYERS_PER_ENTRY]
