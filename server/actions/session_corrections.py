"""Corrects questions of finished sessions: stores the correction and what it does to the results.

A process of its own does all of it, on a connection of its own, because a large game has 250,000
answers: the web process only waits. It does one at a time, and of one session there is only one at
a time in all processes, because its row stays locked until the new results are stored.
"""

import asyncio
import traceback
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final, NamedTuple
from uuid import UUID

import anyio
import anyio.to_process
from msgspec.structs import asdict, replace
from sqlalchemy.ext.asyncio import AsyncSession

from game.errors import Conflict, Detail, NotFound, Refusal, Unavailable
from game.rules import homework
from game.rules import session_corrections as rules
from game.rules.homework import HomeworkRecord
from game.rules.rescoring import RecordedGame, Rescored, rescore, result_of
from game.rules.session_corrections import Action, CorrectionOutcome, Corrections, Place
from persistence import database
from persistence.database import UNAVAILABLE, is_unavailable
from persistence.models import QuizSession
from persistence.repositories import (
    question_statistics,
    quiz_sessions,
    recorded_games,
    session_corrections,
)
from persistence.repositories.homework import records
from persistence.repositories.missed_questions.enqueuing import make_cards_soon
from persistence.repositories.session_corrections import AnswerRow, Rescores, ResultRow, RunRow
from server.actions.audit_events import Event, log_event, store_in
from server.auth.sign_ins import SignedIn
from server.turns import Turns

NOTHING: Final = Place(0, None)


class Wanted(NamedTuple):
    """What shall hold for a question. Keys are in the form in which results show them."""

    question: int
    action: Action
    key: object = None
    also: Sequence[object] = ()


class _Request(NamedTuple):
    viewer: SignedIn
    session_id: UUID
    wanted: Wanted
    address: str | None
    only_preview: bool


class _Done(NamedTuple):
    outcome: CorrectionOutcome
    event: Event | None = None


class _Refused(NamedTuple):
    """A refusal on its way from the other process."""

    kind: type[Refusal]
    code: str
    message: str
    details: tuple[Detail, ...]


class _Computed(NamedTuple):
    """A session that was computed again: places by player, and what to store."""

    nicknames: Mapping[str, str]
    places: Mapping[str, Place]
    rescores: Rescores


class SessionCorrector:
    def __init__(self, database_url: str, scale: int = 1) -> None:
        self._database_url = database_url
        self._turns = Turns(1, scale)

    async def preview(
        self, viewer: SignedIn, session_id: UUID, wanted: Wanted
    ) -> CorrectionOutcome:
        """What a correction would change. Raises what `correct` does."""
        return await self._run(_Request(viewer, session_id, wanted, None, only_preview=True))

    async def correct(
        self, viewer: SignedIn, session_id: UUID, wanted: Wanted, *, address: str | None
    ) -> CorrectionOutcome:
        """Void a question, give it another key, or take that back. Again, it changes nothing.

        Raises:
            NotFound: `no_such_session`, or `no_such_question` if it was not asked.
            Conflict: `session_running` or `record_incomplete`.
            Invalid: the key does not fit the question.
            Unavailable: `still_busy` with this teacher's corrections; or PostgreSQL does not
                answer, or the other process was killed: the correction may have been made.
        """
        return await self._run(_Request(viewer, session_id, wanted, address, only_preview=False))

    async def _run(self, request: _Request) -> CorrectionOutcome:
        async with self._turns.of(request.viewer.user_id):
            try:
                done = await anyio.to_process.run_sync(
                    work, self._database_url, request, cancellable=True
                )
            except anyio.BrokenWorkerProcess as error:
                raise Unavailable("unavailable", "The correction was interrupted.") from error
        if isinstance(done, _Refused):
            raise done.kind(done.code, done.message, done.details)
        if done.event is not None:
            log_event(done.event)
        return done.outcome


def work(database_url: str, request: _Request) -> _Done | _Refused:
    """Do what is requested. Runs in a process of its own."""
    try:
        return asyncio.run(_work(database_url, request))
    except Refusal as refusal:
        return _Refused(type(refusal), refusal.code, refusal.message, refusal.details)
    except UNAVAILABLE as error:
        if is_unavailable(error):
            return _Refused(Unavailable, "unavailable", "The database is not available.", ())
        # Not every error of the database can be sent to another process.
        raise RuntimeError(traceback.format_exc()) from None


async def _work(database_url: str, request: _Request) -> _Done:
    engine = database.connect(database_url, pool_size=1, max_overflow=0)
    try:
        async with database.sessions(engine).begin() as db:
            return await (_preview(db, request) if request.only_preview else _correct(db, request))
    finally:
        await engine.dispose()


async def _preview(db: AsyncSession, request: _Request) -> _Done:
    session = await quiz_sessions.get_to_edit(db, request.viewer, request.session_id)
    before, after = await _decide(db, session, request.wanted)
    if after == before:
        return _Done(CorrectionOutcome())
    return _Done(await _outcome(db, session, await _compute(db, session, after)))


async def _correct(db: AsyncSession, request: _Request) -> _Done:
    session = await quiz_sessions.get_to_correct(db, request.viewer, request.session_id)
    before, after = await _decide(db, session, request.wanted)
    if after == before:
        return _Done(CorrectionOutcome())
    computed = await _compute(db, session, after)
    outcome = await _outcome(db, session, computed)
    event = await _store(db, session, request, after)
    await session_corrections.replace_rescores(db, session.id, computed.rescores)
    await question_statistics.recompute_soon(db, [session.id])
    await make_cards_soon(db, [session.id])
    return _Done(outcome, event)


async def _decide(
    db: AsyncSession, session: QuizSession, wanted: Wanted
) -> tuple[Corrections, Corrections]:
    """The corrections that hold, and those that shall hold."""
    if session.ended_at is None:
        what = "homework is closed" if session.mode == "self_paced" else "game is over"
        raise Conflict("session_running", f"Correct the questions when the {what}.")
    if wanted.question >= session.revealed_questions:
        raise NotFound("no_such_question", "This question was not asked in the game.")
    before = await session_corrections.in_force(db, session.id)
    played = quiz_sessions.frozen_questions(session)[wanted.question]
    question, action, key, also = wanted
    now = datetime.now(UTC)
    return before, rules.decide(before, question, played, action, key, now, also)


async def _store(
    db: AsyncSession, session: QuizSession, request: _Request, after: Corrections
) -> Event:
    question, by = request.wanted.question, request.viewer.user_id
    holds = after.get(question)
    action: Action = "undo" if holds is None else "void" if holds.voids else "key"
    key, also = (None, ()) if holds is None else (holds.key, holds.also)
    await session_corrections.add(db, session.id, question, action, key=key, also=also, by=by)
    details = (("action", action), ("question", question), ("session", str(session.id)))
    event = Event("session_corrected", session.host_id, by, request.address, details)
    await store_in(db, event)
    return event


async def _outcome(
    db: AsyncSession, session: QuizSession, computed: _Computed
) -> CorrectionOutcome:
    before = await session_corrections.places(db, session.id)
    return rules.outcome(
        (computed.nicknames[player], before.get(player, NOTHING), after)
        for player, after in computed.places.items()
    )


async def _compute(db: AsyncSession, session: QuizSession, after: Corrections) -> _Computed:
    if session.mode == "self_paced":
        return _of_homework(await records.read_rows(db, session), after)
    return _of_game(await recorded_games.of_session(db, session), after)


def _of_game(recorded: RecordedGame, after: Corrections) -> _Computed:
    nicknames = {each.player: each.nickname for each in recorded.participants}
    if not after:
        return _Computed(nicknames, _recorded_places(recorded), Rescores())
    game = replace(recorded, revealed=rules.apply(after, recorded.revealed))
    rescored = rescore(game)
    places = {
        each.player: Place(each.score, each.rank if game.has_results else None)
        for each in rescored.standings
    }
    results = (
        ResultRow(player=each.player, **asdict(result_of(each, rescored.of)))
        for each in (rescored.standings if game.has_results else ())
    )
    return _Computed(nicknames, places, Rescores(results, _answers(game, rescored)))


def _recorded_places(game: RecordedGame) -> dict[str, Place]:
    return {
        each.player: Place(sum(answer.points for answer in each.answers), None)
        if each.result is None
        else Place(each.result.score, each.result.rank)
        for each in game.participants
        if not each.kicked
    }


def _answers(game: RecordedGame, rescored: Rescored) -> Iterator[AnswerRow]:
    """The answers whose grade is another one now."""
    for participant in game.participants:
        for given in participant.answers:
            grade = rescored.graded.get((participant.player, given.question))
            if grade is not None and (grade.correct, grade.gained) != (given.correct, given.points):
                yield AnswerRow(
                    player=participant.player,
                    question=given.question,
                    correct=grade.correct,
                    points=grade.gained,
                )


def _of_homework(recorded: HomeworkRecord, after: Corrections) -> _Computed:
    nicknames = {each.player: each.nickname for each in recorded.participants}
    if not after:
        places = {
            each.player: Place(each.result.score, each.result.rank)
            for each in recorded.participants
            if each.result is not None
        }
        return _Computed(nicknames, places, Rescores())
    rescored = homework.rescore(rules.apply_to_homework(after, recorded))
    results = (
        ResultRow(player=player, counting_run=number, **asdict(result))
        for player, (number, result) in rescored.results.items()
    )
    runs = (
        RunRow(player=player, **asdict(run))
        for player, attempts in rescored.runs.items()
        for run in attempts
    )
    places = {
        player: Place(result.score, result.rank) for player, (_, result) in rescored.results.items()
    }
    return _Computed(
        nicknames, places, Rescores(results, _homework_answers(recorded, rescored), runs)
    )


def _homework_answers(
    recorded: HomeworkRecord, rescored: homework.RescoredHomework
) -> Iterator[AnswerRow]:
    for student in recorded.participants:
        for run in student.runs:
            for given in run.answers:
                number = run.result.number
                correct, points = rescored.graded[student.player, number, given.question]
                if (correct, points) != (given.correct, given.points):
                    yield AnswerRow(
                        player=student.player,
                        run=number,
                        question=given.question,
                        correct=correct,
                        points=points,
                    )
