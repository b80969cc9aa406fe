"""Applies commands and deadlines to rooms, and closes and reveals questions."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, Final

import msgspec

from game.errors import NotFound, Refusal, Unavailable
from game.live import keys, outcomes
from game.live.clock import Clock
from game.live.definition_cache import DefinitionCache
from game.live.journal import Started
from game.live.keys import RoomKeys
from game.live.lru_cache import LRUCache
from game.live.script_data import Commit, CommitResult, ScoringInput, VersionedState
from game.live.store import Store
from game.rules import rooms
from game.rules.rooms import Phase, RoomState

MAX_ATTEMPTS: Final = 50
"""How often a change is decided again because somebody else changed the room first."""
SCORING_RETRY_MS: Final = 1000
"""When a process has taken over the scoring of a room, the next one tries after this time."""
RECONNECT_GRACE_MS: Final = 3000
"""A question that all others have answered stays open this long for a player who just left."""
STATE_CACHE_CAPACITY: Final = 1024
"""This process remembers the last known state of this many rooms."""
TOUCHED_MS: Final = 60 * 60 * 1000
"""A remembered state that was touched longer ago is read again before it is used."""
RECHECK_DELAY_S: Final = RECONNECT_GRACE_MS / 1000 + 0.05

_log = logging.getLogger(__name__)


class RoomLifecycle:
    """Changes rooms under optimistic locking.

    The rules decide on the last known state. The change is committed only if the room still has the
    revision that it was decided on. Otherwise the state is read and the change is decided again.
    """

    def __init__(self, store: Store, clock: Clock, definitions: DefinitionCache) -> None:
        self._store = store
        self._clock = clock
        self._definitions = definitions
        self._states: LRUCache[VersionedState] = LRUCache(STATE_CACHE_CAPACITY)
        self._scoring: dict[str, asyncio.Task[RoomState]] = {}
        self._followups: set[asyncio.Task[None]] = set()
        self._rechecks: dict[str, asyncio.TimerHandle] = {}

    async def drain(self) -> None:
        """Return when all follow-up work is done. Rooms are not rechecked after that."""
        for recheck in self._rechecks.values():
            recheck.cancel()
        while self._followups or self._scoring:
            under_way = (*self._followups, *self._scoring.values())
            await asyncio.gather(*under_way, return_exceptions=True)  # the caller gets the error

    async def command(self, session: str, command: rooms.Command) -> RoomState:
        """Apply a command, and return the state before it. Closing a question also reveals it.

        Raises:
            Refusal: what `rules.rooms.apply` raises.
        """
        at = RoomKeys(session)
        current = self._latest(session, command) or await self._read_state(at)
        return await self._command(at, command, current)

    def _latest(self, session: str, command: rooms.Command) -> VersionedState | None:
        """The last state that this process knows, if the command would change it.

        The state may be out of date: then the commit fails and the state is read. It is not used
        to refuse a command or to call it without effect, because only the current state can tell.
        It is not used either when it was touched long ago, because joins touch a room as well.
        """
        known, now = self._states.get(session), self._clock.now()
        if known is None or now > known.state.touched_at + TOUCHED_MS:
            return None
        definition = self._definitions.cached(session)
        if definition is None:
            return None
        try:
            state, _ = rooms.apply(known.state, command, now, definition.questions)
        except Refusal:
            return None
        return known if state != known.state else None

    async def _read_state(self, at: RoomKeys) -> VersionedState:
        current = self._states[at.session] = await self._store.read_state(at)
        return current

    async def _command(
        self, at: RoomKeys, command: rooms.Command, current: VersionedState
    ) -> RoomState:
        questions = (await self._definitions.get(at)).questions
        for _ in range(MAX_ATTEMPTS):
            now = self._clock.now()
            state, events = rooms.apply(current.state, command, now, questions)
            if state == current.state:
                return state
            change = await self._commit_of(at, current, (state, events), now)
            if committed := await self._store.commit(at, change):
                await self._follow_up_command(at, committed, command)
                return current.state
            current = await self._read_state(at)
        raise Unavailable("unavailable", "The room changes too fast; try again.")

    async def tick(self, session: str) -> None:
        """Apply what is due in a room. If nothing is due, set its next deadline."""
        at = RoomKeys(session)
        latest = self._latest(session, rooms.Tick())
        if latest is not None and latest.state.phase is not Phase.SCORING:
            await self._command(at, rooms.Tick(), latest)
            return
        try:
            current = await self._read_state(at)
        except NotFound:
            await self._store.forget_deadline(at)
            return
        due, now = rooms.deadline(current.state), self._clock.now()
        if due is None or due > now:
            await self._store.set_deadline(at, current.revision, due)
        elif await self._is_left_unscored(at, current.state, now):
            # Another process may only be slow. Only the deadline moves, so its commit stays valid.
            await self._store.set_deadline(at, current.revision, now + SCORING_RETRY_MS)
            await self._score(at)
        else:
            await self._command(at, rooms.Tick(), current)

    async def _is_left_unscored(self, at: RoomKeys, state: RoomState, now: int) -> bool:
        """Whether the process that should have scored this question has not done so."""
        questions = (await self._definitions.get(at)).questions
        after, _ = rooms.apply(state, rooms.Tick(), now, questions)
        return state.phase is after.phase is Phase.SCORING

    def close_early(self, session: str, question: int | None) -> None:
        """Close a question that everyone has answered, after the last answer was acknowledged."""
        if question is not None:
            self._follow_up(self.command(session, rooms.EveryoneAnswered(question)))

    def close_when_all_returned(self, session: str) -> None:
        """Close a question that everyone has answered, after players who left had time to return.

        If this process ends before that, the next `heartbeat` closes the question.
        """
        if (earlier := self._rechecks.pop(session, None)) is not None:
            earlier.cancel()
        loop = asyncio.get_running_loop()
        self._rechecks[session] = loop.call_later(RECHECK_DELAY_S, self._recheck, session)

    def _recheck(self, session: str) -> None:
        del self._rechecks[session]
        self._follow_up(self._close_if_answered(RoomKeys(session)))

    async def _close_if_answered(self, at: RoomKeys) -> None:
        now = self._clock.now()
        answered, _ = await self._store.heartbeat(at, (), now, now)
        self.close_early(at.session, answered)

    def _follow_up(self, work: Coroutine[Any, Any, object]) -> None:  # Any: a coroutine's own
        task = asyncio.create_task(_logged(work))
        self._followups.add(task)
        task.add_done_callback(self._followups.discard)

    async def _commit_of(
        self,
        at: RoomKeys,
        current: VersionedState,
        decided: tuple[RoomState, tuple[rooms.Event, ...]],
        now: int,
    ) -> Commit:
        state, events = decided
        questions = (await self._definitions.get(at)).questions
        if state.phase is Phase.FINISHED:
            scoring_input = await self._store.read_scoring_input(at)
            change = outcomes.finished(at.session, scoring_input, questions, decided, now)
            return msgspec.structs.replace(change, revision=current.revision)
        begins = current.state.question is None and state.question is not None
        journal = [Started(session=at.session, at=now)] if begins else []
        return Commit(revision=current.revision, state=state, events=events, journal=journal)

    async def _follow_up_command(
        self, at: RoomKeys, committed: CommitResult, command: rooms.Command
    ) -> None:
        """Score, close or keep the code, as the committed command requires."""
        state = committed.room.state
        self._states[at.session] = committed.room
        if committed.scoring_input is not None:
            state = await self._score(at, committed.scoring_input)
            if state.phase is Phase.REVEAL:
                return  # the code was kept when the question was opened
        if isinstance(command, rooms.Unpause) and state.phase is Phase.QUESTION:
            await self._close_if_answered(at)  # the last silent one may have left
        self._follow_up(self._keep_code(at, state))

    async def _keep_code(self, at: RoomKeys, state: RoomState) -> None:
        """Give the code the lifetime of the room, unless the code leads to a newer room."""
        code = state.code or (await self._definitions.get(at)).code
        is_over = state.phase is Phase.FINISHED
        lifetime = keys.FINISHED_TTL_S if is_over else keys.IDLE_TTL_S
        await self._store.claim_code(code, at.session, at.session, lifetime)

    async def _score(self, at: RoomKeys, scoring_input: ScoringInput | None = None) -> RoomState:
        """Reveal the closed question, and return the state after it.

        Callers in this process share one attempt.
        """
        scoring = self._scoring.get(at.session)
        if scoring is None:
            scoring = asyncio.create_task(self._reveal(at, scoring_input))
            self._scoring[at.session] = scoring
            scoring.add_done_callback(lambda _: self._scoring.pop(at.session))
        return await asyncio.shield(scoring)  # the caller may be cancelled

    async def _reveal(self, at: RoomKeys, scoring_input: ScoringInput | None) -> RoomState:
        """Score the answers and commit, unless another process was faster."""
        questions = (await self._definitions.get(at)).questions
        for _ in range(MAX_ATTEMPTS):
            if scoring_input is None:
                scoring_input = await self._store.read_scoring_input(at)
            if scoring_input.state.phase is not Phase.SCORING:
                return scoring_input.state
            change = outcomes.revealed(at.session, scoring_input, questions, self._clock.now())
            if committed := await self._store.commit(at, change):
                self._states[at.session] = committed.room
                return change.state
            scoring_input = None
        raise Unavailable("unavailable", "The room changes too fast; try again.")


async def _logged(work: Coroutine[Any, Any, object]) -> None:
    """Log a refusal, because nobody awaits this work. The next deadline repeats what failed."""
    try:
        await work
    except Refusal as refusal:
        _log.warning("Something that was to follow in a room did not: %s", refusal)
