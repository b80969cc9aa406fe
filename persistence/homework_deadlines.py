"""Closes homework: what is unfinished is handed in as it is, and everybody gets a place."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Final
from uuid import UUID

from msgspec.structs import replace
from sqlalchemy.ext.asyncio import AsyncSession

from game.rules.homework import (
    Assignment,
    Placed,
    counted,
    finish,
    places,
    recorded_result,
)
from game.rules.homework.runs import GRACE_MS
from game.rules.questions import is_scored
from game.rules.rescoring import RecordedResult
from persistence.database import SessionFactory
from persistence.models import QuizSession
from persistence.repositories.homework import assignments, runs
from persistence.repositories.homework.assignments import ROWS_AT_ONCE, StudentRun, milliseconds

RUNS_AT_ONCE: Final = 50
"""How many runs are handed in before others may use the event loop."""


async def close_due(session_factory: SessionFactory) -> int:
    """Close all homework whose deadline is over, and return how much that was."""
    now = datetime.now(UTC) - timedelta(milliseconds=GRACE_MS)
    async with session_factory() as db:
        due = await assignments.due(db, now)
    closed = 0
    for session_id in due:
        async with session_factory.begin() as db:
            homework = await assignments.lock(db, session_id)
            # It may have been closed, extended or purged meanwhile.
            if homework is None or homework.ended_at is not None:
                continue
            if homework.closes_at is not None and homework.closes_at <= now:
                await close(db, homework, homework.closes_at)
                closed += 1
    return closed


async def close(db: AsyncSession, homework: QuizSession, ended_at: datetime) -> None:
    """Answers that are committed before the runs are locked count; all others are refused."""
    assignment = replace(runs.assignment_of(homework), closes_at=milliseconds(ended_at))
    started = await assignments.student_runs(db, homework.id, for_update=True)
    finished = [each async for each in _finished(assignment, started)]
    unfinished = {each.id for each in started if each.run.finished_at is None}
    handed_in = [each for each in finished if each.id in unfinished]
    for start in range(0, len(handed_in), ROWS_AT_ONCE):
        some = handed_in[start : start + ROWS_AT_ONCE]
        await runs.store(db, (), {each.id: each.run for each in some})
    results = await asyncio.to_thread(_results, assignment, finished)
    await assignments.close(db, homework, ended_at, results)


async def _finished(
    assignment: Assignment, started: Sequence[StudentRun]
) -> AsyncIterator[StudentRun]:
    for number, each in enumerate(started, start=1):
        yield each._replace(run=finish(assignment, each.run, assignment.closes_at))
        if number % RUNS_AT_ONCE == 0:
            await asyncio.sleep(0)


def _results(
    assignment: Assignment, finished: Sequence[StudentRun]
) -> list[tuple[UUID, int, RecordedResult]]:
    """The participation, the run that counts, and the result of each student."""
    of = sum(map(is_scored, assignment.questions))
    return [
        (id_, each.result.number, recorded_result(each.result, place, of))
        for id_, each, place in ranking(assignment, finished)
    ]


async def ranked(
    assignment: Assignment, finished: Sequence[StudentRun]
) -> list[tuple[UUID, Placed, int]]:
    """The `ranking`, from a thread, because thousands are ranked in one piece."""
    return await asyncio.to_thread(ranking, assignment, finished)


def ranking(
    assignment: Assignment, finished: Sequence[StudentRun]
) -> list[tuple[UUID, Placed, int]]:
    """The participations with their result and place, from their finished runs, the best first."""
    placed: list[Placed] = []
    participations: dict[str, UUID] = {}
    for id_, group in groupby(finished, key=lambda each: each.participation_id):
        of_student = [*group]
        first = of_student[0]
        if not first.kicked:
            result = counted([each.result for each in of_student], assignment.settings.counts)
            placed.append(Placed(str(first.player), first.nickname, first.joined_at, result))
            participations[str(first.player)] = id_
    return [
        (participations[each.player], each, place)
        for each, place in places(assignment.settings, placed)
    ]
