"""Homework over HTTP: for the teacher who gives it, and for the students who work on it."""

import hashlib
import re
from datetime import UTC, datetime
from typing import Annotated, Final, Literal
from uuid import UUID

import msgspec
from litestar import Controller, get, patch, post
from litestar.params import FromPath, JSONBody
from litestar.status_codes import HTTP_200_OK
from msgspec import Meta, Struct

from game.errors import Refusal
from game.rules.homework import (
    HomeworkSettings,
    question_closes_at,
    question_index,
    shown_question,
    shown_response,
)
from game.rules.homework.runs import GRACE_MS
from game.rules.questions import (
    Choice,
    Kind,
    Numeric,
    Poll,
    Question,
    ShortAnswer,
    is_scored,
    kind,
    reveal_key,
)
from persistence.models import QuizSession
from persistence.repositories.homework import assignments, runs
from persistence.repositories.homework.assignments import StudentRun
from persistence.repositories.homework.runs import Seat, StoredAnswer
from server.actions.homework.give import change_deadline, give_homework
from server.actions.homework.results import OwnResults
from server.actions.homework.start import Starter
from server.actions.homework.work import (
    Answer,
    Caller,
    Command,
    GoOn,
    HandIn,
    Look,
    Worked,
)
from server.api.dependencies import (
    CodeLookups,
    Db,
    Homework,
    HomeworkResults,
    Limits,
    RunStarter,
    SessionFactory,
    Viewer,
)
from server.api.openapi import SIGNED_IN, json_body, problems
from server.api.request_bodies import Id, KuisRequest
from server.auth.request_identity import recognised, teachers_only
from server.client_address import address_of
from server.live.protocol.values import Key, Response

TOKEN_HEADER: Final = "Homework-Token"  # noqa: S105  # its name only
TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{32,64}")
MAX_BODY_BYTES: Final = 8192

Phase = Literal["scheduled", "open", "closed"]


Moment = Annotated[datetime, Meta(tz=True)]


class NewHomework(Struct, frozen=True, forbid_unknown_fields=True):
    """Without `opens_at` it is open at once."""

    closes_at: Moment
    opens_at: Moment | None = None
    settings: HomeworkSettings = HomeworkSettings()


NewHomeworkBody = Annotated[
    NewHomework,
    json_body(
        "Three attempts until Sunday",
        {"closes_at": "2026-11-29T16:59:00Z", "settings": {"attempts": 3}},
    ),
]


class HomeworkChange(Struct, frozen=True, forbid_unknown_fields=True):
    closes_at: Moment


class StudentAtWork(Struct, frozen=True):
    """A student with the latest attempt, which is at the question `position`, counted from 0."""

    player: UUID
    nickname: str
    attempt: int
    position: int
    answered: int
    correct: int
    score: int
    finished: bool
    last_seen_at: datetime


class HomeworkOutput(Struct, frozen=True):
    """A homework as its teacher sees it; `url` is the teacher's page, `code` what students type."""

    id: UUID
    quiz_id: UUID
    title: str
    code: str
    url: str
    phase: Phase
    questions: int
    settings: HomeworkSettings
    opens_at: datetime
    closes_at: datetime
    ended_at: datetime | None
    students: list[StudentAtWork]


class OwnAttempt(Struct, frozen=True):
    id: UUID
    number: int
    answered: int
    finished: bool


class OwnSeat(Struct, frozen=True):
    """The student who asks. `attempts_left` counts those that were not started."""

    nickname: str
    attempts: list[OwnAttempt]
    attempts_left: int


class HomeworkSummary(Struct, frozen=True):
    """What students see before they start. `now` is the server's clock; times are in ms."""

    id: UUID
    code: str
    title: str
    phase: Phase
    questions: int
    settings: HomeworkSettings
    opens_at: int
    closes_at: int
    now: int
    own: OwnSeat | None


class StartRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """The nickname of a guest, with the first attempt."""

    nickname: Annotated[str, Meta(max_length=200)] = ""


class AnswerRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """A response to the question at this position, with the choices' ids as they are shown."""

    position: int
    response: Response


class GoOnRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """The position of the question that the student leaves."""

    position: int


class WorkQuestion(Struct, frozen=True):
    """A question without its key. Choices have letters in the order in which they are shown.

    Times are in ms on the server's clock.
    """

    question: int
    of: int
    kind: Kind
    stem: str
    points: int
    time_limit: int
    opens_at: int
    closes_at: int
    choices: list[Choice]
    multiple: bool
    media: str | None


class WorkFeedback(Struct, frozen=True):
    """What was right. `correct` is null in a poll and without an answer."""

    correct: bool | None
    points: int
    key: Key
    explanation: str | None


class RunOutput(Struct, frozen=True):
    """An attempt with its present question, which is null once it is finished.

    `response` is the stored answer to that question, if `is_answered`. `feedback` is there when the
    settings show what was right after each question. Times are in ms on the server's clock, `now`.
    """

    id: UUID
    number: int
    of: int
    answered: int
    finished: bool
    closed: bool
    settings: HomeworkSettings
    closes_at: int
    now: int
    question: WorkQuestion | None
    is_answered: bool
    response: Response | None
    feedback: WorkFeedback | None


class AnsweredQuestion(Struct, frozen=True):
    """A question in the order of the attempt, with its key and the own answer."""

    question: WorkQuestion
    is_answered: bool
    response: Response | None
    elapsed_ms: int | None
    feedback: WorkFeedback


class RunResults(Struct, frozen=True):
    """The results of an attempt. `place` counts the result of all attempts, among `students`.

    Until the homework is closed (`final`) places can change. `correct_of` leaves out polls.
    """

    number: int
    score: int
    answered: int
    correct: int
    correct_of: int
    total_time_ms: int
    place: int | None
    students: int
    final: bool
    questions: list[AnsweredQuestion]


class QuizHomeworkController(Controller):
    path = "/quizzes/{quiz_id:uuid}/homework"
    tags = ["homework"]  # noqa: RUF012  # Litestar's way to say it
    guards = [teachers_only]  # noqa: RUF012  # the same
    security = SIGNED_IN

    @post("/", operation_id="giveHomework", responses=problems(401, 403, 404, 409, 422, 429))
    async def give(
        self,
        quiz_id: Id,
        data: NewHomeworkBody,
        viewer: Viewer,
        session_factory: SessionFactory,
        limits: Limits,
    ) -> HomeworkOutput:
        """Give a frozen copy of the quiz as homework.

        `quiz_not_playable`, with one of `errors` for each thing to mend; `quiz_archived`;
        `too_much_homework` when 500 are open.
        """
        given = await give_homework(
            session_factory,
            limits,
            viewer,
            quiz_id,
            settings=data.settings,
            opens_at=data.opens_at,
            closes_at=data.closes_at,
        )
        return _homework(given, [], datetime.now(UTC))


class HomeworkController(Controller):
    path = "/homework/{homework_id:uuid}"
    tags = ["homework"]  # noqa: RUF012  # Litestar's way to say it
    guards = [teachers_only]  # noqa: RUF012  # the same
    security = SIGNED_IN

    @get("/", operation_id="getHomework", responses=problems(401, 403, 404))
    async def show(self, homework_id: Id, viewer: Viewer, db: Db) -> HomeworkOutput:
        """Get a homework, and where each student is now. Its id is that of a session."""
        found = await assignments.get(db, viewer, homework_id)
        students = await assignments.student_runs(db, homework_id)
        return _homework(found, students, datetime.now(UTC))

    @patch("/", operation_id="changeHomework", responses=problems(401, 403, 404, 409, 422))
    async def change(
        self,
        homework_id: Id,
        data: JSONBody[HomeworkChange],
        viewer: Viewer,
        session_factory: SessionFactory,
    ) -> HomeworkOutput:
        """Move the deadline. `homework_closed` once it is over.

        `POST /api/sessions/{session_id}/end` closes it now.
        """
        changed = await change_deadline(session_factory, viewer, homework_id, data.closes_at)
        return _homework(changed, [], datetime.now(UTC))


class AssignedController(Controller):
    """For students: what anybody with the code may see, and the start of an attempt."""

    path = "/assigned/{homework_code:str}"
    tags = ["homework"]  # noqa: RUF012  # Litestar's way to say it
    guards = [recognised]  # noqa: RUF012  # the same

    @get("/", operation_id="getAssignedHomework", responses=problems(404, 429))
    async def show(  # what Litestar gives by name
        self,
        *,
        request: KuisRequest,
        homework_code: FromPath[str],
        session_factory: SessionFactory,
        code_lookups: CodeLookups,
        homework: Homework,
    ) -> HomeworkSummary:
        """Get what a student sees before the start, and the own attempts.

        Guests are recognised by the header `Homework-Token`, 32 to 64 random characters that their
        browser makes. `no_such_room` if nothing has this code.
        """
        session_id = await _find(request, homework_code, code_lookups, homework)
        caller = _caller(request)
        async with session_factory() as db:
            found = await runs.read(db, session_id)
            if found is None:
                raise assignments.no_such_homework()
            seat = await runs.seat_of(
                db, session_id, user_id=caller.user_id, token_hash=caller.token_hash
            )
            return _summary(found, seat, await homework.now_ms(db))

    @post(
        "/runs",
        operation_id="startHomework",
        status_code=HTTP_200_OK,
        request_max_body_size=MAX_BODY_BYTES,
        responses=problems(403, 404, 409, 422, 429),
    )
    async def start(  # noqa: PLR0913  # what Litestar gives by name
        self,
        *,
        request: KuisRequest,
        homework_code: FromPath[str],
        data: JSONBody[StartRequest],
        code_lookups: CodeLookups,
        run_starter: RunStarter,
        homework: Homework,
    ) -> RunOutput:
        """Start an attempt, or go on with the one that is not finished.

        `homework_not_open`, `homework_closed`, `no_attempts_left`, `sign_in_required`,
        `homework_full`; `nickname_taken` and `nickname_invalid`, for guests; `token_missing`.
        """
        session_id = await _find(request, homework_code, code_lookups, homework)
        caller = _caller(request)
        if caller.user_id is None and caller.token_hash is None:
            raise Refusal("token_missing", f"Send 32 to 64 random characters as {TOKEN_HEADER}.")
        name = data.nickname if request.user is None else request.user.full_name
        starter = Starter(caller, name, address_of(request.scope))
        run_id = await run_starter.start(session_id, starter)
        return _run(await homework.work(run_id, caller, Look()))


class HomeworkRunsController(Controller):
    """For students at work. Nothing here makes a query of its own."""

    path = "/homework-runs/{run_id:uuid}"
    tags = ["homework"]  # noqa: RUF012  # Litestar's way to say it
    guards = [recognised]  # noqa: RUF012  # the same
    request_max_body_size = MAX_BODY_BYTES

    @get("/", operation_id="getHomeworkRun", responses=problems(404))
    async def show(self, request: KuisRequest, run_id: Id, homework: Homework) -> RunOutput:
        """Get an attempt with its present question, on any device of the student."""
        return await _work(request, run_id, homework, Look())

    @post(
        "/answer",
        operation_id="answerHomework",
        status_code=HTTP_200_OK,
        responses=problems(404, 409, 422),
    )
    async def answer(
        self, request: KuisRequest, run_id: Id, data: JSONBody[AnswerRequest], homework: Homework
    ) -> RunOutput:
        """Answer a question. It is stored when the answer to this request comes.

        The same answer again is fine, another one `already_answered`. `too_late`, `not_open_yet`,
        `bad_response`, `no_such_question`, `run_finished`, `homework_closed`.
        """
        return await _work(request, run_id, homework, Answer(data.position, data.response))

    @post(
        "/next",
        operation_id="goOnWithHomework",
        status_code=HTTP_200_OK,
        responses=problems(404, 409, 422),
    )
    async def go_on(
        self, request: KuisRequest, run_id: Id, data: JSONBody[GoOnRequest], homework: Homework
    ) -> RunOutput:
        """Leave a question, answered or not, for the next one, whose clock starts now.

        Leaving the last one finishes the attempt. A repetition changes nothing.
        """
        return await _work(request, run_id, homework, GoOn(data.position))

    @post(
        "/finish",
        operation_id="finishHomework",
        status_code=HTTP_200_OK,
        responses=problems(404),
    )
    async def finish(self, request: KuisRequest, run_id: Id, homework: Homework) -> RunOutput:
        """Hand the attempt in, whatever is not answered."""
        return await _work(request, run_id, homework, HandIn())

    @get("/results", operation_id="getHomeworkRunResults", responses=problems(404, 409))
    async def results(
        self, request: KuisRequest, run_id: Id, homework_results: HomeworkResults
    ) -> RunResults:
        """Get the results of an attempt with the keys. `results_later` before they may be seen."""
        return _results(await homework_results.own(run_id, _caller(request)))


async def _find(
    request: KuisRequest, code: str, code_lookups: CodeLookups, homework: Homework
) -> UUID:
    found = await code_lookups.find_by(
        homework.by_code, code, address_of(request.scope), signed_in=request.user is not None
    )
    return found.id


def _caller(request: KuisRequest) -> Caller:
    """The account, or else the guest with this token."""
    if request.user is not None:
        return Caller(request.user.user_id, None)
    token = request.headers.get(TOKEN_HEADER.lower(), "")
    return Caller(None, hashlib.sha256(token.encode()).digest() if TOKEN.fullmatch(token) else None)


async def _work(
    request: KuisRequest, run_id: UUID, homework: Homework, command: Command
) -> RunOutput:
    return _run(await homework.work(run_id, _caller(request), command))


def _homework(homework: QuizSession, students: list[StudentRun], now: datetime) -> HomeworkOutput:
    latest = {each.participation_id: each for each in students if not each.kicked}
    if homework.opens_at is None or homework.closes_at is None:
        raise assignments.no_such_homework()
    return HomeworkOutput(
        id=homework.id,
        quiz_id=homework.quiz_id,
        title=homework.title,
        code=homework.access_code,
        url=f"/sessions/{homework.id}/homework",
        phase=_phase(homework, assignments.milliseconds(now)),
        questions=len(homework.questions),
        settings=msgspec.convert(homework.settings, HomeworkSettings),
        opens_at=homework.opens_at,
        closes_at=homework.closes_at,
        ended_at=homework.ended_at,
        students=[_student(each) for each in latest.values()],
    )


def _student(at_work: StudentRun) -> StudentAtWork:
    run = at_work.run
    return StudentAtWork(
        player=at_work.player,
        nickname=at_work.nickname,
        attempt=run.number,
        position=run.position,
        answered=run.answered,
        correct=run.correct,
        score=run.score,
        finished=run.finished_at is not None,
        last_seen_at=at_work.last_seen_at,
    )


def _phase(homework: QuizSession, now: int) -> Phase:
    assignment_opens = homework.opens_at and assignments.milliseconds(homework.opens_at)
    closes = homework.closes_at and assignments.milliseconds(homework.closes_at)
    if homework.ended_at is not None or (closes and now >= closes):
        return "closed"
    return "scheduled" if assignment_opens and now < assignment_opens else "open"


def _summary(homework: QuizSession, seat: Seat | None, now: int) -> HomeworkSummary:
    assignment = runs.assignment_of(homework)
    return HomeworkSummary(
        id=homework.id,
        code=homework.access_code,
        title=homework.title,
        phase=_phase(homework, now),
        questions=len(assignment.questions),
        settings=assignment.settings,
        opens_at=assignment.opens_at,
        closes_at=assignment.closes_at,
        now=now,
        own=None if seat is None or seat.kicked else _own(seat, assignment.settings.attempts),
    )


def _own(seat: Seat, attempts: int) -> OwnSeat:
    return OwnSeat(
        nickname=seat.nickname,
        attempts=[
            OwnAttempt(id_, run.number, run.answered, run.finished_at is not None)
            for id_, run in seat.runs
        ],
        attempts_left=attempts - len(seat.runs),
    )


def _run(worked: Worked) -> RunOutput:
    assignment, run = worked.assignment, worked.run
    is_open = run.finished_at is None and not worked.closed
    index = question_index(assignment, run, run.position)
    return RunOutput(
        id=worked.id,
        number=run.number,
        of=len(assignment.questions),
        answered=run.answered,
        finished=run.finished_at is not None,
        closed=worked.closed,
        settings=assignment.settings,
        closes_at=assignment.closes_at,
        now=worked.now,
        question=_question(worked, run.position, index) if is_open else None,
        is_answered=is_open and run.is_answered,
        response=_response(worked, index, worked.stored) if is_open else None,
        feedback=_feedback(worked, index, worked.stored) if _shows_feedback(worked) else None,
    )


def _shows_feedback(worked: Worked) -> bool:
    """Only what can no longer be answered, and never before the settings allow it."""
    assignment, run = worked.assignment, worked.run
    if assignment.settings.feedback != "after_question" or run.finished_at is not None:
        return False
    return run.is_answered or worked.now > question_closes_at(assignment, run) + GRACE_MS


def _question(worked: Worked, position: int, index: int) -> WorkQuestion:
    assignment, run = worked.assignment, worked.run
    question: Question = shown_question(assignment, run, index)
    return WorkQuestion(
        question=position,
        of=len(assignment.questions),
        kind=kind(question),
        stem=question.stem,
        points=question.points,
        time_limit=question.time_limit,
        opens_at=run.shown_at,
        closes_at=question_closes_at(assignment, run),
        choices=[] if isinstance(question, ShortAnswer | Numeric) else list(question.choices),
        multiple=isinstance(question, Poll) and question.multiple,
        media=question.media,
    )


def _response(worked: Worked, index: int, stored: StoredAnswer | None) -> Response | None:
    if stored is None:
        return None
    return shown_response(worked.assignment, worked.run, index, stored.response)


def _feedback(worked: Worked, index: int, stored: StoredAnswer | None) -> WorkFeedback:
    question = shown_question(worked.assignment, worked.run, index)
    return WorkFeedback(
        correct=None if stored is None else stored.correct,
        points=0 if stored is None else stored.points,
        key=reveal_key(question),
        explanation=question.explanation,
    )


def _results(own: OwnResults) -> RunResults:
    worked, run = own.worked, own.worked.run
    questions = worked.assignment.questions
    positions = range(len(questions))
    indexes = [question_index(worked.assignment, run, position) for position in positions]
    return RunResults(
        number=run.number,
        score=run.score,
        answered=run.answered,
        correct=run.correct,
        correct_of=sum(map(is_scored, questions)),
        total_time_ms=run.total_time_ms,
        place=own.place,
        students=own.students,
        final=worked.closed,
        questions=[
            AnsweredQuestion(
                question=_question(worked, position, index),
                is_answered=index in own.answers,
                response=_response(worked, index, own.answers.get(index)),
                elapsed_ms=own.answers[index].elapsed_ms if index in own.answers else None,
                feedback=_feedback(worked, index, own.answers.get(index)),
            )
            for position, index in enumerate(indexes)
        ],
    )
