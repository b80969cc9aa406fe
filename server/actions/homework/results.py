"""What a student may see of an attempt: the answers, what was right, and the place so far."""

import time
from typing import Final
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from game.errors import Conflict
from game.live.lru_cache import LRUCache
from game.rules.homework import RunResult, may_see_feedback
from game.rules.session_corrections import Corrections
from persistence.database import SessionFactory
from persistence.homework_deadlines import ranked
from persistence.repositories import session_corrections
from persistence.repositories.homework import assignments, runs
from persistence.repositories.homework.runs import StoredAnswer
from persistence.repositories.session_corrections import RescoredAnswer
from server.actions.homework.batch import Caller, Read, RunState
from server.actions.homework.work import Homework

PLACES_SECONDS: Final = 5.0
"""How old places can be."""
PLACES_SHARE: Final = 0.05
"""How much of its time a process computes places. A whole class finishes at the same time."""
PLACES_CACHED: Final = 50


class OwnResults(Struct, frozen=True):
    """`place` is None until an attempt is finished, and then for some moments.

    `answers` are by the index of the question, as they were recorded, and `rescored` the grades of
    those that count otherwise because of `corrections`. `result` is what counts of the attempt.
    """

    state: RunState
    result: RunResult
    answers: dict[int, StoredAnswer]
    rescored: dict[int, RescoredAnswer]
    corrections: Corrections
    place: int | None
    students: int


class _Places(Struct, frozen=True):
    outdated_at: float
    by_participation: dict[UUID, int]


class ResultsReader:
    def __init__(self, session_factory: SessionFactory, homework: Homework) -> None:
        self._session_factory = session_factory
        self._homework = homework
        self._places: LRUCache[_Places] = LRUCache(PLACES_CACHED)

    async def own(self, run_id: UUID, caller: Caller) -> OwnResults:
        """The results of one attempt.

        Raises:
            NotFound: `no_such_attempt`.
            Conflict: `results_later`, before the settings allow it.
        """
        state = await self._homework.work(run_id, caller, Read())
        if not may_see_feedback(state.assignment, state.run, closed=state.closed):
            raise Conflict("results_later", "The results cannot be seen yet.")
        places = await self._read_places(state)
        async with self._session_factory() as db:
            holds = await session_corrections.in_force(db, state.session_id)
            participation, number = state.participation_id, state.run.number
            answers = await runs.answers_of(db, participation, number)
            rescored = await session_corrections.rescored_answers(db, participation, number)
            result = await session_corrections.rescored_run(db, state.id, number)
        return OwnResults(
            state=state,
            result=result or runs.result_of(state.run),
            answers=answers,
            rescored=rescored,
            corrections=holds,
            place=places.get(state.participation_id),
            students=len(places),
        )

    async def _read_places(self, state: RunState) -> dict[UUID, int]:
        name, began = f"{state.session_id} {state.closed}", time.monotonic()
        known = self._places.get(name) or _Places(0.0, {})
        if began < known.outdated_at:
            return known.by_participation
        # Others take the old places meanwhile.
        self._places[name] = replace(known, outdated_at=began + PLACES_SECONDS)
        async with self._session_factory() as db:
            started = await assignments.student_runs(db, state.session_id)
        finished = [each for each in started if each.run.finished_at is not None]
        found = {id_: place for id_, _, place in await ranked(state.assignment, finished)}
        now = time.monotonic()
        fresh_s = min((now - began) / PLACES_SHARE, PLACES_SECONDS)
        self._places[name] = _Places(now + fresh_s, found)
        return found
