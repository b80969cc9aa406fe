"""The calls that many players make at the same moment, such as joins and answers.

Those of one room go to Redis together, in one call of a script.
"""

from collections.abc import Callable, Sequence

from game.errors import Refusal
from game.live.batcher import BATCH_WINDOW_S, Batcher
from game.live.clock import Clock
from game.live.keys import RoomKeys
from game.live.lifecycle import RECONNECT_GRACE_MS, RoomLifecycle
from game.live.replies import answer_refusal
from game.live.script_arguments import JoinRequest, PlayerConnection, ResumeRequest, Submission
from game.live.script_data import SeatResult
from game.live.seats import ABSENT_MS, PRESENT_MS
from game.live.store import Store
from game.rules.questions import Response


class BatchedCalls:
    """A batcher for each kind of call.

    Attributes:
        joins: gives new players a seat.
        resumes: brings players back to their seats.
        leaves: notes closed connections.
        answers: stores answers, each with the number of its question.
        own_answers: reads what a player answered to a question. None if another one was announced
            last.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        lifecycle: RoomLifecycle,
        count_answers: Callable[[int], None],
        seat_shares: int,
    ) -> None:
        """See `Rooms` for the last two."""
        self._store = store
        self._clock = clock
        self._lifecycle = lifecycle
        self._seat_shares = seat_shares
        self.joins: Batcher[JoinRequest, SeatResult] = Batcher(self._join, window_s=BATCH_WINDOW_S)
        self.resumes: Batcher[ResumeRequest, SeatResult] = Batcher(
            self._resume, window_s=BATCH_WINDOW_S
        )
        self.leaves: Batcher[PlayerConnection, None] = Batcher(self._leave)
        self.answers: Batcher[tuple[int, Submission], None] = Batcher(self._submit, count_answers)
        self.own_answers: Batcher[tuple[int, str], Response | None] = Batcher(self._read_answers)

    async def drain(self) -> None:
        """Return when no call waits any more."""
        for batcher in (self.joins, self.resumes, self.leaves, self.answers, self.own_answers):
            await batcher.drain()

    async def _join(self, session: str, joining: Sequence[JoinRequest]) -> Sequence[SeatResult]:
        now = self._clock.now()
        return await self._store.join(
            RoomKeys(session), joining, now, now + PRESENT_MS, self._seat_shares
        )

    async def _resume(
        self, session: str, resuming: Sequence[ResumeRequest]
    ) -> Sequence[SeatResult]:
        until = self._clock.now() + PRESENT_MS
        return await self._store.resume(RoomKeys(session), resuming, until)

    async def _leave(self, session: str, closed: Sequence[PlayerConnection]) -> Sequence[None]:
        now = self._clock.now()
        answered, waited_for = await self._store.leave(
            RoomKeys(session),
            closed,
            now,
            wait_until=now + RECONNECT_GRACE_MS,
            kept_until=now + ABSENT_MS,
        )
        self._lifecycle.close_early(session, answered)
        if waited_for:
            self._lifecycle.close_when_all_returned(session)
        return [None] * len(closed)

    async def _submit(
        self, session: str, answers: Sequence[tuple[int, Submission]]
    ) -> Sequence[Refusal | None]:
        """Commit the answers. There is one call for each question, because some may be late."""
        refusals: dict[int, Refusal] = {}
        for question in {of for of, _ in answers}:
            those = [at for at, (of, _) in enumerate(answers) if of == question]
            refused = await self._submit_to(session, question, [answers[at][1] for at in those])
            refusals.update(
                (at, refusal) for at, refusal in zip(those, refused, strict=True) if refusal
            )
        return [refusals.get(at) for at in range(len(answers))]

    async def _submit_to(
        self, session: str, question: int, answers: Sequence[Submission]
    ) -> list[Refusal | None]:
        answered, state, results = await self._store.submit(
            RoomKeys(session), question, answers, self._clock.now()
        )
        self._lifecycle.close_early(session, answered)
        return [
            answer_refusal(result, state, question, answer.arrived_at)
            for result, answer in zip(results, answers, strict=True)
        ]

    async def _read_answers(
        self, session: str, asked: Sequence[tuple[int, str]]
    ) -> Sequence[Response | None]:
        players = [player for _, player in asked]
        question, answers = await self._store.read_answers(RoomKeys(session), players)
        return [
            answer if of == question else None
            for (of, _), answer in zip(asked, answers, strict=True)
        ]
