"""Corrects questions of finished sessions: stores the correction and what it does to the results.

The game is computed again in another process, because a large one takes seconds. A web process
does one at a time, and of one session there is only one at a time in all processes, because its row
stays locked until the new results are stored.
"""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

import anyio.to_process
import msgspec
from msgspec.structs import asdict, replace
from sqlalchemy.ext.asyncio import AsyncSession

from game.errors import Conflict, NotFound
from game.rules import session_corrections as rules
from game.rules.rescoring import RecordedGame, Rescored, rescore, result_of
from game.rules.session_corrections import Action, CorrectionOutcome, Corrections, Place
from persistence.database import SessionFactory
from persistence.models import QuizSession
from persistence.repositories import (
    question_statistics,
    quiz_sessions,
    recorded_games,
    session_corrections,
)
from persistence.repositories.recorded_games import GameRows
from server.actions.audit_events import record_in
from server.auth.sign_ins import SignedIn

ROWS_AT_ONCE: Final = 5_000
"""How many rows one statement stores, so that none takes long."""
NOTHING: Final = Place(0, None)

Row = dict[str, Any]  # Any: JSON


class Wanted(NamedTuple):
    """What shall hold for a question. `key` is in the form in which results show it."""

    question: int
    action: Action
    key: object = None


class Computed(NamedTuple):
    """A game that was computed again: its places, and the rows to store as JSON lists."""

    places: Mapping[UUID, Place]
    results: Sequence[str]
    answers: Sequence[str]


class SessionCorrector:
    def __init__(self, session_factory: SessionFactory) -> None:
        self._session_factory = session_factory
        self._turn = asyncio.Semaphore(1)

    async def preview(
        self, viewer: SignedIn, session_id: UUID, wanted: Wanted
    ) -> CorrectionOutcome:
        """What a correction would change. Raises what `correct` does."""
        async with self._turn, self._session_factory() as db:
            session = await quiz_sessions.get_to_edit(db, viewer, session_id)
            before, after = await _decide(db, session, wanted)
            if after == before:
                return CorrectionOutcome()
            rows = await recorded_games.read_rows(db, session)
            return await _outcome(db, session, rows, await _compute(rows, after))

    async def correct(
        self, viewer: SignedIn, session_id: UUID, wanted: Wanted, *, address: str | None
    ) -> CorrectionOutcome:
        """Void a question, give it another key, or take that back. Again, it changes nothing.

        Raises:
            NotFound: `no_such_session`, or `no_such_question` if it was not asked.
            Conflict: `session_running`, `record_incomplete`, or `homework_not_corrected`.
            Invalid: the key does not fit the question.
        """
        async with self._turn, self._session_factory.begin() as db:
            session = await quiz_sessions.get_to_correct(db, viewer, session_id)
            before, after = await _decide(db, session, wanted)
            if after == before:
                return CorrectionOutcome()
            rows = await recorded_games.read_rows(db, session)
            computed = await _compute(rows, after)
            outcome = await _outcome(db, session, rows, computed)
            await _store(db, viewer, session, wanted.question, after, address)
            await session_corrections.replace_rescores(
                db, session_id, computed.results, computed.answers
            )
            await question_statistics.recompute_soon(db, [session_id])
            return outcome


async def _decide(
    db: AsyncSession, session: QuizSession, wanted: Wanted
) -> tuple[Corrections, Corrections]:
    """The corrections that hold, and those that shall hold."""
    if session.mode == "self_paced":
        raise Conflict("homework_not_corrected", "Questions of homework cannot be corrected.")
    if session.ended_at is None:
        raise Conflict("session_running", "Correct the questions when the game is over.")
    if wanted.question >= session.revealed_questions:
        raise NotFound("no_such_question", "This question was not asked in the game.")
    before = await session_corrections.in_force(db, session.id)
    played = quiz_sessions.frozen_questions(session)[wanted.question]
    now = datetime.now(UTC)
    return before, rules.decide(before, wanted.question, played, wanted.action, wanted.key, now)


async def _store(  # noqa: PLR0913, PLR0917  # everything that is recorded of a correction
    db: AsyncSession,
    viewer: SignedIn,
    session: QuizSession,
    question: int,
    after: Corrections,
    address: str | None,
) -> None:
    holds = after.get(question)
    action: Action = "undo" if holds is None else "void" if holds.voids else "key"
    key = None if holds is None else holds.key
    await session_corrections.add(db, session.id, question, action, key=key, by=viewer.user_id)
    await record_in(
        db,
        "session_corrected",
        account_id=session.host_id,
        actor_id=viewer.user_id,
        address=address,
        session=str(session.id),
        question=question,
        action=action,
    )


async def _outcome(
    db: AsyncSession, session: QuizSession, rows: GameRows, computed: Computed
) -> CorrectionOutcome:
    before = await session_corrections.places(db, session.id)
    moves = {
        each.participation: (each.nickname, before.get(each.participation, NOTHING), after)
        for each in rows.participants
        if (after := computed.places.get(each.participation))
    }
    return rules.outcome(moves.values())


async def _compute(rows: GameRows, corrections: Corrections) -> Computed:
    return await anyio.to_process.run_sync(compute, rows, corrections, cancellable=True)


def compute(rows: GameRows, corrections: Corrections) -> Computed:
    """Score a game again with these corrections. Runs in a process of its own."""
    recorded = recorded_games.decode(rows)
    if not corrections:
        return Computed(_recorded_places(rows, recorded), [], [])
    game = replace(recorded, revealed=rules.apply(corrections, recorded.revealed))
    rescored = rescore(game)
    by_player = {row.player: row.participation for row in rows.participants}
    return Computed(
        places={
            by_player[each.player]: Place(each.score, each.rank if game.has_results else None)
            for each in rescored.standings
        },
        results=[*_documents(_results(by_player, rescored))] if game.has_results else [],
        answers=[*_documents(_answers(by_player, game, rescored))],
    )


def _recorded_places(rows: GameRows, game: RecordedGame) -> dict[UUID, Place]:
    return {
        row.participation: Place(sum(answer.points for answer in each.answers), None)
        if each.result is None
        else Place(each.result.score, each.result.rank)
        for row, each in zip(rows.participants, game.participants, strict=True)
        if not each.kicked
    }


def _results(by_player: Mapping[str, UUID], rescored: Rescored) -> Iterator[Row]:
    for standing in rescored.standings:
        yield {"participation": by_player[standing.player]} | asdict(
            result_of(standing, rescored.of)
        )


def _answers(
    by_player: Mapping[str, UUID], game: RecordedGame, rescored: Rescored
) -> Iterator[Row]:
    """The answers whose grade is another one now."""
    for participant in game.participants:
        for given in participant.answers:
            grade = rescored.graded.get((participant.player, given.question))
            if grade is not None and (grade.correct, grade.gained) != (given.correct, given.points):
                yield {
                    "participation": by_player[participant.player],
                    "question": given.question,
                    "correct": grade.correct,
                    "points": grade.gained,
                }


def _documents(rows: Iterator[Row]) -> Iterator[str]:
    waiting = [*rows]
    for at in range(0, len(waiting), ROWS_AT_ONCE):
        yield msgspec.json.encode(waiting[at : at + ROWS_AT_ONCE]).decode()
