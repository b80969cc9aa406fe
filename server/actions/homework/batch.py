"""Decides the requests of students that are committed together, one after the other."""

from collections import defaultdict
from uuid import UUID

from msgspec import Struct

from game.errors import Refusal, room_refusal
from game.rules.homework import (
    Assignment,
    GivenAnswer,
    Repeated,
    Run,
    answer,
    finish,
    go_on,
    question_index,
)
from persistence.repositories.homework import assignments
from persistence.repositories.homework.runs import (
    AnswerKey,
    GradedAnswer,
    LockedRun,
    StoredAnswer,
)

Identity = UUID | bytes | None


class Caller(Struct, frozen=True):
    """Who asks: an account, or a guest by the hash of their token."""

    user_id: UUID | None
    token_hash: bytes | None
    address: str

    @property
    def identity(self) -> Identity:
        return self.user_id or self.token_hash

    def owns(self, locked: LockedRun) -> bool:
        if locked.user_id is not None:
            return self.user_id == locked.user_id
        return self.token_hash is not None and self.token_hash == locked.token_hash


class Answer(Struct, frozen=True):
    position: int
    response: object


class GoOn(Struct, frozen=True):
    """Leave the question at this position, answered or not."""

    position: int


class HandIn(Struct, frozen=True):
    """Finish, whatever is not answered yet."""


class Read(Struct, frozen=True):
    """Change nothing."""


Command = Answer | GoOn | HandIn | Read


class RunState(Struct, frozen=True):
    """A run after a request. `stored` is the answer to the question at its position."""

    id: UUID
    session_id: UUID
    participation_id: UUID
    run: Run
    assignment: Assignment
    closed: bool
    now: int
    stored: StoredAnswer | None


class Request(Struct, frozen=True):
    run_id: UUID
    caller: Caller
    command: Command
    arrived_at: float
    """On the clock of this process, in seconds."""


class Batch:
    """The requests of one transaction, one after the other."""

    def __init__(
        self,
        locked: dict[UUID, LockedRun],
        found: dict[UUID, Assignment],
        offset_ms: float,
    ) -> None:
        self.answers: list[GradedAnswer] = []
        self.moved: dict[UUID, Run] = {}
        self._given: dict[AnswerKey, StoredAnswer] = {}
        self._locked = locked
        self._found = found
        self._offset_ms = offset_ms
        self._done: list[tuple[Request, Refusal | Repeated | None]] = []

    def do(self, request: Request) -> None:
        try:
            self._done.append((request, self._decide(request)))
        except Refusal as refusal:
            self._done.append((request, refusal))

    def finished(self) -> list[tuple[LockedRun, Assignment]]:
        """Runs that were finished now and are not the first of their students."""
        return [
            (self._locked[id_], self._found[self._locked[id_].session_id])
            for id_, run in self.moved.items()
            if run.finished_at is not None and run.number > 1
        ]

    def missed_by_accounts(self) -> dict[UUID, list[UUID]]:
        """The participations whose run was finished now, and whose accounts may see the keys."""
        found = defaultdict[UUID, list[UUID]](list)
        for id_, run in self.moved.items():
            locked = self._locked[id_]
            settings = self._found[locked.session_id].settings
            if run.finished_at is None or locked.user_id is None:
                continue
            if settings.feedback != "after_deadline":
                found[locked.session_id].append(locked.participation_id)
        return found

    def wanted(self) -> list[AnswerKey]:
        """The answers to read: those that were repeated, and those that are shown."""
        keys = set[AnswerKey]()
        for request, outcome in self._done:
            if isinstance(outcome, Refusal):
                continue
            if isinstance(outcome, Repeated):
                keys.add(self._key(request.run_id, outcome.question))
            if (shown := self._shown(request.run_id)) is not None:
                keys.add(shown)
        return [*(keys - self._given.keys())]

    def outcomes(self, stored: dict[AnswerKey, StoredAnswer]) -> list[RunState | Refusal]:
        known = stored | self._given
        return [self._outcome(request, outcome, known) for request, outcome in self._done]

    def _decide(self, request: Request) -> Repeated | None:
        locked = self._locked.get(request.run_id)
        if locked is None or not request.caller.owns(locked) or locked.kicked:
            raise assignments.no_such_attempt()
        assignment = self._found[locked.session_id]
        run, at = self._run(locked.id), self._at(request)
        match request.command:
            case Answer(position, response):
                decided = answer(assignment, run, position, response, at)
                if isinstance(decided, Repeated):
                    return decided
                self._add(locked, assignment, decided, at)
            case GoOn(position):
                self._move(locked.id, go_on(assignment, run, position, at))
            case HandIn():
                self._move(locked.id, finish(assignment, run, min(at, assignment.closes_at)))
            case Read():
                pass
        return None

    def _add(
        self,
        locked: LockedRun,
        assignment: Assignment,
        decided: tuple[Run, GivenAnswer],
        at: int,
    ) -> None:
        run, given = decided
        key = AnswerKey(locked.participation_id, run.number, given.question)
        source = assignment.questions[given.question].source
        self.answers.append(GradedAnswer(key, source, given, at))
        self._given[key] = StoredAnswer(
            given.response, given.correct, given.points, given.elapsed_ms
        )
        self._move(locked.id, run)

    def _move(self, id_: UUID, run: Run) -> None:
        if run != self._run(id_):
            self.moved[id_] = run

    def _run(self, id_: UUID) -> Run:
        return self.moved.get(id_) or self._locked[id_].run

    def _at(self, request: Request) -> int:
        return round(request.arrived_at * 1000 + self._offset_ms)

    def _key(self, run_id: UUID, question: int) -> AnswerKey:
        return AnswerKey(
            self._locked[run_id].participation_id, self._locked[run_id].run.number, question
        )

    def _shown(self, run_id: UUID) -> AnswerKey | None:
        run, locked = self._run(run_id), self._locked[run_id]
        if not run.is_answered:
            return None
        return self._key(run_id, question_index(self._found[locked.session_id], run, run.position))

    def _outcome(
        self,
        request: Request,
        outcome: Refusal | Repeated | None,
        stored: dict[AnswerKey, StoredAnswer],
    ) -> RunState | Refusal:
        if isinstance(outcome, Refusal):
            return outcome
        if isinstance(outcome, Repeated):
            before = stored.get(self._key(request.run_id, outcome.question))
            if before is None:
                return room_refusal("too_late", "You left this question without an answer.")
            if before.response != outcome.response:
                return room_refusal("already_answered")
        locked = self._locked[request.run_id]
        shown = self._shown(request.run_id)
        return RunState(
            id=request.run_id,
            session_id=locked.session_id,
            participation_id=locked.participation_id,
            run=self._run(request.run_id),
            assignment=self._found[locked.session_id],
            closed=locked.closed,
            now=self._at(request),
            stored=None if shown is None else stored.get(shown),
        )
